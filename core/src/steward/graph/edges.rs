//! Finds who uses whom, row by row.

use std::hash::{Hash, Hasher};

use foldhash::HashMap;

use super::{Number, Row, number};
use crate::steward::index::Index;
use crate::steward::inventory::{Container, Image, ImageId, Kind, Mount};

/// Who uses whom, on its way.
pub(super) struct Edges<'i, 'a> {
    index: &'i Index<'i, 'a>,
    pairs: Vec<(Number, Number)>,
    /// The images and networks that containers name: many name the same ones.
    named: Named<'a>,
}

impl<'i, 'a> Edges<'i, 'a> {
    /// All pairs of a user and what it uses, in order, each once.
    pub(super) fn among(rows: &[Row<'a>]) -> Vec<(Number, Number)> {
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
        self.pairs.extend(others.map(|other| (number(user), number(other))));
    }

    /// The same of what is called by one of two names; `find` tells what that is.
    fn add_named(
        &mut self,
        user: usize,
        (kind, names): (Kind, [&'a str; 2]),
        find: impl FnOnce(&Index<'i, 'a>) -> Vec<usize>,
    ) {
        let found = self.named.get((kind, names.map(Standing)), || find(self.index));
        self.pairs.extend(found.iter().map(|other| (number(user), *other)));
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
struct Named<'a>(HashMap<(Kind, [Standing<'a>; 2]), Box<[Number]>>);

impl<'a> Named<'a> {
    fn get(&mut self, names: (Kind, [Standing<'a>; 2]), find: impl FnOnce() -> Vec<usize>) -> &[Number] {
        self.0.entry(names).or_insert_with(|| {
            let mut found = find();
            found.sort_unstable();
            found.dedup();
            found.into_iter().map(number).collect()
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
