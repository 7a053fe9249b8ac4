//! Volumes and networks.
use bytes::Bytes;
use serde_json::{Value, json};

use crate::support::api::filters;
use crate::support::bench::Bench;
use crate::support::tar::archive;

pub(super) async fn a_stopped_container_holds_its_volume(bench: &Bench) {
    let image = bench.image(&bench.name("i:1")).await;
    let volume = bench.name("v");
    // Naming it in a mount makes it.
    let config = json!({ "HostConfig": { "Binds": [format!("{volume}:/data")] } });
    let id = bench.create(&bench.name("c"), &image, config).await;
    let path = format!("/volumes/{volume}");
    let held = format!("remove {volume}: volume is in use - [{id}]");
    bench.api.delete(&path).await.refuses(409, &held);
    bench.api.delete(&format!("{path}?force=1")).await.refuses(409, &held);
    bench.api.delete(&format!("/containers/{id}")).await.expect(204);
    bench.api.delete(&path).await.expect(204);
    bench.api.get(&path).await.refuses(404, &format!("get {volume}: no such volume"));
}

pub(super) async fn a_missing_volume_is_missing_unless_forced(bench: &Bench) {
    let volume = bench.name("nope");
    let path = format!("/volumes/{volume}");
    bench.api.delete(&path).await.refuses(404, &format!("get {volume}: no such volume"));
    bench.api.delete(&format!("{path}?force=1")).await.expect(204);
}

pub(super) async fn creating_a_volume_twice_is_creating_it_once(bench: &Bench) {
    let volume = bench.name("v");
    bench.volume(&volume).await;
    let again = bench.api.post("/volumes/create", &json!({ "Name": volume })).await.expect(201).json();
    assert_eq!(again["Labels"]["bench"], bench.prefix.as_str());
    let list = bench.api.get(&format!("/volumes?{}", filters(&json!({ "name": [volume] })))).await.json();
    assert_eq!(list["Volumes"].as_array().unwrap().len(), 1);
    let dangling = json!({ "name": [volume], "dangling": ["true"] });
    let list = bench.api.get(&format!("/volumes?{}", filters(&dangling))).await.json();
    assert_eq!(list["Volumes"].as_array().unwrap().len(), 1);
    bench.api.post("/volumes/create", &json!({ "Name": "a" })).await.refuses(
        400,
        "create a: volume name is too short, names should be at least two alphanumeric characters",
    );
    bench.api.post("/volumes/create", &json!({ "Name": "a b" })).await.refuses(
        400,
        "create a b: \"a b\" includes invalid characters for a local volume name, only \
         \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path",
    );
}

pub(super) async fn a_bind_into_its_folder_does_not_hold_a_volume(bench: &Bench) {
    let image = bench.image(&bench.name("i:1")).await;
    let volume = bench.name("v");
    bench.volume(&volume).await;
    let path = format!("/volumes/{volume}");
    let folder = bench.api.get(&path).await.expect(200).json()["Mountpoint"].as_str().unwrap().to_owned();
    let config = json!({ "HostConfig": { "Binds": [format!("{folder}:/data")] } });
    let id = bench.run(&bench.name("c"), &image, config).await;
    bench.api.delete(&path).await.expect(204);
    assert_eq!(bench.row(&id).await.unwrap()["State"], "running");
}

pub(super) async fn a_volume_with_options_is_not_measured(bench: &Bench) {
    let (plain, remote) = (bench.name("plain"), bench.name("remote"));
    bench.volume(&plain).await;
    let options = json!({ "type": "nfs", "o": "addr=192.0.2.1,rw", "device": ":/nowhere" });
    let made = bench
        .api
        .post("/volumes/create", &json!({ "Name": remote, "DriverOpts": options }))
        .await
        .expect(201);
    assert_eq!(made.json()["Options"], options);
    let usage = bench.usage().await;
    let names: Vec<_> = usage["Volumes"].as_array().unwrap().iter().map(|volume| &volume["Name"]).collect();
    assert!(names.contains(&&json!(plain)) && !names.contains(&&json!(remote)), "{names:?}");
    // The engine does not even ask the server.
    bench.api.delete(&format!("/volumes/{remote}")).await.expect(204);
}

pub(super) async fn dockers_own_networks_stay(bench: &Bench) {
    let bridge = bench.has_bridge().await.then_some("bridge");
    for name in bridge.into_iter().chain(["host", "none"]) {
        let message = format!("{name} is a pre-defined network and cannot be removed");
        bench.api.delete(&format!("/networks/{name}")).await.refuses(403, &message);
        let id = bench.api.get(&format!("/networks/{name}")).await.expect(200).json()["Id"].clone();
        bench.api.delete(&format!("/networks/{}", id.as_str().unwrap())).await.refuses(403, &message);
    }
    let missing = bench.name("nope");
    let message = format!("network {missing} not found");
    bench.api.delete(&format!("/networks/{missing}")).await.refuses(404, &message);
    bench.api.get(&format!("/networks/{missing}")).await.refuses(404, &message);
}

