//! Who uses whom, computed from all containers and their mounts. The engine's own opinion ("unused",
//! "dangling", `RefCount`) is not asked: it misses binds into a volume's folder, containers made from
//! another tag, and volumes of containers that are stopped.

use arcstr::ArcStr;
use foldhash::HashSet;

use super::index::Index;
use super::inventory::{Container, Image, Inventory, Key, Kind, Mount, Network, Volume};
use super::labels::Labels;

/// One auditable thing of the inventory. An image with several tags makes several rows.
#[derive(Debug, Clone, Copy)]
pub enum Row<'a> {
    /// A container.
    Container(&'a Container),
    /// One reference of an image; none for an untagged one.
    Image(&'a Image, Option<&'a ArcStr>),
    /// A volume.
    Volume(&'a Volume),
    /// A network.
    Network(&'a Network),
}

impl<'a> Row<'a> {
    /// The kind of the resource.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Container(_) => Kind::Container,
            Self::Image(..) => Kind::Image,
            Self::Volume(_) => Kind::Volume,
            Self::Network(_) => Kind::Network,
        }
    }

    /// What names the resource beyond doubt.
    pub fn key(&self) -> Key {
        match self {
            Self::Container(it) => Key::Container { id: it.id.clone() },
            Self::Image(it, reference) => Key::Image { id: it.id.clone(), reference: reference.cloned() },
            Self::Volume(it) => Key::Volume { name: it.name.clone() },
            Self::Network(it) => Key::Network { id: it.id.clone() },
        }
    }

    /// The engine's ID, which volumes do not have.
    pub fn id(&self) -> Option<&'a ArcStr> {
        match self {
            Self::Container(it) => Some(it.id.text()),
            Self::Image(it, _) => Some(it.id.text()),
            Self::Volume(_) => None,
            Self::Network(it) => Some(it.id.text()),
        }
    }

    /// The place of the row among all, by name within its kind: as text, so that nothing is copied to compare.
    pub(super) fn place(&self) -> (Kind, &str, &str, Option<&str>) {
        let reference = if let Self::Image(_, reference) = self { *reference } else { None };
        (self.kind(), self.name(), self.id().map_or("", ArcStr::as_str), reference.map(ArcStr::as_str))
    }

    /// What people call it. An untagged image has only its ID.
    pub fn name(&self) -> &'a ArcStr {
        match self {
            Self::Container(it) => &it.name,
            Self::Image(_, Some(reference)) => reference,
            Self::Image(it, None) => it.id.text(),
            Self::Volume(it) => &it.name,
            Self::Network(it) => &it.name,
        }
    }

    /// Its labels.
    pub const fn labels(&self) -> &'a Labels {
        match self {
            Self::Container(it) => &it.labels,
            Self::Image(it, _) => &it.labels,
            Self::Volume(it) => &it.labels,
            Self::Network(it) => &it.labels,
        }
    }

    /// What could not be understood of it.
    pub fn faults(&self) -> &[String] {
        match self {
            Self::Container(it) => &it.faults,
            Self::Image(it, _) => &it.faults,
            Self::Volume(it) => &it.faults,
            Self::Network(it) => &it.faults,
        }
    }
}

/// The rows of an inventory and the arrows between them.
#[derive(Debug)]
pub struct Graph<'a> {
    rows: Vec<Row<'a>>,
    links: &'a Links,
}

/// Who uses whom in an inventory, by the places of its rows.
#[derive(Debug)]
pub struct Links {
    users: Arrows,
    uses: Arrows,
    hidden: Vec<bool>,
}

/// Arrows from each row to others: all of them in one list, and where in it those of each row end.
#[derive(Debug)]
struct Arrows {
    to: Vec<usize>,
    ends: Vec<usize>,
}

impl Arrows {
    /// Those of one row stay in the order in which they come.
    fn of(rows: usize, pairs: impl Iterator<Item = (usize, usize)> + Clone) -> Self {
        let mut ends = vec![0; rows];
        let mut count = 0;
        for (from, _) in pairs.clone() {
            ends[from] += 1;
            count += 1;
        }
        // Where each row's begin; putting one there moves that on, to where they end.
        let mut begin = 0;
        for end in &mut ends {
            begin += std::mem::replace(end, begin);
        }
        let mut to = vec![0; count];
        for (from, other) in pairs {
            to[ends[from]] = other;
            ends[from] += 1;
        }
        Self { to, ends }
    }

    fn from(&self, at: usize) -> &[usize] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.to[start..self.ends[at]]
    }
}

