//! Texts that stand in many places, each kept once.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};

use arcstr::ArcStr;
use foldhash::HashSet;

/// The texts that were met so far.
#[derive(Debug, Default)]
pub struct Shared(RefCell<HashSet<ArcStr>>);

impl Shared {
    /// The text, in the memory that it has already where it was met before.
    pub fn text(&self, text: &str) -> ArcStr {
        met(&mut self.0.borrow_mut(), text)
    }

    /// The same of a text that has memory of its own: where it was met before, that is not needed any more.
    pub fn same(&self, text: &mut ArcStr) {
        let known = self.0.borrow().get(text.as_str()).cloned();
        if let Some(known) = known {
            *text = known;
        } else {
            self.0.borrow_mut().insert(text.clone());
        }
    }
}

/// The same for several that read at once: what the one has met, the others have.
#[derive(Debug, Clone, Default)]
pub struct SharedByAll(Arc<Mutex<HashSet<ArcStr>>>);

impl SharedByAll {
    /// The text, in the memory that it has already where it was met before.
    pub fn text(&self, text: &str) -> ArcStr {
        // Whoever panicked here has left it whole: it only ever gains a text.
        met(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner), text)
    }
}

/// One text of several, made in the memory in which it is kept.
pub fn joined(parts: &[&str]) -> ArcStr {
    let length = parts.iter().map(|part| part.len()).sum();
    if length == 0 {
        return ArcStr::new();
    }
    let made = ArcStr::init_with(length, |mut rest| {
        for part in parts {
            let (here, behind) = rest.split_at_mut(part.len());
            here.copy_from_slice(part.as_bytes());
            rest = behind;
        }
    });
    // Several texts in a row are a text.
    made.unwrap_or_default()
}

fn met(known: &mut HashSet<ArcStr>, text: &str) -> ArcStr {
    if text.is_empty() {
        return ArcStr::new();
    }
    if let Some(known) = known.get(text) {
        return known.clone();
    }
    let new = ArcStr::from(text);
    known.insert(new.clone());
    new
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
        assert_eq!(shared.text(""), "");
    }

    #[test]
    fn several_texts_are_one() {
        assert_eq!(joined(&["", "é", "", "ü*"]), "éü*");
        assert_eq!(joined(&[]), "");
    }

    #[test]
    fn what_one_has_met_another_has() {
        let one = SharedByAll::default();
        let other = one.clone();
        let met = std::thread::scope(|scope| scope.spawn(|| one.text("pgdata")).join()).unwrap();
        assert!(ArcStr::ptr_eq(&met, &other.text("pgdata")) && !ArcStr::ptr_eq(&met, &other.text("web")));
    }
}
