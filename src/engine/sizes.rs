//! Asking for sizes: one `GET /system/df`, which walks every file and may take minutes. Never on the way to the rows.

use std::time::Duration;

use super::error::EngineError;
use super::transport::Transport;
use crate::answers::{Sizes, usage};

/// How long to wait while another tool's `docker system df` is under way (the engine then answers 500).
const BUSY: [Duration; 4] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// Asks for all sizes.
pub(super) async fn ask(transport: &Transport) -> Result<Sizes, EngineError> {
    let mut waits = BUSY.iter();
    loop {
        let mut usage = usage();
        match transport.take("/system/df", transport.time_outs().sizes, |bytes| usage.take(bytes)).await {
            Ok(()) => return Ok(usage.end()?),
            Err(error) if is_busy(&error) => match waits.next() {
                Some(wait) => tokio::time::sleep(*wait).await,
                None => return Err(error),
            },
            Err(error) => return Err(error),
        }
    }
}

/// Whether another `docker system df` is under way.
fn is_busy(error: &EngineError) -> bool {
    matches!(error, EngineError::Status { status: 500, message, .. } if message.contains("already running"))
}
