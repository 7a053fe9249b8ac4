//! Times as the engine writes them.
use jiff::{SignedDuration, Timestamp};

/// Go's zero time, which the engine prints wherever something never happened.
pub(super) const ZERO: &str = "0001-01-01T00:00:00Z";

/// Seconds of Go's zero time since 1970.
const ZERO_SECONDS: i64 = -62_135_596_800;

/// A time, or Go's zero time.
pub(super) fn or_zero(time: Option<Timestamp>) -> String {
    time.map_or_else(|| ZERO.to_owned(), |time| time.to_string())
}

/// Whole seconds since 1970, or those of Go's zero time.
pub(super) fn seconds_or_zero(time: Option<Timestamp>) -> i64 {
    time.map_or(ZERO_SECONDS, Timestamp::as_second)
}

/// A time with resolution of one second, as a volume's `CreatedAt` has it.
pub(super) fn whole_seconds(time: Option<Timestamp>) -> String {
    time.and_then(|time| Timestamp::from_second(time.as_second()).ok())
        .map_or_else(|| ZERO.to_owned(), |time| time.to_string())
}

/// A span in words, as `docker ps` shows it (docker/go-units `HumanDuration`).
pub(super) fn in_words(span: SignedDuration) -> String {
    let seconds = span.as_secs();
    let minutes = seconds / 60;
    // go-units rounds to the nearest hour, but only above the first.
    let hours = (seconds + 1800) / 3600;
    match () {
        () if seconds < 1 => "Less than a second".to_owned(),
        () if seconds == 1 => "1 second".to_owned(),
        () if seconds < 60 => format!("{seconds} seconds"),
        () if minutes == 1 => "About a minute".to_owned(),
        () if minutes < 60 => format!("{minutes} minutes"),
        () if hours == 1 => "About an hour".to_owned(),
        () if hours < 48 => format!("{hours} hours"),
        () if hours < 24 * 7 * 2 => format!("{} days", hours / 24),
        () if hours < 24 * 30 * 2 => format!("{} weeks", hours / 24 / 7),
        () if hours < 24 * 365 * 2 => format!("{} months", hours / 24 / 30),
        () => format!("{} years", seconds / 3600 / 24 / 365),
    }
}
