//! Containers: states, names, what a removal takes along.
use serde_json::{Value, json};

use crate::support::api::filters;
use crate::support::bench::Bench;

pub(super) async fn a_running_container_is_not_removed(bench: &Bench) {
    let image = bench.image(&bench.name("i:1")).await;
    let id = bench.run(&bench.name("c"), &image, json!({})).await;
    bench.api.delete(&format!("/containers/{id}")).await.refuses(
        409,
        &format!(
            "You cannot remove a running container {id}. Stop the container before attempting removal or force remove"
        ),
    );
    assert_eq!(bench.row(&id).await.unwrap()["State"], "running");
    bench.stop(&id).await.expect(204);
    bench.api.delete(&format!("/containers/{id}")).await.expect(204);
    bench.api.delete(&format!("/containers/{id}")).await.refuses(404, &format!("No such container: {id}"));
}

pub(super) async fn a_paused_container_is_not_removed(bench: &Bench) {
    let image = bench.image(&bench.name("i:1")).await;
    let id = bench.run(&bench.name("c"), &image, json!({})).await;
    bench.api.post(&format!("/containers/{id}/pause"), &Value::Null).await.expect(204);
    let row = bench.row(&id).await.unwrap();
    assert_eq!(row["State"], "paused");
    assert!(row["Status"].as_str().unwrap().ends_with(" (Paused)"), "{row}");
    bench.api.delete(&format!("/containers/{id}")).await.refuses(
        409,
        &format!(
            "You cannot remove a paused container {id}. Unpause and then stop the container before attempting removal \
             or force remove"
        ),
    );
    bench.api.post(&format!("/containers/{id}/unpause"), &Value::Null).await.expect(204);
}

pub(super) async fn a_second_start_and_a_second_stop_change_nothing(bench: &Bench) {
    let image = bench.image(&bench.name("i:1")).await;
    let id = bench.create(&bench.name("c"), &image, json!({})).await;
    let row = bench.row(&id).await.unwrap();
    assert_eq!((&row["State"], &row["Status"]), (&json!("created"), &json!("Created")));
    // Never started: nothing to stop.
    bench.stop(&id).await.expect(304);
    let start = format!("/containers/{id}/start");
    bench.api.post(&start, &Value::Null).await.expect(204);
    bench.api.post(&start, &Value::Null).await.expect(304);
    bench.stop(&id).await.expect(204);
    bench.stop(&id).await.expect(304);
    let row = bench.row(&id).await.unwrap();
    assert_eq!(row["State"], "exited");
    assert!(row["Status"].as_str().unwrap().starts_with("Exited (137) "), "{row}");
    let state = bench.api.get(&format!("/containers/{id}/json")).await.expect(200).json()["State"].clone();
    assert_eq!((&state["Status"], &state["ExitCode"]), (&json!("exited"), &json!(137)));
}

pub(super) async fn a_name_follows_a_rename(bench: &Bench) {
    let image = bench.image(&bench.name("i:1")).await;
    let (old, new) = (bench.name("old"), bench.name("new"));
    bench.create(&old, &image, json!({})).await;
    bench.api.post(&format!("/containers/{old}/rename?name={new}"), &Value::Null).await.expect(204);
    let other = bench.create(&old, &image, json!({})).await;
    // The name now leads to the other one, and that is what goes.
    bench.api.delete(&format!("/containers/{old}")).await.expect(204);
    assert_eq!(bench.row(&other).await, None);
    bench.api.delete(&format!("/containers/{new}")).await.expect(204);
}

pub(super) async fn the_start_of_an_id_is_enough(bench: &Bench) {
    let image = bench.image(&bench.name("i:1")).await;
    let id = bench.create(&bench.name("c"), &image, json!({})).await;
    bench.api.get(&format!("/containers/{}/json", &id[..20])).await.expect(200);
    bench.api.delete(&format!("/containers/{}", &id[..12])).await.expect(204);
    assert_eq!(bench.row(&id).await, None);
}

