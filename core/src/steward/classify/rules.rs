//! The rules of the classification table from row 5 on, one function for each.
//! Each returns every match, in the SSOT's order, so that a person can be shown all of them.

use std::cell::OnceCell;
use std::sync::Arc;
use std::time::Duration;

use crate::ssot::{AgedPatterns, Evidence, NameSet, Policy as Ssot};
use crate::steward::audit::Reason;
use crate::steward::graph::{Graph, Row};
use crate::steward::inventory::{Container, Inventory, Kind, State};
use crate::steward::ledger::Ledger;

use super::age::{Age, Clock};
use super::own::{Because, Own, matching, reason};
use super::patterns::Patterns;

/// What every rule may look at.
pub(super) struct Rules<'a> {
    pub(super) ssot: &'a Ssot,
    patterns: &'a Patterns,
    /// Rows 1 to 3.
    pub(super) own: Own<'a>,
    pub(super) inventory: &'a Inventory,
    pub(super) ledger: &'a Ledger,
    pub(super) clock: Clock,
    /// A container of which too little is known to say what it uses.
    obscure: OnceCell<Option<&'a Container>>,
}

impl<'a> Rules<'a> {
    pub(super) fn new(
        (ssot, patterns): (&'a Ssot, &'a Patterns),
        inventory: &'a Inventory,
        ledger: &'a Ledger,
        clock: Clock,
    ) -> Self {
        Self {
            ssot,
            patterns,
            own: Own::new((ssot, patterns), &inventory.images),
            inventory,
            ledger,
            clock,
            obscure: OnceCell::new(),
        }
    }

