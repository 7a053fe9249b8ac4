//! The screenshots, drawn by the program on the demo's droplet at a fixed time. Stale ones fail:
//! `UPDATE=1 cargo test --test it screenshots` draws them anew.
mod png;
mod svg;

use std::path::Path;
use std::time::Duration;

use docker_steward::apply::{Outcome, Progress};
use docker_steward::console::message::Message;
use docker_steward::console::state::Past;
use docker_steward::console::theme::{self, Depth, built_in};
use docker_steward::demo::{DemoEngine, World};
use docker_steward::engine::{ChosenBy, Endpoint, Reader, TimeOuts};
use docker_steward::health::{CheckReport, HealthReport, Service, StackReport, Verdict};
use docker_steward::records::{AuditRecord, Facts, History};
use docker_steward::steward::{Inventory, Ledger, Surveyed};
use ratatui::crossterm::event::KeyCode;

use crate::console::fronts::{inspected, weighed, written};
use crate::console::journeys::report;
use crate::console::stage::{NOW, Stage};

const STAGING: &str = include_str!("../../ssot/staging.yaml");
const PRODUCTION: &str = include_str!("../../ssot/production.yaml");

/// The droplet as a session would read it, at a time that never moves.
async fn droplet(ssot: &str) -> Inventory {
    let mut world = World::droplet(NOW);
    world.df_delay = std::time::Duration::ZERO;
    let engine = DemoEngine::start(world).await.unwrap();
    let endpoint = Endpoint { url: engine.url().to_owned(), tls: None, chosen_by: ChosenBy::Demo };
    let reader = Reader::connect(endpoint, TimeOuts::default()).await.unwrap();
    let mut inventory = reader.inventory().await.unwrap();
    inventory.read_at = NOW;
    reader.sizes().await.unwrap().fill(&mut inventory);
    let ssot =
        docker_steward::ssot::load::parse(ssot, &docker_steward::ssot::Origin::BuiltIn("ssot")).unwrap();
    let mut surveyed = Surveyed::of(inventory, &ssot.policy);
    let needs = surveyed.needs(&Ledger::default());
    surveyed.fill(&reader.inspect(&needs).await);
    let mut inventory = surveyed.into_inventory();
    inventory.engine_time = Some(NOW);
    "unix:///var/run/docker.sock".clone_into(&mut inventory.engine.host);
    inventory
}

/// A file with what it should hold, unless it is stale.
fn kept(path: &Path, fresh: impl Fn() -> Vec<u8>, is_fresh: impl Fn(&Path) -> bool) {
    if std::env::var_os("UPDATE").is_some() && !is_fresh(path) {
        std::fs::write(path, fresh()).unwrap();
    }
    let path = path.display();
    let fresh = is_fresh(Path::new(&path.to_string()));
    assert!(fresh, "{path} is stale: UPDATE=1 cargo test --test it screenshots draws it anew");
}

/// Compares a screen with its picture, or draws it anew; those of the gallery as PNG, too.
fn picture(name: &str, stage: &mut Stage, gallery: bool) {
    let drawn = svg::of(&stage.buffer(), &stage.theme, name);
    let file = |kind: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("screenshots/{name}.{kind}"));
    let same = |path: &Path| std::fs::read_to_string(path).is_ok_and(|it| it == drawn);
    kept(&file("svg"), || drawn.clone().into_bytes(), same);
    if gallery {
        kept(&file("png"), || png::of(&drawn), |path| png::is_of(path, &drawn));
    }
}

/// How one gets to a view from the first screen.
type Way = fn(&mut Stage);

