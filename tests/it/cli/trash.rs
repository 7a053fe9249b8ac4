//! What a cleanup takes away, kept in the trash, and an undo that makes it again.
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Mutex, mpsc};

use docker_steward::demo::{Container, DemoEngine, Effect, Fault, Image, Volume, World};
use serde_json::Value;

use super::{Called, Desk};

/// Junk with something in it: a volume of two files behind a container, an image of two tags that no registry has.
fn full(now: jiff::Timestamp) -> World {
    let mut world = World::empty(now);
    let (old, new) = (world.days_ago(40), world.hours_ago(3));
    world.add_image(Image::new("tools:1").created(old).size(2_000_000));
    world.add_image(Image::new("tmp-two:a").tag("tmp-two:b").created(old).size(7_000_000).declares("/data"));
    world.add_volume(
        Volume::new("tmp-v").created(old).label("who", "me").file("a", "hello").file("sub/b", "there"),
    );
    world.add_volume(Volume::new("prod_data").created(old).file("ledger", "priceless"));
    world.add_network(docker_steward::demo::Network::new("test-net").created(old));
    world.add_container(
        Container::new("tmp-c", "tools:1").created(old).exited(0, old, new).volume("tmp-v", "/v"),
    );
    world
}

async fn engine() -> DemoEngine {
    DemoEngine::start(full(jiff::Timestamp::now())).await.unwrap()
}

fn cleaned(desk: &Desk, engine: &DemoEngine, selected: &[&str], code: i32) -> Called {
    let mut plan = vec!["plan", "--out", "p.json"];
    plan.extend(selected.iter().flat_map(|name| ["--select", name]));
    let _ = std::fs::remove_file(desk.work().join("p.json"));
    desk.on(engine, &plan).expect(0);
    desk.on(engine, &["apply", "p.json", "--confirm", "APPLY CLEANUP", "--trash"]).expect(code)
}

fn last_run(desk: &Desk, engine: &DemoEngine) -> String {
    let history = desk.on(engine, &["history", "--format", "json"]).expect(0).json();
    history["cleanups"].as_array().unwrap().last().unwrap()["run"].as_str().unwrap().to_owned()
}

/// The archives in the trash.
fn archives(desk: &Desk) -> Vec<PathBuf> {
    let runs = std::fs::read_dir(desk.state().join("trash")).into_iter().flatten().map(|run| run.unwrap());
    let mut found: Vec<PathBuf> = runs
        .flat_map(|run| std::fs::read_dir(run.path()).unwrap())
        .map(|file| file.unwrap().path())
        .collect();
    found.sort();
    found
}

/// What an undo is to bring back: names, tags, labels and files.
fn held(engine: &DemoEngine) -> String {
    engine.with_world(|world| {
        let mut all: Vec<String> = world
            .volumes
            .iter()
            .map(|it| format!("volume {} {:?} {:?}", it.name, it.labels, it.files))
            .chain(world.images.iter().map(|it| format!("image {} {:?}", it.id, it.tags)))
            .chain(world.networks.iter().map(|it| format!("network {}", it.name)))
            .chain(world.containers.iter().map(|it| format!("container {} {}", it.name, it.image_id)))
            .collect();
        all.sort();
        all.join("\n")
    })
}

