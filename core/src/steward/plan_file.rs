//! A plan on disk. It is input, not trust: loading one classifies the engine again and keeps only what is
//! still, here and now, exactly what was shown.

use std::collections::BTreeSet;

use arcstr::ArcStr;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::approve::{Mandate, Refused};
use super::audit::Audit;
use super::fingerprint::Fingerprint;
use super::identity::Difference;
use super::inventory::{ContainerId, ImageId, Key, Kind, NetworkId};
use super::plan::{Action, Circumstances, Excluded, Plan, Step};

/// The format's version.
const SCHEMA: u32 = 1;

/// A plan as JSON: `plan --format json` and `plan --out`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFile {
    /// The format's version: 1.
    pub schema: u32,
    /// What the plan was made for.
    #[serde(flatten)]
    pub circumstances: Circumstances,
    /// Bytes that it frees, as far as sizes were known.
    pub frees_bytes: u64,
    /// The steps, in order.
    pub steps: Vec<FileStep>,
    /// SHA-256 over everything above.
    pub hash: String,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileStep {
    /// What it does.
    pub action: Action,
    /// The kind.
    pub kind: Kind,
    /// The name.
    pub name: ArcStr,
    /// The whole ID; null for a volume.
    pub id: Option<String>,
    /// The command.
    pub command: String,
    /// Bytes that it frees, as far as known.
    pub frees_bytes: Option<u64>,
    /// What the resource was when it was shown.
    pub fingerprint: Fingerprint,
}

/// Why a plan is void.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stale {
    /// It is too old.
    #[error("the plan expired at {0}")]
    Expired(Timestamp),
    /// It claims to come from the future, or to live longer than a plan may.
    #[error("the plan's times are not those of a plan: made {created}, expires {expires}")]
    OddTimes {
        /// When it says it was made.
        created: Timestamp,
        /// When it says it expires.
        expires: Timestamp,
    },
    /// Its circumstances are others.
    #[error("the {what} was {was} when the plan was made, and is {is}")]
    Changed {
        /// What.
        what: &'static str,
        /// Then.
        was: String,
        /// Now.
        is: String,
    },
    /// It was edited or cut off.
    #[error("the plan file was changed after it was written: its content does not match its hash")]
    Edited,
    /// It is not the plan whose hash was given.
    #[error("this is another plan: its hash is {is}, not {wanted}")]
    OtherHash {
        /// The hash that was given.
        wanted: String,
        /// The hash of the file.
        is: String,
    },
}

impl PlanFile {
    /// The plan as it is written.
    pub fn of(plan: &Plan) -> Self {
        let steps = plan
            .steps()
            .iter()
            .map(|step| FileStep {
                action: step.action(),
                kind: step.kind(),
                name: step.target().name().clone(),
                id: step.target().key().id().map(str::to_owned),
                command: step.command().to_owned(),
                frees_bytes: step.frees(),
                fingerprint: step.target().fingerprint().clone(),
            })
            .collect();
        let mut file = Self {
            schema: SCHEMA,
            circumstances: plan.circumstances().clone(),
            frees_bytes: plan.frees(),
            steps,
            hash: String::new(),
        };
        file.hash = file.computed_hash();
        file
    }

    fn computed_hash(&self) -> String {
        let content = Self { hash: String::new(), ..self.clone() };
        // The fields are strings, numbers and lists: nothing that JSON could not hold.
        let json = serde_json::to_vec(&content).unwrap_or_default();
        hex::encode(Sha256::digest(json))
    }

