//! Who uses whom, computed from all containers and their mounts. The engine's own opinion ("unused",
//! "dangling", `RefCount`) is not asked: it misses binds into a volume's folder, containers made from
//! another tag, and volumes of containers that are stopped.

mod edges;

use arcstr::ArcStr;
use foldhash::HashSet;

use super::inventory::{Container, Image, ImageId, Inventory, Key, Kind, Network, Volume};
use super::labels::Labels;
use edges::Edges;

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
    pub(in crate::steward) fn place(&self) -> (Kind, &str, &str, Option<&str>) {
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

/// The number of a row, in half of its room: there are many, and who uses whom is kept for long.
type Number = u32;

#[expect(
    clippy::cast_possible_truncation,
    reason = "four billion rows would want for more memory than there is"
)]
const fn number(at: usize) -> Number {
    at as Number
}

/// Arrows from each row to others: all of them in one list, and where in it those of each row end.
#[derive(Debug)]
struct Arrows {
    to: Vec<Number>,
    ends: Vec<Number>,
}

impl Arrows {
    /// Those of one row stay in the order in which they come.
    fn of(rows: usize, pairs: impl Iterator<Item = (Number, Number)> + Clone) -> Self {
        let mut ends: Vec<Number> = vec![0; rows];
        let mut count = 0;
        for (from, _) in pairs.clone() {
            ends[from as usize] += 1;
            count += 1;
        }
        // Where each row's begin; putting one there moves that on, to where they end.
        let mut begin = 0;
        for end in &mut ends {
            begin += std::mem::replace(end, begin);
        }
        let mut to = vec![0; count];
        for (from, other) in pairs {
            let end = &mut ends[from as usize];
            to[*end as usize] = other;
            *end += 1;
        }
        Self { to, ends }
    }

    fn from(&self, at: usize) -> &[Number] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.to[start as usize..self.ends[at] as usize]
    }
}

impl Links {
    /// Computes who uses whom. Linear in rows and mounts, but for the look-ups.
    pub fn of(inventory: &Inventory) -> Self {
        Self::among(&rows(inventory), inventory)
    }

    /// The same where the rows are there.
    pub(in crate::steward) fn among(rows: &[Row<'_>], inventory: &Inventory) -> Self {
        let pairs = Edges::among(rows);
        let uses = Arrows::of(rows.len(), pairs.iter().copied());
        let users = Arrows::of(rows.len(), pairs.iter().map(|(user, used)| (*used, *user)));
        let parents: HashSet<&str> =
            inventory.images.iter().filter_map(|image| image.parent.as_ref()).map(ImageId::as_str).collect();
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
        Self::linked(rows(inventory), links)
    }

    /// The same where the rows are there.
    pub(in crate::steward) fn linked(rows: Vec<Row<'a>>, links: &'a Links) -> Self {
        debug_assert_eq!(rows.len(), links.hidden.len(), "the links are those of another inventory");
        Self { rows, links }
    }

    /// All rows: containers, images, volumes, networks.
    pub fn rows(&self) -> &[Row<'a>] {
        &self.rows
    }

    /// The rows that use this one.
    pub fn users(&self, at: usize) -> impl Iterator<Item = usize> {
        self.links.users.from(at).iter().map(|at| *at as usize)
    }

    /// Whether any row uses this one.
    pub fn is_used(&self, at: usize) -> bool {
        !self.links.users.from(at).is_empty()
    }

    /// The rows that this one uses.
    pub fn uses(&self, at: usize) -> impl Iterator<Item = usize> {
        self.links.uses.from(at).iter().map(|at| *at as usize)
    }

    /// Whether the row is an untagged layer of a build with images on top of it: the engine does not
    /// list those, it removes them with their last child, and so they are no resources of their own.
    pub fn is_hidden(&self, at: usize) -> bool {
        self.links.hidden[at]
    }
}

/// What an inventory holds, row by row: containers, images, volumes, networks.
pub(in crate::steward) fn rows(inventory: &Inventory) -> Vec<Row<'_>> {
    let Inventory { containers, images, volumes, networks, .. } = inventory;
    let of_images: usize = images.iter().map(|image| image.references().len().max(1)).sum();
    let mut rows = Vec::with_capacity(containers.len() + of_images + volumes.len() + networks.len());
    rows.extend(containers.iter().map(Row::Container));
    for image in images {
        let references = image.references();
        if references.is_empty() {
            rows.push(Row::Image(image, None));
        }
        rows.extend(references.iter().map(|it| Row::Image(image, Some(it))));
    }
    rows.extend(volumes.iter().map(Row::Volume));
    rows.extend(networks.iter().map(Row::Network));
    rows
}
