//! The worlds of the seeds, and what the steward makes of them.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::site::on_site;
use super::world::{World, mounts, plain};
use crate::support::operator::Operator;

/// The world of the audit record that the seeds show.
fn sample() -> World {
    World::default()
        .image(&["odoo:18.0"])
        .image(&["postgres:16-alpine"])
        .image(&["old-experiment:v1"])
        .image(&["ipai-superset:stable-2.1"])
        .image(&["docker-extension:latest"])
        .volumes(&["odoo-staging-db-data", "old-volume-xyz"])
        .running("odoo-staging", "odoo:18.0", plain())
        .running(
            "odoo-staging-db",
            "postgres:16-alpine",
            mounts(&["odoo-staging-db-data:/var/lib/postgresql"]),
        )
        // Its name is junk's; the sample has it among the extra ones, and it is, where --rm would take its
        // data along.
        .running("test-experiment-1", "old-experiment:v1", json!({ "HostConfig": { "AutoRemove": true } }))
        .running("odoo-erp-prod", "odoo:18.0", plain())
        .exited("tmp-debug-container", "docker-extension:latest", plain())
}

#[tokio::test]
async fn the_sample_of_the_seeds_classifies_exactly_as_it_says() {
    on_site(async |site| {
        site.make(&sample()).await;
        let operator = Operator::new();
        let audit = operator.audit(&site.url).await;
        let record = &audit["record"];
        let says = [
            ("containers_expected", &["odoo-staging", "odoo-staging-db"][..]),
            ("containers_extra", &["test-experiment-1"]),
            ("containers_protected", &["odoo-erp-prod"]),
            ("containers_safe_delete", &["tmp-debug-container"]),
            ("images_expected", &["odoo:18.0", "postgres:16-alpine"]),
            ("images_extra", &["old-experiment:v1"]),
            ("images_protected", &["ipai-superset:stable-2.1"]),
            ("images_safe_delete", &["docker-extension:latest"]),
            ("volumes_expected", &["odoo-staging-db-data"]),
            ("volumes_extra", &["old-volume-xyz"]),
            ("volumes_protected", &[]),
            ("volumes_safe_delete", &[]),
        ];
        for (list, names) in says {
            assert_eq!(site.recorded(record, list), names, "{list}");
        }
        assert_eq!(record["env"], "staging");
        assert_eq!(record["ip"], "178.128.112.214");
        assert_eq!(operator.audit_log(), std::slice::from_ref(record), "the log has the very line");
        let experiment = audit["resources"].as_array().unwrap().iter();
        let rule: Vec<_> = experiment
            .filter(|it| it["name"] == "test-experiment-1")
            .map(|it| &it["reason"]["rule"])
            .collect();
        assert_eq!(rule, ["running_rm"]);
    })
    .await;
}

/// Everything of the droplet: production beside staging, and junk that looks like either.
fn droplet() -> World {
    let compose = |project: &str, service: &str| json!({ "Labels": { "com.docker.compose.project": project, "com.docker.compose.service": service } });
    World::default()
        .image(&["odoo:18.0"])
        .image(&["postgres:16-alpine"])
        .image(&["ipai-superset:stable-2.1"])
        .image(&["n8nio/n8n:1.64"])
        .image(&["mcp/coordinator:2"])
        .image(&["mcp/github:latest"])
        .image(&["acme/web:prod-3"])
        .image(&["test-tool:1", "tool:stable-1"])
        .image(&["tmp-two:a", "tmp-two:b"])
        .volumes(&["odoo-staging-db-data", "prod_pgdata", "shop_prod-data", "pgdata-live", "tmp-archive"])
        .volumes(&["tmp-jobs", "tmp-bound", "test-shared", "test-cache"])
        .network("tmp-net")
        .network("test-backbone")
        .network("prod_default")
        .running("odoo-staging", "odoo:18.0", plain())
        .running("odoo-staging-db", "postgres:16-alpine", mounts(&["odoo-staging-db-data:/data"]))
        .running("odoo-erp-prod", "odoo:18.0", json!({ "HostConfig": { "NetworkMode": "test-backbone" } }))
        .running("odoo-db-sgp1", "postgres:16-alpine", mounts(&["pgdata-live:/data"]))
        .running("ipai-superset", "ipai-superset:stable-2.1", plain())
        .exited("tmp-sidecar", "odoo:18.0", mounts(&["test-shared:/shared"]))
        .running("n8n", "n8nio/n8n:1.64", json!({ "HostConfig": { "VolumesFrom": ["tmp-sidecar"] } }))
        .running("mcp-coordinator", "mcp/coordinator:2", plain())
        .running("Prod-caps", "odoo:18.0", mounts(&["<folder of tmp-bound>:/bound"]))
        .running("shop_prod-db_1", "postgres:16-alpine", plain())
        .running("test-web-1", "postgres:16-alpine", compose("prod", "web"))
        .exited("prod-archiver", "odoo:18.0", mounts(&["tmp-archive:/archive"]))
        .exited("product-test", "odoo:18.0", plain())
        .running("jobs", "odoo:18.0", mounts(&["tmp-jobs:/jobs"]))
        .exited("tmp-debug", "odoo:18.0", plain())
        .running("test-load", "odoo:18.0", mounts(&["test-cache:/cache"]))
}

