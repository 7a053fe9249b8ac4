//! `undo`: the commands that take a cleanup back, from what its journal kept.
use super::{Desk, junk};

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_are_shown_and_nothing_is_sent() {
    let (desk, engine) = (Desk::unwatched(), junk().await);
    let plan = ["plan", "--select", "container/tmp-c", "--select", "volume/tmp-v", "--out", "p.json"];
    desk.on(&engine, &plan).expect(0);
    desk.on(&engine, &["apply", "p.json", "--confirm", "APPLY CLEANUP"]).expect(0);
    let history = desk.on(&engine, &["history", "--format", "json"]).expect(0).json();
    let run = history["cleanups"][0]["run"].as_str().unwrap().to_owned();
    let asked = engine.requests().len();

    let all = desk.on(&engine, &["undo", &run]).expect(0);
    assert_eq!(all.err, "");
    assert!(all.out.contains(&format!("export DOCKER_HOST={}\n", engine.url())), "{}", all.out);
    let at = |what: &str| all.out.find(what).unwrap_or_else(|| panic!("no {what} in\n{}", all.out));
    assert!(
        at("docker volume create tmp-v\n") < at("/containers/create?name=tmp-c'\n"),
        "what it needs comes first"
    );
    assert!(at("/containers/create?name=tmp-c'\n") < at("docker start tmp-c\n"), "it ran");

    let one = desk.on(&engine, &["undo", &run, "volume/tmp-v"]).expect(0).out;
    let lines: Vec<&str> = one.lines().skip_while(|line| !line.starts_with("# makes")).collect();
    assert_eq!(
        lines,
        [
            "# makes    1 volume",
            "# lost     volume/tmp-v: it comes back empty: its data went with it",
            &format!("export DOCKER_HOST={}", engine.url()),
            "docker volume create tmp-v",
        ]
    );
    let strange = desk.on(&engine, &["undo", &run, "volume/other"]).expect(1);
    let wanted =
        "error: that cleanup did not remove volume/other; it removed: volume/tmp-v, container/tmp-c\n";
    assert_eq!((strange.out.as_str(), strange.err.as_str()), ("", wanted));
    assert_eq!(engine.requests().len(), asked, "no engine was asked anything");
}

#[test]
fn a_cleanup_that_never_was_is_no_path_into_other_folders() {
    let desk = Desk::new();
    for run in ["20260116T055332900Z-1", "../journal", "/etc/passwd", ""] {
        let called = desk.call(&["undo", run, "--env", "staging"]).expect(1);
        assert!(called.out.is_empty() && called.err.contains("there has been none"), "{run}: {}", called.err);
    }
}

#[test]
fn what_the_demo_shows_reaches_no_other_engine() {
    let desk = Desk::unwatched();
    desk.call(&["--demo", "plan", "--out", "p.json"]).expect(0);
    desk.call(&["--demo", "apply", "p.json", "--confirm", "APPLY CLEANUP"]).expect(0);
    let run = desk.call(&["--demo", "history", "--format", "json"]).expect(0).json();
    let run = run["cleanups"][0]["run"].as_str().unwrap().to_owned();
    let undo = desk.call(&["--demo", "undo", &run]).expect(0).out;
    assert!(undo.contains("export DOCKER_HOST=unix:///nowhere/docker-steward-demo.sock\n"), "{undo}");
    assert!(!undo.contains("/var/run/docker.sock -H"), "{undo}");
    assert!(undo.contains("curl -fsS --unix-socket /nowhere/docker-steward-demo.sock "), "{undo}");
}
