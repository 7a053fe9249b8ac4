//! Sending: a few attempts in a bounded time. An alert that fails is recorded and told, and fails nothing else.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use super::address::Address;
use super::decide::{News, Told, decide};
use super::facts::Facts;
use super::wording;
use crate::records::{Paths, create_private_dir, json, open_bounded_private, write_private};
use crate::ssot::{AlertRule, AlertTarget};
use crate::web;

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(5);
/// How long a command may take. It is not tried again: it may have done half of what it does.
const COMMAND: Duration = Duration::from_secs(10);
/// The pauses before the second and the third attempt.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(2)];

/// What became of one rule's alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The rule: `alerts[0]`.
    pub rule: String,
    /// `mattermost`, `slack`, `webhook` or `command`.
    pub target: &'static str,
    /// What it was about.
    pub events: Vec<&'static str>,
    /// What became of it.
    pub outcome: Outcome,
    /// How often it was tried.
    pub attempts: usize,
}

/// What became of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It arrived.
    Sent,
    /// It did not, and will be told again at the next pass.
    Failed(String),
    /// It was not tried: a variable is not set, or the session has no network.
    Skipped(String),
}

impl Outcome {
    /// One word.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed(_) => "failed",
            Self::Skipped(_) => "skipped",
        }
    }

    /// Why, unless it was sent.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Sent => None,
            Self::Failed(why) | Self::Skipped(why) => Some(why),
        }
    }
}

/// What all rules of an environment have been told; by the rule's own hash, so that another rule in its place
/// begins anew.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Memory {
    #[serde(default)]
    rules: BTreeMap<String, Told>,
}

/// Tells every rule what is news for it, all at once. The trouble of writing the memory or the record down
/// comes beside the deliveries: an alert fails nothing.
pub(crate) async fn deliver(
    rules: &[AlertRule],
    facts: &Facts,
    paths: &Paths,
    network: bool,
) -> (Vec<Delivery>, Vec<String>) {
    if rules.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let path = paths.told(&facts.origin.engine, &facts.origin.environment);
    let (memory, mut troubles) = load(&path);
    // An engine that does not answer does not say which one it is: silence is remembered by its address.
    let silence = paths.told_silence(&facts.origin.url, &facts.origin.environment);
    let (silent, more) = load(&silence);
    troubles.extend(more);
    let one = |(at, rule): (usize, &AlertRule)| {
        let key = key(rule);
        let mut told = memory.rules.get(&key).cloned().unwrap_or_default();
        told.silent = silent.rules.get(&key).is_some_and(|it| it.silent);
        let rule = rule.clone();
        async move {
            let news = decide(&rule, &told, facts);
            let delivery =
                if news.is_empty() { None } else { Some(tell(at, &rule, facts, &news, network).await) };
            // What has not arrived is still news at the next pass.
            if delivery.as_ref().is_none_or(|it| it.outcome == Outcome::Sent) {
                told.learn(facts);
            }
            (key, told, delivery)
        }
    };
    let ended = join_all(rules.iter().enumerate().map(one)).await;
    let (mut memory, mut still) = (Memory::default(), Memory::default());
    let mut deliveries = Vec::new();
    for (key, told, delivery) in ended {
        if told.silent {
            still.rules.insert(key.clone(), Told { silent: true, ..Told::default() });
        }
        memory.rules.insert(key, Told { silent: false, ..told });
        deliveries.extend(delivery);
    }
    let news_of_silence = still.rules.keys().ne(silent.rules.keys());
    let changed = [(&path, &memory, facts.silent.is_none()), (&silence, &still, news_of_silence)];
    for (path, memory, _) in changed.into_iter().filter(|(.., changed)| *changed) {
        if let Err(error) = save(path, memory) {
            troubles.push(format!(
                "what the alerts have told cannot be remembered in {}: {error}",
                path.display()
            ));
        }
    }
    if let Err(error) = record(&paths.alerts(), facts, &deliveries) {
        troubles.push(format!("the alerts cannot be recorded in {}: {error}", paths.alerts().display()));
    }
    (deliveries, troubles)
}

/// The rule as written, hashed: an address that is written out is a secret.
fn key(rule: &AlertRule) -> String {
    let target = match &rule.target {
        AlertTarget::Command(words) => words.join("\0"),
        other => other.address().unwrap_or_default().to_owned(),
    };
    let hash = Sha256::digest(format!("{}\0{target}\0{:?}", rule.target.as_str(), rule.on));
    hex::encode(hash)[..32].to_owned()
}

