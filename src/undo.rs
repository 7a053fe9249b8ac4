//! Taking a cleanup back: the commands that make again what a run removed, from what its journal kept. Pure.
//!
//! Networks come back as they were, containers with their whole configuration, images where a registry gave them.
//! What a volume or a container's own layer held is gone. The steward shows the commands and sends none of them: its
//! connections let removals pass and nothing that makes something.

mod container;

use serde_json::Value;

use crate::apply::Outcome;
use crate::records::journal_line::{JournalStep, Kept};
use crate::steward::{Action, Kind};
use crate::text::shell_quote;

/// One resource that a run removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// The commands that make it again, in order; none where nothing does.
    pub commands: Vec<String>,
    /// What does not come back, or why nothing does.
    pub lost: Option<String>,
}

/// What it takes to take a run back: networks, volumes, images, then the containers that need them, each kind in the
/// opposite order of its removal. `socket` is the path of the engine's socket.
pub fn undo(run: &Kept, socket: &str) -> Vec<Undo> {
    let steps = || run.begin.steps.iter().zip(&run.steps).rev();
    let ran = |id: Option<&str>| {
        steps().any(|(step, (_, outcome))| {
            step.action == Action::StopContainer
                && step.id.as_deref() == id
                && outcome == &Some(Outcome::Done)
        })
    };
    let mut all: Vec<Undo> = steps()
        .filter(|(step, (_, outcome))| {
            step.action != Action::StopContainer && outcome == &Some(Outcome::Done)
        })
        .map(|(step, (inspect, _))| one(step, inspect, ran(step.id.as_deref()), socket))
        .collect();
    all.sort_by_key(|it| match it.kind {
        Kind::Network => 0,
        Kind::Volume => 1,
        Kind::Image => 2,
        Kind::Container => 3,
    });
    all
}

fn one(step: &JournalStep, inspect: &Value, ran: bool, socket: &str) -> Undo {
    let mut it = Undo { kind: step.kind, name: step.name.clone(), commands: Vec::new(), lost: None };
    if !inspect.is_object() {
        it.lost = Some("the journal kept nothing of it".to_owned());
        return it;
    }
    match step.kind {
        Kind::Network => it.commands.push(network(&step.name, inspect)),
        Kind::Volume => {
            it.commands.push(volume(&step.name, inspect));
            it.lost = Some("it comes back empty: its data went with it".to_owned());
        }
        Kind::Image => match image(step, inspect) {
            Some(commands) => it.commands = commands,
            None => {
                it.lost = Some("it was built or loaded here, and no registry is known to have it".to_owned());
            }
        },
        Kind::Container => {
            it.commands = container::commands(&step.name, inspect, ran, socket);
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

fn volume(name: &str, inspect: &Value) -> String {
    let mut all = words(&["docker", "volume", "create"]);
    if let Some(driver) = inspect["Driver"].as_str().filter(|driver| *driver != "local") {
        all.extend(["--driver".to_owned(), driver.to_owned()]);
    }
    pairs(&mut all, "--opt", &inspect["Options"]);
    pairs(&mut all, "--label", &inspect["Labels"]);
    all.push(name.to_owned());
    command(&all)
}

fn network(name: &str, inspect: &Value) -> String {
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

/// By its digest, which is the very image and not what its tag means today.
fn image(step: &JournalStep, inspect: &Value) -> Option<Vec<String>> {
    let repository = step.name.rsplit_once(':').map_or(step.name.as_str(), |(repository, _)| repository);
    let digests = || inspect["RepoDigests"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let own = digests().find(|it| it.split_once('@').is_some_and(|(name, _)| name == repository));
    let digest = own.or_else(|| digests().next())?;
    let mut commands = vec![command(&[words(&["docker", "pull"]), vec![digest.to_owned()]].concat())];
    if !step.name.starts_with("sha256:") {
        commands
            .push(command(&[words(&["docker", "tag"]), vec![digest.to_owned(), step.name.clone()]].concat()));
    }
    Some(commands)
}
