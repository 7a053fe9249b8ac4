//! `audit` for people: what is there, what it means, and what to do next.
//!
//! ```text
//! STAGING · Gordon-Staging                                   which environment, may anything go here
//! droplet-sgp1 · Engine 20.10.24 · …                         which engine, by which SSOT, when
//!
//! CONTAINERS 3 · ◆ 1 protected · ✓ 1 expected · ○ 1 …        each kind
//!   ◆ protected  odoo-erp-prod  running  …                   its resources, class by class
//!
//! ! missing      volume/odoo-staging-db-data                 what should be there
//!
//! drift 4 · 2 unknown · …                                    the sum, and the next step
//! ```

use std::borrow::Cow;
use std::fmt::Write as _;

use super::Report;
use super::text::{blanks, counted, cut, cut_middle, put_left, width};
use crate::cli::output::{Medium, Style};
use crate::ssot::Cleanup;
use crate::steward::{Audit, Class, Kind, Resource};
use crate::text::{age, bytes, sanitise};

/// Columns from which on there is room for the age …
const ROOM_FOR_AGE: usize = 100;
/// … and for the users.
const ROOM_FOR_USERS: usize = 150;
/// The narrowest that the reason and the name become before the other gives way.
const LEAST_WHY: usize = 16;
const LEAST_NAME: usize = 18;
/// Between two columns.
const GAP: &str = "  ";

/// Prints an audit.
pub fn print(report: &Report<'_>, medium: Medium) -> String {
    let mut out = String::new();
    head(&mut out, report, medium);
    for kind in Kind::ALL {
        section(&mut out, report.audit, kind, medium);
    }
    gaps(&mut out, report.audit, medium);
    foot(&mut out, report, medium);
    out
}

/// A line that never runs over the terminal's edge.
fn push(out: &mut String, medium: Medium, style: Option<Style>, text: &str) {
    let text = medium.width.map_or(Cow::Borrowed(text), |columns| cut(text, columns, medium.ellipsis()));
    match style {
        Some(style) => out.push_str(&medium.paint(style, text)),
        None => out.push_str(&text),
    }
    out.push('\n');
}

fn head(out: &mut String, report: &Report<'_>, medium: Medium) {
    let audit = report.audit;
    let dot = medium.dot();
    let forbidden = audit.cleanup == Cleanup::Forbidden;
    let name = sanitise(&audit.environment).to_uppercase();
    let title = if forbidden { format!("{name}  READ-ONLY") } else { name };
    let title = medium.paint(if forbidden { Style::Bad } else { Style::Strong }, title);
    let _ = writeln!(out, "{title}{dot}{}", sanitise(report.steward));
    let engine = &audit.engine;
    let line = [
        sanitise(&engine.name).into_owned(),
        format!("Engine {}", sanitise(&engine.version)),
        format!("API {}", sanitise(&engine.api)),
        sanitise(&engine.host).into_owned(),
    ];
    push(out, medium, None, &line.join(dot));
    let git = report.versioned();
    let read = format!("read {}", super::seconds(audit.read_at));
    let line: Vec<&str> =
        [report.ssot_path, git, &read].into_iter().filter(|part| !part.is_empty()).collect();
    push(out, medium, Some(Style::Dim), &sanitise(&line.join(dot)));
}

fn section(out: &mut String, audit: &Audit, kind: Kind, medium: Medium) {
    let mut rows: Vec<&Resource> = audit.resources.iter().filter(|it| it.kind() == kind).collect();
    // What may be kept without a thought comes first: what needs one is nearest to the next command.
    rows.sort_by_key(|it| it.class());
    let dot = medium.dot();
    let title = medium.paint(Style::Strong, kind.plural().to_uppercase());
    let _ = write!(out, "\n{title} {}", rows.len());
    for class in Class::ALL {
        let count = rows.iter().filter(|it| it.class() == class).count();
        if count > 0 {
            let text = format!("{} {count} {}", medium.glyph(class), class.as_str());
            let _ = write!(out, "{dot}{}", medium.paint(Style::Class(class), text));
        }
    }
    out.push('\n');
    if rows.is_empty() {
        return;
    }
    let cells: Vec<Cells<'_>> = rows.into_iter().map(|it| Cells::of(it, audit, medium)).collect();
    let columns = Columns::of(&cells, kind, medium);
    for row in &cells {
        columns.print(out, row, medium);
    }
}

