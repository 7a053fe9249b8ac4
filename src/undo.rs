//! Taking a cleanup back: what makes again what a run removed, from what its journal and the trash kept. Pure.
//!
//! Networks and volumes come back as they were, containers with their whole configuration. A volume's data and an image
//! come back where the trash has them. What a container wrote into its own layer is gone.

mod approve;
mod container;
mod scope;

pub use approve::{ApprovedUndo, UNDO_PHRASE};
pub use container::{Connection, NewContainer};
pub use scope::{Scope, scope};

use serde_json::{Value, json};

use crate::apply::Outcome;
use crate::records::journal_line::{JournalStep, Kept, KeptStep, Saved};
use crate::steward::{Action, Kind};
use crate::text::shell_quote;

/// One resource that a run removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// The place of its removal in the run, from 0.
    pub step: usize,
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// What makes it again; none where nothing does.
    pub making: Option<Making>,
    /// The commands that do the same by hand, in order; none where nothing does.
    pub commands: Vec<String>,
    /// What does not come back, or why nothing does.
    pub lost: Option<String>,
}

/// What the engine is asked for, to make a resource again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Making {
    /// `POST /networks/create`.
    Network {
        /// Its body.
        body: Value,
    },
    /// `POST /volumes/create`, and then its data.
    Volume {
        /// Its body.
        body: Value,
        /// What the trash kept of it.
        data: Option<Saved>,
    },
    /// An image that is there still, or is loaded, and then its tag.
    Image {
        /// Its whole ID.
        id: String,
        /// The tag, as `repository:tag`; none for an image that had none.
        tag: Option<String>,
        /// What the trash kept of it.
        data: Option<Saved>,
        /// The command that has it from a registry.
        pull: Option<String>,
    },
    /// `POST /containers/create`, and what follows.
    Container(NewContainer),
}

/// What it takes to take a run back: networks, images, volumes, then the containers that need them, each kind in the
/// opposite order of its removal. `socket` is the path of the engine's socket.
pub fn undo(run: &Kept, socket: &str) -> Vec<Undo> {
    let steps = || run.begin.steps.iter().zip(&run.steps).enumerate().rev();
    // What may have been done is as good: what is there after all is not made twice.
    let done = |kept: &KeptStep| matches!(kept.outcome, Some(Outcome::Done | Outcome::Unknown(_)));
    let ran = |id: Option<&str>| {
        steps().any(|(_, (step, kept))| {
            step.action == Action::StopContainer && step.id.as_deref() == id && done(kept)
        })
    };
    let mut all: Vec<Undo> = steps()
        .filter(|(_, (step, kept))| step.action != Action::StopContainer && done(kept))
        .map(|(at, (step, kept))| {
            let by_hand = ByHand { run: &run.begin.run, socket };
            one(at, step, kept, ran(step.id.as_deref()), &by_hand)
        })
        .collect();
    all.sort_by_key(|it| match it.kind {
        Kind::Network => 0,
        Kind::Image => 1,
        Kind::Volume => 2,
        Kind::Container => 3,
    });
    all
}

/// What commands need beside the resource.
struct ByHand<'a> {
    run: &'a str,
    socket: &'a str,
}

impl ByHand<'_> {
    /// The command that writes what the trash kept to stdout.
    fn export(&self, step: &JournalStep) -> String {
        let path = format!("{}/{}", step.kind, step.name);
        command(&[words(&["docker-steward", "trash", "export"]), vec![self.run.to_owned(), path]].concat())
    }
}

fn one(at: usize, step: &JournalStep, kept: &KeptStep, ran: bool, by_hand: &ByHand<'_>) -> Undo {
    let inspect = &kept.inspect;
    let mut it = Undo {
        step: at,
        kind: step.kind,
        name: step.name.clone(),
        making: None,
        commands: Vec::new(),
        lost: None,
    };
    if !inspect.is_object() {
        it.lost = Some("the journal kept nothing of it".to_owned());
        return it;
    }
    let data = kept.saved.clone().map(|(_, saved)| saved);
    match step.kind {
        Kind::Network => {
            it.commands.push(network_command(&step.name, inspect));
            it.making = Some(Making::Network { body: network(&step.name, inspect) });
        }
        Kind::Volume => {
            it.commands.push(volume_command(&step.name, inspect));
            if data.is_some() {
                let name = shell_quote(&step.name);
                it.commands.push(format!(
                    "{} | docker run --rm -i -v {name}:/docker-steward busybox tar -x -C /",
                    by_hand.export(step)
                ));
            } else {
                it.lost = Some("it comes back empty: its data went with it".to_owned());
            }
            it.making = Some(Making::Volume { body: volume(&step.name, inspect), data });
        }
        Kind::Image => image(&mut it, step, inspect, data, by_hand),
        Kind::Container => {
            let again = container::again(&step.name, inspect, ran);
            it.commands = container::commands(&again, by_hand.socket);
            it.making = Some(Making::Container(again));
            it.lost = Some("what it wrote into its own layer, and its logs".to_owned());
        }
    }
    it
}

