//! The console in a terminal of its own: when its rows come, what a key costs, what it costs while nothing happens.

use std::io::{Read as _, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

const ROWS: NonZero<u16> = NonZero::new(48).unwrap();
const COLUMNS: NonZero<u16> = NonZero::new(160).unwrap();

/// A running console.
pub(crate) struct Console {
    screen: vt100::Parser,
    output: Receiver<Vec<u8>>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
}

impl Console {
    pub(crate) fn start(mut command: CommandBuilder) -> Self {
        let size = PtySize { rows: ROWS.get(), cols: COLUMNS.get(), pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        command.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(command).expect("the program");
        let mut from = pair.master.try_clone_reader().expect("a reader");
        let keys = pair.master.take_writer().expect("a writer");
        let (tell, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = vec![0; 65_536];
            while let Ok(count @ 1..) = from.read(&mut bytes) {
                if tell.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { screen: vt100::Parser::new(ROWS, COLUMNS, 0), output, keys, child, _master: pair.master }
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).and_then(|()| self.keys.flush()).expect("a key");
    }

    /// Waits for a text on the screen; none if it never comes.
    pub(crate) fn until(&mut self, text: &str) -> Option<Duration> {
        let begun = Instant::now();
        while !self.screen.screen().contents().contains(text) {
            let bytes = self.output.recv_timeout(Duration::from_mins(1)).ok()?;
            self.screen.process(&bytes);
            // A terminal answers what it is asked: where the cursor is, what it is.
            if bytes.windows(3).any(|it| it == b"\x1b[c") {
                self.press("\x1b[?62;c");
            }
        }
        Some(begun.elapsed())
    }

    /// Reads on until nothing has come for this long; answers how many bytes came.
    pub(crate) fn settle(&mut self, calm: Duration) -> usize {
        let mut count = 0;
        while let Ok(bytes) = self.output.recv_timeout(calm) {
            count += bytes.len();
            self.screen.process(&bytes);
        }
        count
    }

    /// Presses a key; answers how long until the screen was sent, and in how many bytes.
    pub(crate) fn key(&mut self, key: &str) -> Option<(Duration, usize)> {
        let begun = Instant::now();
        self.press(key);
        let first = self.output.recv_timeout(Duration::from_secs(5)).ok()?;
        let took = begun.elapsed();
        self.screen.process(&first);
        Some((took, first.len() + self.settle(Duration::from_millis(8))))
    }

    /// Seconds of processor time so far.
    pub(crate) fn processor_time(&self) -> f64 {
        let stat = self.told("stat");
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks: f64 = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<f64>().ok()).sum();
        ticks / 100.0
    }

    /// The bytes of memory that it holds now, and how many of them are its own: no page of a file.
    pub(crate) fn memory(&self) -> [u64; 2] {
        let status = self.told("status");
        ["VmRSS:", "RssAnon:"].map(|field| {
            let line = status.lines().find_map(|line| line.strip_prefix(field));
            let kilobytes = line.and_then(|it| it.trim().strip_suffix(" kB")?.parse::<u64>().ok());
            kilobytes.unwrap_or(0) * 1024
        })
    }

    /// What the system tells of its process.
    fn told(&self, of: &str) -> String {
        let process = self.child.process_id().unwrap_or(0);
        std::fs::read_to_string(format!("/proc/{process}/{of}")).unwrap_or_default()
    }

    pub(crate) fn quit(mut self) {
        self.press("q");
        let _ = self.child.wait();
    }
}
