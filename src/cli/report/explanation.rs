//! `explain`: why a resource has its class, and who uses it.

use std::fmt::Write as _;

use crate::cli::output::{Medium, Style};
use crate::steward::{Class, Explanation, Reason};
use crate::text::{bytes, sanitise};

/// What a reason has for a rule where there is none.
const NO_RULE: &str = "none";

/// Prints an explanation. `place` finds where in the SSOT a rule stands: `ssot/staging.yaml:21`. `next` is what can be
/// done with the resource, and the command that does it.
pub fn print(
    it: &Explanation,
    place: &dyn Fn(&str) -> Option<String>,
    next: Option<(&str, String)>,
    medium: Medium,
) -> String {
    let resource = &it.resource;
    let mut out = String::new();
    let _ = writeln!(out, "{}  {}", badge(medium, resource.class()), sanitise(&resource.path()));
    if let Some(id) = resource.key.id() {
        let _ = writeln!(out, "  id       {}", sanitise(id));
    }
    let _ = writeln!(out, "  because  {}", sanitise(&resource.reason.text));
    if !nothing_says(&resource.reason) {
        let _ = writeln!(out, "           {}", rule(&resource.reason, place));
    }

    let others: Vec<_> = it.matched.iter().filter(|(_, reason)| *reason != *resource.reason).collect();
    if !others.is_empty() {
        out.push_str("  also\n");
        for (class, reason) in others {
            let _ = writeln!(out, "    {}  {}", badge(medium, *class), sanitise(&reason.text));
            let _ = writeln!(out, "      {}", rule(reason, place));
        }
    }
    relations(&mut out, "used by", &it.users, medium);
    relations(&mut out, "uses", &it.uses, medium);
    if let Some(size) = resource.size.get() {
        let _ = writeln!(out, "  size     {}", bytes(size));
    }
    if resource.class() == Class::SafeToDelete
        && let Some(frees) = resource.frees.get()
    {
        let _ = writeln!(out, "  frees    {}", bytes(frees));
    }
    let age = it.age.as_deref().unwrap_or("not known: neither the engine nor the steward can prove one");
    let _ = writeln!(out, "  age      {}", sanitise(age));
    if let Some(since) = resource.unused_since.get() {
        let _ = writeln!(out, "  unused   since {}, as far as the steward has looked", super::seconds(since));
    }
    if let Some(clock) = it.clock {
        let _ = writeln!(out, "  {}  {clock}", medium.paint(Style::Bad, "! clock"));
    }
    if resource.auto_delete() {
        out.push_str("  auto     the SSOT lets it go unattended\n");
    }
    if let Some((what, command)) = next {
        let _ = writeln!(out, "\n  {}  # {what}", medium.paint(Style::Command, sanitise(&command)));
    }
    out
}

/// Whether nothing at all is said of a resource, so that a word in the SSOT would decide.
pub fn nothing_says(reason: &Reason) -> bool {
    reason.rule == NO_RULE
}

fn badge(medium: Medium, class: Class) -> String {
    let text = format!("{} {}", medium.glyph(class), class.as_str());
    medium.paint(Style::Class(class), text).into_owned()
}

fn rule(reason: &Reason, place: &dyn Fn(&str) -> Option<String>) -> String {
    let pattern = reason.pattern.as_deref().map(|pattern| format!(" ({pattern})")).unwrap_or_default();
    let place = place(&reason.rule).map(|place| format!(", {place}")).unwrap_or_default();
    sanitise(&format!("rule {}{pattern}{place}", reason.rule)).into_owned()
}

fn relations(out: &mut String, what: &str, all: &[(String, Class)], medium: Medium) {
    let mut label = what;
    if all.is_empty() {
        let _ = writeln!(out, "  {label:<8} nothing");
    }
    for (path, class) in all {
        let _ = writeln!(out, "  {label:<8} {}  {}", sanitise(path), badge(medium, *class));
        label = "";
    }
}
