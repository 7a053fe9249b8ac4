//! What is the same on every page.
use bytes::Bytes;
use serde_json::{Value, json};

use crate::support::api::{encode, filters};
use crate::support::bench::Bench;

pub(super) async fn versions_out_of_range_are_refused(bench: &Bench) {
    let api = bench.api.get("/version").await.expect(200).json()["ApiVersion"].as_str().unwrap().to_owned();
    bench.api.get(&format!("/v{api}/info")).await.expect(200);
    bench
        .api
        .get("/v1.99/info")
        .await
        .refuses(400, &format!("client version 1.99 is too new. Maximum supported API version is {api}"));
    let old = bench.api.get("/v1.11/info").await.expect(400);
    // So old a client gets plain text.
    assert_eq!(
        std::str::from_utf8(&old.body).unwrap().trim_end(),
        "client version 1.11 is too old. Minimum supported API version is 1.12, please upgrade your client to a newer \
         version"
    );
}

pub(super) async fn unknown_pages_are_not_found(bench: &Bench) {
    for (method, path) in [
        ("GET", "/nope"),
        ("GET", "/v1.41/nope"),
        ("GET", "/vfoo/info"),
        ("POST", "/version"),
        ("PUT", "/containers/json"),
        ("DELETE", "/volumes"),
        ("GET", "/containers/a/nope"),
    ] {
        bench.api.send(method, path, "", Bytes::new()).await.refuses(404, "page not found");
    }
}

pub(super) async fn ping_names_the_api(bench: &Bench) {
    for method in ["GET", "HEAD"] {
        let answer = bench.api.send(method, "/_ping", "", Bytes::new()).await.expect(200);
        assert_eq!(answer.body, if method == "GET" { "OK" } else { "" });
        let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
        assert_eq!((header("ostype").as_str(), header("docker-experimental").as_str()), ("linux", "false"));
        let version = bench.api.get("/version").await.json();
        assert_eq!(header("api-version"), version["ApiVersion"].as_str().unwrap());
    }
}

pub(super) async fn unclean_paths_are_redirected(bench: &Bench) {
    for (given, clean) in [
        ("//info", "/info"),
        ("/containers//a/json", "/containers/a/json"),
        ("/containers/%2Fa/json?size=1", "/containers/a/json?size=1"),
        ("/containers/../info", "/info"),
    ] {
        let answer = bench.api.get(given).await.expect(301);
        assert_eq!(answer.headers["location"], clean);
    }
}

pub(super) async fn filters_are_checked(bench: &Bench) {
    for page in ["/containers/json", "/images/json", "/volumes", "/networks"] {
        let unknown = format!("{page}?{}", filters(&json!({ "foo": ["x"] })));
        bench.api.get(&unknown).await.refuses(400, "Invalid filter 'foo'");
    }
    bench.api.get("/containers/json?filters=bad").await.expect(500);
}

pub(super) async fn events_tell_a_life(bench: &Bench) {
    let clock = async || bench.api.get("/info").await.json()["SystemTime"].as_str().unwrap().to_owned();
    let seconds = |time: String| {
        let time: jiff::Timestamp = time.parse().unwrap();
        format!("{}.{:09}", time.as_second(), time.subsec_nanosecond())
    };
    let since = seconds(clock().await);
    let image = bench.image(&bench.name("i:1")).await;
    let volume = bench.name("v");
    let config = json!({ "HostConfig": { "Binds": [format!("{volume}:/data")] } });
    let id = bench.run(&bench.name("c"), &image, config).await;
    bench.stop(&id).await.expect(204);
    bench.api.delete(&format!("/containers/{id}")).await.expect(204);
    bench.api.delete(&format!("/volumes/{volume}")).await.expect(204);
    let tag = bench.name("i:1");
    bench.api.delete(&format!("/images/{tag}")).await.expect(200);
    let until = seconds(clock().await);

    let told = async |wanted: Value| {
        let query = format!("since={}&until={}&{}", encode(&since), encode(&until), filters(&wanted));
        bench.api.get(&format!("/events?{query}")).await.expect(200).lines()
    };
    let actions = |events: &[Value]| -> Vec<String> {
        events.iter().map(|event| event["Action"].as_str().unwrap().to_owned()).collect()
    };
    let life = told(json!({ "container": [id], "type": ["container"] })).await;
    let first = &life[0];
    let keys: Vec<_> = first.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["status", "id", "from", "Type", "Action", "Actor", "scope", "time", "timeNano"]);
    assert_eq!(first["Actor"]["ID"], id.as_str());
    assert_eq!(first["Actor"]["Attributes"]["name"], bench.name("c").as_str());
    assert_eq!(actions(&life), ["create", "start", "kill", "kill", "die", "stop", "destroy"]);
    let volumes = told(json!({ "volume": [volume] })).await;
    assert_eq!(actions(&volumes), ["create", "mount", "unmount", "destroy"]);
    let images = told(json!({ "type": ["image"] })).await;
    let images: Vec<_> = images.into_iter().filter(|event| event["Actor"]["ID"] == image.as_str()).collect();
    assert_eq!(actions(&images), ["tag", "import", "untag", "delete"]);
    let died = told(json!({ "container": [id], "event": ["die"] })).await;
    assert_eq!(died[0]["Actor"]["Attributes"]["exitCode"], "137");
}

pub(super) async fn swarm_is_not_there(bench: &Bench) {
    for page in ["/services", "/tasks", "/nodes", "/configs", "/secrets", "/swarm"] {
        bench.api.get(page).await.refuses(
            503,
            "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this \
             node to swarm and try again.",
        );
    }
}
