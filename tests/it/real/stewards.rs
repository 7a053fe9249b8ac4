//! Two stewards on one engine, and a user who may not use it.
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::time::Duration;

use tokio::process::Command;

use super::junk::{THREE, three};
use super::site::on_site;
use crate::support::operator::{CONFIRM, Operator, Running};
use crate::support::proxy::{Effect, Fault, Gate, Proxy, within};
use crate::support::turn::say;

#[tokio::test]
async fn a_second_steward_is_refused_and_told_who_is_at_work() {
    on_site(async |site| {
        site.make(&three()).await;
        let operator = Operator::new();
        let plan = operator.plan(&site.url, &THREE).await;
        let proxy = Proxy::to(&site.url);
        let gate = Gate::shut();
        proxy.inject(Fault::new("DELETE", "/containers/", Effect::Hold(gate.clone())));
        let apply = [&["apply", plan.as_str()][..], &CONFIRM].concat();
        let first = operator.start(&proxy.url, &apply);
        gate.reached().await;

        let second = operator.staging(&site.url, &apply).await.exits(3);
        let holder = format!("another steward is applying a plan to this engine: pid {}, user ", first.pid());
        assert!(second.stderr.contains(&holder), "{holder}: {}", second.stderr);
        let held = site.held().await;
        assert!(THREE.iter().all(|path| held.contains(*path)), "nothing is gone yet");

        gate.open();
        first.ended().await.exits(0);
        assert_eq!(proxy.writes().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_steward_on_another_host_is_refused_and_a_killed_one_leaves_no_guard_behind() {
    on_site(async |site| {
        site.make(&three()).await;
        // Two homes share no lock file: they are as good as two hosts.
        let (here, there) = (Operator::new(), Operator::new());
        let plan = here.plan(&site.url, &THREE).await;
        let other = there.plan(&site.url, &THREE).await;
        let proxy = Proxy::to(&site.url);
        let gate = Gate::shut();
        proxy.inject(Fault::new("DELETE", "/containers/", Effect::Hold(gate.clone())));
        let first = here.start(&proxy.url, &[&["apply", plan.as_str()][..], &CONFIRM].concat());
        gate.reached().await;
        // Longer than the engine goes without asking the holder whether it is well.
        tokio::time::sleep(Duration::from_secs(3)).await;

        let apply = [&["apply", other.as_str()][..], &CONFIRM].concat();
        let second = there.staging(&site.url, &apply).await.exits(3);
        let refused =
            "another steward is applying a plan to this engine, from another host or as another user";
        assert!(second.stderr.contains(refused), "{}", second.stderr);
        let held = site.held().await;
        assert!(THREE.iter().all(|path| held.contains(*path)), "nothing is gone yet");

        first.signal("KILL");
        assert_eq!(first.ended().await.code, None, "it was killed");
        drop(gate);
        within(async {
            // The engine notices the end of a connection in its own time.
            while there.staging(&site.url, &apply).await.code == Some(3) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await;
        let held = site.held().await;
        assert!(!THREE.iter().any(|path| held.contains(*path)), "all are gone: {held:?}");
    })
    .await;
}

#[tokio::test]
async fn who_may_not_use_the_socket_is_told_so() {
    const NOBODY: u32 = 65534;
    on_site(async |site| {
        let operator = Operator::new();
        let program = operator.home().join("docker-steward");
        std::fs::copy(env!("CARGO_BIN_EXE_docker-steward"), &program).unwrap();
        std::fs::set_permissions(operator.home(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let nobody = chown(operator.home(), Some(NOBODY), Some(NOBODY));
        let setpriv = Command::new("setpriv").arg("--version").output().await;
        if nobody.is_err() || setpriv.is_err() {
            say("not tried: another user's lack of permission on the socket needs root and setpriv");
            return;
        }
        let mut command = Command::new("setpriv");
        let id = NOBODY.to_string();
        command.args(["--reuid", &id, "--regid", &id, "--clear-groups"]).arg(&program);
        command.args(["audit", "--env", "staging", "-H", &site.url]);
        operator.at_home(&mut command);
        let ran = Running::start(&mut command).ended().await.exits(1);
        assert_eq!(ran.stdout, "");
        assert!(ran.stderr.contains("permission denied"), "{}", ran.stderr);
        assert!(ran.stderr.contains("Your user may not use"), "{}", ran.stderr);
    })
    .await;
}
