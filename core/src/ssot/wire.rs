//! How parts of the policy are written where the file's shape is not the type's, and the rules that one value
//! cannot check alone.
//!
//! A refusal is one line that says what is wrong; a second line, if any, is the mend.

use std::fmt::Display;
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::de::{Deserialize, Deserializer, Error};

use super::pattern::{NamePattern, PatternError, ProtectName, ProtectPattern};
use super::policy::{
    AgedPatterns, AlertEvent, AlertRule, AlertTarget, Every, HealthCheck, LabelRule, Probe, Protected,
    Schedule, TimeOfDay, Weekday,
};

/// What a pattern in `auto_delete` must reach where the file does not say: "old extensions/MCP helpers
/// (>14 days)".
const AUTO_DELETE_AGE: Duration = Duration::from_hours(14 * 24);
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);

/// A problem and its mend, as the decoder takes them.
pub(super) fn refuse<E: Error>(problem: impl Display, mend: impl Display) -> E {
    E::custom(format_args!("{problem}\n{mend}"))
}

pub(super) fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    match u32::deserialize(deserializer)? {
        1 => Ok(1),
        newer @ 2.. => Err(refuse(
            format_args!("version {newer} of the file format is not known"),
            "this docker-steward reads version 1; update it, or write `version: 1`",
        )),
        0 => Err(refuse("there is no version 0 of the file format", "write `version: 1`")),
    }
}

/// A text that must be a path.
pub(super) fn path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.ends_with('/') {
        return Err(refuse(format_args!("`{text}` is a folder"), "write the path of a file"));
    }
    Ok(PathBuf::from(text))
}

pub(super) fn optional_path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    path(deserializer).map(Some)
}

/// What must never be removed. At least one of the lists is written, be it as `[]`.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Protected", extend("minProperties" = 1))]
pub(super) struct ProtectedFile {
    /// Patterns such as `prod-*`: without regard to case, `-`, `_` and `.` alike, from any word on.
    patterns: Option<Vec<ProtectPattern>>,
    /// Whole names, as broad in case and separators.
    names: Option<Vec<ProtectName>>,
    /// Labels, as `key` or `key=value`.
    labels: Option<Vec<LabelRule>>,
}

impl TryFrom<ProtectedFile> for Protected {
    type Error = &'static str;

    fn try_from(file: ProtectedFile) -> Result<Self, Self::Error> {
        if file.patterns.is_none() && file.names.is_none() && file.labels.is_none() {
            return Err(
                "`protected` says nothing\nif nothing is to be protected, say so: `protected: {patterns: []}`",
            );
        }
        Ok(Self {
            patterns: file.patterns.unwrap_or_default(),
            names: file.names.unwrap_or_default(),
            labels: file.labels.unwrap_or_default(),
        })
    }
}

/// Names that may go once they are old enough.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AgedPatterns")]
pub(super) struct AgedPatternsFile {
    /// Whole names, to the letter: a container's name, an image's `repository:tag` or repository, a volume's or
    /// a network's name.
    patterns: Vec<SafePattern>,
    /// How old a resource must provably be, for example `14d`. Absent: `0s` in `safe_to_delete`, `14d` in
    /// `auto_delete`.
    #[serde(default, deserialize_with = "super::duration::optional")]
    #[schemars(with = "Option<super::duration::Text>")]
    min_age: Option<Duration>,
}

/// A pattern that tells names apart.
#[derive(JsonSchema)]
#[schemars(transparent)]
struct SafePattern(NamePattern);

impl<'de> Deserialize<'de> for SafePattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pattern = NamePattern::deserialize(deserializer)?;
        if pattern.matches_everything() {
            let error = PatternError::Everything;
            return Err(refuse(format_args!("the pattern `{pattern}` is not right: {error}"), error.mend()));
        }
        Ok(Self(pattern))
    }
}

fn aged<'de, D: Deserializer<'de>>(deserializer: D, default: Duration) -> Result<AgedPatterns, D::Error> {
    let file = AgedPatternsFile::deserialize(deserializer)?;
    Ok(AgedPatterns {
        patterns: file.patterns.into_iter().map(|pattern| pattern.0).collect(),
        min_age: file.min_age.unwrap_or(default),
    })
}

pub(super) fn safe_to_delete<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AgedPatterns, D::Error> {
    aged(deserializer, Duration::ZERO)
}

pub(super) fn auto_delete<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AgedPatterns, D::Error> {
    aged(deserializer, AUTO_DELETE_AGE)
}

pub(super) fn nothing_automatic() -> AgedPatterns {
    AgedPatterns { patterns: Vec::new(), min_age: AUTO_DELETE_AGE }
}

