//! Whose turn it is on the real engine: the behaviours share it, what needs it whole has it alone.
use std::fs::File;
use std::io::Write as _;
use std::sync::Once;

/// The environment variable that names a real engine.
const REAL: &str = "STEWARD_TEST_ENGINE";

/// A turn on the real engine; it ends when this is dropped, or the process dies.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) url: String,
    _lock: File,
}

impl Turn {
    /// A turn beside others, who also keep to what they made. `None`: no real engine is named.
    pub(crate) fn shared() -> Option<Turn> {
        Turn::take(File::lock_shared)
    }

    /// A turn with nobody beside: resources that come and go between two lists rightly make an inventory
    /// doubtful, and the names of a world are fixed.
    pub(crate) fn alone() -> Option<Turn> {
        Turn::take(File::lock)
    }

    /// Waits for the turn. A lock on a file holds between the tests of one process as well as between two
    /// processes, such as two checkouts that test at once on one engine.
    fn take(lock: impl FnOnce(&File) -> std::io::Result<()>) -> Option<Turn> {
        let Some(url) = std::env::var(REAL).ok().filter(|url| !url.is_empty()) else {
            say_skipped();
            return None;
        };
        let name: String = url.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '-' }).collect();
        let path = std::env::temp_dir().join(format!("docker-steward-test{name}.lock"));
        let file = File::options().create(true).append(true).open(&path).unwrap();
        lock(&file).unwrap();
        Some(Turn { url, _lock: file })
    }
}

/// Says it once for all of them.
fn say_skipped() {
    static SAID: Once = Once::new();
    SAID.call_once(|| say(&format!("skipped: {REAL} is not set (tests on a real engine)")));
}

/// Says a line past the test harness, which shows nothing of a test that passes.
pub(crate) fn say(line: &str) {
    // Where nobody reads, nobody misses it.
    let _ = std::io::stderr().write_all(format!("\n{line}\n").as_bytes());
}
