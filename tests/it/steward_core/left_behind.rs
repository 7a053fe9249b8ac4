//! The same on the simulated engine: a step that failed leaves a user behind, and the engine itself would
//! not protect what that one uses.
use docker_steward::apply::Outcome;
use docker_steward::demo::{Container, Effect, Fault, Image, Volume, World};
use jiff::Timestamp;

use crate::support::steward::{Stage, outcomes, writes};

#[tokio::test]
async fn a_volume_bound_by_its_folder_stays_with_the_container_that_could_not_be_stopped() {
    let mut world = World::empty(Timestamp::now());
    let old = world.days_ago(40);
    world.add_image(Image::new("tools:1").created(old));
    world.add_volume(Volume::new("tmp-v").created(old));
    let folder = "/var/lib/docker/volumes/tmp-v/_data";
    world.add_container(Container::new("tmp-a", "tools:1").created(old).running(old).bind(folder, "/d"));
    let (engine, stage) = Stage::simulated("staging", world).await;
    let plan = stage.plan(&["container/tmp-a", "volume/tmp-v"]).await;
    let fault = Fault::new("POST", "/containers/", Effect::Status(500, "boom".to_owned())).always();
    let fired = fault.fired();
    engine.inject(fault);

    let report = stage.apply(plan).await;
    assert_eq!(fired.count(), 1);
    assert_eq!(
        outcomes(&report),
        ["docker stop tmp-a: failed", "docker rm tmp-a: skipped", "docker volume rm tmp-v: skipped"]
    );
    assert!(matches!(&report.steps[2].outcome, Outcome::Skipped(why) if why.contains("still uses it")));
    assert!(!writes(&engine).iter().any(|write| write.starts_with("DELETE")), "{:?}", writes(&engine));
}
