//! No command: the console on a terminal, and elsewhere the audit.

use super::again;
use super::args::{AuditFormat, Global};
use super::audit;
use super::exit::{Code, Failure};
use super::look;
use super::output::{print, say};
use crate::session::Session;
use crate::text::sanitise;

/// Runs the bare command.
pub(super) async fn run(global: &Global) -> Result<Code, Failure> {
    without_a_terminal(global).await
}

/// Nobody asked for an audit here, so it is shown and not recorded.
async fn without_a_terminal(global: &Global) -> Result<Code, Failure> {
    let again = again::command(global);
    say(&format!(
        "the console needs a terminal: over SSH, `ssh -t HOST {0}`; without one, `{0} audit`",
        sanitise(&again)
    ));
    let session = Session::open(&global.session()).await?;
    let look = look::with_sizes(&session).await?;
    let record = audit::unrecorded(&session, &look);
    print(&audit::text(&session, &look, &record, AuditFormat::Table, global)?)?;
    for doubt in &look.audit.doubts {
        say(&format!("! in doubt: {}", sanitise(doubt)));
    }
    Ok(if look.audit.doubts.is_empty() { Code::Done } else { Code::Failed })
}
