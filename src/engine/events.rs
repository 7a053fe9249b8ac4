//! The engine's events: a hint to look again, never a source of truth. The engine forgets them quickly.

use std::time::Duration;

use http_body_util::BodyExt as _;
use jiff::Timestamp;
use tokio::sync::mpsc;

use super::error::EngineError;
use super::transport::Transport;
use crate::answers;
use crate::steward::Happening;

/// The longest wait between two attempts to open the stream again.
const SLOWEST: Duration = Duration::from_secs(15);

/// What the stream of events tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Something happened: look again.
    Something,
    /// The stream broke and is being opened again; until then nothing is live.
    Lost(String),
    /// It is open (again): look again, since events between are lost. Not told of a first stream that loses none.
    Live,
}

/// Only what can change an audit: not the `exec_…` and `health_status` of every health check.
const FILTERS: &str = "/events?filters=%7B%22type%22%3A%5B%22container%22%2C%22image%22%2C%22volume%22%2C%22network%22%5D%2C%22event%22%3A%5B\
%22create%22%2C%22destroy%22%2C%22start%22%2C%22die%22%2C%22stop%22%2C%22pause%22%2C%22unpause%22%2C%22rename%22%2C%22update%22%2C%22restart%22%2C\
%22delete%22%2C%22tag%22%2C%22untag%22%2C%22pull%22%2C%22load%22%2C%22import%22%2C%22commit%22%2C%22connect%22%2C%22disconnect%22%2C%22remove%22%2C%22prune%22%5D%7D";

/// Follows the events until the receiver is dropped. A burst while the receiver is busy is one change. `since`:
/// the first stream also tells what happened from then on.
pub(super) fn follow(transport: Transport, mut since: Option<Timestamp>) -> mpsc::Receiver<Change> {
    let (tell, changes) = mpsc::channel(2);
    tokio::spawn(async move {
        let mut wait = Duration::from_millis(500);
        loop {
            let lost = tokio::select! {
                // A stream that has to be opened again has lost events: the engine remembers only a few.
                lost = one_stream(&transport, since.take(), &tell) => lost,
                () = tell.closed() => return,
            };
            match lost {
                Lost::AfterOpen(why) => {
                    wait = Duration::from_millis(500);
                    if tell.send(Change::Lost(why)).await.is_err() {
                        return;
                    }
                }
                Lost::NotOpened(why) => {
                    wait = (wait * 2).min(SLOWEST);
                    if tell.send(Change::Lost(why)).await.is_err() {
                        return;
                    }
                }
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = tell.closed() => return,
            }
        }
    });
    changes
}

/// A time as the engine's queries have it.
pub(super) fn stamp(at: Timestamp) -> String {
    format!("{}.{:09}", at.as_second(), at.subsec_nanosecond())
}

enum Lost {
    NotOpened(String),
    AfterOpen(String),
}

async fn one_stream(transport: &Transport, since: Option<Timestamp>, tell: &mpsc::Sender<Change>) -> Lost {
    let path = match since {
        Some(at) => format!("{FILTERS}&since={}", stamp(at)),
        None => FILTERS.to_owned(),
    };
    let mut body = match transport.open(&path).await {
        Ok(response) => response.into_body(),
        Err(error) => return Lost::NotOpened(error.to_string()),
    };
    if since.is_none() && tell.send(Change::Live).await.is_err() {
        return Lost::AfterOpen(String::new());
    }
    loop {
        match body.frame().await {
            // A full channel already holds a change that nobody has taken: this one is the same news.
            Some(Ok(frame)) if frame.is_data() => {
                let _ = tell.try_send(Change::Something);
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => return Lost::AfterOpen(error.to_string()),
            None => return Lost::AfterOpen("the engine ended the stream of events".to_owned()),
        }
    }
}

/// Everything that happens from now on, in order. The channel closes where the stream ends or cannot be
/// understood: nothing may be concluded from its silence any more.
pub(super) async fn listen(transport: &Transport) -> Result<mpsc::UnboundedReceiver<Happening>, EngineError> {
    let mut body = transport.open("/events").await?.into_body();
    let (tell, heard) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut text: Vec<u8> = Vec::new();
        loop {
            let frame = tokio::select! {
                frame = body.frame() => frame,
                () = tell.closed() => return,
            };
            let Some(Ok(frame)) = frame else { return };
            text.extend_from_slice(frame.data_ref().map_or(&[][..], |data| &data[..]));
            while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = text.drain(..=end).collect();
                let Ok(row) = serde_json::from_slice(&line) else { return };
                if tell.send(answers::happening(row)).is_err() {
                    return;
                }
            }
        }
    });
    Ok(heard)
}
