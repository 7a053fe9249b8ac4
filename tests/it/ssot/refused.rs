//! What is refused, and how it is said.

use docker_steward::ssot::load::parse;

use super::origin;

/// The report on a whole file that must be refused.
pub(super) fn whole(text: &str) -> String {
    parse(text, &origin()).map(|ssot| ssot.policy).expect_err("it should be refused").to_string()
}

/// The report on a file whose required keys are right, and that goes on with `lines`.
fn refused(lines: &str) -> String {
    whole(&format!(
        "version: 1\nenvironment: staging\ncleanup: confirm\nprotected: {{patterns: [\"prod-*\"]}}\n{lines}\n"
    ))
}

#[test]
fn a_key_that_nobody_knows() {
    insta::assert_snapshot!(refused("safe_to_delete: {pattern: [\"tmp-*\"]}"), @r#"
    unknown key `pattern` in `safe_to_delete`
     --> ssot/staging.yaml:5:18
      |
    5 | safe_to_delete: {pattern: ["tmp-*"]}
      |                  ^^^^^^^
      = help: did you mean `patterns`?
    "#);
    insta::assert_snapshot!(refused("safe-to-delete: {patterns: [\"tmp-*\"]}"), @r#"
    unknown key `safe-to-delete`
     --> ssot/staging.yaml:5:1
      |
    5 | safe-to-delete: {patterns: ["tmp-*"]}
      | ^^^^^^^^^^^^^^
      = help: did you mean `safe_to_delete`?
    "#);
    insta::assert_snapshot!(refused("host:\n  retention: {}"), @r"
    unknown key `retention` in `host`
     --> ssot/staging.yaml:6:3
      |
    6 |   retention: {}
      |   ^^^^^^^^^
      = help: `retention` belongs to the outermost level: check the indentation
    ");
    insta::assert_snapshot!(refused("audit: {file: x}"), @r"
    unknown key `file` in `audit`
     --> ssot/staging.yaml:5:9
      |
    5 | audit: {file: x}
      |         ^^^^
      = help: the keys here are `log`
    ");
}

#[test]
fn a_key_that_is_written_twice() {
    insta::assert_snapshot!(refused("safe_to_delete: {patterns: []}\nprotected: {patterns: []}"), @r"
    the key `protected` is written twice, first in line 4
     --> ssot/staging.yaml:6:1
      |
    6 | protected: {patterns: []}
      | ^^^^^^^^^
      = help: keep one of the two
    ");
}

#[test]
fn a_key_that_is_missing() {
    insta::assert_snapshot!(whole("version: 1\nenvironment: staging\ncleanup: confirm\n"), @r"
    the key `protected` is missing
     --> ssot/staging.yaml:1:1
      |
    1 | version: 1
      | ^^^^^^^
      = help: say what must never be removed; if it is nothing, write `protected: {patterns: []}`
    ");
    insta::assert_snapshot!(whole("version: 1\nenvironment: staging\nprotected: {patterns: []}\n"), @r"
    the key `cleanup` is missing
     --> ssot/staging.yaml:1:1
      |
    1 | version: 1
      | ^^^^^^^
      = help: write `cleanup: forbidden`, `confirm` or `autonomous`; it is never guessed
    ");
    insta::assert_snapshot!(refused("safe_to_delete: {min_age: 3d}"), @r"
    the key `patterns` is missing in `safe_to_delete`
     --> ssot/staging.yaml:5:18
      |
    5 | safe_to_delete: {min_age: 3d}
      |                  ^^^^^^^
      = help: add `patterns:`
    ");
}

#[test]
fn nothing_where_something_was_meant() {
    insta::assert_snapshot!(whole(""), @r"
    the file is empty: it declares nothing
     --> ssot/staging.yaml:1:1
      |
    1 |
      | ^
      = help: `docker-steward ssot init` writes one to start from
    ");
    insta::assert_snapshot!(whole("# to be written\n---\n"), @r"
    the file is empty: it declares nothing
     --> ssot/staging.yaml:1:1
      |
    1 | # to be written
      | ^
      = help: `docker-steward ssot init` writes one to start from
    ");
    insta::assert_snapshot!(whole("version: 1\nenvironment: staging\ncleanup: confirm\nprotected:\n"), @r"
    nothing is written after `protected:`
     --> ssot/staging.yaml:4:1
      |
    4 | protected:
      | ^^^^^^^^^
      = help: say what must never be removed; if it is nothing, write `protected: {patterns: []}`
    ");
    insta::assert_snapshot!(whole("version: 1\nenvironment: staging\ncleanup: confirm\nprotected:\n  patterns:\n  names: [n8n]\n"), @r"
    nothing is written after `patterns:`
     --> ssot/staging.yaml:5:3
      |
    5 |   patterns:
      |   ^^^^^^^^
      = help: write `patterns: []` if it is meant to be empty; else list its items
    ");
    insta::assert_snapshot!(whole("version: 1\nenvironment: staging\ncleanup: confirm\nprotected: {}\n"), @r"
    `protected` says nothing
     --> ssot/staging.yaml:4:12
      |
    4 | protected: {}
      |            ^^
      = help: if nothing is to be protected, say so: `protected: {patterns: []}`
    ");
    insta::assert_snapshot!(refused("safe_to_delete:\n  patterns:\n    -\n    - \"tmp-*\""), @r"
    an empty item in the list `safe_to_delete.patterns`
     --> ssot/staging.yaml:7:6
      |
    7 |     -
      |      ^
      = help: write it or remove it
    ");
    insta::assert_snapshot!(refused("purpose: \"\""), @r#"
    `purpose` is empty
     --> ssot/staging.yaml:5:10
      |
    5 | purpose: ""
      |          ^^
      = help: write something, or remove it
    "#);
}

#[test]
fn a_value_of_the_wrong_type() {
    insta::assert_snapshot!(refused("safe_to_delete: {patterns: \"tmp-*\"}"), @r#"
    `safe_to_delete.patterns` must be a list, and this is one text
     --> ssot/staging.yaml:5:28
      |
    5 | safe_to_delete: {patterns: "tmp-*"}
      |                            ^^^^^^^
      = help: write `patterns: ["tmp-*"]`
    "#);
    insta::assert_snapshot!(refused("safe_to_delete: {patterns: [tmp-1, 18.0]}"), @r#"
    `safe_to_delete.patterns[1]` must be a text, and this is a number
     --> ssot/staging.yaml:5:36
      |
    5 | safe_to_delete: {patterns: [tmp-1, 18.0]}
      |                                    ^^^^
      = help: write it in quotes: "18.0"
    "#);
    insta::assert_snapshot!(refused("expected: {containers: [odoo-staging]}"), @r#"
    `expected.containers[0]` must be a block of keys, and this is a text
     --> ssot/staging.yaml:5:25
      |
    5 | expected: {containers: [odoo-staging]}
      |                         ^^^^^^^^^^^^
      = help: write `{name: "odoo-staging"}`
    "#);
    insta::assert_snapshot!(refused("expected: {containers: [{name: odoo-staging, optional: yes}]}"), @r"
    `expected.containers[0].optional` must be `true` or `false`, and this is a text
     --> ssot/staging.yaml:5:56
      |
    5 | expected: {containers: [{name: odoo-staging, optional: yes}]}
      |                                                        ^^^
      = help: write `true` or `false`
    ");
    insta::assert_snapshot!(refused("steward: [Gordon]"), @r"
    `steward` must be a text, and this is a list
     --> ssot/staging.yaml:5:10
      |
    5 | steward: [Gordon]
      |          ^^^^^^^^
      = help: write a text
    ");
    insta::assert_snapshot!(whole("- version: 1\n"), @r"
    an SSOT is a block of `key: value` lines, and this is none
     --> ssot/staging.yaml:1:1
      |
    1 | - version: 1
      | ^^^^^^^^^^^^
      = help: begin with `version: 1`
    ");
}

#[test]
fn a_word_that_is_not_in_the_list() {
    insta::assert_snapshot!(whole("version: 1\nenvironment: staging\ncleanup: autonomus\nprotected: {patterns: []}\n"), @r"
    `cleanup` cannot be `autonomus`
     --> ssot/staging.yaml:3:10
      |
    3 | cleanup: autonomus
      |          ^^^^^^^^^
      = help: did you mean `autonomous`?
    ");
    insta::assert_snapshot!(refused("retention:\n  unused_images: {max_age: 14d, evidence: guessed}"), @r"
    `retention.unused_images.evidence` cannot be `guessed`
     --> ssot/staging.yaml:6:43
      |
    6 |   unused_images: {max_age: 14d, evidence: guessed}
      |                                           ^^^^^^^
      = help: write one of `pulled`, `observed`
    ");
}

#[test]
fn a_version_or_an_environment_that_does_not_exist() {
    insta::assert_snapshot!(whole("version: 2\nenvironment: staging\ncleanup: confirm\nprotected: {patterns: []}\n"), @r"
    version 2 of the file format is not known
     --> ssot/staging.yaml:1:10
      |
    1 | version: 2
      |          ^
      = help: this docker-steward reads version 1; update it, or write `version: 1`
    ");
    insta::assert_snapshot!(whole("version: 1\nenvironment: Staging\ncleanup: confirm\nprotected: {patterns: []}\n"), @r"
    the name `Staging` is not right: it must be lower-case letters, digits, `-` and `_`, a letter first, at most 63
     --> ssot/staging.yaml:2:14
      |
    2 | environment: Staging
      |              ^^^^^^^
      = help: did you mean `staging`?
    ");
    insta::assert_snapshot!(whole("version: 1\nenvironment: ../staging\ncleanup: confirm\nprotected: {patterns: []}\n"), @r"
    the name `../staging` is not right: it must be lower-case letters, digits, `-` and `_`, a letter first, at most 63
     --> ssot/staging.yaml:2:14
      |
    2 | environment: ../staging
      |              ^^^^^^^^^^
      = help: write for example `staging`
    ");
}

#[test]
fn a_bad_duration() {
    insta::assert_snapshot!(refused("safe_to_delete:\n  patterns: [\"tmp-*\"]\n  min_age: 14"), @r"
    the duration `14` has no unit
     --> ssot/staging.yaml:7:12
      |
    7 |   min_age: 14
      |            ^^
      = help: write `14d` for days
    ");
    insta::assert_snapshot!(refused("retention: {unused_volumes: {max_age: a month}}"), @r"
    `a month` is no duration
     --> ssot/staging.yaml:5:39
      |
    5 | retention: {unused_volumes: {max_age: a month}}
      |                                       ^^^^^^^
      = help: write for example `14d`, `2w`, `12h` or `0s`
    ");
    insta::assert_snapshot!(refused("retention: {unused_volumes: {max_age: -1d}}"), @r"
    `-1d` is no duration
     --> ssot/staging.yaml:5:39
      |
    5 | retention: {unused_volumes: {max_age: -1d}}
      |                                       ^^^
      = help: write for example `14d`, `2w`, `12h` or `0s`
    ");
}

#[test]
fn a_bad_pattern() {
    insta::assert_snapshot!(refused("safe_to_delete: {patterns: [\"tmp-*\", \"*\"]}"), @r#"
    the pattern `*` is not right: it matches everything, and would make every resource on the engine safe to delete
     --> ssot/staging.yaml:5:38
      |
    5 | safe_to_delete: {patterns: ["tmp-*", "*"]}
      |                                      ^^^
      = help: name what is safe, for example `tmp-*`
    "#);
    insta::assert_snapshot!(refused("auto_delete: {patterns: [\"?*\"]}"), @r#"
    the pattern `?*` is not right: it matches everything, and would make every resource on the engine safe to delete
     --> ssot/staging.yaml:5:26
      |
    5 | auto_delete: {patterns: ["?*"]}
      |                          ^^^^
      = help: name what is safe, for example `tmp-*`
    "#);
    insta::assert_snapshot!(refused("safe_to_delete: {patterns: [\"tmp-* \"]}"), @r#"
    the pattern `tmp-* ` is not right: it holds a blank, which no Docker name does
     --> ssot/staging.yaml:5:29
      |
    5 | safe_to_delete: {patterns: ["tmp-* "]}
      |                             ^^^^^^^^
      = help: remove that character
    "#);
    insta::assert_snapshot!(refused("safe_to_delete: {patterns: [\"mcp/**\"]}"), @r#"
    the pattern `mcp/**` is not right: it holds `**`; one `*` already crosses `/`
     --> ssot/staging.yaml:5:29
      |
    5 | safe_to_delete: {patterns: ["mcp/**"]}
      |                             ^^^^^^^^
      = help: write a single `*`
    "#);
    insta::assert_snapshot!(refused("safe_to_delete: {patterns: [\"tmp-{a\"]}"), @r#"
    the pattern `tmp-{a` is not right: a `{` is not closed
     --> ssot/staging.yaml:5:29
      |
    5 | safe_to_delete: {patterns: ["tmp-{a"]}
      |                             ^^^^^^^^
      = help: correct it, or remove it
    "#);
    insta::assert_snapshot!(whole("version: 1\nenvironment: staging\ncleanup: confirm\nprotected: {patterns: [\"prod-[a-z]*\"]}\n"), @r#"
    the pattern `prod-[a-z]*` is not right: it holds a class in brackets, which a protection cannot have
     --> ssot/staging.yaml:4:24
      |
    4 | protected: {patterns: ["prod-[a-z]*"]}
      |                        ^^^^^^^^^^^^^
      = help: write `{a,b}` or `?`
    "#);
    insta::assert_snapshot!(whole("version: 1\nenvironment: staging\ncleanup: confirm\nprotected: {names: [\"prod-*\"]}\n"), @r#"
    the name `prod-*` is not right: it holds the wildcard `*`, and a name is taken literally
     --> ssot/staging.yaml:4:21
      |
    4 | protected: {names: ["prod-*"]}
      |                     ^^^^^^^^
      = help: move it to `protected.patterns`
    "#);
    insta::assert_snapshot!(whole("version: 1\nenvironment: staging\ncleanup: confirm\nprotected: {labels: [\"=prod\"]}\n"), @r#"
    the label `=prod` is not right: it has no key before the `=`
     --> ssot/staging.yaml:4:22
      |
    4 | protected: {labels: ["=prod"]}
      |                      ^^^^^^^
      = help: write `key` or `key=value`
    "#);
}

#[test]
fn yaml_that_is_broken() {
    insta::assert_snapshot!(refused("safe_to_delete:\n  patterns: [\"tmp-*\"\n  min_age: 0s"), @r#"
    this list is not closed, or a comma is missing in it
     --> ssot/staging.yaml:6:13
      |
    6 |   patterns: ["tmp-*"
      |             ^
      = help: write `]` at its end
    "#);
    insta::assert_snapshot!(refused("safe_to_delete: {patterns: [\"tmp-*\"]"), @r#"
    this block is not closed, or a comma is missing in it
     --> ssot/staging.yaml:5:17
      |
    5 | safe_to_delete: {patterns: ["tmp-*"]
      |                 ^
      = help: write `}` at its end
    "#);
    insta::assert_snapshot!(refused("purpose: \"Staging\nsteward: Gordon"), @r#"
    this quote is not closed
     --> ssot/staging.yaml:5:10
      |
    5 | purpose: "Staging
      |          ^
      = help: write the same quote at its end
    "#);
    insta::assert_snapshot!(refused("safe_to_delete:\n  patterns: [*-tmp]"), @r#"
    a text that begins with `*` must stand in quotes
     --> ssot/staging.yaml:6:14
      |
    6 |   patterns: [*-tmp]
      |              ^^^^^
      = help: write it in quotes: "*-tmp"
    "#);
    insta::assert_snapshot!(refused("safe_to_delete:\n  patterns:\n    - */docker-extension*"), @r#"
    a text that begins with `*` must stand in quotes
     --> ssot/staging.yaml:7:7
      |
    7 |     - */docker-extension*
      |       ^^^^^^^^^^^^^^^^^^^
      = help: write it in quotes: "*/docker-extension*"
    "#);
    insta::assert_snapshot!(refused("purpose: Staging: Odoo"), @r"
    this is not YAML: mapping values are not allowed in this context
     --> ssot/staging.yaml:5:17
      |
    5 | purpose: Staging: Odoo
      |                 ^
      = help: check the indentation; a text with `: ` in it must stand in quotes
    ");
    insta::assert_snapshot!(refused("safe_to_delete:\n   patterns: []\n  min_age: 0s"), @r"
    this is not YAML: did not find expected key
     --> ssot/staging.yaml:7:3
      |
    7 |   min_age: 0s
      |   ^
      = help: check the indentation: keys of one block begin in one column
    ");
    insta::assert_snapshot!(refused("purpose: @home"), @r"
    this is not YAML: found character that cannot start any token
     --> ssot/staging.yaml:5:10
      |
    5 | purpose: @home
      |          ^
      = help: a text that begins with this character must stand in quotes
    ");
}

#[test]
fn yaml_that_means_more_than_it_shows() {
    insta::assert_snapshot!(refused("host: &here {address: 10.0.0.1}"), @r"
    an anchor (`&…`), which an SSOT has no use for
     --> ssot/staging.yaml:5:7
      |
    5 | host: &here {address: 10.0.0.1}
      |       ^^^^^
      = help: write the value where it is meant
    ");
    insta::assert_snapshot!(refused("<<: {cleanup: autonomous}"), @r"
    a merge key (`<<`), which an SSOT has no use for
     --> ssot/staging.yaml:5:1
      |
    5 | <<: {cleanup: autonomous}
      | ^^
      = help: write the value where it is meant
    ");
    insta::assert_snapshot!(refused("purpose: !!str staging"), @r"
    a tag (`!…`), which an SSOT has no use for
     --> ssot/staging.yaml:5:10
      |
    5 | purpose: !!str staging
      |          ^^^^^
      = help: write the value where it is meant
    ");
    insta::assert_snapshot!(refused("---\nversion: 1"), @r"
    a second YAML document
     --> ssot/staging.yaml:5:1
      |
    5 | ---
      | ^^^
      = help: one file declares one environment; remove the `---`
    ");
    insta::assert_snapshot!(refused("yes: 1\ntrue: 2"), @r"
    this key is not a word
     --> ssot/staging.yaml:6:1
      |
    6 | true: 2
      | ^^^^
      = help: every key is an English word
    ");
    insta::assert_snapshot!(whole("%YAML 1.1\n---\nversion: 1\n"), @r"
    a YAML directive
     --> ssot/staging.yaml:1:1
      |
    1 | %YAML 1.1
      | ^^^^^^^^^
      = help: remove the line
    ");
    insta::assert_snapshot!(whole("\u{feff}version: 1\n"), @r"
    a byte order mark
     --> ssot/staging.yaml:1:1
      |
    1 | �version: 1
      | ^
      = help: save the file as UTF-8 without BOM
    ");
    insta::assert_snapshot!(refused("safe_to_delete:\n\tpatterns: []"), @r"
    a tab, which YAML does not take as indentation
     --> ssot/staging.yaml:6:1
      |
    6 | �patterns: []
      | ^
      = help: write spaces
    ");
    insta::assert_snapshot!(refused("steward: Gordon # \u{202e} nodroG"), @r"
    the invisible character U+202E
     --> ssot/staging.yaml:5:19
      |
    5 | steward: Gordon # � nodroG
      |                   ^
      = help: remove it
    ");
    insta::assert_snapshot!(refused("steward: \"Gordon\\e[2J\""), @r#"
    `steward` holds the invisible character U+001B
     --> ssot/staging.yaml:5:10
      |
    5 | steward: "Gordon\e[2J"
      |          ^^^^^^^^^^^^^
      = help: write it as one line of plain text
    "#);
}

#[test]
fn a_check_an_alert_or_a_schedule_that_cannot_work() {
    insta::assert_snapshot!(refused("health:\n  - {name: Odoo, http: staging.example}"), @r"
    `staging.example` is no web address
     --> ssot/staging.yaml:6:24
      |
    6 |   - {name: Odoo, http: staging.example}
      |                        ^^^^^^^^^^^^^^^
      = help: write `http://…` or `https://…`
    ");
    insta::assert_snapshot!(refused("health:\n  - {name: Odoo}"), @r"
    the check `Odoo` does not say how to check
     --> ssot/staging.yaml:6:5
      |
    6 |   - {name: Odoo}
      |     ^^^^^^^^^^^^
      = help: add `http:`, `exec:`, `running:` or `tcp:`
    ");
    insta::assert_snapshot!(refused("health:\n  - name: Odoo\n    running: odoo\n    exec: {container: odoo, command: [\"true\"]}"), @r"
    the check `Odoo` says how to check more than once
     --> ssot/staging.yaml:6:5
      |
    6 |   - name: Odoo
      |     ^^^^^^^^^^
      = help: keep one of `http`, `exec`, `running` and `tcp`
    ");
    insta::assert_snapshot!(refused("health:\n  - {name: PostgreSQL, exec: {container: db, command: []}}"), @r"
    the check `PostgreSQL` has an empty command
     --> ssot/staging.yaml:6:5
      |
    6 |   - {name: PostgreSQL, exec: {container: db, command: []}}
      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      = help: write for example `command: [pg_isready]`
    ");
    insta::assert_snapshot!(refused("alerts:\n  - {mattermost: \"${WEBHOOK\", on: [drift]}"), @r#"
    a `${` is not followed by a variable's name and `}`
     --> ssot/staging.yaml:6:18
      |
    6 |   - {mattermost: "${WEBHOOK", on: [drift]}
      |                  ^^^^^^^^^^^
      = help: write `${NAME}`, or `${file:/PATH}`
    "#);
    insta::assert_snapshot!(refused("alerts:\n  - {on: [drift]}"), @r"
    the alert has no address
     --> ssot/staging.yaml:6:5
      |
    6 |   - {on: [drift]}
      |     ^^^^^^^^^^^^^
      = help: add `mattermost:`, `slack:`, `webhook:` or `command:`
    ");
    insta::assert_snapshot!(refused("schedule: {every: week, at: \"02:00\"}"), @r#"
    a weekly schedule has no day
     --> ssot/staging.yaml:5:11
      |
    5 | schedule: {every: week, at: "02:00"}
      |           ^^^^^^^^^^^^^^^^^^^^^^^^^^
      = help: add for example `day: monday`
    "#);
    insta::assert_snapshot!(refused("schedule: {every: day, at: \"26:00\"}"), @r#"
    `26:00` is no time of day
     --> ssot/staging.yaml:5:28
      |
    5 | schedule: {every: day, at: "26:00"}
      |                            ^^^^^^^
      = help: write it as "02:00"
    "#);
    insta::assert_snapshot!(refused("schedule: {every: day, at: \"02:00\", time_zone: \"SGT; rm -rf /\"}"), @r#"
    `SGT; rm -rf /` is no time zone
     --> ssot/staging.yaml:5:48
      |
    5 | schedule: {every: day, at: "02:00", time_zone: "SGT; rm -rf /"}
      |                                                ^^^^^^^^^^^^^^^
      = help: write for example `Asia/Singapore`
    "#);
}

/// An error ends in logs and chats, and whoever knows a webhook's address can post to it.
#[test]
fn no_error_quotes_the_address_of_a_webhook() {
    let secret = "T0SECRET/B0SECRET";
    let ways = [
        format!("alerts:\n  - {{slack: \"https://hooks.slack.com/services/{secret}\", on: [drifting]}}"),
        format!("alerts:\n  - {{slack: \"https:/hooks.slack.com/services/{secret}\", on: [drift]}}"),
        format!("alerts:\n  - {{slack: \"{secret}\", on: [drift]}}"),
        format!("alerts:\n  - slack:\n      hooks.slack.com/services/{secret}\n    on: [drift]"),
        format!("alerts:\n  - {{sIack: \"https://hooks.slack.com/services/{secret}\", on: [drift]}}"),
        format!("alerts:\n  - {{slack: [\"https://hooks.slack.com/services/{secret}\"], on: [drift]}}"),
        format!("alerts: \"https://hooks.slack.com/services/{secret}\""),
        format!("steward: x\nsteward: https://chat.example/hooks/{secret}"),
        format!("alerts:\n  - {{slack: \"https://hooks.slack.com/services/{secret}, on: [drift]}}"),
        format!("cleanup: https://chat.example/hooks/{secret}"),
        format!("safe_to_delete: {{min_age: \"https://chat.example/hooks/{secret}\"}}"),
    ];
    for lines in ways {
        let error = refused(&lines);
        assert!(error.contains("--> ssot/staging.yaml:"), "{error}");
        assert!(!error.contains("SECRET"), "{error}");
    }
    insta::assert_snapshot!(
        refused("alerts:\n  - {slack: \"https://hooks.slack.com/services/T0/B0\", on: [drifting]}"),
        @r#"
    `alerts[0].on[0]` cannot be `drifting`
     --> ssot/staging.yaml:6:60
      |
    6 |   - {slack: "https://hooks.slack.com/**************", on: [drifting]}
      |                                                            ^^^^^^^^
      = help: write one of `protected_gone`, `unhealthy`, `healthy`, `missing`, `drift`, `drift_cleared`, `refused`, `cleanup`
    "#
    );
}
