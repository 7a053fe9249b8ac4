//! Short messages that go away by themselves and never take the keyboard.

use jiff::{SignedDuration, Timestamp};

/// How long a message stays.
const STAYS: SignedDuration = SignedDuration::from_secs(6);
/// How long one stays that should not be missed.
const STAYS_LONGER: SignedDuration = SignedDuration::from_secs(15);
/// How many are shown at once.
const AT_ONCE: usize = 3;

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// For your information.
    Info,
    /// It went well.
    Good,
    /// Look here.
    Warning,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// What it says.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
    /// When it goes.
    pub until: Timestamp,
}

/// All messages on the screen, the newest last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Toasts(Vec<Toast>);

impl Toasts {
    /// Shows a message; the same one again only lasts longer.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>, now: Timestamp) {
        let (text, until) = (
            text.into(),
            now.saturating_add(if tone == Tone::Warning { STAYS_LONGER } else { STAYS })
                .unwrap_or(Timestamp::MAX),
        );
        self.0.retain(|toast| toast.text != text);
        self.0.push(Toast { text, tone, until });
        let over = self.0.len().saturating_sub(AT_ONCE);
        self.0.drain(..over);
    }

    /// Lets go of those whose time is over.
    pub fn expire(&mut self, now: Timestamp) {
        self.0.retain(|toast| toast.until > now);
    }

    /// Lets go of all, where a new screen begins that they have nothing to do with.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The messages.
    pub fn iter(&self) -> impl Iterator<Item = &Toast> {
        self.0.iter()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
