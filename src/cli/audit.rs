//! `audit`: read, classify, record, report.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::task::JoinHandle;

use super::again;
use super::alerts;
use super::args::{AuditArgs, AuditFormat, Global};
use super::exit::{Code, Failure};
use super::fleet;
use super::look;
use super::output::{Medium, print, say, stream};
use super::report::prometheus::Scrape;
use super::report::{self, Report};
use crate::records::{AuditLog, AuditRecord, Paths};
use crate::session::{Look, Options, Session, SessionError, find_ssot};
use crate::ssot::Dirs;
use crate::ssot::load::GitState;
use crate::text::sanitise;

/// Runs `audit`.
pub(super) async fn run(args: &AuditArgs, global: &Global) -> Result<Code, Failure> {
    if args.all_contexts || global.context.len() > 1 || global.context.iter().any(|it| it.contains('=')) {
        return fleet::run(args, global).await;
    }
    let begun = Instant::now();
    let audited = match in_time(args.deadline, Box::pin(one(global, args, None))).await {
        Ok(audited) => audited,
        Err(failure) => {
            if args.alert && args.deadline.is_some_and(|deadline| begun.elapsed() >= deadline) {
                alerts::late(&failure, global).await;
            }
            return failed(args, global, failure);
        }
    };
    for line in &audited.cut_off {
        say(line);
    }
    write(&audited, args.format, global)?;
    for line in audited.troubles() {
        say(&line);
    }
    if args.alert {
        audited.alert(global).await;
    }
    let code = audited.code(args.exit_code);
    // The process ends here: to take a large engine's inventory apart first would only keep whoever waits.
    audited.session.keep_memory();
    std::mem::forget(audited.look);
    Ok(code)
}

/// Where there is no audit, Prometheus is told just that: a series that is not there is easily overlooked.
fn failed(args: &AuditArgs, global: &Global, failure: Failure) -> Result<Code, Failure> {
    if args.format == AuditFormat::Prometheus {
        let (environment, last_success) = known(&global.session()).unzip();
        let environment = environment.as_deref();
        let scrape =
            Scrape { context: None, environment, report: None, last_success: last_success.flatten() };
        print(&report::prometheus::print(&[scrape]))?;
    }
    Err(failure)
}

/// What can be said of an environment whose engine does not answer: its name in records, and when an audit of it
/// last succeeded. None where not even the SSOT can be read.
pub(super) fn known(options: &Options) -> Option<(String, Option<Timestamp>)> {
    let ssot = find_ssot(options, None, &Dirs::from_process()).ok()?;
    let env = ssot.policy.environment.record_name();
    let log = Paths::from_process(options.demo).ok()?.audit_log(&ssot.policy.audit_log());
    Some((env.to_owned(), AuditLog::at(log).last_of(env)))
}

/// Waits no longer than the deadline, if there is one.
pub(super) async fn in_time<T>(
    deadline: Option<Duration>,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let Some(deadline) = deadline else { return work.await };
    let late = |_| {
        let span = humantime::format_duration(deadline);
        Err(Failure::failed(format!("the engine was not read within {span} (--deadline)")))
    };
    tokio::time::timeout(deadline, work).await.unwrap_or_else(late)
}

/// One audit that was made.
#[derive(Debug)]
pub(super) struct Audited {
    pub(super) session: Session,
    pub(super) look: Look,
    pub(super) record: AuditRecord,
    /// Why it is not in the audit log, if it should be.
    unwritten: Option<SessionError>,
    /// What there is to tell of cleanups that were cut off.
    pub(super) cut_off: Vec<String>,
    /// What git says of the SSOT.
    pub(super) git: GitState,
    /// From the first contact to the last answer.
    took: Duration,
}

/// Audits one engine. `patience`: how long to wait for sizes; none: as long as they take.
pub(super) async fn one(
    global: &Global,
    args: &AuditArgs,
    patience: Option<Duration>,
) -> Result<Audited, Failure> {
    let begin = Instant::now();
    let looked = async {
        let options = global.session();
        let session = if args.no_sizes {
            Session::open_to_look(&options).await?
        } else {
            Session::open_to_measure(&options).await?
        };
        let git = git_of(&session);
        let look = match patience {
            _ if args.no_sizes => session.look().await?,
            None => session.look_with_sizes().await?,
            Some(patience) => session.look_with_sizes_within(patience).await?.0,
        };
        Ok((session, git, look))
    };
    let looked = looked.await;
    let (session, git, look) = if args.alert { alerts::or_tell(looked, global).await? } else { looked? };
    let took = begin.elapsed();
    let cut_off = look::cut_off(&session, &look)?;
    let (record, unwritten) = if args.no_record || !look.audit.doubts.is_empty() {
        // A list that cannot be believed would stand in the log as a fact.
        (unrecorded(&session, &look), None)
    } else {
        record(&session, &look)
    };
    let git = git.await.unwrap_or(GitState::None);
    Ok(Audited { session, look, record, unwritten, cut_off, git, took })
}

