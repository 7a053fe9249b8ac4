//! Looking changes nothing, and production is only ever looked at: down to the wire.
use super::junk::{PLANNED, junk};
use super::site::on_site;
use crate::support::operator::{CONFIRM, Operator};
use crate::support::proxy::Proxy;

#[tokio::test]
async fn ten_audits_a_plan_and_an_explanation_change_nothing() {
    on_site(async |site| {
        site.make(&junk()).await;
        let before = site.identities().await;
        let proxy = Proxy::to(&site.url);
        let operator = Operator::new();
        for format in
            ["table", "json", "markdown", "prometheus", "table", "json", "json", "json", "json", "json"]
        {
            operator.staging(&proxy.url, &["audit", "--format", format]).await.exits(0);
        }
        operator.plan(&proxy.url, &PLANNED).await;
        operator.staging(&proxy.url, &["explain", "volume/tmp-cache"]).await.exits(0);
        assert_eq!(site.identities().await, before);
        assert_eq!(operator.audit_log().len(), 10, "a line for each audit");
        assert!(proxy.requests().len() > 50, "the proxy was in the way: {:?}", proxy.requests());
        assert_eq!(proxy.writes(), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn production_is_read_and_nothing_else() {
    on_site(async |site| {
        site.make(&junk()).await;
        let before = site.identities().await;
        let operator = Operator::new();
        let plan = operator.plan(&site.url, &PLANNED).await;
        let proxy = Proxy::to(&site.url);
        let on = ["-H", proxy.url.as_str(), "--env", "production"];
        let audit = operator.run(&[&["audit", "--format", "json"], &on[..]].concat()).await.exits(0).json();
        assert_eq!((&audit["environment"], &audit["cleanup"]), (&"production".into(), &"forbidden".into()));
        operator.run(&[&["explain", "container/tmp-live"], &on[..]].concat()).await.exits(0);

        for refused in [
            &["plan"][..],
            &["plan", "--select", "container/tmp-ended"],
            &[&["apply", &plan][..], &CONFIRM].concat(),
            &["apply", &plan],
            &["apply"],
        ] {
            let ran = operator.run(&[refused, &on[..]].concat()).await.exits(3);
            assert_eq!(ran.stdout, "", "{refused:?}");
            assert!(ran.stderr.starts_with("refused: "), "{refused:?}: {}", ran.stderr);
        }
        // Staging's own session, told to keep its hands off, does.
        let staging = ["-H", proxy.url.as_str(), "--env", "staging", "--read-only"];
        operator.run(&[&["plan"], &staging[..]].concat()).await.exits(3);
        operator.run(&[&["apply", &plan][..], &CONFIRM, &staging].concat()).await.exits(3);

        assert!(proxy.requests().len() > 10, "the proxy was in the way");
        assert_eq!(proxy.writes(), [""; 0]);
        assert_eq!(site.identities().await, before);
    })
    .await;
}
