//! Text for people: the one boundary where engine text is made harmless, and the one spelling of sizes,
//! ages and quoted words.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::time::Duration;

/// Makes text from an engine or a file safe to print: control characters (C0, DEL, C1), line and
/// paragraph separators, and characters that reorder or hide text become visible escapes such as
/// `\x1b` and `\u{202e}`. Clean text is returned as it is.
pub fn sanitise(text: &str) -> Cow<'_, str> {
    if is_plain(text) || !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 8);
    for it in text.chars() {
        if is_hostile(it) {
            let code = u32::from(it);
            // Writing to a `String` cannot fail.
            let _ =
                if code < 0x100 { write!(clean, "\\x{code:02x}") } else { write!(clean, "\\u{{{code:x}}}") };
        } else {
            clean.push(it);
        }
    }
    Cow::Owned(clean)
}

/// Whether a text is printable ASCII alone, as most names are: harmless, and as wide as it is long.
pub fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Whether a character could move the cursor, change the terminal, or show text other than it is: controls,
/// what reorders text, and what Unicode lets a terminal draw as nothing (`Default_Ignorable_Code_Point`),
/// but for the variation selectors that emoji are written with.
pub fn is_hostile(it: char) -> bool {
    it.is_control()
        || matches!(it,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// One word for a POSIX shell (and bash's `$'…'` where it holds anything that could harm a terminal).
///
/// No word of a command can hold NUL. In `$'…'` it would end the word, and what is left might name something
/// else: it is written out as the four characters `\x00`, which name nothing.
pub fn shell_quote(word: &str) -> Cow<'_, str> {
    let plain = |it: char| it.is_ascii_alphanumeric() || "_@%+=:,./-".contains(it);
    if !word.is_empty() && word.chars().all(plain) {
        return Cow::Borrowed(word);
    }
    if !word.chars().any(is_hostile) {
        return Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")));
    }
    let mut quoted = String::from("$'");
    for it in word.chars() {
        let _ = match it {
            '\'' | '\\' => write!(quoted, "\\{it}"),
            '\0' => write!(quoted, "\\\\x00"),
            it if is_hostile(it) => {
                let mut bytes = [0; 4];
                it.encode_utf8(&mut bytes).bytes().try_for_each(|byte| write!(quoted, "\\x{byte:02x}"))
            }
            it => write!(quoted, "{it}"),
        };
    }
    quoted.push('\'');
    Cow::Owned(quoted)
}

/// Bytes in decimal units, as Docker prints them: `14.1 MB`.
pub fn bytes(count: u64) -> String {
    bytesize::ByteSize(count).display().si().to_string()
}

/// A span in its largest unit: `12 d`, `3 h`, `5 min`, `40 s`.
pub fn age(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_moves_a_cursor_survives() {
        assert_eq!(sanitise("plain ünïcode ✓"), "plain ünïcode ✓");
        assert_eq!(
            sanitise("a\u{1b}]52;c;x\u{7}b\u{9b}c\rd\u{202e}e\n"),
            r"a\x1b]52;c;x\x07b\x9bc\x0dd\u{202e}e\x0a"
        );
    }

    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        for word in
            ["plain-name_1.x", "", "it's", "a b;rm -rf /", "$(x)`y`", "a\u{1b}[31m\n'\\", "x\u{202e}y"]
        {
            let out = std::process::Command::new("bash")
                .arg("-c")
                .arg(format!("printf %s {}", shell_quote(word)))
                .output();
            assert_eq!(String::from_utf8(out.unwrap().stdout).unwrap(), word);
            assert!(!shell_quote(word).chars().any(is_hostile));
        }
    }

    #[test]
    fn sizes_and_ages() {
        assert_eq!(
            [bytes(0), bytes(999), bytes(14_100_000), bytes(3_400_000_000)],
            ["0 B", "999 B", "14.1 MB", "3.4 GB"]
        );
        let of = |seconds| age(Duration::from_secs(seconds));
        assert_eq!([of(5), of(61), of(7_200), of(14 * 86_400)], ["5 s", "1 min", "2 h", "14 d"]);
    }
}
