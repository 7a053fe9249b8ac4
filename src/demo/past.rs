//! A past for the demo: a month in which rubbish piled up and was cleared twice. It is made from what the
//! simulated engine holds today, is told as made up wherever it is shown, and is never written anywhere.

use arcstr::ArcStr;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::apply::Outcome;
use crate::records::AuditRecord;
use crate::records::journal_line::{Begin, JournalStep, Run, RunOutcome, StepRecord};
use crate::steward::{Action, Kind};

/// How many days it goes back.
const DAYS: i64 = 30;
/// The days, counted back from today, on which something was cleared.
const CLEARED: [i64; 2] = [21, 8];

/// A past that never was.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// One audit for each day, the oldest first.
    pub audits: Vec<AuditRecord>,
    /// The cleanups, the oldest first; for each step what the engine would have said of the resource.
    pub cleanups: Vec<(Run, Vec<Value>)>,
}

/// Makes one that ends in `today`.
pub fn past(today: &AuditRecord) -> Past {
    let audits = (1..=DAYS).rev().map(|days| audit(today, days)).collect();
    let cleanups = CLEARED.into_iter().map(|days| cleanup(today, days)).collect();
    Past { audits, cleanups }
}

fn ago(today: &AuditRecord, days: i64) -> Timestamp {
    today.timestamp.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(today.timestamp)
}

/// How much had piled up so many days ago: from nothing after a clearing to all of it, in hundredths.
fn piled_up(days: i64) -> usize {
    let (since, span) = match days {
        ..=8 => (8 - days, 8),
        9..=21 => (21 - days, 13),
        _ => (DAYS - days, 9),
    };
    usize::try_from(since * 100 / span).unwrap_or(0)
}

fn audit(today: &AuditRecord, days: i64) -> AuditRecord {
    let share = piled_up(days);
    let part = |names: &[ArcStr]| -> Vec<ArcStr> {
        names.iter().take((names.len() * share).div_ceil(100)).cloned().collect()
    };
    let mut it = today.clone();
    it.timestamp = ago(today, days);
    it.previous = None;
    for list in [
        &mut it.containers_safe_delete,
        &mut it.images_safe_delete,
        &mut it.volumes_safe_delete,
        &mut it.networks_safe_delete,
        &mut it.containers_extra,
        &mut it.images_extra,
        &mut it.volumes_extra,
        &mut it.networks_extra,
    ] {
        *list = part(list);
    }
    let lists = [
        &it.containers_safe_delete,
        &it.images_safe_delete,
        &it.volumes_safe_delete,
        &it.networks_safe_delete,
        &it.containers_extra,
        &it.images_extra,
        &it.volumes_extra,
        &it.networks_extra,
        &it.containers_missing,
        &it.images_missing,
        &it.volumes_missing,
        &it.networks_missing,
    ];
    it.drift = Some(lists.iter().map(|list| list.len()).sum());
    it.reclaimable_bytes = today.reclaimable_bytes.map(|bytes| bytes / 100 * share as u64);
    it
}

fn cleanup(today: &AuditRecord, days: i64) -> (Run, Vec<Value>) {
    let started = ago(today, days);
    let things = [
        (Kind::Container, Action::RemoveContainer, "tmp-nightly-import", 14_000_000),
        (Kind::Container, Action::RemoveContainer, "test-migration", 2_400_000),
        (Kind::Volume, Action::RemoveVolume, "tmp-import-data", 310_000_000),
        (Kind::Image, Action::RemoveImage, "test-migration:old", 640_000_000 / days.unsigned_abs()),
    ];
    let (mut steps, mut records, mut inspects, mut freed) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for (at, (kind, action, name, bytes)) in things.into_iter().enumerate() {
        let id = (kind != Kind::Volume).then(|| format!("{:02x}{days:02x}", at + 160).repeat(16));
        let command = match kind {
            Kind::Volume => format!("docker volume rm {name}"),
            Kind::Image => format!("docker rmi {name}"),
            _ => format!("docker rm {}", id.as_deref().unwrap_or(name)),
        };
        inspects.push(json!({
            "Id": id, "Name": name, "Created": ago(today, days + 9).to_string(),
            "Labels": {"made-up": "this past belongs to the demo"},
        }));
        steps.push(JournalStep { action, kind, name: name.to_owned(), id, command });
        let at = started.saturating_add(SignedDuration::from_secs(1)).unwrap_or(started);
        records.push(StepRecord {
            intent: Some(at),
            outcome: Some(Outcome::Done),
            freed_bytes: bytes,
            undone: None,
        });
        freed += bytes;
    }
    let begin = Begin {
        run: format!("demo-{}", started.strftime("%Y%m%d")),
        started,
        env: today.env.clone(),
        engine_id: today.engine_id.clone().unwrap_or_default(),
        engine_name: today.host.clone(),
        engine_root: None,
        plan_hash: String::new(),
        steps,
    };
    let run = Run {
        begin,
        steps: records,
        ended: started.checked_add(SignedDuration::from_secs(7)).ok(),
        outcome: RunOutcome::Complete,
        freed_bytes: freed,
        torn: false,
        faults: Vec::new(),
    };
    (run, inspects)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rubbish_piles_up_until_it_is_cleared() {
        let names = |count: usize| (0..count).map(|at| format!("test-{at}")).collect::<Vec<_>>();
        let today: AuditRecord = serde_json::from_value(json!({
            "timestamp": "2026-05-01T00:00:00Z", "env": "staging",
            "containers_safe_delete": names(8), "containers_extra": names(2), "reclaimable_bytes": 4000,
        }))
        .unwrap();
        let past = past(&today);
        let drift: Vec<usize> = past.audits.iter().filter_map(|it| it.drift).collect();
        assert_eq!(drift.len(), 30);
        assert_eq!(drift[29], 9, "yesterday there was nearly as much as today: {drift:?}");
        for days in CLEARED {
            assert_eq!(drift[30 - usize::try_from(days).unwrap()], 0, "{drift:?}");
        }
        assert!(past.cleanups.iter().all(|(run, inspects)| run.begin.steps.len() == inspects.len()));
    }
}
