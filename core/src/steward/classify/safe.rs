//! The permission to remove one resource.

use arcstr::ArcStr;

use crate::steward::fingerprint::Fingerprint;
use crate::steward::inventory::{Key, State};

/// Proof that the classifier found a resource safe to delete. Its fields are private, it has no
/// `Default` and no `Deserialize`, and only [`classify`](super::classify) makes it: whoever holds one
/// did not make it up.
///
/// ```compile_fail
/// let forged = docker_steward_core::steward::SafeToDelete { key: todo!(), fingerprint: todo!(), siblings: 1, frees: None, unattended: true };
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeToDelete {
    key: Key,
    fingerprint: Fingerprint,
    siblings: usize,
    frees: Option<u64>,
    unattended: bool,
}

impl SafeToDelete {
    pub(super) const fn new(
        key: Key,
        fingerprint: Fingerprint,
        siblings: usize,
        frees: Option<u64>,
        unattended: bool,
    ) -> Self {
        Self { key, fingerprint, siblings, frees, unattended }
    }

    /// Takes what is known by now of what removing it would free.
    pub(in crate::steward) const fn measure(&mut self, frees: Option<u64>) {
        self.frees = frees;
    }

    /// Whether it stands on the SSOT's auto-delete list, old enough: it may go without anybody present.
    pub const fn may_go_unattended(&self) -> bool {
        self.unattended
    }

    /// What names the resource beyond doubt.
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// What people call it.
    pub const fn name(&self) -> &ArcStr {
        &self.fingerprint.name
    }

    /// What it was when it was classified.
    pub const fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// How many resources share its ID, itself included: an image with three tags is three of them, and
    /// goes with the last.
    pub const fn siblings(&self) -> usize {
        self.siblings
    }

    /// Whether it is a container with processes, which must be stopped first.
    pub fn is_active(&self) -> bool {
        self.fingerprint.state.as_ref().is_some_and(State::is_active)
    }

    /// Bytes that removing it would free, as far as known; an image's only with its last reference.
    pub const fn frees(&self) -> Option<u64> {
        self.frees
    }
}
