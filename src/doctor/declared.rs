//! The SSOT: found, valid, versioned, free of contradictions, bound.

use super::Findings;
use crate::session::{Contact, Options, Trouble, find_ssot};
use crate::ssot::{Dirs, GitState, Origin, Ssot, check};
use crate::steward::Difference;

pub(super) fn examine(
    findings: &mut Findings,
    options: &Options,
    contact: Option<&Contact>,
    dirs: &Dirs,
    again: &str,
) -> Option<Ssot> {
    let desktop = contact.map(|contact| contact.engine.is_docker_desktop());
    let ssot = match find_ssot(options, desktop, dirs) {
        Ok(ssot) => ssot,
        Err(error) if error.kind == Trouble::NoEnvironment => {
            findings.warning(
                "ssot",
                error.what,
                "Without one, the stack, what is protected and the audit log are not examined.",
            );
            return None;
        }
        Err(error) => {
            let mend =
                format!("Nothing falls back to another SSOT: mend this one, then `{again} ssot check`.");
            findings.problem("ssot", error.what, error.mend.unwrap_or(mend));
            return None;
        }
    };
    let policy = &ssot.policy;
    findings.ok(
        "ssot",
        format!("{} declares {}, cleanup {}", ssot.path_display(), policy.environment, policy.cleanup),
    );
    git(findings, &ssot);
    let warnings = check::check(&ssot);
    if !warnings.is_empty() {
        let text = format!(
            "{} contradictions; the first: {}: {}",
            warnings.len(),
            warnings[0].rule,
            warnings[0].text
        );
        let text =
            if warnings.len() == 1 { format!("{}: {}", warnings[0].rule, warnings[0].text) } else { text };
        findings.warning(
            "rules",
            text,
            format!("`{again} ssot check` shows each with its line and its mend."),
        );
    }
    match (&policy.host.engine, contact.map(|contact| &contact.engine)) {
        (None, _) if options.demo => {
            findings.ok("binding", "to no engine: the demo's is nothing to be bound to");
        }
        (None, _) => findings.warning(
            "binding",
            "the SSOT is bound to no engine: it would be obeyed on any",
            match &ssot.origin {
                Origin::File(_) => format!("`{again} ssot bind` writes this engine into it."),
                Origin::BuiltIn(_) => format!("Once it is a file, `{again} ssot bind` writes this engine into it."),
            },
        ),
        (Some(bound), Some(engine)) if !engine.differences(bound).is_empty() => findings.problem(
            "binding",
            format!("the SSOT is bound to another engine: {}", Difference::joined(&engine.differences(bound))),
            format!("Choose that engine with --context or --host; or, if this one has taken its place, `{again} ssot bind --replace`."),
        ),
        (Some(bound), _) => findings.ok("binding", format!("bound to {}", bound.name)),
    }
    Some(ssot)
}

fn git(findings: &mut Findings, ssot: &Ssot) {
    match (&ssot.origin, ssot.git_state()) {
        (Origin::BuiltIn(_), _) => findings.warning(
            "git",
            "the SSOT is the one in the program: nothing can be approved in it",
            format!(
                "`docker-steward ssot init --env {0} --built-in --out ssot/{0}.yaml` makes a file of it.",
                ssot.policy.environment
            ),
        ),
        (Origin::File(_), GitState::Clean) => findings.ok("git", "the SSOT is committed as it is"),
        (Origin::File(_), state @ (GitState::Modified | GitState::Untracked)) => {
            findings.warning(
                "git",
                format!("the SSOT is {state}"),
                "Commit it: an SSOT is a decision, and decisions are versioned.",
            );
        }
        (Origin::File(_), GitState::None) => findings.warning(
            "git",
            "the SSOT is in no git repository",
            "Keep it in one: who decided what is then known.",
        ),
    }
}
