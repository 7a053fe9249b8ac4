//! Faults on demand, for the tests of what happens to the terminal then. Only a build with debug assertions
//! knows them; in any other this is nothing.

/// Panics here, if the variable names this place.
pub(super) fn here(place: &str) {
    #[cfg(debug_assertions)]
    assert!(
        std::env::var_os("DOCKER_STEWARD_FAULT").is_none_or(|it| it != place),
        "this fault was asked for by DOCKER_STEWARD_FAULT={place}"
    );
    #[cfg(not(debug_assertions))]
    let _ = place;
}
