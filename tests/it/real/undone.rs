//! What `undo` shows, run by hand, brings back what a cleanup removed.
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
        for key in ["Driver", "Labels", "Options", "Name"] {
            assert_eq!(volume_now[key], volume[key]);
        }
        for key in ["Driver", "Labels", "Options", "Internal", "Attachable"] {
            assert_eq!(network_now[key], network[key], "{key}");
        }
        assert_eq!(network_now["IPAM"]["Config"], network["IPAM"]["Config"]);
    })
    .await;
}
