//! What is news, by what was told before. Pure.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::facts::Facts;
use crate::ssot::{AlertEvent, AlertRule};

/// What one rule has been told so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// What made the drift.
    pub drift: BTreeSet<String>,
    /// What was missing.
    pub missing: BTreeSet<String>,
    /// What was unhealthy, by the names of the checks.
    pub unhealthy: BTreeSet<String>,
    /// What was protected at the last audit; none before the first.
    pub protected: Option<BTreeSet<String>>,
    /// The last refusal.
    pub refused: Option<String>,
    /// Whether the engine could not be asked.
    pub silent: bool,
}

/// What is unhealthy where the engine itself does not answer.
pub(super) const ENGINE: &str = "the engine";

/// One thing to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// What it is about.
    pub event: AlertEvent,
    /// What it is about by name: for drift and the like, only what is new; all of it for `always`.
    pub names: BTreeSet<String>,
}

/// What a rule is to be told of these facts, the gravest first.
///
/// News is what was not told before: drift that only grew smaller is none, and neither is what still holds.
/// With `always` what still holds is told again.
pub fn decide(rule: &AlertRule, told: &Told, facts: &Facts) -> Vec<News> {
    let mut news = Vec::new();
    let mut tell = |event: AlertEvent, names: BTreeSet<String>| {
        if rule.on.contains(&event) && !news.iter().any(|it: &News| it.event == event) {
            news.push(News { event, names });
        }
    };
    let fresh = |now: &BTreeSet<String>, before: &BTreeSet<String>| -> BTreeSet<String> {
        if rule.always { now.clone() } else { now.difference(before).cloned().collect() }
    };

    if let (Some(now), Some(before)) = (&facts.protected, &told.protected) {
        let gone: BTreeSet<String> = before.difference(now).cloned().collect();
        if !gone.is_empty() {
            tell(AlertEvent::ProtectedGone, gone);
        }
    }
    let (mut ill, mut well) = (BTreeSet::new(), BTreeSet::new());
    match (&facts.silent, told.silent) {
        (Some(_), before) if rule.always || !before => _ = ill.insert(ENGINE.to_owned()),
        (None, true) => _ = well.insert(ENGINE.to_owned()),
        _ => {}
    }
    if let Some(unhealthy) = &facts.unhealthy {
        let now: BTreeSet<String> = unhealthy.keys().cloned().collect();
        ill.extend(fresh(&now, &told.unhealthy));
        well.extend(told.unhealthy.difference(&now).cloned());
    }
    if !ill.is_empty() {
        tell(AlertEvent::Unhealthy, ill);
    }
    if !well.is_empty() {
        tell(AlertEvent::Healthy, well);
    }
    if let Some(drift) = &facts.drift {
        let missing = fresh(&drift.missing, &told.missing);
        if !missing.is_empty() {
            tell(AlertEvent::Missing, missing);
        }
        let all = drift.all();
        let new = fresh(&all, &told.drift);
        if !new.is_empty() {
            tell(AlertEvent::Drift, new);
        }
        if all.is_empty() && !told.drift.is_empty() {
            tell(AlertEvent::DriftCleared, BTreeSet::new());
        }
    }
    if let Some(why) = &facts.refused
        && (rule.always || told.refused.as_ref() != Some(why))
    {
        tell(AlertEvent::Refused, BTreeSet::new());
    }
    if facts.cleanup.is_some() {
        tell(AlertEvent::Cleanup, BTreeSet::new());
    }
    news
}

