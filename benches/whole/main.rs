//! Measures the whole program against requests straight on the engine's socket, in one run on one engine, and
//! prints the table of the README:
//!
//! ```text
//! cargo bench --bench whole -- /var/run/docker.sock             # reads only
//! cargo bench --bench whole -- /var/run/docker.sock --cleanup   # also makes 500 resources and removes them
//! cargo bench --bench whole -- /var/run/docker.sock --no-sizes  # where `/system/df` takes minutes
//! cargo bench --bench whole -- /tmp/own/docker.sock --world     # fills an engine kept for this, first
//! cargo bench --bench whole -- --pretended                      # memory, with engines that only pretend
//! ```
//!
//! What a cleanup removes is called `tmp-measure-…`; a world stays, so that it is made once. Everything is the median of several runs, the floor and the program
//! in turn, so that a machine whose speed changes changes both.
#![expect(clippy::expect_used, reason = "a measurement that cannot be made ends, and says why")]

mod cleanup;
mod console;
#[expect(dead_code, reason = "the other bench uses all of it")]
#[path = "../core/world.rs"]
mod many;
mod pretended;
mod raw;
mod world;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use console::Console;
use many::Scale;
use portable_pty::CommandBuilder;

/// The program of this build, or another one that `DOCKER_STEWARD_BIN` names.
static BIN: LazyLock<String> = LazyLock::new(|| {
    std::env::var("DOCKER_STEWARD_BIN").unwrap_or_else(|_| env!("CARGO_BIN_EXE_docker-steward").to_owned())
});
const LISTS: [&str; 3] = ["/containers/json?all=1", "/images/json?all=1", "/volumes"];

/// An SSOT without health checks: nobody but the engine is contacted.
const SSOT: &str = "version: 1\nenvironment: staging\ncleanup: confirm\nprotected:\n  patterns: [\"prod-*\"]\n\
                    safe_to_delete:\n  min_age: 0s\n  patterns: [\"tmp-measure-*\"]\n";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    if arguments.iter().any(|it| it == "--pretended") {
        return memory();
    }
    let Some(socket) = arguments.iter().find(|it| it.starts_with('/')) else {
        // `cargo test --benches` starts every bench, too.
        println!("name an engine's socket: cargo bench --bench whole -- /var/run/docker.sock");
        return;
    };
    if arguments.iter().any(|it| it == "--world") {
        world::make(socket);
    }
    let home = tempfile::tempdir().expect("a folder");
    let stage = Stage { socket, home: home.path() };
    std::fs::write(stage.home.join("ssot.yaml"), SSOT).expect("an SSOT");
    println!("| what | floor | docker-steward | ratio |\n|---|---|---|---|");
    stage.audits(!arguments.iter().any(|it| it == "--no-sizes"));
    Stage::starts();
    stage.console();
    if arguments.iter().any(|it| it == "--cleanup") {
        cleanup::measure(&stage);
    }
}

/// What the console holds where there is next to nothing, and where there is very much: at its first look ever, and at
/// one after others.
fn memory() {
    println!("| what | docker-steward |\n|---|---|");
    let little = Scale { containers: 8, images: 6, volumes: 10, networks: 4 };
    for (name, scale) in [("a small engine", little), ("100,000 resources", Scale::HUGE)] {
        let home = tempfile::tempdir().expect("a folder");
        std::fs::write(home.path().join("ssot.yaml"), SSOT).expect("an SSOT");
        let socket = pretended::engine(scale, home.path());
        let stage = Stage { socket: socket.to_str().expect("a path"), home: home.path() };
        for look in ["first look", "known"] {
            let mut console = stage.open();
            console.until("drift").expect("the console");
            console.settle(Duration::from_secs(5));
            let [resident, own] = console.memory();
            println!(
                "| memory, {name}, {look}: resident, of that its own | {:.1} MB, {:.1} MB |",
                megabytes(resident),
                megabytes(own)
            );
            console.quit();
        }
    }
}

/// The engine, and folders for the program.
struct Stage<'a> {
    socket: &'a str,
    home: &'a Path,
}

