//! Times and sizes that are kept for each of many.

use std::fmt;

use jiff::Timestamp;

/// A time, or none, in eight bytes instead of 24: nanoseconds since 1970, which suffices for the years 1678 to 2261. What
/// lies beyond is as far in the past or in the future as can be told.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment(i64);

impl Moment {
    /// No time.
    pub const NONE: Self = Self(i64::MIN);

    /// The time, if there is one.
    pub fn get(self) -> Option<Timestamp> {
        // The nanoseconds of 64 bits always make a timestamp.
        if self == Self::NONE { None } else { Timestamp::from_nanosecond(self.0.into()).ok() }
    }
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        let edge = if at.as_second() < 0 { i64::MIN } else { i64::MAX };
        Self(i64::try_from(at.as_nanosecond()).unwrap_or(edge).max(i64::MIN + 1))
    }
}

impl From<Option<Timestamp>> for Moment {
    fn from(at: Option<Timestamp>) -> Self {
        at.map_or(Self::NONE, Self::from)
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// Bytes, or none where they are not known, in eight bytes instead of sixteen.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ByteCount(u64);

impl ByteCount {
    /// Not known.
    pub const NONE: Self = Self(u64::MAX);

    /// How many, if that is known.
    pub const fn get(self) -> Option<u64> {
        if self.0 == Self::NONE.0 { None } else { Some(self.0) }
    }
}

impl From<Option<u64>> for ByteCount {
    fn from(bytes: Option<u64>) -> Self {
        // No disk holds as many as stand for none.
        bytes.map_or(Self::NONE, |bytes| Self(bytes.min(u64::MAX - 1)))
    }
}

impl fmt::Debug for ByteCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_kept_to_the_last() {
        for bytes in [None, Some(0), Some(1), Some(u64::MAX - 1)] {
            assert_eq!(ByteCount::from(bytes).get(), bytes);
        }
        assert_eq!(ByteCount::from(Some(u64::MAX)).get(), Some(u64::MAX - 1));
    }

    #[test]
    fn a_time_is_kept_to_the_nanosecond() {
        for text in [
            "1678-01-01T00:00:00.000000001Z",
            "1970-01-01T00:00:00Z",
            "2026-11-29T11:24:00.123456789Z",
            "2261-12-31T23:59:59.999999999Z",
        ] {
            let at: Timestamp = text.parse().unwrap();
            assert_eq!(Moment::from(at).get(), Some(at));
        }
        assert_eq!(Moment::from(None).get(), None);
        // Beyond that it stays as far in the past or in the future as can be told.
        let (first, last) = (Moment::from(Timestamp::MIN).get(), Moment::from(Timestamp::MAX).get());
        assert!(first.unwrap() < last.unwrap() && last.unwrap().to_string().starts_with("2262"));
    }
}
