//! What is wrong with an engine, an SSOT, or the steward's own files, and the mend.
//!
//! Only looks: nothing is sent to an engine but GET, no ledger or journal is written, and what needs an engine
//! is left out where none answers. Each file here examines one thing.

mod declared;
mod engine;
mod files;
mod reach;
mod terminal;

use crate::records::Paths;
use crate::session::{Contact, Options, Session};
use crate::ssot::{Dirs, Ssot};

pub use terminal::Terminal;

/// One thing that was examined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How it is.
    pub level: Level,
    /// What was examined, in a word or two.
    pub what: &'static str,
    /// What was found.
    pub text: String,
    /// What to do about it; may have several lines. Empty where nothing needs to be done.
    pub mend: String,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Ok,
    /// It works, and something should be looked at.
    Warning,
    /// It does not work, or something was lost.
    Problem,
}

impl Level {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

/// Examines everything, in the order in which one thing needs another. `again` is what to type to run another command
/// on the same engine and SSOT.
pub async fn examine(
    options: &Options,
    paths: &Paths,
    dirs: &Dirs,
    terminal: &Terminal,
    again: &str,
) -> Vec<Finding> {
    let mut findings = Findings::default();
    let contact = if reach::examine(&mut findings, options) {
        match Contact::make(options).await {
            Ok(contact) => Some(contact),
            Err(error) => {
                findings.problem("engine", error.what, error.mend.unwrap_or_default());
                None
            }
        }
    } else {
        None
    };
    let inventory = match &contact {
        Some(contact) => engine::examine(&mut findings, contact).await,
        None => None,
    };
    let ssot = declared::examine(&mut findings, options, contact.as_ref(), dirs, again);
    if let (Some(ssot), Some(_)) = (&ssot, &inventory) {
        held(&mut findings, options, paths, dirs, ssot).await;
    }
    if let Some(ssot) = &ssot {
        files::audit_log(&mut findings, &paths.audit_log(&ssot.policy.audit_log()), again);
    }
    files::state(&mut findings, paths, again);
    terminal::examine(&mut findings, terminal);
    for trouble in crate::console::trouble_in_files(paths) {
        findings.warning("console", trouble, "The console opens all the same; this part of it is left out.");
    }
    findings.0
}

/// What the environment's own things are like on its engine.
async fn held(findings: &mut Findings, options: &Options, paths: &Paths, dirs: &Dirs, ssot: &Ssot) {
    // The same choice again, so that nothing is asked twice which of the two is right.
    let named = Options { env: Some(ssot.policy.environment.as_str().to_owned()), ..options.clone() };
    let look = match Session::open_in(&named, paths.clone(), dirs).await {
        Ok(session) => session.look_again().await,
        Err(error) => Err(error),
    };
    match look {
        Ok(look) => {
            engine::inventory(findings, &look.audit);
            engine::helpers(findings, &look.inventory);
            engine::stack(findings, &look.audit, ssot);
            let log = paths.audit_log(&ssot.policy.audit_log());
            engine::protected(findings, &look.audit, &log, ssot);
        }
        Err(error) => findings.problem("environment", error.what, error.mend.unwrap_or_default()),
    }
}

/// Where the examinations put what they find.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn ok(&mut self, what: &'static str, text: impl Into<String>) {
        self.add(Level::Ok, what, text.into(), String::new());
    }

    fn warning(&mut self, what: &'static str, text: impl Into<String>, mend: impl Into<String>) {
        self.add(Level::Warning, what, text.into(), mend.into());
    }

    fn problem(&mut self, what: &'static str, text: impl Into<String>, mend: impl Into<String>) {
        self.add(Level::Problem, what, text.into(), mend.into());
    }

    fn add(&mut self, level: Level, what: &'static str, text: String, mend: String) {
        self.0.push(Finding { level, what, text, mend });
    }
}
