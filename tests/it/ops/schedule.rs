//! `schedule`, through the command line; what each makes is pinned beside it.
use super::bench::Bench;

#[test]
fn files_are_written_once_and_never_over_others() {
    let bench = Bench::new();
    let write = || bench.run(&["schedule", "systemd", "--env", "staging", "--out", "ssot"]).to_string();
    insta::assert_snapshot!(write(), @"
    -- stderr
    written: ssot/docker-steward-staging.service
    written: ssot/docker-steward-staging.timer
    -- exit 0
    ");
    insta::assert_snapshot!(write(), @"
    -- stderr
    error: ssot/docker-steward-staging.service cannot be written: it exists, and is not overwritten
    -- exit 1
    ");
    insta::assert_snapshot!(bench.read("ssot/docker-steward-staging.service"), @"
    # /etc/systemd/system/docker-steward-staging.service
    [Unit]
    Description=Gordon-Staging: one unattended pass over staging
    Wants=network-online.target
    After=network-online.target docker.service

    [Service]
    Type=oneshot
    WorkingDirectory=[DIR]/work
    # Secrets of the alerts, such as MATTERMOST_WEBHOOK_URL=…; its mode is 0600.
    EnvironmentFile=-/etc/docker-steward/staging.env
    ExecStart=/usr/local/bin/docker-steward --env staging run
    # SIGTERM lets the removal in flight finish, and starts no other.
    TimeoutStopSec=5min
    NoNewPrivileges=yes
    ");
}

#[test]
fn all_files_are_written_or_none() {
    let bench = Bench::new();
    bench.write("ssot/docker-steward-staging.timer", "mine");
    let write = |folder| bench.run(&["schedule", "systemd", "--env", "staging", "--out", folder]).to_string();
    insta::assert_snapshot!(write("ssot"), @"
    -- stderr
    error: ssot/docker-steward-staging.timer cannot be written: it exists, and is not overwritten
    -- exit 1
    ");
    assert!(!bench.path("ssot/docker-steward-staging.service").exists());
    insta::assert_snapshot!(write("new/folder"), @"
    -- stderr
    written: new/folder/docker-steward-staging.service
    written: new/folder/docker-steward-staging.timer
    -- exit 0
    ");
}

#[test]
fn options_that_choose_the_engine_go_along() {
    let bench = Bench::with_ssot("staging");
    let words = ["schedule", "cron", "--ssot", "ssot/staging.yaml", "-H", "ssh://root@10.0.0.1"];
    insta::assert_snapshot!(bench.run(&words), @"
    # Gordon-Staging: one unattended pass over staging; for `crontab -e`. What it prints, cron mails.
    # Secrets of the alerts go above, a line each, such as MATTERMOST_WEBHOOK_URL=…; or the SSOT names files.
    CRON_TZ=Asia/Singapore
    0 2 * * * cd [DIR]/work && /usr/local/bin/docker-steward --host ssh://root@10.0.0.1 --env staging --ssot [DIR]/work/ssot/staging.yaml run
    #
    # cronie (Red Hat, Arch, SUSE) knows CRON_TZ; the cron of Debian and Ubuntu does not, and goes by the
    # machine's clock. 02:00 Asia/Singapore is 18:00 UTC as the clocks stand now, so there write instead:
    # 0 18 * * * cd [DIR]/work && /usr/local/bin/docker-steward --host ssh://root@10.0.0.1 --env staging --ssot [DIR]/work/ssot/staging.yaml run
    -- stderr
    -- exit 0
    ");
}

#[test]
fn without_a_schedule_there_is_nothing_to_make() {
    let bench = Bench::new();
    bench.write(
        "ssot/ci.yaml",
        "version: 1\nenvironment: ci\ncleanup: confirm\nprotected: {patterns: [\"prod-*\"]}\n",
    );
    insta::assert_snapshot!(bench.run(&["schedule", "n8n", "--env", "ci"]), @r#"
    -- stderr
    error: ssot/ci.yaml has no schedule; write for example `schedule: {every: day, at: "02:00", time_zone: Asia/Singapore}`
    -- exit 1
    "#);
}
