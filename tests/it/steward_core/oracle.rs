//! The classification table a second time, slow and simple: who uses whom is asked of every pair.
use std::collections::BTreeMap;

use docker_steward::ssot::{Evidence, Policy};
use docker_steward::steward::inventory::{Container, Image, Inventory, Key, Mount, Network, State, Volume};
use docker_steward::steward::{Audit, Class, Labels};
use jiff::Timestamp;

use crate::support::inventory::Engine;

/// One row, by what it is.
#[derive(Clone, Copy)]
pub(super) enum It<'a> {
    Container(&'a Container),
    Image(&'a Image, Option<&'a str>),
    Volume(&'a Volume),
    Network(&'a Network),
}

pub(super) fn rows(world: &Inventory) -> Vec<It<'_>> {
    let mut rows: Vec<It<'_>> = world.containers.iter().map(It::Container).collect();
    for image in &world.images {
        let references = if image.tags.is_empty() { &image.digests } else { &image.tags };
        rows.extend(references.iter().map(|it| It::Image(image, Some(it))));
        if references.is_empty() {
            rows.push(It::Image(image, None));
        }
    }
    rows.extend(world.volumes.iter().map(It::Volume));
    rows.extend(world.networks.iter().map(It::Network));
    rows
}

impl It<'_> {
    pub(super) fn key(&self) -> Key {
        match *self {
            It::Container(it) => Key::Container { id: it.id.clone() },
            It::Image(it, name) => Key::Image { id: it.id.clone(), reference: name.map(Into::into) },
            It::Volume(it) => Key::Volume { name: it.name.clone() },
            It::Network(it) => Key::Network { id: it.id.clone() },
        }
    }

    fn labels(&self) -> &Labels {
        match self {
            It::Container(it) => &it.labels,
            It::Image(it, _) => &it.labels,
            It::Volume(it) => &it.labels,
            It::Network(it) => &it.labels,
        }
    }
}

/// Whether a text matches a pattern whose only wildcard is `*`.
fn glob(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, rest)) => text.strip_prefix(head).is_some_and(|text| {
            (0..=text.len()).filter(|at| text.is_char_boundary(*at)).any(|at| glob(rest, &text[at..]))
        }),
    }
}

fn fold(text: &str) -> String {
    text.to_lowercase().replace(['_', '.'], "-")
}

/// Whether a pattern matches from the start of a text or from behind any separator in it.
fn broad(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (fold(pattern), fold(text));
    let starts = text.char_indices().filter(|(_, it)| "-/:@".contains(*it)).map(|(at, _)| at + 1);
    [0].into_iter().chain(starts).any(|at| glob(&pattern, &text[at..]))
}

fn short(reference: &str) -> &str {
    let it = reference.strip_prefix("docker.io/").unwrap_or(reference);
    it.strip_prefix("library/").unwrap_or(it)
}

fn split(reference: &str) -> (String, Option<String>) {
    let name = reference.split('@').next().unwrap();
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository.to_owned(), Some(tag.to_owned())),
        _ => (name.to_owned(), None),
    }
}

fn reference_facets(reference: &str) -> Vec<String> {
    let reference = short(reference);
    let (repository, tag) = split(reference);
    let parts: Vec<String> = repository.split('/').map(str::to_owned).collect();
    [vec![reference.to_owned(), repository], parts, tag.into_iter().collect()].concat()
}

fn image_facets(image: &Image) -> Vec<String> {
    image.tags.iter().chain(&image.digests).flat_map(|it| reference_facets(it)).collect()
}

fn facets(row: &It<'_>, world: &Inventory) -> Vec<String> {
    let mut all = match row {
        It::Container(it) => {
            let mut all = reference_facets(&it.image);
            all.push(it.name.to_string());
            let from = world.images.iter().filter(|image| Some(&image.id) == it.image_id.as_ref());
            all.extend(from.flat_map(image_facets));
            all
        }
        It::Image(it, _) => image_facets(it),
        It::Volume(it) => vec![it.name.to_string()],
        It::Network(it) => vec![it.name.to_string()],
    };
    if let Some(project) = row.labels().get("com.docker.compose.project") {
        all.extend([project.to_owned(), format!("{project}-")]);
    }
    all
}

fn protected(row: &It<'_>, world: &Inventory, policy: &Policy) -> bool {
    let facets = facets(row, world);
    let rules = &policy.protected;
    let docker = matches!(row, It::Network(it) if ["bridge", "host", "none"].contains(&it.name.as_str()) || it.scope == "swarm");
    docker
        || facets.iter().any(|facet| {
            rules.patterns.iter().any(|it| broad(it.as_str(), facet))
                || rules.names.iter().any(|it| fold(it.as_str()) == fold(facet))
        })
        || row.labels().iter().any(|(key, value)| {
            rules.labels.iter().any(|rule| {
                fold(&rule.key) == fold(key) && rule.value.as_ref().is_none_or(|it| fold(it) == fold(value))
            })
        })
}

