//! Programs run in containers, as far as health checks need them.
use bytes::{BufMut as _, Bytes, BytesMut};
use http::StatusCode;
use serde_json::{Value, json};

use super::reply::{Body, Outcome, Refusal, Reply, bad, conflict, missing};
use super::resources::{Container, State};
use super::world::World;

/// One exec.
#[derive(Clone, Debug)]
pub(super) struct Exec {
    id: String,
    container: String,
    command: Vec<String>,
    tty: bool,
    stdout: bool,
    stderr: bool,
    code: Option<i64>,
}

impl World {
    /// `POST /containers/{id}/exec`.
    pub(super) fn create_exec(&mut self, given: &str, body: &Value) -> Outcome {
        let words = body["Cmd"].as_array().into_iter().flatten();
        let command: Vec<_> = words.filter_map(|word| word.as_str().map(str::to_owned)).collect();
        if command.is_empty() {
            return Err(bad("No exec command specified"));
        }
        let container = &self.containers[self.find_container(given)?];
        match container.state {
            State::Running => {}
            State::Paused => {
                let message =
                    format!("Container {} is paused, unpause the container before exec", container.id);
                return Err(conflict(message));
            }
            _ => return Err(conflict(format!("Container {} is not running", container.id))),
        }
        let container = container.id.clone();
        let flag = |key: &str| body[key].as_bool().unwrap_or(false);
        let exec = Exec {
            id: self.fresh_id("exec", &container),
            container,
            command,
            tty: flag("Tty"),
            stdout: flag("AttachStdout"),
            stderr: flag("AttachStderr"),
            code: None,
        };
        let reply = json!({ "Id": exec.id });
        self.execs.push(exec);
        Ok(Reply::json(StatusCode::CREATED, reply))
    }

    fn exec(&self, id: &str) -> Result<usize, Refusal> {
        let found = self.execs.iter().position(|exec| exec.id == id);
        found.ok_or_else(|| missing(format!("No such exec instance: {id}")))
    }

    /// `POST /exec/{id}/start`. The simulated programs end at once.
    pub(super) fn start_exec(&mut self, id: &str, body: &Value) -> Outcome {
        let index = self.exec(id)?;
        let exec = self.execs[index].clone();
        if exec.code.is_some() {
            return Err(conflict(format!("Error: Exec command {id} has already run")));
        }
        let container = &self.containers[self.find_container(&exec.container)?];
        let (code, output) = self.run(container, &exec.command);
        self.execs[index].code = Some(code);
        if body["Detach"].as_bool().unwrap_or(false) {
            return Ok(Reply::empty(StatusCode::OK));
        }
        let shown = exec.stdout && code != 126;
        let output = if shown || exec.stderr { frame(&output, exec.tty) } else { Bytes::new() };
        Ok(Reply { status: StatusCode::OK, body: Body::Attached(output), headers: Vec::new() })
    }

    /// `GET /exec/{id}/json`.
    pub(super) fn inspect_exec(&self, id: &str) -> Outcome {
        let exec = &self.execs[self.exec(id)?];
        Ok(Reply::ok(json!({
            "ID": exec.id,
            "Running": false,
            "ExitCode": exec.code,
            "ProcessConfig": {
                "tty": exec.tty,
                "entrypoint": exec.command[0],
                "arguments": exec.command[1..],
                "privileged": false,
            },
            "OpenStdin": false,
            "OpenStderr": exec.stderr,
            "OpenStdout": exec.stdout,
            "CanRemove": false,
            "ContainerID": exec.container,
            "DetachKeys": "",
            "Pid": 0,
        })))
    }

    /// Exit code and output of a program in a container.
    fn run(&self, container: &Container, command: &[String]) -> (i64, String) {
        let name = |word: &String| word.rsplit('/').next().unwrap_or_default().to_owned();
        let mut words = command;
        if words.len() > 1 && name(&words[0]) == "busybox" {
            words = &words[1..];
        }
        let program = name(&words[0]);
        if let Some(&code) = self.programs.get(&program) {
            return (code, String::new());
        }
        match program.as_str() {
            "true" => (0, String::new()),
            "false" => (1, String::new()),
            "echo" => (0, format!("{}\n", words[1..].join(" "))),
            "pg_isready" if container.image.contains("postgres") => {
                (0, "/var/run/postgresql:5432 - accepting connections\n".to_owned())
            }
            _ => {
                let why = "exec failed: unable to start container process";
                let text = format!(
                    "OCI runtime exec failed: {why}: exec: \"{}\": executable file not found in $PATH: unknown\r\n",
                    command[0]
                );
                (126, text)
            }
        }
    }
}

/// Output as the engine sends it: with a terminal raw, else in frames of `[1, 0, 0, 0, length]` and bytes.
fn frame(output: &str, tty: bool) -> Bytes {
    if tty || output.is_empty() {
        return Bytes::copy_from_slice(output.as_bytes());
    }
    let mut framed = BytesMut::new();
    framed.put_u32(1 << 24);
    framed.put_u32(u32::try_from(output.len()).unwrap_or(u32::MAX));
    framed.put_slice(output.as_bytes());
    framed.freeze()
}
