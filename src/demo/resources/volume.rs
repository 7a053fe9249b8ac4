//! Volumes.
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{ENTRY, Map};

/// A volume.
#[derive(Clone, Debug)]
pub struct Volume {
    /// Its name; 64 hex digits for an anonymous one.
    pub name: String,
    /// `local` or a plugin's.
    pub driver: String,
    /// Labels; `None` prints as null.
    pub labels: Option<Map>,
    /// Driver options; `None` prints as null.
    pub options: Option<Map>,
    /// The change time of its folder: `None` prints year 1, as where the folder is gone.
    pub created: Option<Timestamp>,
    /// Bytes in it.
    pub size: u64,
    /// Its files by their paths, as far as anybody asks for them; `size` does not count them by itself.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Volume {
    /// A local volume without labels, made the moment it enters the world unless the builder says otherwise.
    pub fn new(name: &str) -> Volume {
        Volume {
            name: name.to_owned(),
            driver: "local".to_owned(),
            labels: None,
            options: None,
            created: Some(ENTRY),
            size: 0,
            files: BTreeMap::new(),
        }
    }

    /// Adds a label.
    #[must_use]
    pub fn label(mut self, key: &str, value: &str) -> Self {
        self.labels.get_or_insert_default().insert(key.to_owned(), value.to_owned());
        self
    }

    /// The labels that Docker Compose v2 puts on a project's volume.
    #[must_use]
    pub fn compose(self, project: &str, volume: &str) -> Self {
        self.label("com.docker.compose.project", project)
            .label("com.docker.compose.version", "2.24.5")
            .label("com.docker.compose.volume", volume)
    }

    /// Adds a driver option.
    #[must_use]
    pub fn option(mut self, key: &str, value: &str) -> Self {
        self.options.get_or_insert_default().insert(key.to_owned(), value.to_owned());
        self
    }

    /// Another driver than `local`.
    #[must_use]
    pub fn driver(mut self, driver: &str) -> Self {
        driver.clone_into(&mut self.driver);
        self
    }

    /// The change time of its folder.
    #[must_use]
    pub fn created(mut self, at: Timestamp) -> Self {
        self.created = Some(at);
        self
    }

    /// Its folder is gone: the engine then prints year 1.
    #[must_use]
    pub fn without_folder(mut self) -> Self {
        self.created = None;
        self
    }

    /// Adds a file.
    #[must_use]
    pub fn file(mut self, path: &str, content: &str) -> Self {
        self.size += content.len() as u64;
        self.files.insert(path.to_owned(), content.as_bytes().to_vec());
        self
    }

    /// Bytes in it.
    #[must_use]
    pub fn size(mut self, bytes: u64) -> Self {
        self.size = bytes;
        self
    }
}
