//! The rules of images (moby `daemon/images/image_delete.go`).
use http::StatusCode;
use serde_json::{Value, json};

use super::reference::{self, Reference};
use super::reply::{Outcome, Refusal, Reply, conflict, failure, missing};
use super::resources::Image;
use super::world::World;

/// A name in the familiar form that the engine's messages use.
pub(super) fn shown(given: &str) -> String {
    if reference::is_full_id(given) { format!("sha256:{given}") } else { reference::with_tag(given) }
}

fn short(id: &str) -> &str {
    let hex = id.strip_prefix("sha256:").unwrap_or(id);
    hex.get(..12).unwrap_or(hex)
}

impl World {
    /// Finds an image as the engine does: full ID, then tag or digest, then the start of an ID.
    pub(super) fn find_image(&self, given: &str) -> Option<&Image> {
        let full = if reference::is_full_id(given) { format!("sha256:{given}") } else { given.to_owned() };
        if full.strip_prefix("sha256:").is_some_and(reference::is_full_id) {
            return self.images.iter().find(|image| image.id == full);
        }
        let parsed = reference::parse(given).ok()?;
        let holds = |image: &&Image| holder(image, &parsed);
        self.images.iter().find(holds).or_else(|| {
            let mut starts = self.images.iter().filter(|image| is_id_prefix(&image.id, given));
            // An ambiguous start is no image at all.
            starts.next().filter(|_| starts.next().is_none())
        })
    }

    fn image(&self, given: &str) -> Result<&Image, Refusal> {
        if let Some(image) = self.find_image(given) {
            return Ok(image);
        }
        match reference::parse(given) {
            Err(message) if !reference::is_full_id(given) => Err(super::reply::bad(message)),
            _ => Err(missing(format!("No such image: {}", shown(given)))),
        }
    }

    /// An image by name or ID, with the words that inspect adds to its errors.
    pub(super) fn image_to_inspect(&self, given: &str) -> Result<&Image, Refusal> {
        self.image(given).map_err(|refusal| Refusal {
            message: format!("no such image: {given}: {}", refusal.message),
            ..refusal
        })
    }

    /// An image by name or ID, for tests that change it behind the clients' backs.
    pub fn image_mut(&mut self, given: &str) -> Option<&mut Image> {
        let id = self.find_image(given)?.id.clone();
        self.images.iter_mut().find(|image| image.id == id)
    }

    /// Whether an image is another one or was built on it.
    pub(super) fn descends(&self, id: &str, ancestor: &str) -> bool {
        let mut at = id;
        loop {
            if at == ancestor {
                return true;
            }
            match self.images.iter().find(|image| image.id == at) {
                Some(image) if !image.parent.is_empty() => at = &image.parent,
                _ => return false,
            }
        }
    }

    /// Whether any image was built on this one.
    pub(super) fn has_children(&self, id: &str) -> bool {
        self.images.iter().any(|image| image.parent == id)
    }

    /// Puts a tag on an image, and takes it off the one that held it.
    pub fn tag(&mut self, given: &str, tag: &str) -> bool {
        let Some(id) = self.find_image(given).map(|image| image.id.clone()) else { return false };
        let tag = reference::with_tag(tag);
        let now = self.now();
        for image in &mut self.images {
            if image.id == id {
                image.last_tag_time = Some(now);
                if !image.tags.contains(&tag) {
                    image.tags.push(tag.clone());
                    image.tags.sort();
                }
            } else {
                image.tags.retain(|held| *held != tag);
            }
        }
        self.image_event(&id, "tag", &tag);
        true
    }

    /// `POST /images/{name}/tag`.
    pub(super) fn tag_image(&mut self, given: &str, repository: &str, tag: &str) -> Outcome {
        let id = self.image(given)?.id.clone();
        let target = if tag.is_empty() { repository.to_owned() } else { format!("{repository}:{tag}") };
        reference::parse(&target).map_err(failure)?;
        self.tag(&id, &target);
        Ok(Reply::empty(StatusCode::CREATED))
    }

    /// `DELETE /images/{name}`.
    pub(super) fn remove_image(&mut self, given: &str, force: bool, prune: bool) -> Outcome {
        let image = self.image(given)?;
        let id = image.id.clone();
        let references = references(image);
        let mut records = Vec::new();
        let mut quiet = false;
        if is_id_prefix(&id, given) {
            // By ID: one tag, with the digests of its repository, counts as the image's own.
            if is_single(&references) {
                self.check_conflicts(&id, force, false)?;
                for held in references {
                    self.untag(&id, &held, &mut records);
                }
            }
        } else {
            if !force
                && is_single(&references)
                && let Some(user) = self.containers.iter().find(|container| container.image_id == id)
            {
                return Err(conflict(format!(
                    "conflict: unable to remove repository reference \"{given}\" (must force) - container {} is \
                     using its referenced image {}",
                    short(&user.id),
                    short(&id)
                )));
            }
            let familiar = reference::with_tag(given);
            self.untag(&id, &familiar, &mut records);
            let repository = reference::repository(&familiar).to_owned();
            let left = self.references_of(&id);
            let same = |held: &&String| reference::repository(held) == repository;
            // The last tag of a repository takes its digests with it.
            if !familiar.contains('@') && !left.iter().filter(same).any(|held| !held.contains('@')) {
                for held in left.iter().filter(same) {
                    self.untag(&id, held, &mut records);
                }
            }
            if !self.references_of(&id).is_empty() {
                return Ok(Reply::ok(Value::Array(records)));
            }
            quiet = true;
        }
        self.delete_chain(&id, force, prune, quiet, &mut records)?;
        Ok(Reply::ok(Value::Array(records)))
    }