impl Links {
    /// Computes who uses whom. Linear in rows and mounts, but for the look-ups.
    pub fn of(inventory: &Inventory) -> Self {
        let rows = rows(inventory);
        let index = Index::of(&rows);
        let mut edges = Edges { index: &index, pairs: Vec::new() };
        for (at, row) in rows.iter().enumerate() {
            let from = edges.pairs.len();
            match row {
                Row::Container(container) => edges.of_container(at, container),
                Row::Image(image, _) => edges.of_image(at, image),
                Row::Volume(_) | Row::Network(_) => {}
            }
            // Row by row, so that the whole is nearly in order already.
            edges.pairs[from..].sort_unstable();
        }
        let mut pairs = edges.pairs;
        pairs.sort_unstable();
        pairs.dedup();
        let uses = Arrows::of(rows.len(), pairs.iter().copied());
        let users = Arrows::of(rows.len(), pairs.iter().map(|(user, used)| (*used, *user)));
        let parents: HashSet<&str> = inventory
            .images
            .iter()
            .filter_map(|image| image.parent.as_ref())
            .map(super::inventory::ImageId::as_str)
            .collect();
        let hidden = rows
            .iter()
            .map(|row| matches!(row, Row::Image(it, None) if it.is_dangling() && parents.contains(it.id.as_str())))
            .collect();
        Self { users, uses, hidden }
    }
}

impl<'a> Graph<'a> {
    /// The rows of an inventory with its links.
    pub fn new(inventory: &'a Inventory, links: &'a Links) -> Self {
        let rows = rows(inventory);
        debug_assert_eq!(rows.len(), links.hidden.len(), "the links are those of another inventory");
        Self { rows, links }
    }

    /// All rows: containers, images, volumes, networks.
    pub fn rows(&self) -> &[Row<'a>] {
        &self.rows
    }

    /// The rows that use this one.
    pub fn users(&self, at: usize) -> &[usize] {
        self.links.users.from(at)
    }

    /// The rows that this one uses.
    pub fn uses(&self, at: usize) -> &[usize] {
        self.links.uses.from(at)
    }

    /// Whether the row is an untagged layer of a build with images on top of it: the engine does not
    /// list those, it removes them with their last child, and so they are no resources of their own.
    pub fn is_hidden(&self, at: usize) -> bool {
        self.links.hidden[at]
    }
}

/// What an inventory holds, row by row: containers, images, volumes, networks.
pub(super) fn rows(inventory: &Inventory) -> Vec<Row<'_>> {
    let containers = inventory.containers.iter().map(Row::Container);
    let images = inventory.images.iter().flat_map(|image| {
        let references = image.references();
        let untagged = references.is_empty().then_some(Row::Image(image, None));
        untagged.into_iter().chain(references.iter().map(|it| Row::Image(image, Some(it))))
    });
    let volumes = inventory.volumes.iter().map(Row::Volume);
    let networks = inventory.networks.iter().map(Row::Network);
    containers.chain(images).chain(volumes).chain(networks).collect()
}

struct Edges<'i, 'a> {
    index: &'i Index<'i, 'a>,
    pairs: Vec<(usize, usize)>,
}

impl Edges<'_, '_> {
    fn add(&mut self, user: usize, others: &[usize]) {
        self.add_all(user, others.iter().copied());
    }

    fn add_all(&mut self, user: usize, others: impl Iterator<Item = usize>) {
        self.pairs.extend(others.filter(|other| *other != user).map(|other| (user, other)));
    }

    fn of_container(&mut self, user: usize, container: &Container) {
        let index = self.index;
        if let Some(id) = &container.image_id {
            self.add_all(user, index.images(id.as_str()));
        }
        self.add_all(user, index.images(&container.image));

        for mount in &container.mounts {
            match mount {
                Mount::Volume { name, .. } => self.add(user, index.volume(name).as_slice()),
                Mount::Image { reference } => self.add_all(user, index.images(reference)),
                Mount::Bind { .. } | Mount::Other => {}
            }
            if let Some(source) = mount.source() {
                self.add(user, &index.folders_touched(source));
            }
        }

        for network in &container.networks {
            let by_id = index.networks(&network.id);
            let found = if by_id.is_empty() { index.networks(&network.name) } else { by_id };
            self.add(user, &found);
        }
        match container.network_mode.strip_prefix("container:") {
            Some(other) => self.add(user, &index.containers(other)),
            None => self.add(user, &index.networks(&container.network_mode)),
        }

        for owner in &container.linked_by {
            for owner in index.containers(owner).iter() {
                self.add(*owner, &[user]);
            }
        }
        for other in container.detail.iter().flat_map(|detail| &detail.volumes_from) {
            self.add(user, &index.containers(other));
        }
    }

    fn of_image(&mut self, user: usize, image: &Image) {
        if let Some(parent) = &image.parent {
            self.add_all(user, self.index.images(parent.as_str()));
        }
    }
}
