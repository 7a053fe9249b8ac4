//! `docker steward …`, as the Docker CLI calls it.
use super::{Called, Desk, junk};

#[test]
fn docker_is_told_who_we_are() {
    let desk = Desk::new();
    let mut command = desk.command(&["docker-cli-plugin-metadata"]);
    // Asked at each run of `docker`, in whatever surroundings.
    let called =
        Called::of(command.env_clear().env("DOCKER_STEWARD_LOG", "a=b=c").output().unwrap()).expect(0);
    assert_eq!(called.json()["SchemaVersion"], "0.1.0");
    assert!(called.json()["Vendor"].as_str().is_some_and(|it| !it.is_empty()));
    assert_eq!(called.json()["Version"], env!("CARGO_PKG_VERSION"));
}

#[tokio::test(flavor = "multi_thread")]
async fn dockers_global_options_come_first() {
    let (desk, engine) = (Desk::new(), junk().await);
    let call = |arguments: &[&str]| {
        let mut command = desk.command(arguments);
        command.env("DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND", "/usr/bin/docker");
        Called::of(command.output().unwrap())
    };
    let host = engine.url();
    let audit = call(&["-H", host, "-D", "--log-level", "debug", "steward", "--env", "staging", "audit"]);
    assert!(audit.expect(0).out.contains("docker steward --host "));
    call(&["-H", host, "steward", "--env", "staging", "audit", "--exit-code"]).expect(2);
    call(&["-H", host, "steward", "nonsense"]).expect(64);
    assert!(call(&["help", "steward"]).expect(0).out.contains("Usage: docker steward"));
    assert!(call(&["steward", "plan", "--help"]).expect(0).out.contains("Usage: docker steward plan"));
    let proposed = call(&["__complete", "-H", host, "steward", "ex"]).expect(0).out;
    assert_eq!(proposed, "explain\tSay why a resource is classified as it is, and who uses it\n:4\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn dockers_own_folder_is_where_contexts_are_looked_for() {
    let (desk, engine) = (Desk::new(), junk().await);
    let folder = desk.home.path().join("docker-config");
    let meta = folder.join("contexts/meta/any");
    std::fs::create_dir_all(&meta).unwrap();
    let context = serde_json::json!({"Name": "far", "Endpoints": {"docker": {"Host": engine.url()}}});
    std::fs::write(meta.join("meta.json"), context.to_string()).unwrap();
    let folder = folder.to_str().unwrap();
    let arguments = ["--config", folder, "--context", "far", "steward", "--env", "staging", "audit"];
    assert!(desk.call(&arguments).expect(0).out.contains(engine.url()));
    desk.call(&["--context", "far", "steward", "--env", "staging", "audit"]).expect(1);
    desk.call(&["--tlscacert", "/x/own.pem", "steward", "audit"]).expect(64);
}

/// Starts us with a socket as Docker's, and closes it as Docker does where the user wants to cancel: without a
/// terminal, no signal reaches a plugin.
fn cancelled(desk: &Desk, words: &[&str], when: impl FnOnce()) -> std::process::ExitStatus {
    let path = desk.home.path().join("cancel.sock");
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let mut command = desk.command(words);
    command.env("DOCKER_CLI_PLUGIN_SOCKET", &path).stdout(std::process::Stdio::null());
    command.stderr(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    let (connection, _) = listener.accept().unwrap();
    when();
    drop(connection);
    child.wait().unwrap()
}

fn until(what: &str, holds: impl Fn() -> bool) {
    let begin = std::time::Instant::now();
    while !holds() {
        assert!(begin.elapsed() < std::time::Duration::from_mins(1), "never: {what}");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_may_cancel_by_its_socket() {
    let desk = Desk::new();
    let socket = desk.home.path().join("d.sock");
    let listen = format!("unix://{}", socket.display());
    let status = cancelled(&desk, &["demo-engine", "--listen", &listen], || {
        until("it listens", || socket.exists());
    });
    assert_eq!(status.code(), Some(0));
    assert!(!socket.exists(), "it clears up after itself");

    // What only asks may simply end.
    let engine = junk().await;
    let fault = docker_steward::demo::Fault::new("GET", "/info", docker_steward::demo::Effect::Hang).always();
    let fired = fault.fired();
    engine.inject(fault);
    let desk = Desk::new();
    let status = cancelled(&desk, &["-H", engine.url(), "--env", "staging", "audit"], || {
        until("the engine hangs", || fired.count() > 0);
    });
    assert_eq!(status.code(), Some(1));
}

/// A desk on which the real Docker CLI finds us; none where there is no such CLI.
fn linked() -> Option<Desk> {
    if std::process::Command::new("docker").arg("--version").output().is_err() {
        eprintln!("skipped: there is no docker CLI");
        return None;
    }
    let desk = Desk::new();
    let plugins = desk.home.path().join(".docker/cli-plugins");
    std::fs::create_dir_all(&plugins).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_docker-steward"), plugins.join("docker-steward")).unwrap();
    Some(desk)
}

/// The real `docker`, with the same folders.
fn docker(desk: &Desk, words: &[&str]) -> std::process::Command {
    let ours = desk.command(&[]);
    let mut command = std::process::Command::new("docker");
    command.env_clear().envs(ours.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir(desk.work()).args(words).stdin(std::process::Stdio::null());
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_docker_cli_runs_us() {
    let Some(desk) = linked() else { return };
    let engine = junk().await;
    let host = engine.url();
    let call = |words: &[&str]| Called::of(docker(&desk, words).output().unwrap());
    assert!(call(&["--help"]).expect(0).out.contains("  steward*    Keep this engine equal to its declared"));
    let audit = call(&["-H", host, "steward", "--env", "staging", "audit", "--format", "json"]);
    assert_eq!(audit.expect(0).json()["engine"]["host"], host);
    call(&["-H", host, "steward", "--env", "staging", "audit", "--exit-code"]).expect(2);
    call(&["-H", host, "steward", "nonsense"]).expect(64);
    let unreachable = call(&["-H", "unix:///nowhere/docker.sock", "steward", "--env", "staging", "plan"]);
    assert!(unreachable.expect(1).err.contains("/nowhere/docker.sock"));
    assert!(call(&["help", "steward"]).expect(0).out.contains("Usage: docker steward"));
    assert!(
        call(&["steward", "ssot", "init", "--help"])
            .expect(0)
            .out
            .contains("Usage: docker steward ssot init")
    );
    assert!(call(&["__complete", "steward", "aud"]).expect(0).out.starts_with("audit\t"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_docker_ends_us_and_we_clear_up() {
    let Some(desk) = linked() else { return };
    let socket = desk.home.path().join("d.sock");
    let listen = format!("unix://{}", socket.display());
    let mut command = docker(&desk, &["steward", "demo-engine", "--listen", &listen]);
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    until("it listens", || socket.exists());
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-s", "INT", &pid]).status().unwrap().success());
    child.wait().unwrap();
    until("the socket is removed", || !socket.exists());
}
