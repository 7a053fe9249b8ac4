//! The signals that end the console: they are messages like any other, so that a removal in flight is
//! finished first.

use std::io;

use crate::console::message::Signal;

#[cfg(unix)]
pub(super) struct Signals {
    hangup: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    go_on: tokio::signal::unix::Signal,
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
        })
    }

    /// The next signal; none where the process was stopped and goes on.
    pub(super) async fn next(&mut self) -> Option<Signal> {
        tokio::select! {
            _ = self.hangup.recv() => Some(Signal::Hangup),
            _ = self.interrupt.recv() => Some(Signal::Interrupt),
            _ = self.terminate.recv() => Some(Signal::Terminate),
            _ = self.go_on.recv() => None,
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
    pub(super) async fn next(&mut self) -> Option<Signal> {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Some(Signal::Interrupt)
    }
}
