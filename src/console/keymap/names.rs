//! The names by which a configuration file calls commands and modes.

use super::{Command, Mode};
use crate::console::state::View;
use crate::steward::Kind;

/// Every command that a key can be given to.
pub(super) const COMMANDS: &[(&str, Command)] = &[
    ("quit", Command::Quit),
    ("back", Command::Back),
    ("help", Command::Help),
    ("commands", Command::Palette),
    ("theme", Command::Theme),
    ("mouse", Command::Mouse),
    ("suspend", Command::Suspend),
    ("refresh", Command::Refresh),
    ("environment", Command::Environment),
    ("overview", Command::View(View::Overview)),
    ("containers", Command::View(View::Table(Kind::Container))),
    ("images", Command::View(View::Table(Kind::Image))),
    ("volumes", Command::View(View::Table(Kind::Volume))),
    ("networks", Command::View(View::Table(Kind::Network))),
    ("history", Command::View(View::History)),
    ("ssot", Command::View(View::Ssot)),
    ("next-view", Command::NextView),
    ("previous-view", Command::PreviousView),
    ("down", Command::Down),
    ("up", Command::Up),
    ("page-down", Command::PageDown),
    ("page-up", Command::PageUp),
    ("top", Command::Top),
    ("bottom", Command::Bottom),
    ("pane-down", Command::PaneDown),
    ("pane-up", Command::PaneUp),
    ("next", Command::Next),
    ("open", Command::Open),
    ("filter", Command::Filter),
    ("keep-filter", Command::KeepFilter),
    ("sort", Command::Sort),
    ("reverse", Command::Reverse),
    ("mark", Command::Mark),
    ("mark-all", Command::MarkAll),
    ("unmark", Command::Unmark),
    ("range", Command::Range),
    ("mark-range", Command::MarkRange),
    ("plan", Command::Plan),
    ("approve", Command::Approve),
    ("submit", Command::Submit),
    ("stop", Command::Stop),
    ("stop-and-quit", Command::StopAndQuit),
    ("copy", Command::Copy),
    ("permit", Command::Permit),
    ("pattern", Command::Pattern),
    ("inspect", Command::Inspect),
    ("previous-found", Command::PreviousFound),
    ("edit", Command::Edit),
    ("next-link", Command::NextLink),
    ("follow", Command::Follow),
    ("return", Command::Return),
    ("review", Command::Review),
    ("hold", Command::Hold),
    ("compare", Command::Compare),
    ("record", Command::Record),
    ("trash", Command::Trash),
    ("write-plan", Command::WritePlan),
    ("write-script", Command::WriteScript),
    ("group", Command::Group),
    ("demo", Command::Demo),
    ("retry", Command::Retry),
];

/// The name of a command.
pub(in crate::console) fn of(command: Command) -> Option<&'static str> {
    COMMANDS.iter().find(|(_, it)| *it == command).map(|(name, _)| *name)
}

/// The command of a name.
pub(in crate::console) fn command(name: &str) -> Option<Command> {
    COMMANDS.iter().find(|(it, _)| *it == name).map(|(_, command)| *command)
}

impl Mode {
    /// The name by which a configuration file calls it.
    pub fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// The mode of a name.
    pub(super) fn called(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::keymap::Keymap;

    #[test]
    fn every_command_with_a_key_has_a_name_of_its_own() {
        let keys = Keymap::default();
        for mode in Mode::ALL {
            for binding in keys.bindings(mode, false) {
                assert!(of(binding.command).is_some(), "{:?} of {mode:?} has no name", binding.command);
            }
        }
        for (at, (name, command)) in COMMANDS.iter().enumerate() {
            assert!(!COMMANDS[..at].iter().any(|(other, it)| other == name || it == command), "{name}");
        }
    }
}