fn own_names(row: &It<'_>) -> Vec<String> {
    match row {
        It::Container(it) => vec![it.name.to_string()],
        It::Image(_, Some(name)) => vec![short(name).to_owned(), split(short(name)).0],
        It::Image(_, None) => vec![],
        It::Volume(it) => vec![it.name.to_string()],
        It::Network(it) => vec![it.name.to_string()],
    }
}

fn expected(row: &It<'_>, policy: &Policy) -> bool {
    let list = match row {
        It::Container(_) => &policy.expected.containers,
        It::Image(..) => &policy.expected.images,
        It::Volume(_) => &policy.expected.volumes,
        It::Network(_) => &policy.expected.networks,
    };
    own_names(row).iter().any(|name| list.iter().any(|it| glob(short(it.name.as_str()), name)))
}

fn means_image(text: &str, image: &Image) -> bool {
    let id = image.id.as_str();
    let names = || image.tags.iter().chain(&image.digests);
    text == id
        || names()
            .any(|name| name == text || name == short(text) || *name == format!("{}:latest", short(text)))
        || (text.len() >= 12 && id["sha256:".len()..].starts_with(text))
}

fn means_container(text: &str, it: &Container) -> bool {
    text == it.name || text == it.id.as_str() || (text.len() == 12 && it.id.as_str().starts_with(text))
}

fn touches(path: &str, folder: &str) -> bool {
    let within = |inner: &str, outer: &str| inner == outer || inner.starts_with(&format!("{outer}/"));
    !path.is_empty() && !folder.is_empty() && (within(path, folder) || within(folder, path))
}

/// Whether one row uses another.
pub(super) fn uses(from: &It<'_>, to: &It<'_>) -> bool {
    match (from, to) {
        (It::Container(a), It::Image(image, _)) => {
            a.image_id.as_ref() == Some(&image.id)
                || means_image(&a.image, image)
                || a.mounts
                    .iter()
                    .any(|it| matches!(it, Mount::Image { reference } if means_image(reference, image)))
        }
        (It::Container(a), It::Volume(volume)) => a.mounts.iter().any(|it| match it {
            Mount::Volume { name, source } => *name == volume.name || touches(source, &volume.mountpoint),
            Mount::Bind { source } => touches(source, &volume.mountpoint),
            Mount::Image { .. } | Mount::Other => false,
        }),
        (It::Container(a), It::Network(net)) => {
            let id = net.id.as_str();
            a.networks.iter().any(|it| it.id == id || (it.id.is_empty() && it.name == net.name))
                || [net.name.as_str(), id, &id[..12]].contains(&a.network_mode.as_str())
        }
        (It::Container(a), It::Container(b)) if a.id != b.id => {
            a.network_mode.strip_prefix("container:").is_some_and(|it| means_container(it, b))
                || a.detail.iter().flat_map(|it| &it.volumes_from).any(|it| means_container(it, b))
                || b.linked_by.iter().any(|it| means_container(it, a))
        }
        (It::Image(a, _), It::Image(b, _)) => a.parent.as_ref() == Some(&b.id) && from.key() != to.key(),
        _ => false,
    }
}

fn hidden(row: &It<'_>, world: &Inventory) -> bool {
    matches!(row, It::Image(it, None) if world.images.iter().any(|child| child.parent.as_ref() == Some(&it.id)))
}

fn kept(row: &It<'_>, world: &Inventory, policy: &Policy) -> bool {
    use docker_steward::steward::Kind;
    let (kind, own) = match row {
        It::Container(it) => {
            let rm = it.detail.as_ref().is_some_and(|it| it.auto_remove);
            let odd = matches!(it.state, State::Dead | State::Removing | State::Other(_));
            (Kind::Container, !it.faults.is_empty() || odd || (rm && it.state.is_active()))
        }
        It::Image(it, _) => (Kind::Image, !it.faults.is_empty()),
        It::Volume(it) => {
            let elsewhere = it.driver != "local" || !it.options.is_empty() || it.mountpoint.is_empty();
            let anonymous = it.name.len() == 64 && policy.retention.anonymous_volumes.is_none();
            (Kind::Volume, !it.faults.is_empty() || elsewhere || anonymous)
        }
        It::Network(it) => (Kind::Network, !it.faults.is_empty()),
    };
    own || world.unreadable.iter().any(|it| it.kind == Kind::Container || it.kind == kind)
        || world.containers.iter().any(|it| !it.faults.is_empty())
}

