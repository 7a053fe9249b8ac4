//! News in words: Markdown for Mattermost, Slack's own marks, and JSON.
//!
//! Names come from an engine where anybody may have chosen them. They stand in code, where neither chat reads
//! marks or mentions (`@channel`), and without the characters that would end it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::decide::{ENGINE, News};
use super::facts::{CleanupFacts, Facts};
use crate::ssot::AlertEvent;
use crate::text::{bytes, sanitise};

/// How many names are listed before "and … more".
const LISTED: usize = 10;
/// How long a text from elsewhere may be.
const LONGEST: usize = 300;

/// How a chat wants its marks.
#[derive(Clone, Copy)]
struct Marks {
    strong: &'static str,
    escape: fn(&str) -> String,
}

const MARKDOWN: Marks = Marks { strong: "**", escape: escape_markdown };
const SLACK: Marks = Marks { strong: "*", escape: escape_slack };

/// The message in Markdown, as Mattermost reads it.
pub fn markdown(facts: &Facts, news: &[News]) -> String {
    text(facts, news, MARKDOWN)
}

/// The message as Slack reads it.
pub fn slack(facts: &Facts, news: &[News]) -> String {
    text(facts, news, SLACK)
}

/// The message for programs: a webhook's body, a command's standard input. Its field names are a contract:
/// they are added to, never renamed.
///
/// `events[].names` is what is new (all of it with `always: true`): `kind/name`, or names of health checks.
/// `text` is the message in Markdown.
pub fn json(facts: &Facts, news: &[News]) -> Value {
    let origin = &facts.origin;
    let drift = facts.drift.as_ref();
    json!({
        "schema": 1,
        "at": facts.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "environment": origin.environment,
        "steward": origin.steward,
        "host": origin.host,
        "ip": origin.ip,
        "engine_id": origin.engine.id,
        "events": news.iter().map(|it| json!({ "event": it.event.as_str(), "names": it.names })).collect::<Vec<_>>(),
        "drift": drift.map(|it| it.counts),
        "reclaimable_bytes": drift.map(|it| it.reclaimable),
        "unhealthy": facts.unhealthy,
        "refused": facts.refused,
        "silent": facts.silent,
        "cleanup": facts.cleanup.as_ref().map(|it| json!({
            "run": it.run,
            "gone": it.gone,
            "left": it.left,
            "freed_bytes": it.freed,
            "stopped": it.stopped,
            "broke": it.broke,
        })),
        "text": markdown(facts, news),
    })
}

fn text(facts: &Facts, news: &[News], marks: Marks) -> String {
    let origin = &facts.origin;
    let strong = marks.strong;
    let mut lines = vec![format!(
        "{strong}{}{strong}: {} on {} ({})",
        (marks.escape)(&origin.steward),
        (marks.escape)(&origin.environment),
        (marks.escape)(&origin.host),
        (marks.escape)(&origin.ip),
    )];
    for it in news {
        lines.push(event(facts, it, marks));
    }
    for (heading, command) in next(facts, news) {
        lines.push(format!("{heading}: {}", code(&command)));
    }
    lines.join("\n")
}

fn event(facts: &Facts, news: &News, marks: Marks) -> String {
    let names: Vec<&str> = news.names.iter().map(String::as_str).collect();
    let names = listed(&names);
    let strong = |text: &str| format!("{0}{text}{0}", marks.strong);
    match news.event {
        AlertEvent::ProtectedGone => format!(
            "🚨 {}, present at the last audit: {names}. If nobody meant it, restore from the latest backup.",
            strong("A protected resource is gone")
        ),
        AlertEvent::Unhealthy => {
            let mut line = format!("🔴 {}: {names}", strong("Unhealthy"));
            let silent = facts.silent.iter().map(|why| (ENGINE, why));
            let checks = facts.unhealthy.iter().flatten().map(|(name, why)| (name.as_str(), why));
            let ill = silent.chain(checks).filter(|(name, _)| news.names.contains(*name));
            for (name, why) in ill.take(LISTED) {
                let _ = write!(line, "\n• {}: {}", code(name), (marks.escape)(&short(why)));
            }
            line
        }
        AlertEvent::Healthy => format!("🟢 {}: {names}", strong("Healthy again")),
        AlertEvent::Missing => format!("🟠 {}: {names}", strong("Missing")),
        AlertEvent::Drift => {
            let drift = facts.drift.clone().unwrap_or_default();
            let counts = drift.counts;
            format!(
                "🟡 {}: {} unknown, {} safe-to-delete ({}), {} missing, {} not running. New: {names}",
                strong(&format!("Drift {}", counts.total)),
                counts.unknown,
                counts.safe_to_delete,
                bytes(drift.reclaimable),
                counts.missing,
                counts.not_running,
            )
        }
        AlertEvent::DriftCleared => format!("🟢 {}", strong("No drift any more")),
        AlertEvent::Refused => {
            let why = facts.refused.as_deref().unwrap_or_default();
            format!("⛔ {}: {}", strong("Refused"), (marks.escape)(&short(why)))
        }
        AlertEvent::Cleanup => facts.cleanup.as_ref().map_or_else(String::new, |it| cleanup(it, marks)),
    }
}