/// The views.
const VIEWS: &[(&str, Way)] = &[
    ("overview", |it| {
        past(it);
        vitals(it);
    }),
    ("containers", |it| drop(it.type_text("2 jj "))),
    ("images", |it| drop(it.type_text("3"))),
    ("volumes", |it| drop(it.type_text("4"))),
    ("networks", |it| drop(it.type_text("5"))),
    ("history", |it| {
        past(it);
        it.type_text("6");
    }),
    ("journal", |it| {
        past(it);
        it.type_text("6");
        (0..8).for_each(|_| drop(it.press(KeyCode::Down)));
        it.press(KeyCode::Enter);
    }),
    ("compare", |it| {
        past(it);
        it.type_text("6jd");
    }),
    ("ssot", |it| drop(it.type_text("7"))),
    ("details", |it| {
        it.type_text("2/odoo-staging");
        it.press(KeyCode::Enter);
        it.press(KeyCode::Enter);
    }),
    ("grouped", |it| drop(it.type_text("2o"))),
    ("inspect", |it| swap(it, inspected)),
    ("approve", |it| {
        it.type_text("4/old-volume");
        it.press(KeyCode::Enter);
        it.type_text("A");
        let weighed = weighed(it, "old-volume-xyz");
        it.tell(Message::Weighed(Ok(weighed)));
        it.type_text("old-volume");
    }),
    ("edit", |it| {
        swap(it, written);
        (0..10).for_each(|_| drop(it.press(KeyCode::Down)));
        it.press(KeyCode::End);
        it.type_text(" of the day");
    }),
    ("save", |it| {
        swap(it, written);
        (0..11).for_each(|_| drop(it.press(KeyCode::Down)));
        it.press(KeyCode::End);
        it.type_text(", and its add-ons");
        it.ctrl('s');
    }),
    ("filter", |it| drop(it.type_text("3/class:s,u !used:yes"))),
    ("commands", |it| drop(it.type_text("2:safe"))),
    ("help", |it| drop(it.type_text("2?"))),
    ("environments", |it| drop(it.type_text("e"))),
    ("plan", plan),
    ("approval", |it| {
        plan(it);
        it.type_text("c");
        it.type_text("APPLY CLEAN");
    }),
    ("run", |it| {
        approve(it);
        for step in 0..3 {
            it.tell(Message::Progress(Progress::Started { step }));
            let (outcome, freed) = (Outcome::Done, [340_000_000, 0, 64_000][step]);
            it.tell(Message::Progress(Progress::Finished { step, outcome, freed }));
        }
        it.tell(Message::Progress(Progress::Started { step: 3 }));
        it.later(4);
    }),
    ("result", |it| {
        approve(it);
        it.later(7);
        let mut report = report(it, 6);
        // What the plan said of each.
        let audit = it.see().audit;
        for step in report.steps.iter_mut().filter(|step| step.freed > 0) {
            step.freed = audit.get(&step.key).and_then(|it| it.frees.get()).unwrap_or(0);
        }
        report.freed = report.steps.iter().map(|step| step.freed).sum();
        it.tell(Message::Applied(Ok(report)));
    }),
];

/// The pictures that the README shows.
const GALLERY: &[&str] = &[
    "overview",
    "containers",
    "containers-light",
    "history",
    "approve",
    "images",
    "plan",
    "approval",
    "commands",
    "production",
    "theme-colorblind",
    "theme-catppuccin-mocha",
    "theme-gruvbox",
];

/// Plays a part that takes the stage and hands it back.
fn swap(stage: &mut Stage, part: impl FnOnce(Stage) -> Stage) {
    let (width, height) = stage.state.size;
    let theme = stage.theme.clone();
    let bare = Stage::unread(width, height);
    *stage = part(std::mem::replace(stage, bare));
    stage.theme = theme;
}

/// A month of audits and cleanups, as the demo makes one up.
fn past(stage: &mut Stage) {
    let engine = stage.inventory.engine.clone();
    let facts = Facts { env: "staging", address: None, sha256: "5507", version: "0.1.0" };
    let today = AuditRecord::of(&stage.see().audit, &facts, NOW, None);
    let past = docker_steward::demo::past(&today);
    let history = History {
        audits: past.audits,
        breaks: Vec::new(),
        cleanups: past.cleanups.into_iter().map(|(run, _)| run).collect(),
        unreadable: Vec::new(),
    };
    let log = "logs/docker_staging_audit_log.jsonl".to_owned();
    let past = Past::of(history, log, "staging", &engine, None);
    stage.tell(Message::HistoryRead(Ok(Box::new(past))));
}

