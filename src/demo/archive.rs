//! Images that come from outside: `POST /images/create?fromSrc=-` (import of a tar) and `POST /commit`.
use serde_json::json;

use super::reference;
use super::reply::{Outcome, Refusal, Reply, failure};
use super::resources::Image;
use super::world::World;

/// Bytes of the files in a tar archive; `None` where it is no tar.
fn size_of_files(tar: &[u8]) -> Option<u64> {
    let mut total = 0;
    for entry in tar::Archive::new(tar).entries().ok()? {
        let entry = entry.ok()?;
        if entry.header().entry_type().is_file() {
            total += entry.size();
        }
    }
    (!tar.is_empty()).then_some(total)
}

impl World {
    /// `POST /images/create?fromSrc=-`.
    pub(super) fn import_image(&mut self, repository: &str, tag: &str, tar: &[u8]) -> Outcome {
        let name = target(repository, tag)?;
        let size = size_of_files(tar)
            .ok_or_else(|| failure("Error processing tar file(exit status 1): unexpected EOF"))?;
        let content = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(tar));
        let mut image = Image::untagged().shared_layer(&content, size);
        image.command.clear();
        image.last_tag_time = None;
        "Imported from -".clone_into(&mut image.comment);
        let id = self.add_image(image);
        if let Some(name) = name {
            self.tag(&id, &name);
        }
        self.image_event(&id, "import", &id);
        Ok(Reply::ok(json!({ "status": id })))
    }

    /// `POST /commit`: an image made of a container, with the container's image as its parent.
    pub(super) fn commit(&mut self, container: &str, repository: &str, tag: &str) -> Outcome {
        let name = target(repository, tag)?;
        let index = self.find_container(container)?;
        let source = &self.containers[index];
        let mut image = Image::untagged().parent(&source.image_id);
        image.command.clone_from(&source.command);
        image.labels = Some(source.labels.clone());
        image.last_tag_time = None;
        // Nothing written, no layer.
        if source.size_rw > 0 {
            image = image.size(source.size_rw);
        }
        let id = self.add_image(image);
        if let Some(name) = name {
            self.tag(&id, &name);
        }
        self.container_event(index, "commit", &[("comment", String::new()), ("imageID", id.clone())]);
        Ok(Reply::json(http::StatusCode::CREATED, json!({ "Id": id })))
    }
}

fn target(repository: &str, tag: &str) -> Result<Option<String>, Refusal> {
    if repository.is_empty() {
        return Ok(None);
    }
    let name = if tag.is_empty() { repository.to_owned() } else { format!("{repository}:{tag}") };
    reference::parse(&name).map(|name| Some(name.familiar())).map_err(failure)
}
