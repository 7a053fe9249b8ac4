//! A launchd agent, for the Mac.

use std::fmt::Write as _;
use std::path::Path;

use jiff::civil::Weekday;

use super::when::{Clock, Here, NoZone};
use super::{Document, Job};

/// The agent. launchd knows no time zones: the schedule is put on this machine's clock, and a comment says so.
pub fn launchd(job: &Job<'_>, here: &Here, home: &Path) -> Result<Document, NoZone> {
    let label = job.name();
    let clock = Clock::here(job.schedule, here)?;
    let mut arguments = String::new();
    for word in job.run() {
        let _ = writeln!(arguments, "    <string>{}</string>", escaped(&word));
    }
    let log = home.join("Library/Logs").join(format!("{label}.log"));
    // No name of ours in the comment: two dashes in a row would end it.
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <!-- For ~/Library/LaunchAgents; then: launchctl bootstrap gui/$(id -u) THIS-FILE\n\
         \x20    {there} {zone} is {local} {here}, as the clocks stand now. launchd goes by the Mac's clock:\n\
         \x20    after it moved, or where one of the two changes to summer time, make this file anew.\n\
         \x20    It knows no variables of a shell: the SSOT names files for the secrets of its alerts. -->\n\
         <plist version=\"1.0\">\n\
         <dict>\n\
         \x20 <key>Label</key>\n\
         \x20 <string>{label}</string>\n\
         \x20 <key>ProgramArguments</key>\n\
         \x20 <array>\n{arguments}\x20 </array>\n\
         \x20 <key>WorkingDirectory</key>\n\
         \x20 <string>{folder}</string>\n\
         \x20 <key>StartCalendarInterval</key>\n\
         \x20 <dict>\n{interval}\x20 </dict>\n\
         \x20 <key>StandardOutPath</key>\n\
         \x20 <string>{log}</string>\n\
         \x20 <key>StandardErrorPath</key>\n\
         \x20 <string>{log}</string>\n\
         </dict>\n\
         </plist>\n",
        there = Clock::of(job.schedule).words(),
        zone = job.schedule.time_zone,
        local = clock.words(),
        here = here.name(),
        folder = escaped(&job.folder()),
        interval = interval(clock),
        log = escaped(&log.to_string_lossy()),
    );
    Ok(Document { name: format!("{label}.plist"), text })
}

fn interval(clock: Clock) -> String {
    let day = clock.day.map(Weekday::to_sunday_zero_offset);
    let parts = [("Weekday", day), ("Hour", clock.hour), ("Minute", Some(clock.minute))];
    parts.into_iter().filter_map(|(key, value)| Some((key, value?))).fold(
        String::new(),
        |mut out, (key, value)| {
            let _ = writeln!(out, "    <key>{key}</key>\n    <integer>{value}</integer>");
            out
        },
    )
}

/// A text in XML; what XML cannot hold at all is shown, since no path that works holds it.
fn escaped(text: &str) -> String {
    crate::text::sanitise(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
