//! A broken answer to a question: nothing is removed, whenever it breaks. Each fault proves that it fired.
use serde_json::{Value, json};

use super::junk::{THREE, three};
use super::site::{Site, on_site};
use crate::support::operator::{CONFIRM, Operator, Ran};
use crate::support::proxy::{Effect, Fault, Proxy};

/// What a decision rests on, and how often each is asked before the first step is looked at again.
const QUESTIONS: [(&str, usize); 5] =
    [("/info", 2), ("/containers/json", 1), ("/images/json", 1), ("/volumes", 1), ("/networks", 1)];

/// Applies a good plan through a proxy that does this wrong.
async fn apply_through(operator: &Operator, proxy: &Proxy, plan: &str) -> Ran {
    operator.staging(&proxy.url, &[&["apply", plan][..], &CONFIRM].concat()).await
}

/// Strikes each question from the beginning, and then only from the last look before a removal on.
async fn breaks(effect: Effect) {
    on_site(async |site| {
        site.make(&three()).await;
        let before = site.identities().await;
        let operators: Vec<Operator> =
            QUESTIONS.iter().flat_map(|_| [Operator::new(), Operator::new()]).collect();
        let moments = QUESTIONS.iter().flat_map(|&(path, asked)| [(path, 0), (path, asked)]);
        // All at once: a fault that hangs takes its time.
        let strikes = moments.zip(&operators).map(|((path, passing), operator)| {
            strike(site, operator, Fault::new("GET", path, effect.clone()).after(passing).always())
        });
        futures_util::future::join_all(strikes).await;
        assert_eq!(site.identities().await, before);
    })
    .await;
}

async fn strike(site: &Site, operator: &Operator, fault: Fault) {
    let plan = operator.plan(&site.url, &THREE).await;
    let proxy = Proxy::to(&site.url);
    // The engine lets one steward in at a time; here all of them are at work at once.
    proxy.inject(Fault::new("POST", "/session", Effect::Status(404)).always());
    let fault = proxy.inject(fault);
    let ran = apply_through(operator, &proxy, &plan).await;
    assert!(fault.fired() > 0, "{fault:?} did not fire: {ran:?}");
    assert!(matches!(ran.code, Some(1 | 3 | 4)), "{fault:?}: {ran:?}");
    assert!(!ran.stderr.is_empty(), "{fault:?}: {ran:?}");
    assert_eq!(proxy.writes(), [""; 0], "{fault:?}");
}

#[tokio::test]
async fn a_question_that_is_answered_500_removes_nothing() {
    breaks(Effect::Status(500)).await;
}

#[tokio::test]
async fn a_question_that_is_not_answered_removes_nothing() {
    breaks(Effect::Hang).await;
}

#[tokio::test]
async fn an_answer_that_is_cut_off_removes_nothing() {
    breaks(Effect::Truncate).await;
}

#[tokio::test]
async fn an_answer_that_is_not_json_removes_nothing() {
    breaks(Effect::NotJson).await;
}

#[tokio::test]
async fn an_answer_that_is_an_empty_list_removes_nothing() {
    breaks(Effect::Body(json!([]))).await;
}

/// Says something else of the engine after the plan was made, and demands that the plan is void.
async fn voids(site: &Site, path: &'static str, edit: fn(&mut Value), why: &str) {
    let operator = Operator::new();
    let plan = operator.plan(&site.url, &THREE).await;
    let proxy = Proxy::to(&site.url);
    let fault = proxy.inject(Fault::new("GET", path, Effect::Edit(edit)).always());
    let ran = apply_through(&operator, &proxy, &plan).await.exits(3);
    assert!(fault.fired() > 0);
    assert!(ran.stderr.contains(why), "{why}: {}", ran.stderr);
    assert_eq!(proxy.writes(), [""; 0]);
}

#[tokio::test]
async fn another_engine_voids_the_plan() {
    on_site(async |site| {
        site.make(&three()).await;
        voids(site, "/info", |it| it["ID"] = json!("OTHER"), "the engine's ID was").await;
        voids(site, "/info", |it| it["Name"] = json!("other"), "the engine's name was").await;
        voids(site, "/info", |it| it["DockerRootDir"] = json!("/x"), "the engine's root folder was").await;
        voids(site, "/info", |it| it["Driver"] = json!("x"), "the engine's storage was").await;
        voids(site, "/version", |it| it["ApiVersion"] = json!("1.40"), "the API version was").await;
    })
    .await;
}

#[tokio::test]
async fn another_ssot_voids_the_plan() {
    on_site(async |site| {
        site.make(&three()).await;
        let operator = Operator::new();
        let file = operator.home().join("ssot/staging.yaml");
        let plan = operator.plan(&site.url, &THREE).await;
        let mut text = std::fs::read_to_string(&file).unwrap();
        text.push_str("# a word more\n");
        std::fs::write(&file, text).unwrap();
        let ran = operator.staging(&site.url, &[&["apply", &plan][..], &CONFIRM].concat()).await.exits(3);
        assert!(ran.stderr.contains("content of the SSOT (SHA-256) was"), "{}", ran.stderr);
        let held = site.held().await;
        assert!(THREE.iter().all(|path| held.contains(*path)));
    })
    .await;
}
