//! What the terminal tells: keys, pastes, the mouse, its size.

use std::time::Duration;

use ratatui::crossterm::event::{self, Event};
use tokio::sync::mpsc;

use reader::Reader;

/// How long the reader may take to let go. It takes no time, except in the middle of a paste.
const LET_GO: Duration = Duration::from_millis(100);

/// What the terminal tells, read on a thread of its own: crossterm waits in the middle of a paste for the rest, and
/// whoever waits for it would not hear a signal.
pub(super) struct Events {
    reader: Reader,
    told: mpsc::UnboundedReceiver<Event>,
}

impl Events {
    /// Begins to read.
    pub(super) fn listen() -> std::io::Result<Self> {
        let (tell, told) = mpsc::unbounded_channel();
        Ok(Self { reader: Reader::start(tell)?, told })
    }

    /// The next event; none where nothing can be read any more.
    pub(super) async fn next(&mut self) -> Option<Event> {
        self.told.recv().await
    }

    /// Reads no more. What is typed from now on is for whoever gets the terminal next.
    pub(super) async fn stop(mut self) {
        if self.reader.stop() {
            let ended = async { while self.told.recv().await.is_some() {} };
            let _ = tokio::time::timeout(LET_GO, ended).await;
        }
    }
}

/// Waits for the terminal itself, beside a call to stop: crossterm's reading cannot be called off, and on a terminal
/// that is gone it never returns.
#[cfg(unix)]
mod reader {
    use std::io;
    use std::os::fd::AsRawFd;
    use std::time::Duration;

    use mio::unix::SourceFd;
    use mio::{Interest, Poll, Token, Waker};

    use super::{Event, event, mpsc};

    const TERMINAL: Token = Token(0);
    const STOP: Token = Token(1);

    /// How long more is waited for after a key. Crossterm does not look where there is no time, and spins through
    /// what is left of it below a millisecond.
    const MORE: Duration = Duration::from_micros(1_100);

    pub(super) struct Reader(Waker);

    impl Reader {
        pub(super) fn start(tell: mpsc::UnboundedSender<Event>) -> io::Result<Self> {
            let poll = Poll::new()?;
            let terminal = io::stdin().as_raw_fd();
            poll.registry().register(&mut SourceFd(&terminal), TERMINAL, Interest::READABLE)?;
            let waker = Waker::new(poll.registry(), STOP)?;
            std::thread::spawn(move || read(poll, &tell));
            Ok(Self(waker))
        }

        /// Whether it has been told to.
        pub(super) fn stop(&self) -> bool {
            self.0.wake().is_ok()
        }
    }

    /// Until it is told to stop, nobody listens, or the terminal is gone.
    fn read(mut poll: Poll, tell: &mpsc::UnboundedSender<Event>) -> io::Result<()> {
        let mut ready = mio::Events::with_capacity(2);
        loop {
            match poll.poll(&mut ready, None) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                polled => polled?,
            }
            if ready.iter().any(|it| it.token() == STOP || it.is_read_closed()) {
                return Ok(());
            }
            while event::poll(MORE)? {
                if tell.send(event::read()?).is_err() {
                    return Ok(());
                }
            }
        }
    }
}

#[cfg(not(unix))]
mod reader {
    use super::{Event, event, mpsc};

    pub(super) struct Reader;

    impl Reader {
        pub(super) fn start(tell: mpsc::UnboundedSender<Event>) -> std::io::Result<Self> {
            std::thread::spawn(move || {
                while let Ok(event) = event::read() {
                    if tell.send(event).is_err() {
                        return;
                    }
                }
            });
            Ok(Self)
        }

        /// Whether it has been told to: this reader ends with the process.
        pub(super) fn stop(&self) -> bool {
            false
        }
    }
}
