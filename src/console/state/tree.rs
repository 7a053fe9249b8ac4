//! Who uses a resource and what it uses, as a small tree to walk through: image → containers → volumes.

use std::collections::HashMap;

use crate::steward::{Audit, Class, Key, Resource};
use crate::text::sanitise;

/// Users that are shown; more than that is no small tree.
const USERS: usize = 40;
/// What is shown under each of them.
const UNDER: usize = 8;

/// One resource in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub key: Key,
    /// What it is called: `container odoo`.
    pub name: String,
    /// Its class.
    pub class: Class,
    /// Whether it uses the resource at the root, or is used by it.
    pub is_user: bool,
    /// Whether it stands under the one before that is not: a user's own things.
    pub under: bool,
}

/// The tree around a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// Users first, each with what else it uses; then what the resource itself uses.
    pub links: Vec<Link>,
    /// How many are left out.
    pub left_out: usize,
}

impl Tree {
    /// The tree around `root`.
    pub fn around(audit: &Audit, root: &Resource) -> Self {
        let mut uses: HashMap<&str, Vec<&Resource>> = HashMap::new();
        for it in &audit.resources {
            for user in &it.used_by {
                uses.entry(user).or_default().push(it);
            }
        }
        let by_path: HashMap<String, &Resource> = match root.used_by.len() {
            0 => HashMap::new(),
            _ => audit.resources.iter().map(|it| (it.path(), it)).collect(),
        };
        let mut tree = Self::default();
        for (at, path) in root.used_by.iter().enumerate() {
            let Some(user) = by_path.get(path.as_str()) else { continue };
            if at >= USERS {
                tree.left_out = root.used_by.len() - at;
                break;
            }
            tree.links.push(link(user, true, false));
            let others = uses.get(path.as_str()).into_iter().flatten().filter(|it| it.key != root.key);
            let others: Vec<&&Resource> = others.collect();
            tree.links.extend(others.iter().take(UNDER).map(|it| link(it, true, true)));
            tree.left_out += others.len().saturating_sub(UNDER);
        }
        let own = uses.get(root.path().as_str()).map(Vec::as_slice).unwrap_or_default();
        tree.links.extend(own.iter().take(USERS).map(|it| link(it, false, false)));
        tree.left_out += own.len().saturating_sub(USERS);
        tree
    }
}

fn link(it: &Resource, is_user: bool, under: bool) -> Link {
    let name = match &it.key {
        Key::Image { id, reference: None } => format!("image <none> {}", id.short()),
        _ => format!("{} {}", it.kind(), sanitise(&it.name)),
    };
    Link { key: it.key.clone(), name, class: it.class(), is_user, under }
}
