//! `completions` and `man`: made from the command line itself.

use std::fmt::Write as _;
use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;

use super::args::{Cli, CompletionsArgs, ManArgs};
use super::exit::{Code, Failure};
use super::output::print;

/// Runs `completions`.
pub(super) fn completions(args: &CompletionsArgs) -> Result<Code, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "docker-steward", &mut script);
    let script = String::from_utf8_lossy(&script);
    // clap_complete 4.6 spells a program's name with a hyphen in one way where it walks down the words and in
    // another where it proposes, so that bash would be proposed nothing behind a command.
    let script = match args.shell {
        Shell::Bash => script.replace("docker__subcmd__steward", "docker__steward"),
        Shell::Fish => script.into_owned() + &fish_arguments(),
        _ => script.into_owned(),
    };
    print(&script)?;
    Ok(Code::Done)
}

/// What `clap_complete` 4.6 leaves out for fish: the words that an argument may be, so that `schedule` would be
/// proposed the files of the folder.
fn fish_arguments() -> String {
    let mut more = String::new();
    for command in subcommands(&Cli::command()) {
        for value in command.get_positionals().flat_map(clap::Arg::get_possible_values) {
            let about = value.get_help().map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(
                more,
                "complete -c docker-steward -n \"__fish_docker_steward_using_subcommand {}\" -f -a '{}' -d '{}'",
                command.get_name(),
                value.get_name(),
                about.replace('\\', r"\\").replace('\'', r"\'"),
            );
        }
    }
    more
}

/// Runs `man`.
pub(super) fn man(args: &ManArgs) -> Result<Code, Failure> {
    match &args.out {
        Some(folder) => write_all(folder)?,
        None => print(&page(&args.command)?)?,
    }
    Ok(Code::Done)
}

/// One page. Without words the program's own, with a section for each command below it.
fn page(words: &[String]) -> Result<String, Failure> {
    let mut page = Vec::new();
    let command = named(Cli::command(), words)?;
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    // Not built, a command has its own options only: those of every command stand above.
    let below = if words.is_empty() { subcommands(&Cli::command()).collect() } else { Vec::new() };
    for sub in below {
        let name = format!("docker-steward {}", sub.get_name());
        let sub = sub.bin_name(name.clone());
        page.extend_from_slice(format!(".SH \"{}\"\n", name.to_uppercase()).as_bytes());
        let man = clap_mangen::Man::new(sub);
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// A command by its words, called as its page is called.
fn named(mut command: Command, words: &[String]) -> Result<Command, Failure> {
    command.build();
    for word in words {
        let Some(sub) = subcommands(&command).find(|it| it.get_name() == word) else {
            let known: Vec<String> = subcommands(&command).map(|it| it.get_name().to_owned()).collect();
            let known = if known.is_empty() {
                format!("`{}` has no commands of its own", command.get_name())
            } else {
                format!("there are: {}", known.join(", "))
            };
            return Err(Failure::new(Code::Usage, format!("there is no command `{word}`; {known}")));
        };
        let name = format!("{}-{word}", command.get_display_name().unwrap_or_else(|| command.get_name()));
        command = sub.display_name(name).version(env!("CARGO_PKG_VERSION"));
    }
    Ok(command)
}

fn subcommands(command: &Command) -> impl Iterator<Item = Command> + '_ {
    command.get_subcommands().filter(|it| !it.is_hide_set() && it.get_name() != "help").cloned()
}

/// One file for the program and for each command, as `man` looks for them.
fn write_all(folder: &Path) -> Result<(), Failure> {
    let fail = |path: &Path, error: std::io::Error| {
        Failure::failed(format!("{} cannot be written: {error}", path.display()))
    };
    std::fs::create_dir_all(folder).map_err(|error| fail(folder, error))?;
    let mut waiting = vec![Vec::new()];
    while let Some(words) = waiting.pop() {
        let name = std::iter::once("docker-steward".to_owned()).chain(words.iter().cloned());
        let path = folder.join(format!("{}.1", name.collect::<Vec<_>>().join("-")));
        std::fs::write(&path, page(&words)?).map_err(|error| fail(&path, error))?;
        for sub in subcommands(&named(Cli::command(), &words)?) {
            waiting.push(words.iter().cloned().chain([sub.get_name().to_owned()]).collect());
        }
    }
    Ok(())
}
