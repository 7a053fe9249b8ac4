//! Engines that speak Docker's API and are not Docker.
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::process::{Child, Command};

use crate::support::operator::Operator;
use crate::support::proxy::within;
use crate::support::turn::{Turn, say};

/// A Podman of this test's own, with folders of its own, or why there is none.
async fn podman(folder: &Path) -> Result<Child, String> {
    let at = |name: &str| folder.join(name).display().to_string();
    let mut command = Command::new("podman");
    command.args(["--root", &at("root"), "--runroot", &at("run"), "--storage-driver", "vfs"]);
    command.args(["system", "service", "--time", "0", &format!("unix://{}", at("podman.sock"))]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| format!("podman: {error}"))?;
    within(async {
        while UnixStream::connect(folder.join("podman.sock")).await.is_err() {
            if let Ok(Some(status)) = child.try_wait() {
                return Err(format!("`podman system service` ended at once: {status}"));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    })
    .await?;
    Ok(child)
}

#[tokio::test]
async fn podman_is_refused_for_what_it_is() {
    let Some(_turn) = Turn::shared() else { return };
    let folder = tempfile::tempdir().unwrap();
    let running = match podman(folder.path()).await {
        Ok(running) => running,
        Err(why) => return say(&format!("skipped: there is no Podman to refuse ({why})")),
    };
    let url = format!("unix://{}", folder.path().join("podman.sock").display());
    let operator = Operator::new();
    for command in [&["audit"][..], &["plan"], &["run"]] {
        let ran = operator.staging(&url, command).await.exits(3);
        assert_eq!(ran.stdout, "");
        assert!(ran.stderr.contains("this is Podman Engine "), "{}", ran.stderr);
        assert!(ran.stderr.contains("not a Docker Engine: it gives itself another ID"), "{}", ran.stderr);
    }
    assert!(!operator.home().join("state/docker-steward/ledger").exists(), "nothing is remembered of it");
    drop(running);
}
