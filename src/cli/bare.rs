//! No command: the console on a terminal, and elsewhere the audit.

use std::io::{self, IsTerminal as _};

use super::again;
use super::args::{ColorChoice, Global};
use super::audit;
use super::exit::{Code, Failure};
use super::look;
use super::output::{Medium, print, say};
use super::report;
use crate::console::{self, ExitKind};
use crate::session::Session;
use crate::ssot::load::GitState;
use crate::text::sanitise;

/// Runs the bare command.
pub(super) async fn run(global: &Global) -> Result<Code, Failure> {
    if io::stdout().is_terminal() && io::stdin().is_terminal() {
        on_a_terminal(global).await
    } else {
        without_a_terminal(global).await
    }
}

async fn on_a_terminal(global: &Global) -> Result<Code, Failure> {
    let color = match global.color {
        ColorChoice::Auto => console::ColorChoice::Auto,
        ColorChoice::Always => console::ColorChoice::Always,
        ColorChoice::Never => console::ColorChoice::Never,
    };
    let settings = console::Settings { theme: global.theme.clone(), color };
    match console::run(global.session(), settings).await {
        Ok(ExitKind::Quit) => Ok(Code::Done),
        Ok(ExitKind::Signalled(_)) => Ok(Code::Failed),
        Err(error) => Err(Failure::failed(error.to_string())),
    }
}

/// Nobody asked for an audit here, so it is shown and not recorded.
async fn without_a_terminal(global: &Global) -> Result<Code, Failure> {
    let again = again::command(global);
    say(&format!(
        "the console needs a terminal: over SSH, `ssh -t HOST {0}`; without one, `{0} audit`",
        sanitise(&again)
    ));
    let session = Session::open_to_measure(&global.session()).await?;
    let git = audit::git_of(&session);
    let look = look::with_sizes(&session).await?;
    let record = audit::unrecorded(&session, &look);
    let texts = audit::Texts::of(&session, git.await.unwrap_or(GitState::None), global);
    print(&report::table::print(&texts.report(&look, &record, None), Medium::stdout(global.color)))?;
    for doubt in &look.audit.doubts {
        say(&format!("! in doubt: {}", sanitise(doubt)));
    }
    Ok(if look.audit.doubts.is_empty() { Code::Done } else { Code::Failed })
}
