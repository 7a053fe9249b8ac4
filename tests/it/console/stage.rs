//! A small staging engine, a console that shows it, and hands that press keys.

use std::sync::Arc;

use docker_steward::answers::Sizes;
use docker_steward::console::keymap::Mode;
use docker_steward::console::layout;
use docker_steward::console::message::{Effect, Message};
use docker_steward::console::state::{Facts, SsotFacts, State, ThemeEntry, first_rows};
use docker_steward::console::theme::{Depth, Theme, built_in};
use docker_steward::console::update::update;
use docker_steward::console::view;
use docker_steward::session::{Acquaintance, Look};
use docker_steward::ssot::load::{Origin, Ssot, parse};
use docker_steward::steward::inventory::{
    Attachment, Container, ContainerId, EngineCounts, EngineIdentity, Image, ImageId, Inventory, Mount,
    Network, NetworkId, State as Status, Volume,
};
use docker_steward::steward::{
    Circumstances, Kind, Labels, Ledger, Mandate, Plan, Policy, SsotStamp, classify, explain,
};
use jiff::{SignedDuration, Timestamp};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::support::inventory::labels;

const STAGING: &str = r#"version: 1
environment: staging
steward: Gordon-Staging
purpose: Pre-production validation
cleanup: confirm
expected:
  containers: [{name: odoo-staging}, {name: odoo-staging-db}]
  images: [{name: "odoo:18.0"}, {name: "postgres:16-alpine"}]
  volumes: [{name: odoo-staging-db-data}, {name: odoo-staging-filestore}]
protected:
  patterns: ["prod-*"]
  names: [n8n]
safe_to_delete:
  patterns: ["test-*", "tmp-*", "experiment-*"]
"#;

pub(crate) const NOW: Timestamp = Timestamp::constant(1_763_800_000, 0);

/// 64 hexadecimal digits, other ones for each seed.
fn id(seed: u8) -> String {
    format!("{seed:02x}a7").repeat(16)
}

fn ago(hours: i64) -> Timestamp {
    NOW - SignedDuration::from_hours(hours)
}

fn container(seed: u8, name: &str, image: (&str, u8), state: Status, status: &str, size: u64) -> Container {
    Container {
        id: ContainerId::new(id(seed)),
        name: name.into(),
        image: image.0.into(),
        image_id: Some(image_id(image.1)),
        state,
        status: status.into(),
        created: Some(ago(24 * i64::from(seed))),
        labels: Labels::default(),
        mounts: Vec::new(),
        networks: vec![Attachment { name: "bridge".into(), id: id(201).into() }],
        network_mode: "bridge".into(),
        ports: Vec::new(),
        size: Some(size),
        linked_by: Vec::new(),
        detail: Some(Box::default()),
        faults: Vec::new(),
    }
}

fn image_id(seed: u8) -> ImageId {
    ImageId::new(format!("sha256:{}", id(seed)))
}

fn image(seed: u8, tags: &[&str], size: u64) -> Image {
    Image {
        id: image_id(seed),
        tags: tags.iter().map(|tag| (*tag).into()).collect(),
        digests: Vec::new(),
        parent: None,
        created: Some(ago(24 * 40)),
        labels: Labels::default(),
        size: Some(size),
        shared: Some(0),
        last_tag_time: None,
        inspected: true,
        faults: Vec::new(),
    }
}

fn volume(name: &str, size: u64) -> Volume {
    Volume {
        name: name.into(),
        driver: "local".into(),
        mountpoint: format!("/var/lib/docker/volumes/{name}/_data").into(),
        labels: Labels::default(),
        options: Labels::default(),
        scope: "local".into(),
        created: Some(ago(24 * 30)),
        size: Some(size),
        faults: Vec::new(),
    }
}

fn network(seed: u8, name: &str) -> Network {
    Network {
        id: NetworkId::new(id(seed)),
        name: name.into(),
        driver: "bridge".into(),
        scope: "local".into(),
        labels: Labels::default(),
        created: Some(ago(24 * 90)),
        faults: Vec::new(),
    }
}

