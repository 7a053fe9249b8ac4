//! Other keys than the tables', as a configuration file asks for them.
//!
//! No key can take the phrase's place: what removes anything takes an approval, and only the typed phrase
//! makes one. What is guarded here is that the console stays usable: there is always a key to leave, to stop a
//! cleanup and to hand in the phrase; letters stay letters where text is typed; no key means two things.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Command, Keymap, Mode, Press, names};

/// Keys for commands, by their names.
pub type Wishes = BTreeMap<String, Keys>;

/// A key, or several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "expected a key or a list of keys")]
pub enum Keys {
    /// One.
    One(String),
    /// Several; the first is the one that is shown.
    Several(Vec<String>),
}

/// One wish, understood.
struct Change {
    /// As it was written, for what is said about it.
    written: String,
    /// Where; none for everywhere.
    mode: Option<Mode>,
    command: Command,
    keys: Vec<Press>,
}

/// The tables with these wishes, for every mode that has a command and for one mode each, and what is said
/// about those that could not be met.
pub fn remapped(everywhere: &Wishes, by_mode: &BTreeMap<String, Wishes>) -> (Keymap, Vec<String>) {
    let (mut changes, mut said) = (Vec::new(), Vec::new());
    let mut take = |mode: Option<Mode>, name: &str, keys: &Keys| {
        let written =
            mode.map_or_else(|| format!("keys.{name}"), |it| format!("keys_in.{}.{name}", it.name()));
        match change(written.clone(), mode, name, keys) {
            Ok(change) => changes.push(change),
            Err(why) => said.push(format!("`{written}` is left as it was: {why}")),
        }
    };
    for (name, keys) in everywhere {
        take(None, name, keys);
    }
    // Those for one mode last: they say it more precisely.
    let mut unknown = Vec::new();
    for (name, wishes) in by_mode {
        match Mode::called(name) {
            Some(mode) => {
                for (name, keys) in wishes {
                    take(Some(mode), name, keys);
                }
            }
            None => unknown.push(name),
        }
    }
    for name in unknown {
        let all: Vec<String> = Mode::ALL.iter().map(|mode| mode.name()).collect();
        said.push(format!("`keys_in.{name}` is no mode; these are: {}", all.join(", ")));
    }
    loop {
        let (map, by) = applied(&changes);
        let Some((why, guilty)) = clash(&map, &by, &changes) else { return (map, said) };
        said.push(format!("`{}` is left as it was: {why}", changes[guilty].written));
        changes.remove(guilty);
    }
}

fn change(written: String, mode: Option<Mode>, name: &str, keys: &Keys) -> Result<Change, String> {
    let command = names::command(name).ok_or_else(|| {
        let near = names::COMMANDS
            .iter()
            .map(|(it, _)| (strsim::jaro_winkler(it, name), *it))
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map_or("", |(_, it)| it);
        format!("no command is called so; did you mean `{near}`?")
    })?;
    let texts = match keys {
        Keys::One(key) => std::slice::from_ref(key),
        Keys::Several(keys) => keys,
    };
    let keys = texts
        .iter()
        .map(|text| Press::parse(text).ok_or_else(|| format!("`{text}` is no key")))
        .collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() && must_have_a_key(command) {
        return Err("it needs a key".to_owned());
    }
    let has = |mode: &Mode| Keymap::default().bindings(*mode, false).any(|it| it.command == command);
    if let Some(mode) = mode.filter(|mode| !has(mode)) {
        return Err(format!("it has no key in {}", mode.title()));
    }
    if let (Some(mode), Some(letter)) = (mode, keys.iter().find(|key| key.is_text()))
        && mode.takes_text()
    {
        return Err(format!("`{letter}` is typed as text there"));
    }
    Ok(Change { written, mode, command, keys })
}

/// Without a key for these one could not leave, stop or answer.
const fn must_have_a_key(command: Command) -> bool {
    matches!(
        command,
        Command::Quit
            | Command::Back
            | Command::Help
            | Command::Submit
            | Command::Stop
            | Command::StopAndQuit
            | Command::KeepFilter
    )
}

/// The tables with the changes, and which change made which binding of which mode.
fn applied(changes: &[Change]) -> (Keymap, Vec<(Mode, usize, usize)>) {
    let (mut map, mut by) = (Keymap::default(), Vec::new());
    for (number, change) in changes.iter().enumerate() {
        for mode in Mode::ALL {
            let global_in_text = mode.takes_text() && change.keys.iter().any(|key| key.is_text());
            if change.mode.is_some_and(|it| it != mode) || (change.mode.is_none() && global_in_text) {
                continue;
            }
            let bindings = &mut map.modes[mode as usize];
            // A second binding of the same command is the one that every terminal knows: it stays.
            if let Some(at) = bindings.iter().position(|it| it.command == change.command) {
                bindings[at].keys = Cow::Owned(change.keys.clone());
                by.retain(|(other, place, _)| (*other, *place) != (mode, at));
                by.push((mode, at, number));
            }
        }
    }
    (map, by)
}

