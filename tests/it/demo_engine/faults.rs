//! Every fault does what it says, and proves that it did.
use std::time::Duration;

use bytes::Bytes;
use docker_steward::demo::{Container, DemoEngine, Effect, Fault, Fired, Image};
use serde_json::json;

use super::{empty, serve};
use crate::support::api::Api;

/// An engine with one stopped container `c`, and a fault.
async fn with(fault: Fault) -> (DemoEngine, Api, Fired) {
    let mut world = empty();
    world.add_image(Image::new("i:1"));
    world.add_container(Container::new("c", "i:1"));
    let (engine, api) = serve(world).await;
    let fired = fault.fired();
    engine.inject(fault);
    (engine, api, fired)
}

fn is_there(engine: &DemoEngine) -> bool {
    engine.with_world(|world| world.container_mut("c").is_some())
}

async fn fails(api: &Api, method: &str, path: &str) -> bool {
    api.try_send(method, path, "", Bytes::new()).await.is_err()
}

#[tokio::test]
async fn a_status_is_answered_instead_of_acting() {
    let fault = Fault::new("DELETE", "/containers/c", Effect::Status(500, "disk on fire".to_owned()));
    let (engine, api, fired) = with(fault).await;
    api.delete("/v1.41/containers/c").await.refuses(500, "disk on fire");
    assert!(is_there(&engine));
    assert_eq!((fired.count(), engine.fired()), (1, 1));
    // Once only, unless told otherwise.
    api.delete("/containers/c").await.expect(204);
    assert_eq!(fired.count(), 1);
}

#[tokio::test]
async fn a_dropped_request_was_not_acted_on_and_a_dropped_answer_was() {
    let (engine, api, fired) = with(Fault::new("DELETE", "/containers/", Effect::Drop)).await;
    assert!(fails(&api, "DELETE", "/containers/c").await);
    assert!(is_there(&engine));
    assert_eq!(fired.count(), 1);
    let (engine, api, fired) = with(Fault::new("DELETE", "/containers/", Effect::DropAfter)).await;
    assert!(fails(&api, "DELETE", "/containers/c").await);
    assert!(!is_there(&engine));
    assert_eq!(fired.count(), 1);
}

#[tokio::test]
async fn a_hung_request_never_answers() {
    for (effect, acted) in [(Effect::Hang, false), (Effect::HangAfter, true)] {
        let (engine, api, fired) = with(Fault::new("DELETE", "/containers/", effect)).await;
        let client = api.clone();
        let hung = tokio::spawn(async move { client.delete("/containers/c").await });
        while fired.count() == 0 || is_there(&engine) == acted {
            tokio::task::yield_now().await;
        }
        // Others are served meanwhile.
        api.get("/_ping").await.expect(200);
        assert!(!hung.is_finished());
        hung.abort();
    }
}

#[tokio::test]
async fn a_delayed_request_is_answered_in_the_end() {
    let fault = Fault::new("GET", "/containers/", Effect::Delay(Duration::from_millis(1))).always();
    let (_engine, api, fired) = with(fault).await;
    api.get("/containers/json").await.expect(200);
    api.get("/containers/c/json").await.expect(200);
    assert_eq!(fired.count(), 2);
}

#[tokio::test]
async fn bodies_are_spoiled() {
    let (_engine, api, fired) = with(Fault::new("GET", "/containers/json", Effect::Truncate)).await;
    assert!(fails(&api, "GET", "/containers/json?all=1").await);
    assert_eq!(fired.count(), 1);

    let (_engine, api, _) = with(Fault::new("GET", "/containers/json", Effect::NotJson)).await;
    let answer = api.get("/containers/json?all=1").await.expect(200);
    assert!(serde_json::from_slice::<serde_json::Value>(&answer.body).is_err());

    let (_engine, api, _) = with(Fault::new("GET", "/containers/json", Effect::Body(json!([])))).await;
    assert_eq!(api.get("/containers/json?all=1").await.expect(200).json(), json!([]));

    let edit = Effect::Edit(Box::new(|rows| rows[0]["State"] = json!("unheard-of")));
    let (_engine, api, _) = with(Fault::new("GET", "/containers/json", edit)).await;
    assert_eq!(api.get("/containers/json?all=1").await.json()[0]["State"], "unheard-of");
}

#[tokio::test]
async fn the_world_changes_right_before_the_nth_request() {
    let start = Effect::Before(Box::new(|world| {
        world.container_mut("c").unwrap().state = docker_steward::demo::State::Running;
    }));
    let (_engine, api, fired) = with(Fault::new("*", "/containers/c", start).nth(2)).await;
    assert_eq!(api.get("/containers/c/json").await.json()["State"]["Status"], "created");
    assert_eq!(fired.count(), 0);
    api.delete("/containers/c").await.expect(409);
    assert_eq!(fired.count(), 1);
}
