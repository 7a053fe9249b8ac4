//! What each command prints, whole: stdout, stderr and exit code, on an engine that is always the same.
//!
//! Pinned elsewhere: `audit` of several engines (`fleet`), `paths` and the completions (`generated`, `completions`),
//! `undo`, and in `ops` what only a person or a scheduler asks for (`doctor`, `runbook`, `schedule`, `ssot`).
use std::fmt::Write as _;

use docker_steward::demo::{Container, DemoEngine, Image, Network, Volume, World};
use jiff::Timestamp;

use super::generated::COMMANDS;
use super::{Called, Desk};

mod cleanup;

const SSOT: &str = r#"version: 1
environment: whole
steward: Keeper
purpose: One of each
cleanup: confirm
host: {address: 192.0.2.1}
expected:
  containers: [{name: app}, {name: gone}]
  images: [{name: "app:1"}]
  volumes: [{name: data}]
protected: {patterns: ["prod-*"]}
safe_to_delete: {patterns: ["tmp-*"], min_age: 0s}
health:
  - {name: App runs, running: app}
  - {name: Gone runs, running: gone}
stack: {compose_file: nowhere/compose.yaml}
audit: {log: logs/whole.jsonl}
"#;

struct Whole {
    desk: Desk,
    engine: DemoEngine,
}

impl Whole {
    async fn new() -> Whole {
        Whole::with(SSOT).await
    }

    async fn with(ssot: &str) -> Whole {
        let desk = Desk::new();
        std::fs::create_dir(desk.work().join("ssot")).unwrap();
        std::fs::write(desk.work().join("ssot/whole.yaml"), ssot).unwrap();
        let mut world = World::empty(Timestamp::now());
        let old = world.days_ago(40);
        world.add_image(Image::new("app:1").size(200_000_000).created(old));
        world.add_image(Image::new("tmp-tool:1").size(30_000_000).created(old));
        world.add_image(Image::untagged().size(7_000_000).created(old));
        for (name, size) in [("data", 5_000_000), ("tmp-cache", 900_000)] {
            world.add_volume(Volume::new(name).size(size).created(old));
        }
        world.add_network(Network::new("tmp-net").created(old));
        world.add_container(
            Container::new("app", "app:1").size(1000).created(old).running(old).volume("data", "/data"),
        );
        world.add_container(Container::new("prod-web", "app:1").size(0).created(old).running(old));
        world.add_container(Container::new("stray", "app:1").size(2000).created(old));
        world.add_container(Container::new("tmp-job", "app:1").size(3000).created(old));
        Whole { desk, engine: DemoEngine::start(world).await.unwrap() }
    }

    fn run(&self, words: &[&str]) -> String {
        let called = self.desk.call(&[&["-H", self.engine.url(), "--env", "whole"], words].concat());
        self.stable(&called)
    }

    /// All of it, without what differs from run to run.
    fn stable(&self, called: &Called) -> String {
        let text = format!("{}-- stderr\n{}-- exit {}", called.out, called.err, called.code);
        let text = text
            .replace(self.engine.url(), "ENGINE")
            .replace(&self.desk.home.path().to_string_lossy().into_owned(), "HOME")
            .replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
        text.lines().map(steady).collect::<Vec<_>>().join("\n")
    }
}

