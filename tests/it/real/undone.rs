//! `undo`, by hand and by the steward itself, brings back what a cleanup removed.
use serde_json::{Value, json};
use tokio::process::Command;

use super::site::{Site, on_site};
use super::world::World;
use crate::support::operator::{CONFIRM, Operator, Running};
use crate::support::turn::say;

const PATHS: [&str; 3] = ["container/tmp-undo", "volume/tmp-undo-data", "network/tmp-undo-net"];

async fn inspected(site: &Site) -> [Value; 3] {
    let get = async |path: &str| site.api.get(path).await.expect(200).json();
    [
        get("/containers/tmp-undo/json").await,
        get("/volumes/tmp-undo-data").await,
        get("/networks/tmp-undo-net").await,
    ]
}

/// Of a volume and of a network: what is, and what was.
fn as_it_was((volume_now, volume): (&Value, &Value), (network_now, network): (&Value, &Value)) {
    for key in ["Driver", "Labels", "Options", "Name"] {
        assert_eq!(volume_now[key], volume[key], "{key}");
    }
    for key in ["Driver", "Labels", "Options", "Internal", "Attachable"] {
        assert_eq!(network_now[key], network[key], "{key}");
    }
    assert_eq!(network_now["IPAM"]["Config"], network["IPAM"]["Config"]);
}

#[tokio::test]
async fn the_commands_of_undo_make_again_what_was_removed() {
    on_site(async |site| {
        for tool in ["docker", "curl"] {
            if Command::new(tool).arg("--version").output().await.is_err() {
                say(&format!("skipped: there is no {tool} (the commands of undo by hand)"));
                return;
            }
        }
        let world = World::default()
            .image(&["tmp-undo:1"])
            .volumes(&["tmp-undo-data"])
            .network("tmp-undo-net")
            .running(
                "tmp-undo",
                "tmp-undo:1",
                json!({
                    "Env": ["GREETING=it's $HOME \"quoted\" \n and \u{202e}odd"],
                    "WorkingDir": "/bin",
                    "Labels": { "a b": "c'd" },
                    "HostConfig": {
                        "Binds": ["tmp-undo-data:/data:ro"],
                        "NetworkMode": "tmp-undo-net",
                        "RestartPolicy": { "Name": "on-failure", "MaximumRetryCount": 3 },
                        "Memory": 33_554_432,
                        "CapDrop": ["NET_RAW"],
                    },
                }),
            );
        site.make(&world).await;
        let [was, volume, network] = inspected(site).await;

        let operator = Operator::new();
        let plan = operator.plan(&site.url, &PATHS).await;
        operator.staging(&site.url, &[&["apply", &plan][..], &CONFIRM].concat()).await.exits(0);
        let run = operator.journal()[0]["run"].as_str().unwrap().to_owned();
        let undo = operator.staging(&site.url, &["undo", &run]).await.exits(0).stdout;
        let mut bash = Command::new("bash");
        operator.at_home(bash.args(["-euo", "pipefail", "-c", &undo]));
        Running::start(&mut bash).ended().await.exits(0);

        let [is, volume_now, network_now] = inspected(site).await;
        assert_eq!(is["Config"], was["Config"]);
        assert_eq!(is["HostConfig"], was["HostConfig"]);
        assert_eq!(is["State"]["Running"], true);
        let mounts = |it: &Value| {
            let mut all: Vec<String> = it["Mounts"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| format!("{} {} {}", it["Name"], it["Destination"], it["RW"]))
                .collect();
            all.sort();
            all
        };
        assert_eq!(mounts(&is), mounts(&was));
        as_it_was((&volume_now, &volume), (&network_now, &network));
    })
    .await;
}

#[tokio::test]
async fn the_steward_makes_again_what_it_removed_with_all_that_it_held() {
    on_site(async |site| {
        let world = World::default()
            .image(&["tmp-undo:1"])
            .image(&["tmp-undo-image:1", "tmp-undo-image:2"])
            .volumes(&["tmp-undo-data"])
            .network("tmp-undo-net")
            .running(
                "tmp-undo",
                "tmp-undo:1",
                json!({
                    "Cmd": ["/bin/busybox", "sh", "-c", FILL],
                    "HostConfig": { "Binds": ["tmp-undo-data:/data"], "NetworkMode": "tmp-undo-net" },
                }),
            );
        site.make(&world).await;
        filled(site).await;
        let [was, volume, network] = inspected(site).await;
        let listing = site.folder(&volume).await;
        let image = site.api.get("/images/tmp-undo-image:1/json").await.expect(200).json();

        let operator = Operator::new();
        let all = [&PATHS[..], &["image/tmp-undo-image:1", "image/tmp-undo-image:2"]].concat();
        let plan = operator.plan(&site.url, &all).await;
        operator.staging(&site.url, &[&["apply", &plan, "--trash"][..], &CONFIRM].concat()).await.exits(0);
        let run = operator.journal()[0]["run"].as_str().unwrap().to_owned();
        site.api.get("/volumes/tmp-undo-data").await.expect(404);
        operator.run(&["trash", "verify"]).await.exits(0);
        let undo = operator.staging(&site.url, &["undo", &run, "--confirm", "UNDO"]).await.exits(0);
        assert!(undo.stdout.contains("complete: 5 of 5 made again"), "{}{}", undo.stdout, undo.stderr);

        filled(site).await;
        let [is, volume_now, network_now] = inspected(site).await;
        assert_eq!(is["Config"], was["Config"]);
        assert_eq!(is["HostConfig"], was["HostConfig"]);
        assert_eq!(is["State"]["Running"], true);
        as_it_was((&volume_now, &volume), (&network_now, &network));
        assert_eq!(site.folder(&volume_now).await, listing, "owners, modes, links and what is in them");
        let image_now = site.api.get("/images/tmp-undo-image:1/json").await.expect(200).json();
        assert_eq!((&image_now["Id"], &image_now["RepoTags"]), (&image["Id"], &image["RepoTags"]));
    })
    .await;
}

/// Writes once, whoever runs it: a database's folder is closed to others and not root's.
const FILL: &str = "if [ ! -e /data/done ]; then cd /data; echo hello > a; ln -s a l; ln a hard; mkdir sub; \
    echo there > 'sub/b c'; chown 70:70 . a; chmod 4750 a; chmod 700 .; touch -d '2020-01-02 03:04:05' 'sub/b c'; \
    touch done; fi; sleep 3600";

/// Waits until the container has written.
async fn filled(site: &Site) {
    let path = "/containers/tmp-undo/archive?path=/data/done";
    crate::support::proxy::within(async {
        while site.api.get(path).await.status != 200 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}
