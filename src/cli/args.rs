//! The whole command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::session::Options;
use crate::steward::Kind;

/// Keeps a Docker Engine equal to a written declaration, the SSOT.
///
/// Without a command: the console on the engine of the current Docker context. It shows what the engine
/// holds, what of it is protected, expected, safe to delete or unknown, and removes nothing before the
/// exact commands were shown and APPLY CLEANUP was typed.
#[derive(Debug, Parser)]
#[command(name = "docker-steward", bin_name = "docker-steward", version, max_term_width = 100)]
#[command(after_help = EXAMPLES, after_long_help = AFTER, subcommand_precedence_over_arg = true)]
pub struct Cli {
    /// The options of every command.
    #[command(flatten)]
    pub global: Global,
    /// The command; none opens the console.
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  docker-steward --demo                       look around on a simulated engine
  docker-steward audit --env staging          what is there, and what it means
  docker-steward plan --env staging           the exact commands that would remove what is safe to delete
  docker-steward explain volume/old-data      why something is kept, or not";

const AFTER: &str = "\
Examples:
  docker-steward --demo                       look around on a simulated engine
  docker-steward audit --env staging          what is there, and what it means
  docker-steward plan --env staging           the exact commands that would remove what is safe to delete
  docker-steward explain volume/old-data      why something is kept, or not

Exit codes:
  0   done; with `audit --exit-code`: no drift
  1   failed: engine unreachable, SSOT invalid, disk full
  2   `audit --exit-code`: drift
  3   refused by the safety contract: stale plan, wrong engine, read-only environment, wrong phrase
  4   a cleanup ended with at least one step not done
  5   a cleanup was done, and a health check that passed before fails now
  64  the command line is wrong

Environment:
  DOCKER_STEWARD_ENV             like --env
  DOCKER_STEWARD_LOG             what to log into the state folder (see `docker-steward paths`), such as `debug`
  DOCKER_HOST, DOCKER_CONTEXT    which engine, as for the Docker CLI
  NO_COLOR, CLICOLOR_FORCE       colours never, colours always";

/// The options of every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// The environment: desktop, staging, production, or any other that has an SSOT
    #[arg(long, global = true, value_name = "NAME", env = "DOCKER_STEWARD_ENV", hide_env_values = true)]
    pub env: Option<String>,
    /// The SSOT file, instead of the environment's
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub ssot: Option<PathBuf>,
    /// The Docker context whose engine is meant; for `audit`, several: NAME or NAME=ENVIRONMENT, each
    #[arg(short, long, global = true, value_name = "NAME", conflicts_with = "host")]
    pub context: Vec<String>,
    /// The engine's address.
    #[arg(short = 'H', long, global = true, value_name = "URL")]
    #[arg(help = "The engine: unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST")]
    pub host: Option<String>,
    /// Use the built-in simulated engine; nothing real is read or changed
    #[arg(long, global = true)]
    pub demo: bool,
    /// Let nothing through to the engine that could change it
    #[arg(long, global = true)]
    pub read_only: bool,
    /// The console's theme
    #[arg(long, global = true, value_name = "NAME")]
    pub theme: Option<String>,
    /// When to use colours
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    pub color: ColorChoice,
}