    /// Every reason why this plan is void under the circumstances of now.
    pub fn stale(&self, now: &Circumstances, wanted_hash: Option<&str>) -> Vec<Stale> {
        let then = &self.circumstances;
        let mut found = Vec::new();
        if self.hash != self.computed_hash() || self.schema != SCHEMA {
            found.push(Stale::Edited);
        }
        if let Some(wanted) = wanted_hash.filter(|wanted| !wanted.eq_ignore_ascii_case(&self.hash)) {
            found.push(Stale::OtherHash { wanted: wanted.to_owned(), is: self.hash.clone() });
        }
        let lifetime = then.expires.duration_since(then.created).as_secs();
        let made_ago = now.created.duration_since(then.created).as_secs();
        if now.created >= then.expires {
            found.push(Stale::Expired(then.expires));
        } else if !(0..=super::plan::EXPIRES_AFTER).contains(&lifetime) || made_ago < -60 {
            found.push(Stale::OddTimes { created: then.created, expires: then.expires });
        }
        let mut compare = |what, was: &str, is: &str| {
            if was != is {
                found.push(Stale::Changed { what, was: was.to_owned(), is: is.to_owned() });
            }
        };
        compare("environment", &then.environment, &now.environment);
        compare("content of the SSOT (SHA-256)", &then.ssot.sha256, &now.ssot.sha256);
        compare("API version", &then.engine.api, &now.engine.api);
        let others = now.engine.differences(&then.engine.binding());
        found.extend(others.into_iter().map(|Difference { what, was, is }| Stale::Changed { what, was, is }));
        found
    }

    /// Makes the plan again from what the engine holds now. What is not exactly what was shown is left
    /// out, with what changed; nothing is added. The caller has found it not [`stale`](Self::stale).
    pub fn revive(&self, audit: &Audit, now: &Circumstances, mandate: &Mandate) -> Result<Plan, Refused> {
        let mut marks = BTreeSet::new();
        let mut changed = Vec::new();
        for step in &self.steps {
            let key = step.key();
            match audit.get(&key).map(|resource| (resource, resource.safe())) {
                Some((_, Some(safe))) => {
                    let differences = step.fingerprint.differences(safe.fingerprint());
                    if differences.is_empty() {
                        marks.insert(key);
                    } else {
                        changed.push(Excluded { key, name: step.name.clone(), why: differences.join("; ") });
                    }
                }
                Some((resource, None)) => {
                    let why = format!("it is {} now: {}", resource.class().as_str(), resource.reason.text);
                    changed.push(Excluded { key, name: step.name.clone(), why });
                }
                None => {
                    let why = "the engine does not hold it any more".to_owned();
                    changed.push(Excluded { key, name: step.name.clone(), why });
                }
            }
        }
        let then = &self.circumstances;
        let circumstances = Circumstances { created: then.created, expires: then.expires, ..now.clone() };
        // A file that was cut down by hand may hold a stop without its removal, or the removal of one tag of
        // two. What it does not show, it does not do.
        loop {
            let mut plan = Plan::new(audit, &marks, circumstances.clone(), mandate)?;
            let strange: Vec<_> = plan.steps().iter().filter(|step| !self.shows(step)).collect();
            if strange.is_empty() {
                changed.sort_by(|a, b| a.key.cmp(&b.key));
                changed.dedup_by(|a, b| a.key == b.key);
                plan.exclude(changed);
                return Ok(plan);
            }
            for step in strange {
                let key = step.target().key().clone();
                marks.remove(&key);
                let why = format!("it would need `{}`, which the plan file does not hold", step.command());
                changed.push(Excluded { key, name: step.target().name().clone(), why });
            }
        }
    }

    fn shows(&self, step: &Step) -> bool {
        self.steps.iter().any(|shown| shown.action == step.action() && shown.key() == *step.target().key())
    }
}

impl FileStep {
    fn key(&self) -> Key {
        let id = self.id.clone().unwrap_or_default();
        match self.kind {
            Kind::Container => Key::Container { id: ContainerId::new(id) },
            Kind::Image => {
                let reference = (self.name != id).then(|| self.name.clone());
                Key::Image { id: ImageId::new(id), reference }
            }
            Kind::Volume => Key::Volume { name: self.name.clone() },
            Kind::Network => Key::Network { id: NetworkId::new(id) },
        }
    }
}
