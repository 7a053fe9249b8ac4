//! The buttons of an operations room, one command line each.

use std::fmt::Write as _;

use super::{Job, capital};
use crate::ssot::Cleanup;
use crate::steward::PHRASE;
use crate::text::{sanitise, shell_quote};

/// The plan that waits for its approval, in the folder of the SSOT: a folder that all may write to is no place.
const PLAN: &str = "docker-steward-plan.json";

/// What each button runs. The audit prints Markdown, to post as it is. Nothing here removes what nobody was
/// shown: where a person must approve, the plan is one button and its approval, by its hash, another.
pub fn actions(job: &Job<'_>) -> String {
    let environment = capital(job.policy.environment.as_str());
    let mut out = format!("# The operations room's actions for {}\n", job.policy.environment);
    let mut add = |name: String, note: &str, words: &[&str]| {
        let _ = writeln!(out, "\n# {name}: {note}\n{}", over_ssh(job, &job.remote(words)));
    };
    add(
        format!("Audit {environment} Docker"),
        "reads only; prints a Markdown summary to post",
        &["audit", "--format", "markdown"],
    );
    match job.policy.cleanup {
        Cleanup::Forbidden => {
            let _ = writeln!(
                out,
                "\n# Clean {environment} Docker: there is no such action, this environment is read-only"
            );
        }
        Cleanup::Confirm | Cleanup::Autonomous => {
            if job.is_autonomous() {
                add(
                    format!("Clean {environment} Docker, unattended"),
                    "what the SSOT's auto_delete lists, and nothing else",
                    &["run", "--apply-auto"],
                );
            }
            add(
                format!("Propose cleaning {environment} Docker"),
                "removes nothing; prints the commands and the plan's hash, for a person to read",
                &["plan", "--out", PLAN],
            );
            add(
                format!("Clean {environment} Docker"),
                "after that person's approval, which names the hash that was shown",
                &["apply", PLAN, "--plan-hash", "HASH", "--confirm", PHRASE],
            );
        }
    }
    out
}

/// From the operations room: over SSH to the host, if the SSOT says which, with the host's own shell.
fn over_ssh(job: &Job<'_>, command: &str) -> String {
    let folder = job.folder();
    let command = format!("cd {} && {command}", shell_quote(&folder));
    match &job.policy.host.address {
        Some(address) => format!("ssh {} {}", shell_quote(&sanitise(address)), shell_quote(&command)),
        None => command,
    }
}
