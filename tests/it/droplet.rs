//! The seeds' droplet, where staging and production share one engine.

use docker_steward::demo::{DemoEngine, World};
use docker_steward::records::Paths;
use docker_steward::session::{Look, Options, Session};
use docker_steward::ssot::find::Dirs;
use docker_steward::steward::Resource;
use jiff::Timestamp;

async fn look(env: &str, world: World) -> Look {
    let engine = DemoEngine::start(world).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let options =
        Options { env: Some(env.to_owned()), host: Some(engine.url().to_owned()), ..Options::default() };
    let dirs = Dirs { cwd: home.path().to_owned(), config: Vec::new() };
    let session =
        Session::open_in(&options, Paths::new(Vec::new(), home.path(), false), &dirs).await.unwrap();
    session.look().await.unwrap()
}

fn listing(look: &Look) -> String {
    let line = |it: &Resource| {
        let name: String = it.name.chars().take(44).collect();
        format!("{:<9} {:<44} {:<14} {}\n", it.kind(), name, it.class().short(), it.reason.text)
    };
    look.audit.resources.iter().map(line).collect()
}

#[tokio::test]
async fn staging_on_the_droplet() {
    let look = look("staging", World::droplet(Timestamp::now())).await;
    println!("{}", listing(&look));
    insta::assert_snapshot!(listing(&look));
    assert!(look.audit.missing.is_empty() && look.audit.not_running.is_empty());
    assert!(look.audit.doubts.is_empty(), "{:?}", look.audit.doubts);
}

/// Layers of their own, shared layers, parents, several tags: nothing of it may raise an alarm.
#[tokio::test]
async fn all_that_is_safe_in_both_worlds_goes_without_an_alarm() {
    use crate::support::steward::{Stage, outcomes};
    for (env, mut world) in
        [("staging", World::droplet(Timestamp::now())), ("desktop", World::desktop(Timestamp::now()))]
    {
        world.df_delay = std::time::Duration::ZERO;
        let (_engine, stage) = Stage::simulated(env, world).await;
        let look = stage.look().await;
        let safe = |look: &Look| -> Vec<String> {
            look.audit.resources.iter().filter(|it| it.safe().is_some()).map(Resource::path).collect()
        };
        let names = safe(&look);
        assert!(names.len() > 5, "{names:?}");
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let report = stage.apply(stage.plan(&names).await).await;
        assert_eq!(report.stopped, None);
        assert!(report.is_complete(), "{:#?}", outcomes(&report));
    }
}
