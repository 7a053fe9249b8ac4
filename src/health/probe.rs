//! Asking: one question for each check, all at once, each in its own time.

use std::time::Instant;

use futures_util::future::join_all;
use serde_json::Value;
use tokio::sync::OnceCell;

use super::verdict::{CheckReport, HealthReport, Verdict, shown};
use crate::engine::{Prober, Reader};
use crate::ssot::{HealthCheck, Probe};
use crate::steward::Key;
use crate::steward::inventory::{Container, State};
use crate::text::sanitise;
use crate::web;

/// How much of a command's output explains its failure.
const SHOWN: usize = 200;

/// What checks may ask.
pub(crate) struct Engine<'a> {
    /// The engine.
    pub(crate) reader: &'a Reader,
    /// The right to run commands in containers, or why there is none.
    pub(crate) prober: Result<Prober, String>,
    /// Whether anything beside the engine may be contacted.
    pub(crate) network: bool,
}

/// One run of all checks.
struct Round<'a> {
    engine: &'a Engine<'a>,
    /// Read by the first check that needs it.
    containers: OnceCell<Vec<Container>>,
}

/// Runs the checks, all at once.
pub(crate) async fn run(checks: &[HealthCheck], engine: &Engine<'_>) -> HealthReport {
    let round = Round { engine, containers: OnceCell::new() };
    HealthReport { checks: join_all(checks.iter().map(|check| round.check(check))).await }
}

impl Round<'_> {
    async fn check(&self, check: &HealthCheck) -> CheckReport {
        let began = Instant::now();
        let asked = tokio::time::timeout(check.timeout, self.ask(&check.probe)).await;
        let verdict = asked.unwrap_or_else(|_| {
            let time = humantime::format_duration(check.timeout);
            Verdict::Unhealthy(format!("no answer within {time}"))
        });
        let (kind, target) = shown(&check.probe);
        let latency = (!matches!(verdict, Verdict::NotRun(_))).then(|| began.elapsed());
        CheckReport { name: check.name.clone(), kind, target, verdict, latency }
    }

    async fn ask(&self, probe: &Probe) -> Verdict {
        let no_network = || Verdict::NotRun("the demo has no network".to_owned());
        let answer = match probe {
            Probe::Http { .. } | Probe::Tcp(_) if !self.engine.network => return no_network(),
            Probe::Http { url, status, body } => http(url, *status, body.as_deref()).await,
            Probe::Tcp(address) => web::connect(address).await.map_err(|error| error.to_string()),
            Probe::Running(name) => self.running(name).await,
            Probe::Exec { container, command } => match &self.engine.prober {
                Ok(prober) => self.exec(prober, container, command).await,
                Err(why) => return Verdict::NotRun(why.clone()),
            },
        };
        match answer {
            Ok(()) => Verdict::Healthy,
            Err(why) => Verdict::Unhealthy(sanitise(&why).into_owned()),
        }
    }

    /// The container of this name, and of no other: an engine also takes the beginning of an ID, and an alias.
    async fn container(&self, name: &str) -> Result<&Container, String> {
        let read = || self.engine.reader.containers();
        let all = self.containers.get_or_try_init(read).await.map_err(|error| error.to_string())?;
        all.iter().find(|it| it.name == name).ok_or_else(|| format!("there is no container {name}"))
    }

    async fn running(&self, name: &str) -> Result<(), String> {
        let found = self.container(name).await?;
        let state = self.engine.reader.inspect_one(&Key::Container { id: found.id.clone() }).await;
        running(&state.map_err(|error| error.to_string())?)
    }

    async fn exec(&self, prober: &Prober, name: &str, command: &[String]) -> Result<(), String> {
        let found = self.container(name).await?;
        if found.state != State::Running {
            return Err(format!("the container {name} is not running: {}", found.state.as_str()));
        }
        let ended = prober.exec(&found.id, command).await.map_err(|error| error.to_string())?;
        if ended.code == 0 {
            return Ok(());
        }
        let said: String = ended.output.lines().last().unwrap_or_default().chars().take(SHOWN).collect();
        let said = if said.is_empty() { said } else { format!(": {said}") };
        Err(format!("it exited with {}{said}", ended.code))
    }
}

/// Whether an inspected container runs and, where it has a health check of its own, is healthy.
fn running(inspect: &Value) -> Result<(), String> {
    let word = |path: &str| inspect.pointer(path).and_then(Value::as_str).unwrap_or_default();
    match (word("/State/Status"), word("/State/Health/Status")) {
        ("running", "" | "none" | "healthy") => Ok(()),
        ("running", "starting") => Err("it runs, and its own health check has not passed yet".to_owned()),
        ("running", health) => Err(format!("it runs, and its own health check says {health}")),
        ("", _) => Err("the engine does not tell its state".to_owned()),
        (state, _) => Err(format!("it is not running: {state}")),
    }
}

/// Whether an address answers as it should.
async fn http(url: &str, status: u16, body: Option<&str>) -> Result<(), String> {
    let answer = web::get(url).await.map_err(|error| error.to_string())?;
    if answer.status != status {
        let to = answer.headers.get(http::header::LOCATION).and_then(|to| to.to_str().ok());
        let to = to.map(|to| format!(" (to {to}; redirects are not followed)")).unwrap_or_default();
        return Err(format!("it answered {}{to}, not {status}", answer.status));
    }
    match body {
        Some(text) if !String::from_utf8_lossy(&answer.body).contains(text) => {
            Err(format!("it answered {status}, and its body does not hold {text:?}"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::running;

    #[test]
    fn running_means_running_and_healthy_where_that_is_known() {
        let state = |status: &str, health: Option<&str>| {
            let health = health.map(|health| json!({ "Status": health }));
            running(&json!({ "State": { "Status": status, "Health": health } }))
        };
        assert_eq!(state("running", None), Ok(()));
        assert_eq!(state("running", Some("healthy")), Ok(()));
        assert_eq!(
            state("running", Some("unhealthy")),
            Err("it runs, and its own health check says unhealthy".to_owned())
        );
        assert!(state("running", Some("starting")).is_err());
        assert_eq!(state("exited", None), Err("it is not running: exited".to_owned()));
        assert!(state("paused", Some("healthy")).is_err());
        assert!(running(&json!({})).is_err());
    }
}
