//! What changed since it was shown is left alone, and the rest goes on.
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::site::{Site, on_site};
use super::world::{World, mounts, plain};
use crate::support::operator::{CONFIRM, Operator};
use crate::support::proxy::{Effect, Fault, Gate, Proxy};

/// One thing for each change, something that goes before them, and something that goes after them.
fn world() -> World {
    // Ends at its first start, and stays at its second.
    let second = "[ -e /ran ] && exec /bin/busybox sleep 3600; > /ran";
    World::default()
        .image(&["odoo:18.0"])
        .image(&["tmp-tagged:1"])
        .volumes(&["tmp-mounted", "tmp-whole"])
        .exited("tmp-a-first", "odoo:18.0", plain())
        .exited("tmp-recreated", "odoo:18.0", plain())
        .exited("tmp-renamed", "odoo:18.0", plain())
        .exited("tmp-started", "odoo:18.0", json!({ "Cmd": ["/bin/busybox", "sh", "-c", second] }))
}

const PLANNED: [&str; 7] = [
    "container/tmp-a-first",
    "container/tmp-recreated",
    "container/tmp-renamed",
    "container/tmp-started",
    "image/tmp-tagged:1",
    "volume/tmp-mounted",
    "volume/tmp-whole",
];

/// Somebody else is at work.
async fn change(site: &Site) {
    site.api.delete("/containers/tmp-recreated").await.expect(204);
    site.add("tmp-recreated", "odoo:18.0", false, plain()).await;
    site.api.post("/containers/tmp-renamed/rename?name=needed", &Value::Null).await.expect(204);
    site.api.post("/containers/tmp-started/start", &Value::Null).await.expect(204);
    site.tag("tmp-tagged:1", "web:stable-4").await;
    site.add("works", "odoo:18.0", true, mounts(&["tmp-mounted:/m"])).await;
}

/// What is left of the names that matter, after the changes and the cleanup.
async fn left_alone(site: &Site) {
    let held = site.held().await;
    for kept in [
        "container/tmp-recreated",
        "container/needed",
        "container/tmp-started",
        "image/tmp-tagged:1",
        "volume/tmp-mounted",
    ] {
        assert!(held.contains(kept), "{kept} is gone");
    }
    for gone in ["container/tmp-a-first", "volume/tmp-whole"] {
        assert!(!held.contains(gone), "{gone} was not changed, and is still there");
    }
}

#[tokio::test]
async fn what_changes_between_plan_and_apply_is_kept() {
    on_site(async |site| {
        site.make(&world()).await;
        let operator = Operator::new();
        let plan = operator.plan(&site.url, &PLANNED).await;
        change(site).await;
        let ran = operator.staging(&site.url, &[&["apply", &plan][..], &CONFIRM].concat()).await.exits(4);
        for why in [
            "kept container/tmp-recreated: the engine does not hold it any more",
            "kept container/tmp-renamed: it is unknown now",
            "kept container/tmp-started: its state was exited and is running",
            "kept image/tmp-tagged:1: it is protected now",
            "kept volume/tmp-mounted: it is unknown now",
        ] {
            assert!(ran.stderr.contains(why), "{why}: {}", ran.stderr);
        }
        let outcomes = operator.outcomes(&site.url).await;
        assert_eq!(outcomes, ["docker rm tmp-a-first: done", "docker volume rm tmp-whole: done"]);
        left_alone(site).await;
    })
    .await;
}

#[tokio::test]
async fn what_changes_before_its_own_removal_is_skipped() {
    on_site(async |site| {
        site.make(&world()).await;
        let operator = Operator::new();
        let plan = operator.plan(&site.url, &PLANNED).await;
        let proxy = Proxy::to(&site.url);
        let gate = Gate::shut();
        let held = proxy.inject(Fault::new("DELETE", "/containers/", Effect::Hold(gate.clone())));
        let applying = operator.start(&proxy.url, &[&["apply", &plan][..], &CONFIRM].concat());
        gate.reached().await;
        change(site).await;
        gate.open();
        applying.ended().await.exits(4);
        assert_eq!(held.fired(), 1);
        assert_eq!(
            operator.outcomes(&site.url).await,
            [
                "docker rm tmp-a-first: done",
                "docker rm tmp-recreated: skipped",
                "docker rm tmp-renamed: skipped",
                "docker rm tmp-started: skipped",
                "docker rmi --no-prune tmp-tagged:1: skipped",
                "docker volume rm tmp-mounted: skipped",
                "docker volume rm tmp-whole: done",
            ]
        );
        assert_eq!(proxy.writes().len(), 2, "{:?}", proxy.writes());
        let reasons: BTreeSet<String> = operator
            .journal()
            .iter()
            .filter(|it| it["outcome"] == "skipped")
            .map(|it| it["reason"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(reasons.len(), 5, "each says why: {reasons:#?}");
        left_alone(site).await;
    })
    .await;
}
