//! Which engine this is: what must hold together for it to be the one that an SSOT or a plan was made for.

use super::inventory::EngineIdentity;
use crate::ssot::EngineBinding;
use crate::text::sanitise;

/// Something by which two engines differ.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {what} was {was}, and is {is}", was = sanitise(was), is = sanitise(is))]
pub struct Difference {
    /// What differs: `engine's ID`, `engine's name`, `engine's root folder`, `engine's storage`.
    pub what: &'static str,
    /// What was noted.
    pub was: String,
    /// What the engine says now.
    pub is: String,
}

impl Difference {
    /// All of them in a line.
    pub fn joined(all: &[Self]) -> String {
        all.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }
}

impl EngineIdentity {
    /// What an SSOT notes of it. The ID alone would not do: it is a file, and machines cloned from one disk
    /// share it.
    pub fn binding(&self) -> EngineBinding {
        EngineBinding {
            id: self.id.clone(),
            name: self.name.clone(),
            root_dir: Some(self.root_dir.clone()),
            storage: Some(self.storage.clone()),
        }
    }

    /// By what it is not the engine that was noted; nothing where it is. What was not noted is not asked.
    pub fn differences(&self, noted: &EngineBinding) -> Vec<Difference> {
        [
            ("engine's ID", Some(&noted.id), &self.id),
            ("engine's name", Some(&noted.name), &self.name),
            ("engine's root folder", noted.root_dir.as_ref(), &self.root_dir),
            ("engine's storage", noted.storage.as_ref(), &self.storage),
        ]
        .into_iter()
        .filter_map(|(what, was, is)| {
            let was = was.filter(|was| *was != is)?.clone();
            Some(Difference { what, was, is: is.clone() })
        })
        .collect()
    }
}
