//! What grows with the years: read from the end, without what is not asked for, and no file without bound.
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use docker_steward::demo::{Container, DemoEngine, Image, World};
use docker_steward::records::history::{Broken, newest, write_json};
use docker_steward::records::{AuditLog, AuditRecord, History, json, open_bounded_private, predecessor};
use jiff::Timestamp;

use crate::support::steward::{QUICK, Stage};

const NOWHERE: &str = "/nowhere";

/// A log of so many audits, each with names, in parts of about ten.
fn log(folder: &Path, audits: usize) -> AuditLog {
    let log = AuditLog::at(folder.join("log.jsonl")).in_parts_of(10_000);
    for at in 0..audits {
        let names: Vec<String> = (0..20).map(|name| format!("\"service-{at}-{name}\u{202e}\"")).collect();
        let text = format!(
            r#"{{"timestamp":"2026-05-01T00:00:00Z","host":"h{at}","env":"staging","engine_id":"E","drift":{at},
            "steward_version":"0.1.0","containers_extra":[{}],"volumes_missing":["data"]}}"#,
            names.join(",")
        );
        log.append(serde_json::from_str(&text).unwrap()).unwrap();
    }
    assert!(log.parts().unwrap().len() > 2, "it has parts");
    log
}

fn hosts(audits: &[AuditRecord]) -> Vec<&str> {
    audits.iter().map(|it| it.host.as_str()).collect()
}

#[test]
fn the_newest_audits_are_had_without_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let log = log(folder.path(), 45);
    let whole = History::read(log.path(), Path::new(NOWHERE)).unwrap();
    assert_eq!((whole.audits.len(), &whole.breaks[..]), (45, &[][..]));
    let length = |path: &Path| std::fs::metadata(path).unwrap().len();
    let all = log.parts().unwrap().iter().map(|part| length(part)).sum::<u64>() + length(log.path());
    for most in [0, 1, 900, 5_000, length(log.path()), length(log.path()) + 1, 15_000, all - 1, all, all * 2]
    {
        let (found, earlier) = History::recent(log.path(), Path::new(NOWHERE), most).unwrap();
        assert!(found.breaks.is_empty(), "{most} bytes: {:?}", found.breaks);
        assert_eq!(earlier, most < all, "{most} bytes");
        let wanted = &whole.audits[45 - found.audits.len()..];
        assert_eq!(found.audits, wanted, "{most} bytes");
        let held: usize = found.audits.iter().map(|it| json::line(it).unwrap().len() + 1).sum();
        assert!(held as u64 <= most, "{held} of {most} bytes");
        let next = &whole.audits[..45 - found.audits.len()];
        let more = next.last().map_or(most, |it| (held + json::line(it).unwrap().len() + 1) as u64);
        assert!(more >= most.min(all), "one more would have had room: {most} bytes");
    }
}

#[test]
fn what_was_changed_among_the_newest_shows_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let log = log(folder.path(), 45);
    let part = log.parts().unwrap().pop().unwrap();
    let text = std::fs::read_to_string(&part).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let changed =
        text.replace(lines[lines.len() - 2], &lines[lines.len() - 2].replace("\"drift\":", "\"drift\":9"));
    std::fs::write(&part, changed).unwrap();
    let (found, earlier) = History::recent(log.path(), Path::new(NOWHERE), 15_000).unwrap();
    assert!(earlier && found.audits.len() > 5, "{:?}", hosts(&found.audits));
    let [one] = &found.breaks[..] else { panic!("{:?}", found.breaks) };
    assert_eq!((one.line, &one.what), (lines.len(), &Broken::Altered));
    let whole = History::read(log.path(), Path::new(NOWHERE)).unwrap();
    assert_eq!(whole.breaks, found.breaks);
}

#[test]
fn a_list_of_audits_needs_no_names() {
    let folder = tempfile::tempdir().unwrap();
    let log = log(folder.path(), 45);
    let whole = History::read(log.path(), Path::new(NOWHERE)).unwrap();
    let brief = History::brief(log.path(), Path::new(NOWHERE)).unwrap();
    assert_eq!((brief.audits.len(), &brief.breaks), (45, &whole.breaks));
    for (brief, whole) in brief.audits.iter().zip(&whole.audits) {
        assert_eq!((brief.drift, &brief.host, &brief.previous), (whole.drift, &whole.host, &whole.previous));
        assert_eq!((brief.containers_extra.0, brief.volumes_missing.0, brief.images_extra.0), (20, 1, 0));
    }
    // What is no record with its names is none without them.
    let odd = r#"{"timestamp":"2026-05-01T00:00:00Z","env":"staging","containers_extra":["a",7]}"#;
    let path = folder.path().join("odd.jsonl");
    std::fs::write(&path, format!("{odd}\n{}\n", odd.replace("\"a\",7", "\"a\\\"\",\"b\""))).unwrap();
    let whole = History::read(&path, Path::new(NOWHERE)).unwrap();
    let brief = History::brief(&path, Path::new(NOWHERE)).unwrap();
    assert_eq!((whole.audits.len(), brief.audits.len(), brief.audits[0].containers_extra.0), (1, 1, 2));
    assert!(matches!(whole.breaks[0].what, Broken::Unreadable(_)), "{:?}", whole.breaks);
    assert_eq!(brief.breaks, whole.breaks);
}

