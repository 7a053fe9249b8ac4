//! `POST /containers/{id}/wait`: `docker run` and `docker wait` hang on it.
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::json;

use super::reply::{Body, Outcome, Reply};
use super::server::Shared;
use super::world::World;

/// Answers at once with a body that comes when the condition holds: `not-running`, `next-exit` or `removed`.
pub(super) fn wait(shared: &Arc<Shared>, given: &str, condition: &str) -> Outcome {
    let (mut news, id, before) = shared.with_world(|world| {
        let container = &world.containers[world.find_container(given)?];
        Ok((world.events.subscribe(), container.id.clone(), container.finished))
    })?;
    // Held weakly: a client that waits must not keep a stopped engine alive.
    let (shared, condition) = (Arc::downgrade(shared), condition.to_owned());
    let mut code = 0;
    let line = async move {
        while let Some(shared) = shared.upgrade() {
            let ended = shared.with_world(|world| ended(world, &id, &condition, before));
            drop(shared);
            if let Some(ended) = ended {
                code = ended;
                break;
            }
            if news.changed().await.is_err() {
                break;
            }
        }
        Bytes::from(format!("{}\n", json!({ "Error": null, "StatusCode": code })))
    };
    Ok(Reply { status: StatusCode::OK, body: Body::Lines(stream::once(line).boxed()), headers: Vec::new() })
}

/// The exit code, if the condition holds by now.
fn ended(world: &World, id: &str, condition: &str, before: Option<Timestamp>) -> Option<i64> {
    let Some(container) = world.containers.iter().find(|container| container.id == id) else {
        return Some(world.last_codes.get(id).copied().unwrap_or_default());
    };
    let holds = match condition {
        "next-exit" => container.finished != before,
        "removed" => false,
        _ => !container.state.is_running(),
    };
    holds.then_some(container.exit_code)
}
