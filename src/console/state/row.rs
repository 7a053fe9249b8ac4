//! What the tables show of a resource: the audit and the inventory side by side, sanitised, once per look.

use std::borrow::Cow;

use arcstr::ArcStr;
use foldhash::HashMap;

use crate::session::Look;
use crate::shared::Shared;
use crate::steward::inventory::{Container, Image, Inventory, Network, State, Volume};
use crate::steward::{ByteCount, Class, Key, Kind, Labels, Moment, Resource};
use crate::text::sanitise;

/// One row of a table. What many rows say alike they share; what can be told from the rest is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What names it beyond doubt.
    pub key: Key,
    /// What people call it; an untagged image has its short ID.
    pub name: ArcStr,
    /// Its class; none before the first look has ended.
    pub class: Option<Class>,
    /// Whether it is a container with processes.
    pub running: bool,
    /// Whether its health check fails.
    pub unhealthy: bool,
    /// A container's state: `running`, `exited (137)`.
    pub state: ArcStr,
    /// How long it has been in that state.
    pub since: Since,
    /// The image of a container.
    pub image: ArcStr,
    /// The ports that a container publishes.
    pub ports: ArcStr,
    /// The driver of a volume or network.
    pub driver: ArcStr,
    /// The scope of a network.
    pub scope: ArcStr,
    /// Who uses it: how many, and the first of them.
    pub users: (usize, ArcStr),
    /// The Compose project.
    pub project: ArcStr,
    /// When it was created.
    pub created: Moment,
    /// Its bytes.
    pub size: ByteCount,
    /// Bytes of an image that others have too.
    pub shared: ByteCount,
    /// Bytes that removing it frees.
    pub frees: ByteCount,
    /// Its labels, as the engine tells them.
    pub labels: Labels,
}

impl Row {
    /// One of which no more is known.
    fn called(key: Key, name: &ArcStr) -> Self {
        Self {
            key,
            name: clean(name),
            class: None,
            running: false,
            unhealthy: false,
            state: ArcStr::new(),
            since: Since::Unknown,
            image: ArcStr::new(),
            ports: ArcStr::new(),
            driver: ArcStr::new(),
            scope: ArcStr::new(),
            users: (0, ArcStr::new()),
            project: ArcStr::new(),
            created: Moment::NONE,
            size: ByteCount::NONE,
            shared: ByteCount::NONE,
            frees: ByteCount::NONE,
            labels: Labels::default(),
        }
    }

    fn label(&mut self, labels: &Labels) {
        if let Some(project) = labels.shared("com.docker.compose.project") {
            self.project = clean(project);
        }
        self.labels = labels.clone();
    }

    /// The first twelve digits of the ID; nothing for a volume, which has none.
    pub fn id(&self) -> &str {
        match &self.key {
            Key::Container { id } => id.short(),
            Key::Image { id, .. } => id.short(),
            Key::Network { id } => id.short(),
            Key::Volume { .. } => "",
        }
    }
}

/// How long a state has lasted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Since {
    /// It is not known.
    #[default]
    Unknown,
    /// Since this moment, as an inspect told.
    At(Moment),
    /// As the engine's list words it, shortened: `3 d`.
    Said(ArcStr),
}

/// The inventory, found by key.
#[derive(Debug, Default)]
struct Found<'a> {
    containers: HashMap<&'a str, &'a Container>,
    images: HashMap<&'a str, &'a Image>,
    volumes: HashMap<&'a str, &'a Volume>,
    networks: HashMap<&'a str, &'a Network>,
}

impl<'a> Found<'a> {
    fn of(inventory: &'a Inventory) -> Self {
        Self {
            containers: inventory.containers.iter().map(|it| (it.id.as_str(), it)).collect(),
            images: inventory.images.iter().map(|it| (it.id.as_str(), it)).collect(),
            volumes: inventory.volumes.iter().map(|it| (it.name.as_str(), it)).collect(),
            networks: inventory.networks.iter().map(|it| (it.id.as_str(), it)).collect(),
        }
    }
}

/// The rows of each kind, in the order of [`Kind::ALL`].
pub(in crate::console) fn rows(look: &Look) -> [Vec<Row>; 4] {
    let found = Found::of(&look.inventory);
    let shared = Shared::default();
    let mut tables: [Vec<Row>; 4] = Kind::ALL
        .map(|kind| Vec::with_capacity(look.audit.resources.iter().filter(|it| it.kind() == kind).count()));
    for resource in &look.audit.resources {
        tables[place(resource.kind())].push(row(resource, &found, &shared));
    }
    tables
}

/// The rows of containers of which only their list is known.
pub fn first_rows(containers: &[Container]) -> Vec<Row> {
    let shared = Shared::default();
    let row = |it: &Container| {
        let mut row = Row::called(Key::Container { id: it.id.clone() }, &it.name);
        row.running = it.state.is_active();
        row.created = it.created.into();
        container(&mut row, it, &shared);
        row.label(&it.labels);
        row
    };
    containers.iter().map(row).collect()
}

