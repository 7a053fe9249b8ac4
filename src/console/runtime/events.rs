//! What the terminal tells: keys, pastes, the mouse, its size.

use ratatui::crossterm::event::{self, Event};
use tokio::sync::mpsc;

/// Reads it on a thread of its own: crossterm goes on reading a terminal that is gone and never returns, and whoever
/// waits for it would not hear the signal that says so. The channel closes where nothing can be read any more.
pub(super) fn listen() -> mpsc::UnboundedReceiver<Event> {
    let (tell, told) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        while let Ok(event) = event::read() {
            if tell.send(event).is_err() {
                return;
            }
        }
    });
    told
}
