//! `undo`: the commands that take a cleanup back.

use std::fmt::Write as _;

use super::args::{Global, Selector, UndoArgs};
use super::exit::{Code, Failure};
use super::output::print;
use super::report::{counted, seconds};
use crate::records::Paths;
use crate::records::journal_line::{Kept, RunOutcome, read_kept};
use crate::session::choose;
use crate::steward::Kind;
use crate::text::{sanitise, shell_quote};
use crate::undo::{Undo, undo};

/// The demo's engine has ended: what is shown of it must reach no other.
const GONE: &str = "unix:///nowhere/docker-steward-demo.sock";

/// Runs `undo`.
pub(super) fn run(args: &UndoArgs, global: &Global) -> Result<Code, Failure> {
    let paths = Paths::from_process(global.demo)?;
    let kept = find(&paths, &args.run)?;
    let url = if global.demo { GONE.to_owned() } else { choose(&global.session())?.url };
    let socket = url.strip_prefix("unix://").unwrap_or("/var/run/docker.sock");
    let all = undo(&kept, socket);
    let chosen = select(&all, &args.resources)?;
    print(&text(&kept, &chosen, &url))?;
    if args.confirm.is_some() {
        return Err(Failure::refused(
            "the steward removes with approval, and makes nothing: no connection of its own lets a creation pass. Run the commands above yourself",
        ));
    }
    Ok(Code::Done)
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

fn select<'a>(all: &'a [Undo], wanted: &[Selector]) -> Result<Vec<&'a Undo>, Failure> {
    let is = |it: &Undo, selector: &Selector| it.kind == selector.kind && it.name == selector.name;
    if let Some(strange) = wanted.iter().find(|selector| !all.iter().any(|it| is(it, selector))) {
        let removed: Vec<String> = all.iter().map(|it| format!("{}/{}", it.kind, it.name)).collect();
        return Err(Failure::failed(format!(
            "that cleanup did not remove {strange}; it removed: {}",
            if removed.is_empty() { "nothing".to_owned() } else { removed.join(", ") }
        )));
    }
    Ok(all.iter().filter(|it| wanted.is_empty() || wanted.iter().any(|selector| is(it, selector))).collect())
}

fn text(kept: &Kept, all: &[&Undo], url: &str) -> String {
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
