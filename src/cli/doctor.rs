//! `doctor`: what is wrong, and the mend.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, stdout};

use termprofile::{DetectorSettings, TermProfile};

use super::again;
use super::args::Global;
use super::exit::{Code, Failure};
use super::output::{Medium, Style, print};
use crate::doctor::{self, Finding, Level, Terminal};
use crate::records::Paths;
use crate::ssot::Dirs;
use crate::text::sanitise;

/// Runs `doctor`.
pub(super) async fn run(global: &Global) -> Result<Code, Failure> {
    let paths = Paths::from_process(global.demo)?;
    let findings = doctor::examine(
        &global.session(),
        &paths,
        &Dirs::from_process(),
        &terminal(),
        &again::command(global),
    )
    .await;
    print(&report(&findings, Medium::stdout(global.color)))?;
    let sick = findings.iter().any(|it| it.level == Level::Problem);
    Ok(if sick { Code::Failed } else { Code::Done })
}

fn terminal() -> Terminal {
    let size = if stdout().is_terminal() { crossterm::terminal::size().ok() } else { None };
    let colors = match TermProfile::detect(&stdout(), DetectorSettings::default()) {
        TermProfile::NoTty | TermProfile::NoColor => "no",
        TermProfile::Ansi16 => "16",
        TermProfile::Ansi256 => "256",
        TermProfile::TrueColor => "16 million",
    };
    Terminal { size, term: std::env::var("TERM").unwrap_or_default(), colors }
}

fn report(findings: &[Finding], medium: Medium) -> String {
    let mut out = String::new();
    for it in findings {
        let style = match it.level {
            Level::Ok => Style::Good,
            Level::Warning => Style::Strong,
            Level::Problem => Style::Bad,
        };
        let word = medium.paint(style, format!("{:<7}", it.level.as_str()));
        // A report of several lines, as one on an SSOT, stays one.
        let mut lines = it.text.lines();
        let _ = writeln!(out, "{word}  {:<11}  {}", it.what, sanitise(lines.next().unwrap_or_default()));
        for line in lines {
            let _ = writeln!(out, "         {}", sanitise(line));
        }
        for line in it.mend.lines() {
            let _ = writeln!(out, "         {} {}", medium.paint(Style::Command, "→"), sanitise(line));
        }
    }
    let count = |level| findings.iter().filter(|it| it.level == level).count();
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let _ = writeln!(
        out,
        "{}, {}",
        plural(count(Level::Problem), "problem"),
        plural(count(Level::Warning), "warning")
    );
    out
}
