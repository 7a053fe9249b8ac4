//! `ssot …`: one file per command, but for the two smallest.

mod approve;
mod bind;
mod init;

use std::fmt::Write as _;

use super::args::{Global, SsotCommand};
use super::environment;
use super::exit::{Code, Failure};
use super::output::{Medium, Style, print};
use crate::ssot::{check, schema};
use crate::text::sanitise;

/// Runs `ssot …`.
pub(super) async fn run(command: &SsotCommand, global: &Global) -> Result<Code, Failure> {
    match command {
        SsotCommand::Schema => print(schema::FILE)?,
        SsotCommand::Check => check_one(global).await?,
        SsotCommand::Init(args) => init::run(args, global).await?,
        SsotCommand::Bind(args) => bind::run(args, global).await?,
        SsotCommand::Approve(args) => approve::run(args, global).await?,
    }
    Ok(Code::Done)
}

/// An error ended before this; warnings are for the author, and no failure.
async fn check_one(global: &Global) -> Result<(), Failure> {
    let ssot = environment::ssot(global).await?;
    let medium = Medium::stdout(global.color);
    let path = ssot.path_display();
    let warnings = check::check(&ssot);
    let mut text = format!(
        "{}  {} declares {}, cleanup {}, git {}\n",
        medium.paint(Style::Good, "valid"),
        sanitise(&path),
        ssot.policy.environment,
        ssot.policy.cleanup,
        ssot.git_state(),
    );
    for warning in &warnings {
        text.push_str(&medium.paint(Style::Bad, "warning"));
        let _ = write!(text, ": {}, ", sanitise(&path));
        for line in warning.to_string().lines() {
            text.push_str(&sanitise(line));
            text.push('\n');
        }
    }
    print(&text)?;
    Ok(())
}
