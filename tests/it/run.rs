//! The unattended pass, and what a cleanup does to the health, as the program itself.

use docker_steward::demo::{Container, DemoEngine, Image, Volume, World};
use docker_steward::records::AuditRecord;
use docker_steward::ssot::{Origin, load};
use docker_steward::steward::inventory::{EngineCounts, Image as Held, ImageId, Network, NetworkId};
use docker_steward::steward::{
    Circumstances, EngineIdentity, Inventory, Key, Ledger, Mandate, Plan, Refused, SsotStamp, classify,
};
use jiff::{SignedDuration, Timestamp};

use crate::health::ssot;
use crate::support::cli::{Desk, Ran};
use crate::support::steward::writes;

fn world() -> World {
    let mut world = World::empty(Timestamp::now());
    let (old, new) = (world.days_ago(40), world.days_ago(3));
    world.add_image(Image::new("tools:1").created(old).tagged_at(old));
    world.add_image(Image::new("mcp/old:latest").created(old).tagged_at(old).size(5_000_000));
    world.add_image(Image::new("mcp/used:latest").created(old).tagged_at(old));
    world.add_image(Image::new("mcp/new:latest").created(old).tagged_at(new));
    world.add_volume(Volume::new("tmp-v").created(old));
    world.add_container(Container::new("n8n", "mcp/used:latest").created(old).running(old));
    world.add_container(Container::new("tmp-c", "tools:1").created(old).running(old));
    world
}

const AUTO: &str = "auto_delete: {patterns: [\"mcp/*\"], min_age: 14d}\n";

/// What differs from run to run, put aside.
fn stable(ran: &Ran, desk: &Desk) -> String {
    let home = desk.home.path().to_string_lossy().into_owned();
    let mut lines: Vec<String> = Vec::new();
    for line in format!("{}---\n{}", ran.out, ran.err).replace(&home, "HOME").lines() {
        if line.starts_with("- Read: ") {
            lines.push("- Read: NOW".to_owned());
        } else {
            let words: Vec<&str> = line.split(' ').collect();
            let hex = |word: &str| word.bytes().filter(u8::is_ascii_hexdigit).count() > 60;
            let told = |word: &'static str, last: &str| line.starts_with("to take it back: ") && last == word;
            let mut last = "";
            let words: Vec<&str> = words
                .into_iter()
                .map(|word| match std::mem::replace(&mut last, word) {
                    _ if hex(word) => "ID",
                    option if told("--host", option) => "URL",
                    option if told("undo", option) => "RUN",
                    _ => word,
                })
                .collect();
            lines.push(words.join(" "));
        }
    }
    lines.join("\n")
}

