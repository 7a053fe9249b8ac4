//! Whether the environment works, as far as it was asked: health checks and the stack's services.

use jiff::{SignedDuration, Timestamp};

use crate::health::{HealthReport, StackReport};

/// Answers older than this are asked for again.
const OLD: SignedDuration = SignedDuration::from_mins(5);
/// And not sooner than this, whatever changes.
const REST: SignedDuration = SignedDuration::from_secs(30);

/// What was answered, and when.
#[derive(Debug, Clone, Default)]
pub struct Vitals {
    /// The health checks of the SSOT.
    pub health: Option<HealthReport>,
    /// The services of its compose file.
    pub stack: Option<StackReport>,
    /// When that was answered.
    pub at: Option<Timestamp>,
    /// Whether it is being asked.
    pub asking: bool,
    /// Whether something happened since, so that the answer may be another one.
    pub wanted: bool,
}

impl Vitals {
    /// Whether it is time to ask.
    pub fn due(&self, now: Timestamp) -> bool {
        let Some(at) = self.at else { return !self.asking };
        let since = now.duration_since(at);
        !self.asking && (since >= OLD || self.wanted && since >= REST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_run_no_more_often_than_needed() {
        let at = |seconds: i64| Timestamp::from_second(1_700_000_000 + seconds).unwrap();
        let mut vitals = Vitals::default();
        assert!(vitals.due(at(0)), "never asked");
        vitals.asking = true;
        assert!(!vitals.due(at(9999)), "one question at a time");
        vitals = Vitals { at: Some(at(0)), ..Vitals::default() };
        assert!(!vitals.due(at(299)) && vitals.due(at(300)));
        vitals.wanted = true;
        assert!(!vitals.due(at(29)) && vitals.due(at(30)));
    }
}
