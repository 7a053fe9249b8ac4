//! A service and its timer.

use super::when::{Clock, short};
use super::{Document, Job};

/// The service and the timer. The timer has the SSOT's own time zone.
pub fn systemd(job: &Job<'_>) -> [Document; 2] {
    let name = job.name();
    let command = job.run().iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
    let environment = job.policy.environment.as_str();
    let service = format!(
        "# /etc/systemd/system/{name}.service\n\
         [Unit]\n\
         Description={title}\n\
         Wants=network-online.target\n\
         After=network-online.target docker.service\n\
         \n\
         [Service]\n\
         Type=oneshot\n\
         WorkingDirectory={folder}\n\
         # Secrets of the alerts, such as MATTERMOST_WEBHOOK_URL=…; its mode is 0600.\n\
         EnvironmentFile=-/etc/docker-steward/{environment}.env\n\
         ExecStart={command}\n\
         # SIGTERM lets the removal in flight finish, and starts no other.\n\
         TimeoutStopSec=5min\n\
         NoNewPrivileges=yes\n",
        title = job.title().replace('%', "%%"),
        folder = job.folder().replace('%', "%%"),
    );
    let timer = format!(
        "# /etc/systemd/system/{name}.timer\n\
         # Then: systemctl daemon-reload && systemctl enable --now {name}.timer\n\
         [Unit]\n\
         Description={title}\n\
         \n\
         [Timer]\n\
         OnCalendar={calendar}\n\
         Persistent=true\n\
         \n\
         [Install]\n\
         WantedBy=timers.target\n",
        title = job.title().replace('%', "%%"),
        calendar = calendar(job),
    );
    [
        Document { name: format!("{name}.service"), text: service },
        Document { name: format!("{name}.timer"), text: timer },
    ]
}

fn calendar(job: &Job<'_>) -> String {
    let clock = Clock::of(job.schedule);
    let day = clock.day.map(|day| format!("{} ", short(day))).unwrap_or_default();
    let hour = clock.hour.map_or_else(|| "*".to_owned(), |hour| format!("{hour:02}"));
    format!("{day}*-*-* {hour}:{:02}:00 {}", clock.minute, job.schedule.time_zone)
}

/// A word of `ExecStart=`: `%` and `$` mean something there even in quotes.
fn quoted(word: &str) -> String {
    let word = word.replace('%', "%%").replace('$', "$$");
    let plain = |it: char| it.is_ascii_alphanumeric() || "_@%+=:,./-$".contains(it);
    if !word.is_empty() && word.chars().all(plain) {
        return word;
    }
    format!("\"{}\"", word.replace('\\', r"\\").replace('"', "\\\""))
}