/// What the engine holds.
pub(crate) fn inventory() -> Inventory {
    let odoo = ("odoo:18.0", 101);
    let mut staging = container(19, "odoo-staging", odoo, Status::Running, "Up 6 days (healthy)", 12_000_000);
    staging.labels = labels(&[("com.docker.compose.project", "odoo")]);
    staging.ports = vec!["127.0.0.1:8069→8069/tcp".into()];
    let mut db = container(
        18,
        "odoo-staging-db",
        ("postgres:16-alpine", 102),
        Status::Exited,
        "Exited (137) 2 hours ago",
        63,
    );
    db.labels = labels(&[("com.docker.compose.project", "odoo")]);
    db.mounts = vec![Mount::Volume {
        name: "odoo-staging-db-data".into(),
        source: "/var/lib/docker/volumes/odoo-staging-db-data/_data".into(),
    }];
    let mut evil = container(7, "random_name", ("shady/\u{1b}[31mred:1", 104), Status::Created, "Created", 0);
    evil.labels = labels(&[("note", "a\u{1b}]52;c;aGk=\u{7}b\u{202e}c")]);
    let containers = vec![
        staging,
        db,
        container(33, "prod-web", ("acme/web:3", 103), Status::Running, "Up 4 weeks", 41_000_000),
        container(32, "n8n", ("n8nio/n8n:1", 105), Status::Running, "Up 4 weeks", 8_000_000),
        container(
            12,
            "tmp-debug-container",
            ("old:v1", 106),
            Status::Exited,
            "Exited (0) 3 days ago",
            2_000_000,
        ),
        container(1, "test-run", ("old:v1", 106), Status::Running, "Up 2 hours", 64_000),
        container(13, "experiment-1", ("old:v1", 106), Status::Exited, "Exited (1) 12 days ago", 14_000_000),
        evil,
    ];
    let images = vec![
        image(101, &["odoo:18.0"], 1_800_000_000),
        image(102, &["postgres:16-alpine"], 270_000_000),
        image(103, &["acme/web:3"], 640_000_000),
        image(104, &["shady/red:1"], 90_000_000),
        image(105, &["n8nio/n8n:1"], 510_000_000),
        image(106, &["old:v1"], 340_000_000),
        image(107, &["test-image:1", "test-image:2"], 128_000_000),
        image(108, &[], 77_000_000),
    ];
    Inventory {
        engine: EngineIdentity {
            id: "ENGINE".to_owned(),
            name: "droplet-sgp1".to_owned(),
            version: "20.10.24".to_owned(),
            api: "1.41".to_owned(),
            host: "unix:///var/run/docker.sock".to_owned(),
            root_dir: "/var/lib/docker".to_owned(),
            storage: "overlay2".to_owned(),
            operating_system: "Ubuntu 22.04".to_owned(),
        },
        read_at: NOW,
        engine_time: Some(NOW),
        counts: EngineCounts { containers: containers.len(), images: images.len() },
        containers,
        images,
        volumes: vec![
            volume("odoo-staging-db-data", 3_300_000_000),
            volume("tmp-scratch", 55_000_000),
            volume("prod-uploads", 9_100_000_000),
            volume("who-knows", 410_000_000),
        ],
        networks: vec![
            network(201, "bridge"),
            network(202, "host"),
            network(203, "none"),
            network(204, "test-net"),
        ],
        unreadable: Vec::new(),
    }
}

/// A console on an open session, as a person would have it in front.
pub(crate) struct Stage {
    pub(crate) state: State,
    pub(crate) theme: Theme,
    pub(crate) ssot: Ssot,
    pub(crate) inventory: Inventory,
    /// How many bytes the trash has room for.
    pub(crate) trash_room: Option<u64>,
}

impl Stage {
    /// Staging, read once, on a screen of this size.
    pub(crate) fn staging(width: u16, height: u16) -> Self {
        Self::of(STAGING, inventory(), width, height)
    }

    /// Production: the same engine, and nothing may be touched.
    pub(crate) fn production(width: u16, height: u16) -> Self {
        let ssot = STAGING
            .replace("environment: staging", "environment: production")
            .replace("Gordon-Staging", "Gordon-Prod")
            .replace("cleanup: confirm", "cleanup: forbidden");
        Self::of(&ssot, inventory(), width, height)
    }

