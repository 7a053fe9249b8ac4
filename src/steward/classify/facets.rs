//! The facets of a resource: everything by which it may be protected.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::steward::graph::Row;
use crate::steward::inventory::{Image, ImageId};
use crate::steward::reference::{each_facet, normalise};

/// One facet: what it is, and its text.
pub(super) type Facet<'a> = (&'static str, Cow<'a, str>);

/// Everything by which the row may be protected.
pub(super) fn of<'a>(row: &Row<'a>, image_of: &dyn Fn(&ImageId) -> Option<&'a Image>) -> Vec<Facet<'a>> {
    let mut facets: Vec<Facet<'a>> = Vec::with_capacity(8);
    match *row {
        Row::Container(it) => {
            facets.push(("its name", Cow::Borrowed(&it.name)));
            push_reference(&mut facets, "the image it was made from", &it.image);
            if let Some(image) = it.image_id.as_ref().and_then(image_of) {
                push_image(&mut facets, "the image it was made from", image);
            }
            compose(&mut facets, &it.labels);
        }
        Row::Image(it, reference) => {
            if let Some(reference) = reference {
                push_reference(&mut facets, "its name", reference);
            }
            push_image(&mut facets, "another name of the same image", it);
            compose(&mut facets, &it.labels);
        }
        Row::Volume(it) => {
            facets.push(("its name", Cow::Borrowed(&it.name)));
            compose(&mut facets, &it.labels);
        }
        Row::Network(it) => {
            facets.push(("its name", Cow::Borrowed(&it.name)));
            compose(&mut facets, &it.labels);
        }
    }
    facets
}

fn push_image<'a>(facets: &mut Vec<Facet<'a>>, what: &'static str, image: &'a Image) {
    for reference in image.tags.iter().chain(&image.digests) {
        push_reference(facets, what, reference);
    }
}

fn push_reference<'a>(facets: &mut Vec<Facet<'a>>, what: &'static str, reference: &'a str) {
    each_facet(normalise(reference), &mut |part| {
        if !facets.iter().any(|(_, known)| known == part) {
            facets.push((what, Cow::Borrowed(part)));
        }
    });
}

/// The project counts with a separator behind it, so that the project `prod` is protected by `prod-*`:
/// that is how Compose names everything in it. The service counts too: `root-n8n-1` is the n8n of
/// whoever ran Compose in `/root`.
fn compose<'a>(facets: &mut Vec<Facet<'a>>, labels: &'a BTreeMap<String, String>) {
    if let Some(project) = labels.get("com.docker.compose.project") {
        facets.push(("its Compose project", Cow::Borrowed(project)));
        facets.push(("its Compose project", Cow::Owned(format!("{project}-"))));
    }
    for key in ["com.docker.compose.service", "com.docker.compose.volume", "com.docker.compose.network"] {
        if let Some(name) = labels.get(key) {
            facets.push(("its name in Compose", Cow::Borrowed(name)));
        }
    }
}
