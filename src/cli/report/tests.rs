//! Every format of one small engine, whole.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Report, commands, explanation, markdown, prometheus, table};
use crate::cli::output::Medium;
use crate::records::{AuditRecord, Facts, json};
use crate::ssot::{Origin, Ssot, load};
use crate::steward::inventory::{
    Container, ContainerId, EngineCounts, Image, ImageId, Network, NetworkId, State, Volume,
};
use crate::steward::{
    Audit, Circumstances, EngineIdentity, Inventory, Key, Labels, Ledger, Mandate, Plan, PlanFile, SsotStamp,
    classify, explain,
};

const SSOT: &str = "\
version: 1
environment: staging
steward: Gordon-Staging
purpose: tests
cleanup: confirm
host: {address: 178.128.112.214}
expected:
  containers: [{name: odoo-staging}]
  volumes: [{name: odoo-staging-filestore}]
protected:
  patterns: [\"prod-*\"]
safe_to_delete:
  patterns: [\"tmp-*\"]
";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    at("2026-01-16T05:53:32.9Z")
}

fn ssot() -> Ssot {
    load::parse(SSOT, &Origin::BuiltIn("ssot/staging.yaml")).unwrap()
}

fn id(digit: char) -> String {
    digit.to_string().repeat(64)
}

fn container(name: &str, digit: char, state: State, size: u64) -> Container {
    Container {
        id: ContainerId::new(id(digit)),
        name: name.into(),
        image: "tools:1".into(),
        image_id: Some(ImageId::new(format!("sha256:{}", id('e')))),
        state,
        status: "".into(),
        created: Some(at("2026-01-04T00:00:00Z")),
        labels: Labels::default(),
        mounts: Vec::new(),
        networks: Vec::new(),
        network_mode: "bridge".into(),
        ports: Vec::new(),
        size: Some(size),
        linked_by: Vec::new(),
        detail: Some(Box::default()),
        faults: Vec::new(),
    }
}

fn volume(name: &str) -> Volume {
    Volume {
        name: name.into(),
        driver: "local".into(),
        mountpoint: format!("/var/lib/docker/volumes/{name}/_data").into(),
        labels: Labels::default(),
        options: Labels::default(),
        scope: "local".into(),
        created: None,
        size: Some(1_200_000_000),
        faults: Vec::new(),
    }
}

fn network(name: &str, digit: char) -> Network {
    Network {
        id: NetworkId::new(id(digit)),
        name: name.into(),
        driver: "bridge".into(),
        scope: "local".into(),
        labels: Labels::default(),
        created: Some(at("2025-06-01T00:00:00Z")),
        faults: Vec::new(),
    }
}

/// A small engine, in which somebody has given a network a hostile name.
fn inventory() -> Inventory {
    let containers = vec![
        container("prod-web", 'a', State::Running, 41_000_000),
        container("tmp-run", 'b', State::Running, 64_000),
        container("tmp-debug", 'c', State::Exited, 2_000_000),
    ];
    Inventory {
        engine: EngineIdentity {
            id: "DROP:LETS".to_owned(),
            name: "droplet-sgp1".to_owned(),
            version: "20.10.24".to_owned(),
            api: "1.41".to_owned(),
            host: "unix:///var/run/docker.sock".to_owned(),
            root_dir: "/var/lib/docker".to_owned(),
            storage: "overlay2".to_owned(),
            operating_system: "Debian".to_owned(),
        },
        read_at: now(),
        engine_time: Some(now()),
        counts: EngineCounts { containers: 3, images: 1 },
        containers,
        images: vec![Image {
            id: ImageId::new(format!("sha256:{}", id('e'))),
            tags: vec!["tools:1".into()],
            digests: Vec::new(),
            parent: None,
            created: Some(at("1970-01-01T00:00:00Z")),
            labels: Labels::default(),
            size: Some(21_800_000),
            shared: Some(0),
            last_tag_time: None,
            inspected: true,
            faults: Vec::new(),
        }],
        volumes: vec![volume("tmp-cache"), volume("old-volume-xyz")],
        networks: vec![network("bridge", '0'), network("evil\n\u{1b}[2Jx|`y`", '1')],
        unreadable: Vec::new(),
    }
}

fn audit() -> Audit {
    classify(&inventory(), &ssot().policy, &Ledger::default(), now())
}

fn record(audit: &Audit) -> AuditRecord {
    let facts = Facts { env: "staging", address: Some("178.128.112.214"), sha256: "5507", version: "0.1.0" };
    AuditRecord::of(audit, &facts, now(), None)
}

fn with_report<R>(print: impl FnOnce(&Report<'_>) -> R) -> R {
    let audit = audit();
    print(&Report {
        audit: &audit,
        record: &record(&audit),
        steward: "Gordon-Staging",
        ssot_path: "ssot/staging.yaml",
        ssot_sha256: "5507",
        ssot_git: "clean",
        again: "docker-steward --env staging",
        took: Some(std::time::Duration::from_millis(1234)),
    })
}

fn plan(keys: impl Fn(&Audit) -> BTreeSet<Key>) -> Plan {
    let audit = audit();
    let circumstances = Circumstances {
        environment: "staging".to_owned(),
        engine: audit.engine.clone(),
        ssot: SsotStamp { path: "ssot/staging.yaml".to_owned(), sha256: "5507".to_owned() },
        created: now(),
        expires: at("2026-01-16T06:53:32.9Z"),
    };
    let mandate = Mandate::of(audit.cleanup, "staging", false).unwrap();
    Plan::new(&audit, &keys(&audit), circumstances, &mandate).unwrap()
}

fn all(audit: &Audit) -> BTreeSet<Key> {
    audit.resources.iter().map(|it| it.key.clone()).collect()
}

fn safe(audit: &Audit) -> BTreeSet<Key> {
    audit.resources.iter().filter(|it| it.safe().is_some()).map(|it| it.key.clone()).collect()
}

#[test]
fn table_in_a_pipe_cuts_nothing() {
    insta::assert_snapshot!(with_report(|it| table::print(it, Medium::PLAIN)), @r#"
    STAGING · Gordon-Staging
    droplet-sgp1 · Engine 20.10.24 · API 1.41 · unix:///var/run/docker.sock
    ssot/staging.yaml · committed · read 2026-01-16T05:53:32Z

    CONTAINERS 3 · ◆ 1 protected · ○ 2 safe-to-delete
      ◆ protected  prod-web   running  41.0 MB  12 d  its name (prod-web) matches the protected pattern prod-*
      ○ safe       tmp-debug            2.0 MB  12 d  its name matches tmp-*
      ○ safe       tmp-run    running  64.0 kB  12 d  its name matches tmp-*

    IMAGES 1 · ◆ 1 protected
      ◆ protected  tools:1  21.8 MB  used by container/prod-web +2  used by container prod-web, which is protected

    VOLUMES 2 · ○ 1 safe-to-delete · ? 1 unknown
      ○ safe       tmp-cache       1.2 GB  its name matches tmp-*
      ? unknown    old-volume-xyz  1.2 GB  no rule of the SSOT names it; unknown resources are kept

    NETWORKS 2 · ◆ 1 protected · ? 1 unknown
      ◆ protected  bridge                229 d  used by container/prod-web +2  it is one of Docker's own networks
      ? unknown    evil\x0a\x1b[2Jx|`y`  229 d                                 no rule of the SSOT names it; unknown resources are kept

    ! missing      container/odoo-staging
    ! missing      volume/odoo-staging-filestore

    drift 7 · 2 unknown · 3 safe-to-delete · 2 missing · 0 not running
    reclaimable 1.2 GB

      docker-steward --env staging plan                           # the exact commands that remove 3 resources
      docker-steward --env staging explain volume/old-volume-xyz  # why it is unknown, and kept
    "#);
}

#[test]
fn table_on_eighty_columns_runs_over_no_edge() {
    let medium = Medium { width: Some(80), ..Medium::PLAIN };
    let text = with_report(|it| table::print(it, medium));
    assert!(text.lines().all(|line| super::text::width(line) <= 80), "{text}");
    insta::assert_snapshot!(text, @r#"
    STAGING · Gordon-Staging
    droplet-sgp1 · Engine 20.10.24 · API 1.41 · unix:///var/run/docker.sock
    ssot/staging.yaml · committed · read 2026-01-16T05:53:32Z

    CONTAINERS 3 · ◆ 1 protected · ○ 2 safe-to-delete
      ◆ protected  prod-web   running  41.0 MB  prod-*
      ○ safe       tmp-debug            2.0 MB  its name matches tmp-*
      ○ safe       tmp-run    running  64.0 kB  its name matches tmp-*

    IMAGES 1 · ◆ 1 protected
      ◆ protected  tools:1  21.8 MB  used by container prod-web, which is protected

    VOLUMES 2 · ○ 1 safe-to-delete · ? 1 unknown
      ○ safe       tmp-cache       1.2 GB  its name matches tmp-*
      ? unknown    old-volume-xyz  1.2 GB  no rule names it

    NETWORKS 2 · ◆ 1 protected · ? 1 unknown
      ◆ protected  bridge                it is one of Docker's own networks
      ? unknown    evil\x0a\x1b[2Jx|`y`  no rule names it

    ! missing      container/odoo-staging
    ! missing      volume/odoo-staging-filestore

    drift 7 · 2 unknown · 3 safe-to-delete · 2 missing · 0 not running
    reclaimable 1.2 GB

      # the exact commands that remove 3 resources
      docker-steward --env staging plan
      # why it is unknown, and kept
      docker-steward --env staging explain volume/old-volume-xyz
    "#);
}

#[test]
fn table_without_unicode_is_ascii() {
    let medium = Medium { unicode: false, width: Some(120), color: false };
    let text = with_report(|it| table::print(it, medium));
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn every_colour_is_taken_back_and_only_ours_are_there() {
    let medium = Medium { color: true, width: Some(100), unicode: true };
    let text = with_report(|it| table::print(it, medium));
    assert!(text.contains("\u{1b}[33m○ safe"), "{text}");
    assert_eq!(text.matches('\u{1b}').count(), 2 * text.matches("\u{1b}[0m").count());
    assert!(!text.contains("\u{1b}[2J"));
}

#[test]
fn markdown_cannot_be_broken_out_of() {
    insta::assert_snapshot!(with_report(markdown::print), @r#"
    ## Docker audit: staging

    - Engine: droplet-sgp1 (20.10.24), `unix:///var/run/docker.sock`
    - SSOT: `ssot/staging.yaml`, committed
    - Read: 2026-01-16T05:53:32Z
    - Drift: **7**: 2 unknown, 3 safe-to-delete, 2 missing, 0 not running
    - Reclaimable: 1.2 GB

    | | protected | expected | safe-to-delete | unknown | missing |
    |---|--:|--:|--:|--:|--:|
    | containers | 1 | 0 | 2 | 0 | 1 |
    | images | 1 | 0 | 0 | 0 | 0 |
    | volumes | 0 | 0 | 1 | 1 | 1 |
    | networks | 1 | 0 | 0 | 1 | 0 |

    ### Missing

    - missing: container `odoo-staging`
    - missing: volume `odoo-staging-filestore`

    ### Safe-to-delete

    | Kind | Name | Size | Why |
    |---|---|--:|---|
    | container | `tmp-debug` | 2.0 MB | its name matches tmp-\* |
    | container | `tmp-run` (running) | 64.0 kB | its name matches tmp-\* |
    | volume | `tmp-cache` | 1.2 GB | its name matches tmp-\* |

    ### Unknown

    | Kind | Name | Size | Why |
    |---|---|--:|---|
    | volume | `old-volume-xyz` | 1.2 GB | no rule of the SSOT names it; unknown resources are kept |
    | network | evil\\x0a\\x1b\[2Jx\|\`y\` |  | no rule of the SSOT names it; unknown resources are kept |

    ### Protected

    | Kind | Name | Size | Why |
    |---|---|--:|---|
    | container | `prod-web` (running) | 41.0 MB | its name (prod-web) matches the protected pattern prod-\* |
    | image | `tools:1` | 21.8 MB | used by container prod-web, which is protected |
    | network | `bridge` |  | it is one of Docker's own networks |
    "#);
}

#[test]
fn prometheus_counts() {
    let text = with_report(|it| {
        let scrape = prometheus::Scrape {
            context: None,
            environment: Some("staging"),
            report: Some(*it),
            last_success: Some(now()),
        };
        prometheus::print(&[scrape])
    });
    let samples: Vec<&str> =
        text.lines().filter(|line| !line.starts_with('#') && !line.ends_with(" 0")).collect();
    insta::assert_snapshot!(samples.join("\n"), @r#"
    docker_steward_up{env="staging",engine="droplet-sgp1"} 1
    docker_steward_last_success_timestamp_seconds{env="staging",engine="droplet-sgp1"} 1768542812
    docker_steward_audit_duration_seconds{env="staging",engine="droplet-sgp1"} 1.234
    docker_steward_resources{env="staging",engine="droplet-sgp1",kind="container",class="protected"} 1
    docker_steward_resources{env="staging",engine="droplet-sgp1",kind="container",class="safe-to-delete"} 2
    docker_steward_resources{env="staging",engine="droplet-sgp1",kind="image",class="protected"} 1
    docker_steward_resources{env="staging",engine="droplet-sgp1",kind="volume",class="safe-to-delete"} 1
    docker_steward_resources{env="staging",engine="droplet-sgp1",kind="volume",class="unknown"} 1
    docker_steward_resources{env="staging",engine="droplet-sgp1",kind="network",class="protected"} 1
    docker_steward_resources{env="staging",engine="droplet-sgp1",kind="network",class="unknown"} 1
    docker_steward_missing{env="staging",engine="droplet-sgp1",kind="container"} 1
    docker_steward_missing{env="staging",engine="droplet-sgp1",kind="volume"} 1
    docker_steward_drift{env="staging",engine="droplet-sgp1"} 7
    docker_steward_reclaimable_bytes{env="staging",engine="droplet-sgp1"} 1202064000
    docker_steward_audit_timestamp_seconds{env="staging",engine="droplet-sgp1"} 1768542812
    "#);
}

#[test]
fn json_has_the_fields_of_the_contract() {
    let text = with_report(|it| {
        let mut text = Vec::new();
        super::json::document(it).write(&mut text).unwrap();
        String::from_utf8(text).unwrap()
    });
    assert!(!text.replace('\n', "").contains(crate::text::is_hostile));
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let resources = value["resources"].as_array_mut().unwrap();
    resources.retain(|it| matches!(it["name"].as_str(), Some("tmp-debug" | "tmp-cache")));
    value.as_object_mut().unwrap().shift_remove("record");
    insta::assert_snapshot!(serde_json::to_string_pretty(&value).unwrap(), @r#"
    {
      "schema": 1,
      "environment": "staging",
      "cleanup": "confirm",
      "engine": {
        "id": "DROP:LETS",
        "name": "droplet-sgp1",
        "version": "20.10.24",
        "api": "1.41",
        "host": "unix:///var/run/docker.sock"
      },
      "ssot": {
        "path": "ssot/staging.yaml",
        "sha256": "5507",
        "git": "clean"
      },
      "drift": {
        "total": 7,
        "unknown": 2,
        "safe_to_delete": 3,
        "missing": 2,
        "not_running": 0
      },
      "reclaimable_bytes": 1202064000,
      "resources": [
        {
          "kind": "container",
          "name": "tmp-debug",
          "id": "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
          "class": "safe_to_delete",
          "reason": {
            "rule": "safe_to_delete.patterns[0]",
            "pattern": "tmp-*",
            "text": "its name matches tmp-*"
          },
          "used_by": [],
          "running": false,
          "size_bytes": 2000000,
          "created": "2026-01-04T00:00:00Z",
          "unused_since": null,
          "auto_delete": false
        },
        {
          "kind": "volume",
          "name": "tmp-cache",
          "id": null,
          "class": "safe_to_delete",
          "reason": {
            "rule": "safe_to_delete.patterns[0]",
            "pattern": "tmp-*",
            "text": "its name matches tmp-*"
          },
          "used_by": [],
          "running": false,
          "size_bytes": 1200000000,
          "created": null,
          "unused_since": null,
          "auto_delete": false
        }
      ],
      "missing": [
        {
          "kind": "container",
          "name": "odoo-staging"
        },
        {
          "kind": "volume",
          "name": "odoo-staging-filestore"
        }
      ]
    }
    "#);
}

#[test]
fn the_record_keeps_its_keys_in_their_order() {
    let mut record = record(&audit());
    record.steward_version = Some("0.1.0".to_owned());
    insta::assert_snapshot!(json::line(&record).unwrap(), @r#"
    {"timestamp":"2026-01-16T05:53:32Z","host":"droplet-sgp1","ip":"178.128.112.214","env":"staging","containers_expected":[],"containers_extra":[],"containers_protected":["prod-web"],"containers_safe_delete":["tmp-debug","tmp-run"],"containers_missing":["odoo-staging"],"images_expected":[],"images_extra":[],"images_protected":["tools:1"],"images_safe_delete":[],"images_missing":[],"volumes_expected":[],"volumes_extra":["old-volume-xyz"],"volumes_protected":[],"volumes_safe_delete":["tmp-cache"],"volumes_missing":["odoo-staging-filestore"],"networks_expected":[],"networks_extra":["evil\n\u001b[2Jx|`y`"],"networks_protected":["bridge"],"networks_safe_delete":[],"networks_missing":[],"drift":7,"reclaimable_bytes":1202064000,"ssot_sha256":"5507","engine_id":"DROP:LETS","steward_version":"0.1.0","previous":null}
    "#);
}

#[test]
fn a_plan_is_one_command_a_line() {
    let plan = plan(safe);
    let mut file = PlanFile::of(&plan);
    file.hash = "<hash>".to_owned();
    let env = ("DOCKER_HOST".to_owned(), "unix:///tmp/a b.sock".to_owned());
    let text = commands::print(&plan, &file, Some(&env));
    for step in plan.steps() {
        assert_eq!(text.lines().filter(|line| line.starts_with(step.command())).count(), 1);
    }
    insta::assert_snapshot!(text, @"
    # plan     staging on droplet-sgp1
    # engine   DROP:LETS 20.10.24, API 1.41, unix:///var/run/docker.sock
    # ssot     ssot/staging.yaml 5507
    # expires  2026-01-16T06:53:32Z
    # removes  2 containers, 1 volume; frees 1.2 GB
    # hash     <hash>
    export DOCKER_HOST='unix:///tmp/a b.sock'
    docker rm cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc    # tmp-debug · 2.0 MB
    docker stop bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  # tmp-run · RUNNING: its processes get SIGTERM, then SIGKILL after its time-out
    docker rm bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb    # tmp-run · 64.0 kB
    docker volume rm tmp-cache                                                    # tmp-cache · 1.2 GB
    ");
}

#[test]
fn what_a_plan_leaves_out_is_a_comment_whatever_its_name() {
    let plan = plan(all);
    let text = commands::print(&plan, &PlanFile::of(&plan), None);
    assert!(text.lines().all(|line| line.starts_with('#') || line.starts_with("docker ")), "{text}");
    assert!(text.contains(r"# kept     network/evil\x0a\x1b[2Jx|`y`: it is unknown"), "{text}");
}

#[test]
fn an_explanation_names_every_rule_and_its_line() {
    let (audit, ssot) = (audit(), ssot());
    let place = |rule: &str| ssot.line_of(rule).map(|line| format!("ssot/staging.yaml:{line}"));
    let of = |name: &str| {
        let key = &audit.resources.iter().find(|it| it.name == name).unwrap().key;
        let it = explain(&inventory(), &ssot.policy, &Ledger::default(), now(), key).unwrap();
        explanation::print(&it, &place, None, Medium::PLAIN)
    };
    insta::assert_snapshot!(of("tmp-run"), @"
    ○ safe-to-delete  container/tmp-run
      id       bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
      because  its name matches tmp-*
               rule safe_to_delete.patterns[0] (tmp-*), ssot/staging.yaml:13
      used by  nothing
      uses     image/tools:1  ◆ protected
               network/bridge  ◆ protected
      size     64.0 kB
      frees    64.0 kB
      age      12 d (created, by the engine)
    ");
    insta::assert_snapshot!(of("tools:1"), @"
    ◆ protected  image/tools:1
      id       sha256:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee
      because  used by container prod-web, which is protected
               rule used_by
      used by  container/prod-web  ◆ protected
               container/tmp-debug  ○ safe-to-delete
               container/tmp-run  ○ safe-to-delete
      uses     nothing
      size     21.8 MB
      age      not known: neither the engine nor the steward can prove one
    ");
}
