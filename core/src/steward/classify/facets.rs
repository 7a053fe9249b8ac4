//! The facets of a resource, which are everything by which it may be protected, and what protects them.

use std::cell::{OnceCell, RefCell};

use foldhash::HashMap;
use smallvec::SmallVec;

use super::protection::{Place, Protection};
use crate::ssot::Folded;
use crate::steward::graph::Row;
use crate::steward::inventory::{Image, ImageId, Network, Volume};
use crate::steward::labels::Labels;
use crate::steward::reference::{each_facet, normalise};

/// One facet: a text that stands in the inventory, and what is thought behind it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Facet<'a>(pub(super) &'a str, pub(super) &'static str);

/// A rule that protects, and the facet that it matches.
type Hit<'a> = (Place, Facet<'a>);

/// The same with what the facet is.
pub(super) type Told<'a> = (Place, &'static str, Facet<'a>);

/// What protects a row: seldom more than a few.
pub(super) type Protecting<'a> = SmallVec<[Told<'a>; 3]>;

/// The facets of all resources. The same image, part of a name and Compose project stand on many of them: each is
/// asked once.
pub(super) struct Facets<'a> {
    protection: &'a Protection,
    images: HashMap<&'a ImageId, (&'a Image, OnceCell<Vec<Hit<'a>>>)>,
    parts: Known<'a>,
    projects: Known<'a>,
    scratch: RefCell<Scratch>,
}

/// Places to work in, which every question uses anew.
struct Scratch {
    folded: Folded,
    found: Vec<usize>,
}

/// What is told of every hit.
type Tell<'t, 'a> = &'t mut dyn FnMut(Place, Facet<'a>);

impl<'a> Facets<'a> {
    /// Of the images those that are `clear` are known to be protected by nothing that they are called.
    pub(super) fn of(protection: &'a Protection, images: &'a [Image], clear: &[bool]) -> Self {
        let known = |at| if clear.get(at) == Some(&true) { Vec::new().into() } else { OnceCell::new() };
        Self {
            protection,
            images: images.iter().enumerate().map(|(at, it)| (&it.id, (it, known(at)))).collect(),
            parts: Known::default(),
            projects: Known::default(),
            scratch: RefCell::new(Scratch { folded: Folded::new(""), found: Vec::new() }),
        }
    }

