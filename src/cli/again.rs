//! What to type to run another command on the same engine and SSOT.

use super::args::Global;
use super::plugin;
use crate::text::shell_quote;

/// The program's name as it was called, with the options that choose engine and SSOT.
pub(super) fn command(global: &Global) -> String {
    let mut words = vec![if plugin::is_plugin() { "docker steward" } else { "docker-steward" }.to_owned()];
    let mut option = |name: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            words.push(format!("{name} {}", shell_quote(value)));
        }
    };
    for context in &global.context {
        option("--context", Some(context));
    }
    option("--host", global.host.as_deref());
    option("--env", global.env.as_deref());
    let ssot = global.ssot.as_ref().map(|path| path.to_string_lossy());
    option("--ssot", ssot.as_deref());
    if global.demo {
        words.push("--demo".to_owned());
    }
    words.join(" ")
}