#[tokio::test]
async fn an_autonomous_environment_loses_its_auto_delete_list_and_nothing_else() {
    let engine = DemoEngine::start(world()).await.unwrap();
    let text = ssot("autonomous", &format!("{AUTO}health:\n  - {{name: n8n runs, running: n8n}}\n"));
    let desk = Desk::new(engine.url(), &text);
    let ran = desk.run(&["run", "--apply-auto", "--no-sizes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!(stable(&ran, &desk), @"
    ## Docker steward: staging

    - Engine: demo (20.10.24)
    - Read: NOW
    - Drift: **4**: 1 unknown, 3 safe-to-delete, 0 missing, 0 not running
    - Reclaimable: 0 B
    - Health: 1 healthy
    - Cleanup: 1 of 1 steps done, freed 5.0 MB
    - Exit code: 0

    ### Cleanup

    - `docker rmi --no-prune ID mcp/old:latest: done
    ---
    after the cleanup: 1 healthy
    ");
    assert_eq!(writes(&engine).len(), 1, "{:?}", writes(&engine));
    assert_eq!(desk.lines("logs/docker_staging_audit_log.jsonl").len(), 2, "before and after");

    let again = desk.run(&["run", "--apply-auto", "--no-sizes", "--format", "json"]).await;
    let summary: serde_json::Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!((again.code, &summary["cleanup"]["run"]), (0, &serde_json::Value::Null));
    assert_eq!(writes(&engine).len(), 1, "there is nothing left that may go");
}

#[tokio::test]
async fn nowhere_else_and_not_while_it_is_ill() {
    let ill = format!("{AUTO}health:\n  - {{name: n8n runs, running: n9n}}\n");
    let cases = [
        ("confirm", AUTO, vec!["run", "--apply-auto", "--no-sizes"]),
        ("forbidden", AUTO, vec!["run", "--apply-auto", "--no-sizes"]),
        ("autonomous", AUTO, vec!["--read-only", "run", "--apply-auto", "--no-sizes"]),
        ("autonomous", &ill, vec!["run", "--apply-auto", "--no-sizes"]),
    ];
    let mut said = Vec::new();
    for (cleanup, rest, words) in cases {
        let engine = DemoEngine::start(world()).await.unwrap();
        let desk = Desk::new(engine.url(), &ssot(cleanup, rest));
        let ran = desk.run(&words).await;
        assert_eq!(ran.code, 3, "{cleanup}: {}", ran.err);
        assert_eq!(writes(&engine), [""; 0], "{cleanup}");
        let log = desk.lines("logs/docker_staging_audit_log.jsonl");
        let record: AuditRecord = serde_json::from_value(log[0].clone()).unwrap();
        assert!(record.images_safe_delete.contains(&"mcp/old:latest".into()), "audited all the same");
        said.push(ran.err);
    }
    insta::assert_snapshot!(said.concat(), @"
    ! staging is not cleaned unattended: its SSOT says `cleanup: confirm`, and only `autonomous` allows it
    ! staging is read-only: its SSOT says `cleanup: forbidden`, so nothing can be marked, planned or removed
    ! this session is read-only (--read-only), so nothing can be marked, planned or removed
    ! unhealthy before the cleanup: n8n runs; nothing has been removed
    ");
}

#[tokio::test]
async fn a_cleanup_that_breaks_a_check_ends_with_5() {
    let engine = DemoEngine::start(world()).await.unwrap();
    let text =
        ssot("confirm", "health:\n  - {name: n8n runs, running: n8n}\n  - {name: C runs, running: tmp-c}\n");
    let desk = Desk::new(engine.url(), &text);
    let plan = desk.run(&["plan", "--select", "container/tmp-c", "--out", "plan.json"]).await;
    assert_eq!(plan.code, 0, "{}", plan.err);
    let ran = desk.run(&["apply", "plan.json", "--confirm", "APPLY CLEANUP"]).await;
    assert_eq!(ran.code, 5, "{}", ran.err);
    insta::assert_snapshot!(stable(&Ran { out: String::new(), ..ran }, &desk), @"
    ---
    undo brings back: containers' configuration
    gone for good: what containers wrote into themselves, and their logs
    1/2  docker stop ID  # tmp-c · RUNNING: its processes get SIGTERM, then SIGKILL after its time-out
         done
    2/2  docker rm ID  # tmp-c
         done
    to take it back: docker-steward --host URL --ssot ssot.yaml undo RUN
    after the cleanup: 1 healthy, 1 unhealthy
    ! C runs is unhealthy: there is no container tmp-c
    ! healthy before the cleanup, and not after it: C runs
    ");
}

#[tokio::test]
async fn what_is_ill_before_is_told_and_refused_on_demand() {
    let engine = DemoEngine::start(world()).await.unwrap();
    let desk = Desk::new(engine.url(), &ssot("confirm", "health:\n  - {name: Web, running: web}\n"));
    desk.run(&["plan", "--select", "container/tmp-c", "--out", "plan.json"]).await;
    let apply = ["apply", "plan.json", "--confirm", "APPLY CLEANUP"];
    let ran = desk.run(&[&apply[..], &["--require-healthy"]].concat()).await;
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!(ran.err, @"
    undo brings back: containers' configuration
    gone for good: what containers wrote into themselves, and their logs
    before the cleanup: 1 unhealthy
    ! Web is unhealthy: there is no container web
    refused: unhealthy before the cleanup: Web; nothing has been removed
    ");
    assert_eq!(writes(&engine), [""; 0]);
    let ran = desk.run(&apply).await;
    assert!(ran.err.contains("\nbefore the cleanup: 1 unhealthy"), "it is told: {}", ran.err);
    assert_eq!(ran.code, 0, "what was ill before was not broken by it: {}", ran.err);
}

#[tokio::test]
async fn health_says_so_in_lines_and_in_json() {
    let engine = DemoEngine::start(world()).await.unwrap();
    let checks = "health:\n  - {name: n8n runs, running: n8n}\n  - {name: Web, running: web}\nstack: {compose_file: docker-compose.yml}\n";
    let desk = Desk::new(engine.url(), &ssot("confirm", checks));
    std::fs::write(
        desk.path("docker-compose.yml"),
        "services:\n  n8n: {image: x, container_name: n8n}\n  web: {image: y}\n",
    )
    .unwrap();
    let table = desk.run(&["health"]).await;
    let json = desk.run(&["health", "--format", "json"]).await;
    assert_eq!((table.code, json.code), (1, 1));
    let no_times = |text: &str| {
        let words: Vec<String> = text
            .lines()
            .map(|line| match line.split_once(" ms") {
                Some((before, after)) => {
                    format!(
                        "{}N ms{after}",
                        before.trim_end_matches(|it: char| it.is_ascii_digit()).trim_end()
                    )
                }
                None if line.contains("latency_ms") => "      \"latency_ms\": N".to_owned(),
                None => line.to_owned(),
            })
            .collect();
        words.join("\n")
    };
    insta::assert_snapshot!(no_times(&table.out), @"
    staging · 1 healthy, 1 unhealthy
    ✓ n8n runs  healthyN ms  running n8n
    ✗ Web       unhealthyN ms  running web
        there is no container web

    stack docker-compose.yml
      running      n8n  n8n
      not running  web  
      to bring up what is missing:  docker compose -f docker-compose.yml up -d web
    ");
    insta::assert_snapshot!(no_times(&json.out), @r#"
    {
      "schema": 1,
      "environment": "staging",
      "engine_id": "DEMO:EMPT:YEMP:TYEM:PTYE:MPTY:EMPT:YEMP:TYEM:PTYE:MPTY:0000",
      "healthy": false,
      "checks": [
        {
          "name": "n8n runs",
          "kind": "running",
          "target": "n8n",
          "result": "healthy",
          "reason": null,
          "latency_ms": N
        },
        {
          "name": "Web",
          "kind": "running",
          "target": "web",
          "result": "unhealthy",
          "reason": "there is no container web",
          "latency_ms": N
        }
      ],
      "stack": {
        "file": "docker-compose.yml",
        "unread": null,
        "bring_up": "docker compose -f docker-compose.yml up -d web",
        "services": [
          {
            "name": "n8n",
            "containers": [
              "n8n"
            ],
            "running": true,
            "optional": false
          },
          {
            "name": "web",
            "containers": [],
            "running": false,
            "optional": false
          }
        ]
      }
    }
    "#);
}

/// An engine with these tagged images, each pulled so many days after the start.
fn holding(images: &[(&str, i64)], start: Timestamp, now: Timestamp) -> Inventory {
    let day = |days: i64| start.checked_add(SignedDuration::from_hours(24 * days)).unwrap();
    let held = |(at, (name, pulled)): (usize, &(&str, i64))| Held {
        id: ImageId::new(format!("sha256:{at:064x}")),
        tags: vec![(*name).into()],
        digests: Vec::new(),
        parent: None,
        labels: docker_steward::steward::Labels::default(),
        created: Some(day(*pulled)),
        last_tag_time: Some(day(*pulled)),
        inspected: true,
        size: Some(1_000_000),
        shared: Some(0),
        faults: Vec::new(),
    };
    let bridge = Network {
        id: NetworkId::new("b".repeat(64)),
        name: "bridge".into(),
        driver: "bridge".into(),
        scope: "local".into(),
        labels: docker_steward::steward::Labels::default(),
        created: Some(day(-200)),
        faults: Vec::new(),
    };
    Inventory {
        engine: EngineIdentity {
            id: "MAC".to_owned(),
            name: "docker-desktop".to_owned(),
            version: "28.0.0".to_owned(),
            api: "1.48".to_owned(),
            host: "unix:///x".to_owned(),
            root_dir: "/var/lib/docker".to_owned(),
            storage: "overlay2".to_owned(),
            operating_system: "Docker Desktop".to_owned(),
        },
        read_at: now,
        engine_time: Some(now),
        counts: EngineCounts { containers: 0, images: images.len() },
        containers: Vec::new(),
        images: images.iter().enumerate().map(held).collect(),
        volumes: Vec::new(),
        networks: vec![bridge],
        unreadable: Vec::new(),
    }
}

/// Ten daily passes under the desktop's own SSOT: what was pulled ages out on its fourteenth day, one by one, and
/// nothing else ever moves.
#[test]
fn in_ten_days_desktop_junk_ages_out_at_day_14_and_nothing_else_moves() {
    let text = include_str!("../../ssot/desktop.yaml");
    let policy = load::parse(text, &Origin::BuiltIn("ssot/desktop.yaml")).unwrap().policy;
    let start: Timestamp = "2026-01-16T01:00:00Z".parse().unwrap();
    let mut images = vec![
        ("mcp/github:latest", -9),
        ("mcp/fetch:latest", -6),
        ("acme/docker-extension:0.2.9", -11),
        ("mcp/new:latest", 2),
        ("artifision/vm:prod-2", -40),
        ("odoo:18.0", -100),
        ("postgres:16-alpine", -100),
        // Unused for long: safe to delete after a confirmation, and never unattended.
        ("redis:7-alpine", -100),
        // `*/docker-extension*` is matched to the letter.
        ("docker/disk-usage-docker-extension:0.2.9", -100),
        ("mcp-lookalike:latest", -100),
    ];
    let mandate = Mandate::of(policy.cleanup, "desktop", false).unwrap();
    let mut ledger = Ledger::default();
    let mut diary = Vec::new();
    for day in 0..10_i64 {
        let now = start.checked_add(SignedDuration::from_hours(24 * day)).unwrap();
        let inventory = holding(&images, start, now);
        let audit = classify(&inventory, &policy, &ledger, now);
        ledger.observe(&inventory, now);
        assert_eq!(audit.doubts, [""; 0]);
        let circumstances = || Circumstances {
            environment: "desktop".to_owned(),
            engine: inventory.engine.clone(),
            ssot: SsotStamp { path: "ssot/desktop.yaml".to_owned(), sha256: "x".to_owned() },
            created: now,
            expires: now.checked_add(SignedDuration::from_hours(1)).unwrap(),
        };
        let plan = |marks: Vec<Key>| {
            Plan::new(&audit, &marks.into_iter().collect(), circumstances(), &mandate).unwrap()
        };
        // What is safe, and not on the list, is refused however it is asked.
        let safe = |it: &&docker_steward::steward::Resource| it.safe().is_some();
        let all: Vec<Key> = audit.resources.iter().filter(safe).map(|it| it.key.clone()).collect();
        let refused = plan(all).approve_unattended(&audit, now).unwrap_err().1;
        assert!(matches!(refused, Refused::NotAutomatic(_)), "{refused}");

        let marks = audit.resources.iter().filter(|it| it.auto_delete()).map(|it| it.key.clone()).collect();
        let gone: Vec<String> = match plan(marks).approve_unattended(&audit, now) {
            Ok(approved) => approved.steps().map(|it| it.step().target().name().to_string()).collect(),
            Err((_, why)) => {
                assert_eq!(why, Refused::Empty);
                Vec::new()
            }
        };
        images.retain(|(name, _)| !gone.iter().any(|it| it == name));
        let gone = if gone.is_empty() { "nothing".to_owned() } else { gone.join(", ") };
        diary.push(format!("day {day}: {gone}"));
    }
    insta::assert_snapshot!(diary.join("\n"), @"
    day 0: nothing
    day 1: nothing
    day 2: nothing
    day 3: acme/docker-extension:0.2.9
    day 4: nothing
    day 5: mcp/github:latest
    day 6: nothing
    day 7: nothing
    day 8: mcp/fetch:latest
    day 9: nothing
    ");
    let left: Vec<&str> = images.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        left,
        [
            "mcp/new:latest",
            "artifision/vm:prod-2",
            "odoo:18.0",
            "postgres:16-alpine",
            "redis:7-alpine",
            "docker/disk-usage-docker-extension:0.2.9",
            "mcp-lookalike:latest"
        ]
    );
}

/// A night passes: everything that the engine holds, and what the steward remembers of it, is a day older.
fn a_night_passes(engine: &DemoEngine, desk: &Desk) {
    let day = SignedDuration::from_hours(24);
    let older = |at: &mut Timestamp| *at = at.checked_sub(day).unwrap();
    engine.with_world(|world| {
        for it in &mut world.images {
            it.created.iter_mut().chain(&mut it.last_tag_time).for_each(older);
        }
        for it in &mut world.containers {
            older(&mut it.created);
            it.started.iter_mut().chain(&mut it.finished).for_each(older);
        }
        world.volumes.iter_mut().filter_map(|it| it.created.as_mut()).for_each(older);
        world.networks.iter_mut().for_each(|it| older(&mut it.created));
    });
    for file in std::fs::read_dir(desk.path("state/docker-steward/ledger")).unwrap() {
        let path = file.unwrap().path();
        let mut ledger: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let mut moved = 0;
        age(&mut ledger, day, &mut moved);
        assert!(moved > 0, "the ledger holds no times: {ledger}");
        std::fs::write(&path, ledger.to_string()).unwrap();
    }
}

/// Moves every time in a document.
fn age(value: &mut serde_json::Value, by: SignedDuration, moved: &mut usize) {
    match value {
        serde_json::Value::String(text) => {
            if let Ok(at) = text.parse::<Timestamp>() {
                *text = at.checked_sub(by).unwrap().to_string();
                *moved += 1;
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(|it| age(it, by, moved)),
        serde_json::Value::Object(fields) => fields.values_mut().for_each(|it| age(it, by, moved)),
        _ => {}
    }
}

fn held(engine: &DemoEngine) -> std::collections::BTreeSet<String> {
    engine.with_world(|world| {
        let containers = world.containers.iter().map(|it| format!("container/{}", it.name));
        let tags = world
            .images
            .iter()
            .flat_map(|it| if it.tags.is_empty() { vec![it.id.clone()] } else { it.tags.clone() });
        let images = tags.map(|tag| format!("image/{tag}"));
        let volumes = world.volumes.iter().map(|it| format!("volume/{}", it.name));
        let networks = world.networks.iter().map(|it| format!("network/{}", it.name));
        containers.chain(images).chain(volumes).chain(networks).collect()
    })
}

/// The same with the program itself, as cron would start it on twenty mornings, on a whole laptop.
#[tokio::test(flavor = "multi_thread")]
async fn on_twenty_mornings_the_program_removes_junk_of_fourteen_days_and_nothing_else() {
    let now = Timestamp::now();
    let mut world = World::desktop(now);
    let pulled = |world: &mut World, tag: &str, days: i64| {
        let at = world.days_ago(days);
        world.add_image(Image::new(tag).created(at).tagged_at(at));
    };
    pulled(&mut world, "acme/docker-extension-new:1", 3);
    pulled(&mut world, "mcp/prod-tools:1", 40);
    pulled(&mut world, "mcp/in-use:1", 40);
    pulled(&mut world, "mcp/on-call:1", 40);
    pulled(&mut world, "mcpx/lookalike:1", 40);
    let (old, ended) = (world.days_ago(39), world.days_ago(38));
    world.add_container(Container::new("helper", "mcp/in-use:1").created(old).exited(0, old, ended));
    world.add_container(Container::new("prod-call", "mcp/on-call:1").created(old).running(old));
    let engine = DemoEngine::start(world).await.unwrap();
    // The declared checks ask a real PostgreSQL; here only what runs is looked at.
    let text = include_str!("../../ssot/desktop.yaml")
        .replace("  - {name: PostgreSQL, exec: {container: odoo-dev-db, command: [pg_isready]}}\n", "");
    let desk = Desk::new(engine.url(), &text);
    let before = held(&engine);
    let mut diary = Vec::new();
    for morning in 0..20 {
        if morning == 2 {
            let now = Timestamp::now();
            engine.with_world(|world| {
                world.add_image(Image::new("mcp/second-day:1").created(now).tagged_at(now))
            });
        }
        let was = held(&engine);
        let ran = desk.run(&["run", "--apply-auto", "--format", "json"]).await;
        assert_eq!(ran.code, 0, "morning {morning}: {}", ran.err);
        let gone: Vec<String> = was.difference(&held(&engine)).cloned().collect();
        if !gone.is_empty() {
            diary.push(format!("morning {morning}: {}", gone.join(" ")));
        }
        a_night_passes(&engine, &desk);
    }
    insta::assert_snapshot!(diary.join("\n"), @"
    morning 0: image/artifision/toolbox:latest image/mcp/fetch:latest image/mcp/github:latest
    morning 5: image/mcp/postgres:latest
    morning 11: image/acme/docker-extension-new:1
    morning 16: image/mcp/second-day:1
    ");
    let removed: Vec<String> = before.difference(&held(&engine)).cloned().collect();
    let auto = |it: &String| {
        it.starts_with("image/mcp/") || it.contains("/docker-extension") || it.contains("image/artifision/")
    };
    assert!(removed.iter().all(auto), "{removed:?}");
    let asked = writes(&engine);
    assert!(asked.iter().all(|it| it.starts_with("DELETE /images/")), "{asked:?}");
    // Each pass is a line; each cleanup one more.
    let log = desk.lines("logs/docker_audit_log.jsonl");
    assert_eq!(log.len(), 20 + diary.len());
    let history = desk.run(&["history", "--format", "json"]).await;
    let history: serde_json::Value = serde_json::from_str(&history.out).unwrap();
    assert_eq!(history["cleanups"].as_array().unwrap().len(), diary.len());
    assert!(history["cleanups"].as_array().unwrap().iter().all(|it| it["outcome"] == "complete"));
}
