//! The signals that end the console: they are messages like any other, so that a removal in flight is
//! finished first. And those that tell of its terminal.

use std::io;

use crate::console::message::Signal;

/// What a signal says.
#[cfg_attr(not(unix), expect(dead_code, reason = "other systems tell the terminal's size as an event"))]
pub(super) enum Heard {
    /// It ends.
    Ends(Signal),
    /// The process was stopped, and goes on.
    GoesOn,
    /// The terminal has another size.
    Resized,
}

#[cfg(unix)]
pub(super) struct Signals {
    hangup: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    go_on: tokio::signal::unix::Signal,
    resized: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            go_on: signal(SignalKind::from_raw(libc::SIGCONT))?,
            resized: signal(SignalKind::window_change())?,
        })
    }

    /// The next signal.
    pub(super) async fn next(&mut self) -> Heard {
        tokio::select! {
            _ = self.hangup.recv() => Heard::Ends(Signal::Hangup),
            _ = self.interrupt.recv() => Heard::Ends(Signal::Interrupt),
            _ = self.terminate.recv() => Heard::Ends(Signal::Terminate),
            _ = self.go_on.recv() => Heard::GoesOn,
            _ = self.resized.recv() => Heard::Resized,
        }
    }
}

#[cfg(not(unix))]
pub(super) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    /// The next signal.
    pub(super) async fn next(&mut self) -> Heard {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Heard::Ends(Signal::Interrupt)
    }
}
