//! What is inside: the files of volumes (`GET` and `PUT /containers/{id}/archive`), and whole images (`GET
//! /images/{name}/get`, `POST /images/load`).
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

use super::reference;
use super::reply::{Body, Outcome, Refusal, Reply, bad, failure, missing};
use super::resources::{Container, Image, MountKind};
use super::world::World;

/// The files of an archive by their paths, and its folders with nothing in them.
fn unpack(tar: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, Refusal> {
    let broken = |error: std::io::Error| bad(format!("Error processing tar file(exit status 1): {error}"));
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(tar).entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let path = entry.path().map_err(broken)?.to_string_lossy().into_owned();
        if entry.header().entry_type().is_file() {
            let mut content = Vec::new();
            entry.read_to_end(&mut content).map_err(broken)?;
            files.insert(path, content);
        }
    }
    Ok(files)
}

/// An archive of a folder, if it has a name, and of files.
fn pack<'a>(folder: &str, files: impl Iterator<Item = (String, &'a [u8])>) -> std::io::Result<Vec<u8>> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut append = |path: &str, kind: tar::EntryType, mode: u32, content: &[u8]| {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_size(content.len() as u64);
        builder.append_data(&mut header, path, content)
    };
    if !folder.is_empty() {
        append(&format!("{folder}/"), tar::EntryType::Directory, 0o755, &[])?;
    }
    for (path, content) in files {
        append(&path, tar::EntryType::Regular, 0o644, content)?;
    }
    builder.into_inner()
}

fn archive(tar: std::io::Result<Vec<u8>>) -> Outcome {
    let tar = tar.map_err(|error| failure(error.to_string()))?;
    let body = Body::Raw("application/x-tar", Bytes::from(tar));
    Ok(Reply { status: StatusCode::OK, body, headers: Vec::new() })
}

/// The volume that a container has at a folder.
fn volume_at<'a>(container: &'a Container, folder: &str) -> Option<&'a str> {
    let found = container.mounts.iter().find(|mount| mount.destination == folder)?;
    match &found.kind {
        MountKind::Volume { name, .. } => Some(name),
        _ => None,
    }
}

impl World {
    /// `GET /containers/{id}/archive`: of all that a container has, the simulation knows the files of its volumes.
    pub(super) fn read_files(&self, given: &str, path: &str) -> Outcome {
        let container = &self.containers[self.find_container(given)?];
        let folder = path.trim_end_matches('/');
        let found = volume_at(container, folder)
            .and_then(|name| self.volumes.iter().find(|volume| volume.name == name));
        let volume =
            found.ok_or_else(|| missing(format!("Could not find the file {path} in container {given}")))?;
        let base = folder.rsplit('/').next().unwrap_or_default();
        archive(pack(
            base,
            volume.files.iter().map(|(at, content)| (format!("{base}/{at}"), content.as_slice())),
        ))
    }

    /// `PUT /containers/{id}/archive`: what does not belong into a volume goes into the container's own layer.
    pub(super) fn write_files(&mut self, given: &str, path: &str, tar: &[u8]) -> Outcome {
        let index = self.find_container(given)?;
        for (at, content) in unpack(tar)? {
            let whole = format!("{}/{at}", path.trim_end_matches('/'));
            let container = &self.containers[index];
            let into = container.mounts.iter().find_map(|mount| {
                let within = whole.strip_prefix(&mount.destination)?.strip_prefix('/')?;
                Some((
                    volume_at(container, &mount.destination)?.to_owned(),
                    within.to_owned(),
                    mount.writable,
                ))
            });
            match into {
                Some((_, within, false)) => {
                    return Err(failure(format!(
                        "Error processing tar file: open {within}: read-only file system"
                    )));
                }
                Some((name, within, true)) => {
                    if let Some(volume) = self.volumes.iter_mut().find(|volume| volume.name == name) {
                        volume.size += content.len() as u64;
                        volume.files.insert(within, content);
                    }
                }
                None => self.containers[index].size_rw += content.len() as u64,
            }
        }
        Ok(Reply::empty(StatusCode::OK))
    }

    /// `GET /images/{name}/get`: by ID without tags, by name with that one.
    pub(super) fn save_image(&mut self, given: &str) -> Outcome {
        let Some(image) = self.find_image(given) else {
            // 20.10 says so of an image that it does not have.
            return Err(failure(format!("reference does not exist: {given}")));
        };
        let hex = image.id.trim_start_matches("sha256:").to_owned();
        let by_id = image.id.trim_start_matches("sha256:").starts_with(given.trim_start_matches("sha256:"));
        let tags = if by_id { Value::Null } else { json!([reference::with_tag(given)]) };
        let config = json!({ "config": { "Labels": image.labels }, "created": image.created }).to_string();
        let manifest =
            json!([{ "Config": format!("{hex}.json"), "RepoTags": tags, "Layers": [] }]).to_string();
        let exported = Image {
            tags: Vec::new(),
            digests: Vec::new(),
            parent: String::new(),
            last_tag_time: None,
            ..image.clone()
        };
        let id = image.id.clone();
        self.exported.insert(id.clone(), exported);
        self.image_event(&id, "save", &id);
        let files =
            [(format!("{hex}.json"), config.as_bytes()), ("manifest.json".to_owned(), manifest.as_bytes())];
        archive(pack("", files.into_iter()))
    }

    /// `POST /images/load`. The simulation knows again what it has saved itself.
    pub(super) fn load_images(&mut self, tar: &[u8]) -> Outcome {
        let files = unpack(tar)?;
        let manifest =
            files.get("manifest.json").ok_or_else(|| failure("open manifest.json: no such file"))?;
        let images: Vec<Value> =
            serde_json::from_slice(manifest).map_err(|error| failure(error.to_string()))?;
        let mut told = String::new();
        for image in &images {
            let config = image["Config"].as_str().unwrap_or_default();
            let id = format!("sha256:{}", config.trim_end_matches(".json"));
            if !self.images.iter().any(|held| held.id == id) {
                let exported = self.exported.get(&id).cloned();
                let exported =
                    exported.ok_or_else(|| failure(format!("open {config}: no such file or directory")))?;
                self.images.push(exported);
            }
            self.image_event(&id, "load", &id);
            let tags = image["RepoTags"].as_array().cloned().unwrap_or_default();
            for tag in tags.iter().filter_map(Value::as_str) {
                self.tag(&id, tag);
                let _ = writeln!(told, "Loaded image: {tag}");
            }
            if tags.is_empty() {
                let _ = writeln!(told, "Loaded image ID: {id}");
            }
        }
        Ok(Reply::ok(json!({ "stream": told })))
    }
}