async fn tell(at: usize, rule: &AlertRule, facts: &Facts, news: &[News], network: bool) -> Delivery {
    let (outcome, attempts) = if network {
        attempt(&rule.target, facts, news).await
    } else {
        (Outcome::Skipped("the demo has no network".to_owned()), 0)
    };
    let events = news.iter().map(|it| it.event.as_str()).collect();
    Delivery { rule: format!("alerts[{at}]"), target: rule.target.as_str(), events, outcome, attempts }
}

async fn attempt(target: &AlertTarget, facts: &Facts, news: &[News]) -> (Outcome, usize) {
    let (written, body) = match target {
        AlertTarget::Mattermost(to) => {
            let text = wording::markdown(facts, news);
            (to, serde_json::json!({ "username": facts.origin.steward, "text": text }))
        }
        AlertTarget::Slack(to) => (to, serde_json::json!({ "text": wording::slack(facts, news) })),
        AlertTarget::Webhook(to) => (to, wording::json(facts, news)),
        AlertTarget::Command(words) => {
            let input = wording::json(facts, news).to_string();
            let outcome = match tokio::time::timeout(COMMAND, command(words, input)).await {
                Ok(Ok(())) => Outcome::Sent,
                Ok(Err(why)) => Outcome::Failed(why),
                Err(_) => Outcome::Failed("the command did not end in time".to_owned()),
            };
            return (outcome, 1);
        }
    };
    match Address::of(written) {
        Err(why) => (Outcome::Skipped(why), 0),
        Ok(address) => post(&address, &body.to_string()).await,
    }
}

/// Posts, and tries again what may pass the next time: no connection, 408, 429, 5xx.
async fn post(address: &Address, body: &str) -> (Outcome, usize) {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let sent = tokio::time::timeout(ATTEMPT, web::post_json(address.reveal(), body.to_owned())).await;
        let (why, again) = match sent {
            Ok(Ok(answer)) if (200..300).contains(&answer.status) => return (Outcome::Sent, attempts),
            Ok(Ok(answer)) => {
                let again = matches!(answer.status, 408 | 429 | 500..);
                (format!("it answered {}", answer.status), again)
            }
            Ok(Err(web::WebError::Address)) => ("its address is no web address".to_owned(), false),
            Ok(Err(error)) => (error.to_string(), true),
            Err(_) => ("it did not answer in time".to_owned(), true),
        };
        match PAUSES.get(attempts - 1) {
            Some(pause) if again => tokio::time::sleep(*pause).await,
            _ => return (Outcome::Failed(why), attempts),
        }
    }
}

/// Starts a program without a shell, writes the JSON to its standard input and waits for its end. What it
/// says goes nowhere: it may be a secret.
async fn command(words: &[String], input: String) -> Result<(), String> {
    let (program, arguments) = words.split_first().ok_or_else(|| "the command is empty".to_owned())?;
    let mut child = tokio::process::Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("the command cannot be started: {error}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not care for its input may close it; how it ends is what counts.
        let _ = stdin.write_all(input.as_bytes()).await;
    }
    let ended = child.wait().await.map_err(|error| format!("the command was lost: {error}"))?;
    if ended.success() { Ok(()) } else { Err(format!("the command failed: {ended}")) }
}

fn load(path: &Path) -> (Memory, Vec<String>) {
    let read = match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| error.to_string()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Memory::default()),
        Err(error) => Err(error.to_string()),
    };
    match read {
        Ok(memory) => (memory, Vec::new()),
        Err(why) => {
            let why = format!(
                "what the alerts have told cannot be read from {}, so all of it is news: {why}",
                path.display()
            );
            (Memory::default(), vec![why])
        }
    }
}

fn save(path: &Path, memory: &Memory) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        create_private_dir(folder)?;
    }
    write_private(path, &serde_json::to_vec(memory)?)
}

/// One line for each alert, without anything secret.
fn record(path: &Path, facts: &Facts, deliveries: &[Delivery]) -> io::Result<()> {
    if deliveries.is_empty() {
        return Ok(());
    }
    let mut lines = String::new();
    for it in deliveries {
        let line = serde_json::json!({
            "timestamp": facts.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "environment": facts.origin.environment,
            "engine_id": facts.origin.engine.id,
            "rule": it.rule,
            "target": it.target,
            "events": it.events,
            "outcome": it.outcome.as_str(),
            "reason": it.outcome.why(),
            "attempts": it.attempts,
        });
        lines.push_str(&json::line(&line)?);
        lines.push('\n');
    }
    if let Some(folder) = path.parent() {
        create_private_dir(folder)?;
    }
    let mut file = open_bounded_private(path)?;
    file.write_all(lines.as_bytes())?;
    file.sync_data()
}
