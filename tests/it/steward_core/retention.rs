//! Row 8: what has been unused for long, and by what evidence. Row 9: all the rest.
use docker_steward::steward::inventory::{Container, ContainerDetail, Image, State, Volume};
use jiff::SignedDuration;

use crate::support::inventory::{
    Engine, ago, attached, container, container_of, days_ago, image, image_id, labels, mounted, network, now,
    owned, untagged, volume,
};

const NONE: &str = "unknown by none";

fn under(rule: &str, age: &str) -> Engine {
    Engine::under(&format!("retention: {{{rule}: {{max_age: {age}}}}}"))
}

fn safe(rule: &str) -> String {
    format!("safe-to-delete by retention.{rule}")
}

/// Every kind that goes by observation: the rule, the thing, its path, and what uses it.
fn by_observation() -> Vec<(&'static str, Engine, String, Container)> {
    let hex = "e".repeat(64);
    let of = |rule| under(rule, "30d");
    vec![
        (
            "unused_volumes",
            of("unused_volumes").with(volume("data")),
            "volume/data".to_owned(),
            Container { mounts: vec![mounted("data")], ..container("odd") },
        ),
        (
            "anonymous_volumes",
            of("anonymous_volumes").with(volume(&hex)),
            format!("volume/{hex}"),
            Container { mounts: vec![mounted(&hex)], ..container("odd") },
        ),
        (
            "unused_networks",
            of("unused_networks").with(network("net")),
            "network/net".to_owned(),
            Container { networks: vec![attached("net")], ..container("odd") },
        ),
        (
            "unused_images",
            of("unused_images").with(image("web:1")),
            "image/web:1".to_owned(),
            container_of("odd", "web:1"),
        ),
        (
            "dangling_images",
            of("dangling_images").with(untagged("x")),
            format!("image/{}", image_id("x")),
            container_of("odd", "x"),
        ),
    ]
}

#[test]
fn unused_for_long_by_unbroken_observation() {
    let weekly: Vec<i64> = (0..=5).rev().map(|weeks| weeks * 24 * 7).collect();
    for (rule, engine, path, _) in by_observation() {
        assert_eq!(engine.class(&path), NONE, "{rule}: never seen before");
        assert_eq!(engine.clone().seen(&[1]).class(&path), NONE, "{rule}: seen an hour ago");
        assert_eq!(engine.clone().seen(&weekly).class(&path), safe(rule), "{rule}: seen each week");
        let exactly = [24 * 30, 24 * 23, 24 * 16, 24 * 9, 24 * 2];
        assert_eq!(engine.clone().seen(&exactly).class(&path), safe(rule), "{rule}: exactly so long");
        let short = [24 * 30 - 1, 24 * 23, 24 * 16, 24 * 9, 24 * 2];
        assert_eq!(engine.seen(&short).class(&path), NONE, "{rule}: an hour short");
    }
}

#[test]
fn a_gap_in_the_observation_begins_it_anew() {
    for (rule, engine, path, _) in by_observation() {
        let gap = [24 * 40, 24 * 20, 24 * 13, 24 * 6, 1];
        assert_eq!(engine.clone().seen(&gap).class(&path), NONE, "{rule}: a gap of 20 days");
        // The last look is long ago: nobody knows what happened since.
        let stale = [24 * 60, 24 * 53, 24 * 46, 24 * 39];
        assert_eq!(engine.clone().seen(&stale).class(&path), NONE, "{rule}: not seen for 39 days");
        let weekly = [24 * 40, 24 * 33, 24 * 26, 24 * 19, 24 * 12, 24 * 5];
        let (week, eight, nine) = (7 * 24, 8 * 24, 8 * 24 + 1);
        for (last, wanted) in [(week, safe(rule)), (eight, safe(rule)), (nine, NONE.to_owned())] {
            let shifted: Vec<i64> = weekly.iter().map(|at| at + last - 24 * 5).collect();
            assert_eq!(engine.clone().seen(&shifted).class(&path), wanted, "{rule}: {last} hours ago");
        }
    }
}