impl Global {
    /// What of them a session is opened with. An empty variable is one that is not set.
    pub fn session(&self) -> Options {
        Options {
            env: self.env.clone().filter(|name| !name.is_empty()),
            ssot: self.ssot.clone(),
            context: self.context.first().cloned(),
            host: self.host.clone(),
            demo: self.demo,
            read_only: self.read_only,
            ..Options::default()
        }
    }
}

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read the engine, classify everything it holds, and record that
    ///
    /// Several contexts are audited side by side, each under an SSOT of its own: the one that `=ENVIRONMENT` names;
    /// else that of --env or --ssot; else the one of the environment that is called as the context is; else the only
    /// one that is bound to the engine; else, for Docker Desktop, `desktop`. One engine that is slow or does not
    /// answer is told in its row and holds up no other.
    #[command(
        after_help = "Exit codes:\n  0   done; with --exit-code: no drift\n  1   failed: engine unreachable, inventory in doubt, audit log not written\n  2   --exit-code: drift\n  3   the SSOT is bound to another engine\n  Of several engines the gravest counts: 1, then 3, then 2.\n\nExamples:\n  docker-steward audit --env staging\n  docker-steward audit --env staging --format json | jq .drift\n  docker-steward audit --env production --exit-code --no-sizes || echo drift\n  docker-steward audit --context mac --context droplet=staging --context droplet=production\n  docker-steward audit --all-contexts --deadline 20s --format json | jq '.engines[] | select(.error)'"
    )]
    Audit(AuditArgs),
    /// Show the exact commands that remove what is safe to delete
    #[command(
        after_help = "Examples:\n  docker-steward plan --env staging\n  docker-steward plan --env staging --select container/tmp-debug --out cleanup.json"
    )]
    Plan(PlanArgs),
    /// Remove what a plan says, after the phrase
    ///
    /// The SSOT's health checks are run before and after. One that fails before is told before the phrase is
    /// asked for. One that passed before and fails after is exit 5, also where not all steps were done (else 4).
    #[command(
        after_help = "Examples:\n  docker-steward apply --env staging                in a terminal: shows the plan, asks for the phrase\n  docker-steward apply cleanup.json --env staging --confirm \"APPLY CLEANUP\""
    )]
    Apply(ApplyArgs),
    /// Say why a resource is classified as it is, and who uses it
    #[command(
        after_help = "Examples:\n  docker-steward explain container/tmp-debug\n  docker-steward explain image/odoo:18.0\n  docker-steward explain network/3f2a1bc09d12"
    )]
    Explain(ExplainArgs),
    /// Run the SSOT's health checks, and show whether the services of its stack run
    #[command(
        after_help = "Exit codes:\n  0   no check failed\n  1   a check failed, or not one could be run\n\nExamples:\n  docker-steward health --env staging\n  docker-steward health --env staging --format json | jq '.checks[] | select(.result != \"healthy\")'"
    )]
    Health(HealthArgs),
    /// One unattended pass: audit and record, health checks, alerts
    ///
    /// With --apply-auto it also removes what the SSOT's `auto_delete` lists and nothing else, where the SSOT says
    /// `cleanup: autonomous`, and runs the health checks again. In any other environment, where a check fails
    /// before, and with --read-only, that is refused with exit 3, after the audit.
    #[command(
        after_help = "Exit codes:\n  0   done; drift and failing checks are in the summary and the alerts\n  1   failed: engine unreachable, inventory in doubt, audit log not written\n  3   --apply-auto was refused\n  4   a removal was not done\n  5   a health check passed before the removals and fails now\n\nExamples:\n  docker-steward run --env desktop --apply-auto\n  docker-steward run --env production --format json"
    )]
    Run(RunArgs),
    /// Show the audits and cleanups so far
    #[command(
        after_help = "Examples:\n  docker-steward history --env staging\n  docker-steward history --env staging --format json | jq '.cleanups[-1].steps[] | select(.outcome != \"done\")'"
    )]
    History(HistoryArgs),
    /// Take a cleanup back: show the commands, and with the phrase make again what it removed
    ///
    /// Networks come back as they were, containers with their whole configuration; images and what volumes held as far
    /// as the trash kept them (`apply --trash`, or `trash` in the SSOT). What is there is never changed. Without
    /// --confirm the commands that do it by hand are shown and no engine is asked; on a terminal the phrase is then
    /// asked for. What is shown may hold secrets: a container's environment is part of its configuration.
    #[command(
        after_help = "Exit codes:\n  0   the commands are shown; or all of it is there again\n  1   there is no such cleanup, or it did not remove that\n  3   refused: wrong phrase, another engine, read-only, or the cleanup has not ended\n  4   not all of it could be made again\n\nExamples:\n  docker-steward undo 20260116T055332900Z-4711\n  docker-steward undo 20260116T055332900Z-4711 volume/tmp-data --env staging --confirm UNDO"
    )]
    Undo(UndoArgs),
    /// Look after what cleanups kept: the data of volumes, and images that no registry is known to have
    #[command(
        after_help = "Examples:\n  docker-steward trash list\n  docker-steward trash verify\n  docker-steward trash export 20260116T055332900Z-4711 volume/tmp-data > tmp-data.tar\n  docker-steward trash expire --older-than 14d"
    )]
    Trash {
        /// What to do.
        #[command(subcommand)]
        command: TrashCommand,
    },
    /// Check, draft, bind and change the SSOT
    #[command(
        after_help = "Examples:\n  docker-steward ssot init --env ci --out ssot/ci.yaml\n  docker-steward ssot check --env ci\n  docker-steward ssot bind --env ci"
    )]
    Ssot {
        /// What to do.
        #[command(subcommand)]
        command: SsotCommand,
    },
    /// Print what a scheduler needs to run the unattended pass, from the SSOT's `schedule`
    #[command(
        after_help = "Examples:\n  docker-steward schedule systemd --env staging --out /etc/systemd/system\n  docker-steward schedule n8n --env staging > workflow.json    # import it in n8n's editor\n  docker-steward schedule actions --env staging"
    )]
    Schedule(ScheduleArgs),
    /// Write the environment's cleanup runbook in Markdown, with today's commands
    #[command(
        after_help = "Example:\n  docker-steward runbook --env staging > docs/runbooks/DOCKER_STAGING_CLEANUP.md"
    )]
    Runbook,
    /// Find what is wrong with the socket, engine, SSOT, records and terminal, and say the mend
    #[command(after_help = "Examples:\n  docker-steward doctor\n  docker-steward doctor --env staging")]
    Doctor,
    /// Serve the simulated engine to other Docker clients, until interrupted
    #[command(
        after_help = "Example:\n  docker-steward demo-engine --listen unix:///tmp/demo.sock\n  docker -H unix:///tmp/demo.sock ps"
    )]
    DemoEngine(DemoEngineArgs),
    /// Show where configuration, records and state are
    #[command(after_help = "Examples:\n  docker-steward paths\n  docker-steward paths --env staging")]
    Paths,
    /// Print the completions of a shell
    #[command(
        after_help = "Examples:\n  docker-steward completions bash > ~/.local/share/bash-completion/completions/docker-steward\n  docker-steward completions zsh > ~/.zfunc/_docker-steward\n  docker-steward completions fish > ~/.config/fish/completions/docker-steward.fish\n  docker-steward completions powershell >> $PROFILE"
    )]
    Completions(CompletionsArgs),
    /// Print the man page, of the program or of one command, or write all of them
    #[command(
        after_help = "Examples:\n  docker-steward man | man -l -\n  docker-steward man ssot init | man -l -\n  docker-steward man --out ~/.local/share/man/man1"
    )]
    Man(ManArgs),
}