const PROTECTED: [&str; 24] = [
    "container/Prod-caps",
    "container/ipai-superset",
    "container/mcp-coordinator",
    "container/n8n",
    "container/odoo-db-sgp1",
    "container/odoo-erp-prod",
    "container/prod-archiver",
    "container/shop_prod-db_1",
    "container/test-web-1",  // its Compose project is prod
    "container/tmp-sidecar", // n8n has its volumes from it
    "image/acme/web:prod-3",
    "image/ipai-superset:stable-2.1",
    "image/mcp/coordinator:2", // production's container was made from it
    "image/n8nio/n8n:1.64",
    "image/test-tool:1", // its other tag is stable
    "image/tool:stable-1",
    "network/prod_default",
    "network/test-backbone", // odoo-erp-prod is on it
    "volume/pgdata-live",    // odoo-db-sgp1 works in it
    "volume/prod_pgdata",
    "volume/shop_prod-data",
    "volume/test-shared", // n8n has it from tmp-sidecar
    "volume/tmp-archive", // a stopped container of production holds it
    "volume/tmp-bound",   // Prod-caps has its folder mounted
];

#[tokio::test]
async fn nothing_of_production_is_anything_but_protected() {
    on_site(async |site| {
        site.make(&droplet()).await;
        let audit = Operator::new().audit(&site.url).await;
        let mut by_class: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (path, class) in site.classes(&audit) {
            by_class.entry(class).or_default().push(path);
        }
        assert_eq!(by_class["protected"], PROTECTED);
        assert_eq!(
            by_class["expected"],
            [
                "container/odoo-staging",
                "container/odoo-staging-db",
                "image/odoo:18.0",
                "image/postgres:16-alpine",
                "volume/odoo-staging-db-data"
            ]
        );
        assert_eq!(by_class["unknown"], ["container/jobs", "container/product-test", "volume/tmp-jobs"]);
        assert_eq!(
            by_class["safe_to_delete"],
            [
                "container/test-load",
                "container/tmp-debug",
                "image/mcp/github:latest",
                "image/tmp-two:a",
                "image/tmp-two:b",
                "network/tmp-net",
                "volume/test-cache"
            ]
        );
        no_production_outside_protected(&audit["record"]);
    })
    .await;
}

/// The lists of the record, which the alerts and n8n read.
fn no_production_outside_protected(record: &Value) {
    let production: Vec<&str> =
        PROTECTED.iter().filter_map(|path| path.split_once('/').map(|(_, name)| name)).collect();
    for (list, names) in record.as_object().unwrap() {
        let Some(names) = names.as_array().filter(|_| !list.ends_with("_protected")) else { continue };
        let strays: Vec<&Value> =
            names.iter().filter(|name| production.contains(&name.as_str().unwrap())).collect();
        assert!(strays.is_empty(), "{list}: {strays:?}");
    }
}
