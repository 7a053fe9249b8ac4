//! The stack: the services that the compose file declares, and which of them run. Nothing is ever started
//! here; the command that would is shown.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::steward::inventory::{Container, State};
use crate::text::{sanitise, shell_quote};

/// The largest compose file that is read.
const LARGEST: u64 = 1024 * 1024;

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

#[derive(Deserialize)]
struct Compose {
    name: Option<String>,
    #[serde(default)]
    services: BTreeMap<String, Option<Declared>>,
}

#[derive(Deserialize)]
struct Declared {
    container_name: Option<String>,
    #[serde(default)]
    profiles: Vec<String>,
}

/// Reads the compose file and finds its services among the engine's containers.
pub(crate) fn read(file: &Path, containers: &[Container]) -> StackReport {
    let report = |unread: Option<String>, services: Vec<Service>| {
        let bring_up = bring_up(file, &services);
        StackReport { file: file.to_owned(), unread, services, bring_up }
    };
    match load(file) {
        Err(why) => report(Some(sanitise(&why).into_owned()), Vec::new()),
        Ok(compose) => {
            let project = project(&compose, file);
            report(None, services(compose, &project, containers))
        }
    }
}

fn load(file: &Path) -> Result<Compose, String> {
    use std::io::Read as _;
    let mut text = String::new();
    let opened = std::fs::File::open(file).map_err(|error| error.to_string())?;
    opened.take(LARGEST).read_to_string(&mut text).map_err(|error| error.to_string())?;
    serde_yaml::from_str(&text).map_err(|error| format!("it is no compose file: {error}"))
}

/// Compose's own rule: `name`, else the folder in lower case, without what a project's name cannot hold.
fn project(compose: &Compose, file: &Path) -> String {
    if let Some(name) = compose.name.as_ref().filter(|name| !name.contains('$')) {
        return name.clone();
    }
    let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let folder = file.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().to_lowercase();
    let kept: String =
        folder.chars().filter(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_')).collect();
    kept.trim_start_matches(['-', '_']).to_owned()
}

fn services(compose: Compose, project: &str, containers: &[Container]) -> Vec<Service> {
    let of = |(name, declared): (String, Option<Declared>)| {
        let (container_name, optional) =
            declared.map_or((None, false), |it| (it.container_name, !it.profiles.is_empty()));
        let label = |it: &Container, key: &str| it.labels.get(&format!("com.docker.compose.{key}")).cloned();
        let is = |it: &&Container| match &container_name {
            Some(wanted) => it.name == *wanted,
            None => {
                label(it, "service").as_deref() == Some(&name)
                    && label(it, "project").as_deref() == Some(project)
            }
        };
        let found: Vec<&Container> = containers.iter().filter(is).collect();
        let running = found.iter().any(|it| it.state == State::Running);
        let containers = found.into_iter().map(|it| it.name.clone()).collect();
        Service { name, containers, running, optional }
    };
    compose.services.into_iter().map(of).collect()
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

    #[test]
    fn the_project_is_named_as_compose_names_it() {
        let of = |name: Option<&str>, file: &str| {
            project(&Compose { name: name.map(str::to_owned), services: BTreeMap::new() }, Path::new(file))
        };
        assert_eq!(of(None, "/opt/odoo-ce/sandbox/Staging.v2/docker-compose.yml"), "stagingv2");
        assert_eq!(of(Some("odoo"), "/x/y.yml"), "odoo");
        assert_eq!(of(None, "/_x/y.yml"), "x");
    }
}
