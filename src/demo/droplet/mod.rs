//! The droplet of the demo: staging and production on one engine, and years of junk between them.
//!
//! Each oddity is here because some rule of the steward is about it; the comments say which.
mod containers;
mod images;
mod storage;

use std::time::Duration;

use jiff::Timestamp;

use super::resources::BuildCache;
use super::world::{World, hash};

/// A stack's name that nobody should have chosen.
const LONG_STACK: &str =
    "feature-4711_checkout-redesign__with-a-really-long-stack-name-that-nobody-should-have-chosen";

impl World {
    /// The seeds' droplet. It is the same for every `now` of one day (UTC), so that a plan that one process made
    /// applies in the next.
    pub fn droplet(now: Timestamp) -> World {
        let mut world = World::empty(now);
        "DROP:LETS:GP1A:STAG:INGP:RODU:CTIO:N2Q7:KX4M:W5TZ:HB3E:Y6RC".clone_into(&mut world.engine.id);
        "droplet-sgp1".clone_into(&mut world.engine.name);
        world.df_delay = Duration::from_millis(600);
        world.add_droplet_images();
        world.add_droplet_networks();
        world.add_droplet_volumes();
        world.add_staging();
        world.add_production();
        world.add_strangers();
        world.add_junk();
        for (number, (megabytes, days, shared)) in
            [(412, 3, false), (96, 3, false), (238, 19, false), (18, 47, true)].into_iter().enumerate()
        {
            let created = world.days_ago(days);
            world.build_cache.push(BuildCache {
                id: hash(&["cache", &number.to_string()])[..25].to_owned(),
                description: format!("mount / from exec /bin/sh -c step-{number}"),
                size: megabytes << 20,
                in_use: false,
                shared,
                created,
                last_used: Some(created),
                usage_count: 1,
            });
        }
        world.forget_events();
        world
    }
}

/// Bytes.
fn mb(megabytes: u64) -> u64 {
    megabytes * 1_000_000
}
