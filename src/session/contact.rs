//! An engine without an SSOT: what is needed before there is one, or to find out why there is none.

use super::{Options, SessionError, start_demo};
use crate::demo::DemoEngine;
use crate::engine::{self, Choice, Endpoint, Reader};
use crate::steward::{EngineIdentity, Inventory};

/// An engine that is only looked at.
#[derive(Debug)]
pub struct Contact {
    /// Who it is.
    pub engine: EngineIdentity,
    reader: Reader,
    /// Keeps the demo's engine alive.
    _demo: Option<DemoEngine>,
}

impl Contact {
    /// Finds the engine and shakes hands with it.
    pub async fn make(options: &Options) -> Result<Self, SessionError> {
        let (endpoint, demo) =
            if options.demo { start_demo(options).await? } else { (choose(options)?, None) };
        let reader = Reader::connect(endpoint, options.time_outs).await?;
        Ok(Self { engine: reader.identity().await?, reader, _demo: demo })
    }

    /// Everything that the engine holds.
    pub async fn inventory(&self) -> Result<Inventory, SessionError> {
        Ok(self.reader.inventory().await?)
    }
}

/// Where the engine would be looked for; nothing is contacted.
pub fn choose(options: &Options) -> Result<Endpoint, SessionError> {
    Ok(engine::choose(&Choice::from_process(options.host.clone(), options.context.clone()))?)
}

/// The names of all Docker contexts.
pub fn contexts() -> Vec<String> {
    engine::contexts(&Choice::from_process(None, None))
}
