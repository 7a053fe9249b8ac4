//! Letting something unknown go: what an approval would write, and all that it would make safe.

use std::sync::Arc;

use arcstr::literal;

use super::{Look, Session, SessionError, Trouble};
use crate::ssot::edit::{self, EditError, Edited};
use crate::ssot::{Cleanup, NamePattern, check};
use crate::steward::reference::{normalise, parts};
use crate::steward::{Audit, Class, Inventory, Key, Mandate, Reason, Resource, Surveyed};
use crate::text::age;

/// An approval that was weighed and not yet written.
#[derive(Debug, Clone)]
pub struct Approval {
    /// What is written: a name, or a pattern.
    pub pattern: String,
    /// What must be typed to write it: the resource's name, or the pattern.
    pub typed: String,
    /// The edit.
    pub edited: Edited,
    /// What is unknown now and safe to delete by the new rule.
    pub freed: Vec<Resource>,
    /// What is unknown now and safe to delete by an older rule, once what uses it is.
    pub released: Vec<Resource>,
    /// What the rule names and what stays unknown all the same, with the reason of then.
    pub kept: Vec<Resource>,
    /// The age that all of it must have, where the SSOT asks for one: `7 d`.
    pub min_age: Option<String>,
}

impl Session {
    /// Weighs the approval of an unknown resource, by its own name or by `pattern`: refuses where the
    /// resource would not become safe, where the rule reaches what is protected or expected, and where a name
    /// alone would let others go.
    pub async fn weigh_approval(
        &self,
        look: &Look,
        key: &Key,
        pattern: Option<&str>,
    ) -> Result<Approval, SessionError> {
        let policy = &self.ssot().policy;
        if policy.cleanup == Cleanup::Forbidden {
            Mandate::of(policy.cleanup, policy.environment.as_str(), false)?;
        }
        if let Some(doubt) = look.audit.doubts.first() {
            let what = format!("the inventory is in doubt, and nothing can be approved on it: {doubt}");
            return Err(SessionError::refused(&what));
        }
        let gone = || SessionError::refused("the engine does not hold it any more");
        let before = look.audit.get(key).ok_or_else(gone)?;
        only_unknown(before)?;
        let own = own_name(before)?;
        let named_only = pattern.is_none();
        let pattern = pattern.unwrap_or(own);
        let edited = edit::approve(self.ssot(), pattern)?;
        let rule = NamePattern::new(pattern).map_err(|error| SessionError::input(error.to_string()))?;
        if !covers(&rule, before) {
            return Err(SessionError::refused(&format!("`{pattern}` does not match {}", before.path())));
        }
        refuse_reach(&rule, &look.audit)?;
        refuse_contradiction(&edited)?;
        let after = self.under(look, &edited.ssot.policy).await;
        let approval = weighed(pattern, edited, &rule, &look.audit, &after);
        refuse_vain(before, &approval)?;
        if named_only {
            refuse_more_than_named(before, &approval)?;
        }
        Ok(approval)
    }

    /// The same inventory under another policy, with the inspects that this one needs.
    async fn under(&self, look: &Look, policy: &crate::ssot::Policy) -> Audit {
        let surveyed = Surveyed::of(Inventory::clone(&look.inventory), policy).to_look();
        self.known_better(surveyed).await.classify(&self.ledger())
    }
}

/// What `ssot check` would warn of: the rule covers a name that is expected or protected, be it on the
/// engine today or not.
fn refuse_contradiction(edited: &Edited) -> Result<(), SessionError> {
    match check::check(&edited.ssot).into_iter().find(|warning| warning.rule == edited.rule) {
        Some(warning) => Err(SessionError::refused(&warning.text)),
        None => Ok(()),
    }
}

fn only_unknown(it: &Resource) -> Result<(), SessionError> {
    if it.class() == Class::Unknown {
        return Ok(());
    }
    Err(SessionError::refused(&format!(
        "only what is unknown can be approved, and {} is {}: {}",
        it.path(),
        it.class().as_str(),
        it.reason.text
    )))
}