fn cleanup(it: &CleanupFacts, marks: Marks) -> String {
    let strong = |text: &str| format!("{0}{text}{0}", marks.strong);
    let gone: Vec<&str> = it.gone.iter().map(String::as_str).collect();
    let mut line = format!(
        "🧹 {} {}: {} gone, freed {}: {}",
        strong("Cleanup"),
        code(&it.run),
        it.gone.len(),
        bytes(it.freed),
        listed(&gone)
    );
    for left in it.left.iter().take(LISTED) {
        let _ = write!(line, "\n• not done: {}", (marks.escape)(&short(left)));
    }
    if let Some(why) = &it.stopped {
        let _ = write!(line, "\n• stopped: {}", (marks.escape)(&short(why)));
    }
    if !it.broke.is_empty() {
        let broke: Vec<&str> = it.broke.iter().map(String::as_str).collect();
        let _ = write!(line, "\n🔴 {}: {}", strong("Healthy before, and not after"), listed(&broke));
    }
    line
}

/// What to do next.
fn next(facts: &Facts, news: &[News]) -> Vec<(&'static str, String)> {
    let has = |event| news.iter().any(|it| it.event == event);
    let again = &facts.origin.again;
    let mut next = Vec::new();
    if has(AlertEvent::Drift) || has(AlertEvent::Missing) || has(AlertEvent::ProtectedGone) {
        next.push(("Look", format!("{again} audit")));
    }
    if has(AlertEvent::Drift) && facts.drift.as_ref().is_some_and(|it| !it.safe.is_empty()) {
        next.push(("Plan", format!("{again} plan --out plan.json")));
    }
    if has(AlertEvent::Unhealthy) && facts.silent.is_some() {
        next.push(("Check", format!("{again} doctor")));
    } else if has(AlertEvent::Unhealthy) || facts.cleanup.as_ref().is_some_and(|it| !it.broke.is_empty()) {
        next.push(("Check", format!("{again} health")));
    }
    if has(AlertEvent::Cleanup) {
        next.push(("Records", format!("{again} history")));
    }
    next
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() {
        return "nothing".to_owned();
    }
    let mut words: Vec<String> = names.iter().take(LISTED).map(|name| code(name)).collect();
    if names.len() > LISTED {
        words.push(format!("and {} more", names.len() - LISTED));
    }
    words.join(", ")
}

/// Code in both dialects. Slack reads `&`, `<` and `>` even there.
fn code(text: &str) -> String {
    let plain = short(text).replace('`', "'").replace(['<', '>', '&'], "?");
    format!("`{plain}`")
}

fn short(text: &str) -> String {
    let clean = sanitise(text);
    if clean.chars().count() <= LONGEST {
        return clean.into_owned();
    }
    clean.chars().take(LONGEST).chain(['…']).collect()
}

fn escape_markdown(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for it in sanitise(text).chars() {
        match it {
            // A mention is read even behind a backslash; not behind a character without width.
            '@' => clean.push_str("(at)"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' => {
                clean.push('\\');
                clean.push(it);
            }
            it => clean.push(it),
        }
    }
    clean
}

