//! `trash`: what cleanups kept.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, IsTerminal as _};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::args::{Global, TableFormat, TrashCommand, TrashExpireArgs, TrashExportArgs};
use super::exit::{Code, Failure};
use super::output::{print, say};
use super::report::{counted, seconds};
use crate::records::Paths;
use crate::records::json::pretty;
use crate::records::trash::{self, Stray, Trashed};
use crate::text::{bytes, sanitise};

/// Runs `trash`.
pub(super) fn run(command: &TrashCommand, global: &Global) -> Result<Code, Failure> {
    let paths = Paths::from_process(global.demo)?;
    let all = trash::list(&paths);
    let strays = || trash::strays(&paths, Timestamp::now());
    match command {
        TrashCommand::List(args) => {
            print(&match args.format {
                TableFormat::Table => table(&all) + &left_behind(&strays()),
                TableFormat::Json => pretty(&document(&all))?,
            })?;
            Ok(Code::Done)
        }
        TrashCommand::Verify => verify(&all),
        TrashCommand::Export(args) => export(&all, args),
        TrashCommand::Expire(args) => expire(&all, &strays(), args),
    }
}

fn path(it: &Trashed) -> String {
    sanitise(&format!("{}/{}", it.kind, it.name)).into_owned()
}

fn table(all: &[Trashed]) -> String {
    if all.is_empty() {
        return "the trash is empty: `apply --trash`, or `trash` in the SSOT, puts something there\n"
            .to_owned();
    }
    let run = all.iter().map(|it| it.run.chars().count()).max().unwrap_or(0);
    let name = all.iter().map(|it| path(it).chars().count()).max().unwrap_or(0);
    let mut text = format!(
        "{:<run$}  {:<name$}  {:>9}  {:<20}  {:<20}\n",
        "RUN", "RESOURCE", "SIZE", "SAVED", "KEPT UNTIL"
    );
    for it in all {
        let _ = writeln!(
            text,
            "{:<run$}  {:<name$}  {:>9}  {:<20}  {:<20}",
            sanitise(&it.run),
            path(it),
            bytes(it.saved.bytes),
            seconds(it.at),
            seconds(it.saved.expires),
        );
    }
    let sum = all.iter().map(|it| it.saved.bytes).sum();
    text + &format!("{} in all\n", bytes(sum))
}

/// What nothing needs any more, if there is any.
fn left_behind(strays: &[Stray]) -> String {
    if strays.is_empty() {
        return String::new();
    }
    format!(
        "{} more in {}, left behind by cleanups that were cut off before anything was removed for it: \
         `docker-steward trash expire` deletes it\n",
        bytes(strays.iter().map(|it| it.bytes).sum()),
        counted(strays.len(), "archive", "archives"),
    )
}

fn document(all: &[Trashed]) -> Value {
    let row = |it: &Trashed| {
        json!({
            "run": it.run,
            "kind": it.kind,
            "name": it.name,
            "saved": seconds(it.at),
            "expires": seconds(it.saved.expires),
            "bytes": it.saved.bytes,
            "sha256": it.saved.sha256,
            "path": it.path,
        })
    };
    json!({ "schema": 1, "trash": all.iter().map(row).collect::<Vec<_>>() })
}

/// All of it is read, whatever is wrong with the first.
fn verify(all: &[Trashed]) -> Result<Code, Failure> {
    let mut damaged = 0;
    let mut text = String::new();
    for it in all {
        let verdict = trash::verify(&it.path, &it.saved);
        damaged += usize::from(verdict.is_err());
        let verdict = verdict.map_or_else(|error| format!("DAMAGED: {error}"), |()| "good".to_owned());
        let _ = writeln!(text, "{} {} {}", sanitise(&it.run), path(it), sanitise(&verdict));
    }
    print(&text)?;
    if damaged == 0 {
        return Ok(Code::Done);
    }
    Err(Failure::failed(format!("{damaged} of {} in the trash cannot bring back what it was", all.len())))
}

fn export(all: &[Trashed], args: &TrashExportArgs) -> Result<Code, Failure> {
    let wanted = &args.resource;
    let found = all
        .iter()
        .find(|it| it.run == args.run && it.kind == wanted.kind && it.name == wanted.name)
        .ok_or_else(|| {
            let why =
                format!("the trash has no {wanted} of {}; `docker-steward trash list` shows all", args.run);
            Failure::failed(why)
        })?;
    let failed = |error: io::Error| Failure::failed(format!("{} was not exported: {error}", path(found)));
    match &args.out {
        Some(file) => {
            let mut out =
                OpenOptions::new().write(true).create_new(true).open(file).map_err(|error| {
                    Failure::failed(format!("{} cannot be made: {error}", file.display()))
                })?;
            trash::copy(&found.path, &found.saved, &mut out).and_then(|()| out.sync_all()).map_err(failed)?;
        }
        None if io::stdout().is_terminal() => {
            return Err(Failure::failed(
                "an archive is nothing for a terminal: name a file with --out, or use a pipe",
            ));
        }
        None => trash::copy(&found.path, &found.saved, &mut io::stdout().lock()).map_err(failed)?,
    }
    Ok(Code::Done)
}

fn expire(all: &[Trashed], strays: &[Stray], args: &TrashExpireArgs) -> Result<Code, Failure> {
    let now = Timestamp::now();
    let (mut freed, mut count, mut failed) = (0, 0_usize, Vec::new());
    let expired = all.iter().filter(|it| it.is_expired(args.older_than, now));
    let expired = expired.map(|it| (&it.run, path(it), it.saved.bytes, &it.path));
    let left_behind = strays.iter().map(|it| (&it.run, "left behind".to_owned(), it.bytes, &it.path));
    for (run, what, length, path) in expired.chain(left_behind) {
        if !args.dry_run
            && let Err(error) = trash::discard(path)
        {
            failed.push(format!("{}: {error}", path.display()));
            continue;
        }
        count += 1;
        freed += length;
        print(&format!("{} {what} {}\n", sanitise(run), bytes(length)))?;
    }
    let verb = if args.dry_run { "would be deleted" } else { "deleted" };
    let kept = all.len() + strays.len() - count;
    say(&format!("{count} {verb}, {}; {kept} kept", bytes(freed)));
    if failed.is_empty() { Ok(Code::Done) } else { Err(Failure::failed(failed.join("\n"))) }
}

/// Deletes what is past its time, as part of an unattended pass; what that failed at.
pub(super) fn tidy(paths: &Paths) -> Vec<String> {
    let now = Timestamp::now();
    let expired = trash::list(paths).into_iter().filter(|it| it.is_expired(None, now)).map(|it| it.path);
    let strays = trash::strays(paths, now).into_iter().map(|it| it.path);
    expired
        .chain(strays)
        .filter_map(|path| trash::discard(&path).err().map(|error| format!("{}: {error}", path.display())))
        .collect()
}
