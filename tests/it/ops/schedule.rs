//! `schedule`, through the command line; what each makes is pinned beside it.
use super::bench::Bench;

#[test]
fn files_are_written_once_and_never_over_others() {
    let bench = Bench::new();
    let write = || bench.run(&["schedule", "systemd", "--env", "staging", "--out", "ssot"]).to_string();
    insta::assert_snapshot!(write(), @"");
    insta::assert_snapshot!(write(), @"");
    insta::assert_snapshot!(bench.read("ssot/docker-steward-staging.service"), @"");
}

#[test]
fn options_that_choose_the_engine_go_along() {
    let bench = Bench::with_ssot("staging");
    let words = ["schedule", "cron", "--ssot", "ssot/staging.yaml", "-H", "ssh://root@10.0.0.1"];
    insta::assert_snapshot!(bench.run(&words), @"");
}

#[test]
fn without_a_schedule_there_is_nothing_to_make() {
    let bench = Bench::new();
    bench.write(
        "ssot/ci.yaml",
        "version: 1\nenvironment: ci\ncleanup: confirm\nprotected: {patterns: [\"prod-*\"]}\n",
    );
    insta::assert_snapshot!(bench.run(&["schedule", "n8n", "--env", "ci"]), @"");
}