/// `audit`.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
pub struct AuditArgs {
    /// How to print it
    #[arg(long, value_enum, default_value_t = AuditFormat::Table, value_name = "FORMAT")]
    pub format: AuditFormat,
    /// Exit with 2 if there is drift
    #[arg(long)]
    pub exit_code: bool,
    /// Do not append to the audit log
    #[arg(long)]
    pub no_record: bool,
    /// Do not ask for sizes, which can take the engine minutes
    #[arg(long)]
    pub no_sizes: bool,
    /// Tell the SSOT's alert rules what is new
    #[arg(long)]
    pub alert: bool,
    /// Audit the engines of all Docker contexts, side by side
    #[arg(long)]
    pub all_contexts: bool,
    /// The longest that one engine may take, such as 30s or 2m [default with several engines: 1m]
    #[arg(long, value_name = "DURATION", value_parser = deadline)]
    pub deadline: Option<Duration>,
}

fn deadline(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(Duration::ZERO) => Err("no engine answers in no time: write for example 30s".to_owned()),
        Ok(duration) => Ok(duration),
        Err(_) => Err("write for example 30s or 2m".to_owned()),
    }
}

/// How to print an audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuditFormat {
    /// For people
    Table,
    /// For programs
    Json,
    /// The record, one JSON object a line, for log shippers
    Jsonl,
    /// For chats, issues and runbooks
    Markdown,
    /// For the textfile collector of Prometheus' node exporter
    Prometheus,
}

/// `plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Only this; may be repeated. Without it: all that is safe to delete
    #[arg(long, value_name = "KIND/NAME", value_parser = Selector::parse)]
    pub select: Vec<Selector>,
    /// Also write the plan into a file, for `apply`
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = PlanFormat::Commands, value_name = "FORMAT")]
    pub format: PlanFormat,
}

/// How to print a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// One command a line
    Commands,
    /// The plan file
    Json,
}

/// `apply`.
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// A plan that `plan --out` wrote; without it, in a terminal, one is made and shown
    #[arg(value_name = "PLAN-FILE", value_hint = clap::ValueHint::FilePath)]
    pub plan_file: Option<PathBuf>,
    /// The phrase, where nobody can be asked: "APPLY CLEANUP". Needs a PLAN-FILE
    #[arg(long, value_name = "PHRASE")]
    pub confirm: Option<String>,
    /// The hash that the PLAN-FILE must have
    #[arg(long, value_name = "SHA256", requires = "plan_file")]
    pub plan_hash: Option<String>,
    /// Remove nothing (exit 3) if a health check fails before the cleanup
    #[arg(long)]
    pub require_healthy: bool,
    /// Put what nothing else could bring back into the trash first, whatever the SSOT says: volumes' data, and images
    /// that no registry is known to have. What cannot be saved stays
    #[arg(long, conflicts_with = "no_trash")]
    pub trash: bool,
    /// Put nothing into the trash, whatever the SSOT says
    #[arg(long)]
    pub no_trash: bool,
}

