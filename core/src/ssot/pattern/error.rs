//! Why a text is no pattern, said so that the reader knows what to write instead.

/// Why a text was refused as a pattern or a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Nothing between the quotes.
    #[error("it is empty, and would match nothing")]
    Empty,
    /// A blank, a control character or an invisible one, which no Docker name holds: the pattern would look
    /// right and never match.
    #[error("it holds {}, which no Docker name does", describe(*.0))]
    Unprintable(char),
    /// `**`, which other tools give a meaning of its own.
    #[error("it holds `**`; one `*` already crosses `/`")]
    DoubleStar,
    /// `\`, which would read as an escape.
    #[error("it holds a backslash; there is nothing to escape in a Docker name")]
    Backslash,
    /// `[…]` in a pattern that protects: with `-`, `_` and `.` alike, a range has no clear meaning.
    #[error("it holds a class in brackets, which a protection cannot have")]
    Class,
    /// A wildcard in a list of names, where it would be taken literally and protect nothing.
    #[error("it holds the wildcard `{0}`, and a name is taken literally")]
    Wildcard(char),
    /// A pattern that would make every resource safe to delete.
    #[error("it matches everything, and would make every resource on the engine safe to delete")]
    Everything,
    /// Not a label: no key.
    #[error("it has no key before the `=`")]
    NoKey,
    /// Unbalanced braces or brackets, an inverted range, and the like.
    #[error("{0}")]
    Syntax(&'static str),
    /// All patterns together are too large for one matcher.
    #[error("it is too large together with the others")]
    TooLarge,
}

impl PatternError {
    /// What to write instead.
    pub fn mend(&self) -> &'static str {
        match self {
            Self::Empty => "write the name, or remove the entry",
            Self::Unprintable(_) => "remove that character",
            Self::DoubleStar => "write a single `*`",
            Self::Backslash => "remove the backslash",
            Self::Wildcard(_) => "move it to `protected.patterns`",
            Self::Everything => "name what is safe, for example `tmp-*`",
            Self::NoKey => "write `key` or `key=value`",
            Self::Class => "write `{a,b}` or `?`",
            Self::Syntax(_) => "correct it, or remove it",
            Self::TooLarge => "write fewer or shorter patterns",
        }
    }
}

fn describe(c: char) -> String {
    match c {
        ' ' => "a blank".to_owned(),
        '\t' => "a tab".to_owned(),
        '\n' | '\r' => "a line break".to_owned(),
        other => format!("the invisible character U+{:04X}", u32::from(other)),
    }
}

/// The refusals that every pattern and every name shares.
pub(super) fn check_text(text: &str) -> Result<(), PatternError> {
    if text.is_empty() {
        return Err(PatternError::Empty);
    }
    text.chars().find(|&c| is_unprintable(c)).map_or(Ok(()), |c| Err(PatternError::Unprintable(c)))
}

/// The refusals that every pattern shares.
pub(super) fn check_pattern(text: &str) -> Result<(), PatternError> {
    check_text(text)?;
    if text.contains('\\') {
        return Err(PatternError::Backslash);
    }
    if text.contains("**") {
        return Err(PatternError::DoubleStar);
    }
    Ok(())
}

/// What the matcher says of a pattern's syntax, without its advice on escaping, which does not hold here.
pub(super) fn in_words(kind: &globset::ErrorKind) -> PatternError {
    use globset::ErrorKind as K;
    PatternError::Syntax(match kind {
        K::UnclosedClass => "a `[` is not closed",
        K::InvalidRange(..) => "a range in brackets runs backwards",
        K::UnopenedAlternates => "a `}` was never opened",
        K::UnclosedAlternates => "a `{` is not closed",
        K::Regex(_) => return PatternError::TooLarge,
        _ => "it is no pattern",
    })
}

/// Blanks, and all that a terminal shows as nothing or as something else.
fn is_unprintable(c: char) -> bool {
    c.is_whitespace() || crate::text::is_hostile(c)
}
