//! A schedule in the words of others, and on the clock of this machine.

use jiff::civil::Weekday as Day;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, Zoned};

use crate::ssot::{Every, Schedule, Weekday};

/// This machine's clock, for schedulers that know no other time zone.
#[derive(Debug, Clone)]
pub struct Here {
    /// Its time zone.
    pub zone: TimeZone,
    /// Its time.
    pub now: Timestamp,
}

/// The SSOT names a time zone that this machine has no rules for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the time zone {0} of the SSOT's `schedule` is not known on this machine; install its time zone data, or correct the name"
)]
pub struct NoZone(pub String);

/// A schedule as numbers; what is not fixed is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) day: Option<Day>,
    pub(super) hour: Option<i8>,
    pub(super) minute: i8,
}

impl Clock {
    /// In the schedule's own time zone.
    pub(super) fn of(schedule: &Schedule) -> Self {
        let [hour, minute] = [schedule.at.hour, schedule.at.minute].map(u8::cast_signed);
        Self {
            day: schedule.day.filter(|_| schedule.every == Every::Week).map(day),
            hour: (schedule.every != Every::Hour).then_some(hour),
            minute,
        }
    }

    /// On this machine's clock, as the two zones stand to each other now.
    pub(super) fn here(schedule: &Schedule, here: &Here) -> Result<Self, NoZone> {
        let clock = Self::of(schedule);
        let unknown = || NoZone(schedule.time_zone.clone());
        let zone = TimeZone::get(&schedule.time_zone).map_err(|_| unknown())?;
        let mut date = here.now.to_zoned(zone.clone()).date();
        while clock.day.is_some_and(|day| date.weekday() != day) {
            date = date.checked_add(1.day()).map_err(|_| unknown())?;
        }
        let there: Zoned =
            date.at(clock.hour.unwrap_or(0), clock.minute, 0, 0).to_zoned(zone).map_err(|_| unknown())?;
        let local = there.with_time_zone(here.zone.clone());
        Ok(Self {
            day: clock.day.map(|_| local.weekday()),
            hour: clock.hour.map(|_| local.hour()),
            minute: local.minute(),
        })
    }

    /// The five fields of cron.
    pub(super) fn cron(self) -> String {
        let hour = self.hour.map_or_else(|| "*".to_owned(), |hour| hour.to_string());
        let day = self.day.map_or_else(|| "*".to_owned(), |day| day.to_sunday_zero_offset().to_string());
        format!("{} {hour} * * {day}", self.minute)
    }

    /// `Mon 02:00`, `02:00`, or `minute 15 of each hour`.
    pub(super) fn words(self) -> String {
        let day = self.day.map(|day| format!("{} ", short(day))).unwrap_or_default();
        match self.hour {
            Some(hour) => format!("{day}{hour:02}:{:02}", self.minute),
            None => format!("minute {} of each hour", self.minute),
        }
    }
}

/// The three letters by which systemd and people know it.
pub(super) fn short(day: Day) -> &'static str {
    match day {
        Day::Monday => "Mon",
        Day::Tuesday => "Tue",
        Day::Wednesday => "Wed",
        Day::Thursday => "Thu",
        Day::Friday => "Fri",
        Day::Saturday => "Sat",
        Day::Sunday => "Sun",
    }
}

const fn day(day: Weekday) -> Day {
    match day {
        Weekday::Monday => Day::Monday,
        Weekday::Tuesday => Day::Tuesday,
        Weekday::Wednesday => Day::Wednesday,
        Weekday::Thursday => Day::Thursday,
        Weekday::Friday => Day::Friday,
        Weekday::Saturday => Day::Saturday,
        Weekday::Sunday => Day::Sunday,
    }
}

impl Here {
    /// What people call its time zone.
    pub(super) fn name(&self) -> String {
        self.zone.iana_name().unwrap_or("this machine's time zone").to_owned()
    }
}
