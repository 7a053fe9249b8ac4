//! A broken answer to a removal: it is never called done, never sent twice, and never reclaimed.
use super::junk::{THREE, three};
use super::site::on_site;
use crate::support::operator::{CONFIRM, Operator};
use crate::support::proxy::{Effect, Fault, Proxy};

/// Strikes the removal of `tmp-a`, the first of three, and tells how the program exited, what became of each
/// step, and what was sent.
async fn strikes(effects: &[(Effect, i32, [&str; 3], usize)]) {
    on_site(async |site| {
        for (effect, code, outcomes, sent) in effects {
            site.make(&three()).await;
            let operator = Operator::new();
            let plan = operator.plan(&site.url, &THREE).await;
            let proxy = Proxy::to(&site.url);
            let fault = proxy.inject(Fault::new("DELETE", "/containers/", effect.clone()));
            let ran = operator.staging(&proxy.url, &[&["apply", &plan][..], &CONFIRM].concat()).await;
            assert_eq!(fault.fired(), 1, "{effect:?}");
            let told: Vec<String> =
                operator.outcomes(&site.url).await.iter().map(|it| word_of(it).to_owned()).collect();
            assert_eq!(told, outcomes, "{effect:?}: {ran:?}");
            assert_eq!(proxy.writes().len(), *sent, "{effect:?}: never twice: {:?}", proxy.writes());
            assert_eq!(ran.code, Some(*code), "{effect:?}: {ran:?}");
            site.clear().await;
        }
    })
    .await;
}

fn word_of(outcome: &str) -> &str {
    outcome.rsplit_once(": ").unwrap().1
}

#[tokio::test]
async fn an_error_is_told_as_what_it_is() {
    strikes(&[
        (Effect::Status(404), 0, ["already_gone", "done", "done"], 3),
        (Effect::Status(409), 4, ["refused", "done", "done"], 3),
        (Effect::Status(500), 4, ["failed", "done", "done"], 3),
        (Effect::Status(403), 4, ["failed", "not_started", "not_started"], 1),
    ])
    .await;
}

#[tokio::test]
async fn a_lost_reply_is_looked_up_and_never_sent_again() {
    strikes(&[
        (Effect::Drop, 4, ["unknown", "done", "done"], 3),
        (Effect::DropAfter, 4, ["unknown", "done", "done"], 3),
    ])
    .await;
}

#[tokio::test]
async fn an_engine_that_goes_away_midway_ends_the_run() {
    on_site(async |site| {
        site.make(&three()).await;
        let operator = Operator::new();
        let plan = operator.plan(&site.url, &THREE).await;
        let proxy = Proxy::to(&site.url);
        // The engine is asked once more about each step before it is sent; the first goes through.
        let lost = proxy.inject(Fault::new("DELETE", "/", Effect::DropAfter));
        let gone = proxy.inject(Fault::new("GET", "/info", Effect::Drop).after(3).always());
        let ran = operator.staging(&proxy.url, &[&["apply", &plan][..], &CONFIRM].concat()).await.exits(4);
        assert!(lost.fired() == 1 && gone.fired() > 0);
        assert!(ran.stdout.contains("the engine does not answer any more"), "{}", ran.stdout);
        assert_eq!(proxy.writes().len(), 1);
        assert_eq!(
            operator.outcomes(&site.url).await,
            ["docker rm tmp-a: unknown", "docker rm tmp-b: not_started", "docker rm tmp-c: not_started"]
        );
    })
    .await;
}
