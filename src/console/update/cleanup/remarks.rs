//! What a person should notice of a step before approving it, beside what the plan itself says: that it is big,
//! that it is the image's last name, that it is a part of a project of which others stay.

use std::collections::{HashMap, HashSet};

use crate::console::state::{Desk, Row};
use crate::steward::{Action, Key, Plan};
use crate::text::bytes;

/// From this on something is big.
const BIG: u64 = 1_000_000_000;

/// The remarks of each step.
pub(super) fn of(plan: &Plan, desk: &Desk) -> Vec<Vec<String>> {
    let going: HashSet<&Key> = plan.steps().iter().map(|step| step.target().key()).collect();
    let rows: HashMap<&Key, &Row> =
        desk.tables.iter().flat_map(|table| &table.rows).map(|row| (&row.key, row)).collect();
    let mut staying: HashMap<&str, usize> = HashMap::new();
    for row in rows.values().filter(|row| !row.project.is_empty() && !going.contains(&row.key)) {
        *staying.entry(&row.project).or_default() += 1;
    }
    plan.steps()
        .iter()
        .map(|step| {
            let mut remarks = Vec::new();
            if step.action() == Action::StopContainer {
                return remarks;
            }
            if let Some(count) = step.frees().filter(|count| *count >= BIG) {
                remarks.push(format!("big: {} go with it", bytes(count)));
            }
            let names = step.target().siblings();
            if step.action() == Action::RemoveImage && names > 1 {
                remarks.push(format!("the last of the image's {names} names: the image itself goes"));
            }
            let project = rows.get(step.target().key()).map(|row| &*row.project).unwrap_or_default();
            if let Some(count) = staying.get(project) {
                remarks.push(format!("a part of the project {project}, of which {count} more stay"));
            }
            remarks
        })
        .collect()
}
