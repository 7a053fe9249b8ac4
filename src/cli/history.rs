//! `history`: the audits and cleanups so far. Needs no engine where the environment is named.

use super::args::{Global, HistoryArgs, HistoryFormat};
use super::exit::{Code, Failure};
use super::output::{Medium, print, say, stream};
use super::{environment, report};
use crate::records::history::write_json;
use crate::records::{History, Paths};
use crate::text::sanitise;

/// Runs `history`.
pub(super) async fn run(args: &HistoryArgs, global: &Global) -> Result<Code, Failure> {
    let paths = Paths::from_process(global.demo)?;
    let ssot = environment::ssot(global).await?;
    let log = paths.audit_log(&ssot.policy.audit_log());
    let history = match args.format {
        HistoryFormat::Table => {
            let history = History::brief(&log, &paths.journal())?;
            print(&report::history::print(&history, Medium::stdout(global.color)))?;
            history
        }
        HistoryFormat::Json => {
            let mut told = History::default();
            stream(|out| write_json(&log, &paths.journal(), out).map(|history| told = history))?;
            told
        }
    };
    for it in &history.breaks {
        say(&format!("! {}: {}", sanitise(&log.to_string_lossy()), sanitise(&it.to_string())));
    }
    for it in &history.unreadable {
        say(&format!("! {}", sanitise(it)));
    }
    Ok(Code::Done)
}
