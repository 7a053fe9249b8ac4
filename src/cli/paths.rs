//! `paths`: where everything is, and whether it is there.

use std::fmt::Write as _;
use std::path::Path;

use super::args::Global;
use super::exit::{Code, Failure};
use super::output::print;
use crate::records::{AuditLog, Paths, predecessor};
use crate::session::find_ssot;
use crate::ssot::find::{Dirs, candidates};
use crate::text::sanitise;

/// Runs `paths`.
pub(super) fn run(global: &Global) -> Result<Code, Failure> {
    let paths = Paths::from_process(global.demo)?;
    let mut text = String::new();
    let mut add = |what: &str, path: &Path| {
        let there = if path.symlink_metadata().is_ok() { "" } else { "  (not there)" };
        let _ = writeln!(text, "{what:<14}{}{there}", sanitise(&path.to_string_lossy()));
    };
    for folder in paths.config_folders() {
        add("configuration", folder);
    }
    add("state", paths.state());
    add("ledgers", &paths.ledgers());
    add("journals", &paths.journal());
    add("trash", &paths.trash());
    add("locks", &paths.locks());
    add("alerts", &paths.alerts());
    add("told", &paths.told_folder());
    add("console", &paths.console());
    add("greetings", &paths.greetings());
    add("log", &paths.log());
    for full in [paths.alerts(), paths.log()] {
        let before = predecessor(&full);
        if before.exists() {
            add("", &before);
        }
    }
    // The rest depends on the environment: shown where one was named, and its SSOT can be read.
    let named = global.session();
    let dirs = Dirs::from_process();
    if (named.env.is_some() || named.ssot.is_some() || named.demo)
        && let Ok(ssot) = find_ssot(&named, None, &dirs)
    {
        let log = AuditLog::at(paths.audit_log(&ssot.policy.audit_log()));
        add("audit log", log.path());
        for part in log.parts()? {
            add("", &part);
        }
        for path in candidates(&ssot.policy.environment, &dirs) {
            add("ssot", &path);
        }
        let _ = writeln!(text, "{:<14}{}", "ssot in use", sanitise(&ssot.path_display()));
    }
    print(&text)?;
    Ok(Code::Done)
}
