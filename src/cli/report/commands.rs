//! `plan --format commands`: the plan as what it is, one command a line, below what it was made for.

use std::fmt::Write as _;

use super::seconds;
use crate::steward::{Kind, Plan, PlanFile, Step};
use crate::text::{bytes, sanitise, shell_quote};

/// Prints a plan. `docker_env` is the variable that lets a plain `docker` in the same shell reach the same
/// engine, where it would not.
pub fn print(plan: &Plan, file: &PlanFile, docker_env: Option<&(String, String)>) -> String {
    let circumstances = plan.circumstances();
    let engine = &circumstances.engine;
    let mut out = String::new();
    let mut comment = |what: &str, text: String| {
        // Sanitised, so that nothing can end the comment and begin a command.
        let _ = writeln!(out, "# {what:<8} {}", sanitise(&text));
    };
    comment("plan", format!("{} on {}", circumstances.environment, engine.name));
    comment("engine", format!("{} {}, API {}, {}", engine.id, engine.version, engine.api, engine.host));
    comment("ssot", format!("{} {}", circumstances.ssot.path, circumstances.ssot.sha256));
    comment("expires", seconds(circumstances.expires));
    comment("removes", format!("{}; frees {}", plan.summary(), freed(plan)));
    comment("hash", file.hash.clone());
    for it in plan.excluded() {
        comment("kept", format!("{}/{}: {}", it.key.kind(), it.name, it.why));
    }
    if plan.steps().is_empty() {
        return out;
    }
    if let Some((name, value)) = docker_env {
        let _ = writeln!(out, "export {name}={}", shell_quote(value));
    }
    let widest = plan.steps().iter().map(|step| step.command().len()).max().unwrap_or(0);
    for step in plan.steps() {
        let _ = writeln!(out, "{:<widest$}  # {}", step.command(), remark(step));
    }
    out
}

/// What a person should know of a step: the name, what to notice, and what it frees.
pub fn remark(step: &Step) -> String {
    let name = sanitise(step.target().name());
    // The ID of an image that has no name stands in the command already.
    let mut words = vec![if name.starts_with("sha256:") { "untagged".to_owned() } else { name.into_owned() }];
    words.extend(step.note().map(str::to_owned));
    if let Some(frees) = step.frees().filter(|frees| *frees > 0) {
        words.push(bytes(frees));
    }
    words.join(" · ")
}

/// What a plan frees, as far as that is known. A network holds no bytes, so none are unknown of it.
pub fn freed(plan: &Plan) -> String {
    let holds = plan.steps().iter().filter(|step| step.kind() != Kind::Network);
    super::freed(plan.frees(), holds.filter(|step| step.frees() != Some(0)).map(Step::frees))
}
