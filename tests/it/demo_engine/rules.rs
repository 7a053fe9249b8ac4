//! Rules that the machine's real engine cannot be brought to show: they need a registry, a broken disk, or minutes.
use docker_steward::demo::{Container, Image, Volume};
use serde_json::{Value, json};

use super::{empty, serve};

#[tokio::test]
async fn a_tag_and_the_digests_of_its_repository_are_one() {
    let mut world = empty();
    let id = world.add_image(Image::new("acme/web:1").pulled());
    let digest = world.images[0].digests[0].clone();
    let (_engine, api) = serve(world).await;
    assert_eq!(api.get(&format!("/images/{digest}/json")).await.expect(200).json()["Id"], id.as_str());
    let removed = api.delete(&format!("/images/{id}")).await.expect(200).json();
    assert_eq!(removed[0], json!({ "Untagged": "acme/web:1" }));
    assert_eq!(removed[1], json!({ "Untagged": digest }));
    assert_eq!(removed[2], json!({ "Deleted": id }));
}

#[tokio::test]
async fn the_last_tag_of_a_repository_takes_its_digests() {
    let mut world = empty();
    world.add_image(Image::new("acme/web:1").pulled().tag("other/web:1"));
    let digest = world.images[0].digests[0].clone();
    let (_engine, api) = serve(world).await;
    let removed = api.delete("/images/acme/web:1").await.expect(200).json();
    assert_eq!(removed, json!([{ "Untagged": "acme/web:1" }, { "Untagged": digest }]));
    let view = api.get("/images/other/web:1/json").await.expect(200).json();
    assert_eq!((&view["RepoTags"], &view["RepoDigests"]), (&json!(["other/web:1"]), &json!([])));
}

#[tokio::test]
async fn a_failed_removal_leaves_a_dead_container_that_holds_its_volume() {
    let mut world = empty();
    world.add_image(Image::new("i:1"));
    let id = world.add_container(Container::new("c", "i:1").volume("data", "/data"));
    world.containers[0].unremovable = true;
    let (_engine, api) = serve(world).await;
    api.delete(&format!("/containers/{id}")).await.expect(500);
    assert_eq!(api.get("/containers/json?all=1").await.json()[0]["State"], "removing");
    let state = api.get("/containers/c/json").await.json()["State"].clone();
    assert_eq!((&state["Status"], &state["Dead"]), (&json!("dead"), &json!(true)));
    api.delete("/volumes/data").await.expect(409);
}

#[tokio::test]
async fn one_walk_at_a_time_even_if_the_client_hangs_up() {
    let mut world = empty();
    world.df_delay = std::time::Duration::from_mins(10);
    let (engine, api) = serve(world).await;
    let walker = api.clone();
    let first = tokio::spawn(async move { walker.get("/system/df").await });
    while engine.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    let busy = "a disk usage operation is already running";
    // The request is noted just before the walk begins.
    while !matches!(tokio::time::timeout(std::time::Duration::from_secs(5), api.get("/system/df")).await,
        Ok(answer) if answer.message() == busy)
    {}
    first.abort();
    api.get("/system/df").await.refuses(500, busy);
}

#[tokio::test]
async fn odd_times_are_printed_as_the_engine_prints_them() {
    let mut world = empty();
    world.add_image(Image::new("old:1").created(jiff::Timestamp::UNIX_EPOCH).loaded());
    world.add_image(Image::new("none:1").year_one());
    world.add_volume(Volume::new("lost").without_folder());
    let (_engine, api) = serve(world).await;
    let zero = "0001-01-01T00:00:00Z";
    let old = api.get("/images/old:1/json").await.json();
    assert_eq!(
        (&old["Created"], &old["Metadata"]["LastTagTime"]),
        (&json!("1970-01-01T00:00:00Z"), &json!(zero))
    );
    assert_eq!(api.get("/images/none:1/json").await.json()["Created"], zero);
    let rows = api.get("/images/json").await.json();
    let created: Vec<_> =
        rows.as_array().unwrap().iter().map(|row| row["Created"].as_i64().unwrap()).collect();
    assert_eq!(created, [0, -62_135_596_800]);
    assert_eq!(api.get("/volumes/lost").await.json()["CreatedAt"], zero);
}

#[tokio::test]
async fn the_build_cache_is_pruned_but_for_what_is_in_use() {
    let world = docker_steward::demo::World::droplet(jiff::Timestamp::now());
    let (_engine, api) = serve(world).await;
    let pruned = api.post("/build/prune", &Value::Null).await.expect(200).json();
    assert_eq!(pruned["CachesDeleted"].as_array().unwrap().len(), 3);
    assert_eq!(api.get("/system/df").await.json()["BuildCache"].as_array().unwrap().len(), 1);
}
