//! Rows 1 to 3 of the table: what a resource is by itself, whoever uses it and whatever was seen before.

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use arcstr::ArcStr;
use foldhash::HashMap;

use crate::shared::joined;
use crate::ssot::{Expectation, NameSet, Policy as Ssot, ProtectName, ProtectPattern};
use crate::steward::audit::{Class, Reason};
use crate::steward::graph::Row;
use crate::steward::inventory::{Image, Kind};
use crate::steward::reference::{normalise, parts};

use super::Decision;
use super::facets::{Facet, Facets, Told};
use super::patterns::Patterns;
use super::protection::Place;

/// What rows 1 to 3 look at.
pub(super) struct Own<'a> {
    ssot: &'a Ssot,
    patterns: &'a Patterns,
    images: &'a [Image],
    clear: &'a [bool],
    /// Not everything needs them.
    facets: OnceCell<Facets<'a>>,
    /// Reasons that are the same for several resources.
    told: RefCell<HashMap<Because<'a>, Arc<Reason>>>,
    titles: OnceCell<[Vec<(ArcStr, ArcStr)>; 2]>,
}

/// What is the reason, by its place in the list of the SSOT.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Because<'a> {
    /// A rule that protects, and the facet that it matches.
    Protected(Told<'a>),
    /// What is expected of a kind.
    Expected(Kind, usize),
    /// A pattern of what may go.
    Safe(usize),
}

pub(super) fn reason(rule: impl Into<ArcStr>, pattern: Option<&str>, text: impl Into<ArcStr>) -> Reason {
    Reason { rule: rule.into(), pattern: pattern.map(ArcStr::from), text: text.into() }
}

impl<'a> Own<'a> {
    /// By a policy, on an engine that has these images.
    pub(super) fn new((ssot, patterns): (&'a Ssot, &'a Patterns), images: &'a [Image]) -> Self {
        Self::knowing((ssot, patterns), images, &[])
    }

    /// The same where it is known which of the images are `clear`: protected by nothing that they are called.
    pub(super) fn knowing(
        (ssot, patterns): (&'a Ssot, &'a Patterns),
        images: &'a [Image],
        clear: &'a [bool],
    ) -> Self {
        Self {
            ssot,
            patterns,
            images,
            clear,
            facets: OnceCell::new(),
            told: RefCell::default(),
            titles: OnceCell::new(),
        }
    }

    /// What rows 1 to 3 say of it.
    pub(super) fn decide(&self, row: &Row<'a>) -> Option<Decision> {
        let protected = self.protected(row).next();
        let expected = || self.expected(row).into_iter().next();
        protected.map(|why| (Class::Protected, why)).or_else(|| expected().map(|why| (Class::Expected, why)))
    }

    /// Rows 1 and 2: what must never be removed, whoever uses it.
    pub(super) fn protected(&self, row: &Row<'a>) -> impl Iterator<Item = Arc<Reason>> {
        let rules = &self.ssot.protected;
        let facets =
            self.facets.get_or_init(|| Facets::of(&self.patterns.protected, self.images, self.clear));
        let row = *row;
        let named = facets.protecting(&row).into_iter().map(move |told| {
            let (.., Facet(facet, _)) = told;
            if std::ptr::eq(facet, row.name().as_str()) {
                // Nobody else is called so.
                return Arc::new(self.protects(&told));
            }
            self.told(Because::Protected(told), || self.protects(&told))
        });
        let labelled = rules.labels.iter().enumerate().filter_map(move |(at, label)| {
            let (key, value) = row.labels().iter().find(|(key, value)| label.matches(key, value))?;
            let text = format!("it carries the protected label {key}={value}");
            Some(Arc::new(reason(format!("protected.labels[{at}]"), Some(key), text)))
        });
        let docker = std::iter::once_with(move || docker_owns(&row)).flatten().map(Arc::new);
        named.chain(labelled).chain(docker)
    }

    fn protects(&self, (place, what, Facet(facet, then)): &Told<'a>) -> Reason {
        let (rule, pattern) = self.title(*place);
        let text = match place {
            Place::Name(_) => joined(&[what, " is the protected name ", &pattern]),
            Place::Pattern(_) => {
                joined(&[what, " (", facet, then, ") matches the protected pattern ", &pattern])
            }
        };
        Reason { rule, pattern: Some(pattern), text }
    }