/// One way to see that the environment works: a name and exactly one of `http`, `exec`, `running`, `tcp`.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{"required": ["http"]}, {"required": ["exec"]}, {"required": ["running"]}, {"required": ["tcp"]}]))]
#[schemars(rename = "HealthCheck")]
pub(super) struct HealthCheckFile {
    /// What is checked, for people.
    name: String,
    /// An address that must answer a GET.
    #[serde(default, deserialize_with = "http_url")]
    #[schemars(extend("pattern" = "^https?://"))]
    http: Option<String>,
    /// The status that means healthy; 200 if absent. Only with `http`.
    #[schemars(range(min = 100, max = 599))]
    status: Option<u16>,
    /// A text that the body of the answer must hold. Only with `http`.
    body: Option<String>,
    /// A command in a container that must exit with 0.
    exec: Option<ExecFile>,
    /// The name of a container that must be running.
    running: Option<String>,
    /// A port that must take a connection, as `host:port`.
    #[serde(default, deserialize_with = "host_and_port")]
    #[schemars(extend("pattern" = "^.+:[0-9]+$"))]
    tcp: Option<String>,
    /// How long an answer may take; `5s` if absent.
    #[serde(default, deserialize_with = "super::duration::optional")]
    #[schemars(with = "Option<super::duration::Text>")]
    timeout: Option<Duration>,
}

/// A command in a container.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Exec")]
struct ExecFile {
    /// The container's name.
    container: String,
    /// The program and its arguments; no shell.
    #[schemars(length(min = 1))]
    command: Vec<String>,
}

impl TryFrom<HealthCheckFile> for HealthCheck {
    type Error = String;

    fn try_from(file: HealthCheckFile) -> Result<Self, String> {
        let name = file.name;
        for (key, written) in [("status", file.status.is_some()), ("body", file.body.is_some())] {
            if written && file.http.is_none() {
                return Err(format!("the check `{name}` has a `{key}` and no `http`\nremove `{key}`"));
            }
        }
        if let Some(status) = file.status.filter(|status| !(100..=599).contains(status)) {
            return Err(format!("{status} is no HTTP status\nwrite a number from 100 to 599"));
        }
        if file.timeout.is_some_and(|timeout| timeout.is_zero()) {
            return Err(format!("the check `{name}` has no time to answer\nwrite for example `timeout: 5s`"));
        }
        let probe = match (file.http, file.exec, file.running, file.tcp) {
            (Some(url), None, None, None) => {
                Probe::Http { url, status: file.status.unwrap_or(200), body: file.body }
            }
            (None, Some(exec), None, None) if exec.command.is_empty() => {
                return Err(format!(
                    "the check `{name}` has an empty command\nwrite for example `command: [pg_isready]`"
                ));
            }
            (None, Some(ExecFile { container, command }), None, None) => Probe::Exec { container, command },
            (None, None, Some(container), None) => Probe::Running(container),
            (None, None, None, Some(address)) => Probe::Tcp(address),
            (None, None, None, None) => {
                return Err(format!(
                    "the check `{name}` does not say how to check\nadd `http:`, `exec:`, `running:` or `tcp:`"
                ));
            }
            _ => {
                return Err(format!(
                    "the check `{name}` says how to check more than once\nkeep one of `http`, `exec`, `running` and `tcp`"
                ));
            }
        };
        Ok(Self { name, probe, timeout: file.timeout.unwrap_or(PROBE_TIMEOUT) })
    }
}

fn http_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let url = String::deserialize(deserializer)?;
    if is_http_url(&url) {
        return Ok(Some(url));
    }
    Err(refuse(format_args!("`{url}` is no web address"), "write `http://…` or `https://…`"))
}

fn host_and_port<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let right = text.parse::<http::uri::Authority>().is_ok_and(|it| {
        !it.host().is_empty() && it.port_u16().is_some_and(|port| port > 0) && !text.contains('@')
    });
    if right {
        return Ok(Some(text));
    }
    Err(refuse(format_args!("`{text}` is no host and port"), "write for example `localhost:5432`"))
}

fn is_http_url(text: &str) -> bool {
    text.parse::<http::Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some_and(|host| !host.host().is_empty())
    })
}

/// Whom to tell of what: `on`, and exactly one of `mattermost`, `slack`, `webhook`, `command`.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{"required": ["mattermost"]}, {"required": ["slack"]}, {"required": ["webhook"]}, {"required": ["command"]}]))]
#[schemars(rename = "AlertRule")]
pub(super) struct AlertRuleFile {
    /// The address of a Mattermost incoming webhook. `${NAME}` stands for an environment variable, `${file:/PATH}`
    /// for what a file holds.
    #[serde(default, deserialize_with = "webhook")]
    mattermost: Option<String>,
    /// The address of a Slack incoming webhook. `${NAME}` stands for an environment variable.
    #[serde(default, deserialize_with = "webhook")]
    slack: Option<String>,
    /// An address that takes the event as JSON. `${NAME}` stands for an environment variable.
    #[serde(default, deserialize_with = "webhook")]
    webhook: Option<String>,
    /// A program and its arguments, which gets the event as JSON on its standard input; no shell.
    #[schemars(length(min = 1))]
    command: Option<Vec<String>>,
    /// Of what it is told.
    #[schemars(length(min = 1))]
    on: Vec<AlertEvent>,
    /// Whether it is told at each pass what still holds; if absent, only of what is new.
    #[serde(default)]
    always: bool,
}

