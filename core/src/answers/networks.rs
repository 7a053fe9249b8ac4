//! Networks, in their list.

use serde::Deserialize;

use super::rows::Told;
use super::texts::{LabelRow, Text, Texts};
use super::time;
use crate::steward::inventory::{Network, NetworkId};

/// A row of `GET /networks`.
#[derive(Deserialize)]
pub(super) struct NetworkRow<'t> {
    #[serde(rename = "Id", borrow)]
    id: Text<'t>,
    #[serde(rename = "Name", borrow)]
    name: Text<'t>,
    #[serde(rename = "Driver", borrow, default)]
    driver: Text<'t>,
    #[serde(rename = "Scope", borrow, default)]
    scope: Text<'t>,
    #[serde(rename = "Labels", borrow, default)]
    labels: Option<LabelRow<'t>>,
    #[serde(rename = "Created", borrow, default)]
    created: Text<'t>,
}

impl Told for Network {
    type Row<'t> = NetworkRow<'t>;

    fn of(row: NetworkRow<'_>, texts: &Texts) -> Self {
        let id = NetworkId::new(texts.name(&row.id));
        let faults = if id.is_full() { Vec::new() } else { vec!["its ID is not whole".to_owned()] };
        Self {
            id,
            name: texts.name(&row.name),
            driver: texts.common(&row.driver),
            scope: texts.common(&row.scope),
            labels: texts.labels(row.labels),
            created: time(&row.created),
            faults,
        }
    }
}