#[test]
fn use_begins_it_anew() {
    for (rule, engine, path, user) in by_observation() {
        let weekly = [24 * 40, 24 * 33, 24 * 26];
        let watched = engine.seen(&weekly);
        let used = watched.clone().with(user);
        assert!(used.class(&path).ends_with("by used_by") || used.class(&path) == NONE, "{rule}: while used");
        // Used at one look, gone at the next.
        let after = used.seen(&[24 * 19]).but(|it| it.inventory.containers.clear()).seen(&[24 * 12, 24 * 5]);
        assert_eq!(after.class(&path), NONE, "{rule}: used 19 days ago");
        assert_eq!(watched.seen(&[24 * 19, 24 * 12, 24 * 5]).class(&path), safe(rule), "{rule}: never used");
    }
}

#[test]
fn a_volume_whose_folder_changed_begins_anew() {
    let weekly = [24 * 40, 24 * 33, 24 * 26, 24 * 19, 24 * 12, 24 * 5];
    let engine = under("unused_volumes", "30d").with(volume("data")).seen(&weekly);
    assert_eq!(engine.class("volume/data"), safe("unused_volumes"));
    for moved in [Some(days_ago(3)), Some(days_ago(50)), None] {
        let touched = engine.but(|it| it.inventory.volumes[0].created = moved);
        assert_eq!(touched.class("volume/data"), NONE, "before it is seen again: {moved:?}");
        assert_eq!(touched.seen(&[1]).class("volume/data"), NONE, "after it was seen again: {moved:?}");
    }
}

#[test]
fn a_resource_that_was_away_begins_anew() {
    let engine = under("unused_networks", "30d").with(network("net")).seen(&[24 * 40, 24 * 33, 24 * 26]);
    let gone = engine.but(|it| it.inventory.networks.truncate(1)).seen(&[24 * 19]);
    let back = gone.with(network("net")).seen(&[24 * 12, 24 * 5]);
    assert_eq!(back.class("network/net"), NONE);
}

#[test]
fn a_clock_that_goes_back_begins_it_anew() {
    for (rule, engine, path, _) in by_observation() {
        let back = [24 * 40, 24 * 33, 24 * 26, 24 * 19, 24 * 12, 24 * 13, 24 * 5];
        assert_eq!(engine.clone().seen(&back).class(&path), NONE, "{rule}");
        let before_it_was = [24 * 2, 24 * 40];
        let engine = engine.seen(&before_it_was);
        assert_eq!(engine.class(&path), NONE, "{rule}");
        assert_eq!(engine.seen(&[24 * 33, 24 * 26]).class(&path), NONE, "{rule}: first seen in the future");
    }
}

#[test]
fn nothing_to_wait_for_needs_no_evidence() {
    let engine = under("dangling_images", "0s").with(untagged("x")).but(|it| it.inventory.engine_time = None);
    let path = format!("image/{}", image_id("x"));
    assert_eq!(engine.class(&path), safe("dangling_images"));
    assert!(engine.clone().with(container_of("odd", "x")).class(&path).ends_with("by used_by"));
    assert_eq!(
        under("dangling_images", "0s").with(image("web:1")).class("image/web:1"),
        NONE,
        "not dangling"
    );
}

