//! Does what the state asks for, in tasks, and sends back what came of it.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::terminal::Screen;
use super::{Woken, facts, fault};
use crate::apply::Report;
use crate::console::ConsoleError;
use crate::console::message::{Effect, Message, Open};
use crate::console::state::{self, Facts};
use crate::session::{Options, Session, SessionError, Stop};
use crate::ssot::find;
use crate::steward::inventory::Container;
use crate::steward::{Approved, Key};
use crate::text::bytes;

/// Changes come in swarms: a look waits this long for the rest of them.
const CALM: Duration = Duration::from_millis(300);

/// A message, and the session that it comes from.
pub(super) struct Envelope {
    generation: u64,
    content: Content,
}

pub(super) enum Content {
    Message(Box<Message>),
    Session(Box<Session>),
    Renewed(Box<(Session, Facts)>),
    Panicked,
}

/// What sends messages of one session.
#[derive(Clone)]
pub(super) struct Sender {
    generation: u64,
    to: mpsc::UnboundedSender<Envelope>,
}

impl Sender {
    /// Whoever would receive it may have gone home already.
    pub(super) fn send(&self, message: Message) {
        self.put(Content::Message(Box::new(message)));
    }

    pub(super) fn put(&self, content: Content) {
        let _ = self.to.send(Envelope { generation: self.generation, content });
    }

    /// Runs a task. A panic in it ends the console: the terminal is already given back by then, and
    /// drawing on would paint over the report.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        let sender = self.clone();
        tokio::spawn(async move {
            if AssertUnwindSafe(task).catch_unwind().await.is_err() {
                sender.put(Content::Panicked);
            }
        })
    }

    /// Runs work that would hold up other tasks.
    pub(super) fn spawn_work(&self, work: impl FnOnce() -> Message + Send + 'static) {
        let sender = self.clone();
        self.spawn(async move {
            match tokio::task::spawn_blocking(work).await {
                Ok(message) => sender.send(message),
                Err(_) => sender.put(Content::Panicked),
            }
        });
    }
}

/// The session and what is under way with it.
pub(super) struct Effects {
    pub(super) options: Options,
    pub(super) sender: Sender,
    pub(super) session: Option<Session>,
    /// Tasks of the session that end with it.
    pub(super) tasks: Vec<JoinHandle<()>>,
    /// The cleanup that runs.
    cleanup: Option<(Stop, JoinHandle<Result<Report, SessionError>>)>,
}

impl Effects {
    pub(super) fn new(options: Options, to: mpsc::UnboundedSender<Envelope>) -> Self {
        let sender = Sender { generation: 0, to };
        Self { options, sender, session: None, tasks: Vec::new(), cleanup: None }
    }

    /// What an envelope holds, unless it comes from a session that was left.
    pub(super) fn unpack(&self, envelope: Envelope) -> Woken {
        match envelope.content {
            Content::Panicked => Woken::Panicked,
            _ if envelope.generation != self.sender.generation => Woken::Nothing,
            Content::Message(message) => Woken::Message(*message),
            Content::Session(session) => Woken::Session(session),
            Content::Renewed(renewed) => Woken::Renewed(renewed),
        }
    }

    /// Does an effect; returns whether the console ends.
    pub(super) fn run(&mut self, effect: Effect, screen: &mut Screen) -> Result<bool, ConsoleError> {
        match effect {
            Effect::Open(how) => {
                match how {
                    Open::Again => {}
                    Open::Environment(name) => {
                        // A file that was named is of one environment: another one is looked up.
                        self.options.ssot = None;
                        self.options.env = Some(name);
                    }
                    Open::Context(name) => {
                        let called_so = find::choices(&find::Dirs::from_process()).contains(&name);
                        self.options = Options {
                            env: called_so.then(|| name.clone()),
                            context: Some(name),
                            read_only: self.options.read_only,
                            time_outs: self.options.time_outs,
                            ..Options::default()
                        };
                    }
                    Open::Demo => {
                        let read_only = self.options.read_only;
                        self.options = Options { demo: true, read_only, ..Options::default() };
                    }
                }
                self.open();
            }
            Effect::Look { calmly } => self.with_session(|session, sender| {
                sender.clone().spawn(async move {
                    fault::here("task");
                    if calmly {
                        tokio::time::sleep(CALM).await;
                    }
                    sender.send(Message::Looked(session.look().await));
                })
            }),
            Effect::LookWithSizes => self.with_session(|session, sender| {
                sender.clone().spawn(async move {
                    let sized = session.sizes().await;
                    sender.send(Message::DiskUse(session.disk_use()));
                    sender.send(Message::Sized(sized));
                })
            }),
            Effect::Reconcile(look) => {
                if let Some(session) = self.session.clone() {
                    self.sender.spawn_work(move || Message::Reconciled(session.reconcile(&look)));
                }
            }
            Effect::Plan(look, marks) => {
                if let Some(session) = self.session.clone() {
                    self.sender.spawn_work(move || {
                        let plan = session.plan(&look, &marks).map(Box::new);
                        Message::Planned(plan, session.trash_room())
                    });
                }
            }
            Effect::Explain(look, key) => self.explain(look, key),
            Effect::Weigh(look, key, pattern) => self.weigh(look, key, pattern),
            Effect::OpenSsot => self.open_ssot(),
            Effect::Write(writing) => self.write_ssot(writing),
            Effect::Reload => self.reload(),
            Effect::Inspect(subject) => self.inspect(subject),
            Effect::ReadHistory(look) => self.read_history(look),
            Effect::Record(look) => self.record(look),
            Effect::Vitals(look) => self.vitals(look),
            Effect::WritePlan { stem, extension, text } => self.write_plan(stem, extension, text),
            Effect::Apply(approved, keep) => self.apply(*approved, keep),
            Effect::Stop => {
                if let Some((stop, _)) = &self.cleanup {
                    stop.ask();
                }
            }
            Effect::Copy(text) => screen.copy(&text)?,
            Effect::Mouse(wanted) => screen.mouse(wanted)?,
            #[cfg(unix)]
            Effect::Suspend => screen.suspend()?,
            #[cfg(not(unix))]
            Effect::Suspend => {}
            Effect::Quit => return Ok(true),
        }
        Ok(false)
    }

