//! What is accepted, and what it means.

use std::fs;
use std::process::Command;
use std::time::Duration;

use docker_steward::ssot::{Cleanup, GitState, Origin, Probe, builtin, load, schema};

use super::{FILES, shipped, valid};

const DAY: Duration = Duration::from_hours(24);

#[test]
fn the_desktop_says_what_its_seed_says() {
    let policy = shipped("desktop").policy;
    assert_eq!((policy.environment.as_str(), policy.steward.as_str()), ("desktop", "Gordon-Desktop"));
    assert_eq!(policy.cleanup, Cleanup::Autonomous);
    let optional: Vec<_> =
        policy.expected.containers.iter().filter(|c| c.optional).map(|c| c.name.as_str()).collect();
    assert_eq!(optional, ["odoo-mailpit", "odoo-pgadmin"]);
    assert_eq!(policy.auto_delete.min_age, 14 * DAY);
    let retention = policy.retention;
    assert_eq!(retention.unused_images.map(|age| age.max_age), Some(14 * DAY));
    assert_eq!(retention.unused_volumes.map(|age| age.max_age), Some(30 * DAY));
    for name in ["ghcr.io/acme/docker-extension-x:1", "mcp/server:latest", "artifision/tool:2"] {
        assert!(policy.auto_delete.patterns.iter().any(|pattern| pattern.matches(name)), "{name}");
        assert!(policy.safe_to_delete.patterns.iter().any(|pattern| pattern.matches(name)), "{name}");
    }
}

#[test]
fn staging_says_what_its_seed_says() {
    let policy = shipped("staging").policy;
    assert_eq!((policy.environment.as_str(), policy.cleanup), ("staging", Cleanup::Confirm));
    assert!(policy.auto_delete.patterns.is_empty());
    // Everything that production runs is protected.
    for entry in shipped("production").policy.expected.containers {
        let name = entry.name.as_str();
        let by_pattern = policy.protected.patterns.iter().any(|pattern| pattern.matches(name));
        let by_name = policy.protected.names.iter().any(|protect| protect.matches(name));
        assert!(by_pattern || by_name, "{name}");
    }
    for name in ["test-1", "tmp-debug-container", "experiment-run", "docker-extension:latest", "mcp/server"] {
        assert!(policy.safe_to_delete.patterns.iter().any(|pattern| pattern.matches(name)), "{name}");
    }
    let schedule = policy.schedule.unwrap();
    assert_eq!(
        (schedule.at.to_string(), schedule.time_zone.as_str()),
        ("02:00".to_owned(), "Asia/Singapore")
    );
    assert_eq!(policy.stack.unwrap().compose_file.to_str(), Some("sandbox/staging/docker-compose.yml"));
}

#[test]
fn production_is_read_only() {
    let policy = shipped("production").policy;
    assert_eq!((policy.environment.record_name(), policy.cleanup), ("prod", Cleanup::Forbidden));
    let names: Vec<_> = policy.expected.containers.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["odoo-erp-prod", "odoo-db-sgp1", "ipai-superset", "n8n", "mcp-coordinator"]);
    assert!(policy.safe_to_delete.patterns.is_empty() && policy.auto_delete.patterns.is_empty());
}

#[test]
fn the_built_in_ones_are_the_shipped_ones() {
    for (name, text) in FILES {
        assert_eq!(builtin::text(&name.parse().unwrap()), Some(text));
    }
}

/// People write YAML in many ways; these say one thing.
#[test]
fn the_same_policy_written_differently() {
    let plain = "version: 1\nenvironment: prod\ncleanup: confirm\nprotected:\n  patterns:\n    - prod-*\n    - stable-*\nsafe_to_delete:\n  patterns: [tmp-*]\n  min_age: 14d\n";
    let expected = valid(plain).policy;
    let other = [
        plain.replace('\n', "\r\n"),
        plain.replace("  ", "      "),
        plain.replace("    - ", "  - "),
        plain.replace("prod-*", "'prod-*'").replace("stable-*", "\"stable-*\""),
        plain.replace("version", "\"version\"").replace("14d", "2w  # two weeks"),
        plain.replace("environment: prod", "environment:   production"),
        plain.replace("[tmp-*]", "[\n    tmp-*,\n  ]"),
        plain.replace("[tmp-*]", "[ # what may go\n    tmp-*\n    # and nothing else\n  ]"),
        format!("---\n{plain}...\n"),
        format!("# comment with a \ttab, `*` and 'quotes\n\n{plain}\n# end"),
        plain.trim_end().to_owned(),
        "{version: 1, environment: production, cleanup: confirm, protected: {patterns: [prod-*, stable-*]}, \
         safe_to_delete: {patterns: [tmp-*], min_age: 14d}}"
            .to_owned(),
    ];
    for text in other {
        assert_eq!(valid(&text).policy, expected, "{text}");
    }
}