    fn obscure(&self) -> Option<&'a Container> {
        let obscure = || self.inventory.containers.iter().filter(|it| !it.faults.is_empty());
        *self.obscure.get_or_init(|| obscure().min_by_key(|it| &it.name))
    }

    /// Row 5: what is kept because too little is known of it.
    pub(super) fn kept(&self, row: &Row<'a>) -> Vec<Reason> {
        let mut found: Vec<Reason> = row
            .faults()
            .iter()
            .map(|fault| reason("incomplete", None, format!("the engine's answer is incomplete: {fault}")))
            .collect();
        if let Some(odd) =
            self.inventory.unreadable.iter().find(|odd| odd.kind == Kind::Container || odd.kind == row.kind())
        {
            found.push(reason(
                "incomplete",
                None,
                format!("a {} could not be read, and may use this one: {}", odd.kind, odd.why),
            ));
        }
        if let Some(odd) = self.obscure().filter(|odd| !matches!(row, Row::Container(it) if it.id == odd.id))
        {
            let text = format!("the container {} is only half understood, and may use this one", odd.name);
            found.push(reason("incomplete", None, text));
        }
        match row {
            Row::Container(it) => {
                if matches!(it.state, State::Removing | State::Dead | State::Other(_)) {
                    found.push(reason("incomplete", None, format!("its state is {}", it.state.as_str())));
                }
                if it.state.is_active() && it.detail.as_ref().is_some_and(|detail| detail.auto_remove) {
                    let text =
                        "it runs with --rm: stopping it would remove it, and its anonymous volumes with it";
                    found.push(reason("running_rm", None, text));
                }
            }
            Row::Volume(it) => {
                if it.driver != "local" {
                    found.push(reason(
                        "driver",
                        None,
                        format!("its driver {} keeps the data elsewhere", it.driver),
                    ));
                }
                if it.mountpoint.is_empty() {
                    let text = "the engine does not say where its folder is, nor then who binds into it";
                    found.push(reason("incomplete", None, text));
                }
                if !it.options.is_empty() {
                    let keys: Vec<&str> = it.options.iter().map(|(key, _)| key).collect();
                    found.push(reason(
                        "driver",
                        None,
                        format!("it has driver options ({}): its data lies elsewhere", keys.join(", ")),
                    ));
                }
                if it.is_anonymous() && self.ssot.retention.anonymous_volumes.is_none() {
                    found.push(reason(
                        "anonymous",
                        None,
                        "it is anonymous, and the SSOT has no retention.anonymous_volumes",
                    ));
                }
            }
            Row::Image(..) | Row::Network(_) => {}
        }
        found
    }

    /// Rows 7 and 8: what may go.
    pub(super) fn safe(&self, graph: &Graph<'a>, at: usize) -> Vec<Arc<Reason>> {
        let row = &graph.rows()[at];
        let mut found = self.by_pattern(row);
        if !graph.is_used(at) {
            found.extend(self.by_retention(row).map(Arc::new));
        }
        found
    }

    fn by_pattern(&self, row: &Row<'a>) -> Vec<Arc<Reason>> {
        let rules = &self.ssot.safe_to_delete;
        let matching = matching(&self.patterns.safe, row);
        if matching.is_empty() {
            return Vec::new();
        }
        let Some(old) = self.old_enough(row, rules) else { return Vec::new() };
        let tell = |at: usize| {
            let pattern = rules.patterns[at].as_str();
            let text = format!("its name matches {pattern}{old}");
            reason(format!("safe_to_delete.patterns[{at}]"), Some(pattern), text)
        };
        // Without an age the words are the same for all.
        let shared = old.is_empty();
        let told =
            |at| if shared { self.own.told(Because::Safe(at), || tell(at)) } else { Arc::new(tell(at)) };
        matching.into_iter().map(told).collect()
    }

    /// The words for an age that suffices; none if it cannot be proved. Nothing needs to be proved
    /// where nothing is asked.
    fn old_enough(&self, row: &Row<'a>, rules: &AgedPatterns) -> Option<String> {
        if rules.min_age.is_zero() {
            return Some(String::new());
        }
        let age = self.clock.existing(row, self.ledger)?;
        (age.span >= rules.min_age)
            .then(|| format!(", and it is at least {} old: {}", crate::text::age(rules.min_age), age.text()))
    }

    /// Whether the SSOT lets it go unattended, once it is safe to delete.
    pub(super) fn auto_delete(&self, row: &Row<'a>) -> bool {
        let rules = &self.ssot.auto_delete;
        any_matches(&self.patterns.auto, row) && self.old_enough(row, rules).is_some()
    }

    fn by_retention(&self, row: &Row<'a>) -> Option<Reason> {
        let rules = &self.ssot.retention;
        // Asked last: the ledger is long.
        let unused = || self.clock.observed_unused(row, self.ledger);
        let (rule, max_age, age) = match row {
            Row::Container(it) if it.state == State::Exited => (
                "retention.stopped_containers",
                rules.stopped_containers.as_ref()?.max_age,
                self.clock.stopped(row),
            ),
            Row::Container(_) => return None,
            Row::Image(it, _) if it.is_dangling() => {
                ("retention.dangling_images", rules.dangling_images.as_ref()?.max_age, unused())
            }
            Row::Image(..) => {
                let rule = rules.unused_images.as_ref()?;
                let age = if rule.evidence == Evidence::Pulled { self.clock.tagged(row) } else { unused() };
                ("retention.unused_images", rule.max_age, age)
            }
            Row::Volume(it) if it.is_anonymous() => {
                ("retention.anonymous_volumes", rules.anonymous_volumes.as_ref()?.max_age, unused())
            }
            Row::Volume(_) => ("retention.unused_volumes", rules.unused_volumes.as_ref()?.max_age, unused()),
            Row::Network(_) => {
                ("retention.unused_networks", rules.unused_networks.as_ref()?.max_age, unused())
            }
        };
        retained(rule, max_age, age)
    }

    /// Whether deciding on this row needs to know when its image was last pulled or tagged.
    pub(super) fn wants_tag_time(&self, row: &Row<'a>, unused: bool) -> bool {
        let (safe, auto) = (&self.ssot.safe_to_delete, &self.ssot.auto_delete);
        let pulled =
            self.ssot.retention.unused_images.as_ref().is_some_and(|rule| rule.evidence == Evidence::Pulled);
        (pulled && unused && !row_is_dangling(row))
            || (!safe.min_age.is_zero() && any_matches(&self.patterns.safe, row))
            || (!auto.min_age.is_zero() && any_matches(&self.patterns.auto, row))
    }
}

fn row_is_dangling(row: &Row<'_>) -> bool {
    matches!(row, Row::Image(it, _) if it.is_dangling())
}

fn any_matches(set: &NameSet, row: &Row<'_>) -> bool {
    !matching(set, row).is_empty()
}

fn retained(rule: &str, max_age: Duration, age: Option<Age>) -> Option<Reason> {
    if max_age.is_zero() {
        return Some(reason(rule, None, "it is unused, and the SSOT keeps none such"));
    }
    let age = age.filter(|age| age.span >= max_age)?;
    Some(reason(
        rule,
        None,
        format!("it is unused, and older than {}: {}", crate::text::age(max_age), age.text()),
    ))
}
