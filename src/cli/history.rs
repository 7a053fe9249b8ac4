//! `history`: the audits and cleanups so far. Needs no engine where the environment is named.

use super::args::{Global, HistoryArgs, HistoryFormat};
use super::exit::{Code, Failure};
use super::output::{Medium, print, say};
use super::{environment, report};
use crate::records::{History, Paths, json};
use crate::text::sanitise;

/// Runs `history`.
pub(super) async fn run(args: &HistoryArgs, global: &Global) -> Result<Code, Failure> {
    let paths = Paths::from_process(global.demo)?;
    let ssot = environment::ssot(global).await?;
    let log = paths.audit_log(&ssot.policy.audit_log());
    let history = History::read(&log, &paths.journal())?;
    print(&match args.format {
        HistoryFormat::Table => report::history::print(&history, Medium::stdout(global.color)),
        HistoryFormat::Json => json::pretty(&history.to_json())?,
    })?;
    for it in &history.breaks {
        say(&format!("! {}: {}", sanitise(&log.to_string_lossy()), sanitise(&it.to_string())));
    }
    for it in &history.unreadable {
        say(&format!("! {}", sanitise(it)));
    }
    Ok(Code::Done)
}