    /// An engine that holds exactly what is declared.
    pub(crate) fn in_order(width: u16, height: u16) -> Self {
        let ssot = "version: 1\nenvironment: desktop\nsteward: Gordon-Desktop\npurpose: Development\ncleanup: confirm\nprotected: {patterns: []}\n";
        let mut inventory = inventory();
        inventory.containers.clear();
        inventory.images.clear();
        inventory.volumes.clear();
        inventory.networks.retain(|it| it.name != "test-net");
        inventory.counts = EngineCounts::default();
        Self::of(ssot, inventory, width, height)
    }

    pub(crate) fn of(text: &str, inventory: Inventory, width: u16, height: u16) -> Self {
        let mut stage = Self::opened(text, inventory, width, height);
        stage.look();
        let look = stage.see();
        stage.tell(Message::Sized(Ok(Arc::new(Sizes::of(&look.inventory)))));
        stage
    }

    /// Staging, open and not read yet.
    pub(crate) fn unread(width: u16, height: u16) -> Self {
        Self::opened(STAGING, inventory(), width, height)
    }

    fn opened(text: &str, inventory: Inventory, width: u16, height: u16) -> Self {
        let ssot = parse(text, &Origin::BuiltIn("ssot/staging.yaml")).unwrap();
        let nothing = State::new(NOW, (width, height), "unix:///var/run/docker.sock");
        let mut stage = Self { state: nothing, theme: theme(), ssot, inventory, trash_room: None };
        let facts = stage.facts();
        stage.tell(Message::Opened(Ok(Box::new(facts))));
        stage
    }

    pub(crate) fn facts(&self) -> Facts {
        let policy = &self.ssot.policy;
        let rules =
            ["safe_to_delete.patterns", "protected.patterns", "expected.containers", "protected.names"]
                .iter()
                .flat_map(|list| (0..3).map(move |at| format!("{list}[{at}]")))
                .filter_map(|rule| self.ssot.line_of(&rule).map(|line| (rule, line)))
                .collect();
        Facts {
            environment: policy.environment.clone(),
            steward: policy.steward.clone(),
            purpose: policy.purpose.clone(),
            engine: self.inventory.engine.clone(),
            acquaintance: Acquaintance::Bound,
            forbidden: Mandate::of(policy.cleanup, policy.environment.as_str(), false).err(),
            ssot: SsotFacts {
                path: format!("ssot/{}.yaml", policy.environment.as_str()),
                git: Some("clean".to_owned()),
                lines: self.ssot.text.lines().map(str::to_owned).collect(),
                rules,
            },
            docker_env: None,
            trash: policy.trash.map(|trash| trash.keep),
            demo: false,
        }
    }

    /// Lets these themes be chosen.
    pub(crate) fn themes(&mut self, names: &[&str]) {
        self.state.themes = names
            .iter()
            .map(|name| {
                let theme = built_in(name, Depth::True).unwrap();
                ThemeEntry { name: theme.name().to_owned(), summary: theme.summary().to_owned() }
            })
            .collect();
    }

    /// What a look finds now.
    pub(crate) fn see(&self) -> Look {
        let audit = classify(&self.inventory, self.policy(), &Ledger::default(), self.inventory.read_at);
        Look { inventory: Arc::new(self.inventory.clone()), audit: Arc::new(audit) }
    }

    /// Lets the list of containers come, before the look ends.
    pub(crate) fn glimpse(&mut self) -> Vec<Effect> {
        let mut containers = self.inventory.containers.clone();
        // No inspect has told anything yet.
        for it in &mut containers {
            it.detail = None;
        }
        self.tell(Message::Glimpsed(first_rows(&containers)))
    }

    /// Lets a look end.
    pub(crate) fn look(&mut self) -> Vec<Effect> {
        let look = self.see();
        self.tell(Message::Looked(Ok(look)))
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.ssot.policy
    }

