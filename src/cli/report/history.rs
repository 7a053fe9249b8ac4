//! `history` for people.

use std::fmt::Write as _;

use super::seconds;
use super::text::{counted, left, right};
use crate::apply::Outcome;
use crate::cli::output::{Medium, Style};
use crate::documents::Count;
use crate::records::journal_line::{Run, RunOutcome};
use crate::records::{AuditBrief, History};
use crate::text::{bytes, sanitise};

/// Prints a history, oldest first.
pub fn print(history: &History<AuditBrief>, medium: Medium) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} {}", medium.paint(Style::Strong, "AUDITS"), history.audits.len());
    let lists = |it: &AuditBrief| {
        let sum = |lists: [&Count; 4]| lists.iter().map(|list| list.0).sum::<usize>();
        let unknown = sum([&it.containers_extra, &it.images_extra, &it.volumes_extra, &it.networks_extra]);
        let safe = sum([
            &it.containers_safe_delete,
            &it.images_safe_delete,
            &it.volumes_safe_delete,
            &it.networks_safe_delete,
        ]);
        let missing =
            sum([&it.containers_missing, &it.images_missing, &it.volumes_missing, &it.networks_missing]);
        (unknown, safe, missing)
    };
    let widest = history.audits.iter().map(|it| it.env.len()).max().unwrap_or(0).min(20);
    for it in &history.audits {
        let (unknown, safe, missing) = lists(it);
        // Lines of the scripts before the steward do not say their drift.
        let drift = it.drift.map_or_else(|| "–".to_owned(), |drift| drift.to_string());
        let bytes =
            it.reclaimable_bytes.map(|count| format!(", reclaimable {}", bytes(count))).unwrap_or_default();
        let _ = writeln!(
            out,
            "  {}  {}  {}  drift {}  {unknown} unknown, {safe} safe-to-delete, {missing} missing{bytes}",
            seconds(it.timestamp),
            left(&sanitise(&it.env), widest),
            sanitise(&it.host),
            right(&drift, 3),
        );
    }
    let _ = writeln!(out, "\n{} {}", medium.paint(Style::Strong, "CLEANUPS"), history.cleanups.len());
    for run in &history.cleanups {
        cleanup(&mut out, run, medium);
    }
    out
}

fn cleanup(out: &mut String, run: &Run, medium: Medium) {
    let begin = &run.begin;
    let style = if run.outcome == RunOutcome::Complete { Style::Good } else { Style::Bad };
    let _ = writeln!(
        out,
        "  {}  {}  {} on {}  {}  {}, freed {}",
        seconds(begin.started),
        sanitise(&begin.run),
        sanitise(&begin.env),
        sanitise(&begin.engine_name),
        medium.paint(style, run.outcome.as_str()),
        counted(begin.steps.len(), "step", "steps"),
        bytes(run.freed_bytes),
    );
    let mut rest = None;
    for (step, record) in begin.steps.iter().zip(&run.steps) {
        let told = record.told();
        let why = match (&told, told.reason()) {
            // Said once, below: all of them have the same reason.
            (Outcome::NotStarted(why), _) => {
                rest = rest.or_else(|| Some(why.clone()));
                String::new()
            }
            (_, Some(why)) => format!(": {}", sanitise(why)),
            (_, None) => String::new(),
        };
        let style = if told.is_gone() { Style::Dim } else { Style::Bad };
        let word = medium.paint(style, left(told.as_str(), "already gone".len()));
        let (command, name) = (sanitise(&step.command), sanitise(&step.name));
        let undone = if record.undone.is_some() { ", made again by undo" } else { "" };
        let _ = writeln!(out, "      {word}  {command}  # {name}{why}{undone}");
    }
    if let Some(why) = rest {
        let _ = writeln!(out, "      stopped because {}", sanitise(&why));
    }
}
