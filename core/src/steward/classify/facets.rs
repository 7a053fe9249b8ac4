//! The facets of a resource, which are everything by which it may be protected, and what protects them.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use foldhash::HashMap;

use super::protection::{Place, Protection};
use crate::ssot::{Folded, Protected};
use crate::steward::graph::Row;
use crate::steward::inventory::{Image, ImageId};
use crate::steward::labels::Labels;
use crate::steward::reference::{each_facet, normalise};

/// One facet: what it is, and its text.
pub(super) type Facet<'a> = (&'static str, Cow<'a, str>);

/// A rule that protects, and the facet that it matches.
type Hit<'a> = (Place, Cow<'a, str>);

/// The facets of all resources. The same image, part of a name and Compose project stand on many of them: each is
/// asked once.
pub(super) struct Facets<'a> {
    protection: Protection,
    images: HashMap<&'a ImageId, (&'a Image, OnceCell<Vec<Hit<'a>>>)>,
    parts: Known<'a>,
    projects: Known<'a>,
    folded: RefCell<Folded>,
}

impl<'a> Facets<'a> {
    pub(super) fn of(rules: &Protected, images: &'a [Image]) -> Self {
        Self {
            protection: Protection::of(rules),
            images: images.iter().map(|image| (&image.id, (image, OnceCell::new()))).collect(),
            parts: Known::default(),
            projects: Known::default(),
            folded: RefCell::new(Folded::new("")),
        }
    }

    /// The rules that protect the row. Of several facets that one rule matches, the first tells why.
    pub(super) fn protecting(&self, row: &Row<'a>) -> BTreeMap<Place, Facet<'a>> {
        let mut found = BTreeMap::new();
        let mut add = |what, hits: &[Hit<'a>]| {
            for (place, facet) in hits {
                found.entry(*place).or_insert_with(|| (what, facet.clone()));
            }
        };
        match *row {
            Row::Container(it) => {
                const MADE_FROM: &str = "the image it was made from";
                add("its name", &self.ask(&Cow::Borrowed(&it.name)));
                let image = it.image_id.as_ref().and_then(|id| self.images.get(id));
                let hits = image.map(|(image, hits)| (image, hits.get_or_init(|| self.image(image))));
                // Where nothing protects the image, no name of it does.
                let asked = hits.is_some_and(|(image, hits)| hits.is_empty() && is_called(image, &it.image));
                if !asked {
                    add(MADE_FROM, &self.reference(&it.image));
                    add(MADE_FROM, hits.map_or(&[], |(_, hits)| hits));
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
                    add("its name", &self.reference(reference));
                }
                add("another name of the same image", hits);
            }
            Row::Volume(it) => add("its name", &self.ask(&Cow::Borrowed(&it.name))),
            Row::Network(it) => add("its name", &self.ask(&Cow::Borrowed(&it.name))),
        }
        let compose = Compose::of(row.labels());
        if let Some(project) = compose.project {
            add("its Compose project", &self.project(project));
        }
        for name in compose.names.into_iter().flatten() {
            add("its name in Compose", &self.part(name));
        }
        found
    }

    fn image(&self, image: &'a Image) -> Vec<Hit<'a>> {
        image.tags.iter().chain(&image.digests).flat_map(|reference| self.reference(reference)).collect()
    }

    fn reference(&self, reference: &'a str) -> Vec<Hit<'a>> {
        let mut hits = Vec::new();
        let reference = normalise(reference);
        each_facet(reference, &mut |part| {
            // The whole is seldom met again, its parts often are.
            let whole = part.len() == reference.len();
            hits.extend(if whole { self.ask(&Cow::Borrowed(part)) } else { self.part(part) });
        });
        hits
    }

    /// The project counts with a separator behind it, too, so that the project `prod` is protected by `prod-*`:
    /// that is how Compose names everything in it.
    fn project(&self, project: &'a str) -> Vec<Hit<'a>> {
        self.projects.get(project, || {
            let mut hits = self.ask(&Cow::Borrowed(project));
            hits.extend(self.ask(&Cow::Owned(format!("{project}-"))));
            hits
        })
    }

    fn part(&self, text: &'a str) -> Vec<Hit<'a>> {
        self.parts.get(text, || self.ask(&Cow::Borrowed(text)))
    }

    fn ask(&self, facet: &Cow<'a, str>) -> Vec<Hit<'a>> {
        let mut folded = self.folded.borrow_mut();
        folded.set(facet);
        self.protection.asked(&folded).into_iter().map(|place| (place, facet.clone())).collect()
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
    fn get(&self, text: &'a str, ask: impl FnOnce() -> Vec<Hit<'a>>) -> Vec<Hit<'a>> {
        if let Some(known) = self.0.borrow().get(text) {
            return known.clone();
        }
        let found = ask();
        self.0.borrow_mut().insert(text, found.clone());
        found
    }
}
