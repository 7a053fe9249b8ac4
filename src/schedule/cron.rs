//! A line for a crontab.

use super::when::{Clock, Here, NoZone};
use super::{Document, Job};
use crate::text::shell_quote;

/// The line. `CRON_TZ` is cronie's; where cron does not know it, a comment gives the line for this machine's clock.
pub fn cron(job: &Job<'_>, here: &Here) -> Result<Document, NoZone> {
    let words: Vec<String> = job.run().iter().map(|word| shell_quote(word).into_owned()).collect();
    let folder = job.folder();
    // In a crontab a bare `%` ends the line.
    let command = format!("cd {} && {}", shell_quote(&folder), words.join(" ")).replace('%', r"\%");
    let clock = Clock::of(job.schedule);
    let local = Clock::here(job.schedule, here)?;
    let text = format!(
        "# {title}; for `crontab -e`. What it prints, cron mails.\n\
         # Secrets of the alerts go above, a line each, such as MATTERMOST_WEBHOOK_URL=…; or the SSOT names files.\n\
         CRON_TZ={zone}\n\
         {fields} {command}\n\
         #\n\
         # cronie (Red Hat, Arch, SUSE) knows CRON_TZ; the cron of Debian and Ubuntu does not, and goes by the\n\
         # machine's clock. {there} {zone} is {then} {here} as the clocks stand now, so there write instead:\n\
         # {local} {command}\n",
        title = job.title(),
        zone = job.schedule.time_zone,
        fields = clock.cron(),
        there = clock.words(),
        then = local.words(),
        here = here.name(),
        local = local.cron(),
    );
    Ok(Document { name: format!("{}.crontab", job.name()), text })
}
