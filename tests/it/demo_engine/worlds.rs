//! The worlds that `--demo` shows.
use docker_steward::demo::{DemoEngine, World};
use futures_util::StreamExt as _;
use jiff::Timestamp;
use serde_json::Value;

use super::serve;

const PAGES: [&str; 4] = ["/containers/json?all=1&size=1", "/images/json?all=1", "/volumes", "/networks"];

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

#[tokio::test]
async fn a_world_is_the_same_all_day() {
    for make in [World::droplet, World::desktop] {
        let (_morning, morning) = serve(make(at("2026-03-01T00:00:01Z"))).await;
        let (_evening, evening) = serve(make(at("2026-03-01T23:59:59Z"))).await;
        for page in PAGES {
            let (mut early, mut late) = (morning.get(page).await.json(), evening.get(page).await.json());
            // `Up 5 hours`: the only thing that the hour shows in.
            for rows in [&mut early, &mut late] {
                for row in rows.as_array_mut().into_iter().flatten() {
                    row["Status"] = Value::Null;
                }
            }
            assert_eq!(early, late, "{page}");
        }
        let identity = |info: Value| (info["ID"].clone(), info["Name"].clone());
        assert_eq!(identity(morning.get("/info").await.json()), identity(evening.get("/info").await.json()));
    }
}

#[tokio::test]
async fn the_engines_clock_starts_when_the_world_says() {
    let (engine, api) = serve(World::droplet(at("2024-02-29T12:00:00Z"))).await;
    let clock = async || api.get("/info").await.json()["SystemTime"].as_str().unwrap().to_owned();
    assert!(clock().await.starts_with("2024-02-29T12:0"));
    engine.with_world(|world| world.skew_clock(jiff::SignedDuration::from_hours(24 * 400)));
    assert!(clock().await.starts_with("2025-04-04T12:0"));
}

#[tokio::test]
async fn the_droplet_holds_what_the_seeds_name() {
    let (_engine, api) = serve(World::droplet(Timestamp::now())).await;
    let containers = api.get("/containers/json?all=1").await.json();
    let names: Vec<_> =
        containers.as_array().unwrap().iter().map(|row| row["Names"][0].as_str().unwrap()).collect();
    for name in [
        "odoo-staging",
        "odoo-staging-db",
        "odoo-erp-prod",
        "odoo-db-sgp1",
        "ipai-superset",
        "n8n",
        "mcp-coordinator",
        "Prod-caps",
        "shop_prod-db_1",
        "tmp-debug-container",
        "test-experiment-1",
        "experiment-run",
        "product-test",
        "random_name",
        "monitor",
    ] {
        assert!(names.contains(&format!("/{name}").as_str()), "{name}");
    }
    let images = api.get("/images/json").await.json();
    let tags: Vec<_> =
        images.as_array().unwrap().iter().flat_map(|row| row["RepoTags"].as_array().unwrap()).collect();
    for tag in [
        "odoo:18.0",
        "postgres:16-alpine",
        "ipai-superset:stable-2.1",
        "old-experiment:v1",
        "mcp/fetch:latest",
    ] {
        assert!(tags.contains(&&Value::from(tag)), "{tag}");
    }
    let volumes = api.get("/volumes").await.json();
    let volumes: Vec<_> =
        volumes["Volumes"].as_array().unwrap().iter().map(|volume| &volume["Name"]).collect();
    for name in
        ["odoo-staging-db-data", "odoo-staging-filestore", "prod_pgdata", "old-volume-xyz", "tmp-cache"]
    {
        assert!(volumes.contains(&&Value::from(name)), "{name}");
    }
}

/// The steward's client reads every field of every reply; a missing or mistyped one fails here.
#[tokio::test]
async fn bollard_reads_everything() {
    use bollard::exec::{CreateExecOptions, StartExecResults};
    use bollard::query_parameters as query;

    for make in [World::droplet, World::desktop] {
        let mut world = make(Timestamp::now());
        world.df_delay = std::time::Duration::ZERO;
        let engine = DemoEngine::listen(world, "tcp://127.0.0.1:0").await.unwrap();
        let docker =
            bollard::Docker::connect_with_http(engine.url(), 10, bollard::API_DEFAULT_VERSION).unwrap();
        docker.version().await.unwrap();
        docker.info().await.unwrap();
        let all = query::ListContainersOptionsBuilder::new().all(true).size(true).build();
        let containers = docker.list_containers(Some(all)).await.unwrap();
        for container in &containers {
            let id = container.id.as_deref().unwrap();
            docker.inspect_container(id, None::<query::InspectContainerOptions>).await.unwrap();
        }
        let all = query::ListImagesOptionsBuilder::new().all(true).build();
        for image in docker.list_images(Some(all)).await.unwrap() {
            docker.inspect_image(&image.id).await.unwrap();
        }
        let volumes = docker.list_volumes(None::<query::ListVolumesOptions>).await.unwrap();
        for volume in volumes.volumes.unwrap() {
            docker.inspect_volume(&volume.name).await.unwrap();
        }
        for network in docker.list_networks(None::<query::ListNetworksOptions>).await.unwrap() {
            let id = network.id.unwrap();
            docker.inspect_network(&id, None::<query::InspectNetworkOptions>).await.unwrap();
        }
        let postgres =
            containers.iter().find(|row| row.image.as_deref() == Some("postgres:16-alpine")).unwrap();
        let options = CreateExecOptions {
            cmd: Some(vec!["pg_isready"]),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            ..CreateExecOptions::default()
        };
        let exec = docker.create_exec(postgres.id.as_deref().unwrap(), options).await.unwrap();
        let StartExecResults::Attached { mut output, .. } = docker.start_exec(&exec.id, None).await.unwrap()
        else {
            panic!("not attached");
        };
        let said = output.next().await.unwrap().unwrap().to_string();
        assert!(said.contains("accepting connections"), "{said}");
        assert_eq!(docker.inspect_exec(&exec.id).await.unwrap().exit_code, Some(0));
    }
}
