//! Finds rows by whatever another row may call them: a name, a whole ID, the beginning of one, a folder.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::ops::Range;

use foldhash::{HashMap, HashMapExt as _};

use super::graph::Row;
use super::inventory::{Kind, Volume};
use super::reference;

/// The rows of an inventory by all that they may be called.
#[derive(Default)]
pub(super) struct Index<'r, 'a> {
    rows: &'r [Row<'a>],
    /// There are many, and seldom does one use another.
    containers: OnceCell<Called<'a>>,
    /// Found is an image; its rows stand together.
    images: Called<'a>,
    rows_of_images: Vec<Range<usize>>,
    networks: Called<'a>,
    volumes: HashMap<&'a str, usize>,
    /// Where each volume has the folder that its name tells, so that none lies in another: in this folder.
    root: Option<&'a str>,
    /// Then only binds ask for the others.
    folders: OnceCell<Folders<'a>>,
}

impl<'r, 'a> Index<'r, 'a> {
    pub(super) fn of(rows: &'r [Row<'a>]) -> Self {
        let mut index = Self::with_room(rows);
        let mut before = None;
        for (at, row) in rows.iter().enumerate() {
            match *row {
                Row::Container(_) => {}
                Row::Image(it, _) if before.is_some_and(|before| std::ptr::eq(before, it)) => {
                    if let Some(rows) = index.rows_of_images.last_mut() {
                        rows.end = at + 1;
                    }
                }
                Row::Image(it, _) => {
                    before = Some(it);
                    let image = index.rows_of_images.len();
                    index.rows_of_images.push(at..at + 1);
                    index.images.id(it.id.as_str(), image);
                    // Whoever uses it by one name uses the image, and so all that it is called.
                    for name in it.tags.iter().chain(&it.digests) {
                        index.images.name(name, image);
                    }
                }
                Row::Volume(it) => {
                    let twice = index.volumes.insert(&it.name, at).is_some();
                    let root = root(it).filter(|_| !twice);
                    let first = index.volumes.len() == 1;
                    index.root = if first || root == index.root { root } else { None };
                }
                Row::Network(it) => {
                    index.networks.id(it.id.as_str(), at);
                    index.networks.name(&it.name, at);
                }
            }
        }
        index
    }

    /// Empty, with room for all the names there are, so that it never has to grow.
    fn with_room(rows: &'r [Row<'a>]) -> Self {
        let count = |kind| rows.iter().filter(|row| row.kind() == kind).count();
        Self {
            rows,
            images: Called::with_room(2 * count(Kind::Image)),
            networks: Called::with_room(2 * count(Kind::Network)),
            volumes: HashMap::with_capacity(count(Kind::Volume)),
            ..Self::default()
        }
    }

    pub(super) fn containers(&self, called: &str) -> Cow<'_, [usize]> {
        let called = called.trim_start_matches('/');
        let containers = self.containers.get_or_init(|| {
            let mut containers = Called::default();
            for (at, row) in self.rows.iter().enumerate() {
                if let Row::Container(it) = *row {
                    containers.id(it.id.as_str(), at);
                    containers.name(&it.name, at);
                }
            }
            containers
        });
        containers.exactly(called).unwrap_or_else(|| containers.beginning_with(called))
    }

    /// All rows of the images that may be meant.
    pub(super) fn images(&self, called: &str) -> impl Iterator<Item = usize> {
        let name = reference::normalise(called);
        let images = &self.images;
        let found = images
            .exactly(called)
            .or_else(|| images.exactly(name))
            .or_else(|| images.exactly(&reference::with_default_tag(name)))
            .or_else(|| images.exactly(&format!("sha256:{called}")))
            .unwrap_or_else(|| images.beginning_with(called));
        (0..found.len()).flat_map(move |at| self.rows_of_images[found[at]].clone())
    }

    pub(super) fn networks(&self, called: &str) -> Cow<'_, [usize]> {
        self.networks.exactly(called).unwrap_or_else(|| self.networks.beginning_with(called))
    }

    pub(super) fn volume(&self, name: &str) -> Option<usize> {
        self.volumes.get(name).copied()
    }

    /// Whether this path is the folder of the volume in this row and of no other, and none lies in it or holds it.
    pub(super) fn stands_alone(&self, volume: usize, path: &str) -> bool {
        self.root.is_some() && matches!(self.rows[volume], Row::Volume(it) if folder(it) == trimmed(path))
    }

    /// Volumes whose folder is this path, lies in it, or holds it.
    pub(super) fn folders_touched(&self, path: &str) -> Vec<usize> {
        self.folders.get_or_init(|| Folders::of(self.rows)).touched(trimmed(path))
    }
}

fn trimmed(path: &str) -> &str {
    path.trim_end_matches('/')
}

fn folder(volume: &Volume) -> &str {
    trimmed(&volume.mountpoint)
}

