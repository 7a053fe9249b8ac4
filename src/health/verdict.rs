//! What came out of the checks.

use std::time::Duration;

use crate::ssot::Probe;

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It works.
    Healthy,
    /// It does not; why.
    Unhealthy(String),
    /// Nobody asked; why not.
    NotRun(String),
}

impl Verdict {
    /// The word for people.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Unhealthy(_) => "unhealthy",
            Self::NotRun(_) => "not run",
        }
    }

    /// Why, unless it is healthy.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Healthy => None,
            Self::Unhealthy(why) | Self::NotRun(why) => Some(why),
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// Its name in the SSOT.
    pub name: String,
    /// `http`, `exec`, `running` or `tcp`.
    pub kind: &'static str,
    /// What was asked: an address, a container with a command, a container, a port.
    pub target: String,
    /// What it came to.
    pub verdict: Verdict,
    /// How long that took; none if it was not run.
    pub latency: Option<Duration>,
}

/// All checks of an environment, in the order of the SSOT.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HealthReport {
    /// The checks.
    pub checks: Vec<CheckReport>,
}

impl HealthReport {
    /// Whether nothing that was asked is unhealthy. Says nothing of what was not run.
    pub fn is_healthy(&self) -> bool {
        self.unhealthy().next().is_none()
    }

    /// Whether any check passed.
    pub fn any_healthy(&self) -> bool {
        self.checks.iter().any(|it| it.verdict == Verdict::Healthy)
    }

    /// Whether there are checks, and not one could be run: then nothing is known.
    pub fn is_blind(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|it| matches!(it.verdict, Verdict::NotRun(_)))
    }

    /// The checks that failed.
    pub fn unhealthy(&self) -> impl Iterator<Item = &CheckReport> {
        self.checks.iter().filter(|it| matches!(it.verdict, Verdict::Unhealthy(_)))
    }

    /// The checks that passed before and fail now. The two reports are of one SSOT: checks stand at the same
    /// place in both.
    pub fn broken_since<'a>(&'a self, before: &HealthReport) -> Vec<&'a CheckReport> {
        let passed = |at: usize, now: &CheckReport| {
            before.checks.get(at).is_some_and(|it| it.name == now.name && it.verdict == Verdict::Healthy)
        };
        let fails = |it: &CheckReport| matches!(it.verdict, Verdict::Unhealthy(_));
        self.checks
            .iter()
            .enumerate()
            .filter(|(at, now)| fails(now) && passed(*at, now))
            .map(|(_, now)| now)
            .collect()
    }

    /// `3 healthy, 1 unhealthy, 1 not run`.
    pub fn summary(&self) -> String {
        let count = |word: &str| self.checks.iter().filter(|it| it.verdict.as_str() == word).count();
        let words: Vec<String> = ["healthy", "unhealthy", "not run"]
            .into_iter()
            .map(|word| (count(word), word))
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        if words.is_empty() { "no health checks".to_owned() } else { words.join(", ") }
    }
}

/// A probe's kind and target, for people.
pub(super) fn shown(probe: &Probe) -> (&'static str, String) {
    match probe {
        Probe::Http { url, .. } => ("http", url.clone()),
        Probe::Exec { container, command } => {
            let words: Vec<_> = command.iter().map(|word| crate::text::shell_quote(word)).collect();
            ("exec", format!("{container}: {}", words.join(" ")))
        }
        Probe::Running(container) => ("running", container.clone()),
        Probe::Tcp(address) => ("tcp", address.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(verdicts: &[Verdict]) -> HealthReport {
        let check = |(at, verdict): (usize, &Verdict)| CheckReport {
            name: format!("check {at}"),
            kind: "running",
            target: "x".to_owned(),
            verdict: verdict.clone(),
            latency: None,
        };
        HealthReport { checks: verdicts.iter().enumerate().map(check).collect() }
    }

    #[test]
    fn only_what_passed_before_and_fails_now_was_broken() {
        let (good, bad) = (Verdict::Healthy, Verdict::Unhealthy("x".to_owned()));
        let blind = Verdict::NotRun("x".to_owned());
        let all = [&good, &bad, &blind];
        for before in all {
            for after in all {
                let (before_all, after_all) =
                    (report(std::slice::from_ref(before)), report(std::slice::from_ref(after)));
                let broken = !after_all.broken_since(&before_all).is_empty();
                assert_eq!(broken, before == &good && after == &bad, "{before:?} → {after:?}");
            }
        }
        assert!(report(std::slice::from_ref(&bad)).broken_since(&report(&[])).is_empty());
    }

    #[test]
    fn what_was_not_run_is_no_failure_and_no_success() {
        let blind = Verdict::NotRun("x".to_owned());
        let report = |verdicts: &[Verdict]| report(verdicts);
        assert!(report(&[Verdict::Healthy, blind.clone()]).is_healthy());
        assert!(!report(&[Verdict::Healthy, blind.clone()]).is_blind());
        assert!(report(std::slice::from_ref(&blind)).is_blind());
        assert!(!report(&[]).is_blind() && report(&[]).is_healthy());
        assert_eq!(report(&[Verdict::Healthy, blind]).summary(), "1 healthy, 1 not run");
    }
}