/// A line without times, what was measured, and the hashes of what holds times.
fn steady(line: &str) -> String {
    let hashes = [
        ("# hash     ", ""),
        ("  \"hash\": \"", "\""),
        ("\"previous\": \"", "\""),
        ("\"previous\":\"", "\"}"),
    ];
    for (start, end) in hashes {
        if let Some(at) = line.find(start) {
            return format!("{}{start}[HASH]{end}", steady(&line[..at]));
        }
    }
    if let Some((name, _)) = line.rsplit_once(' ')
        && (name.contains("_seconds{") || name.ends_with("\"latency_ms\":"))
    {
        return format!("{name} [MEASURED]");
    }
    let mut out = String::new();
    let mut word = String::new();
    for letter in line.chars().chain(['\n']) {
        if letter.is_ascii_alphanumeric() || "-:.".contains(letter) {
            word.push(letter);
            continue;
        }
        let bare = word.trim_end_matches('.');
        let is_run = bare.len() > 20 && bare.as_bytes()[8] == b'T' && bare.contains("Z-");
        let known = bare.trim_end_matches(".jsonl");
        match () {
            () if bare.parse::<Timestamp>().is_ok() => out.push_str("[TIME]"),
            () if is_run => out.push_str(&word.replace(known, "[RUN]")),
            () => out.push_str(&word),
        }
        word.clear();
        out.push(letter);
    }
    // `    12 ms`, however many there are.
    let out = out.trim_end_matches('\n').to_owned();
    match out.split_once(" ms  ") {
        Some((before, after)) => {
            let before = before.trim_end_matches(|it: char| it.is_ascii_digit()).trim_end();
            format!("{before}  [MS]  {after}")
        }
        None => out,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn audit_as_a_table_and_as_markdown() {
    let it = Whole::new().await;
    insta::assert_snapshot!(it.run(&["audit"]), @"
    WHOLE · Keeper
    demo · Engine 20.10.24 · API 1.41 · ENGINE
    ssot/whole.yaml · read [TIME]

    CONTAINERS 4 · ◆ 1 protected · ✓ 1 expected · ○ 1 safe-to-delete · ? 1 unknown
      ◆ protected  prod-web  running     0 B  40 d  its name (prod-web) matches the protected pattern prod-*
      ✓ expected   app       running  1.0 kB  40 d  it belongs to whole: its name matches app
      ○ safe       tmp-job            3.0 kB  40 d  its name matches tmp-*
      ? unknown    stray              2.0 kB  40 d  no rule of the SSOT names it; unknown resources are kept

    IMAGES 3 · ✓ 1 expected · ○ 1 safe-to-delete · ? 1 unknown
      ✓ expected   app:1                                                                    200.0 MB  40 d  used by container/app +3  it belongs to whole: its name matches app:1
      ○ safe       tmp-tool:1                                                                30.0 MB  40 d                            its name matches tmp-*
      ? unknown    sha256:a300df4735e189865bfaf26edc6ae2735d57efb00af22b602c8e91a496006a1c    7.0 MB  40 d                            no rule of the SSOT names it; unknown resources are kept

    VOLUMES 2 · ✓ 1 expected · ○ 1 safe-to-delete
      ✓ expected   data         5.0 MB  40 d  used by container/app  it belongs to whole: its name matches data
      ○ safe       tmp-cache  900.0 kB  40 d                         its name matches tmp-*

    NETWORKS 4 · ◆ 3 protected · ○ 1 safe-to-delete
      ◆ protected  bridge   200 d  used by container/app +3  it is one of Docker's own networks
      ◆ protected  host     200 d                            it is one of Docker's own networks
      ◆ protected  none     200 d                            it is one of Docker's own networks
      ○ safe       tmp-net   40 d                            its name matches tmp-*

    ! missing      container/gone

    drift 7 · 2 unknown · 4 safe-to-delete · 1 missing · 0 not running
    reclaimable 30.9 MB

      docker-steward --host ENGINE --env whole plan                     # the exact commands that remove 4 resources
      docker-steward --host ENGINE --env whole explain container/stray  # why it is unknown, and kept
    -- stderr
    -- exit 0
    ");
    insta::assert_snapshot!(it.run(&["audit", "--exit-code", "--format", "markdown"]), @r"
    ## Docker audit: whole

    - Engine: demo (20.10.24), `ENGINE`
    - SSOT: `ssot/whole.yaml`
    - Read: [TIME]
    - Drift: **7**: 2 unknown, 4 safe-to-delete, 1 missing, 0 not running
    - Reclaimable: 30.9 MB

    | | protected | expected | safe-to-delete | unknown | missing |
    |---|--:|--:|--:|--:|--:|
    | containers | 1 | 1 | 1 | 1 | 1 |
    | images | 0 | 1 | 1 | 1 | 0 |
    | volumes | 0 | 1 | 1 | 0 | 0 |
    | networks | 3 | 0 | 1 | 0 | 0 |

    ### Missing

    - missing: container `gone`

    ### Safe-to-delete

    | Kind | Name | Size | Why |
    |---|---|--:|---|
    | container | `tmp-job` | 3.0 kB | its name matches tmp-\* |
    | image | `tmp-tool:1` | 30.0 MB | its name matches tmp-\* |
    | volume | `tmp-cache` | 900.0 kB | its name matches tmp-\* |
    | network | `tmp-net` |  | its name matches tmp-\* |

    ### Unknown

    | Kind | Name | Size | Why |
    |---|---|--:|---|
    | container | `stray` | 2.0 kB | no rule of the SSOT names it; unknown resources are kept |
    | image | `sha256:a300df4735e189865bfaf26edc6ae2735d57efb00af22b602c8e91a496006a1c` | 7.0 MB | no rule of the SSOT names it; unknown resources are kept |

    ### Expected

    | Kind | Name | Size | Why |
    |---|---|--:|---|
    | container | `app` (running) | 1.0 kB | it belongs to whole: its name matches app |
    | image | `app:1` | 200.0 MB | it belongs to whole: its name matches app:1 |
    | volume | `data` | 5.0 MB | it belongs to whole: its name matches data |

    ### Protected

    | Kind | Name | Size | Why |
    |---|---|--:|---|
    | container | `prod-web` (running) | 0 B | its name (prod-web) matches the protected pattern prod-\* |
    | network | `bridge` |  | it is one of Docker's own networks |
    | network | `host` |  | it is one of Docker's own networks |
    | network | `none` |  | it is one of Docker's own networks |
    -- stderr
    -- exit 2
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn audit_for_programs() {
    let it = Whole::new().await;
    insta::assert_snapshot!("audit_json", it.run(&["audit", "--format", "json"]));
    insta::assert_snapshot!(it.run(&["audit", "--no-record", "--format", "jsonl"]).replace(",\"", ",\n\""), @r#"
    {"timestamp":"[TIME]",
    "host":"demo",
    "ip":"192.0.2.1",
    "env":"whole",
    "containers_expected":["app"],
    "containers_extra":["stray"],
    "containers_protected":["prod-web"],
    "containers_safe_delete":["tmp-job"],
    "containers_missing":["gone"],
    "images_expected":["app:1"],
    "images_extra":["sha256:a300df4735e189865bfaf26edc6ae2735d57efb00af22b602c8e91a496006a1c"],
    "images_protected":[],
    "images_safe_delete":["tmp-tool:1"],
    "images_missing":[],
    "volumes_expected":["data"],
    "volumes_extra":[],
    "volumes_protected":[],
    "volumes_safe_delete":["tmp-cache"],
    "volumes_missing":[],
    "networks_expected":[],
    "networks_extra":[],
    "networks_protected":["bridge",
    "host",
    "none"],
    "networks_safe_delete":["tmp-net"],
    "networks_missing":[],
    "drift":7,
    "reclaimable_bytes":30903000,
    "ssot_sha256":"51417d2208600cad108989de1fde22c5e4fb9fc6f62a83fb6e5c575f680f5c59",
    "engine_id":"DEMO:EMPT:YEMP:TYEM:PTYE:MPTY:EMPT:YEMP:TYEM:PTYE:MPTY:0000",
    "steward_version":"[VERSION]",
    "previous":"[HASH]"}
    -- stderr
    -- exit 0
    "#);
    insta::assert_snapshot!("audit_prometheus", it.run(&["audit", "--format", "prometheus"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bare_command() {
    let it = Whole::new().await;
    let bare = it.run(&[]);
    assert!(bare.contains("-- stderr\nthe console needs a terminal: "), "{bare}");
    let (table, _) = bare.split_once("-- stderr").unwrap();
    assert_eq!(it.run(&["audit", "--no-record"]).split_once("-- stderr").unwrap().0, table);
}

#[tokio::test(flavor = "multi_thread")]
async fn explain_one_of_each_class() {
    let it = Whole::new().await;
    // The first look of all, so that what it sees is as old as it is.
    insta::assert_snapshot!(it.run(&["explain", "image/app:1"]), @"
    ✓ expected  image/app:1
      id       sha256:354a4da1ad6cc2f159deb8566be723d9256d74f47ac212e533dc4f82350323de
      because  it belongs to whole: its name matches app:1
               rule expected.images[0] (app:1), ssot/whole.yaml:9
      used by  container/app  ✓ expected
               container/prod-web  ◆ protected
               container/stray  ? unknown
               container/tmp-job  ○ safe-to-delete
      uses     nothing
      size     200.0 MB
      age      0 s (first seen by the steward)
    -- stderr
    -- exit 0
    ");
    insta::assert_snapshot!(it.run(&["explain", "container/prod-web"]), @"
    ◆ protected  container/prod-web
      id       e7406a5b7077bc57af9d93f99c40c2db229e486a02b3a3022541363c6a5190ff
      because  its name (prod-web) matches the protected pattern prod-*
               rule protected.patterns[0] (prod-*), ssot/whole.yaml:11
      used by  nothing
      uses     image/app:1  ✓ expected
               network/bridge  ◆ protected
      age      40 d (created, by the engine)
    -- stderr
    -- exit 0
    ");
    insta::assert_snapshot!(it.run(&["explain", "volume/tmp-cache"]), @"
    ○ safe-to-delete  volume/tmp-cache
      because  its name matches tmp-*
               rule safe_to_delete.patterns[0] (tmp-*), ssot/whole.yaml:12
      used by  nothing
      uses     nothing
      age      40 d (its folder's last change)
      unused   since [TIME], as far as the steward has looked

      docker-steward --host ENGINE --env whole plan --select volume/tmp-cache  # the commands that remove it
    -- stderr
    -- exit 0
    ");
    insta::assert_snapshot!(it.run(&["explain", "container/stray"]), @"
    ? unknown  container/stray
      id       34f9ed84b2f2b29142ded775a122a5816705c7b5ff4bc59c656ea3e7b438c206
      because  no rule of the SSOT names it; unknown resources are kept
      used by  nothing
      uses     image/app:1  ✓ expected
               network/bridge  ◆ protected
      age      40 d (created, by the engine)
      unused   since [TIME], as far as the steward has looked

      docker-steward --host ENGINE --env whole ssot approve container/stray  # to let it go, in writing
    -- stderr
    -- exit 0
    ");
    // Where nothing may be removed, nothing is offered.
    assert!(!it.run(&["--read-only", "explain", "container/stray"]).contains("ssot approve"));
    insta::assert_snapshot!(it.run(&["explain", "container/strai"]), @"
    -- stderr
    error: the engine has no container/strai; is it container/stray?
    -- exit 1
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_in_lines_and_for_programs() {
    let it = Whole::new().await;
    insta::assert_snapshot!(it.run(&["health"]), @"
    whole · 1 healthy, 1 unhealthy
    ✓ App runs   healthy  [MS]  running app
    ✗ Gone runs  unhealthy  [MS]  running gone
        there is no container gone

    stack nowhere/compose.yaml
      not read here: No such file or directory (os error 2)
    -- stderr
    -- exit 1
    ");
    insta::assert_snapshot!("health_json", it.run(&["health", "--format", "json"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn ssot_check_with_and_without_contradictions() {
    let it = Whole::new().await;
    insta::assert_snapshot!(it.run(&["ssot", "check"]), @"
    valid  ssot/whole.yaml declares whole, cleanup confirm, git none
    -- stderr
    -- exit 0
    ");
    let odd = SSOT.replace("\"tmp-*\"", "\"tmp-*\", \"app*\"");
    let it = Whole::with(&odd).await;
    insta::assert_snapshot!(it.run(&["ssot", "check"]), @"
    valid  ssot/whole.yaml declares whole, cleanup confirm, git none
    warning: ssot/whole.yaml, line 12: safe_to_delete.patterns[1]: `app*` covers `app`, which `expected.containers[0]` expects; it will stay
      = help: make the pattern narrower, or no longer expect it
    warning: ssot/whole.yaml, line 12: safe_to_delete.patterns[1]: `app*` covers `app:1`, which `expected.images[0]` expects; it will stay
      = help: make the pattern narrower, or no longer expect it
    -- stderr
    -- exit 0
    ");
}

#[test]
fn n8n_gets_its_workflow() {
    let desk = Desk::new();
    let called = desk.call(&["schedule", "n8n", "--env", "staging"]).expect(0);
    insta::assert_snapshot!(called.out.replace(&*desk.home.path().to_string_lossy(), "HOME"));
}

#[test]
fn help_of_every_command() {
    let desk = Desk::new();
    let mut all = String::new();
    for command in COMMANDS {
        for form in ["-h", "--help"] {
            let words: Vec<&str> = command.split(' ').filter(|it| !it.is_empty()).chain([form]).collect();
            let _ =
                writeln!(all, "$ docker-steward {}\n{}", words.join(" "), desk.call(&words).expect(0).out);
        }
    }
    insta::assert_snapshot!(all);
}