#[test]
fn what_is_left_out_has_these_meanings() {
    let text = "version: 1\nenvironment: ci\ncleanup: confirm\nprotected: {patterns: []}\nsafe_to_delete: {patterns: []}\n\
                auto_delete: {patterns: [tmp-*]}\nretention: {unused_images: {max_age: 1d}}\n\
                health: [{name: web, http: \"http://localhost:8069/\"}]\nschedule: {every: hour, at: \"00:30\"}\n";
    let policy = valid(text).policy;
    assert_eq!((policy.steward.as_str(), policy.purpose.as_str()), ("docker-steward", ""));
    assert_eq!((policy.safe_to_delete.min_age, policy.auto_delete.min_age), (Duration::ZERO, 14 * DAY));
    assert!(matches!(policy.health[0].probe, Probe::Http { status: 200, .. }));
    assert_eq!(policy.health[0].timeout, Duration::from_secs(5));
    assert_eq!(policy.schedule.as_ref().unwrap().time_zone, "UTC");
    assert_eq!(policy.audit_log().to_str(), Some("logs/docker_ci_audit_log.jsonl"));
    insta::assert_debug_snapshot!(policy.retention.unused_images.unwrap().evidence, @"Observed");
}

#[test]
fn every_rule_has_its_line() {
    let ssot = shipped("staging");
    let line = |rule: &str| {
        let line = ssot.line_of(rule).unwrap_or_else(|| panic!("{rule} has no line"));
        ssot.text.lines().nth(line - 1).unwrap().trim()
    };
    assert!(line("safe_to_delete.patterns[1]").starts_with("patterns: [\"test-*\""));
    assert!(line("protected.names[0]").starts_with("names: [n8n"));
    assert!(line("expected.containers[2]").starts_with("- {name: superset-staging"));
    assert!(line("expected.containers[2].optional").starts_with("- {name: superset-staging"));
    assert!(line("retention.dangling_images").starts_with("dangling_images:"));
    assert!(line("protected").starts_with("protected:"));
    assert_eq!(ssot.line_of("protected.names[9]"), None);
    assert_eq!(ssot.line_of("stack.project"), None);
    assert_eq!(ssot.path_display(), "ssot/staging.yaml");
}

#[test]
fn the_hash_is_that_of_the_bytes() {
    let text = "version: 1\nenvironment: ci\ncleanup: confirm\nprotected: {patterns: []}\n";
    insta::assert_snapshot!(valid(text).sha256, @r"f3372f26f1dcdf7e5a786c9588bde6a649cea71b47ef3933bc02342f76510544");
}

/// Refresh it with `UPDATE=1 cargo test --test it schema`.
#[test]
fn the_schema_file_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/ssot/ssot.schema.json");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, schema::json()).unwrap();
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert!(written == schema::json(), "{path} is stale: run `UPDATE=1 cargo test --test it schema`");
}

#[test]
fn git_knows_the_file_or_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("staging.yaml");
    fs::write(&file, FILES[1].1).unwrap();
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    let state = || load::read(&file).unwrap().git_state();
    assert_eq!(state(), GitState::None);
    git(&["init", "-q"]);
    assert_eq!(state(), GitState::Untracked);
    git(&["add", "staging.yaml"]);
    assert_eq!(state(), GitState::Modified);
    git(&["commit", "-q", "-m", "declare"]);
    assert_eq!(state(), GitState::Clean);
    fs::write(&file, format!("{}# changed\n", FILES[1].1)).unwrap();
    assert_eq!(state(), GitState::Modified);
    let built_in = builtin::load(&"staging".parse().unwrap()).unwrap().unwrap();
    assert_eq!(
        (built_in.git_state(), built_in.origin),
        (GitState::None, Origin::BuiltIn("ssot/staging.yaml"))
    );
}