/// Every request that could change something, by method and path.
fn writes(engine: &DemoEngine, from: usize) -> Vec<String> {
    engine
        .requests()
        .into_iter()
        .skip(from)
        .filter(|(method, _)| method != "GET" && method != "HEAD")
        .map(|(method, path)| format!("{method} {path}"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_comes_back_with_its_data() {
    let (desk, engine) = (Desk::unwatched(), engine().await);
    let before = held(&engine);
    let all = ["container/tmp-c", "image/tmp-two:a", "image/tmp-two:b", "volume/tmp-v", "network/test-net"];
    let called = cleaned(&desk, &engine, &all, 0);
    assert!(called.err.contains("volumes with their data (for 30 d)"), "{}", called.err);
    assert!(called.err.contains("to take it back: docker-steward "), "{}", called.err);
    assert_ne!(held(&engine), before);
    let run = last_run(&desk, &engine);

    let list = desk.call(&["trash", "list", "--format", "json"]).expect(0).json();
    let rows: Vec<String> =
        list["trash"].as_array().unwrap().iter().map(|it| format!("{}/{}", it["kind"], it["name"])).collect();
    assert_eq!(rows, [r#""image"/"tmp-two:b""#, r#""volume"/"tmp-v""#]);
    let table = desk.call(&["trash", "list"]).expect(0).out;
    assert!(table.contains("volume/tmp-v") && table.contains("KEPT UNTIL"), "{table}");
    desk.call(&["trash", "verify"]).expect(0);

    let shown = desk.on(&engine, &["undo", &run]).expect(0).out;
    assert!(
        shown.contains(&format!("docker-steward trash export {run} image/tmp-two:b | docker load")),
        "{shown}"
    );
    assert!(!shown.contains("volume/tmp-v: it comes back empty"), "{shown}");

    let from = engine.requests().len();
    let undone = desk.call(&["-H", engine.url(), "undo", &run, "--confirm", "UNDO"]).expect(0);
    assert_eq!(undone.out, format!("undo of {run} complete: 5 of 5 made again\n"), "{}", undone.err);
    assert_eq!(held(&engine), before);
    let removals: Vec<String> =
        writes(&engine, from).into_iter().filter(|it| it.starts_with("DELETE")).collect();
    assert_eq!(removals.len(), 1, "its own helper, and nothing else: {removals:?}");

    let history = desk.on(&engine, &["history", "--format", "json"]).expect(0).json();
    let steps = history["cleanups"][0]["steps"].as_array().unwrap();
    assert!(steps.iter().all(|it| it["outcome"] == "done" && it["undone"].is_string()), "{steps:?}");
    assert!(desk.on(&engine, &["history"]).expect(0).out.contains("# tmp-v, made again by undo"));

    // All of it is there: what held data is not touched again, and nothing is made twice.
    let from = engine.requests().len();
    let again = desk.on(&engine, &["undo", &run, "--confirm", "UNDO"]).expect(4);
    assert!(again.err.contains("there is a volume of that name again"), "{}", again.err);
    assert!(again.err.contains("there is a container of that name again"), "{}", again.err);
    assert_eq!(writes(&engine, from), ["POST /v1.41/session"], "only the guard");
    assert_eq!(held(&engine), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_cleanup_left_behind_is_shown_and_goes_with_what_has_expired() {
    let (desk, engine) = (Desk::unwatched(), engine().await);
    cleaned(&desk, &engine, &["container/tmp-c", "volume/tmp-v", "network/test-net"], 0);
    let run = last_run(&desk, &engine);
    let kept = archives(&desk);
    let [archive] = &kept[..] else { panic!("{kept:?}") };
    // As if it had been killed while it saved the last step: what it had written by then has no line.
    let journal = desk.state().join("journal").join(format!("{run}.jsonl"));
    let lines = std::fs::read_to_string(&journal).unwrap();
    let without = |last: &dyn Fn(&str) -> bool| -> String {
        lines.lines().filter(|line| !last(line)).map(|line| line.to_owned() + "\n").collect()
    };
    let unbegun = without(&|line| line.contains(r#""step":2"#) || line.contains(r#""event":"end""#));
    assert_ne!(unbegun, lines);
    std::fs::write(&journal, &unbegun).unwrap();
    let folder = archive.parent().unwrap();
    let strays = [folder.join("2.tar"), folder.join("2.tar.part")];
    let others = [folder.join("notes.txt"), folder.join("7.tar")];
    for file in strays.iter().chain(&others) {
        std::fs::write(file, "x".repeat(3_000)).unwrap();
    }
    // A cleanup may be about to tell of what it has just written.
    let list = desk.call(&["trash", "list"]).expect(0).out;
    assert!(!list.contains("left behind"), "{list}");
    assert!(desk.call(&["trash", "expire"]).expect(0).err.contains("0 deleted"), "it may still be told of");
    // Nobody tells of them after two days.
    for file in strays.iter().chain(&others).chain(&kept) {
        let then = std::time::SystemTime::now() - std::time::Duration::from_hours(48);
        std::fs::File::options().write(true).open(file).unwrap().set_modified(then).unwrap();
    }
    // Where a line cannot be read, or a step was begun, an archive may be all that is left of something.
    let damaged = unbegun.replacen(r#""event":"saved""#, r#""event":"sav"#, 1);
    let begun = without(&|line| line.contains(r#""event":"saved""#));
    assert!(damaged != unbegun && begun != lines);
    for text in [&damaged, &begun] {
        std::fs::write(&journal, text).unwrap();
        let list = desk.call(&["trash", "list"]).expect(0).out;
        assert!(!list.contains("left behind"), "{list}\n{text}");
        assert!(desk.call(&["trash", "expire"]).expect(0).err.contains("0 deleted"));
    }
    std::fs::write(&journal, &unbegun).unwrap();
    let list = desk.call(&["trash", "list"]).expect(0).out;
    assert!(list.contains("6.0 kB more in 2 archives, left behind"), "{list}");
    desk.call(&["trash", "verify"]).expect(0);
    let shown = desk.call(&["trash", "expire", "--dry-run"]).expect(0);
    assert!(shown.err.contains("2 would be deleted, 6.0 kB; 1 kept"), "{}", shown.err);
    assert_eq!(archives(&desk).len(), 5);
    let called = desk.call(&["trash", "expire"]).expect(0);
    assert_eq!(called.out.matches(" left behind 3.0 kB").count(), 2, "{}", called.out);
    let mut left: Vec<PathBuf> = others.into_iter().chain(kept).collect();
    left.sort();
    assert_eq!(archives(&desk), left, "what a journal tells of stays, and what is not a cleanup's");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_comes_back_with_all_its_tags_and_moves_none() {
    let (desk, engine) = (Desk::unwatched(), engine().await);
    cleaned(&desk, &engine, &["image/tmp-two:a", "image/tmp-two:b"], 0);
    let run = last_run(&desk, &engine);
    // Somebody has given one of the tags to another image meanwhile.
    engine.with_world(|world| world.tag("tools:1", "tmp-two:a"));
    let undone = desk.on(&engine, &["undo", &run, "--confirm", "UNDO"]).expect(4);
    assert!(
        undone.err.contains("not made      image/tmp-two:a: its tag is on another image by now"),
        "{}",
        undone.err
    );
    assert!(undone.err.contains("made          image/tmp-two:b\n"), "{}", undone.err);
    engine.with_world(|world| {
        assert_eq!(world.image_mut("tmp-two:b").unwrap().tags, ["tmp-two:b"]);
        assert_eq!(world.image_mut("tools:1").unwrap().tags, ["tmp-two:a", "tools:1"]);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_saved_stays() {
    let answers = |status: Effect| Fault::new("GET", "archive?", status);
    let refuses = |method: &str, path: &str| Fault::new(method, path, Effect::Status(500, "no".to_owned()));
    let broken = [
        ("the archive is refused", refuses("GET", "archive?")),
        ("the archive is cut off", answers(Effect::Truncate)),
        ("the archive is an error", answers(Effect::NotJson)),
        ("the connection breaks", answers(Effect::Drop)),
        ("no helper", refuses("POST", "/containers/create")),
        ("the helper stays", refuses("DELETE", "/containers/")),
    ];
    for (what, fault) in broken {
        let (desk, engine) = (Desk::unwatched(), engine().await);
        engine.with_world(|world| world.containers.clear());
        let before = held(&engine);
        let fired = fault.fired();
        engine.inject(fault);
        let called = cleaned(&desk, &engine, &["volume/tmp-v"], 4);
        assert!(fired.count() > 0, "{what}: the fault never struck");
        assert!(called.err.contains("what it holds could not be saved"), "{what}: {}", called.err);
        let gone: Vec<String> = writes(&engine, 0)
            .into_iter()
            .filter(|it| it.contains("DELETE") && it.contains("/volumes/"))
            .collect();
        assert_eq!(gone, [""; 0], "{what}");
        assert!(archives(&desk).is_empty(), "{what}: {:?}", archives(&desk));
        if what == "the helper stays" {
            assert!(called.err.contains("`docker rm "), "{}", called.err);
        } else {
            assert_eq!(held(&engine), before, "{what}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_keeps_the_volume() {
    let (desk, engine) = (Desk::unwatched(), engine().await);
    engine.with_world(|world| world.containers.clear());
    std::fs::create_dir_all(desk.state()).unwrap();
    // A file where the folder is to be: nothing can be written there.
    std::fs::write(desk.state().join("trash"), "").unwrap();
    let called = cleaned(&desk, &engine, &["volume/tmp-v"], 4);
    assert!(called.err.contains("what it holds could not be saved"), "{}", called.err);
    assert!(writes(&engine, 0).iter().all(|it| !it.starts_with("DELETE")), "{:?}", writes(&engine, 0));
}

/// A disk that is full stops whatever else writes to it, an engine's databases first.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn what_there_is_no_room_for_stays_before_the_disk_is_full() {
    let (desk, engine) = (Desk::unwatched(), engine().await);
    engine.with_world(|world| {
        world.containers.clear();
        world.volumes.iter_mut().for_each(|it| it.size = 1 << 60);
        world.images.iter_mut().for_each(|it| it.layers.iter_mut().for_each(|layer| layer.size = 1 << 60));
    });
    let called = cleaned(&desk, &engine, &["volume/tmp-v", "image/tmp-two:a", "image/tmp-two:b"], 4);
    for told in [
        "! the trash has room for",
        "no room for the 1.2 EB that it takes on the disk of the trash",
        "no room for the 2.3 EB that it takes",
    ] {
        assert!(called.err.contains(told), "{told}: {}", called.err);
    }
    // One of the tags goes, since the other still has the image.
    let writes = writes(&engine, 0);
    assert_eq!(writes.iter().filter(|it| it.starts_with("DELETE")).count(), 1, "{writes:?}");
    assert!(writes.iter().all(|it| !it.contains("/containers/create")), "nothing was read: {writes:?}");
    assert!(archives(&desk).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_while_it_is_saved_stays_and_leaves_no_copy() {
    let (desk, engine) = (Desk::unwatched(), engine().await);
    engine.with_world(|world| world.containers.clear());
    let fault = Fault::new(
        "GET",
        "archive?",
        Effect::After(Box::new(|world| {
            world.add_container(Container::new("late", "tools:1").volume("tmp-v", "/v"));
        })),
    );
    let fired = fault.fired();
    engine.inject(fault);
    let called = cleaned(&desk, &engine, &["volume/tmp-v"], 4);
    assert!(fired.count() > 0);
    assert!(called.err.contains("skipped"), "{}", called.err);
    assert!(engine.with_world(|world| world.volumes.iter().any(|it| it.name == "tmp-v")));
    assert!(archives(&desk).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_or_expired_archive_brings_nothing_back_and_makes_nothing() {
    let (desk, engine) = (Desk::unwatched(), engine().await);
    engine.with_world(|world| world.containers.clear());
    cleaned(&desk, &engine, &["volume/tmp-v"], 0);
    let run = last_run(&desk, &engine);
    let archive = archives(&desk).pop().unwrap();
    let mut bytes = std::fs::read(&archive).unwrap();
    bytes[700] ^= 1;
    std::fs::write(&archive, &bytes).unwrap();
    let verified = desk.call(&["trash", "verify"]).expect(1);
    assert!(verified.out.contains("volume/tmp-v DAMAGED: it is not what was saved"), "{}", verified.out);
    let out = desk.work().join("v.tar");
    desk.call(&["trash", "export", &run, "volume/tmp-v", "--out", out.to_str().unwrap()]).expect(1);

    let from = engine.requests().len();
    let undone = desk.on(&engine, &["undo", &run, "--confirm", "UNDO"]).expect(4);
    assert!(undone.err.contains("what the trash kept cannot be used"), "{}", undone.err);
    assert_eq!(
        writes(&engine, from),
        ["POST /v1.41/session"],
        "an empty volume in its place would hide the loss"
    );

    let shown = desk.call(&["trash", "expire", "--dry-run", "--older-than", "0s"]).expect(0);
    assert!(shown.out.contains("volume/tmp-v") && archive.exists());
    assert!(desk.call(&["trash", "expire"]).expect(0).err.starts_with("0 deleted"), "its time has not come");
    desk.call(&["trash", "expire", "--older-than", "0s"]).expect(0);
    assert!(!archive.exists());
    assert_eq!(desk.call(&["trash", "list"]).expect(0).out.lines().count(), 1);
    let undone = desk.on(&engine, &["undo", &run, "--confirm", "UNDO"]).expect(4);
    assert!(undone.err.contains("it has expired"), "{}", undone.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_is_what_was_saved() {
    let (desk, engine) = (Desk::unwatched(), engine().await);
    engine.with_world(|world| world.containers.clear());
    cleaned(&desk, &engine, &["volume/tmp-v"], 0);
    let run = last_run(&desk, &engine);
    let out = assert_cmd::Command::from_std(desk.command(&["trash", "export", &run, "volume/tmp-v"]))
        .output()
        .unwrap();
    assert!(out.status.success());
    let mut archive = tar::Archive::new(out.stdout.as_slice());
    let names: Vec<String> = archive
        .entries()
        .unwrap()
        .map(|entry| entry.unwrap().path().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names, ["docker-steward/", "docker-steward/a", "docker-steward/sub/b"]);
    desk.call(&["trash", "export", &run, "volume/tmp-v", "--out", "v.tar"]).expect(0);
    assert_eq!(std::fs::read(desk.work().join("v.tar")).unwrap(), out.stdout);
    let again = desk.call(&["trash", "export", &run, "volume/tmp-v", "--out", "v.tar"]).expect(1);
    assert!(again.err.contains("v.tar cannot be made"), "{}", again.err);
    desk.call(&["trash", "export", &run, "volume/other"]).expect(1);
    desk.call(&["trash", "export", "20260101T000000000Z-1", "volume/tmp-v"]).expect(1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let archive = archives(&desk).pop().unwrap();
        assert_eq!((mode(&archive), mode(archive.parent().unwrap())), (0o600, 0o700));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_is_refused_where_a_cleanup_would_be() {
    let (desk, engine) = (Desk::unwatched(), engine().await);
    cleaned(&desk, &engine, &["volume/tmp-v", "container/tmp-c"], 0);
    let run = last_run(&desk, &engine);
    let mut others = Vec::new();
    let changes: [fn(&mut docker_steward::demo::Engine); 3] = [
        |engine| "OTHER".clone_into(&mut engine.id),
        |engine| "clone".clone_into(&mut engine.name),
        |engine| "/mnt/docker".clone_into(&mut engine.root),
    ];
    for change in changes {
        let mut world = full(jiff::Timestamp::now());
        change(&mut world.engine);
        others.push(DemoEngine::start(world).await.unwrap());
    }
    let confirmed = ["undo", &run, "--confirm", "UNDO"];
    let from = engine.requests().len();
    let refused = |called: Called, why: &str| assert!(called.expect(3).err.contains(why), "{why}");
    refused(desk.on(&engine, &["undo", &run, "--confirm", "undo"]), "Type UNDO, exactly");
    refused(desk.on(&engine, &["undo", &run, "--confirm", "APPLY CLEANUP"]), "Type UNDO, exactly");
    refused(desk.on(&engine, &[&confirmed[..], &["--read-only"]].concat()), "read-only");
    refused(desk.call(&[&confirmed[..], &["-H", engine.url(), "--env", "production"]].concat()), "read-only");
    assert_eq!(writes(&engine, from), [""; 0]);
    for other in &others {
        refused(desk.on(other, &confirmed), "on another engine");
        assert_eq!(writes(other, 0), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_volume_that_somebody_fills_meanwhile_is_left_alone() {
    let (desk, engine) = (Desk::unwatched(), engine().await);
    engine.with_world(|world| world.containers.clear());
    cleaned(&desk, &engine, &["volume/tmp-v"], 0);
    let run = last_run(&desk, &engine);
    // Compose makes it and its database writes into it, right before our creation, which answers as if it were ours.
    let fault = Fault::new(
        "POST",
        "/volumes/create",
        Effect::Before(Box::new(|world| world.add_volume(Volume::new("tmp-v").file("new", "data")))),
    );
    let fired = fault.fired();
    engine.inject(fault);
    let undone = desk.on(&engine, &["undo", &run, "--confirm", "UNDO"]).expect(4);
    assert_eq!(fired.count(), 1);
    assert!(undone.err.contains("the volume is not empty"), "{}", undone.err);
    let files =
        engine.with_world(|world| world.volumes.iter().find(|it| it.name == "tmp-v").unwrap().files.clone());
    assert_eq!(files.keys().collect::<Vec<_>>(), ["new"]);
    assert!(engine.with_world(|world| world.containers.is_empty()), "the helper is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ssot_says_whether_and_how_long() {
    let (desk, engine) = (Desk::unwatched(), engine().await);
    let file = desk.work().join("ssot/staging.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}\ntrash: {{keep: 7d}}\n")).unwrap();
    engine.with_world(|world| world.containers.clear());
    desk.on(&engine, &["plan", "--select", "volume/tmp-v", "--out", "tmp-v.json"]).expect(0);
    let applied = desk.on(&engine, &["apply", "tmp-v.json", "--confirm", "APPLY CLEANUP"]).expect(0);
    assert!(applied.err.contains("volumes with their data (for 7 d)"), "{}", applied.err);
    let kept: Value = desk.call(&["trash", "list", "--format", "json"]).expect(0).json();
    let time = |key: &str| -> jiff::Timestamp { kept["trash"][0][key].as_str().unwrap().parse().unwrap() };
    assert_eq!((time("expires") - time("saved")).get_seconds() / 3600, 7 * 24);

    std::fs::write(&file, format!("{text}\ntrash:\n")).unwrap();
    let wrong = desk.on(&engine, &["audit"]).expect(1);
    assert!(wrong.err.contains("trash"), "{}", wrong.err);
    std::fs::write(&file, format!("{text}\ntrash: {{keep: 7}}\n")).unwrap();
    assert!(desk.on(&engine, &["audit"]).expect(1).err.contains("has no unit"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_it_nothing_is_kept_and_that_is_said() {
    let (desk, engine) = (Desk::unwatched(), engine().await);
    engine.with_world(|world| world.containers.clear());
    desk.on(&engine, &["plan", "--select", "volume/tmp-v", "--out", "p.json"]).expect(0);
    let applied = desk.on(&engine, &["apply", "p.json", "--confirm", "APPLY CLEANUP"]).expect(0);
    assert!(
        applied.err.contains("gone for good: volumes' data (--trash keeps what it can)"),
        "{}",
        applied.err
    );
    assert!(archives(&desk).is_empty());
    assert!(writes(&engine, 0).iter().all(|it| !it.contains("/containers/create")), "no helper");
    let run = last_run(&desk, &engine);
    let undone = desk.on(&engine, &["undo", &run, "--confirm", "UNDO"]).expect(0);
    assert!(undone.out.contains("1 of 1 made again"), "{}", undone.out);
    assert!(
        engine.with_world(|world| world.volumes.iter().any(|it| it.name == "tmp-v" && it.files.is_empty()))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_image_is_left_one_is_made_and_removed_again() {
    let (desk, engine) = (Desk::unwatched(), engine().await);
    engine.with_world(|world| {
        world.containers.clear();
        // What is left declares a volume, which a helper of it would leave behind.
        world.images.retain(|image| !image.volumes.is_empty());
    });
    let before = held(&engine);
    cleaned(&desk, &engine, &["volume/tmp-v"], 0);
    assert!(writes(&engine, 0).iter().any(|it| it == "POST /v1.41/images/create?fromSrc=-"));
    let run = last_run(&desk, &engine);
    desk.on(&engine, &["undo", &run, "--confirm", "UNDO"]).expect(0);
    assert_eq!(held(&engine), before, "nothing of the helper is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_and_not_wholly_is_told_to_be_there() {
    let (desk, engine) = (Desk::unwatched(), engine().await);
    let now = jiff::Timestamp::now();
    engine.with_world(|world| world.containers[0] = world.containers[0].clone().running(now));
    cleaned(&desk, &engine, &["container/tmp-c", "volume/tmp-v"], 0);
    let run = last_run(&desk, &engine);
    let refuses = |method: &str, path: &str| Fault::new(method, path, Effect::Status(500, "no".to_owned()));
    for (fault, told) in [
        (refuses("PUT", "archive?"), "volume/tmp-v: it was made, and its data is not in it: "),
        (refuses("POST", "start"), "container/tmp-c: it was made, and not all of it: "),
    ] {
        let fired = fault.fired();
        engine.inject(fault);
        let undone = desk.on(&engine, &["undo", &run, "--confirm", "UNDO"]).expect(4);
        assert_eq!(fired.count(), 1);
        assert!(undone.err.contains(told), "{}", undone.err);
        engine.with_world(|world| {
            assert!(world.containers.iter().all(|it| it.name == "tmp-c"), "no helper is left");
            world.containers.clear();
        });
    }
    // As it was told: out of the way with it, and another try.
    engine.with_world(|world| world.volumes.retain(|it| it.name != "tmp-v"));
    desk.on(&engine, &["undo", &run, "--confirm", "UNDO"]).expect(0);
    assert!(engine.with_world(|world| world.volumes.iter().any(|it| it.files.contains_key("sub/b"))));
    assert!(engine.with_world(|world| world.containers[0].state.is_running()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unattended_pass_deletes_what_is_past_its_time_and_nothing_goes_there_unasked() {
    let (desk, engine) = (Desk::unwatched(), engine().await);
    engine.with_world(|world| world.containers.clear());
    let file = desk.work().join("ssot/staging.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    let confirmed = ["apply", "p.json", "--confirm", "APPLY CLEANUP"];
    for (keep, option, left_by_apply, left_by_run) in
        [("0s", None, 1, 0), ("1d", None, 1, 1), ("1d", Some("--no-trash"), 0, 0)]
    {
        let _ = std::fs::remove_dir_all(desk.state().join("trash"));
        let _ = std::fs::remove_file(desk.work().join("p.json"));
        engine.with_world(|world| world.add_volume(Volume::new("tmp-v").file("a", "hello")));
        std::fs::write(&file, format!("{text}\ntrash: {{keep: {keep}}}\n")).unwrap();
        desk.on(&engine, &["plan", "--select", "volume/tmp-v", "--out", "p.json"]).expect(0);
        let words: Vec<&str> = confirmed.into_iter().chain(option).collect();
        desk.on(&engine, &words).expect(0);
        assert_eq!(archives(&desk).len(), left_by_apply, "{keep} {option:?}");
        desk.on(&engine, &["run"]).expect(0);
        assert_eq!(archives(&desk).len(), left_by_run, "{keep} {option:?}");
    }
}

/// Applies the plan, and kills the steward when the engine has done what the `nth` request of this kind asks and not
/// answered yet; none if there were fewer.
async fn killed_at(
    now: jiff::Timestamp,
    plan: &str,
    (method, path): (&str, &str),
    nth: usize,
) -> Option<(Desk, DemoEngine)> {
    let (desk, engine) = (Desk::unwatched(), DemoEngine::start(full(now)).await.unwrap());
    std::fs::write(desk.work().join("p.json"), plan).unwrap();
    let (known, pid) = mpsc::channel::<u32>();
    let pid = Mutex::new(pid);
    let kill = move |_: &mut World| {
        let pid = pid.lock().unwrap().recv().unwrap().to_string();
        assert!(std::process::Command::new("kill").args(["-s", "KILL", &pid]).status().unwrap().success());
    };
    let fault = Fault::new(method, path, Effect::After(Box::new(kill))).nth(nth);
    let fired = fault.fired();
    engine.inject(fault);
    let words = ["apply", "p.json", "--confirm", "APPLY CLEANUP", "--trash"];
    let mut command = desk.command(&[&["-H", engine.url(), "--env", "staging"], &words[..]].concat());
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    known.send(child.id()).unwrap();
    tokio::task::spawn_blocking(move || child.wait().unwrap()).await.unwrap();
    (fired.count() > 0).then_some((desk, engine))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_request_loses_no_data_and_an_undo_brings_all_of_it_back() {
    let now = jiff::Timestamp::now();
    let (desk, engine) = (Desk::unwatched(), DemoEngine::start(full(now)).await.unwrap());
    let mut words = vec!["plan", "--out", "p.json"];
    let selected = ["container/tmp-c", "image/tmp-two:a", "image/tmp-two:b", "volume/tmp-v"];
    words.extend(selected.iter().flat_map(|name| ["--select", name]));
    desk.on(&engine, &words).expect(0);
    let plan = desk.read("p.json");
    let wanted = held(&engine);
    // As doctor says: what was left is removed by hand.
    let helpers = |engine: &DemoEngine| {
        engine.with_world(|world| {
            let before = world.containers.len();
            world.containers.retain(|it| !it.name.starts_with("docker-steward-helper-"));
            before - world.containers.len()
        })
    };
    let (_, made) = killed_at(now, &plan, ("POST", "/containers/create"), 1).await.expect("a helper is made");
    assert_eq!(helpers(&made), 1, "it stays");
    let (mut nth, mut lost) = (1, 0);
    while let Some((desk, engine)) = killed_at(now, &plan, ("*", "/"), nth).await {
        helpers(&engine);
        if held(&engine) != wanted {
            lost += 1;
            desk.on(&engine, &["audit"]).expect(0);
            desk.call(&["trash", "verify"]).expect(0);
            let run = last_run(&desk, &engine);
            let undone = desk.on(&engine, &["undo", &run, "--confirm", "UNDO"]);
            assert_eq!(held(&engine), wanted, "killed at request {nth}: {}{}", undone.out, undone.err);
        }
        nth += 1;
    }
    assert!(nth > 20 && lost > 5, "{nth} requests, {lost} with something gone");
}
