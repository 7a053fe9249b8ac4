//! A health check's command in a container: made, started, waited for, and asked how it ended.

use bytes::{Buf as _, Bytes, BytesMut};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::json;

use super::error::EngineError;
use super::post::whole;
use super::transport::Transport;
use crate::answers;
use crate::steward::inventory::ContainerId;

/// How much of a command's output is kept: enough for why it failed.
const KEPT: usize = 4096;

/// An engine on which health checks may run commands, and nothing else be changed. Made only from a mandate.
#[derive(Debug, Clone)]
pub struct Prober {
    transport: Transport,
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its exit code.
    pub code: i64,
    /// The beginning of what it wrote, without control characters but line breaks.
    pub output: String,
}

#[derive(Deserialize)]
struct Created {
    #[serde(rename = "Id")]
    id: String,
}

#[derive(Deserialize)]
struct Inspected {
    #[serde(rename = "ExitCode")]
    exit_code: Option<i64>,
}

impl Prober {
    pub(super) const fn new(transport: Transport) -> Self {
        Self { transport }
    }

    /// Runs a command in a container, without a shell, a terminal, or input, and waits for its end. Dropping
    /// the future does not end the command: the engine has no request for that.
    pub async fn exec(&self, container: &ContainerId, command: &[String]) -> Result<Ended, EngineError> {
        let body = json!({ "AttachStdout": true, "AttachStderr": true, "Cmd": command });
        let made = self.transport.post(&format!("/containers/{container}/exec"), &body).await?;
        let made: Created =
            answers::read("POST /containers/ID/exec", &whole("POST /containers/ID/exec", made).await?)?;
        let path = format!("/exec/{}/start", made.id);
        let started = self.transport.post(&path, &json!({ "Detach": false, "Tty": false })).await?;
        let output = read_output(started.into_body()).await;
        let path = format!("/exec/{}/json", made.id);
        let ended: Inspected = self.transport.read(&path).await?;
        let broken = || EngineError::Broken {
            request: "POST /exec/ID/start".to_owned(),
            why: "the connection ended before the command did".to_owned(),
        };
        Ok(Ended { code: ended.exit_code.ok_or_else(broken)?, output })
    }
}

/// Reads to the end, which is the command's end, and keeps the beginning. A connection that breaks ends it
/// too: whether the command has ended is asked afterwards.
async fn read_output(mut body: Incoming) -> String {
    let mut raw = BytesMut::new();
    while let Some(Ok(frame)) = body.frame().await {
        if let Some(data) = frame.data_ref()
            && raw.len() < KEPT
        {
            raw.extend_from_slice(&data[..data.len().min(KEPT - raw.len())]);
        }
    }
    let text = String::from_utf8_lossy(&unframed(raw.freeze())).into_owned();
    let lines: Vec<String> =
        text.lines().map(|line| crate::text::sanitise(line.trim_end()).into_owned()).collect();
    lines.join("\n").trim().to_owned()
}

/// The output without its frames: `[stream, 0, 0, 0, length in 4 bytes]` before each piece.
fn unframed(mut raw: Bytes) -> Vec<u8> {
    let mut output = Vec::with_capacity(raw.len());
    while raw.len() >= 8 && raw[0] <= 2 && raw[1..4] == [0, 0, 0] {
        raw.advance(4);
        let length = usize::try_from(raw.get_u32()).unwrap_or(usize::MAX).min(raw.len());
        output.extend_from_slice(&raw.split_to(length));
    }
    // What has no frame came without them.
    output.extend_from_slice(&raw);
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_taken_off_and_a_cut_one_is_read_as_far_as_it_goes() {
        let framed = |stream: u8, text: &str| {
            let mut bytes = vec![stream, 0, 0, 0, 0, 0, 0, u8::try_from(text.len()).unwrap()];
            bytes.extend_from_slice(text.as_bytes());
            bytes
        };
        let two = [framed(1, "out\n"), framed(2, "err\n")].concat();
        assert_eq!(unframed(Bytes::from(two.clone())), b"out\nerr\n");
        assert_eq!(unframed(Bytes::from(two[..two.len() - 2].to_vec())), b"out\ner");
        assert_eq!(
            unframed(Bytes::from_static(b"OCI runtime exec failed\r\n")),
            b"OCI runtime exec failed\r\n"
        );
        assert_eq!(unframed(Bytes::new()), b"");
    }
}
