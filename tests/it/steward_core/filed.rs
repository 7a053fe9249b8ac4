//! A plan on disk is input, not trust.
use docker_steward::steward::inventory::{Container, State};
use docker_steward::steward::{Circumstances, Mandate, Plan, PlanFile, Stale};
use jiff::SignedDuration;

use crate::support::inventory::{
    Engine, circumstances, container, container_of, labels, steps, tagged, volume,
};

const RULES: &str = "
protected: {patterns: [prod-*]}
safe_to_delete: {patterns: ['tmp*']}";

fn engine() -> Engine {
    Engine::under(RULES)
        .with(Container { state: State::Running, ..container("tmp-a") })
        .with(container("tmp-b"))
        .with(container("prod-x"))
        .with(tagged(&["tmp-i:1", "tmp-i:2"]))
        .with(volume("tmp-v"))
}

const ALL: [&str; 5] =
    ["container/tmp-a", "container/tmp-b", "image/tmp-i:1", "image/tmp-i:2", "volume/tmp-v"];

fn file() -> PlanFile {
    PlanFile::of(&engine().plan(&ALL))
}

fn revive(file: &PlanFile, engine: &Engine) -> Plan {
    let audit = engine.audit();
    let mandate = Mandate::of(audit.cleanup, "staging", false).unwrap();
    file.revive(&audit, &circumstances(&audit), &mandate).unwrap()
}

#[test]
fn an_unchanged_engine_gives_the_same_plan() {
    let through_json: PlanFile = serde_json::from_str(&serde_json::to_string(&file()).unwrap()).unwrap();
    assert_eq!(through_json, file());
    let now = circumstances(&engine().audit());
    assert_eq!(through_json.stale(&now, None), []);
    assert_eq!(through_json.stale(&now, Some(&file().hash.to_uppercase())), []);
    assert_eq!(revive(&through_json, &engine()), engine().plan(&ALL));
}

#[test]
fn each_circumstance_makes_it_stale() {
    type Change = fn(&mut Circumstances);
    let now = circumstances(&engine().audit());
    let changes: [(&str, Change); 10] = [
        ("environment", |it| it.environment.push('x')),
        ("content of the SSOT", |it| it.ssot.sha256.push('x')),
        ("engine's ID", |it| it.engine.id.push('x')),
        ("engine's name", |it| it.engine.name.push('x')),
        ("engine's root folder", |it| it.engine.root_dir.push('x')),
        ("engine's storage", |it| it.engine.storage.push('x')),
        ("API version", |it| it.engine.api.push('x')),
        ("expired", |it| it.created += SignedDuration::from_secs(3_600)),
        ("not those of a plan", |it| it.created -= SignedDuration::from_secs(61)),
        ("expired", |it| it.created += SignedDuration::from_hours(24 * 400)),
    ];
    for (what, change) in changes {
        let mut other = now.clone();
        change(&mut other);
        let found = file().stale(&other, None);
        assert!(found.len() == 1 && found[0].to_string().contains(what), "{what}: {found:?}");
    }
    let harmless: [Change; 5] = [
        |it| it.engine.host.push('x'),
        |it| it.engine.version.push('x'),
        |it| it.ssot.path.push('x'),
        |it| it.created += SignedDuration::from_secs(3_599),
        |it| it.created -= SignedDuration::from_secs(60),
    ];
    for change in harmless {
        let mut other = now.clone();
        change(&mut other);
        assert_eq!(file().stale(&other, None), []);
    }
}

#[test]
fn times_that_no_plan_has() {
    let now = circumstances(&engine().audit());
    let with = |created: i64, expires: i64| {
        let mut file = file();
        file.circumstances.created = now.created + SignedDuration::from_secs(created);
        file.circumstances.expires = now.created + SignedDuration::from_secs(expires);
        file.stale(&now, None)
    };
    // Edited, and odd besides.
    for (created, expires) in [(0, 3_601), (0, 1_000_000), (61, 3_600), (-10_000, 3_600)] {
        assert!(
            matches!(with(created, expires)[..], [Stale::Edited, Stale::OddTimes { .. }]),
            "{created} {expires}"
        );
    }
    assert!(matches!(with(0, 0)[..], [Stale::Edited, Stale::Expired(_)]));
}