    /// A rule that protects, as the SSOT places and as it spells it.
    fn title(&self, place: Place) -> (ArcStr, ArcStr) {
        fn titles<'t>(list: &str, texts: impl Iterator<Item = &'t str>) -> Vec<(ArcStr, ArcStr)> {
            texts
                .enumerate()
                .map(|(at, text)| (arcstr::format!("protected.{list}[{at}]"), text.into()))
                .collect()
        }
        let rules = &self.ssot.protected;
        let [names, patterns] = self.titles.get_or_init(|| {
            let names = titles("names", rules.names.iter().map(ProtectName::as_str));
            [names, titles("patterns", rules.patterns.iter().map(ProtectPattern::as_str))]
        });
        match place {
            Place::Name(at) => names[at].clone(),
            Place::Pattern(at) => patterns[at].clone(),
        }
    }

    /// Row 3: what belongs to the environment.
    pub(super) fn expected(&self, row: &Row<'a>) -> Vec<Arc<Reason>> {
        let kind = row.kind();
        let told = |at: usize| {
            self.told(Because::Expected(kind, at), || {
                let name = self.expectations(kind)[at].name.as_str();
                let rule = format!("expected.{}[{at}]", kind.plural());
                let text =
                    format!("it belongs to {}: its name matches {name}", self.ssot.environment.as_str());
                reason(rule, Some(name), text)
            })
        };
        self.expectations_met(row).into_iter().map(told).collect()
    }

    pub(super) fn told(&self, why: Because<'a>, tell: impl FnOnce() -> Reason) -> Arc<Reason> {
        Arc::clone(self.told.borrow_mut().entry(why).or_insert_with(|| Arc::new(tell())))
    }

    /// The SSOT's entries, by their place in its list, that this row meets, whatever its class is.
    pub(super) fn expectations_met(&self, row: &Row<'a>) -> Vec<usize> {
        matching(self.patterns.expected(row.kind()), row)
    }

    /// The SSOT's entries for a kind.
    pub(super) fn expectations(&self, kind: Kind) -> &'a [Expectation] {
        match kind {
            Kind::Container => &self.ssot.expected.containers,
            Kind::Image => &self.ssot.expected.images,
            Kind::Volume => &self.ssot.expected.volumes,
            Kind::Network => &self.ssot.expected.networks,
        }
    }
}

/// The places of all patterns that match one of the row's names, in order.
pub(super) fn matching(set: &NameSet, row: &Row<'_>) -> Vec<usize> {
    let mut all = Vec::new();
    for name in names(row) {
        set.find(name, &mut all);
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// The names by which a row is matched narrowly: an image's reference and its repository.
fn names<'r>(row: &'r Row<'_>) -> impl Iterator<Item = &'r str> {
    let (name, repository) = match row {
        Row::Image(_, Some(reference)) => {
            let name = normalise(reference);
            (Some(name), Some(parts(name).repository))
        }
        // An ID is no name: a pattern cannot mean it.
        Row::Image(_, None) => (None, None),
        other => (Some(other.name().as_str()), None),
    };
    name.into_iter().chain(repository)
}

/// Row 2: what Docker made for itself, or Swarm will make again.
fn docker_owns(row: &Row<'_>) -> Option<Reason> {
    if let Row::Network(it) = row
        && matches!(it.name.as_str(), "bridge" | "host" | "none")
    {
        return Some(reason("docker", None, "it is one of Docker's own networks"));
    }
    let labelled = row
        .labels()
        .iter()
        .any(|(key, _)| key.starts_with("com.docker.swarm.") || key == "com.docker.stack.namespace");
    let swarm_network = matches!(row, Row::Network(it)
        if it.scope == "swarm" || it.name == "ingress" || it.name == "docker_gwbridge");
    let swarm_volume = matches!(row, Row::Volume(it) if it.scope == "global" && it.driver == "csi");
    (labelled || swarm_network || swarm_volume)
        .then(|| reason("swarm", None, "it belongs to Swarm, which would make it again"))
}
