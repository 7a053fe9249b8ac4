//! The build cache.
use jiff::Timestamp;

/// One record of the build cache.
#[derive(Clone, Debug)]
pub struct BuildCache {
    /// `BuildKit`'s ID.
    pub id: String,
    /// What it came from.
    pub description: String,
    /// Bytes.
    pub size: u64,
    /// A build uses it now.
    pub in_use: bool,
    /// An image shares it.
    pub shared: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When a build last used it.
    pub last_used: Option<Timestamp>,
    /// How many builds used it.
    pub usage_count: u32,
}
