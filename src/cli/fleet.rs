//! `audit` of several engines side by side: each under an SSOT of its own, none holding up another.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;
use tokio::task::JoinSet;

use super::alerts;
use super::args::{AuditArgs, AuditFormat, Global};
use super::audit::{self, Audited, Texts, in_time};
use super::exit::{Code, Failure};
use super::output::{Medium, print, say};
use super::report;
use super::report::fleet::{FleetJson, Row};
use super::report::prometheus::Scrape;
use crate::records::json;
use crate::session::{Contact, Options};
use crate::ssot::Dirs;
use crate::ssot::find;
use crate::text::sanitise;

/// How long one engine may take unless told otherwise …
const DEADLINE: Duration = Duration::from_mins(1);
/// … and what part of that is waited for sizes, which no decision needs.
const PATIENCE: u32 = 3;

/// One engine, and what was said of its SSOT.
#[derive(Debug, Clone)]
struct Target {
    context: String,
    /// `NAME=ENVIRONMENT`.
    environment: Option<String>,
}

/// What became of one.
#[derive(Debug)]
struct Done {
    target: Target,
    /// With what it was opened: the environment is filled in as soon as it is known.
    global: Global,
    result: Result<Audited, Failure>,
    took: Duration,
}

/// Runs `audit` with several contexts.
pub(super) async fn run(args: &AuditArgs, global: &Global) -> Result<Code, Failure> {
    let targets = targets(args, global)?;
    let deadline = args.deadline.unwrap_or(DEADLINE);
    let mut running = JoinSet::new();
    for (at, target) in targets.into_iter().enumerate() {
        let (args, global) = (args.clone(), global.clone());
        running.spawn(async move { (at, one(target, &args, global, deadline).await) });
    }
    // A panic in one of them is a fault of ours, and goes on as one.
    let mut done = running.join_all().await;
    done.sort_by_key(|(at, _)| *at);
    let done: Vec<Done> = done.into_iter().map(|(_, done)| done).collect();
    print(&text(&done, args, global)?)?;
    for it in &done {
        it.tell();
    }
    if args.alert {
        // Side by side as well: each has its own time-outs and retries.
        futures_util::future::join_all(done.iter().map(|it| it.alert(deadline))).await;
    }
    let codes: Vec<Code> = done.iter().map(|it| it.code(args.exit_code)).collect();
    Ok(gravest(&codes))
}

/// Of several ends the gravest: an engine that was not audited may hide any drift.
fn gravest(codes: &[Code]) -> Code {
    let order = [Code::Failed, Code::Refused, Code::Drift];
    order.into_iter().find(|code| codes.contains(code)).unwrap_or(Code::Done)
}

/// Who is meant, each once.
fn targets(args: &AuditArgs, global: &Global) -> Result<Vec<Target>, Failure> {
    if global.demo {
        return Err(Failure::new(Code::Usage, "--demo is one engine: it has no contexts"));
    }
    if args.all_contexts && (!global.context.is_empty() || global.host.is_some()) {
        return Err(Failure::new(
            Code::Usage,
            "--all-contexts leaves nothing for --context or --host to say",
        ));
    }
    let named = if args.all_contexts { crate::session::contexts() } else { global.context.clone() };
    let mut targets: Vec<Target> = Vec::new();
    for it in named {
        // Docker lets no context have `=` in its name.
        let (context, environment) = match it.split_once('=') {
            Some((context, environment)) => (context.to_owned(), Some(environment.to_owned())),
            None => (it, None),
        };
        if context.is_empty() || environment.as_deref() == Some("") {
            return Err(Failure::new(Code::Usage, "write --context NAME, or --context NAME=ENVIRONMENT"));
        }
        if targets.iter().any(|other| other.context == context && other.environment == environment) {
            return Err(Failure::new(Code::Usage, format!("--context {context} is given twice")));
        }
        targets.push(Target { context, environment });
    }
    Ok(targets)
}

async fn one(target: Target, args: &AuditArgs, mut global: Global, deadline: Duration) -> Done {
    let begin = Instant::now();
    global.context = vec![target.context.clone()];
    let work = async {
        if let Some(environment) = environment(&target, &global).await? {
            global.env = Some(environment);
        }
        audit::one(&global, args, Some(deadline / PATIENCE)).await
    };
    let result = in_time(Some(deadline), Box::pin(work)).await;
    if let Ok(audited) = &result {
        global.env = Some(audited.session.ssot().policy.environment.as_str().to_owned());
    }
    Done { target, global, result, took: begin.elapsed() }
}