/// Asks git of the SSOT, while the engine works.
pub(super) fn git_of(session: &Session) -> JoinHandle<GitState> {
    let session = session.clone();
    tokio::task::spawn_blocking(move || session.ssot().git_state())
}

impl Audited {
    /// How `audit` of this engine alone ends.
    pub(super) fn code(&self, exit_code: bool) -> Code {
        let drift = self.look.audit.drift().total > 0;
        let forgotten = self.unwritten.is_some() || self.session.unkept().is_some();
        match (self.doubtful() || forgotten, exit_code && drift) {
            (true, _) => Code::Failed,
            (false, true) => Code::Drift,
            (false, false) => Code::Done,
        }
    }

    fn doubtful(&self) -> bool {
        !self.look.audit.doubts.is_empty()
    }

    /// What is wrong with it, a line each.
    pub(super) fn troubles(&self) -> Vec<String> {
        let mut lines: Vec<String> =
            self.look.audit.doubts.iter().map(|doubt| format!("! in doubt: {}", sanitise(doubt))).collect();
        if self.doubtful() {
            lines.push("this audit was not recorded, and nothing can be planned on it".to_owned());
        }
        lines.extend(self.unwritten.iter().map(|error| Failure::from(error.clone()).to_string()));
        lines
    }

    /// What a report of it says.
    pub(super) fn report<'a>(&'a self, texts: &'a Texts) -> Report<'a> {
        texts.report(&self.look, &self.record, Some(self.took))
    }

    /// Tells the SSOT's alert rules what is new.
    pub(super) async fn alert(&self, global: &Global) {
        let mut facts = self.session.facts_to_tell(&again::command(global));
        facts.audited(&self.look.audit, &self.record);
        alerts::send(&self.session, &facts).await;
    }

    /// When an audit of this engine under this SSOT last succeeded: now, or what the log says.
    pub(super) fn last_success(&self) -> Option<Timestamp> {
        if !self.doubtful() {
            return Some(self.record.timestamp);
        }
        AuditLog::at(self.session.audit_log()).last_like(&self.record)
    }
}

/// The record of a look that is not appended to the log, as it would have been.
pub(super) fn unrecorded(session: &Session, look: &Look) -> AuditRecord {
    let previous = AuditLog::at(session.audit_log()).last_hash();
    AuditRecord { previous, ..session.audit_record(look) }
}

fn record(session: &Session, look: &Look) -> (AuditRecord, Option<SessionError>) {
    match session.record(look) {
        Ok(record) => (record, None),
        Err(error) => (unrecorded(session, look), Some(error)),
    }
}

/// Writes the audit to stdout in a format.
fn write(it: &Audited, format: AuditFormat, global: &Global) -> Result<(), Failure> {
    let texts = Texts::of(&it.session, it.git, global);
    let report = it.report(&texts);
    let text = match format {
        AuditFormat::Table => report::table::print(&report, Medium::stdout(global.color)),
        AuditFormat::Json => {
            return Ok(stream(|out| report::json::document(&report).write(out))?);
        }
        AuditFormat::Jsonl => report.record.line()? + "\n",
        AuditFormat::Markdown => report::markdown::print(&report),
        AuditFormat::Prometheus => {
            let last_success = it.last_success();
            let environment = Some(report.record.env.as_str());
            let scrape = Scrape { context: None, environment, report: Some(report), last_success };
            report::prometheus::print(&[scrape])
        }
    };
    Ok(print(&text)?)
}

/// What a report borrows that the session does not keep as text.
#[derive(Debug)]
pub(super) struct Texts {
    steward: String,
    path: String,
    sha256: String,
    git: &'static str,
    again: String,
}

impl Texts {
    pub(super) fn of(session: &Session, git: GitState, global: &Global) -> Self {
        let ssot = session.ssot();
        Self {
            steward: ssot.policy.steward.clone(),
            path: ssot.path_display(),
            sha256: ssot.sha256.clone(),
            git: git.as_str(),
            again: again::command(global),
        }
    }

    pub(super) fn report<'a>(
        &'a self,
        look: &'a Look,
        record: &'a AuditRecord,
        took: Option<Duration>,
    ) -> Report<'a> {
        Report {
            audit: &look.audit,
            record,
            steward: &self.steward,
            ssot_path: &self.path,
            ssot_sha256: &self.sha256,
            ssot_git: self.git,
            again: &self.again,
            took,
        }
    }
}
