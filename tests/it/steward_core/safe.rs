//! Row 7: what a safe-to-delete pattern matches, narrowly, and how its age is proved.
use docker_steward::steward::inventory::{Container, Image, Volume};
use jiff::{SignedDuration, Timestamp};

use crate::support::inventory::{
    Engine, ago, container, days_ago, image, image_id, network, now, owned, tagged, untagged, volume,
};

const SAFE: &str = "safe-to-delete by safe_to_delete.patterns[0]";
const NONE: &str = "unknown by none";

fn under(pattern: &str) -> Engine {
    Engine::under(&format!("safe_to_delete: {{patterns: ['{pattern}']}}"))
}

#[test]
fn names_are_matched_whole_and_to_the_letter() {
    for (pattern, name, safe) in [
        ("tmp-*", "tmp-1", true),
        ("tmp-*", "Tmp-1", false),
        ("tmp-*", "tmp_1", false),
        ("tmp-*", "my-tmp-1", false),
        ("tmp", "tmp-1", false),
        ("*-tmp", "a-tmp", true),
        ("*-tmp", "a-tmp-b", false),
    ] {
        let engine =
            under(pattern).with(container(name)).with(volume(name)).with(network(name)).with(image(name));
        for kind in ["container", "volume", "network"] {
            let wanted = if safe { SAFE } else { NONE };
            assert_eq!(engine.class(&format!("{kind}/{name}")), wanted, "{pattern} on {name}");
        }
    }
}

#[test]
fn an_image_by_its_repository_and_by_its_tag() {
    for (pattern, name, safe) in [
        ("mcp/*", "mcp/a/b:1", true),
        ("mcp/*", "acme/mcp/a:1", false),
        ("acme/web", "acme/web:1", true),
        ("acme/web:1", "acme/web:1", true),
        ("acme/web:1", "acme/web:2", false),
        ("acme/we", "acme/web:1", false),
        ("tmp:*", "tmp:1", true),
        ("web", "acme/web:1", false),
        ("tmp-*", "acme/web:tmp-1", false),
        ("reg:5000/x", "reg:5000/x:1", true),
    ] {
        let found = under(pattern).with(image(name)).class(&format!("image/{name}"));
        assert_eq!(found, if safe { SAFE } else { NONE }, "{pattern} on {name}");
    }
}

#[test]
fn of_two_tags_only_the_one_that_matches() {
    let engine = under("tmp-*").with(tagged(&["tmp-a:1", "web:1"]));
    assert_eq!(engine.class("image/tmp-a:1"), SAFE);
    assert_eq!(engine.class("image/web:1"), NONE);
    let by_digest = format!("tmp-a@sha256:{}", "a".repeat(64));
    let engine = under("tmp-a").with(Image { digests: owned(&[&by_digest]), ..untagged("x") });
    assert_eq!(engine.class(&format!("image/{by_digest}")), SAFE);
}

#[test]
fn an_id_is_no_name() {
    let id = image_id("x");
    for pattern in ["sha256:*", id.as_str(), &format!("{}*", &id.as_str()[7..12])] {
        assert_eq!(under(pattern).with(untagged("x")).class(&format!("image/{id}")), NONE, "{pattern}");
    }
    let id = container("web").id;
    assert_eq!(under(id.as_str()).with(container("web")).class("container/web"), NONE);
}

#[test]
fn a_container_is_not_safe_because_its_image_is() {
    let engine = under("tmp-*").with(image("tmp-i:1")).with(Container {
        image: "tmp-i:1".into(),
        image_id: Some(image_id("tmp-i:1")),
        ..container("web")
    });
    assert_eq!(engine.class("container/web"), NONE);
    assert_eq!(engine.class("image/tmp-i:1"), "unknown by used_by");
}

