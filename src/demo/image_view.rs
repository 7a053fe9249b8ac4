//! Images as the engine prints them.
use std::collections::HashMap;

use serde_json::{Value, json};

use super::filters::Filters;
use super::reference::{glob, repository};
use super::reply::{Outcome, Refusal, Reply};
use super::resources::Image;
use super::time::{or_zero, seconds_or_zero};
use super::world::World;

/// The filters of `GET /images/json`.
pub(super) const FILTERS: [&str; 5] = ["before", "dangling", "label", "reference", "since"];

impl World {
    /// `GET /images/json`; `counted` adds the numbers that only `/system/df` has.
    pub(super) fn list_images(&self, all: bool, counted: bool, filters: &Filters) -> Result<Value, Refusal> {
        let dangling = filters.flag("dangling")?;
        let bound = |key: &str| match filters.get(key) {
            Some([given, ..]) => self.image_to_inspect(given).map(|image| Some(image.created)),
            _ => Ok(None),
        };
        let (before, since) = (bound("before")?, bound("since")?);
        let mut chosen: Vec<&Image> = self
            .images
            .iter()
            .filter(|image| before.is_none_or(|before| image.created < before))
            .filter(|image| since.is_none_or(|since| image.created > since))
            .filter(|image| filters.labels(image.labels.as_ref()))
            .filter(|image| dangling != Some(true) || !self.has_children(&image.id))
            .collect();
        chosen.sort_by_key(|image| std::cmp::Reverse(image.created));
        let mut uses: HashMap<&str, u32> = HashMap::new();
        for layer in self.images.iter().flat_map(|image| &image.layers) {
            *uses.entry(&layer.chain).or_default() += 1;
        }
        let mut rows = Vec::new();
        for image in chosen {
            let Some((tags, digests)) = self.names_row(image, all, dangling, filters) else { continue };
            let (mut containers, mut shared) = (-1, -1);
            if counted {
                let made_of = self.containers.iter().filter(|container| container.image_id == image.id);
                containers = i64::try_from(made_of.count()).unwrap_or(i64::MAX);
                let common = image.layers.iter().filter(|layer| uses[layer.chain.as_str()] > 1);
                shared = i64::try_from(common.map(|layer| layer.size).sum::<u64>()).unwrap_or(i64::MAX);
            }
            rows.push(json!({
                "Containers": containers,
                "Created": seconds_or_zero(image.created),
                "Id": image.id,
                "Labels": image.labels,
                "ParentId": image.parent,
                "RepoDigests": digests,
                "RepoTags": tags,
                "SharedSize": shared,
                "Size": image.total(),
                "VirtualSize": image.total(),
            }));
        }
        Ok(Value::Array(rows))
    }

    /// Tags and digests of a row; `None` where the image is not listed.
    fn names_row(
        &self,
        image: &Image,
        all: bool,
        dangling: Option<bool>,
        filters: &Filters,
    ) -> Option<(Value, Value)> {
        let wanted = |name: &&String| {
            filters.any("reference", |pattern| glob(pattern, name) || glob(pattern, repository(name)))
        };
        let tags: Vec<_> = image.tags.iter().filter(wanted).collect();
        let digests: Vec<_> = image.digests.iter().filter(wanted).collect();
        if tags.is_empty() && digests.is_empty() {
            let listed = (all || !self.has_children(&image.id))
                && dangling != Some(false)
                && filters.get("reference").is_none();
            return listed.then(|| (json!(["<none>:<none>"]), json!(["<none>@<none>"])));
        }
        if dangling == Some(true) && !tags.is_empty() {
            return None;
        }
        let or_null = |names: Vec<&String>| if names.is_empty() { Value::Null } else { json!(names) };
        Some((or_null(tags), or_null(digests)))
    }

    /// `GET /images/{name}/json`.
    pub(super) fn inspect_image(&self, given: &str) -> Outcome {
        let image = self.image_to_inspect(given)?;
        let volumes: serde_json::Map<_, _> =
            image.volumes.iter().map(|folder| (folder.clone(), json!({}))).collect();
        let volumes = if volumes.is_empty() { Value::Null } else { Value::Object(volumes) };
        let config = json!({
            "Hostname": "",
            "Domainname": "",
            "User": "",
            "AttachStdin": false,
            "AttachStdout": false,
            "AttachStderr": false,
            "Tty": false,
            "OpenStdin": false,
            "StdinOnce": false,
            "Env": null,
            "Cmd": if image.command.is_empty() { Value::Null } else { json!(image.command) },
            "Image": "",
            "Volumes": volumes,
            "WorkingDir": "",
            "Entrypoint": null,
            "OnBuild": null,
            "Labels": image.labels,
        });
        let layers: Vec<_> = image.layers.iter().map(|layer| &layer.diff).collect();
        Ok(Reply::ok(json!({
            "Id": image.id,
            "RepoTags": image.tags,
            "RepoDigests": image.digests,
            "Parent": image.parent,
            "Comment": image.comment,
            "Created": or_zero(image.created),
            "Container": "",
            "ContainerConfig": config,
            "DockerVersion": self.engine.version,
            "Author": "",
            "Config": config,
            "Architecture": "amd64",
            "Os": "linux",
            "Size": image.total(),
            "VirtualSize": image.total(),
            "GraphDriver": { "Data": null, "Name": self.engine.driver },
            "RootFS": { "Type": "layers", "Layers": layers },
            "Metadata": { "LastTagTime": or_zero(image.last_tag_time) },
        })))
    }
}
