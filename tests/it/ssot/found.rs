//! Which SSOT is found.

use std::fs;
use std::path::Path;

use docker_steward::ssot::find::{choices, default_environment, find};
use docker_steward::ssot::{Dirs, Origin, Request};

/// A working folder and two configuration folders.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Writes an SSOT that says where it stands in its `purpose`.
    fn write(&self, path: &str, environment: &str) {
        self.put(
            path,
            &format!("version: 1\nenvironment: {environment}\npurpose: {path}\ncleanup: confirm\nprotected: {{patterns: []}}\n"),
        );
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn dirs(&self) -> Dirs {
        let at = |name: &str| self.0.path().join(name);
        Dirs { cwd: at("work"), config: vec![at("xdg"), at("home")] }
    }

    /// What is found for an environment: the place that the file names, or the path of the built-in one.
    fn found(&self, environment: &str) -> String {
        let ssot = find(&asked(environment), &self.dirs()).unwrap_or_else(|error| panic!("{error}"));
        match ssot.origin {
            Origin::File(_) => ssot.policy.purpose,
            Origin::BuiltIn(_) => ssot.path_display(),
        }
    }

    fn refused(&self, request: &Request) -> String {
        let error = find(request, &self.dirs()).map(|ssot| ssot.origin).expect_err("it should be refused");
        error.to_string().replace(&self.0.path().display().to_string(), "~")
    }
}

fn asked(environment: &str) -> Request {
    Request { file: None, environment: Some(environment.to_owned()) }
}

#[test]
fn the_nearest_place_wins() {
    let home = Home::new();
    assert_eq!(home.found("staging"), "built-in ssot/staging.yaml");
    for place in [
        "home/ssot/staging.yaml",
        "xdg/ssot/staging.yaml",
        "work/infra/docker/DOCKER_STAGING_SSOT.yaml",
        "work/ssot/staging.yaml",
    ] {
        home.write(place, "staging");
        assert_eq!(home.found("staging"), place);
    }
}

