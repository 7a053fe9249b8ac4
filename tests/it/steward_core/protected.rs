//! Rows 1 and 2: every facet by which something is protected, and what Docker and Swarm own.
use docker_steward::steward::inventory::{Container, Image, Network, Volume};

use crate::support::inventory::{
    Engine, container, container_of, image, image_id, labels, network, owned, tagged, untagged, volume,
};

const RULES: &str = "
protected: {patterns: [prod-*, stable-*], names: [n8n], labels: [keep, tier=gold]}
safe_to_delete: {patterns: ['tmp*', 'acme/*', 'reg:5000/*', 'n8nio/*', 'web:*']}
";

fn image_is(image: Image, rule: &str) {
    let name = image.references().first().map_or(image.id.to_string(), ToString::to_string);
    let found = Engine::under(RULES).with(image).class(&format!("image/{name}"));
    assert_eq!(found, format!("protected by {rule}"), "{name}");
}

#[test]
fn an_image_by_every_part_of_its_reference() {
    for name in [
        "prod-web:1",
        "acme/prod-web:1",
        "prod-acme/web:1",
        "reg:5000/acme/web:prod-3",
        "web:Prod_3",
        "acme/shop_prod.web:1",
    ] {
        image_is(image(name), "protected.patterns[0]");
    }
    image_is(image("n8nio/n8n:1"), "protected.names[0]");
    image_is(image("web:n8n"), "protected.names[0]");
    image_is(image("n8n:1"), "protected.names[0]");
    assert_eq!(
        Engine::under(RULES).with(image("acme/product-web:1")).class("image/acme/product-web:1"),
        "safe-to-delete by safe_to_delete.patterns[1]"
    );
}

#[test]
fn an_image_by_another_tag_or_digest_of_the_same_id() {
    image_is(tagged(&["tmp-web:1", "acme/web:prod-3"]), "protected.patterns[0]");
    let digest = format!("reg:5000/prod-web@sha256:{}", "a".repeat(64));
    image_is(Image { digests: vec![digest.clone().into()], ..image("tmp-web:1") }, "protected.patterns[0]");
    image_is(Image { digests: vec![digest.into()], ..untagged("x") }, "protected.patterns[0]");
}

/// Docker leaves `docker.io/library/` out when it prints a name, and who writes a pattern may not.
#[test]
fn a_pattern_and_an_image_may_spell_docker_hub_in_their_own_ways() {
    let rules = "
protected: {patterns: ['docker.io/library/odoo*', 'docker.io/acme/*', 'library/redis:*'], names: [docker.io/n8nio/n8n]}
safe_to_delete: {patterns: ['odoo*', 'acme/*', 'n8nio/*', 'redis*']}";
    for (name, rule) in [
        ("odoo:18.0", "protected.patterns[0]"),
        ("acme/web:1", "protected.patterns[1]"),
        ("redis:7", "protected.patterns[2]"),
        ("n8nio/n8n:1", "protected.names[0]"),
    ] {
        let engine = Engine::under(rules).with(image(name));
        assert_eq!(engine.class(&format!("image/{name}")), format!("protected by {rule}"));
    }
}

#[test]
fn a_container_by_its_name_and_by_the_image_it_was_made_from() {
    let is = |container: Container, others: Vec<Image>| {
        let path = format!("container/{}", container.name);
        others.into_iter().fold(Engine::under(RULES), Engine::with).with(container).class(&path)
    };
    assert_eq!(is(container("shop_prod-1"), vec![]), "protected by protected.patterns[0]");
    assert_eq!(is(container("N8N"), vec![]), "protected by protected.names[0]");
    let made = container_of("tmp-a", "acme/web:prod-3");
    assert_eq!(is(made.clone(), vec![]), "protected by protected.patterns[0]", "the image is gone");

    // The tag was moved: the engine words the image by its ID only.
    let id = image_id("acme/web:prod-3");
    let by_id = Container { image: id.to_string().into(), ..made.clone() };
    assert_eq!(is(by_id.clone(), vec![image("acme/web:prod-3")]), "protected by protected.patterns[0]");
    let short = Container { image: id.short().into(), ..made };
    assert_eq!(is(short, vec![image("acme/web:prod-3")]), "protected by protected.patterns[0]");

    // Made from a harmless tag of an image that has a protected one, too.
    let other = container_of("tmp-a", "tmp-web:1");
    assert_eq!(is(other, vec![tagged(&["tmp-web:1", "n8n:1"])]), "protected by protected.names[0]");
}

#[test]
fn what_compose_made_by_its_project_and_its_service() {
    let project = "com.docker.compose.project";
    for (key, value, rule) in [
        (project, "prod", "protected.patterns[0]"),
        (project, "PROD", "protected.patterns[0]"),
        (project, "prod-shop", "protected.patterns[0]"),
        (project, "shop-prod", "protected.patterns[0]"),
        (project, "n8n", "protected.names[0]"),
        ("com.docker.compose.service", "n8n", "protected.names[0]"),
        ("com.docker.compose.service", "prod-web", "protected.patterns[0]"),
        ("com.docker.compose.volume", "prod_data", "protected.patterns[0]"),
        ("com.docker.compose.network", "prod-net", "protected.patterns[0]"),
    ] {
        let marked = labels(&[(key, value)]);
        let engine = Engine::under(RULES)
            .with(Container { labels: marked.clone(), ..container("tmp-a") })
            .with(Image { labels: marked.clone(), ..image("tmp-i:1") })
            .with(Volume { labels: marked.clone(), ..volume("tmp-v") })
            .with(Network { labels: marked, ..network("tmp-n") });
        for path in ["container/tmp-a", "image/tmp-i:1", "volume/tmp-v", "network/tmp-n"] {
            assert_eq!(engine.class(path), format!("protected by {rule}"), "{path} {key}={value}");
        }
    }
    for value in ["product", "tmp", "reprod", ""] {
        let it = Volume { labels: labels(&[(project, value)]), ..volume("tmp-v") };
        let class = Engine::under(RULES).with(it).class("volume/tmp-v");
        assert_eq!(class, "safe-to-delete by safe_to_delete.patterns[0]", "{value}");
    }
}