/// The first key that means two things, in words, and the change that made it so.
fn clash(map: &Keymap, by: &[(Mode, usize, usize)], changes: &[Change]) -> Option<(String, usize)> {
    for mode in Mode::ALL {
        let bindings = &map.modes[mode as usize];
        for (at, binding) in bindings.iter().enumerate() {
            for (before, other) in bindings[..at].iter().enumerate() {
                let Some(key) = binding.keys.iter().find(|key| other.keys.contains(key)) else { continue };
                let maker = |place: usize| {
                    by.iter().find(|(it, at, _)| (*it, *at) == (mode, place)).map(|(.., number)| *number)
                };
                let guilty = maker(before).into_iter().chain(maker(at)).max()?;
                let taken =
                    if changes[guilty].command == binding.command { other.command } else { binding.command };
                let taken = names::of(taken).unwrap_or("another command");
                return Some((format!("in {} `{key}` means `{taken}`", mode.title()), guilty));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::config::Config;

    fn of(text: &str) -> (Keymap, Vec<String>) {
        let config = Config::parse(text).unwrap();
        remapped(&config.keys, &config.keys_in)
    }

    fn keys(map: &Keymap, mode: Mode, command: Command) -> Vec<String> {
        let binding = map.bindings(mode, false).find(|it| it.command == command).unwrap();
        binding.keys.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_command_gets_other_keys_where_it_is() {
        let (map, said) =
            of("[keys]\nmark = [\"x\", \"space\"]\nsort = \"ctrl-s\"\n[keys_in.table]\nplan = \"P\"\n");
        assert_eq!(said, [""; 0]);
        assert_eq!(keys(&map, Mode::Table, Command::Mark), ["x", "space"]);
        assert_eq!(keys(&map, Mode::Details, Command::Mark), ["x", "space"]);
        assert_eq!(keys(&map, Mode::Table, Command::Sort), ["ctrl-s"]);
        assert_eq!(keys(&map, Mode::Table, Command::Plan), ["P"]);
        assert_eq!(keys(&map, Mode::Overview, Command::Plan), ["p"]);
    }

    #[test]
    fn keys_can_change_places() {
        let (map, said) = of("[keys]\nsort = \"S\"\nreverse = \"s\"\n");
        assert_eq!(said, [""; 0]);
        assert_eq!(keys(&map, Mode::Table, Command::Sort), ["S"]);
        assert_eq!(keys(&map, Mode::Table, Command::Reverse), ["s"]);
    }

    #[test]
    fn what_cannot_be_is_told_and_left_as_it_was() {
        let (map, said) = of(r#"
            [keys]
            sort = "p"
            quit = []
            refesh = "R"
            mark = "spcae"
            approve = "enter"
            back = "h"
            [keys_in.plan]
            sort = "x"
            [keys_in.approval]
            submit = ["enter", "y"]
            back = "ctrl-g"
            [keys_in.tabel]
            sort = "x"
        "#);
        insta::assert_snapshot!(said.join("\n"), @"
        `keys.mark` is left as it was: `spcae` is no key
        `keys.quit` is left as it was: it needs a key
        `keys.refesh` is left as it was: no command is called so; did you mean `refresh`?
        `keys_in.approval.submit` is left as it was: `y` is typed as text there
        `keys_in.plan.sort` is left as it was: it has no key in the plan
        `keys_in.tabel` is no mode; these are: opening, trouble, chooser, overview, table, range, filter, details, ssot, history, journal, paper, search, permit, edit, review, plan, approval, run, result, cutoff, help, palette, themes
        `keys.sort` is left as it was: in a table `p` means `plan`
        ");
        assert_eq!(keys(&map, Mode::Table, Command::Sort), ["s"]);
        assert_eq!(keys(&map, Mode::Plan, Command::Approve), ["enter"], "it only leads to the phrase");
        assert_eq!(keys(&map, Mode::Approval, Command::Submit), ["enter"]);
        assert_eq!(keys(&map, Mode::Approval, Command::Back), ["ctrl-g"]);
        assert_eq!(keys(&map, Mode::Plan, Command::Back), ["h"]);
        assert_eq!(keys(&map, Mode::Filter, Command::Back), ["esc"], "letters stay letters in a text field");
        assert!(map.bindings(Mode::Filter, false).any(|it| it.keys.contains(&Press::ctrl('c'))));
    }
}
