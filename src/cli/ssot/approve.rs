//! `ssot approve`: let something unknown go, in writing.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

use crate::cli::args::{ApproveArgs, Global};
use crate::cli::exit::Failure;
use crate::cli::output::{Medium, Style, print};
use crate::cli::{look, select};
use crate::session::{Approval, Session};
use crate::ssot::edit;
use crate::steward::Resource;
use crate::text::{sanitise, shell_quote};

/// Runs `ssot approve`.
pub(super) async fn run(args: &ApproveArgs, global: &Global) -> Result<(), Failure> {
    let session = Session::open(&global.session()).await?;
    let look = look::without_sizes(&session).await?;
    let resource = select::one(&look.audit, &args.resource)?;
    let approval = session.weigh_approval(&look, &resource.key, args.pattern.as_deref()).await?;
    let medium = Medium::stdout(global.color);
    print(&shown(&approval, medium))?;
    confirm(args, &approval, global)?;
    let path = session.ssot().path_display();
    edit::replace(session.ssot(), &approval.edited).map_err(|error| {
        Failure::failed(format!("{path} cannot be written: {error}; nothing has been approved"))
    })?;
    print(&format!(
        "{} {} as {}\ncommit it, so that the decision is versioned: git commit {}\n",
        medium.paint(Style::Good, "written to"),
        sanitise(&path),
        approval.edited.rule,
        shell_quote(&path),
    ))?;
    Ok(())
}

/// The change of the file, and what it means on this engine today.
fn shown(approval: &Approval, medium: Medium) -> String {
    let mut out = approval.edited.diff.clone();
    let mut list = |what: &str, all: &[Resource]| {
        if !all.is_empty() {
            let _ = writeln!(out, "{}", medium.paint(Style::Strong, what));
        }
        for it in all {
            let _ = writeln!(
                out,
                "  {}  {}",
                sanitise(&it.path()),
                medium.paint(Style::Dim, sanitise(&it.reason.text))
            );
        }
    };
    list("becomes safe to delete", &approval.freed);
    list("becomes safe to delete too, by rules that are there already", &approval.released);
    list("stays unknown", &approval.kept);
    if let Some(age) = &approval.min_age {
        let _ = writeln!(out, "the SSOT asks for an age of {age}, which must be proved");
    }
    out
}

/// Nothing is approved that was not named again: by typing it, or beforehand by whoever automates.
fn confirm(args: &ApproveArgs, approval: &Approval, global: &Global) -> Result<(), Failure> {
    let typed = match &args.confirm {
        Some(typed) => typed.clone(),
        None if io::stdin().is_terminal() && io::stderr().is_terminal() => ask(approval, global)?,
        None => {
            return Err(Failure::refused(format!(
                "there is no terminal to ask on; read what is shown, then say --confirm {}; nothing has been approved",
                shell_quote(&approval.typed)
            )));
        }
    };
    if typed == approval.typed {
        return Ok(());
    }
    Err(Failure::refused(format!(
        "{} was expected, and not {}; nothing has been approved",
        shell_quote(&approval.typed),
        shell_quote(&typed)
    )))
}

fn ask(approval: &Approval, global: &Global) -> Result<String, Failure> {
    let medium = Medium::stderr(global.color);
    let mut err = io::stderr().lock();
    let typed = sanitise(&approval.typed).into_owned();
    write!(err, "\nType {} to approve it, anything else to leave: ", medium.paint(Style::Strong, typed))?;
    err.flush()?;
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
