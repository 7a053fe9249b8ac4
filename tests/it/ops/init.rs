//! `ssot init`.
use docker_steward::ssot::load;

use super::bench::Bench;

#[test]
#[expect(clippy::too_many_lines, reason = "a whole draft is pinned")]
fn a_draft_of_the_droplet_expects_what_runs_and_lets_nothing_go() {
    let bench = Bench::new();
    let draft = bench.run(&["ssot", "init", "--env", "fresh", "--demo", "--out", "ssot/fresh.yaml"]);
    insta::assert_snapshot!(draft, @"
    -- stderr
    written to ssot/fresh.yaml; read it, correct it, then:
      docker-steward ssot check --ssot ssot/fresh.yaml
      docker-steward audit --env fresh --ssot ssot/fresh.yaml
    -- exit 0
    ");
    let text = bench.read("ssot/fresh.yaml");
    let day = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    insta::assert_snapshot!(text.replace(&day, "[DAY]"), @r#"
    # yaml-language-server: $schema=./ssot.schema.json
    #
    # A draft of fresh, for review: what droplet-sgp1 (20.10.24) held on [DAY].
    # It expects what ran, and what that used. Nothing is removable by it: what is unknown stays.
    version: 1
    environment: fresh
    cleanup: confirm            # forbidden | confirm | autonomous

    # host: {address: …}         # `docker-steward ssot bind` adds the engine; another one is then refused

    # Compose projects seen:
    #   feature-4711_checkout-redesign__with-a-really-long-stack-name-that-nobody-should-have-chosen
    #   shop_prod
    #   staging
    # stack: {compose_file: docker-compose.yml}

    expected:
      containers:
        - {name: "experiment-run"}
        - {name: "grafana"}
        - {name: "mcp-coordinator"}
        - {name: "monitor"}
        - {name: "n8n"}
        - {name: "odoo-db-sgp1"}
        - {name: "odoo-erp-prod"}
        - {name: "odoo-staging"}
        - {name: "odoo-staging-db"}
        - {name: "test-experiment-1"}
        - {name: "traefik"}
      images:
        - {name: "experiment-runner:v2"}
        - {name: "ghcr.io/acme/mcp-coordinator:1.4"}
        - {name: "grafana/grafana:11.2.0"}
        - {name: "n8nio/n8n:1.64.0"}
        - {name: "odoo:18.0"}
        - {name: "odoo:18.0-20260105"}
        - {name: "old-experiment:v1"}
        - {name: "postgres:16-alpine"}
        - {name: "prom/node-exporter:v1.8.2"}
        - {name: "test-runner:latest"}
        - {name: "traefik:v3.1"}
      volumes:
        - {name: "grafana_data"}
        - {name: "n8n_data"}
        - {name: "odoo-db-sgp1-data"}
        - {name: "odoo-staging-db-data"}
        - {name: "odoo-staging-filestore"}
        - {name: "tmp-metrics"}
        - {name: "traefik_certs"}
      networks:
        - {name: "monitoring"}
        - {name: "staging_default"}

    # Matched broadly: case and separators are one, and a pattern may begin at any word.
    protected:
      patterns: ["prod-*", "stable-*"]
      names: []                  # production's whose names no pattern matches
      # protected by that today:
      #   container/Prod-caps
      #   container/ipai-superset
      #   container/prod-import
      #   container/shop_prod-db_1
      #   container/shop_prod-web_1
      #   image/acme/web:prod-1
      #   image/acme/web:prod-2
      #   image/acme/web:prod-3
      #   image/ipai-superset:stable-2.0
      #   image/ipai-superset:stable-2.1
      #   image/postgres:15-alpine
      #   image/tmp-hotfix:1
      #   volume/ipai-superset-home
      #   volume/odoo-erp-prod-filestore
      #   volume/prod_pgdata
      #   volume/shop_prod-data
      #   volume/tmp-import-buffer
      #   network/prod-backend
      #   network/shop_prod_default

    # What may go because of its name. `docker-steward ssot approve KIND/NAME` adds to it.
    safe_to_delete:
      patterns: []               # such as "test-*", "tmp-*"
      min_age: 0s

    # retention:                 # what is unused for so long becomes safe to delete
    #   dangling_images: {max_age: 14d}
    #   unused_volumes: {max_age: 30d}

    # Unknown, and kept until somebody decides:
    #   container/experiment-crawler
    #   container/product-test
    #   container/random_name
    #   container/test-crashloop
    #   container/tmp-debug-container
    #   container/tmp-preview-4711
    #   image/acme/toolbox:2
    #   image/alpine:3.20
    #   image/docker-extension:latest
    #   image/experiment-import:v3
    #   image/mcp/fetch:latest
    #   image/mcp/github:latest
    #   image/nginx:1.27-alpine
    #   image/odoo:18.0-20251210
    #   image/python:3.12-slim
    #   image/redis:7-alpine
    #   image/sha256:5907cff7ce65fda4f3fbd9b5d3ae264a79ba3414ad8ef68df1bf1274b2cf3cd9
    #   image/sha256:c21fdf96d034a2d3e3304e6fc2f17acec6cdb9491a82cac654fb4b99b1045156
    #   image/sha256:f04ce977c2e4d928942cafcab2d6f289ff6459f845ff802f584aeab6582ba4e1
    #   image/test-chain:latest
    #   image/test-reproducible:latest
    #   image/tmp-toolbox:1
    #   volume/7d96b78be388f3be17c23057ad80fe0b28028e2ebc66fa87b338640197c71ea2
    #   volume/90062013ed89b931eb1a6cd2a93ccc1e85beabb936acb7e55b9a49a9f6a3755e
    #   volume/e3abde224d5d0aed718c832160a9080a8d77fa48c1457233c959fa65bd3ab456
    #   volume/feature-4711_checkout-redesign__with-a-r_data
    #   volume/nfs-backups
    #   volume/old-volume-xyz
    #   volume/random-store
    #   volume/test-fixtures
    #   volume/test-lost-folder
    #   volume/test-pg-data
    #   volume/tmp-cache
    #   network/feature-4711_checkout-redesi_default
    #   network/test-network
    "#);
    let ssot = load::read(&bench.path("ssot/fresh.yaml")).unwrap();
    assert_eq!(ssot.policy.safe_to_delete.patterns.len(), 0);
    let audit = bench.run(&["audit", "--env", "fresh", "--demo", "--format", "json", "--no-sizes"]);
    let audit: serde_json::Value = serde_json::from_str(&audit.stdout).unwrap();
    assert_eq!(audit["drift"]["safe_to_delete"], 0);
    assert_eq!(audit["drift"]["missing"], 0);
    assert_eq!(audit["drift"]["not_running"], 0);
}

#[test]
fn nothing_is_overwritten_or_guessed() {
    let bench = Bench::with_ssot("staging");
    let init = |words: &[&str]| {
        let all: Vec<&str> = ["ssot", "init"].iter().chain(words).copied().collect();
        bench.run(&all).to_string()
    };
    insta::assert_snapshot!(init(&["--env", "staging", "--built-in", "--out", "ssot/staging.yaml"]), @"
    -- stderr
    error: ssot/staging.yaml cannot be written: it exists, and an SSOT is never overwritten
    -- exit 1
    ");
    insta::assert_snapshot!(init(&["--env", "staging", "--built-in", "--out", "ssot/again.yaml"]), @"
    -- stderr
    written to ssot/again.yaml; read it, correct it, then:
      docker-steward ssot check --ssot ssot/again.yaml
      docker-steward audit --env staging --ssot ssot/again.yaml
    -- exit 0
    ");
    assert_eq!(bench.read("ssot/again.yaml"), include_str!("../../../ssot/staging.yaml"));
    insta::assert_snapshot!(init(&["--env", "ci", "--built-in"]), @"
    -- stderr
    error: no SSOT of ci is built in; leave --built-in out to draft one
    -- exit 1
    ");
    insta::assert_snapshot!(init(&["--demo"]), @"
    -- stderr
    error: no environment was named: choose with `--env`, such as `--env staging`
    -- exit 1
    ");
    insta::assert_snapshot!(init(&["--env", "a b", "--demo"]), @"
    -- stderr
    error: `a b` is no environment: it must be lower-case letters, digits, `-` and `_`, a letter first, at most 63
    -- exit 1
    ");
}

const COMPOSE: &str = "\
name: staging
services:
  app:
    image: odoo:18.0
    container_name: odoo-staging
    volumes: [odoo-staging-filestore:/var/lib/odoo]
  cache: {image: \"redis:${REDIS:-7}\"}
  superset: {image: apache/superset:4.1.1, container_name: superset-staging, profiles: [bi]}
volumes:
  odoo-staging-filestore: {name: odoo-staging-filestore}
  sessions:
";

#[test]
fn a_draft_expects_what_compose_files_declare_and_says_what_of_it_is_not_there() {
    let bench = Bench::new();
    bench.write("docker-compose.yml", COMPOSE);
    let init = ["ssot", "init", "--env", "fresh", "--demo", "--compose", "docker-compose.yml"];
    let draft = bench.run(&init);
    assert_eq!((draft.code, draft.stderr.as_str()), (0, ""));
    let start = draft.stdout.find("stack: ").unwrap();
    let end = draft.stdout.find("# Matched broadly").unwrap();
    insta::assert_snapshot!(&draft.stdout[start..end], @r#"
    stack: {compose_file: "docker-compose.yml"}

    expected:
      containers:
        - {name: "experiment-run"}
        - {name: "grafana"}
        - {name: "mcp-coordinator"}
        - {name: "monitor"}
        - {name: "n8n"}
        - {name: "odoo-db-sgp1"}
        - {name: "odoo-erp-prod"}
        - {name: "odoo-staging"}
        - {name: "odoo-staging-db"}
        - {name: "staging-cache-1"}  # declared by the compose file, and not there
        - {name: "superset-staging", optional: true}  # declared by the compose file, and not there
        - {name: "test-experiment-1"}
        - {name: "traefik"}
      images:
        - {name: "apache/superset:4.1.1", optional: true}  # declared by the compose file, and not there
        - {name: "experiment-runner:v2"}
        - {name: "ghcr.io/acme/mcp-coordinator:1.4"}
        - {name: "grafana/grafana:11.2.0"}
        - {name: "n8nio/n8n:1.64.0"}
        - {name: "odoo:18.0"}
        - {name: "odoo:18.0-20260105"}
        - {name: "old-experiment:v1"}
        - {name: "postgres:16-alpine"}
        - {name: "prom/node-exporter:v1.8.2"}
        - {name: "test-runner:latest"}
        - {name: "traefik:v3.1"}
        # no rule can mean this name alone: redis:${REDIS:-7}
      volumes:
        - {name: "grafana_data"}
        - {name: "n8n_data"}
        - {name: "odoo-db-sgp1-data"}
        - {name: "odoo-staging-db-data"}
        - {name: "odoo-staging-filestore"}
        - {name: "staging_sessions"}  # declared by the compose file, and not there
        - {name: "tmp-metrics"}
        - {name: "traefik_certs"}
      networks:
        - {name: "monitoring"}
        - {name: "staging_default"}
    "#);
    // What it declares and the engine lacks is drift from the first audit on.
    bench.write("ssot/fresh.yaml", &draft.stdout);
    let audit = bench.run(&["audit", "--env", "fresh", "--demo", "--format", "json", "--no-sizes"]);
    let audit: serde_json::Value = serde_json::from_str(&audit.stdout).unwrap();
    let missing = audit["missing"].as_array().unwrap();
    let missing: Vec<String> =
        missing.iter().map(|it| format!("{}/{}", it["kind"], it["name"]).replace('"', "")).collect();
    assert_eq!(missing, ["container/staging-cache-1", "volume/staging_sessions"]);
    assert_eq!(audit["drift"]["safe_to_delete"], 0);

    // Two files: both are taken, and which one is the stack is the operator's to say.
    bench.write("more.yml", "name: more\nservices: {x: {image: busybox, network_mode: none}}\n");
    let two = bench.run(&[&init[..], &["--compose", "more.yml"]].concat());
    assert!(two.stdout.contains("\"more-x-1\"") && two.stdout.contains("\"staging_sessions\""), "{two}");
    assert!(two.stdout.contains("\n# stack: {compose_file"), "{two}");
}

#[test]
fn a_compose_file_that_cannot_be_read_makes_no_draft() {
    let bench = Bench::new();
    let init = ["ssot", "init", "--env", "fresh", "--demo", "--compose", "c.yml"];
    insta::assert_snapshot!(bench.run(&init), @"
    -- stderr
    error: c.yml: No such file or directory (os error 2)
    -- exit 1
    ");
    bench.write("c.yml", "services: [1]\n");
    insta::assert_snapshot!(bench.run(&init), @"
    -- stderr
    error: c.yml: it is no compose file: services: invalid type: sequence, expected a map at line 1 column 11
    -- exit 1
    ");
    insta::assert_snapshot!(bench.run(&[&init[..], &["--built-in"]].concat()), @"
    -- stderr
    error: the argument '--compose <FILE>' cannot be used with '--built-in'

    Usage: docker-steward ssot init --env <NAME> --demo --compose <FILE>

    For more information, try '--help'.
    -- exit 64
    ");
}
