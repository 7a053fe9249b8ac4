//! Signals while a removal is in flight.
use serde_json::Value;

use super::junk::{THREE, three};
use super::site::on_site;
use crate::support::operator::{CONFIRM, Operator};
use crate::support::proxy::{Effect, Fault, Gate, Proxy};

#[tokio::test]
async fn a_signal_lets_the_removal_in_flight_end_and_starts_no_other() {
    on_site(async |site| {
        for signal in ["TERM", "INT", "HUP"] {
            site.make(&three()).await;
            let operator = Operator::new();
            let plan = operator.plan(&site.url, &THREE).await;
            let proxy = Proxy::to(&site.url);
            let gate = Gate::shut();
            proxy.inject(Fault::new("DELETE", "/containers/", Effect::Hold(gate.clone())));
            let applying = operator.start(&proxy.url, &[&["apply", &plan][..], &CONFIRM].concat());
            gate.reached().await;
            applying.signal(signal);
            applying.says("stopping: the step in flight is finished, no other is started").await;
            gate.open();
            let ran = applying.ended().await.exits(4);

            assert!(ran.stdout.contains("stopped: it was asked to stop"), "{signal}: {}", ran.stdout);
            assert_eq!(
                operator.outcomes(&site.url).await,
                ["docker rm tmp-a: done", "docker rm tmp-b: not_started", "docker rm tmp-c: not_started"],
                "{signal}"
            );
            assert_eq!(proxy.writes().len(), 1, "{signal}: {:?}", proxy.writes());
            assert_eq!(operator.journal().last().unwrap()["outcome"], "stopped");
            let held = site.held().await;
            assert_eq!(THREE.map(|path| held.contains(path)), [false, true, true], "{signal}");
            site.clear().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_kill_leaves_an_intent_without_an_outcome() {
    on_site(async |site| {
        site.make(&three()).await;
        let operator = Operator::new();
        let plan = operator.plan(&site.url, &THREE).await;
        let proxy = Proxy::to(&site.url);
        let gate = Gate::shut();
        proxy.inject(Fault::new("DELETE", "/containers/", Effect::Hold(gate.clone())));
        let applying = operator.start(&proxy.url, &[&["apply", &plan][..], &CONFIRM].concat());
        gate.reached().await;
        applying.signal("KILL");
        assert_eq!(applying.ended().await.code, None, "a signal ended it");

        let events: Vec<Value> = operator.journal().iter().map(|it| it["event"].clone()).collect();
        assert_eq!(events, ["begin", "intent"]);
        let history = operator.staging(&site.url, &["history", "--format", "json"]).await.exits(0).json();
        assert_eq!(history["cleanups"][0]["outcome"], "unfinished");
        assert_eq!(
            operator.outcomes(&site.url).await,
            ["docker rm tmp-a: unknown", "docker rm tmp-b: not_started", "docker rm tmp-c: not_started"]
        );
        // The lock went with the process: nobody is locked out by the dead.
        let plan = operator.plan(&site.url, &THREE[1..]).await;
        operator.staging(&site.url, &[&["apply", &plan][..], &CONFIRM].concat()).await.exits(0);
    })
    .await;
}