#[test]
fn anything_by_a_label() {
    for (key, value, rule) in [
        ("keep", "", Some(0)),
        ("KEEP", "no", Some(0)),
        ("tier", "Gold", Some(1)),
        ("tier", "silver", None),
        ("tiers", "gold", None),
        ("x.keep", "", None),
    ] {
        let marked = labels(&[("a", "b"), (key, value)]);
        let engine = Engine::under(RULES)
            .with(Container { labels: marked.clone(), ..container("tmp-a") })
            .with(Image { labels: marked.clone(), ..tagged(&["tmp-i:1", "tmp-j:1"]) })
            .with(Volume { labels: marked.clone(), ..volume("tmp-v") })
            .with(Network { labels: marked, ..network("tmp-n") });
        let wanted = rule.map_or("safe-to-delete by safe_to_delete.patterns[0]".to_owned(), |at| {
            format!("protected by protected.labels[{at}]")
        });
        for path in ["container/tmp-a", "image/tmp-i:1", "image/tmp-j:1", "volume/tmp-v", "network/tmp-n"] {
            assert_eq!(engine.class(path), wanted, "{path} {key}={value}");
        }
    }
}

#[test]
fn what_docker_and_swarm_own() {
    let rules = "safe_to_delete: {patterns: ['[bhnidt]*']}";
    let of = |network: Network| {
        let path = format!("network/{}", network.name);
        let mut engine = Engine::under(rules);
        engine.inventory.networks = vec![network];
        engine.class(&path)
    };
    for name in ["bridge", "host", "none"] {
        assert_eq!(of(network(name)), "protected by docker");
    }
    for name in ["ingress", "docker_gwbridge"] {
        assert_eq!(of(network(name)), "protected by swarm");
    }
    assert_eq!(of(Network { scope: "swarm".into(), ..network("tmp-n") }), "protected by swarm");
    assert_eq!(of(network("tmp-n")), "safe-to-delete by safe_to_delete.patterns[0]");

    let task = labels(&[("com.docker.swarm.task.id", "x")]);
    let stack = labels(&[("com.docker.stack.namespace", "shop")]);
    let engine = Engine::under(rules)
        .with(Container { labels: task, ..container("tmp-a") })
        .with(Volume { labels: stack, ..volume("tmp-v") })
        .with(Volume { scope: "global".into(), driver: "csi".into(), ..volume("tmp-w") });
    for path in ["container/tmp-a", "volume/tmp-v", "volume/tmp-w"] {
        assert_eq!(engine.class(path), "protected by swarm", "{path}");
    }
}

#[test]
fn protected_beats_expected_beats_safe() {
    let rules = "
expected: {volumes: [{name: prod-data}, {name: tmp-keep}]}
safe_to_delete: {patterns: [prod-*, tmp-*]}";
    let engine =
        Engine::under(rules).with(volume("prod-data")).with(volume("tmp-keep")).with(volume("tmp-go"));
    assert_eq!(engine.class("volume/prod-data"), "protected by protected.patterns[0]");
    assert_eq!(engine.class("volume/tmp-keep"), "expected by expected.volumes[1]");
    assert_eq!(engine.class("volume/tmp-go"), "safe-to-delete by safe_to_delete.patterns[1]");
}

#[test]
fn all_that_matched_is_explained_in_the_order_of_the_table() {
    let rules = "
protected: {patterns: [stable-*, prod-*], names: [prod-data], labels: [keep]}
expected: {volumes: [{name: x}, {name: 'prod-*'}]}
safe_to_delete: {patterns: [tmp-*, prod-d*]}
retention: {unused_volumes: {max_age: 0s}}";
    let it = Volume {
        labels: labels(&[("keep", "yes"), ("com.docker.stack.namespace", "shop")]),
        driver: "nfs".into(),
        faults: owned(&["odd"]),
        ..volume("prod-data")
    };
    let explained = Engine::under(rules).with(it).explain("volume/prod-data");
    let matched: Vec<String> =
        explained.matched.iter().map(|(class, why)| format!("{} {}", class.as_str(), why.rule)).collect();
    assert_eq!(
        matched,
        [
            "protected protected.names[0]",
            "protected protected.patterns[1]",
            "protected protected.labels[0]",
            "protected swarm",
            "expected expected.volumes[1]",
            "unknown incomplete",
            "unknown driver",
            "safe-to-delete safe_to_delete.patterns[1]",
            "safe-to-delete retention.unused_volumes",
        ]
    );
    assert_eq!(*explained.resource.reason, explained.matched[0].1, "the first decided");
}
