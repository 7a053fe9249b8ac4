//! How things look: a theme gives each [`Role`] a style. Views ask for what a thing *is* (protected, a key,
//! a warning) and never for a colour.

mod color;
mod load;

use ratatui::style::Style;

use crate::ssot::Environment;
use crate::steward::Class;

pub use color::{Depth, contrast};
pub use load::{Library, ThemeError, built_in, names};

pub(super) use load::told;

macro_rules! roles {
    ($($(#[$doc:meta])* $variant:ident = $key:literal,)*) => {
        /// What a piece of the screen is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role {
            $($(#[$doc])* $variant,)*
        }

        impl Role {
            /// All roles. Every theme must say how each of them looks.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name of the role in a theme file.
            pub const fn key(self) -> &'static str {
                match self {
                    $(Self::$variant => $key,)*
                }
            }
        }
    };
}

roles! {
    /// Ordinary text, and the page under everything.
    Text = "text",
    /// Text that is there when it is looked for.
    Dim = "dim",
    /// Headings, and what matters in a sentence.
    Strong = "strong",
    /// The one accent.
    Accent = "accent",
    /// A key that can be pressed.
    Key = "key",
    /// Lines that separate.
    Rule = "rule",
    /// A column's heading.
    Column = "column",
    /// The heading of the column that sorts.
    ColumnSorted = "column_sorted",
    /// The row under the cursor.
    Selection = "selection",
    /// Rows of a range that is being marked.
    Range = "range",
    /// A mark.
    Marked = "marked",
    /// The class `protected`.
    Protected = "protected",
    /// The class `expected`.
    Expected = "expected",
    /// The class `safe-to-delete`.
    Safe = "safe",
    /// The class `unknown`.
    Unknown = "unknown",
    /// What should be there and is not.
    Missing = "missing",
    /// Well done, in order.
    Good = "good",
    /// Look here.
    Warning = "warning",
    /// Something failed, or may be lost.
    Danger = "danger",
    /// The first line.
    Header = "header",
    /// What is said softly in the first line.
    HeaderDim = "header_dim",
    /// The first line of a production environment.
    HeaderAlarm = "header_alarm",
    /// The badge of an environment of another name.
    Environment = "environment",
    /// The badge of `desktop`.
    Desktop = "desktop",
    /// The badge of `staging`.
    Staging = "staging",
    /// The badge of `production`.
    Production = "production",
    /// The name of a view.
    Tab = "tab",
    /// The name of the view that is shown.
    TabActive = "tab_active",
    /// A command, as it would be typed.
    Command = "command",
    /// Text that is being typed.
    Input = "input",
    /// The cursor in a text field.
    Cursor = "cursor",
    /// A dialog's surface.
    Dialog = "dialog",
    /// A dialog's border.
    DialogBorder = "dialog_border",
    /// The border of a dialog that asks for something dangerous.
    DialogAlarm = "dialog_alarm",
    /// A message that goes away by itself.
    Toast = "toast",
    /// The scroll bar's thumb.
    Thumb = "thumb",
}

/// A theme, ready for the terminal at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    name: String,
    summary: String,
    styles: Vec<Style>,
}

impl Theme {
    /// The name by which `--theme` calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is like, in a few words.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// How a role looks.
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }

    /// How a class looks.
    pub fn class(&self, class: Class) -> Style {
        self.style(match class {
            Class::Protected => Role::Protected,
            Class::Expected => Role::Expected,
            Class::SafeToDelete => Role::Safe,
            Class::Unknown => Role::Unknown,
        })
    }

    /// How the badge of an environment looks.
    pub fn environment(&self, environment: &Environment) -> Style {
        self.style(match environment.as_str() {
            "production" => Role::Production,
            "staging" => Role::Staging,
            "desktop" => Role::Desktop,
            _ => Role::Environment,
        })
    }
}
