//! Warnings about valid files.

use docker_steward::ssot::check::check;

use super::{FILES, shipped, valid};

/// All warnings about a file that says `lines` besides what it must.
fn warnings(lines: &str) -> String {
    let text = format!(
        "version: 1\nenvironment: staging\ncleanup: confirm\nprotected: {{patterns: [\"prod-*\"], names: [n8n]}}\n{lines}\n"
    );
    listed(&text)
}

fn listed(text: &str) -> String {
    check(&valid(text)).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_shipped_files_are_beyond_reproach() {
    for (name, _) in FILES {
        assert_eq!(check(&shipped(name)), [], "{name}");
    }
}

#[test]
fn what_is_safe_and_must_stay() {
    insta::assert_snapshot!(warnings(
        "expected:\n  containers: [{name: tmp-cache}]\n  images: [{name: \"mcp/server:1\"}]\n\
         safe_to_delete:\n  patterns:\n    - tmp-*\n    - mcp/server\n    - n*\n    - p*\n    - prod-test-*\n    - N8N\n    - test-*"
    ), @r"
    line 10: safe_to_delete.patterns[0]: `tmp-*` covers `tmp-cache`, which `expected.containers[0]` expects; it will stay
      = help: make the pattern narrower, or no longer expect it
    line 11: safe_to_delete.patterns[1]: `mcp/server` covers `mcp/server:1`, which `expected.images[0]` expects; it will stay
      = help: make the pattern narrower, or no longer expect it
    line 12: safe_to_delete.patterns[2]: `n*` covers `n8n`, which `protected.names` protects; it will stay
      = help: make the pattern narrower
    line 13: safe_to_delete.patterns[3]: `p*` covers `prod-*`, which `protected.patterns` protects; it will stay
      = help: make the pattern narrower
    line 14: safe_to_delete.patterns[4]: whatever `prod-test-*` matches is protected by `prod-*`: it makes nothing safe to delete
      = help: remove it
    line 15: safe_to_delete.patterns[5]: whatever `N8N` matches is protected by `n8n`: it makes nothing safe to delete
      = help: remove it
    ");
}

#[test]
fn what_goes_unattended_and_does_not() {
    insta::assert_snapshot!(
        warnings("safe_to_delete: {patterns: [tmp-*]}\nauto_delete: {patterns: [tmp-a*, test-*]}"),
        @r"
    line 6: auto_delete.patterns[1]: `test-*` lets nothing go unattended: no pattern of `safe_to_delete` covers it
      = help: add it to `safe_to_delete.patterns` too, or remove it here
    line 6: auto_delete: nothing goes unattended with `cleanup: confirm`
      = help: write `patterns: []`, or `cleanup: autonomous`
    "
    );
    let autonomous =
        "version: 1\nenvironment: desktop\ncleanup: autonomous\nprotected: {patterns: [prod-*]}\n";
    insta::assert_snapshot!(listed(autonomous), @r"
    line 3: cleanup: `cleanup: autonomous` and nothing in `auto_delete`: nothing goes unattended
      = help: write `cleanup: confirm`, or name what may go in `auto_delete`
    ");
    insta::assert_snapshot!(
        listed(&format!("{autonomous}safe_to_delete: {{patterns: [tmp-*]}}\nauto_delete: {{patterns: [tmp-*], min_age: 1h}}\n")),
        @r"
    line 6: auto_delete.min_age: what was made less than a day ago may go unattended
      = help: write for example `min_age: 14d`
    "
    );
}

#[test]
fn an_environment_in_which_nothing_may_be_removed() {
    insta::assert_snapshot!(listed(
        "version: 1\nenvironment: prod\ncleanup: forbidden\nprotected: {patterns: [prod-*]}\n\
         safe_to_delete: {patterns: [tmp-*]}\nauto_delete: {patterns: [tmp-*]}\nretention: {dangling_images: {max_age: 0s}}\n"
    ), @r"
    line 5: safe_to_delete: `cleanup: forbidden` removes nothing, whatever `safe_to_delete` says
      = help: remove it, so that nobody relies on it
    line 6: auto_delete: `cleanup: forbidden` removes nothing, whatever `auto_delete` says
      = help: remove it, so that nobody relies on it
    line 7: retention: `cleanup: forbidden` removes nothing, whatever `retention` says
      = help: remove it, so that nobody relies on it
    ");
    insta::assert_snapshot!(
        listed("version: 1\nenvironment: prod\ncleanup: confirm\nprotected: {patterns: [prod-*]}\n"),
        @r"
    line 3: cleanup: production allows cleanup (`confirm`)
      = help: write `cleanup: forbidden`
    "
    );
}

#[test]
fn protections_that_are_not_what_they_look_like() {
    insta::assert_snapshot!(listed(
        "version: 1\nenvironment: staging\ncleanup: confirm\nprotected:\n  patterns:\n    - prod\n    - pr\u{43e}d-*\n    - stable-*\n    - Stable_*\n\
         \x20 names: [ipai-, n8n, N8N]\n"
    ), @r"
    line 6: protected.patterns[0]: `prod` has no `*`, and does not protect `prod-1`
      = help: write `prod*`, or move it to `protected.names`
    line 7: protected.patterns[1]: `prоd-*` holds `о` (U+043E), which no Docker name does
      = help: write it in plain letters
    line 9: protected.patterns[3]: `Stable_*` says what `protected.patterns[2]` says already
      = help: remove one of the two
    line 10: protected.names[2]: `N8N` says what `protected.names[1]` says already
      = help: remove one of the two
    line 10: protected.names[0]: `ipai-` looks like a prefix, and a name protects only what is called exactly so
      = help: write `ipai-*` under `protected.patterns`
    ");
    insta::assert_snapshot!(
        listed("version: 1\nenvironment: staging\ncleanup: confirm\nretention: {unused_volumes: {max_age: 0s}}\nprotected: {patterns: []}"),
        @r"
    file: the last line has no end: the file may have been cut off
      = help: see that the file is whole, and end it with a line break
    line 4: retention: `retention` stands before `protected`: a file that is cut off may lose its protections
      = help: move `protected` before it
    line 4: retention.unused_volumes: less than a day: a stack that is down for its update counts as unused
      = help: write some days, for example `max_age: 30d`
    line 5: protected: nothing is protected
      = help: name what must never be removed, for example `prod-*`
    "
    );
    insta::assert_snapshot!(
        listed("version: 1\nenvironment: staging\ncleanup: confirm\nprotected: {patterns: [\"*\"]}\n"),
        @r"
    line 4: protected.patterns[0]: `*` protects everything: nothing will ever be safe to delete
      = help: name what must stay
    "
    );
}

#[test]
fn checks_and_alerts() {
    insta::assert_snapshot!(warnings(
        "expected: {containers: [{name: odoo}, {name: odoo}], images: [{name: \"*\"}]}\n\
         health:\n  - {name: Odoo, running: odo}\n  - {name: Odoo, running: odoo}\n\
         alerts:\n  - {slack: \"https://hooks.example/T0/B0\", on: [drift, drift]}"
    ), @r"
    line 5: expected.containers[1]: `odoo` says what `expected.containers[0]` says already
      = help: remove one of the two
    line 5: expected.images[0]: `*` expects everything: nothing of this kind will ever be unknown
      = help: name what the engine is meant to hold
    line 7: health[0]: the check `Odoo` needs the container `odo`, which is not expected
      = help: add it to `expected.containers`, or correct the name
    line 8: health[1]: `Odoo` says what `health[0]` says already
      = help: remove one of the two
    line 10: alerts[0]: the address is written out, and whoever knows a webhook's address can post to it
      = help: put it in an environment variable and write `${NAME}`
    line 10: alerts[0].on: an event is listed twice
      = help: remove one of the two
    ");
}
