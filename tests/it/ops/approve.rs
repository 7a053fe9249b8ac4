//! `ssot approve`, on the droplet.
use docker_steward::demo::{DemoEngine, Volume, World};
use jiff::Timestamp;

use super::bench::Bench;

fn approve(bench: &Bench, words: &[&str]) -> String {
    let all: Vec<&str> =
        ["ssot", "approve"].iter().chain(words).chain(&["--demo", "--env", "staging"]).copied().collect();
    bench.run(&all).to_string()
}

#[test]
fn a_named_unknown_is_approved_and_then_safe() {
    let bench = Bench::with_ssot("staging");
    let before = bench.read("ssot/staging.yaml");
    insta::assert_snapshot!(approve(&bench, &["volume/old-volume-xyz"]), @r#"
    --- ssot/staging.yaml
    +++ ssot/staging.yaml
    @@ -49,5 +49,5 @@
     # What may go because of its name, once it is at least this old.
     safe_to_delete:
    -  patterns: ["test-*", "tmp-*", "experiment-*", "docker-extension*", "mcp/*"]
    +  patterns: ["test-*", "tmp-*", "experiment-*", "docker-extension*", "mcp/*", "old-volume-xyz"]
       min_age: 0s

    becomes safe to delete
      volume/old-volume-xyz  its name matches old-volume-xyz
    -- stderr
    refused: there is no terminal to ask on; read what is shown, then say --confirm old-volume-xyz; nothing has been approved
    -- exit 3
    "#);
    insta::assert_snapshot!(approve(&bench, &["volume/old-volume-xyz", "--confirm", "old-volume"]), @r#"
    --- ssot/staging.yaml
    +++ ssot/staging.yaml
    @@ -49,5 +49,5 @@
     # What may go because of its name, once it is at least this old.
     safe_to_delete:
    -  patterns: ["test-*", "tmp-*", "experiment-*", "docker-extension*", "mcp/*"]
    +  patterns: ["test-*", "tmp-*", "experiment-*", "docker-extension*", "mcp/*", "old-volume-xyz"]
       min_age: 0s

    becomes safe to delete
      volume/old-volume-xyz  its name matches old-volume-xyz
    -- stderr
    refused: old-volume-xyz was expected, and not old-volume; nothing has been approved
    -- exit 3
    "#);
    assert_eq!(bench.read("ssot/staging.yaml"), before);
    insta::assert_snapshot!(approve(&bench, &["volume/old-volume-xyz", "--confirm", "old-volume-xyz"]), @r#"
    --- ssot/staging.yaml
    +++ ssot/staging.yaml
    @@ -49,5 +49,5 @@
     # What may go because of its name, once it is at least this old.
     safe_to_delete:
    -  patterns: ["test-*", "tmp-*", "experiment-*", "docker-extension*", "mcp/*"]
    +  patterns: ["test-*", "tmp-*", "experiment-*", "docker-extension*", "mcp/*", "old-volume-xyz"]
       min_age: 0s

    becomes safe to delete
      volume/old-volume-xyz  its name matches old-volume-xyz
    written to ssot/staging.yaml as safe_to_delete.patterns[5]
    commit it, so that the decision is versioned: git commit ssot/staging.yaml
    -- stderr
    -- exit 0
    "#);
    assert_eq!(
        bench.read("ssot/staging.yaml"),
        before.replace("\"mcp/*\"]", "\"mcp/*\", \"old-volume-xyz\"]")
    );
    let explained = bench.run(&["explain", "volume/old-volume-xyz", "--demo", "--env", "staging"]).stdout;
    assert!(explained.contains("safe-to-delete"), "{explained}");
    insta::assert_snapshot!(approve(&bench, &["volume/old-volume-xyz"]), @"
    -- stderr
    refused: only what is unknown can be approved, and volume/old-volume-xyz is safe-to-delete: its name matches old-volume-xyz
    -- exit 3
    ");
}

#[test]
fn a_pattern_shows_all_that_it_makes_safe() {
    let bench = Bench::with_ssot("staging");
    let of =
        |pattern| approve(&bench, &["volume/old-volume-xyz", "--pattern", pattern, "--confirm", pattern]);
    insta::assert_snapshot!(of("*-store"), @"
    -- stderr
    refused: `*-store` does not match volume/old-volume-xyz
    -- exit 3
    ");
    insta::assert_snapshot!(of("*o*"), @"
    -- stderr
    refused: `*o*` reaches what must stay
      container/Prod-caps is protected: its name (Prod-caps) matches the protected pattern prod-*
      container/mcp-coordinator is protected: its name is the protected name mcp-coordinator
      container/odoo-db-sgp1 is protected: its name (odoo-db-sgp1) matches the protected pattern odoo-db-sgp1*
      container/odoo-erp-prod is protected: its name (odoo-erp-prod) matches the protected pattern odoo-erp-prod*
      container/odoo-staging is expected: it belongs to staging: its name matches odoo-staging
      container/odoo-staging-db is expected: it belongs to staging: its name matches odoo-staging-db
      container/prod-import is protected: its name (prod-import) matches the protected pattern prod-*
      container/shop_prod-db_1 is protected: its name (shop_prod-db_1) matches the protected pattern prod-*
      container/shop_prod-web_1 is protected: its name (shop_prod-web_1) matches the protected pattern prod-*
      image/acme/web:prod-1 is protected: its name (acme/web:prod-1) matches the protected pattern prod-*
      image/acme/web:prod-2 is protected: its name (acme/web:prod-2) matches the protected pattern prod-*
      image/acme/web:prod-3 is protected: its name (acme/web:prod-3) matches the protected pattern prod-*
      image/ghcr.io/acme/mcp-coordinator:1.4 is protected: its name is the protected name mcp-coordinator
      image/n8nio/n8n:1.64.0 is protected: its name is the protected name n8n
      image/odoo:18.0 is expected: it belongs to staging: its name matches odoo:18.0
      image/odoo:18.0-20251210 is expected: it belongs to staging: its name matches odoo:18.0-*
      image/odoo:18.0-20260105 is expected: it belongs to staging: its name matches odoo:18.0-*
      image/postgres:15-alpine is protected: used by container shop_prod-db_1, which is protected
      image/postgres:16-alpine is expected: it belongs to staging: its name matches postgres:16-alpine
      image/tmp-hotfix:1 is protected: another name of the same image (acme/web:prod-1) matches the protected pattern prod-*
      volume/ipai-superset-home is protected: its name (ipai-superset-home) matches the protected pattern ipai-*
      volume/odoo-db-sgp1-data is protected: its name (odoo-db-sgp1-data) matches the protected pattern odoo-db-sgp1*
      volume/odoo-erp-prod-filestore is protected: its name (odoo-erp-prod-filestore) matches the protected pattern prod-*
      volume/odoo-staging-db-data is expected: it belongs to staging: its name matches odoo-staging-db-data
      volume/odoo-staging-filestore is expected: it belongs to staging: its name matches odoo-staging-filestore
      volume/prod_pgdata is protected: its name (prod_pgdata) matches the protected pattern prod-*
      volume/shop_prod-data is protected: its name (shop_prod-data) matches the protected pattern prod-*
      volume/tmp-import-buffer is protected: used by container prod-import, which is protected
      network/host is protected: it is one of Docker's own networks
      network/none is protected: it is one of Docker's own networks
      network/prod-backend is protected: its name (prod-backend) matches the protected pattern prod-*
      network/shop_prod_default is protected: its name (shop_prod_default) matches the protected pattern prod-*
    -- exit 3
    ");
    insta::assert_snapshot!(of("[or][la][dn]*-*"), @r#"
    --- ssot/staging.yaml
    +++ ssot/staging.yaml
    @@ -49,5 +49,5 @@
     # What may go because of its name, once it is at least this old.
     safe_to_delete:
    -  patterns: ["test-*", "tmp-*", "experiment-*", "docker-extension*", "mcp/*"]
    +  patterns: ["test-*", "tmp-*", "experiment-*", "docker-extension*", "mcp/*", "[or][la][dn]*-*"]
       min_age: 0s

    becomes safe to delete
      image/old-experiment:v1  its name matches [or][la][dn]*-*
      volume/old-volume-xyz  its name matches [or][la][dn]*-*
    stays unknown
      volume/random-store  used by container random_name, which is unknown
    written to ssot/staging.yaml as safe_to_delete.patterns[5]
    commit it, so that the decision is versioned: git commit ssot/staging.yaml
    -- stderr
    -- exit 0
    "#);
}

#[test]
fn what_is_not_unknown_or_would_stay_so_is_not_approved() {
    let bench = Bench::with_ssot("staging");
    insta::assert_snapshot!(approve(&bench, &["container/odoo-staging", "--confirm", "odoo-staging"]), @"
    -- stderr
    refused: only what is unknown can be approved, and container/odoo-staging is expected: it belongs to staging: its name matches odoo-staging
    -- exit 3
    ");
    insta::assert_snapshot!(approve(&bench, &["volume/n8n_data", "--confirm", "n8n_data"]), @"
    -- stderr
    refused: only what is unknown can be approved, and volume/n8n_data is protected: used by container n8n, which is protected
    -- exit 3
    ");
    insta::assert_snapshot!(approve(&bench, &["volume/nfs-backups", "--confirm", "nfs-backups"]), @"
    -- stderr
    refused: with that rule volume/nfs-backups would still be unknown: it has driver options (device, o, type): its data lies elsewhere
    -- exit 3
    ");
    insta::assert_snapshot!(approve(&bench, &["volume/grafana_data", "--confirm", "grafana_data"]), @"
    -- stderr
    refused: with that rule volume/grafana_data would still be unknown: used by container grafana, which is unknown
      Approve what uses it first.
    -- exit 3
    ");
    insta::assert_snapshot!(approve(&bench, &["volume/random-store", "--confirm", "random-store"]), @"
    -- stderr
    refused: with that rule volume/random-store would still be unknown: used by container random_name, which is unknown
      Approve what uses it first.
    -- exit 3
    ");
    insta::assert_snapshot!(approve(&bench, &["volume/tmp-cache", "--confirm", "tmp-cache"]), @"
    -- stderr
    refused: only what is unknown can be approved, and volume/tmp-cache is safe-to-delete: its name matches tmp-*
    -- exit 3
    ");
    assert_eq!(bench.read("ssot/staging.yaml"), include_str!("../../../ssot/staging.yaml"));
}

#[test]
fn neither_a_built_in_ssot_nor_a_forbidden_environment() {
    let bench = Bench::new();
    insta::assert_snapshot!(approve(&bench, &["volume/random-store", "--confirm", "random-store"]), @"
    -- stderr
    error: built-in ssot/staging.yaml is part of the program and cannot be changed
      = help: write it as a file first: `docker-steward ssot init --env staging --built-in --out ssot/staging.yaml`
    -- exit 1
    ");
    let bench = Bench::with_ssot("production");
    let forbidden = bench.run(&[
        "ssot",
        "approve",
        "volume/random-store",
        "--demo",
        "--env",
        "prod",
        "--confirm",
        "random-store",
    ]);
    insta::assert_snapshot!(forbidden, @"
    -- stderr
    refused: production is read-only: its SSOT says `cleanup: forbidden`, so nothing can be marked, planned or removed
    -- exit 3
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_means_two_things_needs_a_pattern() {
    let bench = Bench::with_ssot("staging");
    let mut world = World::droplet(Timestamp::now());
    world.add_volume(Volume::new("random_name"));
    let engine = DemoEngine::start(world).await.unwrap();
    let approve = |more: &[&str]| {
        let words =
            ["ssot", "approve", "container/random_name", "--confirm", "random_name", "--env", "staging"];
        let words: Vec<&str> = words.iter().chain(&["-H", engine.url()]).chain(more).copied().collect();
        bench.run(&words).to_string()
    };
    insta::assert_snapshot!(approve(&[]), @"
    -- stderr
    refused: the name `random_name` also means volume/random_name
      To approve all of them, say so with a pattern that names them.
    -- exit 3
    ");
    insta::assert_snapshot!(approve(&["--pattern", "random_name"]), @r#"
    --- ssot/staging.yaml
    +++ ssot/staging.yaml
    @@ -49,5 +49,5 @@
     # What may go because of its name, once it is at least this old.
     safe_to_delete:
    -  patterns: ["test-*", "tmp-*", "experiment-*", "docker-extension*", "mcp/*"]
    +  patterns: ["test-*", "tmp-*", "experiment-*", "docker-extension*", "mcp/*", "random_name"]
       min_age: 0s

    becomes safe to delete
      container/random_name  its name matches random_name
      volume/random_name  its name matches random_name
    written to ssot/staging.yaml as safe_to_delete.patterns[5]
    commit it, so that the decision is versioned: git commit ssot/staging.yaml
    -- stderr
    -- exit 0
    "#);
}

#[test]
fn what_is_too_young_is_approved_and_waits() {
    let bench = Bench::with_ssot("staging");
    bench
        .write("ssot/staging.yaml", &bench.read("ssot/staging.yaml").replace("min_age: 0s", "min_age: 365d"));
    insta::assert_snapshot!(approve(&bench, &["volume/old-volume-xyz", "--confirm", "old-volume-xyz"]), @r#"
    --- ssot/staging.yaml
    +++ ssot/staging.yaml
    @@ -49,5 +49,5 @@
     # What may go because of its name, once it is at least this old.
     safe_to_delete:
    -  patterns: ["test-*", "tmp-*", "experiment-*", "docker-extension*", "mcp/*"]
    +  patterns: ["test-*", "tmp-*", "experiment-*", "docker-extension*", "mcp/*", "old-volume-xyz"]
       min_age: 365d

    stays unknown
      volume/old-volume-xyz  too young yet, or its age cannot be proved
    the SSOT asks for an age of 365 d, which must be proved
    written to ssot/staging.yaml as safe_to_delete.patterns[5]
    commit it, so that the decision is versioned: git commit ssot/staging.yaml
    -- stderr
    -- exit 0
    "#);
}
