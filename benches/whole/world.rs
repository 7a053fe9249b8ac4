//! A world of the size that is measured at: 1,000 containers, 2,000 tags on 800 images, 2,000 volumes.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::raw;

const CONTAINERS: usize = 1_000;
const IMAGES: usize = 800;
const TAGS: usize = 2_000;
const VOLUMES: usize = 2_000;
/// Of each kind, so many are junk by the SSOT of this measurement.
const JUNK: usize = 20;

/// Makes what is not there yet. Nothing is started, so that the engine is as quiet as it can be.
pub(super) fn make(socket: &str) {
    images(socket);
    let there = names(socket, "/volumes", |list| &list["Volumes"], |row| &row["Name"]);
    for (at, name) in (0..VOLUMES).map(volume).enumerate().filter(|(_, name)| !there.contains(name)) {
        let labels = json!({ "com.docker.compose.project": project(at), "com.docker.compose.volume": name });
        post(socket, "/volumes/create", &json!({ "Name": name, "Labels": labels }));
    }
    let there = names(socket, "/containers/json?all=1", |list| list, |row| &row["Names"][0]);
    for at in (0..CONTAINERS).filter(|at| !there.contains(&format!("/{}", container(*at)))) {
        let body = json!({
            "Image": format!("{}:1", image(at % IMAGES)),
            "Cmd": ["/x", "--listen", "0.0.0.0:8080"],
            "Env": ["A=1", "B=2"],
            "Labels": {
                "com.docker.compose.project": project(at),
                "com.docker.compose.service": format!("service-{at}"),
                "com.docker.compose.container-number": "1",
                "com.docker.compose.oneoff": "False",
            },
            "HostConfig": { "NetworkMode": "none", "Binds": [format!("{}:/data", volume(at))] },
        });
        post(socket, &format!("/containers/create?name={}", container(at)), &body);
    }
}

fn images(socket: &str) {
    let list = get(socket, "/images/json?all=1");
    let tags = list.as_array().into_iter().flatten().filter_map(|row| row["RepoTags"].as_array()).flatten();
    let there: HashSet<&str> = tags.filter_map(Value::as_str).collect();
    for at in 0..TAGS {
        let (name, tag) = (image(at % IMAGES), at / IMAGES + 1);
        if there.contains(format!("{name}:{tag}").as_str()) {
            continue;
        }
        if tag == 1 {
            // An empty archive: two blocks of zeros.
            let path = format!("/images/create?fromSrc=-&repo={name}&tag=1");
            let (status, _) = raw::ask(socket, "POST", &path, &[0; 1024]).expect("an answer");
            assert!(status < 300, "{path}: {status}");
        } else {
            post(socket, &format!("/images/{name}:1/tag?repo={name}&tag={tag}"), &Value::Null);
        }
    }
}

fn project(at: usize) -> String {
    format!("project-{}", at % 40)
}

fn container(at: usize) -> String {
    match at {
        ..JUNK => format!("tmp-measure-world-{at}"),
        at if at.is_multiple_of(10) => format!("prod-measure-{at}"),
        at => format!("measure-web-{at}"),
    }
}

fn image(at: usize) -> String {
    // Junk is what no container was made from: there are more containers than images.
    if at.is_multiple_of(10) { format!("prod-measure/web-{at}") } else { format!("measure/web-{at}") }
}

fn volume(at: usize) -> String {
    match at {
        at if at >= VOLUMES - JUNK => format!("tmp-measure-world-{at}"),
        at if at.is_multiple_of(10) => format!("prod-measure-data-{at}"),
        at => format!("measure-data-{at}"),
    }
}

fn names(
    socket: &str,
    path: &str,
    rows: impl Fn(&Value) -> &Value,
    name: impl Fn(&Value) -> &Value,
) -> HashSet<String> {
    let list = get(socket, path);
    rows(&list)
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|row| name(row).as_str())
        .map(str::to_owned)
        .collect()
}

fn get(socket: &str, path: &str) -> Value {
    let (status, body) = raw::ask(socket, "GET", path, &[]).expect("an answer");
    assert!(status == 200, "{path}: {status}");
    serde_json::from_slice(&body).expect("JSON")
}

fn post(socket: &str, path: &str, body: &Value) {
    // An engine that reads no body hangs up on one.
    let text = if body.is_null() { String::new() } else { body.to_string() };
    let (status, answer) = raw::ask(socket, "POST", path, text.as_bytes()).expect("an answer");
    assert!(status < 300, "{path}: {status} {}", String::from_utf8_lossy(&answer));
}
