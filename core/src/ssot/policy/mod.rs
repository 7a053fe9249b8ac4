//! The policy: what an SSOT file declares, as plain data. No disk, no clock.

mod environment;
mod removal;
mod resources;
mod watch;

use std::path::PathBuf;

use super::wire;

pub use environment::{Cleanup, EngineBinding, Environment, EnvironmentError, Host};
pub use removal::{AgedPatterns, Evidence, ImageRetention, MaxAge, Retention, TrashPolicy};
pub use resources::{Expectation, Expected, LabelRule, Protected};
pub use watch::{
    AlertEvent, AlertRule, AlertTarget, AuditSettings, Every, HealthCheck, Probe, Schedule, Stack, TimeOfDay,
    Weekday,
};

/// One environment as declared.
#[derive(Debug, Clone, PartialEq, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The version of the file format. Only 1 exists.
    #[serde(deserialize_with = "wire::version")]
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// Which environment this is. `prod` and `production` are one.
    pub environment: Environment,
    /// The name under which the steward speaks, in titles and alerts.
    #[serde(default = "nameless")]
    pub steward: String,
    /// What the environment is for, in one line.
    #[serde(default)]
    pub purpose: String,
    /// What may be removed here, and how.
    pub cleanup: Cleanup,
    /// The machine and the engine.
    #[serde(default)]
    pub host: Host,
    /// What the engine is meant to hold.
    #[serde(default)]
    pub expected: Expected,
    /// What must never be removed.
    #[schemars(with = "wire::ProtectedFile")]
    pub protected: Protected,
    /// What may be removed because of its name.
    #[serde(default, deserialize_with = "wire::safe_to_delete")]
    #[schemars(with = "wire::AgedPatternsFile")]
    pub safe_to_delete: AgedPatterns,
    /// Which part of the safe to delete may go unattended. It only ever narrows.
    #[serde(default = "wire::nothing_automatic", deserialize_with = "wire::auto_delete")]
    #[schemars(with = "wire::AgedPatternsFile")]
    pub auto_delete: AgedPatterns,
    /// What may be removed because it has been unused for long.
    #[serde(default)]
    pub retention: Retention,
    /// Whether, and how long, what a cleanup takes away is kept. Absent: only `apply --trash` keeps anything.
    #[serde(default)]
    pub trash: Option<TrashPolicy>,
    /// How to see that the environment works.
    #[serde(default)]
    #[schemars(with = "Vec<wire::HealthCheckFile>")]
    pub health: Vec<HealthCheck>,
    /// What brings the environment up.
    #[serde(default)]
    pub stack: Option<Stack>,
    /// Where audits are written.
    #[serde(default)]
    pub audit: AuditSettings,
    /// Who is told of what.
    #[serde(default)]
    #[schemars(with = "Vec<wire::AlertRuleFile>")]
    pub alerts: Vec<AlertRule>,
    /// When the unattended pass is meant to run.
    #[serde(default)]
    #[schemars(with = "Option<wire::ScheduleFile>")]
    pub schedule: Option<Schedule>,
}

impl Policy {
    /// An environment of which nothing is declared yet: everything in it is unknown, and nothing removable.
    pub fn undeclared(environment: Environment, cleanup: Cleanup) -> Self {
        Self {
            version: 1,
            environment,
            steward: nameless(),
            purpose: String::new(),
            cleanup,
            host: Host::default(),
            expected: Expected::default(),
            protected: Protected::default(),
            safe_to_delete: AgedPatterns::default(),
            auto_delete: wire::nothing_automatic(),
            retention: Retention::default(),
            trash: None,
            health: Vec::new(),
            stack: None,
            audit: AuditSettings::default(),
            alerts: Vec::new(),
            schedule: None,
        }
    }

    /// Where the audit log goes, relative to the working folder unless the SSOT says otherwise:
    /// `logs/docker_audit_log.jsonl` for the desktop, `logs/docker_ENV_audit_log.jsonl` elsewhere.
    pub fn audit_log(&self) -> PathBuf {
        self.audit.log.clone().unwrap_or_else(|| match self.environment.record_name() {
            "desktop" => PathBuf::from("logs/docker_audit_log.jsonl"),
            name => PathBuf::from(format!("logs/docker_{name}_audit_log.jsonl")),
        })
    }
}

fn nameless() -> String {
    "docker-steward".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_audit_logs_are_the_seeds() {
        let log =
            |name: &str| Policy::undeclared(Environment::new(name).unwrap(), Cleanup::Forbidden).audit_log();
        assert_eq!(log("desktop"), PathBuf::from("logs/docker_audit_log.jsonl"));
        assert_eq!(log("staging"), PathBuf::from("logs/docker_staging_audit_log.jsonl"));
        assert_eq!(log("production"), PathBuf::from("logs/docker_prod_audit_log.jsonl"));
    }
}