#[test]
fn every_edit_breaks_the_hash() {
    let now = circumstances(&engine().audit());
    let whole = serde_json::to_value(file()).unwrap();
    let mut edits = 0;
    for (pointer, value) in [
        ("/steps/0/name", "tmp-z"),
        ("/steps/0/id", "0"),
        ("/steps/0/command", "docker rm x"),
        ("/steps/0/action", "remove_container"),
        ("/steps/0/fingerprint/labels", "x"),
        ("/environment", "staging2"),
        ("/ssot/path", "x"),
        ("/engine/version", "1"),
        ("/hash", "0"),
    ] {
        let mut edited = whole.clone();
        *edited.pointer_mut(pointer).unwrap() = value.into();
        let edited: PlanFile = serde_json::from_value(edited).unwrap();
        assert_eq!(edited.stale(&now, None).first(), Some(&Stale::Edited), "{pointer}");
        edits += 1;
    }
    let mut newer = file();
    newer.schema = 2;
    assert_eq!(newer.stale(&now, None), [Stale::Edited]);
    let mut fewer = file();
    fewer.steps.pop();
    assert_eq!((fewer.stale(&now, None), edits), (vec![Stale::Edited], 9));
    assert!(matches!(file().stale(&now, Some("abc"))[..], [Stale::OtherHash { .. }]));
}

/// Whoever edits a plan can compute the hash anew: what counts is what the engine holds now.
#[test]
fn a_forged_plan_does_nothing_that_it_does_not_show() {
    let now = circumstances(&engine().audit());
    let all = file().steps;
    for kept in 0..1_u32 << all.len() {
        let mut forged = file();
        forged.steps = (0..all.len()).filter(|at| kept & (1 << at) != 0).map(|at| all[at].clone()).collect();
        let plan = revive(&forged, &engine());
        for step in plan.steps() {
            assert!(forged.steps.iter().any(|it| it.command == step.command()), "{:?}", steps(&plan));
        }
        assert_eq!(plan.circumstances().expires, now.expires);
    }
    // A stop alone would be a removal too.
    let mut stop = file();
    stop.steps.retain(|it| it.command.starts_with("docker stop"));
    let plan = revive(&stop, &engine());
    assert_eq!((stop.steps.len(), plan.steps().len()), (1, 0));
    assert!(plan.excluded()[0].why.contains("which the plan file does not hold"), "{:?}", plan.excluded());
}

#[test]
fn what_changed_is_left_out_once_and_says_why() {
    let changed = |change: fn(&mut Engine)| {
        let plan = revive(&file(), &engine().but(change));
        let excluded: Vec<String> =
            plan.excluded().iter().map(|it| format!("{}: {}", it.name, it.why)).collect();
        (plan.steps().len(), excluded)
    };
    assert_eq!(changed(|_| {}), (6, vec![]));
    let (left, why) = changed(|it| it.inventory.containers[0].labels = labels(&[("a", "b")]));
    assert_eq!((left, why), (4, vec!["tmp-a: its labels have changed".to_owned()]), "a stop and a removal");
    let (left, why) = changed(|it| it.inventory.volumes.clear());
    assert_eq!((left, why), (5, vec!["tmp-v: the engine does not hold it any more".to_owned()]));
    let (left, why) = changed(|it| it.inventory.images[0].tags.push("prod-i:1".into()));
    assert_eq!((left, why.len()), (4, 2));
    assert!(why[0].starts_with("tmp-i:1: it is protected now"), "{why:?}");
    let busy = engine().with(container_of("odd", "tmp-i:1"));
    assert_eq!(revive(&file(), &busy).steps().len(), 4);
    // What came since is not added.
    assert_eq!(revive(&file(), &engine().with(volume("tmp-new"))), engine().plan(&ALL));
}