/// The place of a kind in [`Kind::ALL`].
pub(super) const fn place(kind: Kind) -> usize {
    match kind {
        Kind::Container => 0,
        Kind::Image => 1,
        Kind::Volume => 2,
        Kind::Network => 3,
    }
}

/// The text itself, where nothing in it has to be taken out.
fn clean(text: &ArcStr) -> ArcStr {
    match sanitise(text) {
        Cow::Borrowed(_) => text.clone(),
        Cow::Owned(clean) => clean.into(),
    }
}

fn row(resource: &Resource, found: &Found<'_>, shared: &Shared) -> Row {
    let mut row = Row::called(resource.key.clone(), &resource.name);
    row.class = Some(resource.class());
    row.running = resource.running;
    if let Some(first) = resource.used_by.first() {
        row.users = (resource.used_by.len(), clean(first));
    }
    (row.created, row.size, row.frees) = (resource.created, resource.size, resource.frees);
    let labels = match &resource.key {
        Key::Container { id } => found.containers.get(id.as_str()).map(|it| {
            container(&mut row, it, shared);
            &it.labels
        }),
        Key::Image { id, reference } => found.images.get(id.as_str()).map(|it| {
            row.shared = it.shared.into();
            if reference.is_none() {
                row.name = arcstr::format!("<none> {}", id.short());
            }
            &it.labels
        }),
        Key::Volume { name } => found.volumes.get(name.as_str()).map(|it| {
            row.driver = clean(&it.driver);
            &it.labels
        }),
        Key::Network { id } => found.networks.get(id.as_str()).map(|it| {
            row.driver = clean(&it.driver);
            row.scope = clean(&it.scope);
            &it.labels
        }),
    };
    if let Some(labels) = labels {
        row.label(labels);
    }
    row
}

fn container(row: &mut Row, it: &Container, shared: &Shared) {
    row.image = clean(&it.image);
    row.ports = match it.ports.as_slice() {
        [] => ArcStr::new(),
        [one] => clean(one),
        several => shared.text(&sanitise(&several.join(", "))),
    };
    row.unhealthy = it.status.contains("(unhealthy)");
    row.state = match (&it.state, exit_code(&it.status)) {
        (State::Exited, Some(code)) if code != "0" => shared.text(&format!("exited ({code})")),
        (state, _) => shared.text(&sanitise(state.as_str())),
    };
    let detail = it.detail.as_deref();
    let inspected = match it.state {
        State::Running | State::Paused => detail.and_then(|it| it.started_at),
        State::Exited => detail.and_then(|it| it.finished_at),
        _ => None,
    };
    let mut told = || said(&it.status).map_or(Since::Unknown, |span| Since::Said(shared.text(&span)));
    row.since = inspected.map_or_else(&mut told, |at| Since::At(at.into()));
}

/// The exit code in `Exited (137) 3 days ago`.
fn exit_code(status: &str) -> Option<&str> {
    let code = status.strip_prefix("Exited (")?.split_once(')')?.0;
    (!code.is_empty() && code.bytes().all(|it| it.is_ascii_digit())).then_some(code)
}

/// The span in the engine's wording: `Up 3 days (healthy)`, `Exited (0) About an hour ago`. The engine
/// rounds (go-units `HumanDuration`), and so this does.
fn said(status: &str) -> Option<String> {
    let rest = status.strip_prefix("Up ").or_else(|| status.split_once(") ").map(|(_, rest)| rest))?;
    let mut words = rest.split(' ').filter(|word| !matches!(*word, "About" | "Less" | "than"));
    let (count, unit) = (words.next()?, words.next()?);
    let count = if matches!(count, "a" | "an") { "1" } else { count };
    if !count.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let unit = match unit.trim_end_matches('s') {
        "second" => "s",
        "minute" => "min",
        "hour" => "h",
        "day" => "d",
        "week" => "wk",
        "month" => "mo",
        "year" => "y",
        _ => return None,
    };
    Some(format!("{count} {unit}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engines_words_for_a_span() {
        for (status, span) in [
            ("Up 3 days (healthy)", Some("3 d")),
            ("Up About a minute", Some("1 min")),
            ("Up Less than a second", Some("1 s")),
            ("Exited (0) About an hour ago", Some("1 h")),
            ("Exited (137) 5 months ago", Some("5 mo")),
            ("Up 2 weeks (Paused)", Some("2 wk")),
            ("Created", None),
            ("Up soon", None),
            ("Restarting (1) 4 seconds ago", Some("4 s")),
        ] {
            assert_eq!(said(status).as_deref(), span, "{status}");
        }
        assert_eq!(exit_code("Exited (137) 3 days ago"), Some("137"));
        assert_eq!(exit_code("Exited (x) 3 days ago"), None);
    }
}