    /// Tells a message; explanations are given at once, as a session would.
    pub(crate) fn tell(&mut self, message: Message) -> Vec<Effect> {
        let mut rest = Vec::new();
        for effect in update(&mut self.state, message) {
            match effect {
                Effect::Explain(look, key) => {
                    let told = explain(
                        &look.inventory,
                        self.policy(),
                        &Ledger::default(),
                        self.inventory.read_at,
                        &key,
                    );
                    rest.extend(self.tell(Message::Explained(key, told.map(Box::new))));
                }
                other => rest.push(other),
            }
        }
        rest
    }

    pub(crate) fn press(&mut self, key: KeyCode) -> Vec<Effect> {
        self.tell(Message::Key(KeyEvent::new(key, KeyModifiers::NONE)))
    }

    /// The same stage after a key.
    pub(crate) fn press_and(mut self, key: KeyCode) -> Self {
        self.press(key);
        self
    }

    pub(crate) fn ctrl(&mut self, key: char) -> Vec<Effect> {
        self.tell(Message::Key(KeyEvent::new(KeyCode::Char(key), KeyModifiers::CONTROL)))
    }

    /// Types characters, each a key of its own.
    pub(crate) fn type_text(&mut self, text: &str) -> Vec<Effect> {
        text.chars().flat_map(|it| self.press(KeyCode::Char(it))).collect()
    }

    /// Does the planning that was asked for, as a session would.
    pub(crate) fn plan(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        let mut effects = effects.into_iter();
        let (Some(Effect::Plan(look, marks)), None) = (effects.next(), effects.next()) else {
            panic!("a plan is asked for, and nothing else")
        };
        let policy = self.policy();
        let circumstances = Circumstances {
            environment: policy.environment.as_str().to_owned(),
            engine: look.inventory.engine.clone(),
            ssot: SsotStamp { path: "ssot/staging.yaml".to_owned(), sha256: self.ssot.sha256.clone() },
            created: self.state.now,
            expires: self.state.now + SignedDuration::from_hours(1),
        };
        let mandate = Mandate::of(policy.cleanup, policy.environment.as_str(), false).unwrap();
        let plan = Plan::new(&look.audit, &marks, circumstances, &mandate);
        self.tell(Message::Planned(plan.map(Box::new), self.trash_room))
    }

    pub(crate) fn later(&mut self, seconds: i64) -> Vec<Effect> {
        let now = self.state.now + SignedDuration::from_secs(seconds);
        self.tell(Message::Clock(now))
    }

    pub(crate) fn mode(&self) -> Mode {
        self.state.mode()
    }

    pub(crate) fn marks(&self) -> Vec<String> {
        let desk = self.state.desk().unwrap();
        let look = desk.look.as_ref().unwrap();
        desk.marks
            .iter()
            .map(|key| look.audit.get(key).map_or_else(|| "gone".to_owned(), |it| it.name.to_string()))
            .collect()
    }

    pub(crate) fn cursor_on(&self, kind: Kind) -> String {
        self.state
            .desk()
            .unwrap()
            .table(kind)
            .selected()
            .map(|row| row.name.clone())
            .unwrap_or_default()
            .to_string()
    }

    pub(crate) fn toasts(&self) -> Vec<String> {
        self.state.toasts.iter().map(|toast| toast.text.clone()).collect()
    }

    /// The screen as cells.
    pub(crate) fn buffer(&mut self) -> Buffer {
        let (width, height) = self.state.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let mut extent = None;
        terminal.draw(|frame| extent = Some(view::draw(&self.state, &self.theme, frame))).unwrap();
        update(&mut self.state, Message::Drawn(extent.unwrap()));
        terminal.backend().buffer().clone()
    }

    /// The screen as text.
    pub(crate) fn screen(&mut self) -> String {
        text(&self.buffer())
    }

    pub(crate) fn page(&self) -> usize {
        layout::table_page(self.state.size)
    }
}

pub(crate) fn theme() -> Theme {
    built_in("dark", Depth::True).unwrap()
}

/// What a person reads: wide characters once, blanks at the end of a line not at all.
pub(crate) fn text(buffer: &Buffer) -> String {
    let area = buffer.area;
    let mut text = String::new();
    for y in 0..area.height {
        let line: String = (0..area.width).map(|x| buffer[(x, y)].symbol()).collect();
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
