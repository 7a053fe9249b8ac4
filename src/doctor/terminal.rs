//! Whether the console can be shown, and in how many colours.

use super::Findings;

/// What the process's terminal is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terminal {
    /// Columns and rows; none where there is no terminal.
    pub size: Option<(u16, u16)>,
    /// `TERM`.
    pub term: String,
    /// How many colours were found: `no`, `16`, `256`, `16 million`.
    pub colors: &'static str,
}

/// What the console is made for.
const SMALLEST: (u16, u16) = (80, 24);

pub(super) fn examine(findings: &mut Findings, terminal: &Terminal) {
    let Some((columns, rows)) = terminal.size else {
        return findings
            .ok("terminal", "none here; the console needs one (`ssh -t`), every other command does not");
    };
    let text = format!("{columns}×{rows}, TERM={}, {} colours", terminal.term, terminal.colors);
    if columns < SMALLEST.0 || rows < SMALLEST.1 {
        findings.warning("terminal", text, "Make it at least 80×24: below that, columns are left out.");
    } else if terminal.colors == "no" {
        findings.warning("terminal", text, "If it has colours: unset NO_COLOR, and set TERM=xterm-256color.");
    } else {
        findings.ok("terminal", text);
    }
}
