//! A cleanup of 500 resources, to the same removals one after the other on the socket, and to those with what must be
//! asked and written before each.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::time::{Duration, Instant};

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
    let careful = carefully(stage);

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
    let took = of_journal(stage);
    row("a cleanup of 500 resources, its first step to its last, to bare removals", floor, took);
    row("the same to removals with two questions and a flush before each", careful, took);
}

/// Removes them with no more before each than nothing can be left out of: the resource itself and what containers were
/// made since, asked at once, and one flushed line.
fn carefully(stage: &Stage<'_>) -> Duration {
    let paths = make(stage);
    let (ours, other) = (newest(stage, true), newest(stage, false));
    let mut line =
        OpenOptions::new().append(true).create(true).open(stage.home.join("line")).expect("a file");
    let begun = Instant::now();
    for (at, path) in paths.iter().enumerate() {
        let since = if at < CONTAINERS { &ours } else { &other };
        let own = match path.split_once('?') {
            Some((image, _)) => format!("{image}/json"),
            None if at < CONTAINERS => format!("{path}/json"),
            None => path.clone(),
        };
        raw::ask_all(stage.socket, &[&own, since]);
        line.write_all(&[b'x'; 1024]).and_then(|()| line.sync_data()).expect("a line");
        let (status, _) = raw::ask(stage.socket, "DELETE", path, &[]).expect("an answer");
        assert!(status < 300, "{path}: {status}");
    }
    begun.elapsed()
}

/// The question for containers that were made after the newest of ours, or of the others.
fn newest(stage: &Stage<'_>, ours: bool) -> String {
    let (_, body) = raw::ask(stage.socket, "GET", "/containers/json?all=1", &[]).expect("the list");
    let list: Vec<serde_json::Value> = serde_json::from_slice(&body).expect("a list");
    let is_ours = |it: &&serde_json::Value| {
        it["Names"][0].as_str().is_some_and(|it| it.starts_with("/tmp-measure-")) == ours
    };
    match list.iter().find(is_ours).and_then(|it| it["Id"].as_str()) {
        Some(id) => format!("/containers/json?all=1&filters=%7B%22since%22%3A%5B%22{id}%22%5D%7D"),
        None => "/containers/json?all=1".to_owned(),
    }
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
fn of_journal(stage: &Stage<'_>) -> Duration {
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
    Duration::try_from(at(last, "at").duration_since(at(first, "started"))).unwrap_or_default()
}
