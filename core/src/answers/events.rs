//! What happens.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::steward::Happening;

/// An event of `GET /events`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventRow {
    r#type: String,
    action: String,
    actor: EventActor,
}

#[derive(Deserialize)]
struct EventActor {
    #[serde(rename = "ID", default)]
    id: String,
    #[serde(rename = "Attributes", default)]
    attributes: Option<BTreeMap<String, String>>,
}

/// What it tells of.
pub fn happening(row: EventRow) -> Happening {
    Happening {
        kind: row.r#type,
        action: row.action,
        actor: row.actor.id,
        container: row.actor.attributes.and_then(|mut it| it.remove("container")),
    }
}
