//! Texts that stand in many places, each kept once.

use std::cell::RefCell;

use arcstr::ArcStr;
use foldhash::HashSet;

/// The texts that were met so far.
#[derive(Debug, Default)]
pub struct Shared(RefCell<HashSet<ArcStr>>);

impl Shared {
    /// The text, in the memory that it has already where it was met before.
    pub fn text(&self, text: &str) -> ArcStr {
        let known = self.0.borrow().get(text).cloned();
        known.unwrap_or_else(|| self.keep(text.into()))
    }

    /// The same of a text that has memory of its own: where it was met before, that is not needed any more.
    pub fn same(&self, text: &mut ArcStr) {
        let known = self.0.borrow().get(text.as_str()).cloned();
        *text = known.unwrap_or_else(|| self.keep(text.clone()));
    }

    fn keep(&self, new: ArcStr) -> ArcStr {
        self.0.borrow_mut().insert(new.clone());
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_met_again_takes_no_memory() {
        let shared = Shared::default();
        let (one, other) = (shared.text("bridge"), shared.text("bridge"));
        assert!(ArcStr::ptr_eq(&one, &other) && !ArcStr::ptr_eq(&one, &shared.text("host")));
        let mut third = ArcStr::from("bridge");
        assert!(!ArcStr::ptr_eq(&one, &third));
        shared.same(&mut third);
        assert!(ArcStr::ptr_eq(&one, &third));
        let mut new = ArcStr::from("none");
        shared.same(&mut new);
        assert!(ArcStr::ptr_eq(&new, &shared.text("none")));
    }
}
