//! A terminal with the program in it: types keys, reads the screen, waits for conditions, never for a time.
use std::io::{Read as _, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long a condition may take on a machine under load.
const DEADLINE: Duration = Duration::from_secs(30);

/// A running program, and the screen that it draws.
pub(crate) struct Terminal {
    screen: Arc<Mutex<vt100::Parser>>,
    keys: Option<Box<dyn Write + Send>>,
    master: Option<Box<dyn MasterPty + Send>>,
    child: Box<dyn Child + Send + Sync>,
    hung_up: Arc<AtomicBool>,
    written: Arc<AtomicUsize>,
}

impl Terminal {
    /// Starts docker-steward in a terminal of this size, with folders of its own below `home`.
    pub(crate) fn start(home: &Path, columns: u16, rows: u16, arguments: &[&str]) -> Terminal {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_docker-steward"));
        command.args(arguments);
        Terminal::of(command, home, columns, rows, &[])
    }

    /// Starts it with these variables too.
    pub(crate) fn with(home: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Terminal {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_docker-steward"));
        command.args(arguments);
        Terminal::of(command, home, 80, 24, variables)
    }

    /// Starts it so that no signal comes when the terminal goes away.
    #[cfg(target_os = "linux")]
    pub(crate) fn unsignalled(home: &Path, arguments: &[&str]) -> Terminal {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_docker-steward"));
        command.args(arguments);
        command.set_controlling_tty(false);
        Terminal::of(command, home, 80, 24, &[])
    }

    /// Starts a shell with job control, in which `steward` is docker-steward; with these variables too.
    #[cfg(unix)]
    pub(crate) fn shell(home: &Path, variables: &[(&str, &str)]) -> Terminal {
        let mut command = CommandBuilder::new("bash");
        command.args(["--norc", "--noprofile", "-i"]);
        let own = [("PS1", "READY> "), ("steward", env!("CARGO_BIN_EXE_docker-steward"))];
        Terminal::of(command, home, 80, 24, &[&own, variables].concat())
    }

    /// Starts zsh, without anybody's settings.
    #[cfg(unix)]
    pub(crate) fn zsh(home: &Path) -> Terminal {
        let mut command = CommandBuilder::new("zsh");
        command.args(["-f", "-i"]);
        Terminal::of(command, home, 100, 24, &[("PS1", "READY> ")])
    }

    fn of(
        mut command: CommandBuilder,
        home: &Path,
        columns: u16,
        rows: u16,
        variables: &[(&str, &str)],
    ) -> Terminal {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        command.cwd(home);
        command.env_clear();
        for (key, value) in [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LANG", "C.UTF-8")] {
            command.env(key, value);
        }
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", home);
        command.env("XDG_STATE_HOME", home.join("state"));
        command.env("XDG_CONFIG_HOME", home.join("config"));
        for (key, value) in variables {
            command.env(key, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);

        let screen = Arc::new(Mutex::new(vt100::Parser::new(some(rows), some(columns), 0)));
        let (mut output, seen) = (pair.master.try_clone_reader().unwrap(), Arc::clone(&screen));
        let hung_up = Arc::new(AtomicBool::new(false));
        let gone = Arc::clone(&hung_up);
        let written = Arc::new(AtomicUsize::new(0));
        let count_of = Arc::clone(&written);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                if gone.load(Ordering::Relaxed) {
                    break;
                }
                seen.lock().unwrap().process(&bytes[..count]);
                count_of.fetch_add(count, Ordering::Relaxed);
            }
        });
        let keys = Some(pair.master.take_writer().unwrap());
        Terminal { screen, keys, master: Some(pair.master), child, hung_up, written }
    }

    /// Types.
    pub(crate) fn send(&mut self, keys: &str) {
        let to = self.keys.as_mut().expect("it has hung up");
        to.write_all(keys.as_bytes()).unwrap();
        to.flush().unwrap();
    }

    /// How many bytes the program has written so far.
    pub(crate) fn written(&self) -> usize {
        self.written.load(Ordering::Relaxed)
    }

    /// What the screen shows.
    pub(crate) fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    /// Whether the program draws on the alternate screen: it has not given the terminal back.
    pub(crate) fn is_taken(&self) -> bool {
        let parser = self.screen.lock().unwrap();
        parser.screen().alternate_screen() || parser.screen().hide_cursor()
    }

    /// Pastes, as a terminal does that knows bracketed paste.
    pub(crate) fn paste(&mut self, text: &str) {
        self.send(&format!("\u{1b}[200~{text}\u{1b}[201~"));
    }

    /// Closes the terminal under the program, as a window that is closed does.
    pub(crate) fn hang_up(&mut self) {
        // The reader has the terminal open, too: it lets go at the next output, which a key brings about.
        self.hung_up.store(true, Ordering::Relaxed);
        self.send("?");
        self.keys = None;
        self.master = None;
    }

    /// Wipes the screen, as somebody else's output would.
    pub(crate) fn blank(&self) {
        self.screen.lock().unwrap().process(b"\x1b[2J");
        assert!(self.text().trim().is_empty());
    }

    /// Waits until a line of the screen is `wanted`.
    pub(crate) fn wait_for_line(&self, wanted: &str) -> String {
        self.wait_until(wanted, |text| text.lines().any(|line| line.trim_end() == wanted))
    }

    /// Whether the program asked for the mouse.
    pub(crate) fn mouse_is_taken(&self) -> bool {
        let parser = self.screen.lock().unwrap();
        parser.screen().mouse_protocol_mode() != vt100::MouseProtocolMode::None
    }

    /// Whether the program asked for pastes to be told from keys.
    pub(crate) fn tells_pastes(&self) -> bool {
        self.screen.lock().unwrap().screen().bracketed_paste()
    }

    /// Waits until the screen shows `wanted`.
    pub(crate) fn wait_for(&self, wanted: &str) -> String {
        self.wait_until(wanted, |text| text.contains(wanted))
    }

    /// Waits until the screen does not show `unwanted` any more.
    pub(crate) fn wait_for_no(&self, unwanted: &str) -> String {
        self.wait_until(&format!("no {unwanted}"), |text| !text.contains(unwanted))
    }

    /// Waits until the screen is as described.
    pub(crate) fn wait_until(&self, what: &str, holds: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + DEADLINE;
        loop {
            let text = self.text();
            if holds(&text) {
                return text;
            }
            assert!(Instant::now() < end, "waited in vain for {what:?}; the screen shows:\n{text}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Changes the size of the terminal.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        self.screen.lock().unwrap().screen_mut().set_size(some(rows), some(columns));
        self.master
            .as_ref()
            .expect("it has hung up")
            .resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 })
            .unwrap();
    }

    /// Sends the program a signal.
    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Waits until the terminal is as it was: what the program wrote last may still be on its way.
    pub(crate) fn wait_for_release(&self) {
        let end = Instant::now() + DEADLINE;
        while self.is_taken() {
            assert!(Instant::now() < end, "the terminal was not given back");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until the program has ended.
    pub(crate) fn wait_for_end(&mut self) -> ExitStatus {
        let end = Instant::now() + DEADLINE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < end, "the program did not end; the screen shows:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn some(cells: u16) -> NonZero<u16> {
    NonZero::new(cells).expect("a terminal has cells")
}
