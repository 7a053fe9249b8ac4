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

/// Docker closes its socket where the user wants to cancel: without a terminal, no signal reaches a plugin.
#[tokio::test(flavor = "multi_thread")]
async fn docker_may_cancel_by_its_socket() {
    let desk = Desk::new();
    let path = desk.home.path().join("cancel.sock");
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let socket = desk.home.path().join("d.sock");
    let mut command = desk.command(&["demo-engine", "--listen", &format!("unix://{}", socket.display())]);
    command.env("DOCKER_CLI_PLUGIN_SOCKET", &path).stdout(std::process::Stdio::null());
    command.stderr(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    drop(listener.accept().unwrap());
    let status = tokio::task::spawn_blocking(move || child.wait().unwrap()).await.unwrap();
    assert_eq!(status.code(), Some(1));
}
