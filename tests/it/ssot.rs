//! The SSOT's files as a user meets them.

use docker_steward::ssot::load::parse;
use docker_steward::ssot::{Origin, Ssot, SsotError, builtin};

const FILES: [&str; 3] = [
    include_str!("../../ssot/desktop.yaml"),
    include_str!("../../ssot/staging.yaml"),
    include_str!("../../ssot/production.yaml"),
];

fn read(text: &str) -> Result<Ssot, SsotError> {
    parse(text, &Origin::File("ssot/staging.yaml".into()))
}

/// The error of a file that is right but for `lines`, put between its required keys.
fn error(lines: &str) -> String {
    let text = format!(
        "version: 1\nenvironment: staging\ncleanup: confirm\nprotected: {{patterns: [\"prod-*\"]}}\n{lines}\n"
    );
    read(&text).expect_err("it should be refused").to_string()
}

fn whole(text: &str) -> String {
    read(text).expect_err("it should be refused").to_string()
}
#[test]
fn print_all() {
    for lines in [
        "safe_to_delete: {pattern: [\"tmp-*\"]}",
        "safe_to_delet: {patterns: [\"tmp-*\"]}",
        "frobnicate: 1",
        "safe_to_delete:\n  patterns:\n  min_age: 0s",
        "safe_to_delete:\n  patterns:\n    -\n    - tmp-*",
        "safe_to_delete:\n  patterns: tmp-*",
        "safe_to_delete:\n  patterns: [tmp-*, \"*\"]",
        "safe_to_delete:\n  patterns: [tmp-*, \"\"]",
        "safe_to_delete:\n  patterns: [tmp-*, \"tmp- *\"]",
        "safe_to_delete:\n  patterns: [tmp-*, *-tmp]",
        "safe_to_delete:\n  patterns:\n    - */x",
        "safe_to_delete:\n  patterns: [tmp-*]\n  min_age: 14",
        "safe_to_delete:\n  patterns: [tmp-*]\n  min_age: 14 moons",
        "safe_to_delete:\n  patterns: [tmp-*]\n  min_age: -3d",
        "safe_to_delete:\n  patterns: [tmp-*]\n  min_age:",
        "safe_to_delete:\n  min_age: 3d",
        "safe_to_delete:\n  patterns: [tmp-*\n",
        "safe_to_delete: {patterns: [tmp-*]",
        "steward: \"oops",
        "steward: a: b",
        "steward: 12",
        "steward: \"a\\e[31m\"",
        "steward: [a]",
        "purpose:\tx",
        "steward: a\nsteward: b",
        "protected: {patterns: []}",
        "health:\n  - {name: x, http: \"ftp://x\"}\n",
        "health:\n  - name: x\n    status: 3\n",
        "health:\n  - name: x\n",
        "alerts: [{mattermost: \"${X\", on: [drift]}]",
        "alerts: [{mattermost: \"${X}\", on: [drft]}]",
        "alerts: [{on: [drift]}]",
        "schedule: {every: week, at: \"02:00\"}",
        "schedule: {every: day, at: \"2:00\"}",
        "expected:\n  containers: [odoo]",
        "expected:\n  containers: [{name: odoo, optional: yes}]",
        "retention: {unused_images: {max_age: 14d, evidence: guess}}",
        "retention:\n  safe_to_delete: {patterns: []}",
        "host: &a {address: x}",
        "host: !x {address: x}",
        "---\nversion: 1",
        "  x: 1",
        "- x",
        "auto_delete: {patterns: [tmp-*]}\n? a\n: b",
        "true: 1",
        "<<: {a: 1}",
    ] {
        println!("##### {lines:?}\n{}\n", error(lines));
    }
    for text in [
        "",
        "# nothing\n",
        "---\n",
        "a",
        "- a",
        "version: 1\n",
        "version: 2\nenvironment: staging\ncleanup: confirm\nprotected: {patterns: []}",
        "version: 1\nenvironment: Staging\ncleanup: confirm\nprotected: {patterns: []}",
        "version: 1\nenvironment: staging\ncleanup: confrim\nprotected: {patterns: []}",
        "version: 1\nenvironment: staging\ncleanup: yes\nprotected:\n",
        "version: 1\nenvironment: staging\ncleanup: confirm\nprotected: {}\n",
        "version: 1\nenvironment: staging\ncleanup: confirm\nprotected: {names: [\"prod-*\"]}\n",
        "version: \"1\"\nenvironment: staging\ncleanup: confirm\nprotected: {names: []}\n",
        "%YAML 1.2\n---\n",
        "\u{feff}version: 1",
    ] {
        println!("##### {text:?}\n{}\n", whole(text));
    }
}
