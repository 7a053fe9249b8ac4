use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::*;
use crate::demo::{Container, DemoEngine, Effect, Fault, Image, World};
use crate::records::Paths;
use crate::records::journal::Sink;
use crate::session::Options;
use crate::ssot::find::Dirs;
use crate::steward::PHRASE;

/// A disk that is full from some line on, or from some time on makes nothing durable.
#[derive(Clone)]
struct Disk {
    /// How many lines fit.
    lines: usize,
    /// How often it makes durable what was written.
    syncs: usize,
    /// How often it has refused.
    refused: Arc<AtomicUsize>,
    text: Vec<u8>,
    /// What a machine that died now would find, after each time that it was made durable.
    durable: Arc<Mutex<Vec<String>>>,
}

impl Disk {
    fn of(lines: usize, syncs: usize) -> Self {
        Self { lines, syncs, refused: Arc::default(), text: Vec::new(), durable: Arc::default() }
    }

    fn refuse(&self) -> io::Error {
        self.refused.fetch_add(1, Ordering::SeqCst);
        io::ErrorKind::StorageFull.into()
    }
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        assert_eq!(end, bytes.len().checked_sub(1), "a line is written as a whole");
        let Some(left) = self.lines.checked_sub(1) else { return Err(self.refuse()) };
        self.lines = left;
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Disk {
    fn sync(&mut self) -> io::Result<()> {
        let Some(left) = self.syncs.checked_sub(1) else { return Err(self.refuse()) };
        self.syncs = left;
        self.durable.lock().unwrap().push(String::from_utf8(self.text.clone()).unwrap());
        Ok(())
    }
}

/// What came of a run.
struct Ran {
    /// How many removals were sent.
    sent: usize,
    /// What became of the steps; none if the run did not begin.
    outcomes: Option<Vec<Outcome>>,
    /// How many intents and outcomes were durable when each removal came to the engine.
    durable: Vec<(usize, usize)>,
}

impl Ran {
    fn done(&self) -> usize {
        self.outcomes.iter().flatten().filter(|it| **it == Outcome::Done).count()
    }
}

/// Removes so many containers, with its journal on this disk.
async fn on(disk: &Disk, containers: usize) -> Ran {
    struck(disk, containers, None).await
}

/// The same of an engine with a fault.
async fn struck(disk: &Disk, containers: usize, fault: Option<Fault>) -> Ran {
    let mut world = World::empty(Timestamp::now());
    world.add_image(Image::new("tools:1").size(1));
    for at in 0..containers {
        world.add_container(Container::new(&format!("tmp-{at}"), "tools:1"));
    }
    let engine = DemoEngine::start(world).await.unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (tell, on_disk) = (Arc::clone(&seen), Arc::clone(&disk.durable));
    let look_at_it = move |_: &mut World| {
        let text = on_disk.lock().unwrap().last().cloned().unwrap_or_default();
        let of = |event: &str| text.matches(&format!("{{\"event\":\"{event}\"")).count();
        tell.lock().unwrap().push((of("intent"), of("outcome")));
    };
    engine.inject(Fault::new("DELETE", "/containers/", Effect::Before(Box::new(look_at_it))).always());
    if let Some(fault) = fault {
        engine.inject(fault);
    }
    let home = tempfile::tempdir().unwrap();
    let options = Options {
        env: Some("staging".to_owned()),
        host: Some(engine.url().to_owned()),
        ..Options::default()
    };
    let dirs = Dirs { cwd: home.path().to_owned(), config: Vec::new() };
    let session =
        Session::open_in(&options, Paths::new(Vec::new(), home.path(), false), &dirs).await.unwrap();
    let look = session.look().await.unwrap();
    let marks =
        look.audit.resources.iter().filter(|it| it.safe().is_some()).map(|it| it.key.clone()).collect();
    let approved = session.plan(&look, &marks).unwrap().approve(PHRASE, Timestamp::now()).unwrap();

    let path = home.path().join("journal");
    let mut journal = Journal::on(disk.clone(), &path);
    let writer = session.writer().unwrap();
    let (tell, _progress) = tokio::sync::mpsc::unbounded_channel();
    let outcomes = match journal.start("run", approved.plan(), Timestamp::now()) {
        Err(_) => None,
        Ok(()) => {
            let run = Run {
                session: &session,
                writer,
                approved: &approved,
                journal,
                progress: tell,
                done: Done::default(),
                known: None,
                ear: Ear::of(&session).await,
                trash: None,
                steps: Vec::new(),
            };
            let report = run.go_through("run".to_owned(), path, &Stop::default()).await;
            Some(report.steps.into_iter().map(|step| step.outcome).collect())
        }
    };
    let sent = engine.requests().iter().filter(|(method, _)| method == "DELETE").count();
    let durable = seen.lock().unwrap().clone();
    Ran { sent, outcomes, durable }
}

#[tokio::test]
async fn a_full_disk_stops_the_run_before_the_next_removal_wherever_it_fills() {
    // Of two steps: begin, intent, outcome, intent, outcome, end make six lines.
    for (lines, removals) in [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (5, 2), (6, 2)] {
        let disk = Disk::of(lines, usize::MAX);
        let ran = on(&disk, 2).await;
        assert_eq!(ran.sent, removals, "with room for {lines} lines: {:?}", ran.outcomes);
        let refused = disk.refused.load(Ordering::SeqCst);
        assert_eq!(refused > 0, lines < 6, "the fault fired, with room for {lines} lines");
        assert_eq!(ran.done(), removals, "what was done is told, even where it could not be written");
    }
}

#[tokio::test]
async fn a_disk_that_makes_nothing_durable_stops_the_run_before_the_next_removal_whenever_it_begins_to() {
    // Of two steps: begin, intent, outcome with intent, outcome with end.
    for (syncs, removals) in [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2)] {
        let disk = Disk::of(usize::MAX, syncs);
        let ran = on(&disk, 2).await;
        assert_eq!(ran.sent, removals, "after {syncs} times: {:?}", ran.outcomes);
        let refused = disk.refused.load(Ordering::SeqCst);
        assert_eq!(refused > 0, syncs < 4, "the fault fired, after {syncs} times");
        assert_eq!(ran.done(), removals, "what was done is told, even where it may be lost");
    }
}

