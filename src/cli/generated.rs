//! `completions` and `man`: made from the command line itself.

use clap::CommandFactory as _;

use super::args::{Cli, CompletionsArgs};
use super::exit::{Code, Failure};
use super::output::print;

/// Runs `completions`.
pub(super) fn completions(args: &CompletionsArgs) -> Result<Code, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "docker-steward", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Code::Done)
}

/// Runs `man`: one page, the commands with their options below the program's own.
pub(super) fn man() -> Result<Code, Failure> {
    let command = Cli::command();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for sub in command.get_subcommands().filter(|it| !it.is_hide_set()) {
        let name = format!("docker-steward {}", sub.get_name());
        let sub = sub.clone().bin_name(name.clone());
        page.extend_from_slice(format!(".SH \"{}\"\n", name.to_uppercase()).as_bytes());
        let man = clap_mangen::Man::new(sub);
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    print(&String::from_utf8_lossy(&page))?;
    Ok(Code::Done)
}