    /// Opens a session by the options, and drops the one before with all that is under way with it.
    pub(super) fn open(&mut self) {
        self.drop_tasks();
        let (options, sender) = (self.options.clone(), self.sender.clone());
        let task = self.sender.spawn(async move {
            let (show, shown) = oneshot::channel();
            // Nobody may be left who wants to see them.
            let glimpse = move |containers: &[Container]| drop(show.send(state::first_rows(containers)));
            match Session::open_to_watch(&options, glimpse).await {
                Ok(session) => {
                    sender.put(Content::Session(Box::new(session.clone())));
                    let demo = options.demo;
                    // Git is asked for the SSOT's state.
                    let facts = tokio::task::spawn_blocking(move || facts::of(&session, demo)).await;
                    match facts {
                        Ok(facts) => sender.send(Message::Opened(Ok(Box::new(facts)))),
                        Err(_) => sender.put(Content::Panicked),
                    }
                    if let Ok(rows) = shown.await {
                        sender.send(Message::Glimpsed(rows));
                    }
                }
                Err(error) => sender.send(Message::Opened(Err(error))),
            }
        });
        self.tasks.push(task);
    }

    /// Drops the session with all that is under way with it; what it still sends is not heard any more.
    pub(super) fn drop_tasks(&mut self) {
        for task in self.tasks.drain(..) {
            task.abort();
        }
        self.session = None;
        self.sender.generation += 1;
    }

    /// Takes the session that was opened, and listens to its engine.
    pub(super) fn adopt(&mut self, session: Session) {
        let sender = self.sender.clone();
        let mut changes = session.changes();
        let task = self.sender.spawn(async move {
            while let Some(change) = changes.recv().await {
                sender.send(Message::Changed(change));
            }
        });
        self.tasks.push(task);
        self.watch_ssot(&session);
        self.session = Some(session);
    }

    fn with_session(&mut self, start: impl FnOnce(Session, Sender) -> JoinHandle<()>) {
        self.tasks.retain(|task| !task.is_finished());
        if let Some(session) = self.session.clone() {
            self.tasks.push(start(session, self.sender.clone()));
        }
    }

    fn explain(&self, look: crate::session::Look, key: Key) {
        if let Some(session) = self.session.clone() {
            self.sender.spawn_work(move || {
                let explanation = session.explain(&look, &key).map(Box::new);
                Message::Explained(key, explanation)
            });
        }
    }

    /// Applies an approved plan. The task is never aborted: [`Effects::finish`] waits for it.
    fn apply(&mut self, approved: Approved, keep: Option<Duration>) {
        let Some(session) = self.session.clone() else { return };
        let stop = Stop::default();
        let (progress, mut steps) = mpsc::unbounded_channel();
        let asked = stop.clone();
        let task = tokio::spawn(async move { session.apply(approved, keep, progress, asked).await });
        let (handle, sender) = (task, self.sender.clone());
        let (tell, told) = oneshot::channel();
        self.sender.spawn(async move {
            while let Some(progress) = steps.recv().await {
                sender.send(Message::Progress(progress));
            }
            // All progress is told before the end is.
            if let Ok(result) = told.await {
                sender.send(Message::Applied(result));
            }
        });
        let sender = self.sender.clone();
        let outer = tokio::spawn(async move {
            match handle.await {
                Ok(result) => {
                    let _ = tell.send(result.clone());
                    result
                }
                Err(panic) => {
                    sender.put(Content::Panicked);
                    std::panic::resume_unwind(panic.into_panic());
                }
            }
        });
        self.cleanup = Some((stop, outer));
    }

    /// Lets a cleanup finish its step in flight, and says what it came to if nobody has seen it.
    pub(super) async fn finish(&mut self) -> Option<String> {
        let (stop, task) = self.cleanup.take()?;
        if task.is_finished() && !stop.asked() {
            return None;
        }
        stop.ask();
        let text = match task.await.ok()? {
            Ok(report) => {
                let done = report.count("done");
                let all = report.steps.len();
                let stopped = report.stopped.map(|why| format!(" ({why})")).unwrap_or_default();
                format!(
                    "cleanup {}: {done} of {all} done, {} freed{stopped}\n  journal: {}",
                    report.run,
                    bytes(report.freed),
                    report.journal.display()
                )
            }
            Err(error) => format!("the cleanup ended with an error: {error}"),
        };
        Some(crate::text::sanitise(&text).replace("\\x0a", "\n"))
    }
}
