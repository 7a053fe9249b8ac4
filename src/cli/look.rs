//! The look at the engine that every command begins with.

use std::time::Duration;

use super::exit::Failure;
use super::output::say;
use crate::session::{Look, Session, Trouble};
use crate::text::sanitise;

/// How long a plan waits for sizes: they are good to know, and no removal depends on them.
const PATIENCE: Duration = Duration::from_secs(20);

/// Looks at the engine, without sizes.
pub(super) async fn without_sizes(session: &Session) -> Result<Look, Failure> {
    told(session, session.look().await?)
}

/// Looks at the engine and waits for all sizes, however long the engine takes for them.
pub(super) async fn with_sizes(session: &Session) -> Result<Look, Failure> {
    told(session, session.look_with_sizes().await?)
}

/// Looks at the engine, with sizes if they come in time.
pub(super) async fn with_sizes_in_time(session: &Session) -> Result<Look, Failure> {
    let (look, in_time) = session.look_with_sizes_within(PATIENCE).await?;
    if !in_time {
        say("the engine is still measuring; going on without sizes");
    }
    told(session, look)
}

/// Tells of cleanups that were cut off, once what was in flight has been looked up.
pub(super) fn told(session: &Session, look: Look) -> Result<Look, Failure> {
    for line in cut_off(session, &look)? {
        say(&line);
    }
    Ok(look)
}

/// What there is to tell of cleanups that were cut off, a line each, and of a look that is not remembered.
pub(super) fn cut_off(session: &Session, look: &Look) -> Result<Vec<String>, Failure> {
    let mut lines: Vec<String> =
        session.unkept().iter().map(|why| format!("! {}", sanitise(&why.to_string()))).collect();
    let found = match session.reconcile(look) {
        // Where nothing can be written nothing can be removed, and what is there can still be shown.
        Err(error) if error.kind == Trouble::Disk => {
            let why = sanitise(&error.to_string()).into_owned();
            lines.push(format!("! whether a cleanup was cut off cannot be found out: {why}"));
            Vec::new()
        }
        found => found?,
    };
    for it in found {
        let journal = it.journal.to_string_lossy();
        lines.push(format!(
            "! the cleanup {} was cut off; its journal: {}",
            sanitise(&it.run),
            sanitise(&journal)
        ));
        lines.extend(it.told.iter().map(|line| format!("  {}", sanitise(line))));
    }
    Ok(lines)
}
