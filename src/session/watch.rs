//! What a session does beside reading and removing: it asks whether the environment works.

use jiff::Timestamp;

use crate::alert::{self, Delivery, Facts, Origin};
use crate::engine::ChosenBy;
use crate::health::{self, HealthReport, StackReport};
use crate::steward::inventory::Container;

use super::{Look, Session};

/// What the engine says of its disk, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskUse {
    /// All layers, each counted once; the writable layers of containers; volumes.
    pub resources: u64,
    /// The build cache, which is no resource of its own.
    pub build_cache: u64,
}

impl Session {
    /// Whether this session may contact anything beside its engine: a demo has no network.
    pub(crate) fn has_network(&self) -> bool {
        self.inner.reader.endpoint().chosen_by != ChosenBy::Demo && !self.inner.paths.is_demo()
    }

    /// Runs the SSOT's health checks, all at once. A command in a container is a write to the engine: it
    /// needs the mandate, and is not run in a read-only session. What cannot be asked is unhealthy, and so
    /// this never fails.
    pub async fn health(&self) -> HealthReport {
        let prober = match self.mandate() {
            Ok(mandate) => Ok(self.inner.reader.prober(&mandate)),
            Err(_) => Err("read-only".to_owned()),
        };
        let engine = health::Engine { reader: &self.inner.reader, prober, network: self.has_network() };
        health::run(&self.inner.ssot.policy.health, &engine).await
    }

    /// What the engine said of its disk when sizes were last asked for.
    pub fn disk_use(&self) -> Option<DiskUse> {
        let memory = self.memory();
        let sizes = memory.sizes.as_ref()?;
        Some(DiskUse { resources: sizes.resources(), build_cache: sizes.build_cache })
    }

    /// No facts yet, of this session. `again` is what to type to run another command on the same engine and SSOT.
    pub fn facts_to_tell(&self, again: &str) -> Facts {
        let (policy, engine) = (&self.inner.ssot.policy, &self.inner.engine);
        let origin = Origin {
            environment: policy.environment.as_str().to_owned(),
            steward: policy.steward.clone(),
            host: engine.name.clone(),
            ip: policy.host.address.clone().unwrap_or_default(),
            engine: engine.binding(),
            url: engine.host.clone(),
            again: again.to_owned(),
        };
        Facts::none(origin, Timestamp::now())
    }

    /// Tells the SSOT's alert rules what is news in these facts, and what became of each; beside it, what else
    /// went wrong. An alert fails nothing.
    pub async fn alert(&self, facts: &Facts) -> (Vec<Delivery>, Vec<String>) {
        alert::deliver(&self.inner.ssot.policy.alerts, facts, &self.inner.paths, self.has_network()).await
    }

    /// The services of the SSOT's compose file and whether they run; none if the SSOT names no such file.
    pub fn stack(&self, look: &Look) -> Option<StackReport> {
        self.stack_of(&look.inventory.containers)
    }

    /// The same without a whole look: only the containers are read.
    pub async fn stack_now(&self) -> Result<Option<StackReport>, super::SessionError> {
        if self.inner.ssot.policy.stack.is_none() {
            return Ok(None);
        }
        Ok(self.stack_of(&self.inner.reader.containers().await?))
    }

    fn stack_of(&self, containers: &[Container]) -> Option<StackReport> {
        let stack = self.inner.ssot.policy.stack.as_ref()?;
        Some(health::read_stack(&stack.compose_file, containers))
    }
}
