//! Machines cloned from one disk: their engines share the ID. What was seen, told or begun on one is not the other's.
use docker_steward::console::state::Past;
use docker_steward::demo::{DemoEngine, Engine, Volume, World};
use docker_steward::records::History;
use docker_steward::records::journal_line::{RunOutcome, read_run};
use docker_steward::session::Acquaintance;
use jiff::Timestamp;

use crate::support::steward::Stage;

/// By what a clone may be told from the first.
const MARKS: [fn(&mut Engine); 3] = [
    |engine| "clone".clone_into(&mut engine.name),
    |engine| "/mnt/docker".clone_into(&mut engine.root),
    |engine| "btrfs".clone_into(&mut engine.driver),
];

async fn clone(world: World, mark: fn(&mut Engine)) -> DemoEngine {
    let mut world = world;
    mark(&mut world.engine);
    DemoEngine::start(world).await.unwrap()
}

#[tokio::test]
async fn what_was_seen_on_one_says_nothing_of_the_other() {
    let mut full = World::empty(Timestamp::now());
    for at in 0..40 {
        full.add_volume(Volume::new(&format!("data-{at}")));
    }
    let (engine, stage) = Stage::simulated("staging", full).await;
    assert_eq!(stage.session.acquaintance(), Acquaintance::First);
    stage.look().await;
    assert_eq!(stage.beside(&engine).await.acquaintance(), Acquaintance::Met);
    for mark in MARKS {
        let clone = clone(World::empty(Timestamp::now()), mark).await;
        let session = stage.beside(&clone).await;
        assert_eq!(session.engine().id, stage.session.engine().id);
        assert_eq!(session.acquaintance(), Acquaintance::First);
        let look = session.look().await.unwrap();
        assert!(look.audit.doubts.is_empty(), "it has lost nothing: {:?}", look.audit.doubts);
        assert_eq!(stage.beside(&clone).await.acquaintance(), Acquaintance::Met);
    }
    assert!(stage.look().await.audit.doubts.is_empty());
}

#[tokio::test]
async fn a_cleanup_that_was_cut_off_is_not_looked_up_on_the_other() {
    let junk = || {
        let mut world = World::empty(Timestamp::now());
        let old = Timestamp::now() - jiff::SignedDuration::from_hours(24 * 90);
        world.add_volume(Volume::new("tmp-data").created(old));
        world
    };
    let (_engine, stage) = Stage::simulated("staging", junk()).await;
    stage.apply(stage.plan(&["volume/tmp-data"]).await).await;
    let journal = &stage.journals()[0];
    let begun: String = std::fs::read_to_string(journal).unwrap().split_inclusive('\n').take(2).collect();
    std::fs::write(journal, begun).unwrap();
    for mark in &MARKS[..2] {
        let clone = clone(junk(), *mark).await;
        let session = stage.beside(&clone).await;
        let look = session.look().await.unwrap();
        assert_eq!(session.reconcile(&look).unwrap(), []);
        assert_eq!(read_run(journal).unwrap().outcome, RunOutcome::Unfinished);
    }
    let found = stage.session.reconcile(&stage.look().await).unwrap();
    assert_eq!(found.len(), 1);
}

#[tokio::test]
async fn what_was_done_on_one_is_not_counted_for_the_other() {
    let (_engine, stage) = Stage::simulated("staging", World::empty(Timestamp::now())).await;
    let today = stage.session.audit_record(&stage.look().await);
    let past = || {
        let made_up = docker_steward::demo::past(&today);
        let cleanups = made_up.cleanups.into_iter().map(|(run, _)| run).collect();
        History { audits: made_up.audits, cleanups, ..History::default() }
    };
    let of = |engine| {
        let past = Past::of(past(), String::new(), "staging", engine, None);
        let counted = (!past.drift.is_empty(), !past.freed.is_empty(), past.last_cleanup(engine).is_some());
        (counted, past.entries.len())
    };
    let mine = of(stage.session.engine());
    assert_eq!(mine.0, (true, true, true));
    let clone = clone(World::empty(Timestamp::now()), MARKS[0]).await;
    assert_eq!(of(stage.beside(&clone).await.engine()), ((false, false, false), mine.1));
}
