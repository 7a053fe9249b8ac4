//! Audits as texts to read.

use crate::records::AuditRecord;
use crate::records::compare::{Difference, Presence, compare, lists};
use crate::steward::Kind;
use crate::text::{age, bytes, sanitise};

fn word(presence: Presence) -> &'static str {
    match presence {
        Presence::Absent => "not there",
        Presence::Missing => "missing",
        Presence::There(class) => class.as_str(),
    }
}

/// One audit, wholly.
pub(in crate::console) fn record_lines(it: &AuditRecord) -> Vec<String> {
    let mut lines = vec![format!("{} on {} ({})", sanitise(&it.env), sanitise(&it.host), sanitise(&it.ip))];
    if let Some(drift) = it.drift {
        lines.push(format!("drift {drift}"));
    }
    if let Some(count) = it.reclaimable_bytes {
        lines.push(format!("reclaimable {}", bytes(count)));
    }
    for (what, value) in [
        ("SSOT", &it.ssot_sha256),
        ("engine", &it.engine_id),
        ("docker-steward", &it.steward_version),
        ("line before", &it.previous),
    ] {
        if let Some(value) = value {
            lines.push(format!("{what} {}", sanitise(value)));
        }
    }
    for kind in Kind::ALL {
        for (presence, names) in lists(it, kind) {
            if names.is_empty() {
                continue;
            }
            lines.push(String::new());
            lines.push(format!("{} {}: {}", kind.plural(), word(presence), names.len()));
            lines.extend(names.iter().map(|name| format!("  {}", sanitise(name))));
        }
    }
    lines
}

/// What two audits differ by: what came, what went, what is another thing now.
pub(in crate::console) fn comparison(earlier: &AuditRecord, later: &AuditRecord) -> Vec<String> {
    let differences = compare(earlier, later);
    let span = age(later.timestamp.duration_since(earlier.timestamp).unsigned_abs());
    let number = |it: Option<usize>| it.map_or_else(|| "not known".to_owned(), |it| it.to_string());
    let mut lines =
        vec![format!("{span} lie between them; drift {} → {}", number(earlier.drift), number(later.drift))];
    if let (Some(before), Some(after)) = (earlier.reclaimable_bytes, later.reclaimable_bytes) {
        lines.push(format!("reclaimable {} → {}", bytes(before), bytes(after)));
    }
    if earlier.ssot_sha256 != later.ssot_sha256 {
        lines.push("the SSOT was changed between them".to_owned());
    }
    if earlier.whose() != later.whose() {
        lines.push("they are of two engines".to_owned());
    }
    if differences.is_empty() {
        lines.push(String::new());
        lines.push("Nothing came, nothing went, and nothing changed its class.".to_owned());
    }
    for (title, sign) in [("came", "+"), ("went", "-"), ("changed", "~")] {
        let group: Vec<&Difference> = differences.iter().filter(|it| it.sign() == sign).collect();
        if group.is_empty() {
            continue;
        }
        lines.push(String::new());
        lines.push(format!("{title}: {}", group.len()));
        for it in group {
            let how = format!("{} → {}", word(it.before), word(it.after));
            lines.push(format!("{sign} {} {}  {how}", it.kind, sanitise(&it.name)));
        }
    }
    lines
}