pub(super) async fn an_ambiguous_start_of_an_id_is_an_error(bench: &Bench) {
    let image = bench.image(&bench.name("i:1")).await;
    let mut starts = Vec::new();
    // Seventeen IDs, sixteen digits: two begin alike.
    for number in 0..17 {
        let id = bench.create(&bench.name(&number.to_string()), &image, json!({})).await;
        starts.push(id[..1].to_owned());
    }
    starts.sort();
    let start = starts.windows(2).find(|pair| pair[0] == pair[1]).unwrap()[0].clone();
    let message = format!("Multiple IDs found with provided prefix: {start}");
    bench.api.get(&format!("/containers/{start}/json")).await.refuses(500, &message);
    bench.api.delete(&format!("/containers/{start}")).await.refuses(500, &message);
}

pub(super) async fn a_link_alias_is_a_name(bench: &Bench) {
    let image = bench.image(&bench.name("i:1")).await;
    let (database, app) = (bench.name("database"), bench.name("app"));
    let id = bench.create(&database, &image, json!({})).await;
    let links = json!({ "HostConfig": { "Links": [format!("{database}:db")] } });
    bench.create(&app, &image, links).await;
    let mut names: Vec<String> =
        serde_json::from_value(bench.row(&id).await.unwrap()["Names"].clone()).unwrap();
    names.sort();
    assert_eq!(names, [format!("/{app}/db"), format!("/{database}")]);
    // The alias does not stand for the link here: the container itself goes.
    bench.api.delete(&format!("/containers/{app}/db")).await.expect(204);
    assert_eq!(bench.row(&id).await, None);
}

pub(super) async fn a_stop_ends_a_rm_container_and_its_anonymous_volumes(bench: &Bench) {
    let image = bench.image(&bench.name("i:1")).await;
    let named = bench.name("kept");
    let config = json!({
        "Volumes": { "/anonymous": {} },
        "HostConfig": { "AutoRemove": true, "Binds": [format!("{named}:/named")] },
    });
    let id = bench.run(&bench.name("c"), &image, config).await;
    let volume = anonymous_volume(bench, &id).await;
    bench.stop(&id).await.expect(204);
    // The engine removes it after it has answered the stop.
    bench.until(&format!("/containers/{id}/json"), 404).await;
    bench.until(&format!("/volumes/{volume}"), 404).await;
    bench.api.get(&format!("/volumes/{named}")).await.expect(200);
}

pub(super) async fn only_v_takes_anonymous_volumes(bench: &Bench) {
    let image = bench.image(&bench.name("i:1")).await;
    let config = json!({ "Volumes": { "/anonymous": {} } });
    let first = bench.create(&bench.name("first"), &image, config).await;
    let volume = anonymous_volume(bench, &first).await;
    let sharing = json!({ "HostConfig": { "VolumesFrom": [first] } });
    let second = bench.create(&bench.name("second"), &image, sharing.clone()).await;
    assert_eq!(anonymous_volume(bench, &second).await, volume);
    // Shared: it stays, without a word.
    bench.api.delete(&format!("/containers/{first}?v=1")).await.expect(204);
    bench.api.get(&format!("/volumes/{volume}")).await.expect(200);
    // No more shared, and not its own either: it goes all the same.
    bench.api.delete(&format!("/containers/{second}?v=1")).await.expect(204);
    bench.api.get(&format!("/volumes/{volume}")).await.expect(404);

    let config = json!({ "Volumes": { "/anonymous": {} } });
    let third = bench.create(&bench.name("third"), &image, config).await;
    let volume = anonymous_volume(bench, &third).await;
    bench.api.delete(&format!("/containers/{third}")).await.expect(204);
    bench.api.delete(&format!("/volumes/{volume}")).await.expect(204);
}

