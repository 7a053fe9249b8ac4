//! Plan files: input, not trust.
use std::collections::BTreeSet;

use docker_steward::steward::{PlanFile, Stale};
use jiff::SignedDuration;

use super::junk;
use crate::support::steward::{Stage, outcomes};

async fn written(stage: &Stage, names: &[&str]) -> PlanFile {
    let text = serde_json::to_string(&PlanFile::of(&stage.plan(names).await)).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn a_plan_survives_the_disk_and_does_the_same() {
    let (_engine, stage) = Stage::simulated("staging", junk()).await;
    let file = written(&stage, &["container/tmp-a", "container/tmp-c"]).await;
    let look = stage.look().await;
    let now = stage.session.circumstances(&look);
    assert_eq!(file.stale(&now, Some(&file.hash)), []);
    let plan = file.revive(&look.audit, &now, &stage.session.mandate().unwrap()).unwrap();
    assert_eq!(PlanFile::of(&plan), file, "it is the same plan, to the hash");
    let report = stage.apply(plan).await;
    assert_eq!(
        outcomes(&report),
        ["docker rm tmp-a: done", "docker stop tmp-c: done", "docker rm tmp-c: done"]
    );
}

#[tokio::test]
async fn what_changed_since_is_left_out_and_the_rest_stays() {
    let (engine, stage) = Stage::simulated("staging", junk()).await;
    let file = written(&stage, &["container/tmp-a", "container/tmp-b"]).await;
    engine.with_world(|it| it.container_mut("tmp-a").unwrap().name = "tmp-z".into());
    let look = stage.look().await;
    let plan = file
        .revive(&look.audit, &stage.session.circumstances(&look), &stage.session.mandate().unwrap())
        .unwrap();
    assert_eq!(plan.steps().len(), 1);
    assert_eq!(plan.excluded()[0].why, "its name was tmp-a and is tmp-z");
}

#[tokio::test]
async fn an_edited_plan_is_void_and_could_do_nothing_forbidden_anyway() {
    let (_engine, stage) = Stage::simulated("staging", junk()).await;
    let mut file = written(&stage, &["container/tmp-a"]).await;
    let look = stage.look().await;
    let victim = crate::support::steward::find(&look, "container/n8n");
    file.steps[0].id = victim.key.id().map(str::to_owned);
    file.steps[0].name = "n8n".into();
    let now = stage.session.circumstances(&look);
    assert_eq!(file.stale(&now, None), [Stale::Edited]);
    let plan = file.revive(&look.audit, &now, &stage.session.mandate().unwrap()).unwrap();
    assert!(plan.steps().is_empty());
    assert!(plan.excluded()[0].why.starts_with("it is protected now"), "{:?}", plan.excluded());
}

#[tokio::test]
async fn another_engine_policy_environment_or_time_voids_it() {
    let (_engine, stage) = Stage::simulated("staging", junk()).await;
    let file = written(&stage, &["container/tmp-a"]).await;
    let look = stage.look().await;
    let now = stage.session.circumstances(&look);
    let void = |change: &dyn Fn(&mut docker_steward::steward::Circumstances)| {
        let mut other = now.clone();
        change(&mut other);
        file.stale(&other, None).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert!(void(&|_| {}).is_empty());
    let reasons: BTreeSet<String> = [
        void(&|it| it.engine.id = "X".into()),
        void(&|it| it.engine.name = "X".into()),
        void(&|it| it.engine.root_dir = "X".into()),
        void(&|it| it.engine.storage = "X".into()),
        void(&|it| it.engine.api = "1.99".into()),
        void(&|it| it.ssot.sha256 = "X".into()),
        void(&|it| it.environment = "desktop".into()),
        void(&|it| it.created += SignedDuration::from_secs(3601)),
        void(&|it| it.created -= SignedDuration::from_secs(3600)),
    ]
    .into_iter()
    .flat_map(|found| {
        assert_eq!(found.len(), 1);
        found
    })
    .collect();
    assert_eq!(reasons.len(), 9, "each says what changed: {reasons:#?}");
    assert!(matches!(file.stale(&now, Some("abc"))[..], [Stale::OtherHash { .. }]));
}