/// `run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Remove what the SSOT lets go unattended
    #[arg(long)]
    pub apply_auto: bool,
    /// Do not ask for sizes, which can take the engine minutes
    #[arg(long)]
    pub no_sizes: bool,
    /// How to print the summary
    #[arg(long, value_enum, default_value_t = RunFormat::Markdown, value_name = "FORMAT")]
    pub format: RunFormat,
}

/// How to print the summary of a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RunFormat {
    /// For chats and control rooms
    Markdown,
    /// For programs
    Json,
}

/// `health`.
#[derive(Debug, Args)]
pub struct HealthArgs {
    /// How to print it
    #[arg(long, value_enum, default_value_t = TableFormat::Table, value_name = "FORMAT")]
    pub format: TableFormat,
}

/// For people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For people
    Table,
    /// For programs
    Json,
}

/// `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The resource, by name or by ID: container/NAME, image/REPOSITORY:TAG, volume/NAME, network/NAME
    #[arg(value_name = "KIND/NAME", value_parser = Selector::parse)]
    pub resource: Selector,
}

/// `undo`.
#[derive(Debug, Args)]
pub struct UndoArgs {
    /// The cleanup, as `history` shows it
    #[arg(value_name = "RUN")]
    pub run: String,
    /// Only this; may be repeated. Without it: all that was removed
    #[arg(value_name = "KIND/NAME", value_parser = Selector::parse)]
    pub resources: Vec<Selector>,
    /// The phrase, to make it again: "UNDO"
    #[arg(long, value_name = "PHRASE")]
    pub confirm: Option<String>,
}

/// `trash`.
#[derive(Debug, Subcommand)]
pub enum TrashCommand {
    /// Show what is kept, and until when
    #[command(
        after_help = "Examples:\n  docker-steward trash list\n  docker-steward trash list --format json | jq '.trash[].name'"
    )]
    List(TrashListArgs),
    /// Read all of it, and compare it with what the journals say
    #[command(after_help = "Examples:\n  docker-steward trash verify")]
    Verify,
    /// Write the archive of one resource: of a volume a tar of the folder `docker-steward`, of an image what `docker load` reads
    #[command(
        after_help = "Examples:\n  docker-steward trash export 20260116T055332900Z-4711 volume/tmp-data > tmp-data.tar\n  docker-steward trash export 20260116T055332900Z-4711 image/tmp:1 | docker load"
    )]
    Export(TrashExportArgs),
    /// Delete for good what is past its time
    #[command(
        after_help = "Examples:\n  docker-steward trash expire\n  docker-steward trash expire --older-than 14d --dry-run"
    )]
    Expire(TrashExpireArgs),
}

/// `trash list`.
#[derive(Debug, Args)]
pub struct TrashListArgs {
    /// How to print it
    #[arg(long, value_enum, default_value_t = TableFormat::Table, value_name = "FORMAT")]
    pub format: TableFormat,
}

/// `trash export`.
#[derive(Debug, Args)]
pub struct TrashExportArgs {
    /// The cleanup, as `trash list` shows it
    #[arg(value_name = "RUN")]
    pub run: String,
    /// The resource
    #[arg(value_name = "KIND/NAME", value_parser = Selector::parse)]
    pub resource: Selector,
    /// Where to write it, instead of stdout; a file that is there is not replaced
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}

/// `trash expire`.
#[derive(Debug, Args)]
pub struct TrashExpireArgs {
    /// What is older than this, such as 14d, instead of what is past the time that it was kept with
    #[arg(long, value_name = "DURATION", value_parser = older_than)]
    pub older_than: Option<Duration>,
    /// Only show it
    #[arg(long)]
    pub dry_run: bool,
}

fn older_than(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|_| "write for example 14d or 12h".to_owned())
}

/// `history`.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// How to print it
    #[arg(long, value_enum, default_value_t = HistoryFormat::Table, value_name = "FORMAT")]
    pub format: HistoryFormat,
}

/// How to print the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HistoryFormat {
    /// For people
    Table,
    /// For programs
    Json,
}

