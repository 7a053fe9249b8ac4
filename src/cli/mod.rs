//! The headless twin: one file per command.
//!
//! `args` is the whole command line, `exit` the exit codes, `output` what stdout and stderr can show, `plugin`
//! how Docker calls us, `report` the formats. Every other file is a command; all of them stand on
//! [`Session`](crate::session::Session), as the console does.

mod again;
mod alerts;
mod apply;
pub mod args;
mod audit;
mod bare;
mod completing;
mod demo_engine;
mod doctor;
mod environment;
pub mod exit;
mod explain;
mod fleet;
mod generated;
mod health;
mod history;
mod logging;
mod look;
pub mod output;
mod paths;
mod plan;
mod plugin;
pub mod report;
mod run;
mod runbook;
mod schedule;
mod select;
mod signals;
mod ssot;
mod trash;
mod undo;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory as _, FromArgMatches as _};

use args::{Cli, Command};
use exit::{Code, Failure};
use output::say;

/// Runs the program. `arguments` starts with the program's name.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    // Docker asks this of every plugin at each of its runs.
    if let Some(answer) = plugin::metadata(&arguments) {
        return end(output::print(&answer).map(|()| Code::Done).map_err(Failure::from));
    }
    end(begin(arguments))
}

fn end(result: Result<Code, Failure>) -> ExitCode {
    match result {
        Ok(code) => code.into(),
        Err(failure) => {
            if !failure.message.is_empty() {
                say(&failure.to_string());
            }
            failure.code.into()
        }
    }
}

fn begin(arguments: Vec<OsString>) -> Result<Code, Failure> {
    // For panics; errors that are expected have a `Failure`.
    color_eyre::install().map_err(|error| Failure::failed(error.to_string()))?;
    let called = plugin::translate(arguments)?;
    if called.completing {
        let words: Vec<String> =
            called.arguments.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
        output::print(&completing::propose(Cli::command(), &words))?;
        return Ok(Code::Done);
    }
    if !called.environment.is_empty() {
        return Err(again_with(&called));
    }
    let cli = match parse(&called.arguments) {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            // Where nobody listens there is nobody to be told of it.
            let _ = error.print();
            return Ok(Code::Usage);
        }
        // Help and version are answers, and come on stdout.
        Err(error) => {
            error.print().map_err(output::unwritten)?;
            return Ok(Code::Done);
        }
    };
    if cli.global.context.len() > 1 && !matches!(cli.command, Some(Command::Audit(_))) {
        return Err(Failure::new(Code::Usage, "only `audit` takes more than one --context"));
    }
    logging::init(cli.global.demo)?;
    run(cli)
}

fn parse(arguments: &[OsString]) -> Result<Cli, clap::Error> {
    let mut command = Cli::command();
    if plugin::is_plugin() {
        command = command.bin_name("docker steward");
    }
    let mut cli = Cli::from_arg_matches(&command.try_get_matches_from(arguments)?)?;
    // Of an option of every command clap keeps what stands after the command's name, and drops what stands before.
    if matches!(cli.command, Some(Command::Audit(_)))
        && !cli.global.context.is_empty()
        && let Some(before) = contexts_before(arguments)
    {
        cli.global.context.splice(0..0, before);
    }
    Ok(cli)
}

/// The contexts in front of the command's name, where there are others behind it.
fn contexts_before(arguments: &[OsString]) -> Option<Vec<String>> {
    let apart = |arg: clap::Arg| arg.global(false);
    let context = Cli::command().get_arguments().find(|it| it.get_id() == "context")?.clone().global(false);
    let command = Cli::command().mut_arg("context", apart).mut_subcommand("audit", |it| it.arg(context));
    let matches = command.try_get_matches_from(arguments).ok()?;
    let (_, behind) = matches.subcommand().filter(|(name, _)| *name == "audit")?;
    behind.get_many::<String>("context")?;
    Some(matches.get_many::<String>("context")?.cloned().collect())
}

/// Starts the program again with the variables that Docker's options stand for: a process cannot safely set
/// its own. Only returns if that fails.
fn again_with(called: &plugin::Translated) -> Failure {
    let fail =
        |error: std::io::Error| Failure::failed(format!("the steward cannot start itself again: {error}"));
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return fail(error),
    };
    let mut command = std::process::Command::new(program);
    command.args(called.arguments.iter().skip(1)).envs(&called.environment);
    #[cfg(unix)]
    {
        fail(std::os::unix::process::CommandExt::exec(&mut command))
    }
    #[cfg(not(unix))]
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => fail(error),
    }
}

/// Threads for what is done beside the main one: more would only hold more memory.
const WORKERS: usize = 2;

fn run(cli: Cli) -> Result<Code, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build()?;
    // Those that remove something or serve somebody have their own way to stop; everything else may simply end.
    let may_end = !matches!(
        cli.command,
        Some(Command::Apply(_) | Command::Run(_) | Command::Undo(_) | Command::DemoEngine(_)) | None
    );
    if may_end {
        plugin::on_cancel(|| std::process::exit(i32::from(Code::Failed as u8)));
    }
    let result = runtime.block_on(dispatch(cli));
    // Whatever still waits for an engine has nothing more to say; and whoever has the whole answer waits for no thread.
    let done = may_end && result.is_ok();
    runtime.shutdown_timeout(if done { Duration::ZERO } else { Duration::from_millis(200) });
    result
}

async fn dispatch(cli: Cli) -> Result<Code, Failure> {
    let global = &cli.global;
    match &cli.command {
        None => bare::run(global).await,
        Some(Command::Audit(args)) => audit::run(args, global).await,
        Some(Command::Plan(args)) => plan::run(args, global).await,
        Some(Command::Apply(args)) => apply::run(args, global).await,
        Some(Command::Explain(args)) => explain::run(args, global).await,
        Some(Command::History(args)) => history::run(args, global).await,
        Some(Command::Undo(args)) => undo::run(args, global).await,
        Some(Command::Trash { command }) => trash::run(command, global),
        Some(Command::Health(args)) => health::run(args, global).await,
        Some(Command::Run(args)) => run::run(args, global).await,
        Some(Command::Ssot { command }) => ssot::run(command, global).await,
        Some(Command::Schedule(args)) => schedule::run(args, global).await,
        Some(Command::Runbook) => runbook::run(global).await,
        Some(Command::Doctor) => doctor::run(global).await,
        Some(Command::DemoEngine(args)) => demo_engine::run(args, global).await,
        Some(Command::Paths) => paths::run(global),
        Some(Command::Completions(args)) => generated::completions(args),
        Some(Command::Man(args)) => generated::man(args),
    }
}
