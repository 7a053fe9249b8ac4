//! What a compose file declares: services, volumes and networks, under the names that Compose gives them.
//!
//! Only what the steward needs is read. Names that hold a variable are kept apart: what Compose would put in their
//! place is not known here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_yaml::Value;

use crate::steward::Kind;

/// The largest compose file that is read.
const LARGEST: u64 = 1024 * 1024;

/// A compose file.
#[derive(Debug, Clone)]
pub struct ComposeFile {
    /// Where it is, as it was named.
    pub path: PathBuf,
    /// The project, as Compose names it.
    pub project: String,
    /// Its services, by name.
    pub services: BTreeMap<String, Service>,
    volumes: BTreeMap<String, Thing>,
    networks: BTreeMap<String, Thing>,
}

/// A service.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Service {
    /// The one name of its container, where the file gives it.
    pub container_name: Option<String>,
    /// Its image.
    pub image: Option<String>,
    /// It is only started on demand.
    pub profiles: Vec<String>,
    networks: Option<Value>,
    network_mode: Option<String>,
}

/// A volume or a network.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Thing {
    name: Option<String>,
    external: Option<Value>,
}

#[derive(Deserialize)]
struct Written {
    name: Option<String>,
    #[serde(default)]
    services: BTreeMap<String, Option<Service>>,
    #[serde(default)]
    volumes: BTreeMap<String, Option<Thing>>,
    #[serde(default)]
    networks: BTreeMap<String, Option<Thing>>,
}

/// One resource that a file declares.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Declared {
    /// Its kind.
    pub kind: Kind,
    /// Its name, as Docker will show it.
    pub name: String,
    /// It is only there on demand.
    pub optional: bool,
}

impl ComposeFile {
    /// Reads a file. The error says what is wrong with it, without its path.
    pub fn read(path: &Path) -> Result<Self, String> {
        use std::io::Read as _;
        let mut text = String::new();
        let opened = std::fs::File::open(path).map_err(|error| error.to_string())?;
        opened.take(LARGEST).read_to_string(&mut text).map_err(|error| error.to_string())?;
        Self::parse(&text, path)
    }

    fn parse(text: &str, path: &Path) -> Result<Self, String> {
        let written: Written =
            serde_yaml::from_str(text).map_err(|error| format!("it is no compose file: {error}"))?;
        Ok(Self {
            path: path.to_owned(),
            project: project(written.name.as_deref(), path),
            services: filled(written.services),
            volumes: filled(written.volumes),
            networks: filled(written.networks),
        })
    }

    /// The name of a service's container; where the file gives none, that of its first replica.
    pub fn container(&self, service: &str) -> String {
        let given = self.services.get(service).and_then(|it| it.container_name.clone());
        given.unwrap_or_else(|| format!("{}-{service}-1", self.project))
    }

    /// What it declares, sorted.
    pub fn declared(&self) -> Vec<Declared> {
        let mut all = Vec::new();
        let mut add = |kind, name: String, optional| all.push(Declared { kind, name, optional });
        for (name, service) in &self.services {
            let optional = !service.profiles.is_empty();
            add(Kind::Container, self.container(name), optional);
            if let Some(image) = &service.image {
                add(Kind::Image, image.clone(), optional);
            }
        }
        for (kind, things) in [(Kind::Volume, &self.volumes), (Kind::Network, &self.networks)] {
            for (key, thing) in things {
                add(kind, thing.called(key, &self.project), false);
            }
        }
        let default = |it: &Service| it.networks.is_none() && it.network_mode.is_none();
        if self.services.values().any(default) && !self.networks.contains_key("default") {
            let optional = self.services.values().filter(|it| default(it)).all(|it| !it.profiles.is_empty());
            add(Kind::Network, format!("{}_default", self.project), optional);
        }
        all.sort();
        // Needed by one service always and by another on demand: always.
        all.dedup_by(|later, first| later.kind == first.kind && later.name == first.name);
        all
    }
}

impl Thing {
    fn called(&self, key: &str, project: &str) -> String {
        // An old file names an external one inside: `external: {name: …}`.
        let inside = self.external.as_ref().and_then(|it| it.get("name")).and_then(Value::as_str);
        let external = match &self.external {
            None => false,
            Some(Value::Bool(external)) => *external,
            Some(_) => true,
        };
        match (self.name.as_deref().or(inside), external) {
            (Some(name), _) => name.to_owned(),
            (None, true) => key.to_owned(),
            (None, false) => format!("{project}_{key}"),
        }
    }
}

fn filled<T: Default>(things: BTreeMap<String, Option<T>>) -> BTreeMap<String, T> {
    things.into_iter().map(|(name, it)| (name, it.unwrap_or_default())).collect()
}

/// Compose's own rule: `name`, else the folder in lower case, without what a project's name cannot hold.
fn project(name: Option<&str>, file: &Path) -> String {
    if let Some(name) = name.filter(|name| !name.contains('$')) {
        return name.to_owned();
    }
    let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let folder = file.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().to_lowercase();
    let kept: String =
        folder.chars().filter(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_')).collect();
    kept.trim_start_matches(['-', '_']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_named_as_compose_names_them() {
        let text = "\
name: shop
services:
  web: {image: odoo:18.0, container_name: odoo, networks: [back]}
  db: {image: postgres:16, networks: {back: {}}}
  tool: {image: \"tools:${TAG:-1}\", profiles: [debug], network_mode: host}
  dump: {image: postgres:16, profiles: [debug], networks: [back]}
volumes:
  data:
  own: {name: filestore}
  theirs: {external: true}
  old: {external: {name: legacy}}
networks:
  back: {external: false}
";
        let file = ComposeFile::parse(text, Path::new("/x/docker-compose.yml")).unwrap();
        let lines: Vec<String> = file
            .declared()
            .iter()
            .map(|it| format!("{}/{}{}", it.kind, it.name, if it.optional { " on demand" } else { "" }))
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @"
        container/odoo
        container/shop-db-1
        container/shop-dump-1 on demand
        container/shop-tool-1 on demand
        image/odoo:18.0
        image/postgres:16
        image/tools:${TAG:-1} on demand
        volume/filestore
        volume/legacy
        volume/shop_data
        volume/theirs
        network/shop_back
        ");
    }

    #[test]
    fn services_without_networks_share_the_default_one() {
        let of = |text: &str| {
            let file = ComposeFile::parse(text, Path::new("/opt/Shop/c.yml")).unwrap();
            let networks: Vec<_> =
                file.declared().into_iter().filter(|it| it.kind == Kind::Network).collect();
            networks.into_iter().map(|it| (it.name, it.optional)).collect::<Vec<_>>()
        };
        assert_eq!(of("services: {a: {image: x}}"), [("shop_default".to_owned(), false)]);
        assert_eq!(of("services: {a: {image: x, profiles: [p]}}"), [("shop_default".to_owned(), true)]);
        assert_eq!(of("services: {a: {image: x, network_mode: none}}"), []);
        let named = "services: {a: {image: x}}\nnetworks: {default: {name: own}}";
        assert_eq!(of(named), [("own".to_owned(), false)]);
    }

    #[test]
    fn the_project_is_named_as_compose_names_it() {
        let of = |name: Option<&str>, file: &str| project(name, Path::new(file));
        assert_eq!(of(None, "/opt/odoo-ce/sandbox/Staging.v2/docker-compose.yml"), "stagingv2");
        assert_eq!(of(Some("odoo"), "/x/y.yml"), "odoo");
        assert_eq!(of(None, "/_x/y.yml"), "x");
    }
}
