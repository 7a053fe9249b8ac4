//! Images: tags, IDs, and who holds them.
use serde_json::{Value, json};

use crate::support::api::filters;
use crate::support::bench::Bench;

fn short(id: &str) -> &str {
    &id["sha256:".len()..][..12]
}

/// The first words of each record of a removal: layers have no names that a test could know.
fn records(removed: &Value) -> Vec<String> {
    let record = |record: &Value| {
        let (key, value) = record.as_object().unwrap().iter().next().unwrap();
        format!("{key} {}", value.as_str().unwrap())
    };
    removed.as_array().unwrap().iter().map(record).collect()
}

pub(super) async fn a_tag_goes_alone_while_another_is_left(bench: &Bench) {
    let (one, two) = (bench.name("i:1"), bench.name("i:2"));
    let id = bench.image(&one).await;
    bench.tag(&one, &two).await;
    assert_eq!(bench.image_row(&id, "").await.unwrap()["RepoTags"], json!([one, two]));
    let removed = bench.api.delete(&format!("/images/{one}")).await.expect(200).json();
    assert_eq!(removed, json!([{ "Untagged": one }]));
    assert_eq!(bench.image_row(&id, "").await.unwrap()["RepoTags"], json!([two]));
}

pub(super) async fn the_last_tag_takes_the_image(bench: &Bench) {
    let tag = bench.name("i:1");
    let id = bench.image(&tag).await;
    let removed = bench.api.delete(&format!("/images/{tag}")).await.expect(200).json();
    let records = records(&removed);
    assert_eq!(records[..2], [format!("Untagged {tag}"), format!("Deleted {id}")]);
    // And its one layer.
    assert_eq!(records.len(), 3, "{records:?}");
    assert_eq!(bench.image_row(&id, "all=1").await, None);
}

pub(super) async fn several_tags_refuse_the_id(bench: &Bench) {
    let (one, two) = (bench.name("i:1"), bench.name("j:1"));
    let id = bench.image(&one).await;
    bench.tag(&one, &two).await;
    for given in [id.as_str(), short(&id)] {
        bench.api.delete(&format!("/images/{given}")).await.refuses(
            409,
            &format!(
                "conflict: unable to delete {} (must be forced) - image is referenced in multiple repositories",
                short(&id)
            ),
        );
    }
    // With force all tags die.
    let removed = bench.api.delete(&format!("/images/{id}?force=1")).await.expect(200).json();
    let records = records(&removed);
    assert!(records.contains(&format!("Untagged {one}")) && records.contains(&format!("Untagged {two}")));
    assert!(records.contains(&format!("Deleted {id}")));
}

pub(super) async fn the_sole_tag_goes_with_the_id_whatever_it_is(bench: &Bench) {
    let (safe, protected) = (bench.name("i:tmp"), bench.name("i:prod-1"));
    let id = bench.image(&safe).await;
    bench.tag(&safe, &protected).await;
    bench.api.delete(&format!("/images/{safe}")).await.expect(200);
    let removed = bench.api.delete(&format!("/images/{id}")).await.expect(200).json();
    assert_eq!(records(&removed)[0], format!("Untagged {protected}"));
    assert_eq!(bench.image_row(&id, "all=1").await, None);
}

pub(super) async fn a_tag_is_whatever_it_points_to_now(bench: &Bench) {
    let (one, two) = (bench.name("i:1"), bench.name("j:1"));
    let first = bench.image(&one).await;
    let second = bench.image(&two).await;
    bench.tag(&second, &one).await;
    // The first has lost its only tag and dangles.
    let row = bench.image_row(&first, "").await.unwrap();
    assert_eq!(row["RepoTags"], json!(["<none>:<none>"]));
    assert_eq!(row["RepoDigests"], json!(["<none>@<none>"]));
    assert_eq!(bench.image_row(&second, "").await.unwrap()["RepoTags"], json!([one, two]));
    bench.api.delete(&format!("/images/{two}")).await.expect(200);
    bench.api.delete(&format!("/images/{one}")).await.expect(200);
    assert_eq!(bench.image_row(&second, "all=1").await, None);
    assert!(bench.image_row(&first, "all=1").await.is_some());
}

pub(super) async fn a_container_holds_the_last_tag_but_not_the_others(bench: &Bench) {
    let (one, two) = (bench.name("i:1"), bench.name("i:2"));
    let id = bench.image(&one).await;
    bench.tag(&one, &two).await;
    let container = bench.run(&bench.name("c"), &one, json!({})).await;
    assert_eq!(bench.row(&container).await.unwrap()["Image"], one.as_str());
    // The very tag that the container was made from.
    let removed = bench.api.delete(&format!("/images/{one}")).await.expect(200).json();
    assert_eq!(removed, json!([{ "Untagged": one }]));
    let row = bench.row(&container).await.unwrap();
    assert_eq!((&row["Image"], &row["ImageID"]), (&json!(id), &json!(id)));
    bench.api.delete(&format!("/images/{two}")).await.refuses(
        409,
        &format!(
            "conflict: unable to remove repository reference \"{two}\" (must force) - container {} is using its \
             referenced image {}",
            &container[..12],
            short(&id)
        ),
    );
}

