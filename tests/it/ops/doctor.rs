//! `doctor`, on sound and on broken ground.
use docker_steward::demo::{DemoEngine, World};
use jiff::Timestamp;

use super::bench::{Bench, Ended};

/// Without what differs from machine to machine: the times of audits, and who owns a socket.
fn plain(ended: &Ended) -> String {
    let text = ended.to_string();
    let lines = text.split_inclusive('\n').map(|line| match line.split_once(", mode ") {
        Some((start, _)) => format!("{}, mode [MODE]\n", start.split(" /tmp/steward").next().unwrap()),
        None => line.to_owned(),
    });
    let text: String = lines.collect();
    text.split_inclusive([' ', '\n'])
        .map(|word| {
            let bare = word.trim_end_matches([' ', '\n', ':']);
            if bare.parse::<Timestamp>().is_ok() {
                format!("[TIME]{}", &word[bare.len()..])
            } else {
                word.to_owned()
            }
        })
        .collect()
}

#[test]
fn the_demo_is_sound_but_for_what_it_shows() {
    let bench = Bench::new();
    insta::assert_snapshot!(bench.run(&["doctor", "--demo"]), @"
    ok       context      the simulated engine of --demo
    ok       engine       droplet-sgp1 answers: Docker 20.10.24, API 1.41, overlay2
    ok       clock        this machine's and the engine's agree
    ok       ssot         built-in ssot/staging.yaml declares staging, cleanup confirm
    warning  git          the SSOT is the one in the program: nothing can be approved in it
             → `docker-steward ssot init --env staging --built-in --out ssot/staging.yaml` makes a file of it.
    ok       binding      to no engine: the demo's is nothing to be bound to
    ok       inventory    89 resources, nothing in doubt
    ok       stack        everything expected is there, and runs
    ok       protected    no audit to compare with yet
    ok       audit log    [DIR]/state/docker-steward/demo/logs/docker_staging_audit_log.jsonl, 0 audits
    ok       state        [DIR]/state/docker-steward/demo will be made at the first audit
    ok       terminal     none here; the console needs one (`ssh -t`), every other command does not
    0 problems, 1 warning
    -- stderr
    -- exit 0
    ");
}

#[test]
fn no_engine() {
    let bench = Bench::with_ssot("staging");
    let socket = |path: &str| {
        let url = format!("unix://{}", bench.path(path).display());
        plain(&bench.run(&["doctor", "--env", "staging", "-H", &url]))
    };
    insta::assert_snapshot!(socket("nowhere.sock"), @"
    ok       context      unix://[DIR]/work/nowhere.sock, as --host says
    problem  socket       [DIR]/work/nowhere.sock: No such file or directory (os error 2)
             → Is Docker running? `systemctl status docker`, then `systemctl start docker`; on a Mac start Docker Desktop.
    problem  engine       no engine answers at unix://[DIR]/work/nowhere.sock: there is no such socket
             → Start Docker (`systemctl start docker`, or Docker Desktop), or name another engine with --host or --context; [DIR]/work/nowhere.sock does not exist.
    ok       ssot         ssot/staging.yaml declares staging, cleanup confirm
    warning  git          the SSOT is in no git repository
             → Keep it in one: who decided what is then known.
    warning  binding      the SSOT is bound to no engine: it would be obeyed on any
             → `docker-steward --host unix://[DIR]/work/nowhere.sock --env staging ssot bind` writes this engine into it.
    ok       audit log    logs/docker_staging_audit_log.jsonl, 0 audits
    ok       state        [DIR]/state/docker-steward will be made at the first audit
    ok       terminal     none here; the console needs one (`ssh -t`), every other command does not
    2 problems, 2 warnings
    -- stderr
    -- exit 1
    ");
    // A socket that nothing listens on any more, as a killed daemon leaves it.
    drop(std::os::unix::net::UnixListener::bind(bench.path("dead.sock")).unwrap());
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(bench.path("dead.sock"), mode).unwrap();
    insta::assert_snapshot!(socket("dead.sock"), @"
    ok       context      unix://[DIR]/work/dead.sock, as --host says
    ok       socket       [DIR]/work/dead.sock, mode [MODE]
    problem  engine       no engine answers at unix://[DIR]/work/dead.sock: nothing listens on the socket
             → Start Docker (`systemctl start docker`, or Docker Desktop).
    ok       ssot         ssot/staging.yaml declares staging, cleanup confirm
    warning  git          the SSOT is in no git repository
             → Keep it in one: who decided what is then known.
    warning  binding      the SSOT is bound to no engine: it would be obeyed on any
             → `docker-steward --host unix://[DIR]/work/dead.sock --env staging ssot bind` writes this engine into it.
    ok       audit log    logs/docker_staging_audit_log.jsonl, 0 audits
    ok       state        [DIR]/state/docker-steward will be made at the first audit
    ok       terminal     none here; the console needs one (`ssh -t`), every other command does not
    1 problem, 2 warnings
    -- stderr
    -- exit 1
    ");
    insta::assert_snapshot!(bench.run(&["doctor", "-c", "gone"]), @r#"
    problem  context      there is no Docker context "gone". There are: default
             → `docker context ls` shows the contexts; name one with --context
    warning  ssot         no environment was chosen
               = help: choose with `--env`: desktop, staging, production
             → Without one, the stack, what is protected and the audit log are not examined.
    ok       state        [DIR]/state/docker-steward will be made at the first audit
    ok       terminal     none here; the console needs one (`ssh -t`), every other command does not
    1 problem, 1 warning
    -- stderr
    -- exit 1
    "#);
}

#[test]
fn an_ssot_that_is_none() {
    let bench = Bench::new();
    bench.write(
        "ssot/staging.yaml",
        "version: 1\nenvironment: staging\ncleanup: confirm\nprotected:\n  patterns:\n",
    );
    insta::assert_snapshot!(bench.run(&["doctor", "--demo"]), @"
    ok       context      the simulated engine of --demo
    ok       engine       droplet-sgp1 answers: Docker 20.10.24, API 1.41, overlay2
    ok       clock        this machine's and the engine's agree
    problem  ssot         nothing is written after `patterns:`
              --> ssot/staging.yaml:5:3
               |
             5 |   patterns:
               |   ^^^^^^^^
               = help: write `patterns: []` if it is meant to be empty; else list its items
             → Nothing falls back to another SSOT: mend this one, then `docker-steward --demo ssot check`.
    ok       state        [DIR]/state/docker-steward/demo will be made at the first audit
    ok       terminal     none here; the console needs one (`ssh -t`), every other command does not
    1 problem, 0 warnings
    -- stderr
    -- exit 1
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_resource_that_is_gone() {
    let bench = Bench::with_ssot("staging");
    let world = World::droplet(Timestamp::now());
    let engine = DemoEngine::start(world).await.unwrap();
    let on = |words: &[&str]| {
        let all: Vec<&str> = words.iter().chain(&["--env", "staging", "-H", engine.url()]).copied().collect();
        bench.run(&all)
    };
    assert_eq!(on(&["audit", "--no-sizes"]).code, 0);
    assert!(on(&["doctor"]).stdout.contains("all that the audit of"));
    let log = "logs/docker_staging_audit_log.jsonl";
    bench.write(log, &bench.read(log).replace("\"odoo-db-sgp1\"", "\"odoo-db-sgp1\",\"prod-ledger\""));
    let ended = on(&["doctor"]);
    insta::assert_snapshot!(plain(&ended).replace(engine.url(), "[ENGINE]"), @"
    ok       context      [ENGINE], as --host says
    ok       socket      , mode [MODE]
    ok       engine       droplet-sgp1 answers: Docker 20.10.24, API 1.41, overlay2
    ok       clock        this machine's and the engine's agree
    ok       ssot         ssot/staging.yaml declares staging, cleanup confirm
    warning  git          the SSOT is in no git repository
             → Keep it in one: who decided what is then known.
    warning  binding      the SSOT is bound to no engine: it would be obeyed on any
             → `docker-steward --host [ENGINE] --env staging ssot bind` writes this engine into it.
    ok       inventory    89 resources, nothing in doubt
    ok       stack        everything expected is there, and runs
    problem  protected    gone since the audit of [TIME]: container/prod-ledger
             → Tell the team now.
             → Restore from the latest backup.
             → `docker-steward history` says what the steward removed, and `docker-steward undo` brings it back; the engine's own log, who else did.
             → Then see that the SSOT's `protected` names what was lost.
    ok       audit log    logs/docker_staging_audit_log.jsonl, 1 audit
    ok       state        [DIR]/state/docker-steward, private
    ok       terminal     none here; the console needs one (`ssh -t`), every other command does not
    1 problem, 2 warnings
    -- stderr
    -- exit 1
    ");
}

#[test]
fn memory_that_is_lost_open_or_cut_off() {
    let bench = Bench::with_ssot("staging");
    let state = bench.home("state/docker-steward/demo");
    for folder in ["ledger", "journal", "lock"] {
        std::fs::create_dir_all(state.join(folder)).unwrap();
    }
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&state, open).unwrap();
    std::fs::write(state.join("ledger/x.json"), "{").unwrap();
    std::fs::write(state.join("journal/x.jsonl"), "{\n").unwrap();
    std::fs::write(state.join("lock/x.lock"), "pid 1, user root, since 2026-01-16T05:53:32Z\n").unwrap();
    let ended = bench.run(&["doctor", "--demo"]);
    let tail: Vec<&str> = ended.stdout.lines().skip_while(|line| !line.contains("audit log")).collect();
    insta::assert_snapshot!(tail.join("\n"), @"
    ok       audit log    [DIR]/state/docker-steward/demo/logs/docker_staging_audit_log.jsonl, 0 audits
    warning  state        [DIR]/state/docker-steward/demo is open to other users
             → chmod 700 [DIR]/state/docker-steward/demo
    problem  ledger       the ledger [DIR]/state/docker-steward/demo/ledger/x.json: it cannot be understood: EOF while parsing an object at line 1 column 1; without it nothing has been observed. Move it away to begin a new one
             → Ages that were observed begin anew with a new one.
    warning  cleanup      the last one ended without a word: pid 1, user root, since 2026-01-16T05:53:32Z
             → The next audit looks up what became of it.
    warning  journal      the journal [DIR]/state/docker-steward/demo/journal/x.jsonl does not start with the beginning of a run: EOF while parsing an object at line 1 column 1
             → What that run did is not known; compare the audits around it.
    ok       terminal     none here; the console needs one (`ssh -t`), every other command does not
    1 problem, 4 warnings
    ");
}

#[test]
fn the_users_own_files_for_the_console() {
    let bench = Bench::with_ssot("staging");
    let config = bench.path("../config/docker-steward");
    std::fs::create_dir_all(config.join("themes")).unwrap();
    std::fs::write(config.join("config.toml"), "theme = \"drak\"\n[keys]\nquit = \"spcae\"\nmrak = \"x\"\n")
        .unwrap();
    std::fs::write(config.join("themes/mine.toml"), "inherits = \"dark\"\n[palette]\nink = 3\n").unwrap();
    let told = plain(&bench.run(&["doctor", "--demo"]));
    let told: Vec<&str> = told.lines().filter(|line| line.starts_with("warning  console ")).collect();
    insta::assert_snapshot!(told.join("\n"), @r##"
    warning  console      the theme `mine` ([DIR]/config/docker-steward/themes/mine.toml) cannot be used: line 3: invalid type: integer `3`, expected a colour such as { rgb = "#1e1e2e", ansi = "black" }
    warning  console      `theme = "drak"`: there is none of that name; use one of dark, light, contrast, colorblind, catppuccin-mocha, gruvbox, monochrome, mine
    warning  console      `keys.mrak` is left as it was: no command is called so; did you mean `mark`?
    warning  console      `keys.quit` is left as it was: `spcae` is no key
    "##);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_helper_that_was_left() {
    use docker_steward::demo::{Container, DemoEngine, Image, World};
    let mut world = World::empty(jiff::Timestamp::now());
    world.add_image(Image::new("tools:1"));
    world.add_container(Container::new("docker-steward-helper-4711-1", "tools:1"));
    let engine = DemoEngine::start(world).await.unwrap();
    let bench = Bench::with_ssot("staging");
    let told = plain(&bench.run(&["doctor", "-H", engine.url(), "--env", "staging"]));
    let told: Vec<&str> = told.lines().skip_while(|line| !line.contains(" helper ")).take(2).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    warning  helper       left by a steward that was killed: docker-steward-helper-4711-1
             → If none is at work now: `docker rm docker-steward-helper-4711-1`. No data is in it.
    ");
}
