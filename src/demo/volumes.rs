//! The rules of volumes.
use serde_json::{Value, json};

use super::filters::{Filters, name_matches};
use super::reply::{Outcome, Refusal, Reply, bad, conflict, missing};
use super::resources::{ENTRY, Map, MountKind, Volume};
use super::time::whole_seconds;
use super::world::World;

/// The filters of `GET /volumes`.
pub(super) const FILTERS: [&str; 4] = ["dangling", "driver", "label", "name"];

/// Whether the engine takes a name for a new local volume.
pub(super) fn check_name(name: &str) -> Result<(), Refusal> {
    if name.len() < 2 {
        return Err(bad(format!(
            "create {name}: volume name is too short, names should be at least two alphanumeric characters"
        )));
    }
    let well = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
    if well {
        return Ok(());
    }
    Err(bad(format!(
        "create {name}: \"{name}\" includes invalid characters for a local volume name, only \
         \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path"
    )))
}

impl World {
    /// Where a local volume's folder is.
    pub(super) fn mountpoint(&self, name: &str) -> String {
        format!("{}/volumes/{name}/_data", self.engine.root)
    }

    /// IDs of the containers, stopped ones too, that hold a volume.
    pub(super) fn volume_users(&self, name: &str) -> Vec<&str> {
        let holds = |kind: &MountKind| matches!(kind, MountKind::Volume { name: held, .. } if held == name);
        self.containers
            .iter()
            .filter(|container| container.mounts.iter().any(|mount| holds(&mount.kind)))
            .map(|container| container.id.as_str())
            .collect()
    }

    /// A volume by name, for tests that change it behind the clients' backs.
    pub fn volume_mut(&mut self, name: &str) -> Option<&mut Volume> {
        self.volumes.iter_mut().find(|volume| volume.name == name)
    }

    pub(super) fn volume_view(&self, volume: &Volume) -> Value {
        json!({
            "CreatedAt": whole_seconds(volume.created),
            "Driver": volume.driver,
            "Labels": volume.labels,
            "Mountpoint": self.mountpoint(&volume.name),
            "Name": volume.name,
            "Options": volume.options,
            "Scope": "local",
        })
    }

    /// `GET /volumes`.
    pub(super) fn list_volumes(&self, filters: &Filters) -> Outcome {
        let dangling = filters.flag("dangling")?;
        let rows: Vec<_> = self
            .volumes
            .iter()
            .filter(|volume| {
                dangling.is_none_or(|unused| unused == self.volume_users(&volume.name).is_empty())
            })
            .filter(|volume| filters.any("name", |wanted| name_matches(wanted, &volume.name)))
            .filter(|volume| filters.any("driver", |wanted| volume.driver == wanted))
            .filter(|volume| filters.labels(volume.labels.as_ref()))
            .map(|volume| self.volume_view(volume))
            .collect();
        Ok(Reply::ok(json!({ "Volumes": rows, "Warnings": null })))
    }

    /// `GET /volumes/{name}`.
    pub(super) fn inspect_volume(&self, name: &str) -> Outcome {
        let volume = self.volumes.iter().find(|volume| volume.name == name);
        volume
            .map(|volume| Reply::ok(self.volume_view(volume)))
            .ok_or_else(|| missing(format!("get {name}: no such volume")))
    }

    /// `POST /volumes/create`; an existing one is answered as if it had just been made.
    pub(super) fn create_volume(&mut self, body: &Value) -> Outcome {
        let given = body["Name"].as_str().unwrap_or_default();
        let map = |key: &str| serde_json::from_value::<Option<Map>>(body[key].clone()).ok().flatten();
        let name = if given.is_empty() { self.fresh_id("volume", "") } else { given.to_owned() };
        if !self.volumes.iter().any(|volume| volume.name == name) {
            check_name(&name)?;
            let mut volume = Volume::new(&name);
            volume.created = Some(ENTRY);
            volume.labels = map("Labels");
            volume.options = map("DriverOpts");
            if let Some(driver) = body["Driver"].as_str().filter(|driver| !driver.is_empty()) {
                if driver != "local" {
                    let why =
                        format!("error looking up volume plugin {driver}: plugin \"{driver}\" not found");
                    return Err(missing(format!("create {name}: {why}")));
                }
                driver.clone_into(&mut volume.driver);
            }
            self.add_volume(volume);
            self.volume_event("create", &name, &[]);
        }
        let mut reply = self.inspect_volume(&name)?;
        reply.status = http::StatusCode::CREATED;
        Ok(reply)
    }

    /// `DELETE /volumes/{name}`. Force only turns a missing one into success.
    pub(super) fn remove_volume(&mut self, name: &str, force: bool) -> Outcome {
        if !self.volumes.iter().any(|volume| volume.name == name) {
            if force {
                return Ok(Reply::done());
            }
            return Err(missing(format!("get {name}: no such volume")));
        }
        let users = self.volume_users(name);
        if !users.is_empty() {
            return Err(conflict(format!("remove {name}: volume is in use - [{}]", users.join(", "))));
        }
        self.vanish_volume(name);
        Ok(Reply::done())
    }

    /// Removes a volume behind the clients' backs, used or not.
    pub fn vanish_volume(&mut self, name: &str) {
        self.volume_event("destroy", name, &[]);
        self.volumes.retain(|volume| volume.name != name);
    }
}
