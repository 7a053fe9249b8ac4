//! The three SSOTs in the program: what the console shows before anybody has written one.

use super::error::SsotError;
use super::load::{Origin, Ssot, parse};
use super::policy::Environment;

/// Each environment, the path its file has in the repository, and its text.
const FILES: [(&str, &str, &str); 3] = [
    ("desktop", "ssot/desktop.yaml", include_str!("../../../ssot/desktop.yaml")),
    ("staging", "ssot/staging.yaml", include_str!("../../../ssot/staging.yaml")),
    ("production", "ssot/production.yaml", include_str!("../../../ssot/production.yaml")),
];

/// The environments that have a built-in SSOT.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, ..)| *name)
}

/// The text of a built-in SSOT: what `ssot init` starts from.
pub fn text(environment: &Environment) -> Option<&'static str> {
    FILES.iter().find(|(name, ..)| *name == environment.as_str()).map(|(_, _, text)| *text)
}

/// The built-in SSOT of an environment, if there is one.
pub fn load(environment: &Environment) -> Option<Result<Ssot, SsotError>> {
    let (_, path, text) = FILES.iter().find(|(name, ..)| *name == environment.as_str())?;
    Some(parse(text, &Origin::BuiltIn(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_ones_are_valid_and_declare_their_own_environment() {
        for name in names() {
            let environment = Environment::new(name).unwrap();
            let ssot = load(&environment).unwrap().unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(ssot.policy.environment, environment);
            assert_eq!(ssot.path_display(), format!("built-in ssot/{name}.yaml"));
        }
    }
}
