//! The seeds' droplet, where staging and production share one engine.

use docker_steward::demo::{DemoEngine, World};
use docker_steward::records::Paths;
use docker_steward::session::{Look, Options, Session};
use docker_steward::ssot::find::Dirs;
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
    let line = |it: &docker_steward::steward::Resource| {
        let name: String = it.name.chars().take(44).collect();
        format!("{:<9} {:<44} {:<14} {}\n", it.kind(), name, it.class().short(), it.reason.text)
    };
    look.audit.resources.iter().map(line).collect()
}

#[tokio::test]
async fn staging_on_the_droplet() {
    let look = look("staging", World::droplet(Timestamp::now())).await;
    println!("{}", listing(&look));
    println!("{:?} {:?}", look.audit.missing, look.audit.not_running);
    assert!(look.audit.doubts.is_empty(), "{:?}", look.audit.doubts);
}
