//! The screenshots, drawn by the program on the demo's droplet at a fixed time. Stale ones fail:
//! `UPDATE=1 cargo test --test it screenshots` draws them anew.
mod svg;

use docker_steward::console::theme::{Depth, built_in};
use docker_steward::demo::{DemoEngine, World};
use docker_steward::engine::{ChosenBy, Endpoint, Reader, TimeOuts};
use docker_steward::steward::{Inventory, Ledger, needs};
use ratatui::crossterm::event::KeyCode;

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
    let mut inventory = reader.inventory(NOW).await.unwrap();
    reader.sizes().await.unwrap().fill(&mut inventory);
    let ssot =
        docker_steward::ssot::load::parse(ssot, &docker_steward::ssot::Origin::BuiltIn("ssot")).unwrap();
    let needs = needs(&inventory, &ssot.policy, &Ledger::default(), NOW);
    reader.inspect(&mut inventory, &needs).await;
    inventory.engine_time = Some(NOW);
    "unix:///var/run/docker.sock".clone_into(&mut inventory.engine.host);
    inventory
}

/// Compares a screen with its picture, or draws it anew.
fn picture(name: &str, stage: &mut Stage) {
    let drawn = svg::of(&stage.buffer(), &stage.theme, name);
    let path = format!("{}/screenshots/{name}.svg", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == drawn, "{path} is stale: UPDATE=1 cargo test --test it screenshots draws it anew");
}

#[tokio::test]
async fn screenshots_show_the_program_as_it_is() {
    let inventory = droplet(STAGING).await;
    let wide = |ssot: &str| Stage::of(ssot, inventory.clone(), 120, 36);

    picture("overview", &mut wide(STAGING));
    let mut stage = wide(STAGING);
    stage.type_text("2 jj ");
    picture("containers", &mut stage);
    stage.theme = built_in("light", Depth::True).unwrap();
    picture("containers-light", &mut stage);

    stage.theme = built_in("dark", Depth::True).unwrap();
    stage.type_text("4a");
    let plan = stage.press(KeyCode::Char('p'));
    stage.plan(plan);
    picture("plan", &mut stage);
    stage.type_text("c");
    stage.type_text("APPLY CLEAN");
    picture("approval", &mut stage);

    let mut stage = Stage::of(PRODUCTION, droplet(PRODUCTION).await, 120, 36);
    stage.type_text("2");
    picture("production", &mut stage);
    let mut stage = Stage::of(STAGING, inventory.clone(), 80, 24);
    stage.type_text("3");
    picture("images-80x24", &mut stage);
}
