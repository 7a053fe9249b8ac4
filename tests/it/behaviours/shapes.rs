//! The shapes of the replies: which fields there are, of which type, and where they are null.
use serde_json::{Value, json};

use crate::support::bench::Bench;

/// Asserts that all of `expected` is in `actual`: objects key by key, other values equal. A string that begins with
/// `<` stands for any value of that type.
#[track_caller]
fn has(actual: &Value, expected: &Value) {
    match expected {
        Value::Object(fields) => {
            for (key, value) in fields {
                let Some(held) = actual.get(key) else { panic!("no {key} in {actual}") };
                has(held, value);
            }
        }
        Value::String(kind) if kind.starts_with('<') => {
            let found = match actual {
                Value::Null => "<null>",
                Value::Bool(_) => "<bool>",
                Value::Number(_) => "<number>",
                Value::String(text) if text.is_empty() => "<empty>",
                Value::String(_) => "<text>",
                Value::Array(_) => "<list>",
                Value::Object(_) => "<object>",
            };
            assert_eq!(found, kind, "{actual}");
        }
        _ => assert_eq!(actual, expected),
    }
}

/// Asserts the keys of an object, in order.
#[track_caller]
fn keys(actual: &Value, expected: &str) {
    let found: Vec<_> = actual.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(found.join(" "), expected);
}

pub(super) async fn rows_of_containers(bench: &Bench) {
    if bench.has_bridge().await && bench.network_mode().await == "none" {
        // The engine lists its bridge and cannot use it: a row of a container on it is not to be had.
        return;
    }
    let tag = bench.name("i:1");
    let image = bench.image(&tag).await;
    let id = bench.run(&bench.name("c"), &tag, json!({ "ExposedPorts": { "81/udp": {} } })).await;
    let row = bench.row(&id).await.unwrap();
    let ports =
        if bench.has_bridge().await { json!([{ "PrivatePort": 81, "Type": "udp" }]) } else { json!([]) };
    keys(
        &row,
        "Id Names Image ImageID Command Created Ports Labels State Status HostConfig NetworkSettings Mounts",
    );
    has(
        &row,
        &json!({
            "Names": [format!("/{}", bench.name("c"))],
            "Image": tag,
            "ImageID": image,
            "Command": "/bin/busybox sleep 600",
            "Created": "<number>",
            "Ports": ports,
            "Labels": { "bench": bench.prefix },
            "State": "running",
            "Status": "<text>",
            "HostConfig": { "NetworkMode": "default" },
            "NetworkSettings": { "Networks": { "bridge": {
                "IPAMConfig": null, "Links": null, "Aliases": null, "NetworkID": "<text>", "EndpointID": "<text>",
                "Gateway": "<text>", "IPAddress": "<text>", "IPPrefixLen": 16, "MacAddress": "<text>",
            } } },
            "Mounts": [],
        }),
    );
    bench.stop(&id).await.expect(204);
    let row = bench.row(&id).await.unwrap();
    assert_eq!(row["Ports"], json!([]));
    // The place in the network is kept, without an address.
    let place = &row["NetworkSettings"]["Networks"]["bridge"];
    has(place, &json!({ "NetworkID": "<text>", "EndpointID": "", "IPAddress": "", "IPPrefixLen": 0 }));
    let rows = bench.api.get("/containers/json?all=1&size=1").await.expect(200).json();
    let row = rows.as_array().unwrap().iter().find(|row| row["Id"] == id.as_str()).unwrap().clone();
    // Nothing written: zero is left out.
    assert_eq!(row.get("SizeRw"), None);
    assert!(row["SizeRootFs"].as_u64().unwrap() > 0);
}

pub(super) async fn inspected_containers(bench: &Bench) {
    let tag = bench.name("i:1");
    let image = bench.image(&tag).await;
    let host = json!({ "HostConfig": { "NetworkMode": "default" } });
    let id = bench.create(&bench.name("c"), &tag, host).await;
    let view = bench.api.get(&format!("/containers/{id}/json")).await.expect(200).json();
    has(
        &view,
        &json!({
            "Id": id,
            "Created": "<text>",
            "Path": "/bin/busybox",
            "Args": ["sleep", "600"],
            "State": {
                "Status": "created", "Running": false, "Paused": false, "Restarting": false, "Dead": false, "Pid": 0,
                "ExitCode": 0, "Error": "", "StartedAt": "0001-01-01T00:00:00Z", "FinishedAt": "0001-01-01T00:00:00Z",
            },
            "Image": image,
            "Name": format!("/{}", bench.name("c")),
            "RestartCount": 0,
            "Platform": "linux",
            "ExecIDs": null,
            "HostConfig": {
                "Binds": null, "NetworkMode": "default", "RestartPolicy": { "Name": "", "MaximumRetryCount": 0 },
                "AutoRemove": false, "VolumesFrom": null, "Links": null, "Privileged": false,
            },
            "GraphDriver": { "Name": "<text>" },
            "Mounts": [],
            "Config": {
                "Hostname": id[..12], "Env": null, "Cmd": ["/bin/busybox", "sleep", "600"], "Image": tag,
                "Volumes": null, "Entrypoint": null, "Labels": { "bench": bench.prefix },
            },
            "NetworkSettings": { "Networks": { "bridge": { "NetworkID": "", "IPAddress": "" } } },
        }),
    );
    assert_eq!(view.get("SizeRw"), None);
    let sized = bench.api.get(&format!("/containers/{id}/json?size=1")).await.expect(200).json();
    has(&sized, &json!({ "SizeRw": 0, "SizeRootFs": "<number>" }));
}