/// `ssot …`.
#[derive(Debug, Clone, Subcommand)]
pub enum SsotCommand {
    /// Check the SSOT: errors with their place and mend, and warnings of contradictions
    #[command(
        after_help = "Examples:\n  docker-steward ssot check --env staging\n  docker-steward ssot check --ssot ssot/ci.yaml"
    )]
    Check,
    /// Print the JSON Schema of SSOT files
    #[command(after_help = "Example:\n  docker-steward ssot schema > ssot/ssot.schema.json")]
    Schema,
    /// Draft an SSOT from what the engine holds, for review
    #[command(
        after_help = "Examples:\n  docker-steward ssot init --env ci --out ssot/ci.yaml\n  docker-steward ssot init --env ci --compose docker-compose.yml --compose metrics/compose.yaml\n  docker-steward ssot init --env staging --built-in --out ssot/staging.yaml"
    )]
    Init(InitArgs),
    /// Bind the SSOT to the engine that answers now: another one is then refused
    #[command(after_help = "Example:\n  docker-steward ssot bind --env staging")]
    Bind(BindArgs),
    /// Let one unknown resource go: writes its name into the SSOT
    #[command(
        after_help = "Examples:\n  docker-steward ssot approve volume/old-data --env staging\n  docker-steward ssot approve volume/old-data --env staging --confirm old-data\n  docker-steward ssot approve container/ci-1 --pattern 'ci-*' --env staging"
    )]
    Approve(ApproveArgs),
}

/// `ssot init`.
#[derive(Debug, Clone, Args)]
pub struct InitArgs {
    /// Write it into this file, which must not exist yet; without it: to stdout
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// Expect what this compose file declares as well; may be repeated
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with = "built_in")]
    pub compose: Vec<PathBuf>,
    /// Take the SSOT that is built into the program, and ask no engine
    #[arg(long)]
    pub built_in: bool,
}

/// `ssot bind`.
#[derive(Debug, Clone, Args)]
pub struct BindArgs {
    /// Bind it to this engine although it is bound to another
    #[arg(long)]
    pub replace: bool,
}

/// `ssot approve`.
#[derive(Debug, Clone, Args)]
pub struct ApproveArgs {
    /// The unknown resource
    #[arg(value_name = "KIND/NAME", value_parser = Selector::parse)]
    pub resource: Selector,
    /// Write this pattern instead of the name, after showing all that it makes safe
    #[arg(long, value_name = "GLOB")]
    pub pattern: Option<String>,
    /// What would have to be typed, where nobody can be asked: the name, or the pattern
    #[arg(long, value_name = "NAME")]
    pub confirm: Option<String>,
}

/// `schedule`.
#[derive(Debug, Args)]
pub struct ScheduleArgs {
    /// Whose
    #[arg(value_enum, value_name = "SCHEDULER")]
    pub scheduler: Scheduler,
    /// Write the files into this folder; what is there already is not overwritten
    #[arg(long, value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    pub out: Option<PathBuf>,
}

/// Who runs things at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scheduler {
    /// A service and a timer
    Systemd,
    /// An agent, for the Mac
    Launchd,
    /// A crontab
    Cron,
    /// A workflow to import
    N8n,
    /// The buttons of an operations room, one command line each
    Actions,
}

/// `demo-engine`.
#[derive(Debug, Args)]
pub struct DemoEngineArgs {
    /// Where to listen.
    #[arg(long, value_name = "URL", help = "Where to listen: unix:///PATH, or tcp://127.0.0.1:PORT")]
    pub listen: String,
}

/// `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

/// `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The command, such as `audit` or `ssot init`; without it: the program
    #[arg(value_name = "COMMAND", conflicts_with = "out")]
    pub command: Vec<String>,
    /// Write one page for the program and one for each command into this folder
    #[arg(long, value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    pub out: Option<PathBuf>,
}

/// `KIND/NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// The kind.
    pub kind: Kind,
    /// The name, or an ID.
    pub name: String,
}

impl Selector {
    /// Reads `KIND/NAME`; the name of an image may hold more slashes.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (kind, name) = text
            .split_once('/')
            .ok_or_else(|| "write KIND/NAME, such as container/tmp-debug or image/odoo:18.0".to_owned())?;
        if name.is_empty() {
            return Err(format!("{kind}/ names nothing: write {kind}/NAME"));
        }
        Ok(Self { kind: kind.parse()?, name: name.to_owned() })
    }
}

impl std::fmt::Display for Selector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_selector_is_a_kind_and_a_name_with_any_slashes() {
        let of = |text| Selector::parse(text).map(|it| (it.kind, it.name));
        assert_eq!(of("image/mcp/server:1"), Ok((Kind::Image, "mcp/server:1".to_owned())));
        assert_eq!(of("containers/x"), Ok((Kind::Container, "x".to_owned())));
        assert!(of("tmp-debug").is_err() && of("pod/x").is_err() && of("volume/").is_err());
    }
}