fn week() -> Engine {
    Engine::under("safe_to_delete: {patterns: ['tmp*'], min_age: 7d}")
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn an_age_must_be_proved_by_the_engine() {
    for (created, wanted) in [
        (Some(days_ago(40)), SAFE),
        (Some(days_ago(7)), SAFE),
        (Some(days_ago(7) + SignedDuration::from_secs(1)), NONE),
        (Some(days_ago(6)), NONE),
        (Some(now()), NONE),
        (None, NONE),
        (Some(time("1970-01-01T00:00:00Z")), NONE),
        (Some(time("1980-01-01T00:00:01Z")), NONE),
        (Some(time("2012-12-31T23:59:59Z")), NONE),
        (Some(time("2013-01-01T00:00:00Z")), SAFE),
        (Some(time("0001-01-01T00:00:00Z")), NONE),
        (Some(time("-009999-01-02T01:59:59Z")), NONE),
        (Some(time("2099-01-01T00:00:00Z")), NONE),
        (Some(time("9999-12-30T22:00:00.999999999Z")), NONE),
        (Some(now() + SignedDuration::from_hours(24 * 8)), NONE),
    ] {
        let engine = week()
            .with(Container { created, ..container("tmp-a") })
            .with(Volume { created, ..volume("tmp-v") })
            .with(Image { last_tag_time: created, ..image("tmp-i:1") });
        for path in ["container/tmp-a", "volume/tmp-v", "image/tmp-i:1"] {
            assert_eq!(engine.class(path), wanted, "{path} of {created:?}");
        }
    }
}

/// A clock that is half a minute ahead makes nothing half a minute old.
#[test]
fn a_time_a_little_in_the_future_is_no_age() {
    let rules = "safe_to_delete: {patterns: ['tmp*'], min_age: 30s}";
    for (seconds, wanted) in [(-31, SAFE), (0, NONE), (31, NONE), (45, NONE), (59, NONE)] {
        let created = Some(now() + SignedDuration::from_secs(seconds));
        let engine = Engine::under(rules).with(Volume { created, ..volume("tmp-v") });
        assert_eq!(engine.class("volume/tmp-v"), wanted, "{seconds} s");
    }
}

/// What an image says of its own making proves nothing: only its last pull, build or tag here does.
#[test]
fn an_image_is_as_old_as_its_last_tag() {
    let of = |last_tag_time, inspected| {
        let it = Image { created: Some(days_ago(900)), last_tag_time, inspected, ..image("tmp-i:1") };
        week().with(it).class("image/tmp-i:1")
    };
    assert_eq!(of(Some(days_ago(8)), true), SAFE);
    assert_eq!(of(Some(days_ago(1)), true), NONE);
    assert_eq!(of(None, true), NONE);
    assert_eq!(of(None, false), NONE);
}

#[test]
fn what_the_steward_has_seen_itself_proves_an_age_too() {
    let young = || week().with(Container { created: None, ..container("tmp-a") });
    assert_eq!(young().class("container/tmp-a"), NONE);
    assert_eq!(young().seen(&[24 * 6, 1]).class("container/tmp-a"), NONE);
    let known = young().seen(&[24 * 7, 1]);
    assert_eq!(known.class("container/tmp-a"), SAFE);
    // Another container of the name is another container.
    let other = known.but(|it| it.inventory.containers[0].id = container("other").id);
    assert_eq!(other.class("container/tmp-a"), NONE);
    // Another volume of the name has another creation time.
    let dated = |at| week().with(Volume { created: Some(at), ..volume("tmp-v") });
    let known = dated(days_ago(1)).but(|it| it.inventory.volumes[0].created = None).seen(&[24 * 9, 1]);
    assert_eq!(known.class("volume/tmp-v"), SAFE);
    assert_eq!(known.but(|it| it.inventory.volumes[0].created = Some(ago(2))).class("volume/tmp-v"), NONE);
}

#[test]
fn clocks_that_disagree_prove_nothing() {
    let engine = week().with(container("tmp-a"));
    let skewed = |seconds: i64| {
        engine.but(|it| it.inventory.engine_time = Some(now() + SignedDuration::from_secs(seconds)))
    };
    for (seconds, wanted) in [
        (0, SAFE),
        (300, SAFE),
        (-300, SAFE),
        (301, NONE),
        (-301, NONE),
        (400 * 86_400, NONE),
        (-400 * 86_400, NONE),
    ] {
        assert_eq!(skewed(seconds).class("container/tmp-a"), wanted, "{seconds} s");
    }
    assert_eq!(engine.but(|it| it.inventory.engine_time = None).class("container/tmp-a"), NONE);
    // This machine's clock went back since the last look.
    let back = |seconds: i64| {
        engine.but(|it| it.ledger.last_look = Some(now() + SignedDuration::from_secs(seconds)))
    };
    assert_eq!(back(300).class("container/tmp-a"), SAFE);
    assert_eq!(back(301).class("container/tmp-a"), NONE);
    assert!(back(301).explain("container/tmp-a").clock.is_some());
    assert!(back(0).explain("container/tmp-a").clock.is_none());
    // Where no age is asked for, none is needed.
    let asked_nothing = under("tmp-*").with(container("tmp-a")).but(|it| it.inventory.engine_time = None);
    assert_eq!(asked_nothing.class("container/tmp-a"), SAFE);
}

/// A look that is two days old, classified now: the clocks are compared at the moment of the look.
#[test]
fn an_old_look_is_not_a_skewed_clock() {
    let engine = week().with(container("tmp-a")).but(|it| {
        it.inventory.read_at = days_ago(2);
        it.inventory.engine_time = Some(days_ago(2));
    });
    assert_eq!(engine.class("container/tmp-a"), SAFE);
}

#[test]
fn what_may_go_unattended_is_safe_and_listed_and_old() {
    let rules = "
expected: {containers: [{name: tmp-web}]}
safe_to_delete: {patterns: ['tmp-*']}
auto_delete: {patterns: ['tmp-x*', 'tmp-w*', 'odd*'], min_age: 7d}";
    let young = Container { created: Some(days_ago(6)), ..container("tmp-xy") };
    let engine = ["tmp-x", "tmp-a", "tmp-web", "odd"]
        .iter()
        .fold(Engine::under(rules).with(young), |engine, name| engine.with(container(name)));
    let auto: Vec<String> = engine
        .audit()
        .resources
        .into_iter()
        .filter(docker_steward::steward::Resource::auto_delete)
        .map(|it| it.name.to_string())
        .collect();
    assert_eq!(auto, ["tmp-x"]);
}
