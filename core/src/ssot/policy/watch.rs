//! How an environment is watched: health, audits, alerts, schedule.

use std::path::PathBuf;
use std::time::Duration;

/// One way to see that the environment works.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "crate::ssot::wire::HealthCheckFile")]
pub struct HealthCheck {
    /// What is checked, for people.
    pub name: String,
    /// How.
    pub probe: Probe,
    /// How long an answer may take.
    pub timeout: Duration,
}

/// How a health check asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// A GET that must answer with a status.
    Http {
        /// `http://` or `https://`.
        url: String,
        /// The status that means healthy.
        status: u16,
        /// A text that the answer's body must hold; any body, if none.
        body: Option<String>,
    },
    /// A command in a container that must exit with 0.
    Exec {
        /// The container's name.
        container: String,
        /// The program and its arguments; no shell.
        command: Vec<String>,
    },
    /// A container that must be running, named here.
    Running(String),
    /// A TCP port that must take a connection, as `host:port`.
    Tcp(String),
}

/// What brings the environment up.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stack {
    /// The compose file, relative to the repository on the host.
    #[serde(deserialize_with = "crate::ssot::wire::path")]
    pub compose_file: PathBuf,
}

/// Where audits are written.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditSettings {
    /// The audit log; see [`super::Policy::audit_log`] for the default.
    #[serde(default, deserialize_with = "crate::ssot::wire::optional_path")]
    pub log: Option<PathBuf>,
}

/// Who is told of what.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "crate::ssot::wire::AlertRuleFile")]
pub struct AlertRule {
    /// Whom to tell. `${NAME}` in an address stands for an environment variable.
    pub target: AlertTarget,
    /// Of what.
    pub on: Vec<AlertEvent>,
    /// Whether to tell at each pass what still holds, and not only what is new.
    pub always: bool,
}

/// Whom to tell: the address of an incoming webhook, in the dialect of what listens there, or a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertTarget {
    /// Mattermost.
    Mattermost(String),
    /// Slack.
    Slack(String),
    /// Anything that takes the event as JSON.
    Webhook(String),
    /// A program and its arguments, which gets the event as JSON on its standard input; no shell.
    Command(Vec<String>),
}

impl AlertTarget {
    /// The address as written, variables not replaced; a program has none.
    pub fn address(&self) -> Option<&str> {
        match self {
            Self::Mattermost(address) | Self::Slack(address) | Self::Webhook(address) => Some(address),
            Self::Command(_) => None,
        }
    }

    /// The word in the SSOT.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Mattermost(_) => "mattermost",
            Self::Slack(_) => "slack",
            Self::Webhook(_) => "webhook",
            Self::Command(_) => "command",
        }
    }
}

/// What an alert may be about.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AlertEvent {
    /// A protected resource of the last audit is gone.
    ProtectedGone,
    /// A health check failed.
    Unhealthy,
    /// What was unhealthy is healthy again.
    Healthy,
    /// Something expected is missing.
    Missing,
    /// An audit found drift.
    Drift,
    /// There was drift, and there is none any more.
    DriftCleared,
    /// The safety contract refused a cleanup.
    Refused,
    /// A cleanup ended.
    Cleanup,
}

impl AlertEvent {
    /// The word in the SSOT.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ProtectedGone => "protected_gone",
            Self::Unhealthy => "unhealthy",
            Self::Healthy => "healthy",
            Self::Missing => "missing",
            Self::Drift => "drift",
            Self::DriftCleared => "drift_cleared",
            Self::Refused => "refused",
            Self::Cleanup => "cleanup",
        }
    }
}

/// When the unattended pass is meant to run. The scheduler is systemd, launchd, cron or n8n; this is what
/// `docker-steward schedule` writes for it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "crate::ssot::wire::ScheduleFile")]
pub struct Schedule {
    /// How often.
    pub every: Every,
    /// The time of day; for `hour`, only the minute counts.
    pub at: TimeOfDay,
    /// The day, if weekly.
    pub day: Option<Weekday>,
    /// An IANA time zone, such as `Asia/Singapore`.
    pub time_zone: String,
}

/// How often the unattended pass runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Each hour, at the minute of `at`.
    Hour,
    /// Each day at `at`.
    Day,
    /// Each week on `day` at `at`.
    Week,
}

/// A time of day on a clock of 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOfDay {
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
}

impl std::fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the days need no explanation")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}
