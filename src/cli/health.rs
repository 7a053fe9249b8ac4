//! `health`: does the environment work?

use super::args::{Global, HealthArgs, TableFormat};
use super::exit::{Code, Failure};
use super::output::{Medium, Style, print, say};
use super::report;
use crate::health::HealthReport;
use crate::records::json;
use crate::session::Session;
use crate::text::sanitise;

/// Runs `health`.
pub(super) async fn run(args: &HealthArgs, global: &Global) -> Result<Code, Failure> {
    let session = Session::open(&global.session()).await?;
    let (health, stack) = tokio::join!(session.health(), session.stack_now());
    let stack = stack?;
    let environment = session.ssot().policy.environment.as_str();
    print(&match args.format {
        TableFormat::Table => {
            report::health::table(environment, &health, stack.as_ref(), Medium::stdout(global.color))
        }
        TableFormat::Json => {
            json::pretty(&report::health::HealthJson::of(&session, &health, stack.as_ref()))?
        }
    })?;
    if health.is_blind() {
        say("! not one check could be run, so nothing is known");
    }
    Ok(if health.is_healthy() && !health.is_blind() { Code::Done } else { Code::Failed })
}

/// Tells on stderr of what is unhealthy.
pub(super) fn tell(health: &HealthReport, heading: &str, global: &Global) {
    let medium = Medium::stderr(global.color);
    say(&format!("{heading}: {}", health.summary()));
    for it in health.unhealthy() {
        let line = format!("! {} is unhealthy: {}", it.name, it.verdict.why().unwrap_or_default());
        say(&medium.paint(Style::Bad, sanitise(&line)));
    }
}
