//! What a resource was when it was shown: compared, field by field, right before it is removed.

use arcstr::ArcStr;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::graph::{Graph, Row};
use super::inventory::{Kind, State};
use super::labels::Labels;

/// Everything about a resource that must be the same at its removal as it was in the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The kind.
    pub kind: Kind,
    /// The name.
    pub name: ArcStr,
    /// The whole ID; none for a volume.
    pub id: Option<ArcStr>,
    /// An image's tags and digests, sorted; the image ID of a container; empty for others.
    pub references: Vec<ArcStr>,
    /// A container's state.
    pub state: Option<State>,
    /// Who uses it, by `kind/ID`, sorted.
    pub users: Vec<String>,
    /// SHA-256 of its labels.
    pub labels: String,
    /// Its creation time by the engine.
    pub created: Option<Timestamp>,
}

impl Fingerprint {
    /// Takes the fingerprint of a row.
    pub(super) fn of(graph: &Graph<'_>, at: usize) -> Self {
        let row = &graph.rows()[at];
        let (state, created, mut references) = match row {
            Row::Container(it) => {
                let image = it.image_id.iter().map(|id| id.text().clone()).collect();
                (Some(it.state.clone()), it.created, image)
            }
            Row::Image(it, _) => (None, it.created, [it.tags.as_slice(), it.digests.as_slice()].concat()),
            Row::Volume(it) => (None, it.created, Vec::new()),
            Row::Network(it) => (None, it.created, Vec::new()),
        };
        references.sort();
        let mut users: Vec<String> = graph.users(at).map(|user| identity(&graph.rows()[user])).collect();
        users.sort();
        users.dedup();
        Self {
            kind: row.kind(),
            name: row.name().clone(),
            id: row.id().cloned(),
            references,
            state,
            users,
            labels: labels_digest(row.labels()),
            created,
        }
    }

    /// `kind/ID`, or `volume/NAME`: by which it stands in the `users` of others.
    pub fn identity(&self) -> String {
        format!("{}/{}", self.kind, self.id.as_ref().unwrap_or(&self.name))
    }

    /// What differs in `now` from this, in words; empty when nothing does.
    pub fn differences(&self, now: &Self) -> Vec<String> {
        fn id(it: &Fingerprint) -> &str {
            it.id.as_ref().map_or("none", ArcStr::as_str)
        }
        fn state(it: &Fingerprint) -> &str {
            it.state.as_ref().map_or("none", State::as_str)
        }
        let mut found = Vec::new();
        let mut compare = |what: &str, was: &str, is: &str| {
            if was != is {
                found.push(format!("its {what} was {was} and is {is}"));
            }
        };
        compare("kind", self.kind.as_str(), now.kind.as_str());
        compare("name", &self.name, &now.name);
        compare("ID", id(self), id(now));
        compare("state", state(self), state(now));
        let what = if self.kind == Kind::Container { "image" } else { "list of references" };
        compare(what, &listed(&self.references), &listed(&now.references));
        compare("list of users", &listed(&self.users), &listed(&now.users));
        let time = |at: &Option<Timestamp>| at.map_or_else(|| "unknown".to_owned(), |at| at.to_string());
        compare("creation time", &time(&self.created), &time(&now.created));
        if self.labels != now.labels {
            found.push("its labels have changed".to_owned());
        }
        found
    }
}

fn listed(items: &[impl std::borrow::Borrow<str>]) -> String {
    if items.is_empty() { "empty".to_owned() } else { items.join(", ") }
}

fn identity(row: &Row<'_>) -> String {
    format!("{}/{}", row.kind(), row.id().unwrap_or(row.name()))
}

fn labels_digest(labels: &Labels) -> String {
    let mut hash = Sha256::new();
    for (key, value) in labels.iter() {
        // Lengths first: `a=b` + `c` must not read as `a` + `b=c`.
        hash.update((key.len() as u64).to_le_bytes());
        hash.update(key);
        hash.update((value.len() as u64).to_le_bytes());
        hash.update(value);
    }
    hex::encode(hash.finalize())
}