#[test]
fn json_that_is_written_as_it_is_read_is_that_of_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.jsonl");
    let log = log(folder.path(), 45);
    for path in [&empty, log.path()] {
        let whole = History::read(path, Path::new(NOWHERE)).unwrap();
        let none: [u8; 0] = [];
        let wanted = serde_json::json!({ "schema": 1, "audits": whole.audits, "cleanups": none });
        let mut text = Vec::new();
        let told = write_json(path, Path::new(NOWHERE), &mut text).unwrap();
        assert!(told.breaks.is_empty() && told.unreadable.is_empty());
        assert_eq!(String::from_utf8(text).unwrap(), json::pretty(&wanted).unwrap());
    }
}

#[test]
fn the_last_audit_is_found_behind_those_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let log = log(folder.path(), 45);
    let record = |env: &str, engine: &str, host: &str| -> AuditRecord {
        let json = serde_json::json!({ "timestamp": "2026-06-01T00:00:00Z", "env": env, "engine_id": engine, "host": host });
        serde_json::from_value(json).unwrap()
    };
    log.append(record("staging", "F", "h")).unwrap();
    let last = |env: &str, engine: &str, host: &str| log.last_like(&record(env, engine, host));
    let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
    assert_eq!(last("staging", "E", "h44"), at("2026-05-01T00:00:00Z"));
    assert_eq!(last("staging", "F", "h"), at("2026-06-01T00:00:00Z"));
    assert_eq!(last("staging", "F", "clone"), None);
    assert_eq!(last("staging", "G", "h"), None);
    assert_eq!(last("prod", "E", "h44"), None);
    assert_eq!(log.last_of("staging"), None, "it speaks of two engines");
    let host = |ours: &dyn Fn(&AuditRecord) -> bool| {
        newest(log.path(), ours).unwrap().map(|it| (it.host, it.containers_extra.len()))
    };
    assert_eq!(host(&|it| it.engine_id.as_deref() == Some("E")), Some(("h44".to_owned(), 20)));
    assert_eq!(host(&|it| it.drift == Some(3)), Some(("h3".to_owned(), 20)), "in the first part");
    assert_eq!(host(&|it| it.env == "prod"), None);
    assert_eq!(newest(&folder.path().join("none.jsonl"), |_| true).unwrap(), None);
}

#[test]
fn what_is_nobodys_evidence_makes_room() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alerts.jsonl");
    let before = predecessor(&path);
    assert_eq!(before, folder.path().join("alerts.1.jsonl"));
    open_bounded_private(&path).unwrap().set_len(8 * 1024 * 1024 - 1).unwrap();
    open_bounded_private(&path).unwrap();
    assert!(!before.exists(), "there is room");
    for round in 0..2 {
        let full = 8 * 1024 * 1024 + round;
        open_bounded_private(&path).unwrap().set_len(full).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let mut file = open_bounded_private(&path).unwrap();
                    file.write_all(b"x\n").unwrap();
                });
            }
        });
        assert_eq!(std::fs::metadata(&before).unwrap().len(), full, "the one before it stays");
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 16, "and nothing that was written is lost");
    }
}

#[tokio::test]
async fn a_look_without_news_leaves_the_ledger_as_it_is() {
    let mut world = World::empty(Timestamp::now());
    world.add_image(Image::new("tools:1").size(1));
    world.add_container(Container::new("web", "tools:1"));
    let engine = DemoEngine::start(world).await.unwrap();
    let stage = Stage::open(engine.url(), "staging", "", QUICK).await.unwrap();
    let file = stage.session.paths().ledger(&stage.session.engine().binding());
    // It is replaced whole, and so another file each time that it is written, or a later one under the same number.
    let written = || std::fs::metadata(&file).map(|it| (it.ino(), it.mtime(), it.mtime_nsec())).unwrap();
    stage.look().await;
    let first = written();
    for _ in 0..5 {
        stage.look().await;
    }
    assert_eq!(written(), first);
    let size = std::fs::metadata(&file).unwrap().len();
    for round in 0..20 {
        engine.with_world(|world| {
            world.vanish_container(if round == 0 { "web" } else { "web-next" });
            world.add_container(Container::new("web-next", "tools:1"));
        });
        stage.look().await;
    }
    assert_ne!(written(), first, "news is written");
    assert!(std::fs::metadata(&file).unwrap().len() < size + 200, "and what is gone is not kept");
}