/// The folder in which the local driver makes the volume's own: `ROOT/NAME/_data`; none where it is another.
fn root(volume: &Volume) -> Option<&str> {
    let name = volume.name.as_str();
    let plain = !name.is_empty() && !name.contains('/');
    folder(volume).strip_suffix("/_data")?.strip_suffix(name)?.strip_suffix('/').filter(|_| plain)
}

/// The folders of volumes.
struct Folders<'a> {
    all: HashMap<&'a str, Rows>,
    /// Seldom asked for, so sorted only then.
    in_order: OnceCell<Vec<&'a str>>,
    /// How deep they lie: where there is none, none needs to be looked for.
    depths: BTreeSet<usize>,
}

impl<'a> Folders<'a> {
    fn of(rows: &[Row<'a>]) -> Self {
        let mut folders = Self { all: HashMap::new(), in_order: OnceCell::new(), depths: BTreeSet::new() };
        for (at, row) in rows.iter().enumerate() {
            if let Row::Volume(it) = *row
                && !folder(it).is_empty()
            {
                Rows::add(&mut folders.all, folder(it), at);
                folders.depths.insert(depth(folder(it)));
            }
        }
        folders
    }

    fn touched(&self, path: &str) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        let (mut ancestor, own_depth) = (path, depth(path));
        let mut at_depth = own_depth;
        while !ancestor.is_empty() {
            if self.depths.contains(&at_depth) {
                found.extend(self.all.get(ancestor).into_iter().flat_map(Rows::as_slice));
            }
            at_depth = at_depth.saturating_sub(1);
            ancestor = ancestor.rfind('/').map_or("", |slash| &ancestor[..slash]);
        }
        if self.depths.last().is_some_and(|deepest| *deepest > own_depth) {
            let below = format!("{path}/");
            let folders = self.in_order.get_or_init(|| {
                let mut folders: Vec<&str> = self.all.keys().copied().collect();
                folders.sort_unstable();
                folders
            });
            let from = folders.partition_point(|folder| **folder < *below);
            let found_below = folders[from..].iter().take_while(|folder| folder.starts_with(&below));
            found.extend(found_below.flat_map(|folder| self.all[folder].as_slice()));
        }
        found
    }
}

/// How many slashes there are in a path.
fn depth(path: &str) -> usize {
    path.matches('/').count()
}

/// What there is of one kind, by names and IDs. Several rows may share one: networks their name, the tags of an image
/// its ID, and a container may be named like the ID of another. Whoever is meant, all of them are found.
#[derive(Default)]
struct Called<'a> {
    exact: HashMap<&'a str, Rows>,
    ids: Vec<(&'a str, usize)>,
    sorted: OnceCell<Vec<(&'a str, usize)>>,
}

impl<'a> Called<'a> {
    fn with_room(names: usize) -> Self {
        Self { exact: HashMap::with_capacity(names), ids: Vec::with_capacity(names / 2), ..Self::default() }
    }

    fn name(&mut self, name: &'a str, at: usize) {
        Rows::add(&mut self.exact, name, at);
    }

    fn id(&mut self, id: &'a str, at: usize) {
        self.name(id, at);
        self.ids.push((without_algorithm(id), at));
    }

    fn exactly(&self, called: &str) -> Option<Cow<'_, [usize]>> {
        self.exact.get(called).map(|rows| Cow::Borrowed(rows.as_slice()))
    }

    /// An engine takes any beginning of an ID for the whole, and keeps what was typed: `NetworkMode`,
    /// `VolumesFrom` and image mounts may hold one. Two that begin alike may both be meant.
    fn beginning_with(&self, called: &str) -> Cow<'_, [usize]> {
        let called = without_algorithm(called);
        if called.is_empty() || !called.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Cow::Borrowed(&[]);
        }
        // Seldom asked for, so sorted only then.
        let sorted = self.sorted.get_or_init(|| {
            let mut ids = self.ids.clone();
            ids.sort_unstable();
            ids
        });
        let from = sorted.partition_point(|(id, _)| *id < called);
        let found = sorted[from..].iter().take_while(|(id, _)| id.starts_with(called));
        found.map(|(_, at)| *at).collect()
    }
}

/// Rows of one name: nearly always one, which then takes no memory of its own.
enum Rows {
    One(usize),
    Several(Vec<usize>),
}

impl Rows {
    fn add<'a>(rows: &mut HashMap<&'a str, Self>, name: &'a str, at: usize) {
        match rows.entry(name) {
            Entry::Vacant(free) => {
                free.insert(Self::One(at));
            }
            Entry::Occupied(mut known) => match known.get_mut() {
                Self::One(first) => *known.get_mut() = Self::Several(vec![*first, at]),
                Self::Several(all) => all.push(at),
            },
        }
    }

    fn as_slice(&self) -> &[usize] {
        match self {
            Self::One(at) => std::slice::from_ref(at),
            Self::Several(all) => all,
        }
    }
}

fn without_algorithm(id: &str) -> &str {
    id.strip_prefix("sha256:").unwrap_or(id)
}
