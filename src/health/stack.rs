//! The stack: the services that the compose file declares, and which of them run. Nothing is ever started
//! here; the command that would is shown.

use std::path::{Path, PathBuf};

use crate::compose::{self, ComposeFile};
use crate::steward::inventory::{Container, State};
use crate::text::{sanitise, shell_quote};

/// One service of the compose file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Its containers by name: those that compose made for it, or the one that bears its `container_name`.
    pub containers: Vec<String>,
    /// Whether one of them runs.
    pub running: bool,
    /// Whether it is only started on demand (`profiles`).
    pub optional: bool,
}

/// The services of a compose file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackReport {
    /// The file.
    pub file: PathBuf,
    /// Why it could not be read; none if it was. It is often on another machine than the steward.
    pub unread: Option<String>,
    /// Its services, by name.
    pub services: Vec<Service>,
    /// The command that starts what is missing; none if nothing is.
    pub bring_up: Option<String>,
}

/// Reads the compose file and finds its services among the engine's containers.
pub(crate) fn read(file: &Path, containers: &[Container]) -> StackReport {
    let report = |unread: Option<String>, services: Vec<Service>| {
        let bring_up = bring_up(file, &services);
        StackReport { file: file.to_owned(), unread, services, bring_up }
    };
    match ComposeFile::read(file) {
        Err(why) => report(Some(sanitise(&why).into_owned()), Vec::new()),
        Ok(compose) => report(None, services(&compose, containers)),
    }
}

fn services(compose: &ComposeFile, containers: &[Container]) -> Vec<Service> {
    let of = |(name, declared): (&String, &compose::Service)| {
        let is = |it: &&Container| match &declared.container_name {
            Some(wanted) => it.name == *wanted,
            None => {
                it.labels.get("com.docker.compose.service") == Some(name)
                    && it.labels.get("com.docker.compose.project") == Some(&compose.project)
            }
        };
        let found: Vec<&Container> = containers.iter().filter(is).collect();
        let running = found.iter().any(|it| it.state == State::Running);
        let containers = found.into_iter().map(|it| it.name.to_string()).collect();
        Service { name: name.clone(), containers, running, optional: !declared.profiles.is_empty() }
    };
    compose.services.iter().map(of).collect()
}

fn bring_up(file: &Path, services: &[Service]) -> Option<String> {
    let down: Vec<_> = services
        .iter()
        .filter(|it| !it.running && !it.optional)
        .map(|it| shell_quote(&it.name).into_owned())
        .collect();
    let file = file.to_string_lossy();
    (!down.is_empty()).then(|| format!("docker compose -f {} up -d {}", shell_quote(&file), down.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_there_or_no_compose_file_is_said_and_is_no_failure() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("docker-compose.yml");
        assert!(read(&file, &[]).unread.unwrap().contains("No such file"));
        std::fs::write(&file, "services: [1]").unwrap();
        assert!(read(&file, &[]).unread.unwrap().starts_with("it is no compose file"));
    }

    #[test]
    fn services_are_shown_and_what_is_missing_gets_its_command() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("docker-compose.yml");
        std::fs::write(
            &file,
            "name: x\nservices:\n  web: {image: a, container_name: odoo}\n  db:\n  tool: {profiles: [debug]}\n",
        )
        .unwrap();
        let report = read(&file, &[]);
        let names: Vec<_> = report.services.iter().map(|it| (it.name.as_str(), it.optional)).collect();
        assert_eq!(names, [("db", false), ("tool", true), ("web", false)]);
        assert_eq!(report.bring_up.unwrap(), format!("docker compose -f {} up -d db web", file.display()));
    }
}
