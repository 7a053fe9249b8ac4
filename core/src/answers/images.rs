//! Images, in their list and by themselves.

use arcstr::ArcStr;
use jiff::Timestamp;
use serde::Deserialize;

use super::rows::Told;
use super::texts::{LabelRow, Text, Texts};
use super::{Broken, read, time};
use crate::steward::inventory::{Image, ImageId};
use crate::steward::reference::normalise;

/// A row of `GET /images/json`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ImageRow<'t> {
    #[serde(borrow)]
    id: Text<'t>,
    #[serde(borrow, default)]
    parent_id: Text<'t>,
    #[serde(borrow)]
    repo_tags: Option<Vec<Text<'t>>>,
    #[serde(borrow)]
    repo_digests: Option<Vec<Text<'t>>>,
    created: i64,
    #[serde(default)]
    size: Option<i64>,
    #[serde(borrow, default)]
    labels: Option<LabelRow<'t>>,
}

impl Told for Image {
    type Row<'t> = ImageRow<'t>;

    fn of(row: ImageRow<'_>, texts: &Texts) -> Self {
        let id = ImageId::new(texts.name(&row.id));
        let mut faults = Vec::new();
        if !id.is_full() {
            faults.push("its ID is not whole".to_owned());
        }
        Self {
            id,
            tags: references(row.repo_tags, texts),
            digests: references(row.repo_digests, texts),
            parent: (!row.parent_id.is_empty()).then(|| ImageId::new(texts.name(&row.parent_id))),
            created: Timestamp::from_second(row.created).ok(),
            labels: texts.labels(row.labels),
            size: row.size.and_then(|size| u64::try_from(size).ok()),
            shared: None,
            last_tag_time: None,
            inspected: false,
            faults,
        }
    }
}

fn references(list: Option<Vec<Text<'_>>>, texts: &Texts) -> Vec<ArcStr> {
    let list = list.unwrap_or_default();
    let mut list: Vec<&str> = list
        .iter()
        .filter(|reference| !reference.contains("<none>"))
        .map(|reference| normalise(reference))
        .collect();
    list.sort_unstable();
    list.dedup();
    list.into_iter().map(|reference| texts.name(reference)).collect()
}

/// The part of `GET /images/{id}/json` that the list lacks.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImageInspect {
    id: String,
    #[serde(default)]
    metadata: Option<ImageMetadata>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ImageMetadata {
    #[serde(default)]
    last_tag_time: Option<String>,
}

/// When the image was last tagged, if the answer is about the image that was asked for.
pub fn last_tag_time(asked: &ImageId, answer: &ImageInspect) -> Option<Timestamp> {
    answer.metadata.as_ref().filter(|_| answer.id == asked.as_str())?.tagged()
}

impl ImageMetadata {
    fn tagged(&self) -> Option<Timestamp> {
        time(self.last_tag_time.as_ref()?)
    }
}

/// `GET /images/{id}/json`, as far as the list tells it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WholeImage<'t> {
    #[serde(borrow)]
    id: Text<'t>,
    #[serde(borrow, default)]
    parent: Text<'t>,
    #[serde(borrow)]
    repo_tags: Option<Vec<Text<'t>>>,
    #[serde(borrow)]
    repo_digests: Option<Vec<Text<'t>>>,
    created: Timestamp,
    #[serde(default)]
    size: Option<i64>,
    #[serde(borrow)]
    config: Option<WholeImageConfig<'t>>,
    #[serde(default)]
    metadata: Option<ImageMetadata>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WholeImageConfig<'t> {
    #[serde(borrow, default)]
    labels: Option<LabelRow<'t>>,
}

/// An image as its list would show it, with what only an inspect tells.
pub fn whole_image(request: &str, asked: &ImageId, body: &[u8]) -> Result<Image, Broken> {
    let whole: WholeImage<'_> = read(request, body)?;
    let metadata = whole.metadata.filter(|_| *whole.id == *asked.as_str());
    let row = ImageRow {
        id: whole.id,
        parent_id: whole.parent,
        repo_tags: whole.repo_tags,
        repo_digests: whole.repo_digests,
        created: whole.created.as_second(),
        size: whole.size,
        labels: whole.config.and_then(|it| it.labels),
    };
    let last_tag_time = metadata.as_ref().and_then(ImageMetadata::tagged);
    Ok(Image { last_tag_time, inspected: true, ..Image::of(row, &Texts::default()) })
}