/// Which environment it is; none where `--env` or `--ssot` say so for all, or the engine may tell.
async fn environment(target: &Target, global: &Global) -> Result<Option<String>, Failure> {
    let options: Options = global.session();
    if target.environment.is_some() {
        return Ok(target.environment.clone());
    }
    if options.env.is_some() || options.ssot.is_some() {
        return Ok(None);
    }
    let dirs = Dirs::from_process();
    if find::choices(&dirs).contains(&target.context) {
        return Ok(Some(target.context.clone()));
    }
    let engine = Contact::make(&options).await?.engine;
    let bound = find::bound_to(&engine.id, &engine.name, &dirs)
        .map_err(|error| Failure::failed(error.to_string()))?;
    match bound.as_slice() {
        [one] => Ok(Some(one.to_string())),
        [] if engine.is_docker_desktop() => Ok(None),
        _ => {
            let why = if bound.is_empty() {
                "none is bound to its engine"
            } else {
                "several are bound to its engine"
            };
            Err(Failure::failed(format!(
                "no SSOT is named as the context is, and {why}: write --context {}=ENVIRONMENT; there are {}",
                target.context,
                find::choices(&dirs).join(", ")
            )))
        }
    }
}

impl Done {
    /// Tells the alert rules what is new, or that nothing came within the deadline.
    async fn alert(&self, deadline: Duration) {
        match &self.result {
            Ok(audited) => audited.alert(&self.global).await,
            Err(failure) if self.took >= deadline => alerts::late(failure, &self.global).await,
            // It was told when it happened.
            Err(_) => {}
        }
    }

    fn code(&self, exit_code: bool) -> Code {
        match &self.result {
            Ok(audited) => audited.code(exit_code),
            Err(failure) => failure.code,
        }
    }

    /// The environment, as far as it is known.
    fn environment(&self) -> Option<&str> {
        let known = self.global.env.as_ref().or(self.target.environment.as_ref());
        known.map(String::as_str).filter(|name| !name.is_empty())
    }

    /// What is wrong, whole, on stderr.
    fn tell(&self) {
        let context = sanitise(&self.target.context);
        let lines = match &self.result {
            Ok(audited) => {
                let mut lines = audited.cut_off.clone();
                lines.extend(audited.troubles());
                lines
            }
            Err(failure) => vec![failure.to_string()],
        };
        for line in lines {
            say(&format!("{context}: {line}"));
        }
    }

    /// What is wrong, and on further lines the mend.
    fn error(&self) -> Option<String> {
        match &self.result {
            Ok(audited) => {
                let troubles = audited.troubles();
                let troubles: Vec<&str> = troubles.iter().map(|line| line.trim_start_matches("! ")).collect();
                (!troubles.is_empty()).then(|| troubles.join("\n"))
            }
            Err(failure) => Some(failure.message.lines().map(str::trim).collect::<Vec<_>>().join("\n")),
        }
    }
}

/// One line of `--format jsonl` where there is no audit.
#[derive(Debug, Serialize)]
struct NoAudit<'a> {
    timestamp: Timestamp,
    context: &'a str,
    env: Option<&'a str>,
    error: &'a str,
}

fn text(done: &[Done], args: &AuditArgs, global: &Global) -> Result<String, Failure> {
    let texts: Vec<Option<Texts>> = done
        .iter()
        .map(|it| it.result.as_ref().ok().map(|audited| Texts::of(&audited.session, audited.git, &it.global)))
        .collect();
    let rows: Vec<Row<'_>> = done
        .iter()
        .zip(&texts)
        .map(|(it, texts)| Row {
            context: &it.target.context,
            environment: it.environment(),
            report: it.result.as_ref().ok().zip(texts.as_ref()).map(|(audited, texts)| audited.report(texts)),
            error: it.error(),
            exit_code: it.code(args.exit_code) as u8,
            took: it.took,
        })
        .collect();
    Ok(match args.format {
        AuditFormat::Table => report::fleet::table(&rows, Medium::stdout(global.color)),
        AuditFormat::Json => json::pretty(&FleetJson::of(&rows))?,
        AuditFormat::Markdown => report::fleet::markdown(&rows),
        AuditFormat::Jsonl => {
            let mut lines = String::new();
            let now = Timestamp::now().round(jiff::Unit::Second).unwrap_or_default();
            for row in &rows {
                let line = match (&row.report, &row.error) {
                    (Some(report), _) => report.record.line()?,
                    (None, error) => json::line(&NoAudit {
                        timestamp: now,
                        context: row.context,
                        env: row.environment,
                        error: error.as_deref().unwrap_or_default(),
                    })?,
                };
                lines.push_str(&line);
                lines.push('\n');
            }
            lines
        }
        AuditFormat::Prometheus => {
            let known: Vec<_> = done
                .iter()
                .map(|it| match &it.result {
                    Ok(audited) => (Some(audited.record.env.clone()), audited.last_success()),
                    Err(_) => {
                        let (env, last) = audit::known(&it.global.session()).unzip();
                        (env, last.flatten())
                    }
                })
                .collect();
            let scrapes: Vec<Scrape<'_>> = rows
                .iter()
                .zip(&known)
                .map(|(row, (env, last_success))| Scrape {
                    context: Some(row.context),
                    environment: env.as_deref().or(row.environment),
                    report: row.report,
                    last_success: *last_success,
                })
                .collect();
            report::prometheus::print(&scrapes)
        }
    })
}