fn escape_slack(text: &str) -> String {
    let clean = sanitise(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    clean.replace(['*', '`', '~'], "'").replace('@', "(at)")
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::alert::facts::{DriftFacts, Origin};
    use crate::ssot::EngineBinding;
    use crate::steward::Drift;

    fn facts() -> (Facts, Vec<News>) {
        let origin = Origin {
            environment: "staging".to_owned(),
            steward: "Gordon-Staging".to_owned(),
            host: "droplet".to_owned(),
            ip: "192.0.2.1".to_owned(),
            engine: EngineBinding { id: "ID".to_owned(), ..EngineBinding::default() },
            url: "unix:///run/engine.sock".to_owned(),
            again: "docker-steward --env staging".to_owned(),
        };
        let many: BTreeSet<String> = (10..22).map(|at| format!("image/mcp/{at}:latest")).collect();
        let drift = DriftFacts {
            counts: Drift { total: 13, unknown: 1, safe_to_delete: 12, missing: 0, not_running: 0 },
            unknown: BTreeSet::from(["container/x`@channel <!here>\u{1b}[2J".to_owned()]),
            safe: many,
            reclaimable: 1_200_000_000,
            ..DriftFacts::default()
        };
        let facts = Facts {
            unhealthy: Some(BTreeMap::from([(
                "Odoo".to_owned(),
                "it answered 502 <@all>, not 200".to_owned(),
            )])),
            cleanup: Some(CleanupFacts {
                run: "20260116T055332000Z-1".to_owned(),
                gone: vec!["container/tmp-a".to_owned()],
                left: vec!["volume/tmp-v: refused: in use".to_owned()],
                freed: 2_000_000,
                stopped: None,
                broke: vec!["Odoo".to_owned()],
            }),
            refused: Some("staging is not cleaned unattended".to_owned()),
            drift: Some(drift.clone()),
            ..Facts::none(origin, "2026-01-16T05:53:32Z".parse().unwrap())
        };
        let of =
            |event, names: &[&str]| News { event, names: names.iter().map(|&it| it.to_owned()).collect() };
        let news = vec![
            of(AlertEvent::ProtectedGone, &["container/prod-a"]),
            of(AlertEvent::Unhealthy, &["Odoo"]),
            News { event: AlertEvent::Drift, names: drift.all() },
            of(AlertEvent::DriftCleared, &[]),
            of(AlertEvent::Refused, &[]),
            of(AlertEvent::Cleanup, &[]),
        ];
        (facts, news)
    }

    #[test]
    fn a_message_says_what_where_and_what_to_do_next() {
        let (facts, news) = facts();
        insta::assert_snapshot!(markdown(&facts, &news), @r"
        **Gordon-Staging**: staging on droplet (192.0.2.1)
        🚨 **A protected resource is gone**, present at the last audit: `container/prod-a`. If nobody meant it, restore from the latest backup.
        🔴 **Unhealthy**: `Odoo`
        • `Odoo`: it answered 502 \<(at)all\>, not 200
        🟡 **Drift 13**: 1 unknown, 12 safe-to-delete (1.2 GB), 0 missing, 0 not running. New: `container/x'@channel ?!here?\x1b[2J`, `image/mcp/10:latest`, `image/mcp/11:latest`, `image/mcp/12:latest`, `image/mcp/13:latest`, `image/mcp/14:latest`, `image/mcp/15:latest`, `image/mcp/16:latest`, `image/mcp/17:latest`, `image/mcp/18:latest`, and 3 more
        🟢 **No drift any more**
        ⛔ **Refused**: staging is not cleaned unattended
        🧹 **Cleanup** `20260116T055332000Z-1`: 1 gone, freed 2.0 MB: `container/tmp-a`
        • not done: volume/tmp-v: refused: in use
        🔴 **Healthy before, and not after**: `Odoo`
        Look: `docker-steward --env staging audit`
        Plan: `docker-steward --env staging plan --out plan.json`
        Check: `docker-steward --env staging health`
        Records: `docker-steward --env staging history`
        ");
        insta::assert_snapshot!(slack(&facts, &news), @r"
        *Gordon-Staging*: staging on droplet (192.0.2.1)
        🚨 *A protected resource is gone*, present at the last audit: `container/prod-a`. If nobody meant it, restore from the latest backup.
        🔴 *Unhealthy*: `Odoo`
        • `Odoo`: it answered 502 &lt;(at)all&gt;, not 200
        🟡 *Drift 13*: 1 unknown, 12 safe-to-delete (1.2 GB), 0 missing, 0 not running. New: `container/x'@channel ?!here?\x1b[2J`, `image/mcp/10:latest`, `image/mcp/11:latest`, `image/mcp/12:latest`, `image/mcp/13:latest`, `image/mcp/14:latest`, `image/mcp/15:latest`, `image/mcp/16:latest`, `image/mcp/17:latest`, `image/mcp/18:latest`, and 3 more
        🟢 *No drift any more*
        ⛔ *Refused*: staging is not cleaned unattended
        🧹 *Cleanup* `20260116T055332000Z-1`: 1 gone, freed 2.0 MB: `container/tmp-a`
        • not done: volume/tmp-v: refused: in use
        🔴 *Healthy before, and not after*: `Odoo`
        Look: `docker-steward --env staging audit`
        Plan: `docker-steward --env staging plan --out plan.json`
        Check: `docker-steward --env staging health`
        Records: `docker-steward --env staging history`
        ");
    }

    #[test]
    fn programs_get_the_same_in_fields() {
        let (facts, news) = facts();
        let mut value = json(&facts, &news[1..2]);
        value["text"] = "…".into();
        value["cleanup"] = "…".into();
        insta::assert_snapshot!(format!("{value:#}"), @r#"
        {
          "schema": 1,
          "at": "2026-01-16T05:53:32Z",
          "environment": "staging",
          "steward": "Gordon-Staging",
          "host": "droplet",
          "ip": "192.0.2.1",
          "engine_id": "ID",
          "events": [
            {
              "event": "unhealthy",
              "names": [
                "Odoo"
              ]
            }
          ],
          "drift": {
            "total": 13,
            "unknown": 1,
            "safe_to_delete": 12,
            "missing": 0,
            "not_running": 0
          },
          "reclaimable_bytes": 1200000000,
          "unhealthy": {
            "Odoo": "it answered 502 <@all>, not 200"
          },
          "refused": "staging is not cleaned unattended",
          "silent": null,
          "cleanup": "…",
          "text": "…"
        }
        "#);
    }

    #[test]
    fn no_name_mentions_anybody_or_moves_a_cursor() {
        let (facts, news) = facts();
        for text in [markdown(&facts, &news), slack(&facts, &news)] {
            let outside: String = text.split('`').step_by(2).collect();
            assert!(!outside.contains("@channel") && !outside.contains("@all"), "{outside}");
            assert!(!text.contains("<!") && !text.contains("<@") && !text.contains('\u{1b}'), "{text}");
        }
    }
}