/// A command of words, each quoted.
fn command(words: &[String]) -> String {
    words.iter().map(|word| shell_quote(word)).collect::<Vec<_>>().join(" ")
}

fn words(fixed: &[&str]) -> Vec<String> {
    fixed.iter().map(|&word| word.to_owned()).collect()
}

/// `OPTION KEY=VALUE` for each entry of an object.
fn pairs(into: &mut Vec<String>, option: &str, object: &Value) {
    for (key, value) in object.as_object().into_iter().flatten() {
        into.extend([option.to_owned(), format!("{key}={}", value.as_str().unwrap_or_default())]);
    }
}

fn volume(name: &str, inspect: &Value) -> Value {
    json!({
        "Name": name,
        "Driver": inspect["Driver"],
        "DriverOpts": inspect["Options"],
        "Labels": inspect["Labels"],
    })
}

fn volume_command(name: &str, inspect: &Value) -> String {
    let mut all = words(&["docker", "volume", "create"]);
    if let Some(driver) = inspect["Driver"].as_str().filter(|driver| *driver != "local") {
        all.extend(["--driver".to_owned(), driver.to_owned()]);
    }
    pairs(&mut all, "--opt", &inspect["Options"]);
    pairs(&mut all, "--label", &inspect["Labels"]);
    all.push(name.to_owned());
    command(&all)
}

fn network(name: &str, inspect: &Value) -> Value {
    let mut body = json!({ "Name": name, "CheckDuplicate": true });
    for key in ["Driver", "Internal", "Attachable", "EnableIPv6", "IPAM", "Options", "Labels"] {
        if !inspect[key].is_null() {
            body[key] = inspect[key].clone();
        }
    }
    body
}

fn network_command(name: &str, inspect: &Value) -> String {
    let mut all = words(&["docker", "network", "create"]);
    all.extend(["--driver".to_owned(), inspect["Driver"].as_str().unwrap_or("bridge").to_owned()]);
    for (key, option) in
        [("Internal", "--internal"), ("Attachable", "--attachable"), ("EnableIPv6", "--ipv6")]
    {
        if inspect[key] == true {
            all.push(option.to_owned());
        }
    }
    for range in inspect["IPAM"]["Config"].as_array().into_iter().flatten() {
        for (key, option) in [("Subnet", "--subnet"), ("IPRange", "--ip-range"), ("Gateway", "--gateway")] {
            if let Some(value) = range[key].as_str().filter(|value| !value.is_empty()) {
                all.extend([option.to_owned(), value.to_owned()]);
            }
        }
    }
    pairs(&mut all, "--opt", &inspect["Options"]);
    pairs(&mut all, "--label", &inspect["Labels"]);
    all.push(name.to_owned());
    command(&all)
}

/// From the trash; else by its digest, which is the very image and not what its tag means today.
fn image(it: &mut Undo, step: &JournalStep, inspect: &Value, data: Option<Saved>, by_hand: &ByHand<'_>) {
    let id = inspect["Id"].as_str().unwrap_or_default().to_owned();
    let tag = (!step.name.starts_with("sha256:")).then(|| step.name.clone());
    let repository = step.name.rsplit_once(':').map_or(step.name.as_str(), |(repository, _)| repository);
    let digests = || inspect["RepoDigests"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let own = digests().find(|it| it.split_once('@').is_some_and(|(name, _)| name == repository));
    let digest = own.or_else(|| digests().next());
    let pull = digest.map(|it| command(&[words(&["docker", "pull"]), vec![it.to_owned()]].concat()));
    // By its own ID or digest: what its tag means today may be another.
    let mut source = None;
    if data.is_some() {
        it.commands.push(format!("{} | docker load", by_hand.export(step)));
        source = Some(id.clone());
    } else if let (Some(digest), Some(pull)) = (digest, &pull) {
        it.commands.push(pull.clone());
        source = Some(digest.to_owned());
    } else if step.action == Action::UntagImage {
        // Only a name went: the image itself is there, or comes back with the step that removed it.
        source = Some(id.clone());
    } else {
        it.lost = Some("it was built or loaded here, and no registry is known to have it".to_owned());
    }
    if let (Some(source), Some(tag)) = (source, &tag) {
        it.commands.push(command(&[words(&["docker", "tag"]), vec![source, tag.clone()]].concat()));
    }
    it.making = Some(Making::Image { id, tag, data, pull });
}
