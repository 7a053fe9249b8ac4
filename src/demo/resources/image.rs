//! Images and their layers.
use jiff::Timestamp;

use super::{ENTRY, Map};

/// One layer of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// `sha256:…` of the layer's own content, as `RootFS` lists it.
    pub diff: String,
    /// `sha256:…` of the layer and those below it; layers with one chain ID are stored once. Follows from
    /// the diffs when the image enters a world.
    pub chain: String,
    /// Bytes.
    pub size: u64,
}

/// An image.
#[derive(Clone, Debug)]
pub struct Image {
    /// `sha256:…`; set when it enters a world.
    pub id: String,
    /// `name:tag`, in the short form that `docker images` shows.
    pub tags: Vec<String>,
    /// `name@sha256:…`.
    pub digests: Vec<String>,
    /// ID of the image that it was built on in this engine; empty for none.
    pub parent: String,
    /// When it was built: `None` for year 1.
    pub created: Option<Timestamp>,
    /// When it last got a tag here: `None` for year 1, as after `docker load`.
    pub last_tag_time: Option<Timestamp>,
    /// Labels; `None` prints as null.
    pub labels: Option<Map>,
    /// From the bottom up.
    pub layers: Vec<Layer>,
    /// Default program.
    pub command: Vec<String>,
    /// Folders that it declares as volumes.
    pub volumes: Vec<String>,
    /// Comment.
    pub comment: String,
}

impl Image {
    /// An image with one tag, built and tagged the moment it enters the world unless the builder says otherwise.
    pub fn new(tag: &str) -> Image {
        Image::untagged().tag(tag)
    }

    /// An image without a tag.
    pub fn untagged() -> Image {
        Image {
            id: String::new(),
            tags: Vec::new(),
            digests: Vec::new(),
            parent: String::new(),
            created: Some(ENTRY),
            last_tag_time: Some(ENTRY),
            labels: None,
            layers: Vec::new(),
            command: vec!["/bin/sh".to_owned()],
            volumes: Vec::new(),
            comment: String::new(),
        }
    }

    /// Adds a tag.
    #[must_use]
    pub fn tag(mut self, tag: &str) -> Self {
        self.tags.push(crate::demo::reference::with_tag(tag));
        self
    }

    /// Adds a digest, `name@sha256:…`.
    #[must_use]
    pub fn digest(mut self, digest: &str) -> Self {
        self.digests.push(digest.to_owned());
        self
    }

    /// Pulled from a registry: adds the digest of its first tag's repository.
    #[must_use]
    pub fn pulled(mut self) -> Self {
        if let Some((repository, _)) = self.tags.first().and_then(|tag| tag.rsplit_once(':')) {
            let digest = crate::demo::world::hash(&["digest", &self.tags[0]]);
            self.digests.push(format!("{repository}@sha256:{digest}"));
        }
        self
    }

    /// Built on another image of this engine, whose layers it shares.
    #[must_use]
    pub fn parent(mut self, id: &str) -> Self {
        id.clone_into(&mut self.parent);
        self
    }

    /// When it was built.
    #[must_use]
    pub fn created(mut self, at: Timestamp) -> Self {
        self.created = Some(at);
        self
    }

    /// When it last got a tag here.
    #[must_use]
    pub fn tagged_at(mut self, at: Timestamp) -> Self {
        self.last_tag_time = Some(at);
        self
    }

    /// Came by `docker load`: the engine then knows no time of the last tag.
    #[must_use]
    pub fn loaded(mut self) -> Self {
        self.last_tag_time = None;
        self
    }

    /// Its builder wrote no time: the engine prints year 1.
    #[must_use]
    pub fn year_one(mut self) -> Self {
        self.created = None;
        self
    }

    /// Adds a label.
    #[must_use]
    pub fn label(mut self, key: &str, value: &str) -> Self {
        self.labels.get_or_insert_default().insert(key.to_owned(), value.to_owned());
        self
    }

    /// Adds a layer of its own of this many bytes.
    #[must_use]
    pub fn size(mut self, bytes: u64) -> Self {
        self.layers.push(Layer { diff: String::new(), chain: String::new(), size: bytes });
        self
    }

    /// Adds a layer that every image with the same `name` shares.
    #[must_use]
    pub fn shared_layer(mut self, name: &str, bytes: u64) -> Self {
        let diff = format!("sha256:{}", crate::demo::world::hash(&["layer", name]));
        self.layers.push(Layer { diff, chain: String::new(), size: bytes });
        self
    }

    /// Declares a folder as a volume.
    #[must_use]
    pub fn declares(mut self, folder: &str) -> Self {
        self.volumes.push(folder.to_owned());
        self
    }

    /// Default program.
    #[must_use]
    pub fn command(mut self, words: &[&str]) -> Self {
        self.command = words.iter().map(|&word| word.to_owned()).collect();
        self
    }

    /// Bytes of all its layers.
    pub fn total(&self) -> u64 {
        self.layers.iter().map(|layer| layer.size).sum()
    }
}