#[tokio::test]
async fn before_each_removal_its_intent_is_durable_and_the_outcome_of_the_one_before() {
    const STEPS: usize = 7;
    let disk = Disk::of(usize::MAX, usize::MAX);
    let ran = on(&disk, STEPS).await;
    assert_eq!(ran.done(), STEPS, "{:?}", ran.outcomes);
    let wanted: Vec<(usize, usize)> = (1..=STEPS).map(|intents| (intents, intents - 1)).collect();
    assert_eq!(ran.durable, wanted, "intents and outcomes on the disk at each removal");
    let texts = disk.durable.lock().unwrap();
    assert_eq!(texts.len(), STEPS + 2, "once for each step, and for the beginning and the end");
    let end = texts.last().unwrap();
    assert_eq!(end.matches("\"outcome\":\"done\"").count(), STEPS, "{end}");
    assert!(end.trim_end().lines().last().unwrap().starts_with("{\"event\":\"end\""), "{end}");
}

#[tokio::test]
async fn an_engine_that_answers_late_is_not_waited_for_with_an_outcome_that_may_be_lost() {
    let late = Fault::new("GET", "since", Effect::Delay(SOON + Duration::from_millis(200)));
    let fired = late.fired();
    let disk = Disk::of(usize::MAX, usize::MAX);
    let ran = struck(&disk, 2, Some(late)).await;
    assert_eq!((ran.done(), fired.count()), (2, 1), "{:?}", ran.outcomes);
    let texts = disk.durable.lock().unwrap();
    let last = |text: &String| text.lines().last().unwrap().starts_with("{\"event\":\"outcome\"");
    assert_eq!(texts.iter().filter(|text| last(text)).count(), 1, "the outcome by itself, while it waited");
    assert_eq!(texts.len(), 2 + 2 + 1);
}

#[test]
fn what_could_not_be_made_durable_once_is_never_told_to_be() {
    struct Once(bool);
    impl Write for Once {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    impl Sink for Once {
        fn sync(&mut self) -> io::Result<()> {
            if std::mem::replace(&mut self.0, true) { Ok(()) } else { Err(io::ErrorKind::StorageFull.into()) }
        }
    }
    let mut journal = Journal::on(Once(false), Path::new("journal"));
    journal.settle().unwrap();
    journal.outcome(0, &Outcome::Done, 0, Timestamp::now()).unwrap();
    let why = journal.settle().unwrap_err();
    assert_eq!(journal.settle().unwrap_err(), why, "the disk would say yes now");
    assert_eq!(journal.intent(1, &Value::Null, Timestamp::now()).unwrap_err(), why);
    assert_eq!(journal.end(RunOutcome::Stopped, 0, Timestamp::now()).unwrap_err(), why);
}
