//! What is made from the command line itself: help, completions, man pages; and `paths`.
use std::process::Command;

use super::{Called, Desk, has};

/// Every command, by its words.
pub(super) const COMMANDS: [&str; 27] = [
    "audit",
    "plan",
    "apply",
    "explain",
    "health",
    "run",
    "history",
    "undo",
    "trash",
    "trash list",
    "trash verify",
    "trash export",
    "trash expire",
    "ssot",
    "ssot check",
    "ssot schema",
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
    "",
];

fn words(line: &str) -> Vec<&str> {
    line.split(' ').filter(|word| !word.is_empty()).collect()
}

#[test]
fn every_command_shows_by_examples_how_it_is_used() {
    let desk = Desk::new();
    for command in COMMANDS {
        let help = desk.call(&[&words(command)[..], &["--help"]].concat()).expect(0).out;
        let (_, examples) =
            help.split_once("Example").unwrap_or_else(|| panic!("{command} has none:\n{help}"));
        let example = format!("  docker-steward {command}");
        let shown = examples.lines().filter(|line| line.starts_with(example.trim_end())).count();
        assert!(shown > 0, "{command}:\n{help}");
    }
}

#[test]
fn there_is_a_man_page_for_each_command() {
    let desk = Desk::new();
    desk.call(&["man", "--out", "man1"]).expect(0);
    let mut pages: Vec<String> = std::fs::read_dir(desk.work().join("man1"))
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    let mut wanted: Vec<String> = COMMANDS
        .iter()
        .map(|it| format!("docker-steward {it}").trim_end().replace(' ', "-") + ".1")
        .collect();
    wanted.sort();
    assert_eq!(pages, wanted);
    for page in &pages {
        let text = desk.read(format!("man1/{page}"));
        assert!(text.contains(&format!(".TH {} 1", page.trim_end_matches(".1"))), "{text}");
        assert!(text.contains(".SH SYNOPSIS") && text.contains("docker\\-steward"), "{text}");
    }
    assert_eq!(
        desk.call(&["man", "ssot", "init"]).expect(0).out,
        desk.read("man1/docker-steward-ssot-init.1")
    );
    assert_eq!(desk.call(&["man"]).expect(0).out, desk.read("man1/docker-steward.1"));
    let called = desk.call(&["man", "ssot", "nothing"]).expect(64);
    assert_eq!(
        called.err,
        "error: there is no command `nothing`; there are: check, schema, init, bind, approve\n"
    );
    desk.call(&["man", "audit", "--out", "x"]).expect(64);
    if has("groff") {
        for page in pages {
            let path = desk.work().join("man1").join(&page);
            let output = Command::new("groff").args(["-man", "-ww", "-z"]).arg(path).output().unwrap();
            assert!(output.status.success(), "{page}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

#[test]
fn paths_lists_all_that_is_read_and_written() {
    let desk = Desk::new();
    let stable = |called: Called| {
        let home = desk.home.path().to_string_lossy().into_owned();
        let called = called.expect(0);
        format!("{}{}", called.out, called.err).replace(&home, "HOME")
    };
    insta::assert_snapshot!(stable(desk.call(&["paths"])), @"
    configuration HOME/config/docker-steward  (not there)
    configuration HOME/.config/docker-steward  (not there)
    state         HOME/state/docker-steward  (not there)
    ledgers       HOME/state/docker-steward/ledger  (not there)
    journals      HOME/state/docker-steward/journal  (not there)
    trash         HOME/state/docker-steward/trash  (not there)
    locks         HOME/state/docker-steward/lock  (not there)
    alerts        HOME/state/docker-steward/alerts.jsonl  (not there)
    told          HOME/state/docker-steward/told  (not there)
    console       HOME/state/docker-steward/console.json  (not there)
    greetings     HOME/state/docker-steward/greetings.json  (not there)
    log           HOME/state/docker-steward/docker-steward.log  (not there)
    ");
    desk.call(&["--demo", "audit"]).expect(0);
    insta::assert_snapshot!(stable(desk.call(&["paths", "--demo"])), @"
    configuration HOME/config/docker-steward  (not there)
    configuration HOME/.config/docker-steward  (not there)
    state         HOME/state/docker-steward/demo
    ledgers       HOME/state/docker-steward/demo/ledger
    journals      HOME/state/docker-steward/demo/journal  (not there)
    trash         HOME/state/docker-steward/demo/trash  (not there)
    locks         HOME/state/docker-steward/demo/lock
    alerts        HOME/state/docker-steward/demo/alerts.jsonl  (not there)
    told          HOME/state/docker-steward/demo/told  (not there)
    console       HOME/state/docker-steward/demo/console.json  (not there)
    greetings     HOME/state/docker-steward/demo/greetings.json  (not there)
    log           HOME/state/docker-steward/demo/docker-steward.log  (not there)
    audit log     HOME/state/docker-steward/demo/logs/docker_staging_audit_log.jsonl
    ssot          HOME/work/ssot/staging.yaml  (not there)
    ssot          HOME/work/infra/docker/DOCKER_STAGING_SSOT.yaml  (not there)
    ssot          HOME/config/docker-steward/ssot/staging.yaml  (not there)
    ssot          HOME/.config/docker-steward/ssot/staging.yaml  (not there)
    ssot in use   built-in ssot/staging.yaml
    ");
    insta::assert_snapshot!(stable(desk.call(&["paths", "--env", "production"])), @"
    configuration HOME/config/docker-steward  (not there)
    configuration HOME/.config/docker-steward  (not there)
    state         HOME/state/docker-steward
    ledgers       HOME/state/docker-steward/ledger  (not there)
    journals      HOME/state/docker-steward/journal  (not there)
    trash         HOME/state/docker-steward/trash  (not there)
    locks         HOME/state/docker-steward/lock  (not there)
    alerts        HOME/state/docker-steward/alerts.jsonl  (not there)
    told          HOME/state/docker-steward/told  (not there)
    console       HOME/state/docker-steward/console.json  (not there)
    greetings     HOME/state/docker-steward/greetings.json  (not there)
    log           HOME/state/docker-steward/docker-steward.log  (not there)
    audit log     logs/docker_prod_audit_log.jsonl  (not there)
    ssot          HOME/work/ssot/production.yaml  (not there)
    ssot          HOME/work/ssot/prod.yaml  (not there)
    ssot          HOME/work/infra/docker/DOCKER_PROD_SSOT.yaml  (not there)
    ssot          HOME/work/infra/docker/DOCKER_PRODUCTION_SSOT.yaml  (not there)
    ssot          HOME/config/docker-steward/ssot/production.yaml  (not there)
    ssot          HOME/config/docker-steward/ssot/prod.yaml  (not there)
    ssot          HOME/.config/docker-steward/ssot/production.yaml  (not there)
    ssot          HOME/.config/docker-steward/ssot/prod.yaml  (not there)
    ssot in use   built-in ssot/production.yaml
    ");
}
