//! Who uses whom, computed from all containers and their mounts. The engine's own opinion ("unused",
//! "dangling", `RefCount`) is not asked: it misses binds into a volume's folder, containers made from
//! another tag, and volumes of containers that are stopped.

use std::hash::{Hash, Hasher};

use arcstr::ArcStr;
use foldhash::{HashMap, HashSet};

use super::index::Index;
use super::inventory::{Container, Image, ImageId, Inventory, Key, Kind, Mount, Network, Volume};
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

/// The place of a row, in half of its room: there are many, and who uses whom is kept for long.
type Place = u32;

#[expect(
    clippy::cast_possible_truncation,
    reason = "four billion rows would want for more memory than there is"
)]
const fn place(at: usize) -> Place {
    at as Place
}

/// Arrows from each row to others: all of them in one list, and where in it those of each row end.
#[derive(Debug)]
struct Arrows {
    to: Vec<Place>,
    ends: Vec<Place>,
}

impl Arrows {
    /// Those of one row stay in the order in which they come.
    fn of(rows: usize, pairs: impl Iterator<Item = (Place, Place)> + Clone) -> Self {
        let mut ends: Vec<Place> = vec![0; rows];
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

    fn from(&self, at: usize) -> &[Place] {
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
    pub(super) fn among(rows: &[Row<'_>], inventory: &Inventory) -> Self {
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
    pub(super) fn linked(rows: Vec<Row<'a>>, links: &'a Links) -> Self {
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
pub(super) fn rows(inventory: &Inventory) -> Vec<Row<'_>> {
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

/// Who uses whom, on its way.
struct Edges<'i, 'a> {
    index: &'i Index<'i, 'a>,
    pairs: Vec<(Place, Place)>,
    /// The images and networks that containers name: many name the same ones.
    named: Named<'a>,
}

impl<'i, 'a> Edges<'i, 'a> {
    /// All pairs of a user and what it uses, in order, each once.
    fn among(rows: &[Row<'a>]) -> Vec<(Place, Place)> {
        let index = Index::of(rows);
        let mut edges =
            Edges { index: &index, pairs: Vec::with_capacity(rows.len()), named: Named::default() };
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
        pairs
    }

    fn add(&mut self, user: usize, others: impl IntoIterator<Item = usize>) {
        let others = others.into_iter().filter(|other| *other != user);
        self.pairs.extend(others.map(|other| (place(user), place(other))));
    }

    /// The same of what is called by one of two names; `find` tells what that is.
    fn add_named(
        &mut self,
        user: usize,
        (kind, names): (Kind, [&'a str; 2]),
        find: impl FnOnce(&Index<'i, 'a>) -> Vec<usize>,
    ) {
        let found = self.named.get((kind, names.map(Standing)), || find(self.index));
        self.pairs.extend(found.iter().map(|other| (place(user), *other)));
    }

    fn add_network(&mut self, user: usize, id: &'a str, name: &'a str) {
        self.add_named(user, (Kind::Network, [id, name]), |index| {
            let by_id = index.networks(id);
            if by_id.is_empty() { index.networks(name) } else { by_id }.into_owned()
        });
    }

    fn of_container(&mut self, user: usize, container: &'a Container) {
        let index = self.index;
        let (id, image) = (container.image_id.as_ref().map_or("", ImageId::as_str), container.image.as_str());
        self.add_named(user, (Kind::Image, [id, image]), |index| {
            let by_id = (!id.is_empty()).then(|| index.images(id));
            by_id.into_iter().flatten().chain(index.images(image)).collect()
        });

        for mount in &container.mounts {
            match mount {
                Mount::Volume { name, source } => {
                    let volume = index.volume(name);
                    self.add(user, volume);
                    if volume.is_some_and(|volume| index.stands_alone(volume, source)) {
                        continue;
                    }
                }
                Mount::Image { reference } => self.add(user, index.images(reference)),
                Mount::Bind { .. } | Mount::Other => {}
            }
            if let Some(source) = mount.source() {
                self.add(user, index.folders_touched(source));
            }
        }

        for network in &container.networks {
            self.add_network(user, &network.id, &network.name);
        }
        match container.network_mode.strip_prefix("container:") {
            Some(other) => self.add(user, index.containers(other).iter().copied()),
            None => self.add_network(user, &container.network_mode, &container.network_mode),
        }

        for owner in &container.linked_by {
            for owner in index.containers(owner).iter() {
                self.add(*owner, [user]);
            }
        }
        for other in container.detail.iter().flat_map(|detail| &detail.volumes_from) {
            self.add(user, index.containers(other).iter().copied());
        }
    }

    fn of_image(&mut self, user: usize, image: &Image) {
        if let Some(parent) = &image.parent {
            self.add(user, self.index.images(parent.as_str()));
        }
    }
}

/// What was found by names, remembered by where those stand in memory: an inventory keeps most of them once. What stands
/// elsewhere is found again.
#[derive(Default)]
struct Named<'a>(HashMap<(Kind, [Standing<'a>; 2]), Box<[Place]>>);

impl<'a> Named<'a> {
    fn get(&mut self, names: (Kind, [Standing<'a>; 2]), find: impl FnOnce() -> Vec<usize>) -> &[Place] {
        self.0.entry(names).or_insert_with(|| {
            let mut found = find();
            found.sort_unstable();
            found.dedup();
            found.into_iter().map(place).collect()
        })
    }
}

/// A text by where it stands.
struct Standing<'a>(&'a str);

impl PartialEq for Standing<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Standing<'_> {}

impl Hash for Standing<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::hash(self.0, state);
    }
}
