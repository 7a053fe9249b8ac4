//! Docker's completion of `docker steward …`: proposals, one a line, then what the shell may add.

use clap::{Arg, Command, ValueHint};

/// Nothing else may be proposed.
const NO_FILES: &str = ":4\n";
/// The shell may propose files.
const FILES: &str = ":0\n";

/// Proposes what the last of `words` could become.
pub(super) fn propose(mut command: Command, words: &[String]) -> String {
    command.build();
    let Some((last, before)) = words.split_last() else { return NO_FILES.to_owned() };
    let mut place = &command;
    for word in before {
        place = place.find_subcommand(word).unwrap_or(place);
    }
    let awaited = before.last().and_then(|word| option(place, word));
    if let Some(argument) = awaited {
        return values(argument, last);
    }
    let mut proposals = Vec::new();
    if last.starts_with('-') {
        let options = place.get_arguments().filter(|it| !it.is_hide_set());
        proposals.extend(options.filter_map(|it| {
            Some((format!("--{}", it.get_long()?), it.get_help().map(ToString::to_string)))
        }));
    } else {
        let commands = place.get_subcommands().filter(|it| !it.is_hide_set());
        proposals
            .extend(commands.map(|it| (it.get_name().to_owned(), it.get_about().map(ToString::to_string))));
        if let Some(positional) = place.get_positionals().next() {
            return lines(proposals, last) + &values(positional, last);
        }
    }
    lines(proposals, last) + NO_FILES
}

/// The option that `word` is, if it waits for a value.
fn option<'a>(place: &'a Command, word: &str) -> Option<&'a Arg> {
    place.get_arguments().filter(|it| it.get_action().takes_values()).find(|it| {
        let long = word.strip_prefix("--");
        let short =
            word.strip_prefix('-').filter(|it| it.chars().count() == 1).and_then(|it| it.chars().next());
        (long.is_some() && it.get_long() == long) || (short.is_some() && it.get_short() == short)
    })
}

fn values(argument: &Arg, begun: &str) -> String {
    let known = argument.get_possible_values();
    let proposals =
        known.iter().map(|it| (it.get_name().to_owned(), it.get_help().map(ToString::to_string))).collect();
    let files = argument.get_value_hint() == ValueHint::FilePath;
    lines(proposals, begun) + if files { FILES } else { NO_FILES }
}

fn lines(proposals: Vec<(String, Option<String>)>, begun: &str) -> String {
    proposals
        .into_iter()
        .filter(|(word, _)| word.starts_with(begun))
        .map(|(word, about)| match about {
            Some(about) => format!("{word}\t{}\n", about.lines().next().unwrap_or_default()),
            None => format!("{word}\n"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::args::Cli;

    fn proposed(words: &[&str]) -> String {
        propose(Cli::command(), &words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn commands_options_and_values_are_proposed() {
        assert!(proposed(&[""]).contains("audit\tRead the engine"));
        assert_eq!(
            proposed(&["aud"]),
            "audit\tRead the engine, classify everything it holds, and record that\n:4\n"
        );
        assert!(proposed(&["audit", "--no"]).contains("--no-sizes\t"));
        assert!(proposed(&["audit", "--en"]).starts_with("--env\t"));
        assert_eq!(
            proposed(&["audit", "--format", "j"]),
            "json\tFor programs\njsonl\tThe record, one JSON object a line, for log shippers\n:4\n"
        );
        assert_eq!(proposed(&["apply", ""]), ":0\n");
        assert_eq!(proposed(&["plan", "--out", ""]), ":0\n");
        assert!(proposed(&["completions", "z"]).starts_with("zsh"));
        assert_eq!(proposed(&["ssot", "c"]).lines().count(), 2);
    }
}
