//! Networks, in their list.

use serde::Deserialize;

use super::time;
use crate::steward::Labels;
use crate::steward::inventory::{Network, NetworkId};

/// A row of `GET /networks`.
#[derive(Deserialize)]
pub(super) struct NetworkRow {
    #[serde(rename = "Id")]
    id: String,
    #[serde(rename = "Name")]
    name: String,
    #[serde(rename = "Driver", default)]
    driver: String,
    #[serde(rename = "Scope", default)]
    scope: String,
    #[serde(rename = "Labels", default)]
    labels: Option<Labels>,
    #[serde(rename = "Created", default)]
    created: String,
}

pub(super) fn network(row: NetworkRow) -> Network {
    let id = NetworkId::new(row.id);
    let faults = if id.is_full() { Vec::new() } else { vec!["its ID is not whole".to_owned()] };
    Network {
        id,
        name: row.name,
        driver: row.driver,
        scope: row.scope,
        labels: row.labels.unwrap_or_default(),
        created: time(&row.created),
        faults,
    }
}
