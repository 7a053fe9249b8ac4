//! `audit`: read, classify, record, report.

use super::again;
use super::alerts;
use super::args::{AuditArgs, AuditFormat, Global};
use super::exit::{Code, Failure};
use super::look;
use super::output::{Medium, print, say};
use super::report::{self, Report};
use crate::records::{AuditLog, AuditRecord, json};
use crate::session::{Look, Session, SessionError};
use crate::text::sanitise;

/// Runs `audit`.
pub(super) async fn run(args: &AuditArgs, global: &Global) -> Result<Code, Failure> {
    let session = Session::open(&global.session()).await?;
    let look =
        if args.no_sizes { look::without_sizes(&session).await? } else { look::with_sizes(&session).await? };
    let doubtful = !look.audit.doubts.is_empty();
    let (record, unwritten) = if args.no_record || doubtful {
        // A list that cannot be believed would stand in the log as a fact.
        (unrecorded(&session, &look), None)
    } else {
        record(&session, &look)
    };
    print(&text(&session, &look, &record, args.format, global)?)?;

    for doubt in &look.audit.doubts {
        say(&format!("! in doubt: {}", sanitise(doubt)));
    }
    if doubtful {
        say("this audit was not recorded, and nothing can be planned on it");
    }
    if let Some(error) = &unwritten {
        say(&Failure::from(error.clone()).to_string());
    }
    if args.alert {
        let mut facts = session.facts_to_tell(&again::command(global));
        facts.audited(&look.audit, &record);
        alerts::send(&session, &facts).await;
    }
    let drift = look.audit.drift().total > 0;
    Ok(match (doubtful || unwritten.is_some(), args.exit_code && drift) {
        (true, _) => Code::Failed,
        (false, true) => Code::Drift,
        (false, false) => Code::Done,
    })
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

/// The audit in a format.
pub(super) fn text(
    session: &Session,
    look: &Look,
    record: &AuditRecord,
    format: AuditFormat,
    global: &Global,
) -> Result<String, Failure> {
    let ssot = session.ssot();
    let report = Report {
        audit: &look.audit,
        record,
        steward: &ssot.policy.steward,
        ssot_path: &ssot.path_display(),
        ssot_sha256: &ssot.sha256,
        ssot_git: ssot.git_state().as_str(),
        again: &again::command(global),
    };
    Ok(match format {
        AuditFormat::Table => report::table::print(&report, Medium::stdout(global.color)),
        AuditFormat::Json => json::pretty(&report::json::AuditJson::of(&report))?,
        AuditFormat::Markdown => report::markdown::print(&report),
        AuditFormat::Prometheus => report::prometheus::print(&report),
    })
}
