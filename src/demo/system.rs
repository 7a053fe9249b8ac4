//! What the engine says about itself.
use serde_json::json;

use super::reply::{Body, Outcome, Refusal, Reply};
use super::resources::State;
use super::world::World;

impl World {
    /// `GET /_ping`.
    pub(super) fn ping() -> Reply {
        let no_cache = [("Cache-Control", "no-cache, no-store, must-revalidate"), ("Pragma", "no-cache")];
        Reply {
            status: http::StatusCode::OK,
            body: Body::Raw("text/plain; charset=utf-8", bytes::Bytes::from_static(b"OK")),
            headers: no_cache.map(|(name, value)| (name, value.to_owned())).to_vec(),
        }
    }

    /// `GET /version`.
    pub(super) fn version(&self) -> Outcome {
        let engine = &self.engine;
        let built = "2023-04-04T18:18:43.000000000+00:00";
        Ok(Reply::ok(json!({
            "Platform": { "Name": "" },
            "Components": [{
                "Name": "Engine",
                "Version": engine.version,
                "Details": {
                    "ApiVersion": engine.api,
                    "Arch": "amd64",
                    "BuildTime": built,
                    "Experimental": "false",
                    "GitCommit": "5d6db84",
                    "GoVersion": "go1.19.7",
                    "KernelVersion": "6.1.0-18-amd64",
                    "MinAPIVersion": engine.min_api,
                    "Os": "linux",
                },
            }],
            "Version": engine.version,
            "ApiVersion": engine.api,
            "MinAPIVersion": engine.min_api,
            "GitCommit": "5d6db84",
            "GoVersion": "go1.19.7",
            "Os": "linux",
            "Arch": "amd64",
            "KernelVersion": "6.1.0-18-amd64",
            "BuildTime": built,
        })))
    }

    /// `GET /info`.
    pub(super) fn info(&self) -> Outcome {
        let engine = &self.engine;
        let in_state = |test: &dyn Fn(State) -> bool| {
            self.containers.iter().filter(|container| test(container.state)).count()
        };
        let manager = engine.swarm == "active";
        let mut info = json!({
            "ID": engine.id,
            "Containers": self.containers.len(),
            "ContainersRunning": in_state(&|state| matches!(state, State::Running | State::Restarting)),
            "ContainersPaused": in_state(&|state| state == State::Paused),
            "ContainersStopped": in_state(&|state| !state.is_running()),
            "Images": self.images.len(),
            "Driver": engine.driver,
            "DriverStatus": null,
            "Plugins": {
                "Volume": ["local"],
                "Network": ["bridge", "host", "ipvlan", "macvlan", "null", "overlay"],
                "Authorization": null,
                "Log": ["json-file", "local"],
            },
            "Debug": false,
            "SystemTime": self.now().to_string(),
            "LoggingDriver": "json-file",
            "CgroupDriver": "systemd",
            "CgroupVersion": "2",
            "NEventsListener": 0,
            "KernelVersion": "6.1.0-18-amd64",
            "OperatingSystem": engine.operating_system,
            "OSVersion": "12",
            "OSType": "linux",
            "Architecture": "x86_64",
            "IndexServerAddress": "https://index.docker.io/v1/",
            "RegistryConfig": null,
            "NCPU": engine.cpus,
            "MemTotal": engine.memory,
            "GenericResources": null,
            "DockerRootDir": engine.root,
            "Name": engine.name,
            "Labels": [],
            "ExperimentalBuild": false,
            "ServerVersion": engine.version,
            "Runtimes": { "runc": { "path": "runc" } },
            "DefaultRuntime": "runc",
            "Swarm": {
                "NodeID": "",
                "NodeAddr": "",
                "LocalNodeState": engine.swarm,
                "ControlAvailable": manager,
                "Error": "",
                "RemoteManagers": null,
            },
            "LiveRestoreEnabled": false,
            "InitBinary": "docker-init",
            "SecurityOptions": ["name=seccomp,profile=default"],
            "Warnings": null,
        });
        let abilities = ["MemoryLimit", "SwapLimit", "CpuCfsPeriod", "CpuCfsQuota", "CPUShares", "CPUSet"];
        let more = ["PidsLimit", "IPv4Forwarding", "BridgeNfIptables", "BridgeNfIp6tables", "OomKillDisable"];
        for ability in abilities.iter().chain(&more) {
            info[*ability] = json!(true);
        }
        for part in ["ContainerdCommit", "RuncCommit", "InitCommit"] {
            info[part] = json!({ "ID": "", "Expected": "" });
        }
        for empty in ["HttpProxy", "HttpsProxy", "NoProxy", "Isolation"] {
            info[empty] = json!("");
        }
        Ok(Reply::ok(info))
    }
}

/// What every path of Swarm answers on an engine that is not a manager.
pub(super) fn no_swarm() -> Refusal {
    Refusal {
        status: http::StatusCode::SERVICE_UNAVAILABLE,
        message:
            "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect \
                  this node to swarm and try again."
                .to_owned(),
    }
}