    /// Deletes an image and, if told to, its parents up to the first that someone needs. `quiet` leaves an image
    /// that someone needs without a word: its name is gone already, and that was all that was asked.
    fn delete_chain(
        &mut self,
        id: &str,
        force: bool,
        prune: bool,
        quiet: bool,
        records: &mut Vec<Value>,
    ) -> Result<(), Refusal> {
        if let Err(refusal) = self.check_conflicts(id, force, true) {
            let used = self.containers.iter().any(|container| container.image_id == id);
            let dangling = self.references_of(id).is_empty() && !self.has_children(id);
            return if quiet && (!dangling || used) { Ok(()) } else { Err(refusal) };
        }
        for held in self.references_of(id) {
            self.untag(id, &held, records);
        }
        let Some(index) = self.images.iter().position(|image| image.id == id) else { return Ok(()) };
        self.image_event(id, "delete", id);
        let image = self.images.remove(index);
        records.push(json!({ "Deleted": image.id }));
        for layer in image.layers.iter().rev() {
            let shared = |other: &Image| other.layers.iter().any(|held| held.chain == layer.chain);
            if !self.images.iter().any(shared) {
                records.push(json!({ "Deleted": layer.chain }));
            }
        }
        if prune && !image.parent.is_empty() {
            return self.delete_chain(&image.parent, false, true, true, records);
        }
        Ok(())
    }

    /// What stands against deleting an image. Children and running containers do even against force.
    fn check_conflicts(&self, id: &str, force: bool, tags: bool) -> Result<(), Refusal> {
        let refuse = |how: &str, why: String| {
            Err(conflict(format!("conflict: unable to delete {} ({how}) - {why}", short(id))))
        };
        if self.has_children(id) {
            return refuse("cannot be forced", "image has dependent child images".to_owned());
        }
        let mut users = self.containers.iter().filter(|container| container.image_id == id);
        if let Some(user) = users.clone().find(|container| container.state.is_running()) {
            let why = format!("image is being used by running container {}", short(&user.id));
            return refuse("cannot be forced", why);
        }
        if force {
            return Ok(());
        }
        if tags && !self.references_of(id).is_empty() {
            return refuse("must be forced", "image is referenced in multiple repositories".to_owned());
        }
        match users.next() {
            Some(user) => {
                let why = format!("image is being used by stopped container {}", short(&user.id));
                refuse("must be forced", why)
            }
            None => Ok(()),
        }
    }

    fn references_of(&self, id: &str) -> Vec<String> {
        self.images.iter().find(|image| image.id == id).map(references).unwrap_or_default()
    }

    fn untag(&mut self, id: &str, reference: &str, records: &mut Vec<Value>) {
        for image in self.images.iter_mut().filter(|image| image.id == id) {
            image.tags.retain(|held| held != reference);
            image.digests.retain(|held| held != reference);
        }
        self.image_event(id, "untag", id);
        records.push(json!({ "Untagged": reference }));
    }

    /// Takes a tag off behind the clients' backs; the image stays, perhaps dangling.
    pub fn drop_tag(&mut self, tag: &str) {
        let tag = reference::with_tag(tag);
        if let Some(id) = self.find_image(&tag).map(|image| image.id.clone()) {
            self.untag(&id, &tag, &mut Vec::new());
        }
    }
}

fn references(image: &Image) -> Vec<String> {
    image.tags.iter().chain(&image.digests).cloned().collect()
}

/// Whether all references are one tag at most and the digests of its repository.
fn is_single(references: &[String]) -> bool {
    if references.len() <= 1 {
        return true;
    }
    let mut tags = references.iter().filter(|held| !held.contains('@'));
    let first = tags.next().unwrap_or(&references[0]);
    let repository = reference::repository(first);
    tags.next().is_none()
        && references
            .iter()
            .filter(|held| held.contains('@'))
            .all(|held| reference::repository(held) == repository)
}

fn is_id_prefix(id: &str, given: &str) -> bool {
    let hex = id.strip_prefix("sha256:").unwrap_or(id);
    !given.is_empty() && (id.starts_with(given) || hex.starts_with(given))
}

/// Whether an image holds a reference: by digest where there is one, else by tag.
fn holder(image: &Image, wanted: &Reference) -> bool {
    match (&wanted.digest, &wanted.tag) {
        (Some(digest), _) => image.digests.contains(&format!("{}@{digest}", wanted.familiar_name())),
        (None, Some(tag)) => image.tags.contains(&format!("{}:{tag}", wanted.familiar_name())),
        (None, None) => false,
    }
}
