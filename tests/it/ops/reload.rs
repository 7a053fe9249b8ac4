//! A session goes by its SSOT as the file says it now, and an SSOT is never written over what others wrote.
use docker_steward::demo::{DemoEngine, World};
use docker_steward::records::Paths;
use docker_steward::session::{Options, Session};
use docker_steward::ssot::edit::replace_text;
use docker_steward::ssot::find::Dirs;
use docker_steward::steward::Class;
use jiff::Timestamp;

const STAGING: &str = "version: 1\nenvironment: staging\ncleanup: confirm\nprotected: {patterns: [prod-*]}\n";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_just_written_counts_and_what_is_wrong_does_not() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("staging.yaml");
    std::fs::write(&file, STAGING).unwrap();
    let engine = DemoEngine::start(World::droplet(Timestamp::now())).await.unwrap();
    let options =
        Options { host: Some(engine.url().to_owned()), ssot: Some(file.clone()), ..Options::default() };
    let dirs = Dirs { cwd: home.path().to_owned(), config: Vec::new() };
    let paths = Paths::new(Vec::new(), home.path().join("state"), false);
    let session = Session::open_in(&options, paths, &dirs).await.unwrap();
    let class = |look: &docker_steward::session::Look| {
        let it = look.audit.resources.iter().find(|it| it.path() == "volume/old-volume-xyz").unwrap();
        it.class()
    };
    assert_eq!(class(&session.look().await.unwrap()), Class::Unknown);

    let more = format!("{STAGING}safe_to_delete: {{patterns: [old-volume-xyz]}}\n");
    replace_text(&file, STAGING, &more).unwrap();
    let reloaded = session.reloaded().unwrap();
    assert_eq!(class(&reloaded.look().await.unwrap()), Class::SafeToDelete);
    assert_eq!(class(&session.look().await.unwrap()), Class::Unknown, "the one before goes by the old one");

    // Somebody wrote meanwhile: what they wrote stays.
    let error = replace_text(&file, STAGING, "version: 1\n").unwrap_err();
    assert!(error.to_string().contains("somebody has changed it meanwhile"), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), more);

    std::fs::write(&file, more.replace("environment: staging", "environment: production")).unwrap();
    let error = reloaded.reloaded().unwrap_err();
    assert!(error.what.contains("declares production now, and this session is of staging"), "{error}");
    std::fs::write(&file, more.replace("cleanup: confirm", "cleanup: perhaps")).unwrap();
    assert!(reloaded.reloaded().unwrap_err().what.contains("cleanup"));
}
