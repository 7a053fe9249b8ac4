//! What the terminal tells: keys, pastes, the mouse, its size.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ratatui::crossterm::event::{self, Event};
use tokio::sync::mpsc;

use line::Line;

/// How long the reader may take to let go. It takes no time, except in the middle of a paste.
const LET_GO: Duration = Duration::from_millis(100);

/// What the terminal tells, read on a thread of its own: crossterm waits in the middle of a paste for the rest, goes on
/// reading a terminal that is gone and never returns, and whoever waits for it would not hear the signal that says so.
pub(super) struct Events {
    told: mpsc::UnboundedReceiver<Event>,
    stopped: Arc<AtomicBool>,
    line: Line,
}

impl Events {
    /// Begins to read.
    pub(super) fn listen() -> Self {
        let (tell, told) = mpsc::unbounded_channel();
        let stopped = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&stopped);
        std::thread::spawn(move || {
            while let Ok(event) = event::read() {
                if until.load(Ordering::Relaxed) || tell.send(event).is_err() {
                    return;
                }
            }
        });
        Self { told, stopped, line: Line::watch() }
    }

    /// The next event; none where nothing can be read any more.
    pub(super) async fn next(&mut self) -> Option<Event> {
        tokio::select! {
            event = self.told.recv() => event,
            () = self.line.gone() => None,
        }
    }

    /// Reads no more. What is typed from now on is for whoever gets the terminal next.
    pub(super) async fn stop(mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        if wake() {
            let ended = async { while self.told.recv().await.is_some() {} };
            let _ = tokio::time::timeout(LET_GO, ended).await;
        }
    }
}

/// Has whoever reads look up: crossterm's reading cannot be called off, but it tells of a new size. Answers whether it
/// will.
#[cfg(unix)]
fn wake() -> bool {
    use rustix::process::{Signal, getpid, kill_process};
    kill_process(getpid(), Signal::WINCH).is_ok()
}

/// Here it does not: the reader ends with the process.
#[cfg(not(unix))]
fn wake() -> bool {
    false
}

/// Whether the terminal is there. Whose it is gets a signal when it goes; who was started apart does not.
#[cfg(target_os = "linux")]
mod line {
    use std::io;

    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::io::Errno;
    use tokio::sync::mpsc;

    pub(super) struct Line(mpsc::UnboundedReceiver<()>);

    impl Line {
        /// Watches it on a thread that no key wakes.
        pub(super) fn watch() -> Self {
            let (tell, told) = mpsc::unbounded_channel();
            let watch = move || {
                let terminal = io::stdin();
                let mut line = [PollFd::new(&terminal, PollFlags::empty())];
                loop {
                    match poll(&mut line, None) {
                        Err(Errno::INTR) => {}
                        Ok(_) => return tell.send(()),
                        Err(_) => return Ok(()),
                    }
                }
            };
            // Where there can be none, only the signal tells.
            let _ = std::thread::Builder::new().name("line".to_owned()).spawn(watch);
            Self(told)
        }

        /// Returns once it is gone.
        pub(super) async fn gone(&mut self) {
            if self.0.recv().await.is_none() {
                std::future::pending::<()>().await;
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod line {
    pub(super) struct Line;

    impl Line {
        pub(super) fn watch() -> Self {
            Self
        }

        /// Never: only the signal tells.
        pub(super) async fn gone(&mut self) {
            std::future::pending::<()>().await;
        }
    }
}