pub(super) async fn rows_of_images(bench: &Bench) {
    let tag = bench.name("i:1");
    let id = bench.image(&tag).await;
    bench.create(&bench.name("c"), &tag, json!({})).await;
    let row = bench.image_row(&id, "").await.unwrap();
    keys(&row, "Containers Created Id Labels ParentId RepoDigests RepoTags SharedSize Size VirtualSize");
    // The list counts no containers, whatever the field's name says.
    has(
        &row,
        &json!({
            "Containers": -1, "Created": "<number>", "Labels": null, "ParentId": "", "RepoDigests": null,
            "RepoTags": [tag], "SharedSize": -1, "Size": "<number>",
        }),
    );
}

pub(super) async fn inspected_images(bench: &Bench) {
    let tag = bench.name("i:1");
    let id = bench.image(&tag).await;
    let view = bench.api.get(&format!("/images/{tag}/json")).await.expect(200).json();
    keys(
        &view,
        "Id RepoTags RepoDigests Parent Comment Created Container ContainerConfig DockerVersion Author Config \
         Architecture Os Size VirtualSize GraphDriver RootFS Metadata",
    );
    has(
        &view,
        &json!({
            "Id": id, "RepoTags": [tag], "RepoDigests": [], "Parent": "", "Comment": "Imported from -",
            "Created": "<text>", "Config": { "Labels": null, "Cmd": null, "Volumes": null }, "Os": "linux",
            "Metadata": { "LastTagTime": "<text>" }, "RootFS": { "Type": "layers", "Layers": "<list>" },
        }),
    );
    bench.create(&bench.name("c"), &tag, json!({})).await;
    let child = bench.commit(&bench.name("c"), None).await;
    let view = bench.api.get(&format!("/images/{child}/json")).await.expect(200).json();
    // Never tagged: year 1.
    has(
        &view,
        &json!({
            "RepoTags": [], "Parent": id, "Config": { "Labels": { "bench": bench.prefix } },
            "Metadata": { "LastTagTime": "0001-01-01T00:00:00Z" },
        }),
    );
}

pub(super) async fn volumes(bench: &Bench) {
    let name = bench.name("v");
    let made = bench.api.post("/volumes/create", &json!({ "Name": name })).await.expect(201).json();
    let list = bench.api.get("/volumes").await.expect(200).json();
    keys(&list, "Volumes Warnings");
    let row =
        list["Volumes"].as_array().unwrap().iter().find(|volume| volume["Name"] == name.as_str()).unwrap();
    assert_eq!(made, *row);
    keys(row, "CreatedAt Driver Labels Mountpoint Name Options Scope");
    has(row, &json!({ "Driver": "local", "Labels": null, "Options": null, "Scope": "local" }));
    assert!(row["Mountpoint"].as_str().unwrap().ends_with(&format!("/volumes/{name}/_data")));
    // Whole seconds.
    assert_eq!(row["CreatedAt"].as_str().unwrap().len(), "2026-01-01T00:00:00Z".len());
    assert_eq!(bench.api.get(&format!("/volumes/{name}")).await.expect(200).json(), *row);
    let nameless = bench.api.post("/volumes/create", &json!({ "Labels": { "bench": bench.prefix } })).await;
    assert_eq!(nameless.expect(201).json()["Name"].as_str().unwrap().len(), 64);
}

pub(super) async fn networks(bench: &Bench) {
    let name = bench.name("n");
    let id = bench.network(&name).await;
    let view = bench.api.get(&format!("/networks/{name}")).await.expect(200).json();
    keys(
        &view,
        "Name Id Created Scope Driver EnableIPv6 IPAM Internal Attachable Ingress ConfigFrom ConfigOnly Containers \
         Options Labels",
    );
    has(
        &view,
        &json!({
            "Name": name, "Id": id, "Created": "<text>", "Scope": "local", "Driver": "bridge", "Internal": false,
            "Ingress": false, "Containers": {}, "Options": {}, "Labels": { "bench": bench.prefix },
        }),
    );
    let rows = bench.api.get("/networks").await.expect(200).json();
    let driver = |name: &str| {
        let row = rows.as_array().unwrap().iter().find(|row| row["Name"] == name);
        row.map(|row| row["Driver"].as_str().unwrap().to_owned())
    };
    let bridge = bench.has_bridge().await.then_some("bridge");
    assert_eq!(
        (driver("bridge").as_deref(), driver("host").as_deref(), driver("none").as_deref()),
        (bridge, Some("host"), Some("null"))
    );
}

