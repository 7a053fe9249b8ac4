//! The terminal: taken over whole, and given back whatever happens.

use std::io::{self, Write, stdout};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use ratatui::crossterm::clipboard::CopyToClipboard;
use ratatui::crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::{Frame, Terminal};

use super::paint::Paint;

/// The screen. Dropping it gives the terminal back; a panic does so before it is reported.
pub(super) struct Screen {
    terminal: Terminal<Paint<Output>>,
    mouse: bool,
}

impl Screen {
    /// Takes the terminal over.
    pub(super) fn open() -> io::Result<Self> {
        restore_on_panic();
        enable_raw_mode()?;
        // From here on, dropping gives back what was taken, also if the next step fails.
        let guard = Guard;
        execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
        let terminal = Terminal::new(Paint::on(Output))?;
        std::mem::forget(guard);
        Ok(Self { terminal, mouse: false })
    }

    /// Takes the mouse, or leaves it to the terminal.
    pub(super) fn mouse(&mut self, wanted: bool) -> io::Result<()> {
        self.mouse = wanted;
        if wanted { execute!(stdout(), EnableMouseCapture) } else { execute!(stdout(), DisableMouseCapture) }
    }

    /// Stops the process, as the shell's Ctrl-Z would, with the terminal given back; returns when the shell
    /// continues it, or at once where there is no shell to do so.
    #[cfg(unix)]
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        use rustix::process::{Signal, kill_current_process_group};
        restore();
        // The group, as the terminal itself would: `docker steward` runs under a `docker` that waits for it.
        kill_current_process_group(Signal::TSTP)?;
        self.take_again()
    }

    /// Takes the terminal over again, after somebody else had it.
    pub(super) fn take_again(&mut self) -> io::Result<()> {
        // What crossterm believes is not what is: whoever had the terminal has set it as they liked.
        disable_raw_mode()?;
        enable_raw_mode()?;
        execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
        if self.mouse {
            execute!(stdout(), EnableMouseCapture)?;
        }
        self.clear()
    }

    /// Its width and height.
    pub(super) fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    /// Forgets what was drawn: a terminal that was resized, even back to the same size, has lost part of it.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        // Not `Terminal::clear`: it asks the terminal for its cursor and waits for the answer, which a busy
        // or odd terminal owes. With both buffers blank the next frame is drawn whole.
        execute!(stdout(), Clear(ClearType::All))?;
        self.terminal.backend_mut().forget();
        self.terminal.swap_buffers();
        Ok(())
    }

    /// Draws what has changed.
    pub(super) fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(render).map(|_| ())
    }

    /// Puts a text on the clipboard of whoever looks at this terminal, over SSH too (OSC 52). There is no
    /// answer: a terminal that does not allow it says nothing.
    #[expect(clippy::unused_self, reason = "only who holds the screen may write to it")]
    pub(super) fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(stdout(), CopyToClipboard::to_clipboard_from(text))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back. What fails here cannot be told to anybody.
fn restore() {
    // In this order: a line that is typed once the shell can be seen again is a line.
    let _ = disable_raw_mode();
    let _ = execute!(
        stdout(),
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        ratatui::crossterm::cursor::Show
    );
}

/// Whether a panic has given the terminal back for good.
static GIVEN_BACK: AtomicBool = AtomicBool::new(false);

/// Where frames go. A frame that is on its way when another thread panics is not written any more: it would be
/// painted over the report.
struct Output;

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Whoever gives the terminal back waits for this lock, and has said so before.
        let mut out = stdout().lock();
        if GIVEN_BACK.load(Ordering::SeqCst) { Ok(bytes.len()) } else { out.write(bytes) }
    }

    fn flush(&mut self) -> io::Result<()> {
        stdout().flush()
    }
}

/// A panic's report must not be painted over, nor a shell be left in raw mode.
fn restore_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            GIVEN_BACK.store(true, Ordering::SeqCst);
            restore();
            report(info);
        }));
    });
}