pub(super) async fn creation_refuses_what_cannot_be(bench: &Bench) {
    let image = bench.image(&bench.name("i:1")).await;
    let name = bench.name("c");
    let id = bench.create(&name, &image, json!({})).await;
    bench.try_create(&name, &image, json!({})).await.refuses(
        409,
        &format!(
            "Conflict. The container name \"/{name}\" is already in use by container \"{id}\". You have to remove (or \
             rename) that container to be able to reuse that name."
        ),
    );
    bench
        .try_create("a%20b", &image, json!({}))
        .await
        .refuses(400, "Invalid container name (a b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    let missing = bench.name("missing");
    let other = bench.name("d");
    let answer = bench.try_create(&other, &missing, json!({})).await;
    answer.refuses(404, &format!("No such image: {missing}:latest"));
    bench.try_create(&other, &image, json!({ "Cmd": null })).await.refuses(400, "No command specified");
    let from = json!({ "HostConfig": { "VolumesFrom": [missing] } });
    let answer = bench.try_create(&other, &image, from).await;
    answer.refuses(400, &format!("No such container: {missing}"));
    let empty = bench.api.post(&format!("/containers/create?name={other}"), &json!({})).await;
    empty.refuses(400, "Config cannot be empty in order to create a container");
}

pub(super) async fn exec_needs_a_running_container(bench: &Bench) {
    let image = bench.image(&bench.name("i:1")).await;
    let id = bench.create(&bench.name("c"), &image, json!({})).await;
    let exec = format!("/containers/{id}/exec");
    let words = |words: &[&str]| json!({ "Cmd": words, "AttachStdout": true, "AttachStderr": true });
    let answer = bench.api.post(&exec, &words(&["/bin/busybox", "true"])).await;
    answer.refuses(409, &format!("Container {id} is not running"));
    bench.api.post(&format!("/containers/{id}/start"), &Value::Null).await.expect(204);
    bench.api.post(&exec, &json!({})).await.refuses(400, "No exec command specified");
    for (program, code) in [("true", 0), ("false", 1)] {
        let made = bench.api.post(&exec, &words(&["/bin/busybox", program])).await.expect(201).json();
        let instance = made["Id"].as_str().unwrap();
        let path = format!("/exec/{instance}/json");
        assert_eq!(bench.api.get(&path).await.expect(200).json()["ExitCode"], Value::Null);
        bench.api.post(&format!("/exec/{instance}/start"), &json!({ "Detach": true })).await.expect(200);
        let mut view = bench.api.get(&path).await.expect(200).json();
        while view["Running"] == true {
            view = bench.api.get(&path).await.expect(200).json();
        }
        assert_eq!(view["ExitCode"], code, "{program}");
        assert_eq!(view["ContainerID"], id.as_str());
    }
    bench.api.get("/exec/nope/json").await.refuses(404, "No such exec instance: nope");
}

pub(super) async fn lists_are_filtered(bench: &Bench) {
    let image = bench.image(&bench.name("i:1")).await;
    let up =
        bench.run(&bench.name("up"), &image, json!({ "Labels": { "bench": bench.prefix, "k": "v" } })).await;
    let down = bench.create(&bench.name("down"), &image, json!({})).await;
    let label = format!("bench={}", bench.prefix);
    let cases = [
        ("", json!({ "label": [label] }), vec![&up]),
        ("all=1&", json!({ "label": [label] }), vec![&down, &up]),
        ("all=1&", json!({ "label": [label, "k=v"] }), vec![&up]),
        // The CLI sends the old form.
        ("all=1&", json!({ "label": { label.as_str(): true, "k": true } }), vec![&up]),
        ("", json!({ "label": [label], "status": ["created"] }), vec![&down]),
        ("all=1&", json!({ "name": [bench.name("do")] }), vec![&down]),
        ("all=1&", json!({ "name": [format!("^/{}$", bench.name("up"))] }), vec![&up]),
        ("all=1&", json!({ "id": [&up[..10]] }), vec![&up]),
        ("all=1&", json!({ "ancestor": [bench.name("i:1")] }), vec![&down, &up]),
    ];
    for (all, wanted, expected) in cases {
        let rows =
            bench.api.get(&format!("/containers/json?{all}{}", filters(&wanted))).await.expect(200).json();
        let ids: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["Id"].as_str().unwrap()).collect();
        // Newest first.
        assert_eq!(ids, expected, "{wanted}");
    }
}

async fn anonymous_volume(bench: &Bench, container: &str) -> String {
    let view = bench.api.get(&format!("/containers/{container}/json")).await.expect(200).json();
    let mounts = view["Mounts"].as_array().unwrap();
    let mount = mounts.iter().find(|mount| mount["Destination"] == "/anonymous").unwrap();
    mount["Name"].as_str().unwrap().to_owned()
}