/// The checks and the stack of the seeds' staging, one of them ill.
fn vitals(stage: &mut Stage) {
    let check = |name: &str, milliseconds, verdict| CheckReport {
        name: name.to_owned(),
        kind: "http",
        target: String::new(),
        verdict,
        latency: Some(Duration::from_millis(milliseconds)),
    };
    let checks = vec![
        check("Odoo", 41, Verdict::Healthy),
        check("PostgreSQL", 12, Verdict::Healthy),
        check("Superset", 5000, Verdict::Unhealthy("no answer within 5 s".to_owned())),
    ];
    let service = |name: &str| Service {
        name: name.to_owned(),
        containers: vec![name.to_owned()],
        running: true,
        optional: false,
    };
    let stack = StackReport {
        file: "sandbox/staging/docker-compose.yml".into(),
        unread: None,
        services: vec![service("odoo-staging"), service("odoo-staging-db")],
        bring_up: None,
    };
    stage.tell(Message::Vitals(Box::new(HealthReport { checks }), Some(Box::new(stack))));
    stage.tell(Message::DiskUse(Some(docker_steward::session::DiskUse {
        resources: 19_400_000_000,
        build_cache: 2_310_000_000,
    })));
}

fn plan(stage: &mut Stage) {
    stage.type_text("2a4a");
    let asked = stage.press(KeyCode::Char('p'));
    stage.plan(asked);
}

fn approve(stage: &mut Stage) {
    plan(stage);
    stage.type_text("c");
    stage.type_text("APPLY CLEANUP");
    stage.press(KeyCode::Enter);
}

#[tokio::test]
async fn screenshots_show_the_program_as_it_is() {
    let inventory = droplet(STAGING).await;
    let mut drawn = Vec::new();
    let mut draw = |name: String, stage: &mut Stage| {
        picture(&name, stage, GALLERY.contains(&name.as_str()));
        drawn.push(name);
    };
    for (view, go) in VIEWS {
        for (size, width, height) in [("", 120, 36), ("-80x24", 80, 24)] {
            for (suffix, theme) in [("", "dark"), ("-light", "light")] {
                let mut stage = Stage::of(STAGING, inventory.clone(), width, height);
                stage.theme = built_in(theme, Depth::True).unwrap();
                go(&mut stage);
                draw(format!("{view}{size}{suffix}"), &mut stage);
            }
        }
    }
    // Each theme on the same screen, as the choice of a theme shows it.
    let names: Vec<&str> = theme::names().collect();
    for (at, name) in names.iter().enumerate().filter(|(_, name)| **name != "monochrome") {
        let mut stage = Stage::of(STAGING, inventory.clone(), 120, 36);
        stage.themes(&names);
        stage.type_text("2 jj t");
        (0..at).for_each(|_| drop(stage.press(KeyCode::Down)));
        stage.theme = built_in(name, Depth::True).unwrap();
        draw(format!("theme-{name}"), &mut stage);
    }
    let inventory = droplet(PRODUCTION).await;
    for (size, width, height) in [("", 120, 36), ("-80x24", 80, 24)] {
        for (suffix, theme) in [("", "dark"), ("-light", "light")] {
            let mut stage = Stage::of(PRODUCTION, inventory.clone(), width, height);
            stage.theme = built_in(theme, Depth::True).unwrap();
            stage.type_text("2");
            draw(format!("production{size}{suffix}"), &mut stage);
        }
    }

    // Nothing else is there, and the README shows what is.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let is_png = file.extension().is_some_and(|it| it == "png");
        let listed = if is_png { GALLERY.contains(&name.as_str()) } else { drawn.contains(&name) };
        assert!(listed, "{} is drawn by nobody any more", file.display());
    }
    let readme = include_str!("../../README.md");
    for name in GALLERY {
        assert!(readme.contains(&format!("screenshots/{name}.png")), "the README does not show {name}");
    }
}
