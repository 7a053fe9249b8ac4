//! How long a large engine takes. Slow to build up, so it runs only when asked for:
//! `cargo test --release --test it speed -- --ignored --nocapture`.
use std::fmt::Write as _;
use std::time::Duration;

use docker_steward::steward::inventory::{Container, Image, State};
use docker_steward::steward::{Graph, Links};

use crate::support::inventory::{
    Engine, attached, container_of, days_ago, image, labels, mounted, network, volume,
};

/// 100,000 resources: 40,000 containers of 20,000 images, 39,000 volumes, 1,000 networks.
fn large() -> Engine {
    let mut rules = "protected: {names: [n8n, mcp-coordinator], patterns: [prod-*".to_owned();
    for at in 0..98 {
        let _ = write!(rules, ", 'live-{at}-*'");
    }
    rules.push_str("]}\nsafe_to_delete: {min_age: 1d, patterns: ['tmp-*'");
    for at in 0..49 {
        let _ = write!(rules, ", 'test-{at}-*'");
    }
    rules.push_str("]}\nexpected: {containers: [{name: web-1}");
    for at in 0..49 {
        let _ = write!(rules, ", {{name: 'app-{at}'}}");
    }
    rules.push_str("]}\nretention: {unused_volumes: {max_age: 30d}}");
    let mut engine = Engine::under(&rules);
    for at in 0..1_000 {
        engine = engine.with(network(&format!("shop-{at}_default")));
    }
    for at in 0..20_000 {
        engine = engine.with(Image { shared: None, ..image(&format!("ghcr.io/acme/service-{at}:1.{at}")) });
    }
    for at in 0..40_000 {
        let name = ["tmp-job", "shop-web", "prod-api", "worker"][at % 4];
        let made =
            container_of(&format!("{name}-{at}"), &format!("ghcr.io/acme/service-{}:1.{0}", at % 20_000));
        let project = format!("shop-{}", at % 1_000);
        engine = engine.with(Container {
            state: if at % 3 == 0 { State::Exited } else { State::Running },
            mounts: vec![mounted(&format!("data-{}", at % 39_000))],
            networks: vec![attached(&format!("shop-{}_default", at % 1_000))],
            labels: labels(&[
                ("com.docker.compose.project", &project),
                ("com.docker.compose.service", "web"),
            ]),
            ..made
        });
    }
    for at in 0..39_000 {
        engine = engine.with(volume(&format!("data-{at}")));
    }
    engine.seen(&[24 * 35, 24 * 28, 24 * 21, 24 * 14, 24 * 7])
}

/// How long this thread has computed: other work on the machine does not count.
fn computed() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(stat.split(' ').next().unwrap().parse().unwrap())
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let before = computed();
    let made = work();
    (made, computed().saturating_sub(before))
}

#[test]
#[ignore = "measures; slow to build up"]
fn a_hundred_thousand_resources() {
    let engine = large();
    for _ in 0..5 {
        let (links, links_took) = timed(|| Links::of(&engine.inventory));
        let (audit, classify_took) = timed(|| engine.audit());
        let (needs, needs_took) = timed(|| engine.needs());
        println!(
            "{} rows, {} resources, {:?}; links {links_took:?}, classify {classify_took:?}, needs {needs_took:?} ({})",
            Graph::new(&engine.inventory, &links).rows().len(),
            audit.resources.len(),
            audit.drift(),
            needs.containers.len(),
        );
        assert!(audit.resources.iter().all(|it| it.created.get() != Some(days_ago(0))));
    }
}