/// What stands in a row, but for the reason; empty where there is no room for it.
struct Cells<'a> {
    it: &'a Resource,
    name: Cow<'a, str>,
    size: String,
    age: String,
    users: String,
}

impl<'a> Cells<'a> {
    fn of(it: &'a Resource, audit: &Audit, medium: Medium) -> Self {
        let room = |least: usize| medium.width.is_none_or(|columns| columns >= least);
        Self {
            it,
            name: sanitise(&it.name),
            size: it.size.get().map(bytes).unwrap_or_default(),
            age: if room(ROOM_FOR_AGE) { age_of(it, audit) } else { String::new() },
            users: if room(ROOM_FOR_USERS) { users(it) } else { String::new() },
        }
    }
}

/// How wide each column of one kind is; zero for one that is not shown.
struct Columns {
    name: usize,
    state: usize,
    size: usize,
    age: usize,
    why: Option<usize>,
    users: usize,
}

impl Columns {
    fn of(rows: &[Cells<'_>], kind: Kind, medium: Medium) -> Self {
        let widest = |of: &dyn for<'a> Fn(&'a Cells<'_>) -> &'a str| {
            rows.iter().map(|it| width(of(it))).max().unwrap_or(0)
        };
        let mut columns = Self {
            name: widest(&|it| &it.name),
            state: if kind == Kind::Container { "running".len() } else { 0 },
            size: widest(&|it| &it.size),
            age: widest(&|it| &it.age),
            why: None,
            users: widest(&|it| &it.users),
        };
        let Some(all) = medium.width else { return columns };
        columns.users = columns.users.min(all / 5);
        let fixed = |it: &Self| {
            let shown = [it.state, it.size, it.age, it.users].into_iter().filter(|columns| *columns > 0);
            let rest: usize = shown.map(|columns| columns + GAP.len()).sum();
            GAP.len() + CLASS + GAP.len() + rest + GAP.len()
        };
        let left = all.saturating_sub(fixed(&columns));
        columns.name = columns.name.min(left.saturating_sub(LEAST_WHY).max(LEAST_NAME));
        columns.why = Some(left.saturating_sub(columns.name));
        columns
    }

    fn print(&self, out: &mut String, row: &Cells<'_>, medium: Medium) {
        let class = row.it.class();
        let begin = out.len();
        out.push_str(GAP);
        let badge = 2 + class.short().len();
        painted(out, medium, Style::Class(class), |out| {
            out.push_str(medium.glyph(class));
            out.push(' ');
            out.push_str(class.short());
            blanks(out, CLASS.saturating_sub(badge));
        });
        out.push_str(GAP);
        if medium.width.is_some() {
            put_left(out, &cut_middle(&row.name, self.name, medium.ellipsis()), self.name);
        } else {
            put_left(out, &row.name, self.name);
        }
        if self.state > 0 {
            out.push_str(GAP);
            let state = if row.it.running { "running" } else { "" };
            painted(out, medium, Style::Good, |out| put_left(out, state, self.state));
        }
        for (text, columns) in [(&row.size, self.size), (&row.age, self.age)] {
            if columns > 0 {
                out.push_str(GAP);
                blanks(out, columns.saturating_sub(width(text)));
                out.push_str(text);
            }
        }
        if self.users > 0 {
            out.push_str(GAP);
            put_left(out, &cut(&row.users, self.users, medium.ellipsis()), self.users);
        }
        if self.why != Some(0) {
            out.push_str(GAP);
            let why = why(row.it, self.why, medium);
            if !why.is_empty() {
                painted(out, medium, Style::Dim, |out| out.push_str(&why));
            }
        }
        let end = begin + out[begin..].trim_end().len();
        out.truncate(end);
        out.push('\n');
    }
}

/// Puts a text there as this medium shows the style, if it has colours.
fn painted(out: &mut String, medium: Medium, style: Style, text: impl FnOnce(&mut String)) {
    if medium.color {
        let _ = write!(out, "\u{1b}[{}m", style.code());
        text(out);
        out.push_str("\u{1b}[0m");
    } else {
        text(out);
    }
}

/// `○ protected`: a glyph, a space, and the longest short word.
const CLASS: usize = 11;

fn age_of(it: &Resource, audit: &Audit) -> String {
    let span = it.created.get().map(|created| audit.read_at.duration_since(created));
    span.filter(|span| !span.is_negative()).map(|span| age(span.unsigned_abs())).unwrap_or_default()
}

fn users(it: &Resource) -> String {
    match it.used_by.as_slice() {
        [] => String::new(),
        [one] => format!("used by {}", sanitise(one)),
        [one, rest @ ..] => format!("used by {} +{}", sanitise(one), rest.len()),
    }
}

/// The reason: the sentence where it fits, else the few words that matter of it.
fn why(it: &Resource, room: Option<usize>, medium: Medium) -> Cow<'_, str> {
    let text = sanitise(&it.reason.text);
    match room {
        None => text,
        Some(room) if width(&text) <= room => text,
        Some(room) => cut(&sanitise(&short(it)), room, medium.ellipsis()).into_owned().into(),
    }
}

