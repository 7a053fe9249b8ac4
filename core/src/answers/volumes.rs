//! Volumes, in their list and by themselves.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::document::{Parts, Step, part, skip};
use super::rows::{Rows, Told, take_row};
use super::texts::{LabelRow, Names, Text, Texts};
use super::{Broken, read, time};
use crate::steward::inventory::{Kind, Volume};

/// What takes the parts of `GET /volumes`.
#[derive(Default)]
pub(super) struct VolumeList {
    rows: Rows<Volume>,
    texts: Texts,
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
            "Volumes[]" => take_row(&mut self.rows, Kind::Volume, text, &self.texts),
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

    pub(super) fn with(names: &Names) -> Self {
        Self { texts: Texts::with(names), ..Self::default() }
    }
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
pub(super) struct VolumeRow<'t> {
    #[serde(borrow)]
    name: Text<'t>,
    #[serde(borrow)]
    driver: Text<'t>,
    #[serde(borrow)]
    mountpoint: Text<'t>,
    #[serde(borrow, default)]
    labels: Option<LabelRow<'t>>,
    #[serde(borrow, default)]
    options: Option<LabelRow<'t>>,
    #[serde(borrow, default)]
    scope: Text<'t>,
    #[serde(borrow, default)]
    created_at: Text<'t>,
}

impl Told for Volume {
    type Row<'t> = VolumeRow<'t>;

    fn of(row: VolumeRow<'_>, texts: &Texts) -> Self {
        let mut faults = Vec::new();
        if row.name.is_empty() {
            faults.push("it has no name".to_owned());
        }
        Self {
            name: texts.name(&row.name),
            driver: texts.common(&row.driver),
            mountpoint: texts.name(&row.mountpoint),
            labels: texts.labels(row.labels),
            options: texts.labels(row.options),
            scope: texts.common(&row.scope),
            created: time(&row.created_at),
            size: None,
            faults,
        }
    }
}

/// The volume that `GET /volumes/{name}` tells of.
pub fn volume(request: &str, body: &[u8]) -> Result<Volume, Broken> {
    Ok(Volume::of(read(request, body)?, &Texts::default()))
}
