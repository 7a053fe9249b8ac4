//! Networks.
use jiff::Timestamp;

use super::{ENTRY, Map};

/// A network.
#[derive(Clone, Debug)]
pub struct Network {
    /// 64 hex digits; set when it enters a world.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `bridge`, `host`, `null`, `overlay` …
    pub driver: String,
    /// `local` or `swarm`.
    pub scope: String,
    /// Labels.
    pub labels: Map,
    /// Driver options.
    pub options: Map,
    /// When it was made.
    pub created: Timestamp,
    /// Second number of its `172.N.0.0/16`; 0 for none. Set when it enters a world.
    pub subnet: u8,
    /// Swarm's routing mesh.
    pub ingress: bool,
    /// Without a way out.
    pub internal: bool,
}

impl Network {
    /// A bridge network.
    pub fn new(name: &str) -> Network {
        Network {
            id: String::new(),
            name: name.to_owned(),
            driver: "bridge".to_owned(),
            scope: "local".to_owned(),
            labels: Map::new(),
            options: Map::new(),
            created: ENTRY,
            subnet: 0,
            ingress: false,
            internal: false,
        }
    }

    /// Another driver than `bridge`.
    #[must_use]
    pub fn driver(mut self, driver: &str) -> Self {
        driver.clone_into(&mut self.driver);
        self
    }

    /// `local` or `swarm`.
    #[must_use]
    pub fn scope(mut self, scope: &str) -> Self {
        scope.clone_into(&mut self.scope);
        self
    }

    /// Adds a label.
    #[must_use]
    pub fn label(mut self, key: &str, value: &str) -> Self {
        self.labels.insert(key.to_owned(), value.to_owned());
        self
    }

    /// The labels that Docker Compose v2 puts on a project's network.
    #[must_use]
    pub fn compose(self, project: &str, network: &str) -> Self {
        self.label("com.docker.compose.network", network)
            .label("com.docker.compose.project", project)
            .label("com.docker.compose.version", "2.24.5")
    }

    /// When it was made; else the moment it enters the world.
    #[must_use]
    pub fn created(mut self, at: Timestamp) -> Self {
        self.created = at;
        self
    }
}
