//! A world to clean up: junk of every kind, and neighbours that must not notice.
use serde_json::json;

use super::world::{World, mounts, plain};

/// Junk of every kind beside staging and production.
pub(super) fn junk() -> World {
    World::default()
        .image(&["odoo:18.0"])
        .image(&["mcp/one:latest"])
        .image(&["tmp-two:a", "tmp-two:b"])
        .child("experiment-child:1", "experiment-parent:1")
        .volumes(&["tmp-cache", "prod_pgdata", "odoo-staging-db-data"])
        .network("tmp-net")
        .exited("tmp-ended", "odoo:18.0", plain())
        .running(
            "tmp-live",
            "odoo:18.0",
            json!({ "HostConfig": { "Binds": ["tmp-cache:/c"], "NetworkMode": "tmp-net" } }),
        )
        .exited("tmp-kept", "odoo:18.0", plain())
        .running("odoo-staging", "odoo:18.0", mounts(&["odoo-staging-db-data:/d"]))
        .running("odoo-erp-prod", "odoo:18.0", mounts(&["prod_pgdata:/d"]))
        .exited("whose", "odoo:18.0", plain())
}

/// What of it is planned: all that is safe, but `tmp-kept`.
pub(super) const PLANNED: [&str; 8] = [
    "container/tmp-ended",
    "container/tmp-live",
    "image/mcp/one:latest",
    "image/tmp-two:a",
    "image/tmp-two:b",
    "image/experiment-child:1",
    "volume/tmp-cache",
    "network/tmp-net",
];

/// Three containers that have ended, for faults: each removal is one step.
pub(super) fn three() -> World {
    World::default()
        .image(&["odoo:18.0"])
        .exited("tmp-a", "odoo:18.0", plain())
        .exited("tmp-b", "odoo:18.0", plain())
        .exited("tmp-c", "odoo:18.0", plain())
}

/// All of them.
pub(super) const THREE: [&str; 3] = ["container/tmp-a", "container/tmp-b", "container/tmp-c"];