pub(super) async fn an_active_endpoint_holds_a_network(bench: &Bench) {
    let image = bench.image(&bench.name("i:1")).await;
    let name = bench.name("n");
    let network = bench.network(&name).await;
    let config = json!({ "HostConfig": { "NetworkMode": name } });
    let id = bench.run(&bench.name("c"), &image, config).await;
    let held = format!("error while removing network: network {name} id {network} has active endpoints");
    for given in [name.as_str(), network.as_str(), &network[..12]] {
        bench.api.delete(&format!("/networks/{given}")).await.refuses(403, &held);
    }
    let view = bench.api.get(&format!("/networks/{network}")).await.expect(200).json();
    assert_eq!(view["Containers"][&id]["Name"], bench.name("c").as_str());
    // The list does not tell.
    let rows = bench.api.get("/networks").await.expect(200).json();
    let row = rows.as_array().unwrap().iter().find(|row| row["Id"] == network.as_str()).unwrap();
    assert_eq!(row["Containers"], json!({}));
    assert_eq!(
        bench.row(&id).await.unwrap()["NetworkSettings"]["Networks"][&name]["NetworkID"],
        network.as_str()
    );
}

pub(super) async fn a_stopped_container_does_not_hold_its_network(bench: &Bench) {
    let image = bench.image(&bench.name("i:1")).await;
    let name = bench.name("n");
    let network = bench.network(&name).await;
    let config = json!({ "HostConfig": { "NetworkMode": name } });
    let fresh = bench.create(&bench.name("fresh"), &image, config.clone()).await;
    let stopped = bench.run(&bench.name("stopped"), &image, config).await;
    bench.stop(&stopped).await.expect(204);
    bench.api.delete(&format!("/networks/{network}")).await.expect(204);
    let start = async |id: &str| bench.api.post(&format!("/containers/{id}/start"), &Value::Null).await;
    start(&stopped).await.refuses(404, &format!("network {network} not found"));
    start(&fresh).await.refuses(404, &format!("network {name} not found"));
}

pub(super) async fn network_names_may_be_refused_or_doubled(bench: &Bench) {
    let name = bench.name("n");
    let first = bench.network(&name).await;
    let create = async |body: Value| bench.api.post("/networks/create", &body).await;
    let twice = json!({ "Name": name, "CheckDuplicate": true });
    create(twice).await.refuses(409, &format!("network with name {name} already exists"));
    create(json!({ "Name": "host" }))
        .await
        .refuses(403, "operation is not permitted on predefined host network ");
    let labels = json!({ "bench": bench.prefix });
    let second = create(json!({ "Name": name, "Labels": labels })).await.expect(201).json();
    let ambiguous = format!("network {name} is ambiguous (2 matches found based on name)");
    bench.api.delete(&format!("/networks/{name}")).await.refuses(400, &ambiguous);
    bench.api.delete(&format!("/networks/{first}")).await.expect(204);
    bench.api.delete(&format!("/networks/{}", second["Id"].as_str().unwrap())).await.expect(204);
}

pub(super) async fn a_volume_is_read_and_filled_through_a_container_that_never_ran(bench: &Bench) {
    let image = bench.image(&bench.name("i:1")).await;
    let (from, to) = (bench.name("from"), bench.name("to"));
    bench.volume(&from).await;
    bench.volume(&to).await;
    let mounted = async |volume: &str, read_only: bool| {
        let mount = json!({ "Type": "volume", "Source": volume, "Target": "/inside", "ReadOnly": read_only,
            "VolumeOptions": { "NoCopy": true } });
        bench.create(&bench.name(volume), &image, json!({ "HostConfig": { "Mounts": [mount] } })).await
    };
    let put = async |id: &str, tar: Vec<u8>| {
        let path = format!("/containers/{id}/archive?path=/");
        bench.api.send("PUT", &path, "application/x-tar", Bytes::from(tar)).await
    };
    let get =
        async |id: &str| bench.api.get(&format!("/containers/{id}/archive?path=/inside")).await.expect(200);
    let names = |tar: &[u8]| -> Vec<String> {
        let mut archive = tar::Archive::new(tar);
        let entries = archive.entries().unwrap();
        entries.map(|entry| entry.unwrap().path().unwrap().to_string_lossy().into_owned()).collect()
    };

    let id = mounted(&from, false).await;
    assert_eq!(names(&get(&id).await.body), ["inside/"], "an empty one is its folder alone");
    put(&id, archive(&[("inside/a", b"hello")])).await.expect(200);
    let saved = get(&id).await;
    assert_eq!(names(&saved.body), ["inside/", "inside/a"]);
    bench.api.delete(&format!("/containers/{id}")).await.expect(204);

    let id = mounted(&to, false).await;
    put(&id, saved.body.to_vec()).await.expect(200);
    assert_eq!(get(&id).await.body, saved.body, "to the last byte");
    bench.api.delete(&format!("/containers/{id}")).await.expect(204);

    let id = mounted(&to, true).await;
    assert_eq!(put(&id, saved.body.to_vec()).await.status, 500, "it was mounted to be read");
    assert_eq!(get(&id).await.body, saved.body);
    let nowhere = bench.api.get(&format!("/containers/{id}/archive?path=/nowhere")).await;
    nowhere.refuses(404, &format!("Could not find the file /nowhere in container {id}"));
}
