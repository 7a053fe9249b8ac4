//! What two audits differ by.

use std::collections::BTreeMap;

use arcstr::ArcStr;

use super::AuditRecord;
use crate::steward::{Class, Kind};

/// Something that is not in the later audit as it was in the earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The kind of the resource.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// How it was.
    pub before: Presence,
    /// How it is.
    pub after: Presence,
}

impl Difference {
    /// `+` for what came, `-` for what went, `~` for what is something else now.
    pub const fn sign(&self) -> &'static str {
        match (matches!(self.before, Presence::There(_)), matches!(self.after, Presence::There(_))) {
            (false, true) => "+",
            (true, false) => "-",
            (true, true) | (false, false) => "~",
        }
    }
}

/// How a name stands in an audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It is not in it.
    Absent,
    /// It should be there, and is not.
    Missing,
    /// It is there, with this class.
    There(Class),
}

/// Everything that differs, by kind and name.
pub fn compare(earlier: &AuditRecord, later: &AuditRecord) -> Vec<Difference> {
    let (before, after) = (presences(earlier), presences(later));
    let mut keys: Vec<_> = before.keys().chain(after.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter()
        .filter_map(|key| {
            let of =
                |all: &BTreeMap<(usize, &str), Presence>| all.get(key).copied().unwrap_or(Presence::Absent);
            let (before, after) = (of(&before), of(&after));
            let (kind, name) = (Kind::ALL[key.0], key.1.to_owned());
            (before != after).then_some(Difference { kind, name, before, after })
        })
        .collect()
}

fn presences(record: &AuditRecord) -> BTreeMap<(usize, &str), Presence> {
    let mut all = BTreeMap::new();
    for (at, kind) in Kind::ALL.into_iter().enumerate() {
        for (presence, names) in lists(record, kind) {
            for name in names {
                // What should be there under a name and what is there under it are told apart by the engine;
                // a name that is there is not missing.
                all.insert((at, name.as_str()), presence);
            }
        }
    }
    all
}

/// The lists of a kind, those that count most last.
pub fn lists(it: &AuditRecord, kind: Kind) -> [(Presence, &Vec<ArcStr>); 5] {
    let (missing, unknown, safe, expected, protected) = match kind {
        Kind::Container => (
            &it.containers_missing,
            &it.containers_extra,
            &it.containers_safe_delete,
            &it.containers_expected,
            &it.containers_protected,
        ),
        Kind::Image => (
            &it.images_missing,
            &it.images_extra,
            &it.images_safe_delete,
            &it.images_expected,
            &it.images_protected,
        ),
        Kind::Volume => (
            &it.volumes_missing,
            &it.volumes_extra,
            &it.volumes_safe_delete,
            &it.volumes_expected,
            &it.volumes_protected,
        ),
        Kind::Network => (
            &it.networks_missing,
            &it.networks_extra,
            &it.networks_safe_delete,
            &it.networks_expected,
            &it.networks_protected,
        ),
    };
    [
        (Presence::Missing, missing),
        (Presence::There(Class::Unknown), unknown),
        (Presence::There(Class::SafeToDelete), safe),
        (Presence::There(Class::Expected), expected),
        (Presence::There(Class::Protected), protected),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_what_went_and_what_changed() {
        let record = |text: &str| serde_json::from_str::<AuditRecord>(text).unwrap();
        let earlier = record(
            r#"{"timestamp":"2026-05-01T00:00:00Z","env":"staging","containers_extra":["a","b"],
            "volumes_expected":["data"],"images_missing":["odoo:18"]}"#,
        );
        let later = record(
            r#"{"timestamp":"2026-05-02T00:00:00Z","env":"staging","containers_extra":["a"],
            "containers_safe_delete":["b","c"],"images_expected":["odoo:18"]}"#,
        );
        let told: Vec<String> = compare(&earlier, &later)
            .iter()
            .map(|it| format!("{} {} {:?} {:?}", it.kind, it.name, it.before, it.after))
            .collect();
        assert_eq!(
            told,
            [
                "container b There(Unknown) There(SafeToDelete)",
                "container c Absent There(SafeToDelete)",
                "image odoo:18 Missing There(Expected)",
                "volume data There(Expected) Absent",
            ]
        );
        assert!(compare(&later, &later).is_empty());
    }
}