#[test]
fn images_by_their_last_pull() {
    let pulled = || Engine::under("retention: {unused_images: {max_age: 14d, evidence: pulled}}");
    let tagged = |at| Image { last_tag_time: at, ..image("web:1") };
    for (at, wanted) in [
        (Some(days_ago(15)), safe("unused_images")),
        (Some(days_ago(14)), safe("unused_images")),
        (Some(days_ago(13)), NONE.to_owned()),
        (Some("1970-01-01T00:00:00Z".parse().unwrap()), NONE.to_owned()),
        (Some(now() + SignedDuration::from_hours(24 * 20)), NONE.to_owned()),
        (None, NONE.to_owned()),
    ] {
        assert_eq!(pulled().with(tagged(at)).class("image/web:1"), wanted, "{at:?}");
    }
    let watched = pulled().with(tagged(None)).seen(&[24 * 16, 24 * 9, 24 * 2]);
    assert_eq!(watched.class("image/web:1"), NONE, "observation is not a pull");
    let used = pulled().with(tagged(Some(days_ago(15)))).with(container_of("odd", "web:1"));
    assert!(used.class("image/web:1").ends_with("by used_by"));
    // Untagged, but pulled by digest: no dangling one.
    let digest = format!("web@sha256:{}", "a".repeat(64));
    let by_digest = Image { digests: owned(&[&digest]), ..untagged("x") };
    assert_eq!(pulled().with(by_digest).class(&format!("image/{digest}")), safe("unused_images"));
    assert_eq!(pulled().with(untagged("x")).class(&format!("image/{}", image_id("x"))), NONE);
}

#[test]
fn containers_by_the_time_they_stopped() {
    let detail = |finished, started| ContainerDetail {
        finished_at: finished,
        started_at: started,
        ..ContainerDetail::default()
    };
    let of = |state, detail| {
        let it = Container { state, detail: Some(Box::new(detail)), ..container("odd") };
        under("stopped_containers", "7d").with(it).class("container/odd")
    };
    let long_ago = || detail(Some(days_ago(8)), Some(days_ago(9)));
    assert_eq!(of(State::Exited, long_ago()), safe("stopped_containers"));
    assert_eq!(of(State::Exited, detail(Some(days_ago(6)), Some(days_ago(9)))), NONE);
    assert_eq!(of(State::Exited, detail(None, Some(days_ago(9)))), NONE);
    assert_eq!(of(State::Exited, detail(Some(days_ago(8)), Some(days_ago(1)))), NONE, "it started since");
    for state in [State::Created, State::Running, State::Paused, State::Restarting] {
        assert_eq!(of(state, long_ago()), NONE);
    }
    assert_eq!(of(State::Dead, long_ago()), "unknown by incomplete");

    let used = under("stopped_containers", "7d")
        .with(Container { detail: Some(Box::new(long_ago())), ..container("odd") })
        .with(Container { network_mode: "container:odd".into(), ..container("other") });
    assert_ne!(used.class("container/odd"), safe("stopped_containers"));

    let at_once = under("stopped_containers", "0s").with(Container { detail: None, ..container("odd") });
    assert_eq!(at_once.class("container/odd"), "unknown by incomplete", "it was not inspected");
}

#[test]
fn each_kind_has_a_rule_of_its_own() {
    let hex = "e".repeat(64);
    let paths = [
        ("unused_volumes", "volume/data".to_owned()),
        ("anonymous_volumes", format!("volume/{hex}")),
        ("unused_networks", "network/net".to_owned()),
        ("unused_images", "image/web:1".to_owned()),
        ("dangling_images", format!("image/{}", image_id("x"))),
        ("stopped_containers", "container/odd".to_owned()),
    ];
    for (rule, _) in &paths {
        let engine = under(rule, "0s")
            .with(volume("data"))
            .with(Volume { labels: labels(&[("com.docker.volume.anonymous", "")]), ..volume(&hex) })
            .with(network("net"))
            .with(image("web:1"))
            .with(untagged("x"))
            .with(container("odd"));
        for (other, path) in &paths {
            let found = engine.class(path);
            assert_eq!(found == safe(rule), rule == other, "{path} under {rule}: {found}");
        }
    }
}

#[test]
fn since_when_it_is_unused_is_told() {
    let engine = Engine::under("").with(volume("data")).seen(&[40, 20, 3]);
    assert_eq!(engine.resource("volume/data").unused_since.get(), Some(ago(40)));
    let user = Container { mounts: vec![mounted("data")], ..container("odd") };
    assert_eq!(engine.with(user).resource("volume/data").unused_since.get(), None);
}
