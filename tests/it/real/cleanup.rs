//! Plan, approve, apply: what goes, what stays, what is written down, and what is refused.
use std::collections::BTreeSet;

use docker_steward::steward::PlanFile;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::junk::{PLANNED, THREE, junk, three};
use super::site::on_site;
use crate::support::operator::{CONFIRM, Operator};

#[tokio::test]
async fn exactly_what_was_planned_goes_and_all_of_it_is_written_down() {
    on_site(async |site| {
        site.make(&junk()).await;
        let operator = Operator::new();
        let plan = operator.plan(&site.url, &PLANNED).await;
        let before = site.identities().await;
        let ran = operator.staging(&site.url, &[&["apply", &plan][..], &CONFIRM].concat()).await.exits(0);
        assert!(ran.stdout.contains(" complete: 9 of 9 steps done"), "{}", ran.stdout);

        let gone: BTreeSet<String> =
            before.difference(&site.identities().await).map(|it| path_of(it)).collect();
        assert_eq!(gone, PLANNED.iter().map(|&path| path.to_owned()).collect());
        assert_eq!(
            operator.outcomes(&site.url).await,
            [
                "docker rm tmp-ended: done",
                "docker stop tmp-live: done",
                "docker rm tmp-live: done",
                "docker rmi --no-prune experiment-child:1: done",
                "docker rmi --no-prune mcp/one:latest: done",
                "docker rmi --no-prune tmp-two:a: done",
                "docker rmi --no-prune tmp-two:b: done",
                "docker volume rm tmp-cache: done",
                "docker network rm tmp-net: done",
            ]
        );
        journal_is_whole(&operator.journal(), 9);
        let [audit] = &operator.audit_log()[..] else { panic!("one line, of the audit after the cleanup") };
        assert_eq!(site.recorded(audit, "containers_safe_delete"), ["tmp-kept"]);
        assert_eq!(site.recorded(audit, "volumes_safe_delete"), [""; 0]);
    })
    .await;
}

fn path_of(identity: &str) -> String {
    identity.split(' ').next().unwrap().to_owned()
}

/// Begin, then intent and outcome of each step in turn, then the end, each naming the line before.
fn journal_is_whole(journal: &[Value], steps: usize) {
    let events: Vec<&str> = journal.iter().map(|it| it["event"].as_str().unwrap()).collect();
    let mut demanded = vec!["begin"];
    demanded.extend(["intent", "outcome"].repeat(steps));
    demanded.push("end");
    assert_eq!(events, demanded);
    let intents = journal.iter().filter(|it| it["event"] == "intent");
    assert!(intents.clone().all(|it| it["inspect"].is_object()), "what there was can be answered");
    for (at, pair) in journal[1..=2 * steps].chunks(2).enumerate() {
        assert_eq!((&pair[0]["step"], &pair[1]["step"]), (&at.into(), &at.into()));
        assert_eq!(pair[1]["outcome"], "done");
    }
    assert_eq!(journal.last().unwrap()["outcome"], "complete");
}

#[tokio::test]
async fn a_wrong_phrase_removes_nothing() {
    on_site(async |site| {
        site.make(&three()).await;
        let operator = Operator::new();
        let plan = operator.plan(&site.url, &THREE).await;
        let before = site.identities().await;
        for phrase in ["apply cleanup", "APPLY  CLEANUP", "APPLY CLEANUP.", "yes", ""] {
            let ran = operator.staging(&site.url, &["apply", &plan, "--confirm", phrase]).await.exits(3);
            assert!(ran.stderr.contains("nothing has been removed"), "{phrase}: {}", ran.stderr);
        }
        operator.staging(&site.url, &["apply", &plan]).await.exits(3);
        operator.staging(&site.url, &[&["apply"][..], &CONFIRM].concat()).await.exits(3);
        let other = ["--plan-hash", &"0".repeat(64)];
        operator.staging(&site.url, &[&["apply", &plan][..], &CONFIRM, &other].concat()).await.exits(3);
        assert_eq!(site.identities().await, before);
        assert_eq!(operator.journal(), [Value::Null; 0], "there was nothing to write down");
    })
    .await;
}

#[tokio::test]
async fn a_plan_that_expired_or_was_edited_is_void() {
    on_site(async |site| {
        site.make(&three()).await;
        let operator = Operator::new();
        let file = operator.plan(&site.url, &THREE).await;
        let before = site.identities().await;
        let written: PlanFile = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();

        let mut edited = written.clone();
        edited.steps.remove(1);
        let mut expired = written.clone();
        expired.circumstances.created -= SignedDuration::from_secs(7200);
        expired.circumstances.expires -= SignedDuration::from_secs(7200);
        let expired = signed(expired);
        let mut endless = written.clone();
        endless.circumstances.expires = Timestamp::MAX;
        let endless = signed(endless);
        let mut elsewhere = written.clone();
        elsewhere.circumstances.engine.id.push('X');
        let elsewhere = signed(elsewhere);
        let mut otherwise = written;
        otherwise.circumstances.ssot.sha256 = "0".repeat(64);
        let otherwise = signed(otherwise);
        for (plan, why) in [
            (edited, "its content does not match its hash"),
            (expired, "the plan expired at"),
            (endless, "the plan's times are not those of a plan"),
            (elsewhere, "the engine's ID was"),
            (otherwise, "the content of the SSOT (SHA-256) was"),
        ] {
            std::fs::write(&file, serde_json::to_vec(&plan).unwrap()).unwrap();
            let ran = operator.staging(&site.url, &[&["apply", &file][..], &CONFIRM].concat()).await.exits(3);
            assert!(ran.stderr.contains(why), "{why}: {}", ran.stderr);
            assert_eq!(ran.stdout, "");
        }
        assert_eq!(site.identities().await, before);
    })
    .await;
}

/// The plan with the hash that it would have been written with: what is wrong is then not the hash.
fn signed(plan: PlanFile) -> PlanFile {
    let mut plan = PlanFile { hash: String::new(), ..plan };
    plan.hash = hex::encode(Sha256::digest(serde_json::to_vec(&plan).unwrap()));
    plan
}
