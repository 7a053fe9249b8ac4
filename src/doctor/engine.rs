//! What the engine answers, and whether the environment's own things are there.

use std::borrow::Borrow;
use std::path::Path;

use arcstr::ArcStr;

use super::Findings;
use crate::records::{AuditRecord, history};
use crate::session::Contact;
use crate::ssot::Ssot;
use crate::steward::{Audit, Inventory, Kind};
use crate::text::{age, shell_quote};

/// How far two clocks may be apart. Beyond it no age is worth much; classification has its own, wider limit.
const APART: i64 = 60;
/// How many names are listed before the rest is only counted.
const LISTED: usize = 8;

/// The handshake, the lists, and the clock.
pub(super) async fn examine(findings: &mut Findings, contact: &Contact) -> Option<Inventory> {
    let engine = &contact.engine;
    findings.ok(
        "engine",
        format!("{} answers: Docker {}, API {}, {}", engine.name, engine.version, engine.api, engine.storage),
    );
    let inventory = match contact.inventory().await {
        Ok(inventory) => inventory,
        Err(error) => {
            findings.problem(
                "lists",
                error.what,
                "Nothing can be audited until all lists come whole; `journalctl -u docker` may say why.",
            );
            return None;
        }
    };
    match inventory.engine_time {
        None => findings.warning(
            "clock",
            "the engine does not tell its time",
            "Ages cannot be proved without it.",
        ),
        Some(time) => {
            let apart = inventory.read_at.duration_since(time).abs();
            if apart.as_secs() > APART {
                findings.warning(
                    "clock",
                    format!("this machine's clock and the engine's are {} apart", age(apart.unsigned_abs())),
                    "Let both follow NTP: `timedatectl` shows whether they do. Ages may not be believed until then.",
                );
            } else {
                findings.ok("clock", "this machine's and the engine's agree");
            }
        }
    }
    Some(inventory)
}

/// Whether the lists can be believed.
pub(super) fn inventory(findings: &mut Findings, audit: &Audit) {
    if audit.doubts.is_empty() {
        findings.ok("inventory", format!("{} resources, nothing in doubt", audit.resources.len()));
    }
    for doubt in &audit.doubts {
        findings.problem(
            "inventory",
            doubt.clone(),
            "Nothing can be planned while there is doubt; audit again in a minute.",
        );
    }
}

/// A helper of a steward that was killed while it saved a volume: it holds the volume, and nobody will remove it.
pub(super) fn helpers(findings: &mut Findings, inventory: &Inventory) {
    let names: Vec<&str> = inventory
        .containers
        .iter()
        .map(|it| it.name.as_str())
        .filter(|name| name.starts_with(crate::engine::HELPER))
        .collect();
    if !names.is_empty() {
        findings.warning(
            "helper",
            format!("left by a steward that was killed: {}", names.join(", ")),
            format!("If none is at work now: `docker rm {}`. No data is in it.", names.join(" ")),
        );
    }
}

/// "The stack won't start": what is missing or does not run.
pub(super) fn stack(findings: &mut Findings, audit: &Audit, ssot: &Ssot) {
    let compose = ssot.policy.stack.as_ref().map(|stack| {
        let path = stack.compose_file.to_string_lossy();
        format!("docker compose -f {}", shell_quote(&path))
    });
    let missing: Vec<String> = audit.missing.iter().map(|it| format!("{}/{}", it.kind, it.name)).collect();
    if missing.is_empty() && audit.not_running.is_empty() {
        return findings.ok("stack", "everything expected is there, and runs");
    }
    if !missing.is_empty() {
        let volumes = audit.missing.iter().any(|it| it.kind == Kind::Volume);
        let mut mend = compose
            .as_ref()
            .map_or_else(|| "Start what brings them up.".to_owned(), |compose| format!("{compose} up -d"));
        if volumes {
            mend.push_str("\nA volume that is missing comes back empty: restore its backup first. `docker volume ls` shows those that exist.");
        }
        findings.problem("stack", format!("missing: {}", listed(&missing)), mend);
    }
    if !audit.not_running.is_empty() {
        let logs = match &compose {
            Some(compose) => format!("{compose} logs\n{compose} up -d"),
            None => audit
                .not_running
                .iter()
                .map(|name| format!("docker logs {}", shell_quote(name)))
                .collect::<Vec<_>>()
                .join("\n"),
        };
        findings.problem("stack", format!("not running: {}", listed(&audit.not_running)), logs);
    }
}

/// A protected resource of the last audit that is gone: the one thing that must never happen.
pub(super) fn protected(findings: &mut Findings, audit: &Audit, log: &Path, ssot: &Ssot) {
    if !audit.doubts.is_empty() {
        return;
    }
    let env = ssot.policy.environment.record_name();
    let ours = |it: &AuditRecord| it.env == env && it.is_of(&audit.engine);
    // A log that cannot be read is told of where the log is examined.
    let Ok(last) = history::newest(log, ours) else { return };
    let Some(last) = last else {
        return findings.ok("protected", "no audit to compare with yet");
    };
    let gone: Vec<String> = protected_of(&last)
        .into_iter()
        .flat_map(|(kind, names)| names.iter().map(move |name| (kind, name)))
        .filter(|(kind, name)| audit.called(*kind, name).is_empty())
        .map(|(kind, name)| format!("{kind}/{name}"))
        .collect();
    if gone.is_empty() {
        return findings
            .ok("protected", format!("all that the audit of {} protected is there", last.timestamp));
    }
    findings.problem(
        "protected",
        format!("gone since the audit of {}: {}", last.timestamp, listed(&gone)),
        "Tell the team now.\nRestore from the latest backup.\n`docker-steward history` says what the steward removed, and `docker-steward undo` brings it back; the engine's own log, who else did.\nThen see that the SSOT's `protected` names what was lost.",
    );
}

fn protected_of(record: &AuditRecord) -> [(Kind, &Vec<ArcStr>); 4] {
    [
        (Kind::Container, &record.containers_protected),
        (Kind::Image, &record.images_protected),
        (Kind::Volume, &record.volumes_protected),
        (Kind::Network, &record.networks_protected),
    ]
}

fn listed(names: &[impl Borrow<str>]) -> String {
    let more = names.len().saturating_sub(LISTED);
    let shown = names[..names.len() - more].join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}
