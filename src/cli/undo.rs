//! `undo`: the commands that take a cleanup back, and, with the phrase, what they do.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};

use super::apply::question;
use super::args::{Global, Selector, UndoArgs};
use super::exit::{Code, Failure};
use super::output::{Medium, Style, print, say};
use super::report::{counted, seconds};
use super::signals;
use crate::apply::{Restored, Undone};
use crate::records::Paths;
use crate::records::journal_line::{Kept, RunOutcome, read_kept};
use crate::session::{Session, choose};
use crate::steward::Kind;
use crate::text::{sanitise, shell_quote};
use crate::undo::{ApprovedUndo, UNDO_PHRASE, Undo, undo};

/// The demo's engine has ended: what is shown of it must reach no other.
const GONE: &str = "unix:///nowhere/docker-steward-demo.sock";

/// Runs `undo`.
pub(super) async fn run(args: &UndoArgs, global: &Global) -> Result<Code, Failure> {
    let paths = Paths::from_process(global.demo)?;
    let kept = find(&paths, &args.run)?;
    let url = if global.demo { GONE.to_owned() } else { choose(&global.session())?.url };
    let socket = url.strip_prefix("unix://").unwrap_or("/var/run/docker.sock");
    let chosen = select(undo(&kept, socket), &args.resources)?;
    if let Some(phrase) = &args.confirm {
        return carry_out(&kept, ApprovedUndo::of(chosen, phrase)?, global).await;
    }
    print(&text(&kept, &chosen, &url))?;
    let terminal = io::stdin().is_terminal() && io::stdout().is_terminal() && io::stderr().is_terminal();
    if !terminal || chosen.iter().all(|it| it.making.is_none()) {
        return Ok(Code::Done);
    }
    let medium = Medium::stderr(global.color);
    let phrase = question(&format!(
        "\nType {} to let the steward make it again, Enter to leave: ",
        medium.paint(Style::Strong, UNDO_PHRASE)
    ))?;
    if phrase.is_empty() {
        return Ok(Code::Done);
    }
    carry_out(&kept, ApprovedUndo::of(chosen, &phrase)?, global).await
}

async fn carry_out(kept: &Kept, approved: ApprovedUndo, global: &Global) -> Result<Code, Failure> {
    let mut options = global.session();
    if options.env.is_none() && options.ssot.is_none() && !options.demo {
        // Nobody has to say again where it was done.
        options.env = Some(kept.begin.env.clone());
    }
    let session = Session::open(&options).await?;
    let stop = signals::stop_on_signals()?;
    let tell = |it: &Restored| {
        let why = match &it.undone {
            Undone::Not(why) => format!(": {why}"),
            Undone::Done | Undone::There => String::new(),
        };
        say(&sanitise(&format!("{:<14}{}/{}{why}", it.undone.as_str(), it.kind, it.name)));
    };
    let (restored, warnings) = session.undo(kept, &approved, &stop, tell).await?;
    let count = |wanted: fn(&Undone) -> bool| restored.iter().filter(|it| wanted(&it.undone)).count();
    let not = count(|it| matches!(it, Undone::Not(_)));
    let medium = Medium::stdout(global.color);
    let word = if not == 0 { "complete" } else { "incomplete" };
    let style = if not == 0 { Style::Good } else { Style::Bad };
    let there = count(|it| *it == Undone::There);
    print(&format!(
        "undo of {} {}: {} of {} made again{}\n",
        sanitise(&kept.begin.run),
        medium.paint(style, word),
        count(|it| *it == Undone::Done),
        restored.len(),
        if there > 0 { format!(", {there} there already") } else { String::new() },
    ))?;
    for warning in &warnings {
        say(&format!("! {}", sanitise(warning)));
    }
    Ok(if not == 0 { Code::Done } else { Code::NotAllDone })
}

fn find(paths: &Paths, run: &str) -> Result<Kept, Failure> {
    let folder = paths.journal();
    let mut known: Vec<String> = std::fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".jsonl")?.to_owned()))
        .collect();
    known.sort();
    // The name of a file that is there, and so never a path that leads elsewhere.
    if !known.iter().any(|it| it == run) {
        let last = known.last().map_or_else(
            || "there has been none".to_owned(),
            |last| format!("the last is {last}; `docker-steward history` shows all"),
        );
        return Err(Failure::failed(format!("there is no cleanup {run} in {}: {last}", folder.display())));
    }
    let kept = read_kept(&paths.run(run)).map_err(|error| Failure::failed(error.to_string()))?;
    if kept.outcome == RunOutcome::Unfinished {
        return Err(Failure::refused(format!(
            "the cleanup {run} goes on, or was cut off; `docker-steward audit` looks up what became of it"
        )));
    }
    Ok(kept)
}

fn select(all: Vec<Undo>, wanted: &[Selector]) -> Result<Vec<Undo>, Failure> {
    let is = |it: &Undo, selector: &Selector| it.kind == selector.kind && it.name == selector.name;
    if let Some(strange) = wanted.iter().find(|selector| !all.iter().any(|it| is(it, selector))) {
        let removed: Vec<String> = all.iter().map(|it| format!("{}/{}", it.kind, it.name)).collect();
        return Err(Failure::failed(format!(
            "that cleanup did not remove {strange}; it removed: {}",
            if removed.is_empty() { "nothing".to_owned() } else { removed.join(", ") }
        )));
    }
    Ok(all
        .into_iter()
        .filter(|it| wanted.is_empty() || wanted.iter().any(|selector| is(it, selector)))
        .collect())
}

fn text(kept: &Kept, all: &[Undo], url: &str) -> String {
    let begin = &kept.begin;
    let mut out = String::new();
    let mut comment = |what: &str, text: &str| {
        // Sanitised, so that nothing can end the comment and begin a command.
        let _ = writeln!(out, "# {what:<8} {}", sanitise(text));
    };
    comment("undo", &format!("{} of {}, {}", begin.run, begin.env, seconds(begin.started)));
    comment("engine", &format!("{} {}", begin.engine_id, begin.engine_name));
    comment(
        "check",
        "that `docker info --format '{{.ID}}'` says that ID: the commands go to whichever engine you name",
    );
    let counts: Vec<String> = Kind::ALL
        .into_iter()
        .map(|kind| (kind, all.iter().filter(|it| it.kind == kind && !it.commands.is_empty()).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| counted(count, kind.as_str(), kind.plural()))
        .collect();
    comment("makes", &if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") });
    for it in all {
        if let Some(lost) = &it.lost {
            comment("lost", &format!("{}/{}: {lost}", it.kind, it.name));
        }
    }
    if all.iter().any(|it| it.kind == Kind::Container) && !url.starts_with("unix://") {
        comment("note", "curl asks the engine's own socket: run this on its host");
    }
    if url.starts_with("unix://") {
        let _ = writeln!(out, "export DOCKER_HOST={}", shell_quote(url));
    }
    for command in all.iter().flat_map(|it| &it.commands) {
        let _ = writeln!(out, "{command}");
    }
    out
}
