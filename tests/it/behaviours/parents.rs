//! Images that were built on others.
use serde_json::{Value, json};

use crate::support::api::filters;
use crate::support::bench::Bench;

/// A parent with the tag `parent:1` and its child with the tag `child:1`; answers their IDs.
async fn family(bench: &Bench) -> (String, String) {
    let parent = bench.image(&bench.name("parent:1")).await;
    let container = bench.create(&bench.name("c"), &bench.name("parent:1"), json!({})).await;
    let child = bench.commit(&container, Some(&bench.name("child:1"))).await;
    bench.api.delete(&format!("/containers/{container}")).await.expect(204);
    assert_eq!(bench.image_row(&child, "").await.unwrap()["ParentId"], parent.as_str());
    (parent, child)
}

fn deleted(removed: &Value) -> Vec<&str> {
    removed.as_array().unwrap().iter().filter_map(|record| record["Deleted"].as_str()).collect()
}

pub(super) async fn a_parent_is_kept_by_its_child(bench: &Bench) {
    let (parent, child) = family(bench).await;
    for query in ["", "?force=1"] {
        bench.api.delete(&format!("/images/{parent}{query}")).await.refuses(
            409,
            &format!(
                "conflict: unable to delete {} (cannot be forced) - image has dependent child images",
                &parent["sha256:".len()..][..12]
            ),
        );
    }
    assert!(bench.image_row(&child, "").await.is_some());
}

pub(super) async fn the_tag_of_a_parent_goes_without_a_word(bench: &Bench) {
    let (parent, child) = family(bench).await;
    let tag = bench.name("parent:1");
    let removed = bench.api.delete(&format!("/images/{tag}")).await.expect(200).json();
    assert_eq!(removed, json!([{ "Untagged": tag }]));
    // An untagged parent is neither listed nor dangling; only `all` shows it.
    assert_eq!(bench.image_row(&parent, "").await, None);
    assert_eq!(bench.image_row(&parent, &filters(&json!({ "dangling": ["true"] }))).await, None);
    assert_eq!(bench.image_row(&parent, "all=1").await.unwrap()["RepoTags"], json!(["<none>:<none>"]));
    assert!(bench.image_row(&child, "").await.is_some());
}

pub(super) async fn a_child_takes_its_untagged_parents(bench: &Bench) {
    let (parent, child) = family(bench).await;
    bench.api.delete(&format!("/images/{}", bench.name("parent:1"))).await.expect(200);
    let removed = bench.api.delete(&format!("/images/{child}")).await.expect(200).json();
    assert_eq!(deleted(&removed)[..2], [child.as_str(), parent.as_str()]);
    assert_eq!(bench.image_row(&parent, "all=1").await, None);
}

pub(super) async fn noprune_keeps_the_parents(bench: &Bench) {
    let (parent, child) = family(bench).await;
    bench.api.delete(&format!("/images/{}", bench.name("parent:1"))).await.expect(200);
    let removed = bench.api.delete(&format!("/images/{child}?noprune=1")).await.expect(200).json();
    assert_eq!(deleted(&removed), [child.as_str()]);
    assert!(bench.image_row(&parent, &filters(&json!({ "dangling": ["true"] }))).await.is_some());
}

pub(super) async fn a_parent_in_use_is_kept(bench: &Bench) {
    let (parent, child) = family(bench).await;
    bench.create(&bench.name("user"), &parent, json!({})).await;
    bench.api.delete(&format!("/images/{}?force=1", bench.name("parent:1"))).await.expect(200);
    let removed = bench.api.delete(&format!("/images/{child}")).await.expect(200).json();
    assert_eq!(deleted(&removed), [child.as_str()]);
    assert!(bench.image_row(&parent, "all=1").await.is_some());
}
