//! What a key costs, up to the changed screen, among a thousand rows and among a hundred thousand.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, BenchmarkId, Criterion};
use docker_steward::console::message::Message;
use docker_steward::console::state::{Facts, SsotFacts, State};
use docker_steward::console::theme::{Depth, Theme, built_in};
use docker_steward::console::update::update;
use docker_steward::console::view;
use docker_steward::session::{Acquaintance, Look};
use docker_steward::steward::{Inventory, Ledger, Policy, classify};
use jiff::Timestamp;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::world::{Scale, World};

const SIZE: (u16, u16) = (160, 48);

/// A console on an engine, that shows a table.
struct Desk {
    state: State,
    theme: Theme,
    terminal: Terminal<TestBackend>,
}

impl Desk {
    fn new(look: Look, policy: &Policy, now: Timestamp) -> Self {
        let facts = Facts {
            environment: policy.environment.clone(),
            steward: policy.steward.clone(),
            purpose: policy.purpose.clone(),
            engine: look.inventory.engine.clone(),
            acquaintance: Acquaintance::Bound,
            forbidden: None,
            ssot: SsotFacts {
                path: "bench.yaml".to_owned(),
                git: None,
                lines: Vec::new(),
                rules: std::iter::empty().collect(),
            },
            docker_env: None,
            demo: false,
            trash: None,
        };
        let theme = built_in("dark", Depth::True).unwrap_or_else(|error| panic!("{error}"));
        let terminal =
            Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).unwrap_or_else(|error| panic!("{error}"));
        let mut desk = Self { state: State::new(now, SIZE, "an engine"), theme, terminal };
        desk.tell(Message::Opened(Ok(Box::new(facts))));
        desk.tell(Message::Looked(Ok(look)));
        desk
    }

    fn tell(&mut self, message: Message) {
        black_box(update(&mut self.state, message));
    }

    fn press(&mut self, key: char) {
        self.tell(Message::Key(KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE)));
    }

    fn draw(&mut self) {
        let drawn = self.terminal.draw(|frame| {
            black_box(view::draw(&self.state, &self.theme, frame));
        });
        assert!(drawn.is_ok(), "drawing into memory");
    }

    fn press_and_draw(&mut self, keys: &str) {
        for key in keys.chars() {
            self.press(key);
            self.draw();
        }
    }
}

/// Measures them.
pub(crate) fn frames(criterion: &mut Criterion, policy: &Policy, now: Timestamp) {
    let thousand = Scale { containers: 1_000, images: 10, volumes: 10, networks: 10 };
    let many = Scale { containers: 100_000, images: 1_000, volumes: 1_000, networks: 100 };
    let mut group = criterion.benchmark_group("frames");
    group.sample_size(10);
    for (rows, scale) in [(1_000, thousand), (100_000, many)] {
        let inventory: Inventory = World::new(scale, now).inventory(now);
        let audit = classify(&inventory, policy, &Ledger::default(), now);
        let look = Look { inventory: Arc::new(inventory), audit: Arc::new(audit) };
        let mut desk = Desk::new(look.clone(), policy, now);
        desk.press('2');
        desk.draw();
        for (name, keys) in [
            ("down and up", "jk"),
            ("bottom and top", "Gg"),
            ("mark and unmark", "g  "),
            ("another table and back", "32"),
        ] {
            group.bench_function(BenchmarkId::new(name, rows), |it| it.iter(|| desk.press_and_draw(keys)));
        }
        group.bench_function(BenchmarkId::new("sort by each column in turn", rows), |it| {
            it.iter(|| desk.press_and_draw("s"));
        });
        group.bench_function(BenchmarkId::new("a letter of a filter", rows), |it| {
            desk.press('/');
            let backspace = KeyEvent::new(KeyCode::Backspace, KeyModifiers::NONE);
            it.iter(|| {
                desk.press_and_draw("w");
                desk.tell(Message::Key(backspace));
                desk.draw();
            });
            desk.tell(Message::Key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE)));
        });
        group.bench_function(BenchmarkId::new("take a look", rows), |it| {
            let another = || Message::Looked(Ok(look.clone()));
            it.iter_batched(another, |message| desk.tell(message), BatchSize::PerIteration);
        });
    }
    group.finish();
}
