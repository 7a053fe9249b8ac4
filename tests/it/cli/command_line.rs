//! Every way in which a command line can be wrong ends with 64, and never with 2, which means drift.
use super::Desk;

#[test]
fn a_wrong_command_line_ends_with_64() {
    let desk = Desk::new();
    for line in [
        "nonsense",
        "--nonsense",
        "audit --format yaml",
        "audit extra",
        "plan --select tmp-debug",
        "plan --select pod/x",
        "plan --select volume/",
        "plan --out",
        "apply --plan-hash 55",
        "apply a.json b.json",
        "explain",
        "ssot",
        "ssot approve",
        "ssot approve tmp-debug",
        "ssot bind extra",
        "ssot init --out",
        "runbook extra",
        "schedule",
        "schedule at",
        "doctor extra",
        "history --format markdown",
        "demo-engine",
        "completions tcsh",
        "completions",
        "--color sometimes audit",
        "-c one -H unix:///x audit",
        "undo",
        "trash",
    ] {
        let called = desk.call(&line.split(' ').collect::<Vec<_>>());
        assert_eq!(called.code, 64, "{line}: {}", called.err);
        assert_eq!(called.out, "", "{line}");
        assert!(called.err.starts_with("error: ") || called.err.contains("Usage:"), "{line}: {}", called.err);
    }
}

#[test]
fn help_and_version_are_answers() {
    let desk = Desk::new();
    for line in ["--help", "-h", "--version", "-V", "help", "help plan", "audit --help", "ssot check -h"] {
        let called = desk.call(&line.split(' ').collect::<Vec<_>>()).expect(0);
        assert!(!called.out.is_empty() && called.err.is_empty(), "{line}");
    }
}

#[test]
fn every_command_has_the_options_of_every_command() {
    let desk = Desk::new();
    let commands = [
        "audit",
        "plan",
        "apply",
        "explain",
        "history",
        "ssot check",
        "ssot init",
        "ssot bind",
        "ssot approve",
        "schedule",
        "runbook",
        "doctor",
        "demo-engine",
        "paths",
        "completions",
        "man",
    ];
    for command in commands {
        let mut words: Vec<&str> = command.split(' ').collect();
        words.push("--help");
        let help = desk.call(&words).expect(0).out;
        for option in [
            "--env <NAME>",
            "--ssot <FILE>",
            "-c, --context <NAME>",
            "-H, --host <URL>",
            "--demo",
            "--read-only",
            "--theme <NAME>",
            "--color <WHEN>",
        ] {
            assert!(help.contains(option), "{command} lacks {option}:\n{help}");
        }
    }
}

#[test]
fn nobody_said_which_environment() {
    let called = Desk::new().call(&["ssot", "check"]).expect(1);
    assert_eq!(called.out, "");
    assert!(called.err.contains("desktop, staging, production"), "{}", called.err);
}

#[test]
fn the_environment_may_come_from_a_variable_and_an_empty_one_is_none() {
    let desk = Desk::new();
    let run = |value: &str| {
        let mut command = desk.command(&["ssot", "check"]);
        command.env("DOCKER_STEWARD_ENV", value);
        super::Called::of(command.output().unwrap())
    };
    assert!(run("staging").expect(0).out.contains("declares staging"));
    assert!(run("").expect(1).err.contains("no environment was chosen"));
}

#[test]
fn an_engine_that_does_not_answer_is_a_failure() {
    let desk = Desk::new();
    let called = desk.call(&["-H", "unix:///nowhere/docker.sock", "--env", "staging", "audit"]).expect(1);
    assert_eq!(called.out, "");
    assert!(called.err.contains("/nowhere/docker.sock"), "{}", called.err);
    let called = desk.call(&["-c", "nowhere", "--env", "staging", "audit"]).expect(1);
    assert!(called.err.contains("nowhere"), "{}", called.err);
}

#[test]
fn an_ssot_that_is_wrong_is_a_failure_that_shows_the_line() {
    let desk = Desk::new();
    std::fs::write(desk.work().join("mine.yaml"), "version: 1\nenvironment: staging\nclean: confirm\n")
        .unwrap();
    for command in ["ssot check", "audit", "plan", "history"] {
        let mut words: Vec<&str> = command.split(' ').collect();
        words.extend(["--ssot", "mine.yaml"]);
        let called = desk.call(&words).expect(1);
        assert!(called.err.contains("mine.yaml:3"), "{command}: {}", called.err);
    }
}

#[test]
fn a_log_is_written_only_when_asked_for_and_only_into_the_state() {
    let desk = Desk::new();
    desk.call(&["--demo", "explain", "network/bridge"]).expect(0);
    assert!(!desk.state().join("demo/docker-steward.log").exists());
    let mut command = desk.command(&["--demo", "explain", "network/bridge"]);
    let called = super::Called::of(command.env("DOCKER_STEWARD_LOG", "trace").output().unwrap()).expect(0);
    assert_eq!(called.err, "");
    assert!(desk.state().join("demo/docker-steward.log").exists());
    let mut command = desk.command(&["--demo", "audit"]);
    super::Called::of(command.env("DOCKER_STEWARD_LOG", "a=b=c").output().unwrap()).expect(1);
}

#[test]
fn generated_texts_come_on_stdout() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(desk.call(&["completions", shell]).expect(0).out.contains("docker-steward"), "{shell}");
    }
    let man = desk.call(&["man"]).expect(0).out;
    assert!(man.contains(".TH docker-steward") && man.contains("APPLY CLEANUP"), "{man}");
    let schema = desk.call(&["ssot", "schema"]).expect(0).json();
    assert_eq!(schema["title"], "docker-steward SSOT");
    let paths = desk.call(&["paths", "--env", "staging"]).expect(0).out;
    assert!(paths.contains("docker_staging_audit_log.jsonl") && paths.contains("state/docker-steward"));
}

#[test]
fn a_reader_that_had_enough_is_no_error() {
    let desk = Desk::new();
    let mut command = desk.command(&["completions", "bash"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
}
