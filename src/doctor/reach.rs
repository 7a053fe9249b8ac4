//! Which engine is meant, and whether its socket can be used.

use std::path::Path;

use super::Findings;
use crate::engine::{ChosenBy, Endpoint};
use crate::session::{Options, choose};

/// Whether there is an engine to be asked at all.
pub(super) fn examine(findings: &mut Findings, options: &Options) -> bool {
    if options.demo {
        findings.ok("context", "the simulated engine of --demo");
        return true;
    }
    match choose(options) {
        Ok(endpoint) => {
            findings.ok("context", format!("{}, {}", endpoint.url, chosen(&endpoint)));
            if let Some(path) = endpoint.url.strip_prefix("unix://") {
                socket(findings, Path::new(path));
            }
            true
        }
        Err(error) => {
            findings.problem(
                "context",
                error.what,
                error.mend.unwrap_or_else(|| {
                    "`docker context ls` shows the contexts; name one with --context".to_owned()
                }),
            );
            false
        }
    }
}

fn chosen(endpoint: &Endpoint) -> String {
    match &endpoint.chosen_by {
        ChosenBy::HostOption => "as --host says".to_owned(),
        ChosenBy::ContextOption(name) => format!("the context {name}"),
        ChosenBy::SameAsDocker => "as a plain `docker` chooses".to_owned(),
        ChosenBy::Demo => "the demo's".to_owned(),
    }
}

#[cfg(unix)]
fn socket(findings: &mut Findings, path: &Path) {
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
    let shown = path.display();
    match std::fs::metadata(path) {
        Ok(found) if found.file_type().is_socket() => {
            let group = group(found.gid()).map_or_else(|| found.gid().to_string(), |name| format!("{name} ({})", found.gid()));
            findings.ok("socket", format!("{shown}, mode {:o}, group {group}", found.mode() & 0o777));
        }
        Ok(_) => findings.problem(
            "socket",
            format!("{shown} is no socket"),
            "Docker makes it when it starts: remove what is there, then `systemctl restart docker`.",
        ),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => findings.problem(
            "socket",
            format!("{shown} cannot be looked at: permission denied"),
            "Let your user into the folder that it is in, or run with sudo.",
        ),
        Err(error) => findings.problem(
            "socket",
            format!("{shown}: {error}"),
            "Is Docker running? `systemctl status docker`, then `systemctl start docker`; on a Mac start Docker Desktop.",
        ),
    }
}

#[cfg(not(unix))]
fn socket(_: &mut Findings, _: &Path) {}

/// The name of a group, as this machine's own file has it.
#[cfg(unix)]
fn group(gid: u32) -> Option<String> {
    let groups = std::fs::read_to_string("/etc/group").ok()?;
    groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(gid)).then(|| name.to_owned())
    })
}
