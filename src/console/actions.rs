//! All that can be asked for, as a list to search in: made from the key tables, so that whatever has a key
//! is in it, and nothing that has none. It does what the key would do where one is, and no more.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32String};

use super::keymap::{Binding, Command, Mode, Needs, Press};
use super::state::{Desk, State, Table};
use crate::steward::Class;

/// Something that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What to run.
    pub command: Command,
    /// The keys that ask for it, where it can be asked for.
    pub keys: Vec<Press>,
    /// What it does.
    pub what: String,
    /// Why it cannot be done now; none if it can.
    pub blocked: Option<String>,
    /// The characters of `what` that were looked for, as places in it.
    pub found: Vec<u32>,
}

/// Everything that can be asked for: first what can be done here, then what moves the cursor, then what
/// cannot be done now.
pub fn all(state: &State) -> Vec<Action> {
    let (here, read_only) = (state.mode_behind(), state.is_read_only());
    let mut actions: Vec<Action> = Vec::new();
    for binding in state.keys.bindings(here, read_only).filter(|it| it.command != Command::Palette) {
        match actions.iter_mut().find(|it| it.command == binding.command) {
            Some(known) => known.keys.extend(binding.keys.iter()),
            None => actions.push(action(binding, blocked(state, binding.command))),
        }
    }
    let elsewhere = Mode::ALL.into_iter().filter(|mode| mode.is_place());
    for binding in elsewhere.clone().flat_map(|mode| state.keys.bindings(mode, false)) {
        if moves(binding.command) || matches!(binding.command, Command::Back | Command::Palette) {
            continue;
        }
        if actions.iter().any(|it| it.command == binding.command) {
            continue;
        }
        let why = if binding.needs == Needs::Mandate && read_only {
            state.desk().and_then(Desk::no_plan_because).unwrap_or_else(|| "no engine is open".into())
        } else {
            let holds = |mode: &Mode| {
                state.keys.bindings(*mode, read_only).any(|other| other.command == binding.command)
            };
            let places: Vec<&str> = elsewhere.clone().filter(holds).map(Mode::title).collect();
            format!("only in {}", places.join(", "))
        };
        actions.push(action(binding, Some(why)));
    }
    actions.sort_by_key(|it| (it.blocked.is_some(), moves(it.command)));
    actions
}

/// Those in which the query is found, the best first; all for an empty one.
pub fn find(state: &State, query: &str) -> Vec<Action> {
    let query = query.trim();
    if query.is_empty() {
        return all(state);
    }
    let pattern = Pattern::new(query, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut scored: Vec<(u32, Action)> = Vec::new();
    for mut action in all(state) {
        let text = Utf32String::from(action.what.as_str());
        let score = pattern.indices(text.slice(..), &mut matcher, &mut action.found);
        action.found.sort_unstable();
        action.found.dedup();
        // Whoever types a key means what it does.
        if action.keys.iter().any(|key| key.to_string() == query) {
            scored.push((u32::MAX, action));
        } else if let Some(score) = score {
            scored.push((score, action));
        }
    }
    scored.sort_by_key(|(score, action)| (action.blocked.is_some(), std::cmp::Reverse(*score)));
    scored.into_iter().map(|(_, action)| action).collect()
}

fn action(binding: &Binding, blocked: Option<String>) -> Action {
    let words = if binding.help.is_empty() { binding.word } else { binding.help };
    let what =
        if matches!(binding.command, Command::View(_)) { format!("go to {words}") } else { words.to_owned() };
    Action { command: binding.command, keys: binding.keys.to_vec(), what, blocked, found: Vec::new() }
}

/// Whether a command only moves the cursor or a text: nobody looks for these first.
const fn moves(command: Command) -> bool {
    matches!(
        command,
        Command::Down
            | Command::Up
            | Command::PageDown
            | Command::PageUp
            | Command::Top
            | Command::Bottom
            | Command::PaneDown
            | Command::PaneUp
    )
}

/// Why a command that has a key here would do nothing now.
fn blocked(state: &State, command: Command) -> Option<String> {
    let desk = state.desk()?;
    let table = desk.shown();
    let selected = table.and_then(Table::selected);
    match command {
        Command::View(view) if view == desk.view => Some("it is in front".to_owned()),
        Command::Plan => {
            desk.no_plan_because().or_else(|| desk.marks.is_empty().then(|| "nothing is marked".to_owned()))
        }
        Command::Mark => match selected {
            None => Some("nothing is under the cursor".to_owned()),
            Some(row) => match row.class {
                None => Some("nothing is classified yet".to_owned()),
                Some(Class::SafeToDelete) => None,
                Some(class) => Some(format!("{} is {}", row.name, class.as_str())),
            },
        },
        Command::MarkAll => {
            let any = table?.visible().any(|row| row.class == Some(Class::SafeToDelete));
            let none = if desk.look.is_some() {
                "nothing here is safe to delete"
            } else {
                "nothing is classified yet"
            };
            (!any).then(|| none.to_owned())
        }
        Command::Unmark => {
            let any = !desk.marks.is_empty() && table?.visible().any(|row| desk.marks.contains(&row.key));
            (!any).then(|| "nothing here is marked".to_owned())
        }
        Command::Open | Command::Range if table.is_some() => {
            selected.is_none().then(|| "nothing is under the cursor".to_owned())
        }
        Command::Back if state.mode_behind() == Mode::Table => {
            table?.filter.kept.is_empty().then(|| "there is no filter".to_owned())
        }
        Command::Theme => (state.themes.len() < 2).then(|| "colours are off".to_owned()),
        _ => None,
    }
}
