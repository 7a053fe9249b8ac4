//! `schedule`: what other schedulers need. Only prints, or writes new files; installs nothing.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::args::{Global, ScheduleArgs, Scheduler};
use super::environment;
use super::exit::{Code, Failure};
use super::output::{print, say};
use crate::schedule::{self, Document, Here, Job};
use crate::ssot::Ssot;
use crate::text::{sanitise, shell_quote};

/// Runs `schedule`.
pub(super) async fn run(args: &ScheduleArgs, global: &Global) -> Result<Code, Failure> {
    let ssot = environment::ssot(global).await?;
    let folder = std::env::current_dir()?;
    let program = std::env::current_exe()?;
    let program = program.to_string_lossy();
    let job = job(&ssot, global, &folder, &program)?;
    let here = Here { zone: TimeZone::system(), now: Timestamp::now() };
    let zone = |error: schedule::NoZone| Failure::failed(error.to_string());
    let documents = match args.scheduler {
        Scheduler::Systemd => schedule::systemd(&job).to_vec(),
        Scheduler::Launchd => {
            let home = std::env::home_dir().ok_or_else(|| Failure::failed("this user has no home folder"))?;
            vec![schedule::launchd(&job, &here, &home).map_err(zone)?]
        }
        Scheduler::Cron => vec![schedule::cron(&job, &here).map_err(zone)?],
        Scheduler::N8n => vec![schedule::n8n(&job)],
        Scheduler::Actions => {
            vec![Document { name: "docker-steward-actions.sh".to_owned(), text: schedule::actions(&job) }]
        }
    };
    match &args.out {
        None => print(&documents.iter().map(|it| it.text.as_str()).collect::<Vec<_>>().join("\n"))?,
        Some(folder) => write(folder, &documents)?,
    }
    Ok(Code::Done)
}

/// The pass with the options that were given: the scheduler must mean the engine and SSOT that are meant now.
pub(super) fn job<'a>(
    ssot: &'a Ssot,
    global: &Global,
    folder: &'a Path,
    program: &'a str,
) -> Result<Job<'a>, Failure> {
    let schedule = ssot.policy.schedule.as_ref().ok_or_else(|| {
        Failure::failed(format!(
            "{} has no schedule; write for example `schedule: {{every: day, at: \"02:00\", time_zone: Asia/Singapore}}`",
            ssot.path_display()
        ))
    })?;
    let mut options = Vec::new();
    let mut option = |name: &str, value: Option<String>| {
        options.extend(value.into_iter().flat_map(|value| [name.to_owned(), value]));
    };
    option("--context", global.context.first().cloned());
    option("--host", global.host.clone());
    option("--env", Some(ssot.policy.environment.as_str().to_owned()));
    option("--ssot", global.ssot.as_ref().map(|path| folder.join(path).to_string_lossy().into_owned()));
    Ok(Job { policy: &ssot.policy, schedule, program, options, folder })
}

/// All of them or none: a timer without its service would be half a schedule.
fn write(folder: &Path, documents: &[Document]) -> Result<(), Failure> {
    let fail =
        |path: &Path, why: &str| Failure::failed(format!("{} cannot be written: {why}", path.display()));
    let paths: Vec<PathBuf> = documents.iter().map(|it| folder.join(&it.name)).collect();
    if let Some(path) = paths.iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(fail(path, "it exists, and is not overwritten"));
    }
    std::fs::create_dir_all(folder).map_err(|error| fail(folder, &error.to_string()))?;
    for (document, path) in documents.iter().zip(&paths) {
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(path)
            .and_then(|mut file| file.write_all(document.text.as_bytes()))
            .map_err(|error| fail(path, &error.to_string()))?;
        say(&format!("written: {}", sanitise(&shell_quote(&path.to_string_lossy()))));
    }
    Ok(())
}
