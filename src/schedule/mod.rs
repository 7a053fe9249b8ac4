//! What other schedulers need to run the unattended pass: made from the SSOT's `schedule`, one file per scheduler.
//!
//! Pure: the program, the folder and the clock are passed in. Each makes whole files; whoever installs them
//! reads in their first lines how.

mod actions;
mod cron;
mod launchd;
mod n8n;
mod systemd;
mod when;

use std::path::Path;

use crate::ssot::{Cleanup, Policy, Schedule};
use crate::text::shell_quote;

pub use actions::actions;
pub use cron::cron;
pub use launchd::launchd;
pub use n8n::n8n;
pub use systemd::systemd;
pub use when::{Here, NoZone};

/// The pass to schedule.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    /// The environment.
    pub policy: &'a Policy,
    /// When.
    pub schedule: &'a Schedule,
    /// The program, as a whole path.
    pub program: &'a str,
    /// The options that choose engine and SSOT: `--env`, `staging` …
    pub options: Vec<String>,
    /// The folder that the SSOT's paths are relative to.
    pub folder: &'a Path,
}

/// A file that a scheduler reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its name, without a folder.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl Job<'_> {
    /// The words of the unattended pass. Only where the SSOT lets anything go unattended may it.
    pub fn run(&self) -> Vec<String> {
        let more: &[&str] = if self.is_autonomous() { &["run", "--apply-auto"] } else { &["run"] };
        self.words(self.program, more)
    }

    /// `docker-steward`, found by the shell, with other words: for other machines than this one.
    fn remote(&self, words: &[&str]) -> String {
        let words = self.words("docker-steward", words);
        words.iter().map(|word| shell_quote(word)).collect::<Vec<_>>().join(" ")
    }

    fn words(&self, program: &str, words: &[&str]) -> Vec<String> {
        let words = words.iter().map(|word| (*word).to_owned());
        std::iter::once(program.to_owned()).chain(self.options.iter().cloned()).chain(words).collect()
    }

    fn is_autonomous(&self) -> bool {
        self.policy.cleanup == Cleanup::Autonomous
    }

    /// `docker-steward-staging`.
    fn name(&self) -> String {
        format!("docker-steward-{}", self.policy.environment)
    }

    fn folder(&self) -> String {
        self.folder.to_string_lossy().into_owned()
    }

    /// `Gordon-Staging: one unattended pass over staging`.
    fn title(&self) -> String {
        let text = format!("{}: one unattended pass over {}", self.policy.steward, self.policy.environment);
        crate::text::sanitise(&text).into_owned()
    }
}

/// `staging` as a title has it: `Staging`.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
