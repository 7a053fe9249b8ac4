//! Build sessions, by which a cleanup holds an engine.
use std::time::Duration;

use crate::support::bench::Bench;
use crate::support::proxy::within;

/// An ID that no other test, and nobody else, has.
fn id(what: &str) -> String {
    format!("steward-test-{what}-{}", std::process::id())
}

pub(super) async fn one_for_each_id(bench: &Bench) {
    let (one, other) = (id("one"), id("other"));
    let _held = bench.api.session(&one, "h2c").await.unwrap();
    let refused = bench.api.session(&one, "h2c").await.unwrap_err();
    refused.refuses(400, &format!("session {one} already exists"));
    drop(bench.api.session(&other, "h2c").await.unwrap());
}

pub(super) async fn a_session_ends_with_its_connection(bench: &Bench) {
    let id = id("ends");
    drop(bench.api.session(&id, "h2c").await.unwrap());
    within(async {
        while bench.api.session(&id, "h2c").await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}

pub(super) async fn a_session_of_no_protocol_is_refused_and_not_kept(bench: &Bench) {
    let id = id("protocol");
    let refused = bench.api.session(&id, "").await.unwrap_err();
    refused.refuses(400, "no upgrade proto in request");
    let refused = bench.api.session(&id, "h3").await.unwrap_err();
    refused.refuses(400, "protocol h3 not supported");
    drop(bench.api.session(&id, "h2c").await.unwrap());
}
