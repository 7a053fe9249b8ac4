//! Images, in their list and by themselves.

use jiff::Timestamp;
use serde::Deserialize;

use super::{Broken, exactly, read, time};
use crate::steward::Labels;
use crate::steward::inventory::{Image, ImageId};
use crate::steward::reference::normalise;

/// A row of `GET /images/json`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ImageRow {
    id: String,
    #[serde(default)]
    parent_id: String,
    repo_tags: Option<Vec<String>>,
    repo_digests: Option<Vec<String>>,
    created: i64,
    #[serde(default)]
    size: Option<i64>,
    #[serde(default)]
    labels: Option<Labels>,
}

pub(super) fn image(row: ImageRow) -> Image {
    let id = ImageId::new(row.id);
    let mut faults = Vec::new();
    if !id.is_full() {
        faults.push("its ID is not whole".to_owned());
    }
    let references = |list: Option<Vec<String>>| {
        let mut list: Vec<String> = list
            .unwrap_or_default()
            .iter()
            .filter(|reference| !reference.contains("<none>"))
            .map(|reference| normalise(reference).to_owned())
            .collect();
        list.sort();
        list.dedup();
        exactly(list)
    };
    Image {
        id,
        tags: references(row.repo_tags),
        digests: references(row.repo_digests),
        parent: Some(row.parent_id).filter(|id| !id.is_empty()).map(ImageId::new),
        created: Timestamp::from_second(row.created).ok(),
        labels: row.labels.unwrap_or_default(),
        size: row.size.and_then(|size| u64::try_from(size).ok()),
        shared: None,
        last_tag_time: None,
        inspected: false,
        faults,
    }
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
    let text = answer.metadata.as_ref()?.last_tag_time.as_ref()?;
    (answer.id == asked.as_str()).then(|| time(text))?
}

/// `GET /images/{id}/json`, as far as the list tells it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WholeImage {
    id: String,
    #[serde(default)]
    parent: String,
    repo_tags: Option<Vec<String>>,
    repo_digests: Option<Vec<String>>,
    created: Timestamp,
    #[serde(default)]
    size: Option<i64>,
    config: Option<WholeImageConfig>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WholeImageConfig {
    #[serde(default)]
    labels: Option<Labels>,
}

/// An image as its list would show it, with what only an inspect tells.
pub fn whole_image(request: &str, asked: &ImageId, body: &[u8]) -> Result<Image, Broken> {
    let whole: WholeImage = read(request, body)?;
    let row = ImageRow {
        id: whole.id,
        parent_id: whole.parent,
        repo_tags: whole.repo_tags,
        repo_digests: whole.repo_digests,
        created: whole.created.as_second(),
        size: whole.size,
        labels: whole.config.and_then(|it| it.labels),
    };
    let last_tag_time = last_tag_time(asked, &read(request, body)?);
    Ok(Image { last_tag_time, inspected: true, ..image(row) })
}
