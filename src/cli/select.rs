//! Finding the resource that `KIND/NAME` means.

use std::fmt::Write as _;

use super::args::Selector;
use super::exit::{Code, Failure};
use crate::steward::reference::normalise;
use crate::steward::{Audit, Kind, Resource};

/// The shortest prefix of an ID that is taken for one: what `docker ps` shows.
const SHORT_ID: usize = 12;
/// How like a name must be to be offered in another's place, from 0 to 1.
const LIKE: f64 = 0.75;
/// How many names are offered.
const OFFERED: usize = 3;

/// The one resource that is meant; none or several are a failure that says what would be one.
pub(super) fn one<'a>(audit: &'a Audit, wanted: &Selector) -> Result<&'a Resource, Failure> {
    match all(audit, wanted).as_slice() {
        [] => Err(Failure::failed(format!("the engine has no {}{}", wanted, near(audit, wanted)))),
        [one] => Ok(one),
        several => {
            let mut message = format!("{wanted} may mean {} {}:", several.len(), wanted.kind.plural());
            for it in several {
                let id = it.key.id().unwrap_or_default();
                let _ = write!(message, "\n  {}  {id}  {}", it.path(), it.class().as_str());
            }
            message.push_str(match wanted.kind {
                Kind::Image => "\nname one of them, by repository:tag",
                _ => "\nname one of them, by its ID",
            });
            Err(Failure::new(Code::Failed, message))
        }
    }
}

/// By name, then by whole ID, then by the beginning of one.
fn all<'a>(audit: &'a Audit, wanted: &Selector) -> Vec<&'a Resource> {
    let named = audit.called(wanted.kind, &wanted.name);
    if !named.is_empty() {
        return named;
    }
    let bare = wanted.name.strip_prefix("sha256:").unwrap_or(&wanted.name);
    let is_id = bare.len() >= SHORT_ID && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
    let means = |it: &&Resource| {
        let reference = wanted.kind == Kind::Image && normalise(&it.name) == normalise(&wanted.name);
        let id = it.key.id().map(|id| id.strip_prefix("sha256:").unwrap_or(id));
        reference || (is_id && id.is_some_and(|id| id.starts_with(bare)))
    };
    audit.resources.iter().filter(|it| it.kind() == wanted.kind).filter(means).collect()
}

/// What may have been meant instead: the same name of another kind, then the names most like it.
fn near(audit: &Audit, wanted: &Selector) -> String {
    let likeness = |it: &Resource| {
        if it.kind() != wanted.kind {
            return if it.name == wanted.name { 2.0 } else { 0.0 };
        }
        let inside = it.name.contains(&wanted.name) || wanted.name.contains(it.name.as_str());
        let like = strsim::jaro_winkler(&it.name.to_lowercase(), &wanted.name.to_lowercase());
        if inside { like.max(LIKE) } else { like }
    };
    let mut likely: Vec<(f64, String)> = audit
        .resources
        .iter()
        .map(|it| (likeness(it), it.path()))
        .filter(|(like, _)| *like >= LIKE)
        .collect();
    likely.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| x.cmp(y)));
    likely.dedup_by(|(_, a), (_, b)| a == b);
    let names: Vec<String> = likely.into_iter().take(OFFERED).map(|(_, path)| path).collect();
    if names.is_empty() {
        format!("; `docker-steward audit` lists its {}", wanted.kind.plural())
    } else {
        format!("; is it {}?", names.join(" or "))
    }
}
