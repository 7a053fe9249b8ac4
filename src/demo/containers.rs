//! The rules of containers.
use http::StatusCode;

use super::reply::{Outcome, Refusal, Reply, bad, conflict, failure, missing};
use super::resources::{Container, MountKind, State};
use super::world::World;

impl World {
    /// Finds a container as the engine does: full ID, then name or link alias, then the start of an ID.
    pub(super) fn find_container(&self, given: &str) -> Result<usize, Refusal> {
        let position = |test: &dyn Fn(&Container) -> bool| self.containers.iter().position(test);
        let name = given.strip_prefix('/').unwrap_or(given);
        if let Some(index) = position(&|c| c.id == given)
            .or_else(|| position(&|c| c.name == name || c.aliases.iter().any(|alias| alias == name)))
        {
            return Ok(index);
        }
        let mut starts = (0..self.containers.len()).filter(|&i| self.containers[i].id.starts_with(given));
        match (starts.next().filter(|_| !given.is_empty()), starts.next()) {
            (Some(index), None) => Ok(index),
            (Some(_), Some(_)) => Err(failure(format!("Multiple IDs found with provided prefix: {given}"))),
            (None, _) => Err(missing(format!("No such container: {given}"))),
        }
    }

    /// A container by name or ID, for tests that change it behind the clients' backs.
    pub fn container_mut(&mut self, given: &str) -> Option<&mut Container> {
        let index = self.find_container(given).ok()?;
        self.containers.get_mut(index)
    }

    /// `POST /containers/{id}/start`.
    pub(super) fn start_container(&mut self, given: &str) -> Outcome {
        let index = self.find_container(given)?;
        match self.containers[index].state {
            State::Running | State::Restarting => return Ok(Reply::empty(StatusCode::NOT_MODIFIED)),
            State::Paused => return Err(conflict("cannot start a paused container, try unpause instead")),
            State::Dead => {
                return Err(conflict("container is marked for removal and cannot be started"));
            }
            State::Created | State::Exited => {}
        }
        self.check_networks(index)?;
        let now = self.now();
        let mut container = self.containers[index].clone();
        container.state = State::Running;
        container.started = Some(now);
        container.exit_code = 0;
        self.join_networks(&mut container);
        let (id, mounts) = (container.id.clone(), container.mounts.clone());
        let networks: Vec<_> = container.networks.iter().map(|network| network.id.clone()).collect();
        self.containers[index] = container;
        for network in networks {
            self.network_event("connect", &network, Some(&id));
        }
        for mount in &mounts {
            if let MountKind::Volume { name, .. } = &mount.kind {
                let more = [
                    ("container", id.clone()),
                    ("destination", mount.destination.clone()),
                    ("propagation", String::new()),
                    ("read/write", mount.writable.to_string()),
                ];
                self.volume_event("mount", name, &more);
            }
        }
        self.container_event(index, "start", &[]);
        Ok(Reply::done())
    }

    /// `POST /containers/{id}/stop`. The simulated programs end at once.
    pub(super) fn stop_container(&mut self, given: &str) -> Outcome {
        let index = self.find_container(given)?;
        let container = &self.containers[index];
        if !container.state.is_running() {
            return Ok(Reply::empty(StatusCode::NOT_MODIFIED));
        }
        let code = container.stops_with;
        self.container_event(index, "kill", &[("signal", "15".to_owned())]);
        if code == 137 {
            self.container_event(index, "kill", &[("signal", "9".to_owned())]);
        }
        self.end(index, code);
        self.container_event(index, "stop", &[]);
        if self.containers[index].auto_remove {
            self.destroy(index, true);
        }
        Ok(Reply::done())
    }

    /// `POST /containers/{id}/kill`, with SIGKILL whatever was asked for.
    pub(super) fn kill_container(&mut self, given: &str) -> Outcome {
        let refused = |why: String| format!("Cannot kill container: {given}: {why}");
        let index = self
            .find_container(given)
            .map_err(|refusal| Refusal { message: refused(refusal.message), ..refusal })?;
        if !self.containers[index].state.is_running() {
            return Err(conflict(refused(format!("Container {} is not running", self.containers[index].id))));
        }
        self.container_event(index, "kill", &[("signal", "9".to_owned())]);
        self.exit_container(given, 137);
        Ok(Reply::done())
    }

    /// The program of a container ends by itself; a `--rm` container then goes, with its anonymous volumes.
    pub fn exit_container(&mut self, given: &str, code: i64) {
        if let Ok(index) = self.find_container(given) {
            self.end(index, code);
            if self.containers[index].auto_remove {
                self.destroy(index, true);
            }
        }
    }

