//! What names a resource beyond doubt: its kind, its ID, or its name where it has no other.

use std::fmt;

use arcstr::ArcStr;
use serde::{Deserialize, Serialize};

/// The four kinds of resource that are audited and may be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A container, in any state.
    Container,
    /// An image reference (`repository:tag`, a digest, or an untagged ID).
    Image,
    /// A volume.
    Volume,
    /// A network.
    Network,
}

impl Kind {
    /// All kinds, in the order in which they are shown and removed.
    pub const ALL: [Self; 4] = [Self::Container, Self::Image, Self::Volume, Self::Network];

    /// The singular word: `container`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Image => "image",
            Self::Volume => "volume",
            Self::Network => "network",
        }
    }

    /// The plural word: `containers`.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Container => "containers",
            Self::Image => "images",
            Self::Volume => "volumes",
            Self::Network => "networks",
        }
    }

    /// The word for `count` of them: `1 container`, `2 containers` without the number.
    pub const fn counted(self, count: usize) -> &'static str {
        if count == 1 { self.as_str() } else { self.plural() }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text || kind.plural() == text).ok_or_else(|| {
            format!("{text:?} is no kind of resource: use container, image, volume or network")
        })
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub struct $name(
            /// Shared: the same ID stands in the inventory, the audit, the tables and the marks.
            ArcStr,
        );

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id.into())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.as_str().to_owned()
            }
        }

        impl $name {
            /// Takes the engine's own text for the ID.
            pub fn new(id: impl Into<ArcStr>) -> Self {
                Self(id.into())
            }

            /// The whole ID, which a copy shares.
            pub(crate) const fn text(&self) -> &ArcStr {
                &self.0
            }

            /// The whole ID.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The first twelve hexadecimal digits, as `docker ps` shows them. For people only:
            /// a prefix is never sent to an engine.
            pub fn short(&self) -> &str {
                let hex = self.0.strip_prefix("sha256:").unwrap_or(&self.0);
                hex.get(..12).unwrap_or(hex)
            }

            /// Whether this is a whole ID (64 hexadecimal digits) and so names exactly one thing.
            pub fn is_full(&self) -> bool {
                let hex = self.0.strip_prefix("sha256:").unwrap_or(&self.0);
                hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// A container's ID: 64 hexadecimal digits.
    ContainerId
}
id! {
    /// An image's ID: `sha256:` and 64 hexadecimal digits.
    ImageId
}
id! {
    /// A network's ID: 64 hexadecimal digits.
    NetworkId
}

/// What names one resource beyond doubt. Marks, plans and the ledger hold keys, never row numbers or
/// names that may come to mean something else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Key {
    /// A container.
    Container {
        /// Its ID.
        id: ContainerId,
    },
    /// One reference to an image; an image with two tags has two keys.
    Image {
        /// The ID that the reference points to.
        id: ImageId,
        /// `repository:tag` or `repository@digest`; none for an untagged image.
        reference: Option<ArcStr>,
    },
    /// A volume. Volumes have no ID: the name is all there is.
    Volume {
        /// Its name.
        name: ArcStr,
    },
    /// A network.
    Network {
        /// Its ID.
        id: NetworkId,
    },
}

impl Key {
    /// The kind of resource that this key names.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Container { .. } => Kind::Container,
            Self::Image { .. } => Kind::Image,
            Self::Volume { .. } => Kind::Volume,
            Self::Network { .. } => Kind::Network,
        }
    }

    /// The engine's ID, which volumes do not have.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Container { id } => Some(id.as_str()),
            Self::Image { id, .. } => Some(id.as_str()),
            Self::Network { id } => Some(id.as_str()),
            Self::Volume { .. } => None,
        }
    }
}
