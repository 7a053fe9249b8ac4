//! A world to be made: a list of what an engine is to hold.
use serde_json::{Value, json};

/// What to make, in the order in which it is made within each kind.
#[derive(Clone, Debug, Default)]
pub(super) struct World {
    pub(super) images: Vec<Vec<String>>,
    pub(super) children: Vec<Child>,
    pub(super) volumes: Vec<String>,
    pub(super) networks: Vec<String>,
    pub(super) containers: Vec<Container>,
}

/// An image that is built on another one, which loses its name.
#[derive(Clone, Debug)]
pub(super) struct Child {
    pub(super) name: String,
    pub(super) parent: String,
}

/// A container.
#[derive(Clone, Debug)]
pub(super) struct Container {
    pub(super) name: String,
    pub(super) image: String,
    pub(super) running: bool,
    /// More of the body of its creation. `<folder of NAME>` stands for a volume's folder on the engine.
    pub(super) config: Value,
}

impl World {
    /// An image with one name or several.
    pub(super) fn image(mut self, names: &[&str]) -> World {
        self.images.push(names.iter().map(|&name| name.to_owned()).collect());
        self
    }

    /// An image on top of a nameless parent, which is called `parent` while it is being made.
    pub(super) fn child(mut self, name: &str, parent: &str) -> World {
        self.children.push(Child { name: name.to_owned(), parent: parent.to_owned() });
        self
    }

    pub(super) fn volumes(mut self, names: &[&str]) -> World {
        self.volumes.extend(names.iter().map(|&name| name.to_owned()));
        self
    }

    pub(super) fn network(mut self, name: &str) -> World {
        self.networks.push(name.to_owned());
        self
    }

    /// A container that works.
    pub(super) fn running(self, name: &str, image: &str, config: Value) -> World {
        self.container(name, image, true, config)
    }

    /// A container that has ended.
    pub(super) fn exited(self, name: &str, image: &str, config: Value) -> World {
        self.container(name, image, false, config)
    }

    fn container(mut self, name: &str, image: &str, running: bool, config: Value) -> World {
        let (name, image) = (name.to_owned(), image.to_owned());
        self.containers.push(Container { name, image, running, config });
        self
    }
}

/// The configuration of a container that mounts these, each `VOLUME:/PATH`.
pub(super) fn mounts(binds: &[&str]) -> Value {
    json!({ "HostConfig": { "Binds": binds } })
}

/// Nothing out of the ordinary.
pub(super) fn plain() -> Value {
    json!({})
}