fn short(it: &Resource) -> String {
    let reason = &it.reason;
    if let Some(pattern) = &reason.pattern {
        return pattern.to_string();
    }
    match reason.rule.as_str() {
        "none" => "no rule names it".to_owned(),
        "used_by" => {
            // "used by container NAME, which is …": the name is what matters.
            let name = reason.text.split([' ', ',']).nth(3);
            name.map_or_else(|| reason.text.to_string(), |name| format!("used by {name}"))
        }
        "running_rm" => "runs with --rm".to_owned(),
        "anonymous" => "anonymous".to_owned(),
        "driver" => "data lies elsewhere".to_owned(),
        "incomplete" => "incomplete".to_owned(),
        "docker" => "Docker's own".to_owned(),
        "swarm" => "belongs to Swarm".to_owned(),
        rule => rule
            .strip_prefix("retention.")
            .map_or_else(|| reason.text.to_string(), |rule| rule.replace('_', " ")),
    }
}

fn gaps(out: &mut String, audit: &Audit, medium: Medium) {
    if audit.missing.is_empty() && audit.not_running.is_empty() {
        return;
    }
    out.push('\n');
    for it in &audit.missing {
        let line = format!("! missing      {}/{}", it.kind, sanitise(&it.name));
        push(out, medium, Some(Style::Bad), &line);
    }
    for name in &audit.not_running {
        push(out, medium, Some(Style::Bad), &format!("! not running  container/{}", sanitise(name)));
    }
}

fn foot(out: &mut String, report: &Report<'_>, medium: Medium) {
    let audit = report.audit;
    let drift = audit.drift();
    let dot = medium.dot();
    out.push('\n');
    if drift.total == 0 && audit.doubts.is_empty() {
        let tick = if medium.unicode { "✓ " } else { "" };
        let line = format!("{tick}{} is what its SSOT declares: no drift", sanitise(&audit.environment));
        push(out, medium, Some(Style::Good), &line);
        return;
    }
    let parts = [
        format!("drift {}", drift.total),
        format!("{} unknown", drift.unknown),
        format!("{} safe-to-delete", drift.safe_to_delete),
        format!("{} missing", drift.missing),
        format!("{} not running", drift.not_running),
    ];
    push(out, medium, Some(Style::Strong), &parts.join(dot));
    let reclaimable = super::reclaimable(audit);
    push(out, medium, None, &format!("reclaimable {reclaimable}"));
    next(out, report, medium);
}

/// What to type next: commands first, each with what it is for.
fn next(out: &mut String, report: &Report<'_>, medium: Medium) {
    let audit = report.audit;
    let drift = audit.drift();
    let again = sanitise(report.again);
    let mut steps: Vec<(String, String)> = Vec::new();
    if drift.safe_to_delete > 0 && audit.cleanup != Cleanup::Forbidden && audit.doubts.is_empty() {
        let what = counted(drift.safe_to_delete, "resource", "resources");
        steps.push((format!("{again} plan"), format!("the exact commands that remove {what}")));
    }
    if let Some(it) = audit.resources.iter().find(|it| it.class() == Class::Unknown) {
        let path = it.path();
        let path = crate::text::shell_quote(&path);
        steps.push((format!("{again} explain {path}"), "why it is unknown, and kept".to_owned()));
    }
    if steps.is_empty() {
        return;
    }
    out.push('\n');
    let widest = steps.iter().map(|(command, _)| width(command)).max().unwrap_or(0);
    let fits = |what: &str| medium.width.is_none_or(|columns| 2 + widest + 4 + width(what) <= columns);
    for (command, what) in &steps {
        let painted = medium.paint(Style::Command, command.clone());
        if fits(what) {
            let pad = " ".repeat(widest - width(command));
            let _ = writeln!(out, "  {painted}{pad}  # {what}");
        } else {
            let _ = writeln!(out, "  # {what}\n  {painted}");
        }
    }
}