fn blind(row: &It<'_>, world: &Inventory) -> bool {
    let It::Container(a) = row else { return false };
    let shares = |b: &Container| {
        a.mounts.iter().any(|x| {
            b.mounts.iter().any(|y| match (x, y) {
                (Mount::Volume { name, .. }, Mount::Volume { name: other, .. }) => name == other,
                (Mount::Bind { source }, Mount::Bind { source: other }) => source == other,
                _ => false,
            })
        })
    };
    world.containers.iter().any(|b| b.detail.is_none() && (a.id == b.id || shares(b)))
}

/// Whether a name or an age could make the row safe at all.
fn may_go(row: &It<'_>, used: bool, engine: &Engine) -> bool {
    let (rules, policy, now) = (&engine.policy.safe_to_delete, &engine.policy, engine.now);
    let clock = engine.inventory.engine_time.is_some_and(|it| now.duration_since(it).abs().as_secs() <= 300);
    let old = |since: Option<Timestamp>, age: std::time::Duration| {
        let sane = since.filter(|it| it.as_second() >= 1_356_998_400 && *it <= now);
        clock && sane.is_some_and(|it| now.duration_since(it).unsigned_abs() >= age)
    };
    let (path, created) = match row {
        It::Container(it) => (format!("container/{}", it.id), it.created),
        It::Image(it, name) => (format!("image/{}/{}", it.id, name.unwrap_or("")), it.last_tag_time),
        It::Volume(it) => (format!("volume/{}", it.name), it.created),
        It::Network(it) => (format!("network/{}", it.id), it.created),
    };
    let seen = engine.ledger.entries.get(&path);
    let named = own_names(row).iter().any(|name| rules.patterns.iter().any(|it| glob(it.as_str(), name)));
    let aged = rules.min_age.is_zero()
        || old(created, rules.min_age)
        || old(seen.map(|it| it.first_seen), rules.min_age);
    let watched = engine.ledger.last_look.is_some_and(|it| now.duration_since(it).as_secs() <= 8 * 86_400);
    let unused = seen.and_then(|it| it.unused_since).filter(|_| watched);
    let keep = &policy.retention;
    let (max_age, since) = match row {
        It::Container(it) => (
            keep.stopped_containers.filter(|_| it.state == State::Exited).map(|it| it.max_age),
            it.detail.as_ref().and_then(|it| it.finished_at),
        ),
        It::Image(it, _) if it.tags.is_empty() && it.digests.is_empty() => {
            (keep.dangling_images.map(|it| it.max_age), unused)
        }
        It::Image(it, _) => match keep.unused_images {
            Some(rule) if rule.evidence == Evidence::Pulled => (Some(rule.max_age), it.last_tag_time),
            rule => (rule.map(|it| it.max_age), unused),
        },
        It::Volume(it) if it.name.len() == 64 => (keep.anonymous_volumes.map(|it| it.max_age), unused),
        It::Volume(_) => (keep.unused_volumes.map(|it| it.max_age), unused),
        It::Network(_) => (keep.unused_networks.map(|it| it.max_age), unused),
    };
    (named && aged) || (!used && max_age.is_some_and(|age| age.is_zero() || old(since, age)))
}

/// The class of every row that is a resource of its own.
pub(super) fn classes(engine: &Engine) -> BTreeMap<Key, Class> {
    let (world, policy) = (&engine.inventory, &engine.policy);
    let rows = rows(world);
    let users: Vec<Vec<usize>> =
        rows.iter().map(|used| (0..rows.len()).filter(|user| uses(&rows[*user], used)).collect()).collect();
    let mut class: Vec<Option<Class>> = rows
        .iter()
        .map(|row| match (protected(row, world, policy), expected(row, policy)) {
            (true, _) => Some(Class::Protected),
            (_, true) => Some(Class::Expected),
            _ => None,
        })
        .collect();
    let spread = |class: &mut Vec<Option<Class>>, what: Class, over: Option<Class>| {
        for _ in 0..rows.len() {
            for at in 0..rows.len() {
                if class[at] == over && users[at].iter().any(|user| class[*user] == Some(what)) {
                    class[at] = Some(what);
                }
            }
        }
    };
    spread(&mut class, Class::Protected, None);
    spread(&mut class, Class::Expected, None);
    for at in 0..rows.len() {
        let row = &rows[at];
        let open = !kept(row, world, policy)
            && (hidden(row, world) || (!blind(row, world) && may_go(row, !users[at].is_empty(), engine)));
        class[at] = class[at].or(Some(if open { Class::SafeToDelete } else { Class::Unknown }));
    }
    spread(&mut class, Class::Unknown, Some(Class::SafeToDelete));
    let own = rows.iter().zip(class).filter(|(row, _)| !hidden(row, world));
    own.map(|(row, class)| (row.key(), class.unwrap())).collect()
}

/// The same of an audit.
pub(super) fn classes_of(audit: &Audit) -> BTreeMap<Key, Class> {
    audit.resources.iter().map(|it| (it.key.clone(), it.class())).collect()
}
