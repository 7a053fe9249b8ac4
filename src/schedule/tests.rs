use std::process::Command;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::ssot::{Ssot, builtin};

mod workflow;

fn ssot(name: &str) -> Ssot {
    let environment = crate::ssot::Environment::new(name).unwrap();
    builtin::load(&environment).unwrap().unwrap()
}

fn job<'a>(ssot: &'a Ssot, folder: &'a str) -> Job<'a> {
    Job {
        policy: &ssot.policy,
        schedule: ssot.policy.schedule.as_ref().unwrap(),
        program: "/usr/local/bin/docker-steward",
        options: vec!["--env".to_owned(), ssot.policy.environment.as_str().to_owned()],
        folder: Path::new(folder),
    }
}

fn here(zone: &str) -> Here {
    Here { zone: TimeZone::get(zone).unwrap(), now: "2026-01-16T05:53:32Z".parse::<Timestamp>().unwrap() }
}

/// The same text, with another schedule.
fn at(schedule: &str) -> Ssot {
    let text = include_str!("../../ssot/staging.yaml");
    let line = text.lines().find(|line| line.starts_with("schedule:")).unwrap();
    let text = text.replace(line, &format!("schedule: {schedule}"));
    crate::ssot::load::parse(&text, &crate::ssot::Origin::File("x.yaml".into())).unwrap()
}

