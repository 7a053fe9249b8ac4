//! The commands of a plan are the plan: a person who runs them gets what `apply` gets.
use std::collections::BTreeMap;

use serde_json::Value;
use tokio::process::Command;

use super::junk::{PLANNED, junk};
use super::site::{Site, on_site};
use crate::support::operator::{CONFIRM, Operator, Running};
use crate::support::turn::say;

#[tokio::test]
async fn the_commands_by_hand_leave_the_engine_as_apply_does() {
    on_site(async |site| {
        if Command::new("docker").arg("--version").output().await.is_err() {
            say("skipped: there is no docker CLI (the commands of a plan by hand)");
            return;
        }
        site.make(&junk()).await;
        let by_hand = Operator::new();
        let mut plan = vec!["plan"];
        plan.extend(PLANNED.iter().flat_map(|name| ["--select", name]));
        let commands = by_hand.staging(&site.url, &plan).await.exits(0).stdout;
        let mut bash = Command::new("bash");
        by_hand.at_home(bash.args(["-euo", "pipefail", "-c", &commands]));
        Running::start(&mut bash).ended().await.exits(0);
        let after_commands = left(site).await;

        site.clear().await;
        site.make(&junk()).await;
        let operator = Operator::new();
        let plan = operator.plan(&site.url, &PLANNED).await;
        operator.staging(&site.url, &[&["apply", &plan][..], &CONFIRM].concat()).await.exits(0);
        assert_eq!(left(site).await, after_commands);
        assert!(PLANNED.iter().all(|path| !after_commands.contains_key(*path)), "{after_commands:#?}");
    })
    .await;
}

/// What an audit says of everything, by `kind/name`, without what differs between two worlds of one making.
async fn left(site: &Site) -> BTreeMap<String, Value> {
    let audit = Operator::new().audit(&site.url).await;
    let mut left = BTreeMap::new();
    for row in audit["resources"].as_array().unwrap() {
        let mut row = row.clone();
        let fields = row.as_object_mut().unwrap();
        for volatile in ["id", "created", "unused_since", "size_bytes"] {
            fields.remove(volatile);
        }
        // A nameless image, such as the parent that is left, goes by its ID.
        let name = row["name"].as_str().unwrap();
        let name = if name.starts_with("sha256:") { "nameless" } else { name };
        let path = format!("{}/{name}", row["kind"].as_str().unwrap());
        row["name"] = Value::Null;
        left.insert(path, row);
    }
    left
}