    fn end(&mut self, index: usize, code: i64) {
        let now = self.now();
        let container = &mut self.containers[index];
        container.state = State::Exited;
        container.exit_code = code;
        container.finished = Some(now);
        let (id, mounts) = (container.id.clone(), container.mounts.clone());
        let mut left = Vec::new();
        for network in &mut container.networks {
            network.host = 0;
            left.push(network.id.clone());
        }
        self.container_event(index, "die", &[("exitCode", code.to_string())]);
        for network in left {
            self.network_event("disconnect", &network, Some(&id));
        }
        for mount in &mounts {
            if let MountKind::Volume { name, .. } = &mount.kind {
                self.volume_event("unmount", name, &[("container", id.clone())]);
            }
        }
    }

    /// `POST /containers/{id}/pause` and `/unpause`.
    pub(super) fn pause_container(&mut self, given: &str, pause: bool) -> Outcome {
        let index = self.find_container(given)?;
        let container = &mut self.containers[index];
        let id = container.id.clone();
        match (container.state, pause) {
            (State::Running, true) => container.state = State::Paused,
            (State::Paused, false) => container.state = State::Running,
            (State::Paused, true) => return Err(conflict(format!("Container {id} is already paused"))),
            (State::Restarting, true) => {
                return Err(conflict(format!(
                    "Container {id} is restarting, wait until the container is running"
                )));
            }
            (_, true) => return Err(conflict(format!("Container {id} is not running"))),
            (_, false) => return Err(failure(format!("Container {id} is not paused"))),
        }
        self.container_event(index, if pause { "pause" } else { "unpause" }, &[]);
        Ok(Reply::done())
    }

    /// `POST /containers/{id}/rename`.
    pub(super) fn rename_container(&mut self, given: &str, name: &str) -> Outcome {
        if name.is_empty() {
            return Err(bad("Neither old nor new names may be empty"));
        }
        let index = self.find_container(given)?;
        let name = self.free_name(name)?;
        let old = format!("/{}", self.containers[index].name);
        self.containers[index].name = name;
        self.container_event(index, "rename", &[("oldName", old)]);
        Ok(Reply::done())
    }

    /// A new container's name, if it is well formed and free.
    pub(super) fn free_name(&self, given: &str) -> Result<String, Refusal> {
        let name = given.strip_prefix('/').unwrap_or(given);
        let well = name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.len() > 1
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
        if !well {
            return Err(bad(format!(
                "Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"
            )));
        }
        match self.containers.iter().find(|other| other.name == name) {
            None => Ok(name.to_owned()),
            Some(other) => Err(conflict(format!(
                "Conflict. The container name \"/{name}\" is already in use by container \"{}\". You have to \
                 remove (or rename) that container to be able to reuse that name.",
                other.id
            ))),
        }
    }

    /// `DELETE /containers/{id}`.
    pub(super) fn remove_container(
        &mut self,
        given: &str,
        force: bool,
        volumes: bool,
        link: bool,
    ) -> Outcome {
        let index = self.find_container(given)?;
        if link {
            return self.remove_link(index, given);
        }
        let container = &self.containers[index];
        let id = container.id.clone();
        if container.state.is_running() {
            if !force {
                let (state, procedure) = match container.state {
                    State::Paused => ("paused", "Unpause and then stop"),
                    State::Restarting => ("restarting", "Stop"),
                    _ => ("running", "Stop"),
                };
                return Err(conflict(format!(
                    "You cannot remove a {state} container {id}. {procedure} the container before attempting \
                     removal or force remove"
                )));
            }
            self.container_event(index, "kill", &[("signal", "9".to_owned())]);
            self.end(index, 137);
        }
        if self.containers[index].unremovable {
            self.containers[index].state = State::Dead;
            return Err(failure(format!(
                "container {id}: driver \"{}\" failed to remove root filesystem: unlinkat: device or resource busy",
                self.engine.driver
            )));
        }
        self.destroy(index, volumes);
        Ok(Reply::done())
    }

    fn remove_link(&mut self, index: usize, given: &str) -> Outcome {
        let name = given.strip_prefix('/').unwrap_or(given);
        let container = &mut self.containers[index];
        if container.name == name {
            return Err(conflict("Conflict, cannot remove the default name of the container"));
        }
        container.aliases.retain(|alias| alias != name);
        Ok(Reply::done())
    }

    /// Takes a container out of the world, whatever its state; `volumes` takes its anonymous volumes too, unless
    /// another container uses them.
    pub(super) fn destroy(&mut self, index: usize, volumes: bool) {
        self.container_event(index, "destroy", &[]);
        let container = self.containers.remove(index);
        // Links from it to others go with it.
        let links = format!("{}/", container.name);
        for other in &mut self.containers {
            other.aliases.retain(|alias| !alias.starts_with(&links));
        }
        if volumes {
            for mount in &container.mounts {
                if let MountKind::Volume { name, anonymous: true } = &mount.kind {
                    // In use elsewhere: the engine leaves it, silently.
                    let _ = self.remove_volume(name, false);
                }
            }
        }
    }

    /// Removes a container behind the clients' backs, whatever its state.
    pub fn vanish_container(&mut self, given: &str) {
        if let Ok(index) = self.find_container(given) {
            self.destroy(index, false);
        }
    }
}
