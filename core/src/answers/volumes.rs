//! Volumes, in their list and by themselves.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::document::{Parts, Step, part, skip};
use super::rows::Rows;
use super::{Broken, time};
use crate::steward::Labels;
use crate::steward::inventory::{Kind, Volume};

/// What takes the parts of `GET /volumes`.
#[derive(Default)]
pub(super) struct VolumeList {
    rows: Rows<Volume>,
    /// Drivers that did not answer: their volumes are missing from the list.
    warning: Option<String>,
}

impl Parts for VolumeList {
    type Whole = Rows<Volume>;

    fn opens(&self, way: &str, begin: u8) -> bool {
        (way.is_empty() && begin == b'{') || (way == "Volumes" && begin == b'[')
    }

    fn take(&mut self, way: &str, text: &[u8]) -> Step {
        match way {
            "Volumes[]" => self.rows.take(Kind::Volume, text, volume),
            // Null when there are none.
            "Volumes" => whole(text, |()| {}),
            "Warnings" => whole(text, |warnings: Option<Vec<String>>| {
                self.warning = warnings.and_then(|all| all.into_iter().next());
            }),
            _ => skip(text),
        }
    }

    /// The rows, if they are all there.
    fn whole(self) -> Result<Rows<Volume>, Broken> {
        let mut rows = self.rows;
        rows.all.shrink_to_fit();
        self.warning.map_or(Ok(rows), |warning| {
            Err(Broken {
                request: Self::REQUEST.to_owned(),
                why: format!("the list is incomplete: {}", crate::text::sanitise(&warning)),
            })
        })
    }
}

impl VolumeList {
    pub(super) const REQUEST: &str = "GET /volumes";
}

/// Reads a part that must be what it should be.
fn whole<W: DeserializeOwned>(text: &[u8], then: impl FnOnce(W)) -> Step {
    let Some((it, length)) = part(text)? else { return Ok(None) };
    then(it.map_err(|error| error.to_string())?);
    Ok(Some(length))
}

/// A row of `GET /volumes`, or `GET /volumes/{name}`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct VolumeRow {
    name: String,
    driver: String,
    mountpoint: String,
    #[serde(default)]
    labels: Option<Labels>,
    #[serde(default)]
    options: Option<Labels>,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    created_at: String,
}

/// The volume that it tells of.
pub fn volume(row: VolumeRow) -> Volume {
    let mut faults = Vec::new();
    if row.name.is_empty() {
        faults.push("it has no name".to_owned());
    }
    Volume {
        name: row.name,
        driver: row.driver,
        mountpoint: row.mountpoint,
        labels: row.labels.unwrap_or_default(),
        options: row.options.unwrap_or_default(),
        scope: row.scope,
        created: time(&row.created_at),
        size: None,
        faults,
    }
}
