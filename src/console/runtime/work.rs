//! The effects that read and write files, and those that ask for more than a look tells.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::effects::{Content, Effects};
use super::facts;
use crate::console::message::{Message, Subject, Writing};
use crate::console::state::{Opened, Past, Weighed};
use crate::demo;
use crate::records::History;
use crate::records::journal_line::read_inspect;
use crate::session::{Look, Session, SessionError};
use crate::ssot::edit::{self, EditError};
use crate::ssot::load::Origin;
use crate::steward::Key;

/// How much of the audit log the console reads: years of a small engine, months of one with thousands of resources.
/// `docker-steward history` reads all of it.
const NEWEST: u64 = 16 * 1024 * 1024;

impl Effects {
    pub(super) fn weigh(&self, look: Look, key: Key, pattern: Option<String>) {
        let Some(session) = self.session.clone() else { return };
        let sender = self.sender.clone();
        self.sender.spawn(async move {
            let base = session.ssot().text.clone();
            let approval = session.weigh_approval(&look, &key, pattern.as_deref()).await;
            let weighed = approval.map(|approval| Box::new(Weighed { approval, base }));
            sender.send(Message::Weighed(weighed));
        });
    }

    pub(super) fn open_ssot(&self) {
        let Some(session) = self.session.clone() else { return };
        self.sender.spawn_work(move || Message::SsotOpened(open_ssot(&session).map(Box::new)));
    }

    pub(super) fn write_ssot(&self, writing: Writing) {
        let Some(session) = self.session.clone() else { return };
        self.sender.spawn_work(move || Message::SsotWritten(write_ssot(&session, writing)));
    }

    /// Reads the SSOT again, beside what is under way. What comes of it replaces the session.
    pub(super) fn reload(&self) {
        let Some(session) = self.session.clone() else { return };
        let (sender, demo) = (self.sender.clone(), self.options.demo);
        self.sender.spawn(async move {
            let work = move || {
                let session = session.reloaded()?;
                let facts = facts::of(&session, demo);
                Ok((session, facts))
            };
            match tokio::task::spawn_blocking(work).await {
                Ok(Ok((session, facts))) => sender.put(Content::Renewed(Box::new((session, facts)))),
                Ok(Err(error)) => sender.send(Message::Reloaded(Err(error))),
                Err(_) => sender.put(Content::Panicked),
            }
        });
    }

    /// Takes the session under the SSOT as it is now. Everything that is under way with the one before ends
    /// and is forgotten; so it must not be while a cleanup runs.
    pub(super) fn renew(&mut self, session: Session) {
        self.drop_tasks();
        self.adopt(session);
    }

    pub(super) fn inspect(&self, subject: Subject) {
        let Some(session) = self.session.clone() else { return };
        let sender = self.sender.clone();
        match subject {
            Subject::Resource(key) => {
                self.sender.spawn(async move {
                    let result = session.inspect(&key).await.map(Box::new);
                    sender.send(Message::Inspected(Subject::Resource(key), result));
                });
            }
            Subject::Step { run, step } => self.sender.spawn_work(move || {
                let result = read_inspect(&session.paths().run(&run), step)
                    .map_err(|error| SessionError::disk(error.to_string()))
                    .and_then(|found| {
                        found.ok_or_else(|| SessionError::disk("the journal does not tell what it was"))
                    });
                Message::Inspected(Subject::Step { run, step }, result.map(Box::new))
            }),
        }
    }

    pub(super) fn read_history(&self, look: Look) {
        let Some(session) = self.session.clone() else { return };
        let demo = self.options.demo;
        self.sender.spawn_work(move || {
            let made_up = demo.then(|| demo::past(&session.audit_record(&look)));
            let log = session.audit_log();
            let env = session.ssot().policy.environment.record_name().to_owned();
            let past = History::recent(&log, &session.paths().journal(), NEWEST)
                .map(|(history, earlier)| Past {
                    earlier,
                    ..Past::of(history, log.display().to_string(), &env, session.engine(), made_up)
                })
                .map_err(|error| SessionError::disk(error.to_string()));
            Message::HistoryRead(past.map(Box::new))
        });
    }

    pub(super) fn record(&self, look: Look) {
        let Some(session) = self.session.clone() else { return };
        self.sender.spawn_work(move || {
            let recorded = session.record(&look).map(|_| session.audit_log().display().to_string());
            Message::Recorded(recorded)
        });
    }

    pub(super) fn vitals(&self, look: Look) {
        let Some(session) = self.session.clone() else { return };
        let sender = self.sender.clone();
        self.sender.spawn(async move {
            let health = Box::new(session.health().await);
            let stack = tokio::task::spawn_blocking(move || session.stack(&look)).await;
            sender.send(Message::Vitals(health, stack.ok().flatten().map(Box::new)));
        });
    }

    pub(super) fn write_plan(&self, stem: String, extension: &'static str, text: String) {
        self.sender.spawn_work(move || Message::PlanWritten(write_plan(&stem, extension, &text)));
    }
}

fn open_ssot(session: &Session) -> Result<Opened, SessionError> {
    let ssot = session.ssot();
    let shown = ssot.path_display();
    let Origin::File(path) = &ssot.origin else {
        let environment = ssot.policy.environment.as_str().to_owned();
        return Err(SessionError::input(EditError::BuiltIn { shown, environment }.to_string()));
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| SessionError::disk(format!("{shown} cannot be read: {error}")))?;
    Ok(Opened { path: path.clone(), shown, text })
}

fn write_ssot(session: &Session, writing: Writing) -> Result<String, SessionError> {
    let ssot = session.ssot();
    let shown = ssot.path_display();
    let Origin::File(path) = &ssot.origin else {
        return Err(SessionError::input(format!("{shown} is part of the program and cannot be changed")));
    };
    edit::replace_text(path, &writing.base, &writing.text)
        .map_err(|error| SessionError::disk(format!("{shown} cannot be written: {error}")))?;
    Ok(writing.what)
}

/// Into the folder that the console was started in; nothing that is there is written over.
fn write_plan(stem: &str, extension: &str, text: &str) -> Result<String, String> {
    for number in 1..1000 {
        let name =
            if number == 1 { format!("{stem}.{extension}") } else { format!("{stem}-{number}.{extension}") };
        let path = PathBuf::from(&name);
        match create(&path, text.as_bytes()) {
            Ok(()) => {
                let full = std::env::current_dir().map(|folder| folder.join(&path)).unwrap_or(path);
                return Ok(format!("Written to {}; nothing has been removed", full.display()));
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(format!("{name} cannot be written: {error}")),
        }
    }
    Err(format!("{stem}.{extension} and 999 others are there already"))
}

/// A new file for its owner alone; one that is there is an error.
fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}