pub(super) async fn a_stopped_container_yields_to_force_and_a_running_one_does_not(bench: &Bench) {
    let tag = bench.name("i:1");
    let id = bench.image(&tag).await;
    let container = bench.run(&bench.name("c"), &tag, json!({})).await;
    for query in ["", "?force=1"] {
        bench.api.delete(&format!("/images/{id}{query}")).await.refuses(
            409,
            &format!(
                "conflict: unable to delete {} (cannot be forced) - image is being used by running container {}",
                short(&id),
                &container[..12]
            ),
        );
    }
    // By its tag, force takes the name and leaves the image.
    let removed = bench.api.delete(&format!("/images/{tag}?force=1")).await.expect(200).json();
    assert_eq!(removed, json!([{ "Untagged": tag }]));
    bench.stop(&container).await.expect(204);
    bench.api.delete(&format!("/images/{id}")).await.refuses(
        409,
        &format!(
            "conflict: unable to delete {} (must be forced) - image is being used by stopped container {}",
            short(&id),
            &container[..12]
        ),
    );
    bench.api.delete(&format!("/images/{id}?force=1")).await.expect(200);
    assert_eq!(bench.row(&container).await.unwrap()["ImageID"], id.as_str());
}

pub(super) async fn images_have_many_names(bench: &Bench) {
    let tag = bench.name("i:latest");
    let id = bench.image(&tag).await;
    let bare = bench.name("i");
    let names = [
        id.clone(),
        id["sha256:".len()..].to_owned(),
        short(&id).to_owned(),
        format!("sha256:{}", short(&id)),
        tag.clone(),
        bare.clone(),
        format!("library/{bare}"),
        format!("docker.io/library/{tag}"),
    ];
    for name in names {
        let view = bench.api.get(&format!("/images/{name}/json")).await.expect(200).json();
        assert_eq!((&view["Id"], &view["RepoTags"]), (&json!(id), &json!([tag])), "{name}");
    }
    let removed = bench.api.delete(&format!("/images/library/{bare}")).await.expect(200).json();
    assert_eq!(records(&removed)[0], format!("Untagged {tag}"));
}

pub(super) async fn missing_images_are_named_in_full(bench: &Bench) {
    let name = bench.name("nope");
    let why = format!("No such image: {name}:latest");
    bench
        .api
        .get(&format!("/images/{name}/json"))
        .await
        .refuses(404, &format!("no such image: {name}: {why}"));
    bench.api.delete(&format!("/images/{name}")).await.refuses(404, &why);
    bench.api.delete(&format!("/images/{name}?force=1")).await.refuses(404, &why);
    bench
        .api
        .delete(&format!("/images/team/{name}:2"))
        .await
        .refuses(404, &format!("No such image: team/{name}:2"));
    let zeros = "0".repeat(64);
    let why = format!("No such image: sha256:{zeros}");
    bench.api.delete(&format!("/images/sha256:{zeros}")).await.refuses(404, &why);
    bench.api.delete(&format!("/images/{zeros}")).await.refuses(404, &why);
    let digest = format!("{name}@sha256:{zeros}");
    bench.api.delete(&format!("/images/{digest}")).await.refuses(404, &format!("No such image: {digest}"));
    let why = "invalid reference format: repository name must be lowercase";
    bench.api.get("/images/BAD/json").await.refuses(400, &format!("no such image: BAD: {why}"));
}

pub(super) async fn dangling_images_are_listed_apart(bench: &Bench) {
    let (one, two) = (bench.name("i:1"), bench.name("j:1"));
    let lost = bench.image(&one).await;
    let kept = bench.image(&two).await;
    bench.tag(&kept, &one).await;
    let listed = |wanted: Value| {
        let query = filters(&wanted);
        let (lost, kept) = (&lost, &kept);
        async move {
            (bench.image_row(lost, &query).await.is_some(), bench.image_row(kept, &query).await.is_some())
        }
    };
    assert_eq!(listed(json!({ "dangling": ["true"] })).await, (true, false));
    assert_eq!(listed(json!({ "dangling": ["false"] })).await, (false, true));
    assert_eq!(listed(json!({ "reference": [bench.name("*")] })).await, (false, true));
    assert_eq!(listed(json!({ "reference": [one] })).await, (false, true));
    assert_eq!(listed(json!({ "reference": ["nothing"] })).await, (false, false));
    assert_eq!(listed(json!({ "label": ["nothing"] })).await, (false, false));
    bench.api.delete(&format!("/images/{lost}")).await.expect(200);
}

pub(super) async fn an_image_saved_by_its_id_is_loaded_with_it_and_without_a_tag(bench: &Bench) {
    let name = bench.name("i:1");
    let id = bench.image(&name).await;
    let was = bench.api.get(&format!("/images/{id}/json")).await.expect(200).json();
    let saved = bench.api.get(&format!("/images/{id}/get")).await.expect(200).body;
    bench.api.delete(&format!("/images/{id}?noprune=1")).await.expect(200);
    bench.api.get(&format!("/images/{id}/json")).await.expect(404);

    let load =
        async || bench.api.send("POST", "/images/load?quiet=1", "application/x-tar", saved.clone()).await;
    let told = load().await.expect(200).json();
    assert_eq!(told["stream"], format!("Loaded image ID: {id}\n"));
    let is = bench.api.get(&format!("/images/{id}/json")).await.expect(200).json();
    assert_eq!(is["RepoTags"], json!([]));
    for key in ["Id", "Created", "Config", "RootFS", "Size", "Comment"] {
        assert_eq!(is[key], was[key], "{key}");
    }
    // A second time changes nothing, and moves no tag.
    bench.tag(&id, &name).await;
    load().await.expect(200);
    assert_eq!(
        bench.api.get(&format!("/images/{id}/json")).await.expect(200).json()["RepoTags"],
        json!([name])
    );
    let gone = format!("sha256:{}", "0".repeat(64));
    bench.api.get(&format!("/images/{gone}/get")).await.expect(500);
}