/// The name under which a rule means it. A name with wildcards in it would mean others as well.
fn own_name(it: &Resource) -> Result<&str, SessionError> {
    let name = match &it.key {
        Key::Image { reference: None, .. } => {
            let what = "an image without a tag has no name that a rule could mean; `retention.dangling_images` lets such images go";
            return Err(SessionError::refused(what));
        }
        Key::Image { reference: Some(reference), .. } => normalise(reference),
        _ => it.name.as_str(),
    };
    match NamePattern::new(name) {
        Ok(pattern) if pattern.is_literal() => Ok(name),
        _ => Err(SessionError::refused(&format!(
            "{} has a name that a rule could not mean alone; remove it by hand, or rename it",
            it.path()
        ))),
    }
}

/// Whether a rule names the resource: as classification asks it, narrowly.
fn covers(rule: &NamePattern, it: &Resource) -> bool {
    match &it.key {
        Key::Image { reference: Some(reference), .. } => {
            let name = normalise(reference);
            rule.matches(name) || rule.matches(parts(name).repository)
        }
        Key::Image { reference: None, .. } => false,
        _ => rule.matches(&it.name),
    }
}

/// Protection would win; but a rule that reaches so far was not meant so.
fn refuse_reach(rule: &NamePattern, audit: &Audit) -> Result<(), SessionError> {
    let reached: Vec<String> = audit
        .resources
        .iter()
        .filter(|it| matches!(it.class(), Class::Protected | Class::Expected) && covers(rule, it))
        .map(|it| format!("{} is {}: {}", it.path(), it.class().as_str(), it.reason.text))
        .collect();
    if reached.is_empty() {
        return Ok(());
    }
    let what = format!("`{rule}` reaches what must stay\n  {}", reached.join("\n  "));
    Err(SessionError::refused(&what))
}

fn weighed(pattern: &str, edited: Edited, rule: &NamePattern, before: &Audit, after: &Audit) -> Approval {
    let policy = &edited.ssot.policy;
    let min_age = policy.safe_to_delete.min_age;
    let min_age = (!min_age.is_zero()).then(|| age(min_age));
    let (mut freed, mut released, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    for it in &after.resources {
        if before.get(&it.key).is_none_or(|then| then.class() != Class::Unknown) {
            continue;
        }
        match (it.class(), covers(rule, it)) {
            (Class::SafeToDelete, true) => freed.push(it.clone()),
            (Class::SafeToDelete, false) => released.push(it.clone()),
            (_, true) if it.reason.rule == "none" => {
                let text = literal!("too young yet, or its age cannot be proved");
                let reason = Arc::new(Reason { text, ..Reason::clone(&it.reason) });
                kept.push(Resource { reason, ..it.clone() });
            }
            (_, true) => kept.push(it.clone()),
            (_, false) => {}
        }
    }
    Approval {
        pattern: pattern.to_owned(),
        typed: pattern.to_owned(),
        edited,
        freed,
        released,
        kept,
        min_age,
    }
}

/// A rule that changes nothing for what was approved would only seem to.
fn refuse_vain(before: &Resource, approval: &Approval) -> Result<(), SessionError> {
    let Some(then) = approval.kept.iter().find(|it| it.key == before.key) else { return Ok(()) };
    // What is only too young yet will be safe one day: that is what the rule says.
    if then.reason.rule == "none" && approval.min_age.is_some() {
        return Ok(());
    }
    let what = format!("with that rule {} would still be unknown: {}", before.path(), then.reason.text);
    let mend = (then.reason.rule == "used_by").then(|| "Approve what uses it first.".to_owned());
    Err(SessionError { what, mend, kind: Trouble::Refused })
}

/// One name may name a container, a volume and an image's repository: who approves one has not seen the others.
fn refuse_more_than_named(before: &Resource, approval: &Approval) -> Result<(), SessionError> {
    let others: Vec<String> = approval
        .freed
        .iter()
        .chain(&approval.kept)
        .filter(|it| it.key != before.key)
        .map(Resource::path)
        .collect();
    if others.is_empty() {
        return Ok(());
    }
    Err(SessionError {
        what: format!("the name `{}` also means {}", approval.pattern, others.join(", ")),
        mend: Some("To approve all of them, say so with a pattern that names them.".to_owned()),
        kind: Trouble::Refused,
    })
}

impl From<EditError> for SessionError {
    fn from(error: EditError) -> Self {
        Self::input(error.to_string())
    }
}
