//! Sizes: one `GET /system/df`, which walks every file and may take minutes. Never on the way to the rows.

use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::error::EngineError;
use super::transport::Transport;
use super::wire;
use crate::steward::Inventory;

/// How long to wait while another tool's `docker system df` is under way (the engine then answers 500).
const BUSY: [Duration; 4] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// What resources weigh, in bytes, at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sizes {
    /// The writable layers of containers, by ID.
    containers: HashMap<String, u64>,
    /// Whole and shared sizes of images, by ID.
    images: HashMap<String, (u64, Option<u64>)>,
    /// Volumes, by name; those that the engine could not measure are not in it.
    volumes: HashMap<String, u64>,
    /// Bytes of all image layers, each counted once.
    pub layers: u64,
    /// Bytes of the build cache.
    pub build_cache: u64,
}

impl Sizes {
    /// Bytes of everything that is no build cache: all layers once, writable layers, and volumes.
    pub fn resources(&self) -> u64 {
        let parts = self.containers.values().chain(self.volumes.values());
        parts.fold(self.layers, |sum, bytes| sum.saturating_add(*bytes))
    }

    /// Fills the sizes into an inventory; what is not known stays as it was.
    pub fn fill(&self, inventory: &mut Inventory) {
        for it in &mut inventory.containers {
            it.size = self.containers.get(it.id.as_str()).copied();
        }
        for it in &mut inventory.images {
            if let Some((size, shared)) = self.images.get(it.id.as_str()) {
                it.size = Some(*size);
                it.shared = *shared;
            }
        }
        for it in &mut inventory.volumes {
            it.size = self.volumes.get(&it.name).copied();
        }
    }
}

/// Asks for all sizes.
pub(super) async fn ask(transport: &Transport) -> Result<Sizes, EngineError> {
    let mut waits = BUSY.iter();
    loop {
        match transport.get_once("/system/df", transport.time_outs().sizes).await {
            Ok(body) => return wire::read::<Usage>("GET /system/df", &body).map(Usage::into_sizes),
            Err(EngineError::Status { status: 500, message, .. }) if message.contains("already running") => {
                let Some(wait) = waits.next() else {
                    return Err(EngineError::Status {
                        request: "GET /system/df".to_owned(),
                        status: 500,
                        message,
                    });
                };
                tokio::time::sleep(*wait).await;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Both shapes of the answer: lists at the top before API 1.53, `…Usage.Items` since 1.52.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Usage {
    layers_size: i64,
    images: Option<Vec<Value>>,
    containers: Option<Vec<Value>>,
    volumes: Option<Vec<Value>>,
    build_cache: Option<Vec<Value>>,
    image_usage: Option<Items>,
    container_usage: Option<Items>,
    volume_usage: Option<Items>,
    build_cache_usage: Option<Items>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Items {
    items: Option<Vec<Value>>,
    total_size: i64,
}

impl Usage {
    fn into_sizes(self) -> Sizes {
        let mut sizes = Sizes { layers: positive(self.layers_size), ..Sizes::default() };
        if let Some(usage) = &self.image_usage {
            sizes.layers = positive(usage.total_size);
        }
        for row in list(self.images, self.image_usage) {
            if let (Some(id), Some(size)) = (text(&row, "Id"), number(&row, "Size")) {
                sizes.images.insert(id, (size, number(&row, "SharedSize")));
            }
        }
        for row in list(self.containers, self.container_usage) {
            if let Some(id) = text(&row, "Id") {
                // The engine leaves the field out when it is zero.
                sizes.containers.insert(id, number(&row, "SizeRw").unwrap_or(0));
            }
        }
        for row in list(self.volumes, self.volume_usage) {
            let usage = row.get("UsageData").unwrap_or(&Value::Null);
            if let (Some(name), Some(size)) = (text(&row, "Name"), number(usage, "Size")) {
                sizes.volumes.insert(name, size);
            }
        }
        sizes.build_cache = match &self.build_cache_usage {
            Some(usage) => positive(usage.total_size),
            None => list(self.build_cache, None).iter().filter_map(|row| number(row, "Size")).sum(),
        };
        sizes
    }
}

fn list(old: Option<Vec<Value>>, new: Option<Items>) -> Vec<Value> {
    new.and_then(|usage| usage.items).or(old).unwrap_or_default()
}

fn text(row: &Value, field: &str) -> Option<String> {
    row.get(field)?.as_str().map(str::to_owned)
}

/// A size; the engine's -1 means that it does not know.
fn number(row: &Value, field: &str) -> Option<u64> {
    row.get(field)?.as_u64()
}

fn positive(size: i64) -> u64 {
    u64::try_from(size).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_say_the_same() {
        let old = r#"{"LayersSize":9,"Images":[{"Id":"sha256:a","Size":7,"SharedSize":-1}],
            "Containers":[{"Id":"c","SizeRw":3},{"Id":"d"}],"Volumes":[{"Name":"v","UsageData":{"Size":5,"RefCount":0}},
            {"Name":"w","UsageData":{"Size":-1,"RefCount":-1}}],"BuildCache":[{"Size":2}]}"#;
        let new = r#"{"ImageUsage":{"TotalSize":9,"Items":[{"Id":"sha256:a","Size":7,"SharedSize":-1}]},
            "ContainerUsage":{"Items":[{"Id":"c","SizeRw":3},{"Id":"d"}]},
            "VolumeUsage":{"Items":[{"Name":"v","UsageData":{"Size":5}},{"Name":"w","UsageData":{"Size":-1}}]},
            "BuildCacheUsage":{"TotalSize":2}}"#;
        let read = |text: &str| serde_json::from_str::<Usage>(text).unwrap().into_sizes();
        assert_eq!(read(old), read(new));
        assert_eq!(read(old).volumes, HashMap::from([("v".to_owned(), 5)]));
    }
}
