//! The same engine under its SSOT as the file says it now: a decision that was just written counts at once.

use std::sync::{Arc, Mutex};

use super::{Acquaintance, Inner, Memory, Session, SessionError, check_binding};

impl Session {
    /// A session on the same engine, with the SSOT read again and everything that was seen remembered. The old
    /// one goes by the old SSOT for as long as anybody holds it.
    ///
    /// # Errors
    /// Where the file cannot be read, is not valid, is bound to another engine, or declares another
    /// environment: that is no change of this session but another one.
    pub fn reloaded(&self) -> Result<Self, SessionError> {
        let old = &self.inner;
        let ssot = old.ssot.again().map_err(|error| SessionError::input(error.to_string()))?;
        let (was, is) = (&old.ssot.policy.environment, &ssot.policy.environment);
        if was != is {
            let what = format!("{} declares {is} now, and this session is of {was}", ssot.path_display());
            return Err(SessionError::refused(&what));
        }
        check_binding(&ssot, &old.engine)?;
        let acquaintance = match old.acquaintance {
            // Looking at it meanwhile has not made anybody approve of it.
            Acquaintance::First if ssot.policy.host.engine.is_none() => Acquaintance::First,
            _ => Acquaintance::of(&ssot, &old.engine, &old.paths, old.paths.is_demo()),
        };
        let memory = {
            let memory = self.memory();
            Memory {
                ledger: memory.ledger.clone(),
                ledger_written: memory.ledger_written,
                unkept: memory.unkept.clone(),
                sizes: memory.sizes.clone(),
                early: None,
            }
        };
        let inner = Inner {
            ssot,
            reader: old.reader.clone(),
            engine: old.engine.clone(),
            acquaintance,
            read_only: old.read_only,
            paths: old.paths.clone(),
            asked_since: None,
            memory: Mutex::new(memory),
            saving: Mutex::default(),
            demo: old.demo.clone(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }
}