#[test]
fn systemd_gets_a_service_and_a_timer_that_it_accepts() {
    let ssot = ssot("staging");
    let [service, timer] = systemd(&job(&ssot, "/opt/odoo-ce"));
    insta::assert_snapshot!(service.text, @"
    # /etc/systemd/system/docker-steward-staging.service
    [Unit]
    Description=Gordon-Staging: one unattended pass over staging
    Wants=network-online.target
    After=network-online.target docker.service

    [Service]
    Type=oneshot
    WorkingDirectory=/opt/odoo-ce
    # Secrets of the alerts, such as MATTERMOST_WEBHOOK_URL=…; its mode is 0600.
    EnvironmentFile=-/etc/docker-steward/staging.env
    ExecStart=/usr/local/bin/docker-steward --env staging run
    # SIGTERM lets the removal in flight finish, and starts no other.
    TimeoutStopSec=5min
    NoNewPrivileges=yes
    ");
    insta::assert_snapshot!(timer.text, @"
    # /etc/systemd/system/docker-steward-staging.timer
    # Then: systemctl daemon-reload && systemctl enable --now docker-steward-staging.timer
    [Unit]
    Description=Gordon-Staging: one unattended pass over staging

    [Timer]
    OnCalendar=*-*-* 02:00:00 Asia/Singapore
    Persistent=true

    [Install]
    WantedBy=timers.target
    ");
    accepted_by_systemd(&[service, timer]);
}

#[test]
fn systemd_reads_back_odd_words() {
    let ssot = ssot("desktop");
    let mut odd = job(&ssot, "/opt/100% odd $folder");
    odd.options = vec!["--ssot".to_owned(), "/opt/a b\"c\\d%e$f".to_owned()];
    let [service, _] = systemd(&odd);
    let line = service.text.lines().find(|line| line.starts_with("ExecStart=")).unwrap();
    assert_eq!(
        line,
        "ExecStart=/usr/local/bin/docker-steward --ssot \"/opt/a b\\\"c\\\\d%%e$$f\" run --apply-auto"
    );
}

#[test]
fn every_schedule_in_the_words_of_each() {
    let said = |schedule: &str, zone: &str| {
        let ssot = at(schedule);
        let job = job(&ssot, "/opt");
        let [_, timer] = systemd(&job);
        let calendar = timer.text.lines().find(|line| line.starts_with("OnCalendar=")).unwrap().to_owned();
        let cron = cron(&job, &here(zone)).unwrap().text;
        let fields = |start: &str| {
            let line = cron.lines().find_map(|line| line.strip_prefix(start)).unwrap();
            line.split(" cd ").next().unwrap().to_owned()
        };
        accepted_as_a_calendar(calendar.strip_prefix("OnCalendar=").unwrap());
        let own = cron.lines().nth(3).unwrap().split(" cd ").next().unwrap().to_owned();
        let local = cron.lines().last().unwrap().split(" cd ").next().unwrap().to_owned();
        assert!(!fields("CRON_TZ=").is_empty());
        format!("{calendar} | {own} | {zone}: {local}")
    };
    let all = [
        said("{every: day, at: \"02:00\", time_zone: Asia/Singapore}", "UTC"),
        said("{every: day, at: \"02:00\", time_zone: Asia/Singapore}", "America/New_York"),
        said("{every: week, day: monday, at: \"02:05\", time_zone: Asia/Singapore}", "UTC"),
        said("{every: week, day: sunday, at: \"23:30\", time_zone: America/New_York}", "Asia/Kolkata"),
        said("{every: hour, at: \"00:15\", time_zone: Asia/Kolkata}", "UTC"),
    ];
    insta::assert_snapshot!(all.join("\n"), @"
    OnCalendar=*-*-* 02:00:00 Asia/Singapore | 0 2 * * * | UTC: # 0 18 * * *
    OnCalendar=*-*-* 02:00:00 Asia/Singapore | 0 2 * * * | America/New_York: # 0 13 * * *
    OnCalendar=Mon *-*-* 02:05:00 Asia/Singapore | 5 2 * * 1 | UTC: # 5 18 * * 0
    OnCalendar=Sun *-*-* 23:30:00 America/New_York | 30 23 * * 0 | Asia/Kolkata: # 0 10 * * 1
    OnCalendar=*-*-* *:15:00 Asia/Kolkata | 15 * * * * | UTC: # 45 * * * *
    ");
}

#[test]
fn launchd_gets_an_agent_on_the_macs_clock() {
    let ssot = ssot("desktop");
    let agent =
        launchd(&job(&ssot, "/Users/me/a & b"), &here("America/New_York"), Path::new("/Users/me")).unwrap();
    insta::assert_snapshot!(agent.text, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
    <!-- For ~/Library/LaunchAgents; then: launchctl bootstrap gui/$(id -u) THIS-FILE
         09:00 Asia/Singapore is 20:00 America/New_York, as the clocks stand now. launchd goes by the Mac's clock:
         after it moved, or where one of the two changes to summer time, make this file anew.
         It knows no variables of a shell: the SSOT names files for the secrets of its alerts. -->
    <plist version="1.0">
    <dict>
      <key>Label</key>
      <string>docker-steward-desktop</string>
      <key>ProgramArguments</key>
      <array>
        <string>/usr/local/bin/docker-steward</string>
        <string>--env</string>
        <string>desktop</string>
        <string>run</string>
        <string>--apply-auto</string>
      </array>
      <key>WorkingDirectory</key>
      <string>/Users/me/a &amp; b</string>
      <key>StartCalendarInterval</key>
      <dict>
        <key>Hour</key>
        <integer>20</integer>
        <key>Minute</key>
        <integer>0</integer>
      </dict>
      <key>StandardOutPath</key>
      <string>/Users/me/Library/Logs/docker-steward-desktop.log</string>
      <key>StandardErrorPath</key>
      <string>/Users/me/Library/Logs/docker-steward-desktop.log</string>
    </dict>
    </plist>
    "#);
    assert_eq!(agent.name, "docker-steward-desktop.plist");
    if let Some(read) = python(
        "import plistlib,sys,json; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))",
        &agent.text,
    ) {
        let read: serde_json::Value = serde_json::from_str(&read).unwrap();
        assert_eq!(read["WorkingDirectory"], "/Users/me/a & b");
        assert_eq!(read["StartCalendarInterval"], serde_json::json!({ "Hour": 20, "Minute": 0 }));
        assert_eq!(read["ProgramArguments"].as_array().unwrap().last().unwrap(), "--apply-auto");
    }
}

#[test]
fn cron_gets_a_line_with_a_zone_and_one_without() {
    let ssot = ssot("staging");
    let crontab = cron(&job(&ssot, "/opt/100% odd"), &here("UTC")).unwrap();
    accepted_by_cron(&crontab);
    insta::assert_snapshot!(crontab.text, @r"
    # Gordon-Staging: one unattended pass over staging; for `crontab -e`. What it prints, cron mails.
    # Secrets of the alerts go above, a line each, such as MATTERMOST_WEBHOOK_URL=…; or the SSOT names files.
    CRON_TZ=Asia/Singapore
    0 2 * * * cd '/opt/100\% odd' && /usr/local/bin/docker-steward --env staging run
    #
    # cronie (Red Hat, Arch, SUSE) knows CRON_TZ; the cron of Debian and Ubuntu does not, and goes by the
    # machine's clock. 02:00 Asia/Singapore is 18:00 UTC as the clocks stand now, so there write instead:
    # 0 18 * * * cd '/opt/100\% odd' && /usr/local/bin/docker-steward --env staging run
    ");
}

#[test]
fn a_zone_that_nobody_knows_is_an_error() {
    let ssot = at("{every: day, at: \"02:00\", time_zone: Asia/Singapur}");
    let error = cron(&job(&ssot, "/opt"), &here("UTC")).unwrap_err();
    insta::assert_snapshot!(error, @"the time zone Asia/Singapur of the SSOT's `schedule` is not known on this machine; install its time zone data, or correct the name");
}

#[test]
fn the_operations_room_gets_one_line_for_each_button() {
    let all: Vec<String> = ["desktop", "staging", "production"]
        .iter()
        .map(|name| actions(&job(&ssot(name), "/opt/odoo-ce")))
        .collect();
    insta::assert_snapshot!(all.join("\n"), @r"
    # The operations room's actions for desktop

    # Audit Desktop Docker: reads only; prints a Markdown summary to post
    cd /opt/odoo-ce && docker-steward --env desktop audit --format markdown

    # Clean Desktop Docker, unattended: what the SSOT's auto_delete lists, and nothing else
    cd /opt/odoo-ce && docker-steward --env desktop run --apply-auto

    # Propose cleaning Desktop Docker: removes nothing; prints the commands and the plan's hash, for a person to read
    cd /opt/odoo-ce && docker-steward --env desktop plan --out docker-steward-plan.json

    # Clean Desktop Docker: after that person's approval, which names the hash that was shown
    cd /opt/odoo-ce && docker-steward --env desktop apply docker-steward-plan.json --plan-hash HASH --confirm 'APPLY CLEANUP'

    # The operations room's actions for staging

    # Audit Staging Docker: reads only; prints a Markdown summary to post
    ssh 178.128.112.214 'cd /opt/odoo-ce && docker-steward --env staging audit --format markdown'

    # Propose cleaning Staging Docker: removes nothing; prints the commands and the plan's hash, for a person to read
    ssh 178.128.112.214 'cd /opt/odoo-ce && docker-steward --env staging plan --out docker-steward-plan.json'

    # Clean Staging Docker: after that person's approval, which names the hash that was shown
    ssh 178.128.112.214 'cd /opt/odoo-ce && docker-steward --env staging apply docker-steward-plan.json --plan-hash HASH --confirm '\''APPLY CLEANUP'\'''

    # The operations room's actions for production

    # Audit Production Docker: reads only; prints a Markdown summary to post
    ssh 178.128.112.214 'cd /opt/odoo-ce && docker-steward --env production audit --format markdown'

    # Clean Production Docker: there is no such action, this environment is read-only
    ");
}

/// Says which tool did not look at what was made.
fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

/// The same of one that is not there, which `.ci/run` sees to.
fn missing(tool: &str) {
    assert!(std::env::var_os("STEWARD_TEST_TOOLS").is_none(), "there is no {tool} here");
    skipped(&format!("there is no {tool}"));
}

/// Asks cron itself, where there is one that can check a file: cronie by `-T`, Debian's from 12 on by `-n`.
fn accepted_by_cron(document: &Document) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("crontab");
    let asked = |text: &str| {
        std::fs::write(&path, text).unwrap();
        for option in ["-T", "-n"] {
            let output = Command::new("crontab").arg(option).arg(&path).output().ok()?;
            if !String::from_utf8_lossy(&output.stderr).contains("invalid option") {
                return Some(Some(output));
            }
        }
        Some(None)
    };
    match asked(&document.text) {
        None => missing("crontab"),
        Some(None) => skipped("this crontab cannot check a file"),
        Some(Some(output)) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            // One field less, and it would have said so.
            let broken = asked(&document.text.replace("\n0 2 ", "\n0 ")).unwrap().unwrap();
            assert!(!broken.status.success());
        }
    }
}

/// Asks systemd itself, where it is. The program and the folder must exist, or it complains of them.
fn accepted_by_systemd(documents: &[Document]) {
    let dir = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for it in documents {
        let text =
            it.text.replace("/usr/local/bin/docker-steward", "/bin/true").replace("/opt/odoo-ce", "/tmp");
        let path = dir.path().join(&it.name);
        std::fs::write(&path, text).unwrap();
        paths.push(path);
    }
    let Ok(output) = Command::new("systemd-analyze").arg("verify").args(&paths).output() else {
        return missing("systemd-analyze");
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if said.contains("Failed to initialize manager") {
        return skipped("systemd-analyze needs a running systemd");
    }
    assert!(!documents.iter().any(|it| said.contains(&it.name)), "{said}");
}

/// Asks systemd when it would run next.
fn accepted_as_a_calendar(calendar: &str) {
    let Ok(output) = Command::new("systemd-analyze").args(["calendar", calendar]).output() else {
        return missing("systemd-analyze");
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("Next elapse:"), "{calendar}: {said}");
}

fn python(code: &str, input: &str) -> Option<String> {
    use std::io::Write as _;
    let child = Command::new("python3")
        .args(["-c", code])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .ok();
    let Some(mut child) = child else {
        missing("python3");
        return None;
    };
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).unwrap())
}
