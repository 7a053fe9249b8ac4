//! `audit --format markdown`: for chats, issues and runbooks.

use std::fmt::Write as _;

use super::{Report, seconds};
use crate::steward::{Class, Kind, Resource};
use crate::text::{bytes, sanitise};

/// Prints an audit.
pub fn print(report: &Report<'_>) -> String {
    let audit = report.audit;
    let drift = audit.drift();
    let mut out = format!("## Docker audit: {}\n\n", plain(&audit.environment));
    let engine = &audit.engine;
    let versioned = match report.versioned() {
        "" => String::new(),
        words => format!(", {words}"),
    };
    let facts = [
        ("Engine", format!("{} ({}), {}", plain(&engine.name), plain(&engine.version), code(&engine.host))),
        ("SSOT", format!("{}{versioned}", code(report.ssot_path))),
        ("Read", seconds(audit.read_at)),
        (
            "Drift",
            format!(
                "**{}**: {} unknown, {} safe-to-delete, {} missing, {} not running",
                drift.total, drift.unknown, drift.safe_to_delete, drift.missing, drift.not_running
            ),
        ),
        ("Reclaimable", super::reclaimable(audit)),
    ];
    for (what, value) in facts {
        let _ = writeln!(out, "- {what}: {value}");
    }
    for doubt in &audit.doubts {
        let _ = writeln!(out, "- **Doubt**: {}", plain(doubt));
    }
    out.push_str(
        "\n| | protected | expected | safe-to-delete | unknown | missing |\n|---|--:|--:|--:|--:|--:|\n",
    );
    for kind in Kind::ALL {
        let _ = write!(out, "| {} |", kind.plural());
        for class in Class::ALL {
            let _ = write!(out, " {} |", audit.names(kind, class).len());
        }
        let _ = writeln!(out, " {} |", audit.missing.iter().filter(|it| it.kind == kind).count());
    }
    let gaps: Vec<String> = audit
        .missing
        .iter()
        .map(|it| format!("- missing: {} {}", it.kind, code(&it.name)))
        .chain(audit.not_running.iter().map(|name| format!("- not running: container {}", code(name))))
        .collect();
    if !gaps.is_empty() {
        let _ = write!(out, "\n### Missing\n\n{}\n", gaps.join("\n"));
    }
    for class in [Class::SafeToDelete, Class::Unknown, Class::Expected, Class::Protected] {
        table(&mut out, class, audit.resources.iter().filter(|it| it.class() == class).collect());
    }
    out
}

fn table(out: &mut String, class: Class, rows: Vec<&Resource>) {
    if rows.is_empty() {
        return;
    }
    let mut title = class.as_str().to_owned();
    title[..1].make_ascii_uppercase();
    let _ = write!(out, "\n### {title}\n\n| Kind | Name | Size | Why |\n|---|---|--:|---|\n");
    for it in rows {
        let size = it.size.get().map(bytes).unwrap_or_default();
        let running = if it.running { " (running)" } else { "" };
        let _ = writeln!(
            out,
            "| {} | {}{running} | {size} | {} |",
            it.kind(),
            code(&it.name),
            plain(&it.reason.text)
        );
    }
}

/// Text that Markdown leaves as it is.
pub(super) fn plain(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for it in sanitise(text).chars() {
        if matches!(it, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '@') {
            clean.push('\\');
        }
        clean.push(it);
    }
    clean
}

/// A name, to the letter. A code span cannot hold a backtick, and a table's cell no bar.
pub(super) fn code(text: &str) -> String {
    let clean = sanitise(text);
    if clean.contains(['`', '|']) || clean.is_empty() { plain(&clean) } else { format!("`{clean}`") }
}