    /// The rules that protect the row, in order. Of several facets that one rule matches, the first tells why.
    pub(super) fn protecting(&self, row: &Row<'a>) -> Protecting<'a> {
        let mut found = Protecting::new();
        match *row {
            Row::Container(it) => {
                const MADE_FROM: &str = "the image it was made from";
                self.ask(Facet(&it.name, ""), &mut told_of("its name", &mut found));
                let image = it.image_id.as_ref().and_then(|id| self.images.get(id));
                let hits = image.map(|(image, hits)| (image, hits.get_or_init(|| self.image(image))));
                // Where nothing protects the image, no name of it does.
                let asked = hits.is_some_and(|(image, hits)| hits.is_empty() && is_called(image, &it.image));
                if !asked {
                    self.reference(&it.image, &mut told_of(MADE_FROM, &mut found));
                    again(hits.map_or(&[], |(_, hits)| hits), &mut told_of(MADE_FROM, &mut found));
                }
            }
            Row::Image(it, reference) => {
                let by_itself;
                let hits = match self.images.get(&it.id) {
                    Some((known, hits)) if std::ptr::eq(*known, it) => hits.get_or_init(|| self.image(it)),
                    // The engine listed the ID twice: each is asked by what it is called itself.
                    _ => {
                        by_itself = self.image(it);
                        &by_itself
                    }
                };
                if let Some(reference) = reference.filter(|_| !hits.is_empty()) {
                    self.reference(reference, &mut told_of("its name", &mut found));
                }
                again(hits, &mut told_of("another name of the same image", &mut found));
            }
            Row::Volume(Volume { name, .. }) | Row::Network(Network { name, .. }) => {
                self.ask(Facet(name, ""), &mut told_of("its name", &mut found));
            }
        }
        let compose = Compose::of(row.labels());
        if let Some(project) = compose.project {
            self.project(project, &mut told_of("its Compose project", &mut found));
        }
        for name in compose.names.into_iter().flatten() {
            self.part(name, &mut told_of("its name in Compose", &mut found));
        }
        found.sort_unstable_by_key(|(place, ..)| *place);
        found
    }

    fn image(&self, image: &'a Image) -> Vec<Hit<'a>> {
        let mut hits = Vec::new();
        for reference in image.tags.iter().chain(&image.digests) {
            self.reference(reference, &mut |place, facet| hits.push((place, facet)));
        }
        hits
    }

    fn reference(&self, reference: &'a str, tell: Tell<'_, 'a>) {
        let reference = normalise(reference);
        each_facet(reference, &mut |part| {
            // The whole is seldom met again, its parts often are.
            let whole = part.len() == reference.len();
            if whole { self.ask(Facet(part, ""), tell) } else { self.part(part, tell) }
        });
    }

    /// The project counts with a separator behind it, too, so that the project `prod` is protected by `prod-*`:
    /// that is how Compose names everything in it.
    fn project(&self, project: &'a str, tell: Tell<'_, 'a>) {
        self.projects.get(project, tell, |tell| {
            self.ask(Facet(project, ""), tell);
            self.ask(Facet(project, "-"), tell);
        });
    }

    fn part(&self, text: &'a str, tell: Tell<'_, 'a>) {
        self.parts.get(text, tell, |tell| self.ask(Facet(text, ""), tell));
    }

    fn ask(&self, facet: Facet<'a>, tell: Tell<'_, 'a>) {
        let Scratch { folded, found } = &mut *self.scratch.borrow_mut();
        match facet {
            Facet(text, "") => folded.set(text),
            Facet(text, then) => folded.set(&[text, then].concat()),
        }
        self.protection.each(folded, found, |place| tell(place, facet));
    }
}

/// Keeps what it is told, with what the facet is; of each rule only the first hit.
fn told_of<'f, 'a>(
    what: &'static str,
    found: &'f mut Protecting<'a>,
) -> impl FnMut(Place, Facet<'a>) + use<'f, 'a> {
    move |place, facet| {
        if !found.iter().any(|(known, ..)| *known == place) {
            found.push((place, what, facet));
        }
    }
}

/// Tells of hits that were found before.
fn again<'a>(hits: &[Hit<'a>], tell: Tell<'_, 'a>) {
    for (place, facet) in hits {
        tell(*place, *facet);
    }
}

/// Whether this is one of the image's own names.
fn is_called(image: &Image, reference: &str) -> bool {
    let name = normalise(reference);
    image.tags.iter().chain(&image.digests).any(|it| it == name)
}

/// What Compose calls a resource.
#[derive(Default)]
struct Compose<'a> {
    project: Option<&'a str>,
    /// The service counts too: `root-n8n-1` is the n8n of whoever ran Compose in `/root`.
    names: [Option<&'a str>; 3],
}

impl<'a> Compose<'a> {
    fn of(labels: &'a Labels) -> Self {
        let mut compose = Self::default();
        for (key, value) in labels.iter() {
            match key.strip_prefix("com.docker.compose.") {
                Some("project") => compose.project = Some(value),
                Some("service") => compose.names[0] = Some(value),
                Some("volume") => compose.names[1] = Some(value),
                Some("network") => compose.names[2] = Some(value),
                _ => {}
            }
        }
        compose
    }
}

/// What has been asked already. Nearly always nothing was found, and that takes no memory of its own.
#[derive(Default)]
struct Known<'a>(RefCell<HashMap<&'a str, Vec<Hit<'a>>>>);

impl<'a> Known<'a> {
    fn get(&self, text: &'a str, tell: Tell<'_, 'a>, ask: impl FnOnce(Tell<'_, 'a>)) {
        let mut known = self.0.borrow_mut();
        let hits = known.entry(text).or_insert_with(|| {
            let mut hits = Vec::new();
            ask(&mut |place, facet| hits.push((place, facet)));
            hits
        });
        again(hits, tell);
    }
}
