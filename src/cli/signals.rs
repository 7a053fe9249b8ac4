//! Signals while a plan is applied: the removal in flight is finished, no other is started.

use std::io;

use super::output::say;
use super::plugin;
use crate::session::Stop;

const STOPPING: &str = "stopping: the step in flight is finished, no other is started";

/// A stop that is asked by SIGINT, SIGTERM and SIGHUP (the SSH session dropped), and where we are Docker's
/// plugin, by Docker.
pub(super) fn stop_on_signals() -> io::Result<Stop> {
    let stop = Stop::default();
    listen(&stop)?;
    let asked = stop.clone();
    plugin::on_cancel(move || {
        say(STOPPING);
        asked.ask();
    });
    Ok(stop)
}

#[cfg(unix)]
fn listen(stop: &Stop) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
        let mut signals = signal(kind)?;
        let stop = stop.clone();
        tokio::spawn(async move {
            while signals.recv().await.is_some() {
                stop.ask();
                say(STOPPING);
            }
        });
    }
    Ok(())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix, listening can fail")]
fn listen(stop: &Stop) -> io::Result<()> {
    let stop = stop.clone();
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            stop.ask();
            say(STOPPING);
        }
    });
    Ok(())
}

/// What waits until somebody ends the program: by a signal, or, where we are Docker's plugin, by Docker. It listens from
/// now on, whenever it is waited for.
pub(super) fn ended() -> io::Result<impl Future<Output = ()>> {
    let stop = stop_quietly()?;
    let (cancel, cancelled) = tokio::sync::oneshot::channel();
    plugin::on_cancel(move || {
        // Where nobody waits any more, it has ended already.
        let _ = cancel.send(());
    });
    Ok(async move {
        tokio::select! {
            () = stop => {}
            Ok(()) = cancelled => {}
        }
    })
}

#[cfg(unix)]
fn stop_quietly() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    })
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix, listening can fail")]
fn stop_quietly() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without signals it is ended by its end.
        let _ = tokio::signal::ctrl_c().await;
    })
}
