//! A cleanup of 500 resources, to the same removals one after the other on the socket.

use std::time::Instant;

use serde_json::json;

use super::{Stage, raw, row};

const CONTAINERS: usize = 200;
const IMAGES: usize = 100;
const VOLUMES: usize = 200;

pub(super) fn measure(stage: &Stage<'_>) {
    let paths = make(stage);
    let begun = Instant::now();
    for path in &paths {
        let (status, _) = raw::ask(stage.socket, "DELETE", path, &[]).expect("an answer");
        assert!(status < 300, "{path}: {status}");
    }
    let floor = begun.elapsed();

    make(stage);
    let plan = stage.home.join("plan.json").display().to_string();
    let mut arguments = vec!["plan".to_owned(), "--out".to_owned(), plan.clone()];
    for (kind, count) in [("container", CONTAINERS), ("image", IMAGES), ("volume", VOLUMES)] {
        for at in 0..count {
            let tag = if kind == "image" { ":1" } else { "" };
            arguments.extend(["--select".to_owned(), format!("{kind}/tmp-measure-{at}{tag}")]);
        }
    }
    stage.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    stage.run(&["apply", &plan, "--confirm", "APPLY CLEANUP"]);
    row("a cleanup of 500 resources, its first step to its last, to bare removals", floor, of_journal(stage));
}

/// Makes them, and answers the paths that remove them, in the order of a plan.
fn make(stage: &Stage<'_>) -> Vec<String> {
    let send = |path: &str, body: &[u8]| {
        let (status, answer) = raw::ask(stage.socket, "POST", path, body).expect("an answer");
        assert!(status < 300, "{path}: {status} {}", String::from_utf8_lossy(&answer));
        String::from_utf8_lossy(&answer).into_owned()
    };
    let id = |answer: &str, key: &str| {
        let last = answer.trim().lines().last().unwrap_or_default().to_owned();
        let value: serde_json::Value = serde_json::from_str(&last).expect("JSON");
        value[key].as_str().unwrap_or_default().to_owned()
    };
    // An empty archive: two blocks of zeros.
    let import = |name: &str| {
        let path = format!("/images/create?fromSrc=-&repo={name}&tag=1");
        id(&send(&path, &[0; 1024]), "status")
    };
    import("measure-base");
    let mut paths = Vec::new();
    for at in 0..CONTAINERS {
        let body =
            json!({ "Image": "measure-base:1", "Cmd": ["/x"], "HostConfig": { "NetworkMode": "none" } });
        let answer = send(&format!("/containers/create?name=tmp-measure-{at}"), body.to_string().as_bytes());
        paths.push(format!("/containers/{}", id(&answer, "Id")));
    }
    for at in 0..IMAGES {
        paths.push(format!("/images/{}?noprune=1", import(&format!("tmp-measure-{at}"))));
    }
    for at in 0..VOLUMES {
        let body = json!({ "Name": format!("tmp-measure-{at}") }).to_string();
        send("/volumes/create", body.as_bytes());
        paths.push(format!("/volumes/tmp-measure-{at}"));
    }
    paths
}

/// How long the steps of the one run took, by its journal: without the looks and checks before and after.
fn of_journal(stage: &Stage<'_>) -> std::time::Duration {
    let folder = stage.home.join("state/docker-steward/journal");
    let file = std::fs::read_dir(folder).expect("a journal").flatten().next().expect("a run").path();
    let text = std::fs::read_to_string(file).expect("its lines");
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let done = lines.iter().filter(|line| line["outcome"] == "done").count();
    assert_eq!(done, CONTAINERS + IMAGES + VOLUMES, "all are done");
    let at = |line: &serde_json::Value, key: &str| {
        line[key].as_str().and_then(|it| it.parse::<jiff::Timestamp>().ok()).expect("a time")
    };
    let (first, last) = (lines.first().expect("begin"), lines.last().expect("end"));
    std::time::Duration::try_from(at(last, "at").duration_since(at(first, "started"))).unwrap_or_default()
}