impl TryFrom<AlertRuleFile> for AlertRule {
    type Error = &'static str;

    fn try_from(file: AlertRuleFile) -> Result<Self, Self::Error> {
        if file.on.is_empty() {
            return Err(
                "the alert is told of nothing\nwrite for example `on: [drift, unhealthy]`, or remove it",
            );
        }
        let target = match (file.mattermost, file.slack, file.webhook, file.command) {
            (Some(address), None, None, None) => AlertTarget::Mattermost(address),
            (None, Some(address), None, None) => AlertTarget::Slack(address),
            (None, None, Some(address), None) => AlertTarget::Webhook(address),
            (None, None, None, Some(command)) if command.is_empty() => {
                return Err(
                    "the alert has an empty command\nwrite for example `command: [notify-send, drift]`",
                );
            }
            (None, None, None, Some(command)) => AlertTarget::Command(command),
            (None, None, None, None) => {
                return Err(
                    "the alert has no address\nadd `mattermost:`, `slack:`, `webhook:` or `command:`",
                );
            }
            _ => return Err("the alert has more than one address\nwrite one alert for each"),
        };
        Ok(Self { target, on: file.on, always: file.always })
    }
}

fn webhook<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let address = String::deserialize(deserializer)?;
    match without_variables(&address) {
        None => Err(refuse(
            "a `${` is not followed by a variable's name and `}`",
            "write `${NAME}`, or `${file:/PATH}`",
        )),
        Some(rest) if rest == address && !is_http_url(&address) => Err(refuse(
            "this is no web address",
            "write `https://…`, or `${NAME}` for an environment variable",
        )),
        Some(_) => Ok(Some(address)),
    }
}

/// The text without its `${NAME}`s and `${file:/PATH}`s; `None` where one is malformed.
fn without_variables(text: &str) -> Option<String> {
    let Some((before, after)) = text.split_once("${") else { return Some(text.to_owned()) };
    let (name, rest) = after.split_once('}')?;
    let right = match name.strip_prefix("file:") {
        Some(path) => path.starts_with('/'),
        None => {
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        }
    };
    right.then(|| without_variables(rest)).flatten().map(|rest| format!("{before}{rest}"))
}

/// When the unattended pass is meant to run.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Schedule")]
pub(super) struct ScheduleFile {
    /// How often.
    every: Every,
    /// The time of day as `HH:MM`; for `every: hour` only the minute counts.
    at: TimeOfDay,
    /// The day, for `every: week`.
    day: Option<Weekday>,
    /// An IANA time zone; `UTC` if absent.
    #[serde(default = "utc", deserialize_with = "time_zone")]
    #[schemars(extend("examples" = ["Asia/Singapore", "UTC"]))]
    time_zone: String,
}

impl TryFrom<ScheduleFile> for Schedule {
    type Error = &'static str;

    fn try_from(file: ScheduleFile) -> Result<Self, Self::Error> {
        match (file.every, file.day) {
            (Every::Week, None) => Err("a weekly schedule has no day\nadd for example `day: monday`"),
            (Every::Hour | Every::Day, Some(_)) => {
                Err("only a weekly schedule has a day\nremove `day`, or write `every: week`")
            }
            (every, day) => Ok(Self { every, at: file.at, day, time_zone: file.time_zone }),
        }
    }
}

fn utc() -> String {
    "UTC".to_owned()
}

/// Whether the zone exists is the business of the machine that runs the schedule; that it could is checked here,
/// since it is written into other tools' files.
fn time_zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let right = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.split('/').all(|part| !part.is_empty())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+'));
    if right {
        Ok(text)
    } else {
        Err(refuse(format_args!("`{text}` is no time zone"), "write for example `Asia/Singapore`"))
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let part = |text: &str, below: u8| -> Option<u8> {
            let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten().filter(|&number| number < below)
        };
        let read = || {
            let (hour, minute) = text.split_once(':')?;
            Some(Self { hour: part(hour, 24)?, minute: part(minute, 60)? })
        };
        read().ok_or_else(|| refuse(format_args!("`{text}` is no time of day"), "write it as \"02:00\""))
    }
}
