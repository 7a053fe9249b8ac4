//! Faults on demand, for the tests of what happens to the terminal then. Only a build with debug assertions
//! knows them; in any other this is nothing.

/// Panics here, if the variable names this place.
pub(super) fn here(place: &str) {
    assert!(!is_asked_for(place), "this fault was asked for by DOCKER_STEWARD_FAULT={place}");
}

/// Takes its time here, if the variable asks for that.
pub(super) fn linger(place: &str) {
    if is_asked_for(place) {
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
}

fn is_asked_for(fault: &str) -> bool {
    cfg!(debug_assertions) && std::env::var_os("DOCKER_STEWARD_FAULT").is_some_and(|it| it == fault)
}
