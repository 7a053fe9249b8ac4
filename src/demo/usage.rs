//! `GET /system/df`, and what a prune of the build cache answers.
use std::collections::HashMap;

use serde_json::{Value, json};

use super::filters::Filters;
use super::reply::{Outcome, Reply};
use super::resources::BuildCache;
use super::world::World;

impl World {
    /// `GET /system/df`, in the shape of API 1.41.
    pub(super) fn usage(&self) -> Outcome {
        let none = Filters::default();
        let layers: HashMap<&str, u64> = self
            .images
            .iter()
            .flat_map(|image| &image.layers)
            .map(|layer| (layer.chain.as_str(), layer.size))
            .collect();
        let volumes: Vec<_> = self
            .volumes
            .iter()
            // The engine measures only plain local volumes; one with options is not in the answer at all.
            .filter(|volume| volume.driver == "local" && volume.options.is_none())
            .map(|volume| {
                let mut view = self.volume_view(volume);
                let users = self.volume_users(&volume.name).len();
                view["UsageData"] = json!({ "RefCount": users, "Size": volume.size });
                view
            })
            .collect();
        let cache: Vec<_> = self.build_cache.iter().map(record).collect();
        let built: u64 =
            self.build_cache.iter().filter(|record| !record.shared).map(|record| record.size).sum();
        Ok(Reply::ok(json!({
            "LayersSize": layers.values().sum::<u64>(),
            "Images": self.list_images(false, true, &none)?,
            "Containers": self.list_containers(true, true, &none)?,
            "Volumes": volumes,
            "BuildCache": if cache.is_empty() { Value::Null } else { Value::Array(cache) },
            "BuilderSize": built,
        })))
    }

    /// `POST /build/prune`: all that no build uses and no image shares.
    pub(super) fn prune_build(&mut self) -> Outcome {
        let goes = |record: &BuildCache| !record.in_use && !record.shared;
        let gone: Vec<_> = self.build_cache.iter().filter(|record| goes(record)).cloned().collect();
        self.build_cache.retain(|record| !goes(record));
        let ids: Vec<_> = gone.iter().map(|record| &record.id).collect();
        let space: u64 = gone.iter().map(|record| record.size).sum();
        let ids = if ids.is_empty() { Value::Null } else { json!(ids) };
        Ok(Reply::ok(json!({ "CachesDeleted": ids, "SpaceReclaimed": space })))
    }
}

fn record(record: &BuildCache) -> Value {
    json!({
        "ID": record.id,
        "Parent": "",
        "Type": "regular",
        "Description": record.description,
        "InUse": record.in_use,
        "Shared": record.shared,
        "Size": record.size,
        "CreatedAt": record.created.to_string(),
        "LastUsedAt": record.last_used.map(|at| at.to_string()),
        "UsageCount": record.usage_count,
    })
}