impl Stage<'_> {
    fn arguments(&self) -> [String; 4] {
        let ssot = self.home.join("ssot.yaml").display().to_string();
        ["--host".to_owned(), format!("unix://{}", self.socket), "--ssot".to_owned(), ssot]
    }

    fn variables(&self) -> [(&'static str, String); 3] {
        let of = |folder: &str| self.home.join(folder).display().to_string();
        [("HOME", of("")), ("XDG_STATE_HOME", of("state")), ("XDG_CONFIG_HOME", of("config"))]
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BIN.as_str());
        command.args(arguments).args(self.arguments()).envs(self.variables());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) {
        self.command(arguments).status().expect("the program");
    }

    fn audits(&self, sizes: bool) {
        let with_sizes = [&LISTS[..], &["/system/df"]].concat();
        let audits = [
            ("`audit --no-sizes` to the three lists in parallel", &LISTS[..], &["--no-sizes"][..]),
            ("`audit` to the lists and `/system/df` in parallel", &with_sizes, &[]),
        ];
        for (name, floor, options) in audits.into_iter().take(if sizes { 2 } else { 1 }) {
            let audit = [&["audit", "--no-record"], options].concat();
            let floor = || timed(|| raw::ask_all(self.socket, floor));
            let (floor, took) = in_turn(31, floor, || timed(|| self.run(&audit)));
            row(name, floor, took);
        }
    }

    fn starts() {
        for (name, arguments) in [
            ("start to `--version`", &["--version"][..]),
            ("the metadata for the Docker CLI", &["docker-cli-plugin-metadata"]),
        ] {
            let bare = || {
                let mut command = Command::new(BIN.as_str());
                command.args(arguments).stdout(Stdio::null()).status().expect("the program");
            };
            let nothing = || {
                Command::new("/bin/true").status().expect("true");
            };
            let (nothing, took) = in_turn(15, || timed(nothing), || timed(bare));
            row(&format!("{name} (floor: `/bin/true`)"), nothing, took);
        }
        let size = std::fs::metadata(BIN.as_str()).map_or(0, |it| it.len());
        println!("| size of the program | | {:.1} MB | |", megabytes(size));
    }

    fn open(&self) -> Console {
        let mut command = CommandBuilder::new(BIN.as_str());
        command.args(self.arguments());
        command.cwd(self.home);
        for (key, value) in self.variables() {
            command.env(key, value);
        }
        Console::start(command)
    }

    /// A container's name, for which the console can be watched.
    fn a_name(&self) -> String {
        let (_, body) = raw::ask(self.socket, "GET", LISTS[0], &[]).expect("the list");
        let list: Vec<serde_json::Value> = serde_json::from_slice(&body).expect("a list");
        let mut names: Vec<&str> = list.iter().filter_map(|it| it["Names"][0].as_str()).collect();
        names.sort_unstable();
        names.first().map_or_else(|| "No containers".to_owned(), |it| it.trim_start_matches('/').to_owned())
    }

    fn console(&self) {
        let name = self.a_name();
        let floor = || timed(|| raw::ask_all(self.socket, &LISTS[..1]));
        let shows = |what: &str| {
            let begun = Instant::now();
            let mut console = self.open();
            console.until("Overview").expect("the console");
            console.press("2");
            console.until(what).expect("its rows");
            let took = begun.elapsed();
            console.quit();
            // The engine goes on with what it was asked for: that must not count in the next floor.
            std::thread::sleep(Duration::from_millis(500));
            took
        };
        let (alone, took) = in_turn(31, floor, || shows(&name));
        row("first rows on the screen to `/containers/json` alone", alone, took);
        // The summary beside the tabs is there once everything is classified.
        let (alone, took) = in_turn(15, floor, || shows("drift"));
        row("everything classified on the screen to `/containers/json` alone", alone, took);

        let mut console = self.open();
        console.until("Overview").expect("the console");
        console.press("2");
        console.until(&name).expect("its rows");
        console.settle(Duration::from_secs(3));
        let keys = ["j", "j", "j", "k", "G", "g", "3", "2", " ", " "];
        let mut times = Vec::new();
        let mut bytes = Vec::new();
        for key in keys.iter().cycle().take(300) {
            if let Some((took, count)) = console.key(key) {
                times.push(took);
                bytes.push(count);
            }
        }
        times.sort_unstable();
        bytes.sort_unstable();
        let of = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
        println!(
            "| key press to changed screen, median / 99 % | | {:.1} / {:.1} ms | |",
            milliseconds(of(50)),
            milliseconds(of(99))
        );
        let median = bytes.get(bytes.len() / 2).copied().unwrap_or(0);
        println!("| bytes to the terminal for a key, median | | {median} | |");
        console.settle(Duration::from_secs(2));
        let before = console.processor_time();
        std::thread::sleep(Duration::from_secs(20));
        let after = console.processor_time();
        println!("| processor time while idle | | {:.2} % | |", (after - before) / 20.0 * 100.0);
        println!("| resident memory of the console | | {:.1} MB | |", megabytes(console.memory()[0]));
        console.quit();
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

/// The medians of what two things took, done in turn.
fn in_turn(
    times: usize,
    mut one: impl FnMut() -> Duration,
    mut other: impl FnMut() -> Duration,
) -> (Duration, Duration) {
    one();
    other();
    let (mut ones, mut others): (Vec<_>, Vec<_>) = (0..times).map(|_| (one(), other())).unzip();
    ones.sort_unstable();
    others.sort_unstable();
    (ones[times / 2], others[times / 2])
}

fn row(name: &str, floor: Duration, took: Duration) {
    println!(
        "| {name} | {:.1} ms | {:.1} ms | {:.2} |",
        milliseconds(floor),
        milliseconds(took),
        took.as_secs_f64() / floor.as_secs_f64()
    );
}

fn milliseconds(span: Duration) -> f64 {
    span.as_secs_f64() * 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
