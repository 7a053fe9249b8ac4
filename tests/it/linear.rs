//! What grows with an engine's size, by how much, and what does not grow at all. Counted is only how long this
//! thread has computed, and of several runs the shortest: other work on the machine does not matter, and the
//! bounds are far from what is expected and from what would be wrong.
use std::time::Duration;

use docker_steward::steward::inventory::{Container, Mount, State};
use docker_steward::steward::{Kind, Links};
use ratatui::crossterm::event::KeyCode;

use crate::console::stage::Stage;
use crate::support::inventory::{
    Engine, attached, bind, container_of, folder, image, labels, mounted, network, volume,
};

/// Some rules of every shape.
const RULES: &str = "safe_to_delete: {patterns: ['tmp-*', '*-scratch', 'run-[0-9]*', 't?st-*']}\n\
                     expected: {containers: [{name: 'shop-web-*'}]}\n\
                     retention: {unused_volumes: {max_age: 30d}, stopped_containers: {max_age: 7d}}";

/// So many containers, a quarter as many images, as many volumes, and all kinds of use. Everything has one
/// mount in common, as `/etc/localtime` often is.
fn engine(containers: usize) -> Engine {
    let mut engine = Engine::under(RULES);
    let world = &mut engine.inventory;
    for at in 0..containers / 4 {
        world.images.push(image(&format!("ghcr.io/acme/service-{at}:1.{at}")));
    }
    for at in 0..=containers / 100 {
        world.networks.push(network(&format!("shop-{at}_default")));
    }
    for at in 0..containers {
        world.volumes.push(volume(&format!("data-{at}")));
        let name = ["tmp-job", "shop-web", "prod-api", "worker"][at % 4];
        let made = container_of(
            &format!("{name}-{at}"),
            &format!("ghcr.io/acme/service-{}:1.{0}", at % (containers / 4)),
        );
        world.containers.push(Container {
            state: if at % 3 == 0 { State::Exited } else { State::Running },
            mounts: vec![
                mounted(&format!("data-{at}")),
                bind("/etc/localtime"),
                Mount::Bind { source: format!("{}/sub", folder(&format!("data-{}", at / 2))).into() },
            ],
            networks: vec![attached(&format!("shop-{}_default", at % (containers / 100 + 1)))],
            labels: labels(&[("com.docker.compose.project", &format!("shop-{}", at % 50))]),
            detail: (at % 2 == 0).then(Box::default),
            ..made
        });
    }
    engine.seen(&[24 * 14, 24 * 7])
}

/// How long this thread computes on something: the least of some times. The system counts in steps of some
/// milliseconds, so what is compared must take many of them.
fn computing(mut work: impl FnMut()) -> Duration {
    let computed = || {
        let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
        Duration::from_nanos(stat.split(' ').next().unwrap().parse().unwrap())
    };
    let mut once = || {
        let before = computed();
        work();
        computed().saturating_sub(before)
    };
    (0..4).map(|_| once()).min().unwrap()
}

#[test]
fn eight_times_the_resources_are_about_eight_times_the_work() {
    let (small, large) = (engine(500), engine(4_000));
    for (what, work) in [
        ("graph", (|engine| drop(Links::of(&engine.inventory))) as fn(&Engine)),
        ("classify", |engine| drop(engine.audit())),
        ("needs", |engine| drop(engine.needs())),
    ] {
        // As many resources on both sides.
        let few = computing(|| (0..16).for_each(|_| work(&small)));
        let many = computing(|| (0..2).for_each(|_| work(&large)));
        // What grew with the square would be at eight times.
        assert!(many < few * 3, "{what}: {few:?} and {many:?}");
    }
}

#[test]
fn a_key_and_its_frame_cost_the_same_among_many_rows_as_among_few() {
    let stage = |rows: usize| {
        let mut engine = Engine::under(RULES);
        let one = container_of("web", "web:1");
        engine.inventory.containers = (0..rows)
            .map(|at| {
                let id = docker_steward::steward::inventory::ContainerId::new(format!("{at:064x}"));
                Container { id, name: format!("web-{at:06}").into(), state: State::Exited, ..one.clone() }
            })
            .collect();
        // Without the details, whose explanation is worked out elsewhere.
        let rules = "version: 1\nenvironment: staging\ncleanup: confirm\nprotected: {patterns: [prod-*]}\n\
                     safe_to_delete: {patterns: ['web-*']}\nexpected: {containers: [{name: 'web-*1'}]}\n";
        let mut stage = Stage::of(rules, engine.inventory, 100, 40);
        stage.press(KeyCode::Char('2'));
        stage.press(KeyCode::Char(' '));
        stage.screen();
        stage
    };
    let (mut few, mut many) = (stage(500), stage(50_000));
    for (what, keys) in [
        ("down and up", "jk"),
        ("to the end and back", "Gg"),
        ("mark and unmark", "jG  "),
        ("a range at the end", "GvkkkV"),
        ("another table and back", "32"),
    ] {
        let work = |stage: &mut Stage| {
            for key in keys.chars() {
                stage.press(if key == 'V' { KeyCode::Esc } else { KeyCode::Char(key) });
                stage.screen();
            }
        };
        let (at_few, at_many) = (computing(|| work(&mut few)), computing(|| work(&mut many)));
        // What grew with the rows would be far beyond: a hundred times.
        assert!(at_many < at_few * 4 + Duration::from_millis(5), "{what}: {at_few:?} and {at_many:?}");
    }
    assert_eq!(many.cursor_on(Kind::Container).len(), "web-000000".len());
}
