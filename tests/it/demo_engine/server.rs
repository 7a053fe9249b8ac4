//! The simulated engine as a server.
use docker_steward::demo::{DemoEngine, Volume};
use serde_json::json;

use super::{empty, serve};
use crate::support::api::Api;

#[tokio::test]
async fn it_notes_what_it_was_asked() {
    let (engine, api) = serve(empty()).await;
    api.get("/v1.41/volumes?filters=%7B%7D").await.expect(200);
    api.delete("/volumes/nope").await.expect(404);
    let asked = |method: &str, path: &str| (method.to_owned(), path.to_owned());
    assert_eq!(
        engine.requests(),
        [asked("GET", "/v1.41/volumes?filters=%7B%7D"), asked("DELETE", "/volumes/nope")]
    );
}

#[tokio::test]
async fn it_listens_on_tcp_too() {
    let engine = DemoEngine::listen(empty(), "tcp://127.0.0.1:0").await.unwrap();
    assert!(!engine.url().ends_with(":0"), "{}", engine.url());
    Api::new(engine.url()).get("/_ping").await.expect(200);
    let error = DemoEngine::listen(empty(), "ssh://nowhere").await.unwrap_err();
    assert!(error.to_string().contains("ssh://nowhere"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_user_may_enter_and_nothing_is_left_behind() {
    use std::os::unix::fs::PermissionsExt as _;

    let (engine, _api) = serve(empty()).await;
    let socket = std::path::PathBuf::from(engine.url().strip_prefix("unix://").unwrap());
    let folder = socket.parent().unwrap().to_owned();
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    assert!(socket.as_os_str().len() < 104);
    drop(engine);
    assert!(!folder.exists());
}

#[cfg(unix)]
#[tokio::test]
async fn a_socket_that_is_there_is_not_taken() {
    let (engine, _api) = serve(empty()).await;
    let error = DemoEngine::listen(empty(), engine.url()).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
}

#[tokio::test]
async fn followers_hear_of_changes_behind_their_backs() {
    let mut world = empty();
    world.add_volume(Volume::new("data"));
    let (engine, api) = serve(world).await;
    let mut events = api.follow("GET", "/events?filters=%7B%22type%22%3A%5B%22volume%22%5D%7D").await;
    engine.with_world(|world| {
        world.drop_tag("nothing");
        world.vanish_volume("data");
    });
    let event = events.next().await.unwrap();
    let told = (&event["Type"], &event["Action"], &event["Actor"]["ID"]);
    assert_eq!(told, (&json!("volume"), &json!("destroy"), &json!("data")));
    // Whoever follows is cut off when the engine stops, and does not wait for ever.
    drop(engine);
    assert_eq!(events.next().await, None);
}
