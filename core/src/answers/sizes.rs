//! What resources weigh.

use arcstr::ArcStr;
use foldhash::HashMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Broken;
use super::document::{Parts, Reading, Step, part, skip};
use crate::steward::Inventory;

/// What resources weigh, in bytes, at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sizes {
    /// The writable layers of containers, by ID.
    containers: HashMap<ArcStr, u64>,
    /// Whole and shared sizes of images, by ID.
    images: HashMap<ArcStr, (u64, Option<u64>)>,
    /// Volumes, by name; those that the engine could not measure are not in it.
    volumes: HashMap<ArcStr, u64>,
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

    /// Those that an inventory shows.
    pub fn of(inventory: &Inventory) -> Self {
        let containers = inventory.containers.iter().filter_map(|it| Some((it.id.text().clone(), it.size?)));
        let images =
            inventory.images.iter().filter_map(|it| Some((it.id.text().clone(), (it.size?, it.shared))));
        let volumes = inventory.volumes.iter().filter_map(|it| Some((it.name.clone(), it.size?)));
        Self {
            containers: containers.collect(),
            images: images.collect(),
            volumes: volumes.collect(),
            ..Self::default()
        }
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

/// Reads `GET /system/df`.
pub fn usage() -> Reading<Sizes> {
    Reading::of("GET /system/df", Usage::default())
}

/// What takes the parts of the answer, in both of its shapes: lists at the top before API 1.53, `…Usage.Items` since
/// 1.52. A row that cannot be read has no size, and costs no other row its own.
#[derive(Default)]
struct Usage {
    sizes: Sizes,
    /// Of the newer shape, which counts where both are there.
    layers: Option<i64>,
    build_cache: Option<i64>,
}

impl Parts for Usage {
    type Whole = Sizes;

    fn opens(&self, way: &str, begin: u8) -> bool {
        match begin {
            b'{' => matches!(way, "" | "ImageUsage" | "ContainerUsage" | "VolumeUsage" | "BuildCacheUsage"),
            _ => matches!(
                way,
                "Images"
                    | "Containers"
                    | "Volumes"
                    | "BuildCache"
                    | "ImageUsage.Items"
                    | "ContainerUsage.Items"
                    | "VolumeUsage.Items"
            ),
        }
    }

    fn take(&mut self, way: &str, text: &[u8]) -> Step {
        match way {
            "Images[]" | "ImageUsage.Items[]" => row(text, |row: ImageRow| {
                if let Some(size) = known(row.size) {
                    self.sizes.images.insert(row.id, (size, known(row.shared_size)));
                }
            }),
            "Containers[]" | "ContainerUsage.Items[]" => row(text, |row: ContainerRow| {
                self.sizes.containers.insert(row.id, positive(row.size_rw));
            }),
            "Volumes[]" | "VolumeUsage.Items[]" => row(text, |row: VolumeRow| {
                if let Some(size) = row.usage_data.and_then(|it| known(it.size)) {
                    self.sizes.volumes.insert(row.name, size);
                }
            }),
            "BuildCache[]" => row(text, |row: CacheRow| {
                self.sizes.build_cache = self.sizes.build_cache.saturating_add(positive(row.size));
            }),
            "LayersSize" => row(text, |size| self.sizes.layers = positive(size)),
            "ImageUsage.TotalSize" => row(text, |size| self.layers = Some(size)),
            "BuildCacheUsage.TotalSize" => row(text, |size| self.build_cache = Some(size)),
            _ => skip(text),
        }
    }

    fn whole(self) -> Result<Sizes, Broken> {
        let mut sizes = self.sizes;
        sizes.layers = self.layers.map_or(sizes.layers, positive);
        sizes.build_cache = self.build_cache.map_or(sizes.build_cache, positive);
        Ok(sizes)
    }
}

/// Reads a part that may not be what it should be.
fn row<W: DeserializeOwned>(text: &[u8], then: impl FnOnce(W)) -> Step {
    let Some((row, length)) = part(text)? else { return Ok(None) };
    if let Ok(row) = row {
        then(row);
    }
    Ok(Some(length))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ImageRow {
    id: ArcStr,
    size: i64,
    #[serde(default = "unknown")]
    shared_size: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ContainerRow {
    id: ArcStr,
    /// The engine leaves the field out when it is zero.
    #[serde(default)]
    size_rw: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VolumeRow {
    name: ArcStr,
    usage_data: Option<UsageData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UsageData {
    #[serde(default = "unknown")]
    size: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CacheRow {
    #[serde(default)]
    size: i64,
}

/// How the engine writes that it does not know a size.
const fn unknown() -> i64 {
    -1
}

/// A size; the engine's -1 means that it does not know.
fn known(size: i64) -> Option<u64> {
    u64::try_from(size).ok()
}

fn positive(size: i64) -> u64 {
    u64::try_from(size).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &[u8]) -> Result<Sizes, Broken> {
        let mut usage = usage();
        usage.take(body);
        usage.end()
    }

    #[test]
    fn both_shapes_say_the_same() {
        let old = r#"{"LayersSize":9,"Images":[{"Id":"sha256:a","Size":7,"SharedSize":-1}],
            "Containers":[{"Id":"c","SizeRw":3},{"Id":"d"}],"Volumes":[{"Name":"v","UsageData":{"Size":5,"RefCount":0}},
            {"Name":"w","UsageData":{"Size":-1,"RefCount":-1}}],"BuildCache":[{"Size":2}]}"#;
        let new = r#"{"ImageUsage":{"TotalSize":9,"Items":[{"Id":"sha256:a","Size":7,"SharedSize":-1}]},
            "ContainerUsage":{"Items":[{"Id":"c","SizeRw":3},{"Id":"d"}]},
            "VolumeUsage":{"Items":[{"Name":"v","UsageData":{"Size":5}},{"Name":"w","UsageData":{"Size":-1}}]},
            "BuildCacheUsage":{"TotalSize":2}}"#;
        let sizes = |text: &str| read(text.as_bytes()).unwrap();
        assert_eq!(sizes(old), sizes(new));
        assert_eq!(sizes(old).volumes, HashMap::from_iter([("v".into(), 5)]));
    }

    #[test]
    fn an_odd_row_costs_its_own_size_alone() {
        let text = r#"{"LayersSize":9,"Images":[{"Id":"a","Size":"much"},{"Id":"b","Size":7}],
            "Containers":[7,{"Id":"c","SizeRw":3}],"Volumes":[{"Name":"v","UsageData":{"Size":1.5}},
            {"Name":"w","UsageData":null},{"Name":"x","UsageData":{"Size":5}}],"BuildCache":null}"#;
        let sizes = read(text.as_bytes()).unwrap();
        assert_eq!(sizes.images, HashMap::from_iter([("b".into(), (7, None))]));
        assert_eq!(sizes.containers, HashMap::from_iter([("c".into(), 3)]));
        assert_eq!(sizes.volumes, HashMap::from_iter([("x".into(), 5)]));
        assert!(read(b"[]").is_err() && read(b"{\"LayersSize\":9").is_err());
    }
}
