//! Addresses with their secrets put in.

use std::fmt;
use std::io::Read as _;

/// The longest secret that is read from a file.
const LONGEST: u64 = 64 * 1024;

/// An address that nobody is shown: whoever knows it can post to it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Address(String);

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

impl Address {
    /// The text, for the request and for nothing else.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }

    /// Puts the environment's variables and the files' contents in.
    pub(super) fn of(written: &str) -> Result<Self, String> {
        Self::with(written, &|name| std::env::var(name).ok())
    }

    fn with(written: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let mut text = String::new();
        let mut rest = written;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) =
                after.split_once('}').ok_or_else(|| "a `${` in its address is not closed".to_owned())?;
            text.push_str(before);
            text.push_str(&match name.strip_prefix("file:") {
                Some(path) => from_file(path)?,
                None => variable(name)
                    .filter(|value| !value.trim().is_empty())
                    .map(|value| value.trim().to_owned())
                    .ok_or_else(|| format!("the environment variable {name} is not set"))?,
            });
            rest = after;
        }
        text.push_str(rest);
        Ok(Self(text))
    }
}

/// What a file holds, without the line break at its end.
fn from_file(path: &str) -> Result<String, String> {
    let mut text = String::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(LONGEST).read_to_string(&mut text))
        .map_err(|error| format!("the secret in {path} cannot be read: {error}"))?;
    let text = text.trim();
    if text.is_empty() { Err(format!("the secret in {path} is empty")) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_put_in_and_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("hook");
        std::fs::write(&file, "T0/B0\n").unwrap();
        let variable = |name: &str| (name == "HOST").then(|| "chat.example\n".to_owned());
        let of = |written: &str| Address::with(written, &variable);
        let address = of(&format!("https://${{HOST}}/hooks/${{file:{}}}", file.display())).unwrap();
        assert_eq!(address.reveal(), "https://chat.example/hooks/T0/B0");
        assert_eq!(format!("{address:?}"), "Address(…)");
        assert_eq!(of("https://plain.example/x").unwrap().reveal(), "https://plain.example/x");
        assert_eq!(of("${NOPE}").unwrap_err(), "the environment variable NOPE is not set");
        assert!(
            of("${file:/nowhere/at/all}").unwrap_err().starts_with("the secret in /nowhere/at/all cannot")
        );
        std::fs::write(&file, "\n").unwrap();
        assert!(of(&format!("${{file:{}}}", file.display())).is_err());
    }
}
