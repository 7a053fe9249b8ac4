//! The log, for finding faults: off unless `DOCKER_STEWARD_LOG` says what to log, and never on the screen.

use std::sync::Mutex;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::exit::Failure;
use crate::records::{Paths, create_private_dir, open_bounded_private};

/// The variable that turns the log on: `debug`, or `docker_steward::engine=trace,info`.
const VARIABLE: &str = "DOCKER_STEWARD_LOG";

/// Begins to log, if that was asked for.
pub(super) fn init(demo: bool) -> Result<(), Failure> {
    let Some(filter) = std::env::var(VARIABLE).ok().filter(|filter| !filter.is_empty()) else {
        return Ok(());
    };
    let filter: Targets = filter.parse().map_err(|error| {
        Failure::failed(format!("{VARIABLE} is no filter: {error}\n  write `debug`, say"))
    })?;
    let paths = Paths::from_process(demo)?;
    let path = paths.log();
    let fail = |error| Failure::failed(format!("the log {} cannot be written: {error}", path.display()));
    create_private_dir(paths.state()).map_err(fail)?;
    let file = open_bounded_private(&path).map_err(fail)?;
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(Mutex::new(file));
    let log = tracing_subscriber::registry().with(lines).with(filter);
    // Fails only where a log was begun before: then that one goes on.
    let _ = log.try_init();
    Ok(())
}