#[test]
fn prod_and_production_are_one_in_every_place() {
    for place in [
        "home/ssot/prod.yaml",
        "work/infra/docker/DOCKER_PROD_SSOT.yaml",
        "work/infra/docker/DOCKER_PRODUCTION_SSOT.yaml",
        "work/ssot/prod.yaml",
        "work/ssot/production.yaml",
    ] {
        let home = Home::new();
        home.write(place, "prod");
        assert_eq!((home.found("prod"), home.found("production")), (place.to_owned(), place.to_owned()));
        assert_eq!(choices(&home.dirs()), ["desktop", "staging", "production"]);
    }
    let home = Home::new();
    home.write("work/ssot/prod.yaml", "prod");
    home.write("work/ssot/production.yaml", "production");
    insta::assert_snapshot!(home.refused(&asked("prod")), @r"
    both `ssot/production.yaml` and `ssot/prod.yaml` declare the environment `production`
      = help: keep one of the two
    ");
}

#[test]
fn a_broken_one_never_falls_back_to_another() {
    let home = Home::new();
    home.write("xdg/ssot/staging.yaml", "staging");
    home.put("work/ssot/staging.yaml", "version: 1\nenvironment: staging\n");
    insta::assert_snapshot!(home.refused(&asked("staging")), @r"
    the key `cleanup` is missing
     --> ssot/staging.yaml:1:1
      |
    1 | version: 1
      | ^^^^^^^
      = help: write `cleanup: forbidden`, `confirm` or `autonomous`; it is never guessed
    ");
    home.put("work/ssot/staging.yaml", "");
    assert!(home.refused(&asked("staging")).starts_with("the file is empty"));
    fs::write(home.dirs().cwd.join("ssot/staging.yaml"), b"version: 1\npurpose: caf\xe9\n").unwrap();
    insta::assert_snapshot!(home.refused(&asked("staging")), @r"
    the file is not UTF-8: the byte 0xe9 is out of place
     --> ssot/staging.yaml:2:13
      |
    2 | purpose: caf�
      |             ^
      = help: save the file as UTF-8
    ");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_an_error() {
    let home = Home::new();
    home.write("xdg/ssot/staging.yaml", "staging");
    fs::create_dir_all(home.dirs().cwd.join("ssot")).unwrap();
    std::os::unix::fs::symlink("gone.yaml", home.dirs().cwd.join("ssot/staging.yaml")).unwrap();
    insta::assert_snapshot!(home.refused(&asked("staging")), @r"
    the SSOT cannot be read: No such file or directory (os error 2)
     --> ssot/staging.yaml
      = help: check the path, or write one with `docker-steward ssot init`
    ");
}

#[test]
fn a_file_must_declare_what_was_asked_for() {
    let home = Home::new();
    home.write("work/ssot/staging.yaml", "production");
    insta::assert_snapshot!(home.refused(&asked("staging")), @r"
    this file declares `production`, and `staging` was asked for
     --> ssot/staging.yaml:2:1
      |
    2 | environment: production
      | ^^^^^^^^^^^^^^^^^^^^^^^
      = help: ask with `--env production`, or name the file that declares `staging` with `--ssot`
    ");
    let request = Request { file: Some("ssot/staging.yaml".into()), ..asked("desktop") };
    assert!(
        home.refused(&request).starts_with("this file declares `production`, and `desktop` was asked for")
    );
}

#[test]
fn a_named_file_is_the_one() {
    let home = Home::new();
    home.write("work/ssot/staging.yaml", "staging");
    home.write("work/mine.yaml", "laptop");
    let named = |file: &Path| Request { file: Some(file.to_owned()), environment: None };
    let ssot = find(&named(Path::new("mine.yaml")), &home.dirs()).unwrap();
    assert_eq!((ssot.policy.environment.as_str(), ssot.path_display().as_str()), ("laptop", "mine.yaml"));
    assert_eq!(ssot.origin, Origin::File(home.dirs().cwd.join("mine.yaml")));
    let ssot = find(&named(&home.dirs().cwd.join("mine.yaml")), &home.dirs()).unwrap();
    assert_eq!(ssot.policy.environment.as_str(), "laptop");
    insta::assert_snapshot!(home.refused(&named(Path::new("none.yaml"))), @r"
    the SSOT cannot be read: No such file or directory (os error 2)
     --> none.yaml
      = help: check the path, or write one with `docker-steward ssot init`
    ");
}

#[test]
fn nobody_guesses_an_environment() {
    let home = Home::new();
    home.write("work/ssot/ci.yaml", "ci");
    home.write("work/infra/docker/DOCKER_LAB_SSOT.yaml", "lab");
    home.put("work/ssot/ssot.schema.json", "{}");
    home.put("work/ssot/Notes.yaml", "");
    assert_eq!(choices(&home.dirs()), ["desktop", "staging", "production", "ci", "lab"]);
    insta::assert_snapshot!(home.refused(&asked("")), @r"
    no environment was chosen
      = help: choose with `--env`: desktop, staging, production, ci, lab
    ");
    insta::assert_snapshot!(home.refused(&asked("stagin")), @r"
    the environment `stagin` is not declared: there is none of `ssot/stagin.yaml`, `infra/docker/DOCKER_STAGIN_SSOT.yaml`, `~/xdg/ssot/stagin.yaml`, `~/home/ssot/stagin.yaml`
      = help: did you mean `staging`? choose with `--env`: desktop, staging, production, ci, lab
    ");
    insta::assert_snapshot!(home.refused(&asked("../etc")), @r"
    `../etc` is no name of an environment: it must be lower-case letters, digits, `-` and `_`, a letter first, at most 63
      = help: choose with `--env`: desktop, staging, production, ci, lab
    ");
    insta::assert_snapshot!(home.refused(&asked("PROD")), @r"
    `PROD` is no name of an environment: it must be lower-case letters, digits, `-` and `_`, a letter first, at most 63
      = help: did you mean `production`? choose with `--env`: desktop, staging, production, ci, lab
    ");
    assert_eq!(default_environment(Some(true), &home.dirs()).unwrap().as_str(), "desktop");
    for engine in [Some(false), None] {
        let error = default_environment(engine, &home.dirs()).unwrap_err();
        assert_eq!(error.to_string(), home.refused(&asked("")));
    }
}