impl Told {
    /// Remembers facts as told. What a pass did not look at stays as it was.
    pub fn learn(&mut self, facts: &Facts) {
        if let Some(drift) = &facts.drift {
            self.drift = drift.all();
            self.missing.clone_from(&drift.missing);
        }
        if let Some(unhealthy) = &facts.unhealthy {
            self.unhealthy = unhealthy.keys().cloned().collect();
        }
        if facts.protected.is_some() {
            self.protected.clone_from(&facts.protected);
        }
        // A pass that was not refused lets the same refusal be news again.
        self.refused.clone_from(&facts.refused);
        self.silent = facts.silent.is_some();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::alert::facts::{DriftFacts, Origin};
    use crate::ssot::{AlertTarget, EngineBinding};

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn facts(unknown: &[&str], protected: &[&str], unhealthy: &[&str]) -> Facts {
        let origin = Origin {
            environment: "staging".to_owned(),
            steward: "Gordon".to_owned(),
            host: "droplet".to_owned(),
            ip: "192.0.2.1".to_owned(),
            engine: EngineBinding { id: "ID".to_owned(), ..EngineBinding::default() },
            url: "unix:///run/engine.sock".to_owned(),
            again: "docker-steward".to_owned(),
        };
        let ill = |&name: &&str| (name.to_owned(), "down".to_owned());
        Facts {
            drift: Some(DriftFacts { unknown: set(unknown), ..DriftFacts::default() }),
            protected: Some(set(protected)),
            unhealthy: Some(unhealthy.iter().map(ill).collect::<BTreeMap<_, _>>()),
            ..Facts::none(origin, "2026-01-16T05:53:32Z".parse().unwrap())
        }
    }

    fn rule(on: &[AlertEvent], always: bool) -> AlertRule {
        AlertRule { target: AlertTarget::Slack("https://x.example".to_owned()), on: on.to_vec(), always }
    }

    const ALL: [AlertEvent; 8] = [
        AlertEvent::ProtectedGone,
        AlertEvent::Unhealthy,
        AlertEvent::Healthy,
        AlertEvent::Missing,
        AlertEvent::Drift,
        AlertEvent::DriftCleared,
        AlertEvent::Refused,
        AlertEvent::Cleanup,
    ];

    /// What a rule hears over some passes.
    fn heard(rule: &AlertRule, passes: &[Facts]) -> Vec<String> {
        let mut told = Told::default();
        let mut heard = Vec::new();
        for facts in passes {
            let news = decide(rule, &told, facts);
            let line = |it: &News| {
                format!("{} {}", it.event.as_str(), it.names.iter().cloned().collect::<Vec<_>>().join("+"))
            };
            heard.push(news.iter().map(line).collect::<Vec<_>>().join(", "));
            told.learn(facts);
        }
        heard
    }

    #[test]
    fn only_what_is_new_is_told() {
        let passes = [
            facts(&[], &["container/prod-a", "container/prod-b"], &[]),
            facts(&["container/x"], &["container/prod-a", "container/prod-b"], &["Odoo"]),
            facts(&["container/x"], &["container/prod-a", "container/prod-b"], &["Odoo"]),
            facts(&["container/x", "volume/y"], &["container/prod-a"], &["Odoo"]),
            facts(&["volume/y"], &["container/prod-a"], &[]),
            facts(&[], &["container/prod-a"], &[]),
            facts(&[], &["container/prod-a"], &[]),
        ];
        insta::assert_snapshot!(heard(&rule(&ALL, false), &passes).join("\n"), @"

        unhealthy Odoo, drift container/x

        protected_gone container/prod-b, drift volume/y
        healthy Odoo
        drift_cleared 
        ");
        let only_drift = heard(&rule(&[AlertEvent::Drift], true), &passes[1..3]);
        assert_eq!(only_drift, ["drift container/x", "drift container/x"], "always");
    }

    #[test]
    fn an_engine_that_falls_silent_is_told_once_and_so_is_its_return() {
        let ill = facts(&[], &[], &["Odoo"]);
        let silent =
            Facts { silent: Some("no such socket".to_owned()), ..Facts::none(ill.origin.clone(), ill.at) };
        let passes = [ill.clone(), silent.clone(), silent, ill, facts(&[], &[], &[])];
        assert_eq!(
            heard(&rule(&ALL, false), &passes),
            ["unhealthy Odoo", "unhealthy the engine", "", "healthy the engine", "healthy Odoo"]
        );
        assert_eq!(heard(&rule(&ALL, true), &passes[1..3]), ["unhealthy the engine", "unhealthy the engine"]);
    }

    #[test]
    fn what_was_not_looked_at_is_neither_told_nor_forgotten() {
        let seen = facts(&["container/x"], &["container/prod-a"], &["Odoo"]);
        let mut told = Told::default();
        told.learn(&seen);
        let blind = Facts::none(seen.origin.clone(), seen.at);
        assert!(decide(&rule(&ALL, false), &told, &blind).is_empty());
        let before = told.clone();
        told.learn(&blind);
        assert_eq!(told, before);
    }

    #[test]
    fn a_refusal_is_told_once_until_something_else_happens() {
        let calm = facts(&[], &[], &[]);
        let refused = Facts { refused: Some("not autonomous".to_owned()), ..calm.clone() };
        let passes = [refused.clone(), refused.clone(), calm, refused];
        assert_eq!(heard(&rule(&ALL, false), &passes), ["refused ", "", "", "refused "]);
    }
}
