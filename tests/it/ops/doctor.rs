//! `doctor`, on sound and on broken ground.
use docker_steward::demo::{DemoEngine, World};
use jiff::Timestamp;

use super::bench::{Bench, Ended};

/// Without the times of audits.
fn timeless(ended: &Ended) -> String {
    let text = ended.to_string();
    let mut out = String::new();
    for word in text.split_inclusive([' ', '\n']) {
        let bare = word.trim_end_matches([' ', '\n', ':']);
        if bare.parse::<Timestamp>().is_ok() {
            out.push_str("[TIME]");
            out.push_str(&word[bare.len()..]);
        } else {
            out.push_str(word);
        }
    }
    out
}

#[test]
fn the_demo_is_sound_but_for_what_it_shows() {
    let bench = Bench::new();
    insta::assert_snapshot!(bench.run(&["doctor", "--demo"]), @"");
}

#[test]
fn no_engine() {
    let bench = Bench::with_ssot("staging");
    let socket = |path: &str| {
        let url = format!("unix://{}", bench.path(path).display());
        bench.run(&["doctor", "--env", "staging", "-H", &url]).to_string()
    };
    insta::assert_snapshot!(socket("nowhere.sock"), @"");
    // A socket that nothing listens on any more, as a killed daemon leaves it.
    drop(std::os::unix::net::UnixListener::bind(bench.path("dead.sock")).unwrap());
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(bench.path("dead.sock"), mode).unwrap();
    insta::assert_snapshot!(socket("dead.sock"), @"");
    insta::assert_snapshot!(bench.run(&["doctor", "-c", "gone"]), @"");
}

#[test]
fn an_ssot_that_is_none() {
    let bench = Bench::new();
    bench.write(
        "ssot/staging.yaml",
        "version: 1\nenvironment: staging\ncleanup: confirm\nprotected:\n  patterns:\n",
    );
    insta::assert_snapshot!(bench.run(&["doctor", "--demo"]), @"");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_resource_that_is_gone() {
    let bench = Bench::with_ssot("staging");
    let world = World::droplet(Timestamp::now());
    let engine = DemoEngine::start(world).await.unwrap();
    let on = |words: &[&str]| {
        let all: Vec<&str> = words.iter().chain(&["--env", "staging", "-H", engine.url()]).copied().collect();
        bench.run(&all)
    };
    assert_eq!(on(&["audit", "--no-sizes"]).code, 0);
    assert!(on(&["doctor"]).stdout.contains("all that the audit of"));
    let log = "logs/docker_staging_audit_log.jsonl";
    bench.write(log, &bench.read(log).replace("\"odoo-db-sgp1\"", "\"odoo-db-sgp1\",\"prod-ledger\""));
    let ended = on(&["doctor"]);
    insta::assert_snapshot!(timeless(&ended).replace(engine.url(), "[ENGINE]"), @"");
}

#[test]
fn memory_that_is_lost_open_or_cut_off() {
    let bench = Bench::with_ssot("staging");
    let state = bench.home("state/docker-steward/demo");
    for folder in ["ledger", "journal", "lock"] {
        std::fs::create_dir_all(state.join(folder)).unwrap();
    }
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&state, open).unwrap();
    std::fs::write(state.join("ledger/x.json"), "{").unwrap();
    std::fs::write(state.join("journal/x.jsonl"), "{\n").unwrap();
    std::fs::write(state.join("lock/x.lock"), "pid 1, user root, since 2026-01-16T05:53:32Z\n").unwrap();
    let ended = bench.run(&["doctor", "--demo"]);
    let tail: Vec<&str> = ended.stdout.lines().skip_while(|line| !line.contains("audit log")).collect();
    insta::assert_snapshot!(tail.join("\n"), @"");
}