pub(super) async fn mounts(bench: &Bench) {
    let image = bench.image(&bench.name("i:1")).await;
    let (named, given) = (bench.name("named"), bench.name("given"));
    let config = json!({
        "Volumes": { "/anonymous": {} },
        "HostConfig": {
            "Binds": [format!("{named}:/named"), format!("{named}:/again:ro"), "/etc:/host:ro"],
            "Mounts": [
                { "Type": "volume", "Source": given, "Target": "/given" },
                { "Type": "volume", "Target": "/nameless" },
            ],
        },
    });
    let id = bench.create(&bench.name("c"), &image, config).await;
    let listed = bench.row(&id).await.unwrap()["Mounts"].clone();
    let inspected = bench.api.get(&format!("/containers/{id}/json")).await.json()["Mounts"].clone();
    let find = |mounts: &Value, destination: &str| {
        let mounts = mounts.as_array().unwrap();
        mounts.iter().find(|mount| mount["Destination"] == destination).unwrap().clone()
    };
    for mounts in [&listed, &inspected] {
        assert_eq!(mounts.as_array().unwrap().len(), 6);
        let mount = find(mounts, "/named");
        keys(&mount, "Type Name Source Destination Driver Mode RW Propagation");
        has(&mount, &json!({ "Type": "volume", "Name": named, "Source": "<text>", "Mode": "z", "RW": true }));
        has(&find(mounts, "/again"), &json!({ "Name": named, "Mode": "ro", "RW": false }));
        has(&find(mounts, "/given"), &json!({ "Name": given, "Source": "<text>", "Mode": "z" }));
        has(&find(mounts, "/nameless"), &json!({ "Name": "<text>", "Source": "<text>", "Mode": "z" }));
        let mount = find(mounts, "/host");
        keys(&mount, "Type Source Destination Mode RW Propagation");
        has(
            &mount,
            &json!({ "Type": "bind", "Source": "/etc", "Mode": "ro", "RW": false, "Propagation": "rprivate" }),
        );
    }
    // The list has no source for an anonymous volume; only inspect does.
    has(
        &find(&listed, "/anonymous"),
        &json!({ "Type": "volume", "Name": "<text>", "Source": "", "Mode": "" }),
    );
    has(
        &find(&inspected, "/anonymous"),
        &json!({ "Type": "volume", "Name": "<text>", "Source": "<text>", "Mode": "" }),
    );
}

pub(super) async fn usage(bench: &Bench) {
    let (one, two) = (bench.name("i:1"), bench.name("i:2"));
    let id = bench.image(&one).await;
    let config = json!({ "HostConfig": { "Binds": [format!("{}:/data", bench.name("v"))] } });
    let container = bench.create(&bench.name("c"), &one, config).await;
    let child = bench.commit(&container, Some(&two)).await;
    let usage = bench.usage().await;
    keys(&usage, "LayersSize Images Containers Volumes BuildCache BuilderSize");
    let find = |list: &str, key: &str, value: &str| {
        let rows = usage[list].as_array().unwrap();
        rows.iter().find(|row| row[key] == value).unwrap().clone()
    };
    let image = find("Images", "Id", &id);
    keys(&image, "Containers Created Id Labels ParentId RepoDigests RepoTags SharedSize Size VirtualSize");
    // Here they are counted; the child shares all that the image has.
    assert_eq!((&image["Containers"], &image["SharedSize"]), (&json!(1), &image["Size"]));
    assert_eq!(find("Images", "Id", &child)["Containers"], 0);
    let volume = find("Volumes", "Name", &bench.name("v"));
    keys(&volume, "CreatedAt Driver Labels Mountpoint Name Options Scope UsageData");
    assert_eq!(volume["UsageData"], json!({ "RefCount": 1, "Size": 0 }));
    has(&find("Containers", "Id", &container), &json!({ "SizeRootFs": "<number>", "State": "created" }));
    assert!(usage["LayersSize"].as_u64().unwrap() >= image["Size"].as_u64().unwrap());
}

pub(super) async fn about_the_engine(bench: &Bench) {
    let info = bench.api.get("/info").await.expect(200).json();
    has(
        &info,
        &json!({
            "ID": "<text>", "Name": "<text>", "DockerRootDir": "<text>", "Driver": "<text>", "SystemTime": "<text>",
            "ServerVersion": "<text>", "OperatingSystem": "<text>", "OSType": "linux", "Architecture": "<text>",
            "Containers": "<number>", "ContainersRunning": "<number>", "ContainersPaused": "<number>",
            "ContainersStopped": "<number>", "Images": "<number>", "NCPU": "<number>", "MemTotal": "<number>",
            "Swarm": { "LocalNodeState": "inactive", "ControlAvailable": false }, "LiveRestoreEnabled": false,
        }),
    );
    let version = bench.api.get("/version").await.expect(200).json();
    has(
        &version,
        &json!({ "Version": "<text>", "ApiVersion": "<text>", "MinAPIVersion": "1.12", "Os": "linux" }),
    );
    assert_eq!(version["Version"], info["ServerVersion"]);
}
