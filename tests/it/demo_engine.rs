//! The simulated engine where it is more than an engine: its worlds, its faults, its life as a server.
mod faults;
mod rules;
mod server;
mod worlds;

use docker_steward::demo::{DemoEngine, World};

use crate::support::api::Api;

/// A running engine with this world, and the way to ask it.
async fn serve(world: World) -> (DemoEngine, Api) {
    let engine = DemoEngine::start(world).await.unwrap();
    let api = Api::new(engine.url());
    (engine, api)
}

fn empty() -> World {
    World::empty(jiff::Timestamp::now())
}
