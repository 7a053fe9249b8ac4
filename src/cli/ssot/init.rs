//! `ssot init`: a first SSOT, drafted from what the engine holds.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::cli::args::{Global, InitArgs};
use crate::cli::exit::Failure;
use crate::cli::output::{print, say};
use crate::compose::ComposeFile;
use crate::draft;
use crate::session::Contact;
use crate::ssot::{Dirs, Environment, Origin, builtin, find, load};
use crate::text::{sanitise, shell_quote};

/// Runs `ssot init`.
pub(super) async fn run(args: &InitArgs, global: &Global) -> Result<(), Failure> {
    let named = named(global)?;
    let (environment, text) = if args.built_in {
        let environment = named.ok_or_else(|| Failure::failed(choose()))?;
        let text = builtin::text(&environment).ok_or_else(|| {
            Failure::failed(format!(
                "no SSOT of {environment} is built in; leave --built-in out to draft one"
            ))
        })?;
        (environment, text.to_owned())
    } else {
        drafted(named, args, global).await?
    };
    // A draft that its own reader refuses would be worse than none.
    let shown = args.out.as_deref().map_or_else(|| "the draft".into(), |path| path.to_string_lossy());
    load::parse(&text, &Origin::File(shown.as_ref().into()))
        .map_err(|error| Failure::failed(error.to_string()))?;
    let Some(path) = &args.out else { return Ok(print(&text)?) };
    write(path, &text)?;
    let shown = path.to_string_lossy();
    say(&format!("written to {}; read it, correct it, then:", sanitise(&shown)));
    say(&format!("  docker-steward ssot check --ssot {}", shell_quote(&shown)));
    say(&format!("  docker-steward audit --env {environment} --ssot {}", shell_quote(&shown)));
    Ok(())
}

fn named(global: &Global) -> Result<Option<Environment>, Failure> {
    let name = global.session().env;
    name.map(|name| {
        Environment::new(&name)
            .map_err(|error| Failure::failed(format!("`{name}` is no environment: {error}")))
    })
    .transpose()
}

fn choose() -> String {
    "no environment was named: choose with `--env`, such as `--env staging`".to_owned()
}

async fn drafted(
    named: Option<Environment>,
    args: &InitArgs,
    global: &Global,
) -> Result<(Environment, String), Failure> {
    let read = |path: &PathBuf| {
        ComposeFile::read(path).map_err(|why| Failure::failed(format!("{}: {why}", path.display())))
    };
    let compose = args.compose.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let contact = Contact::make(&global.session()).await?;
    let environment = match named {
        Some(environment) => environment,
        None => find::default_environment(Some(contact.engine.is_docker_desktop()), &Dirs::from_process())
            .map_err(|_| Failure::failed(choose()))?,
    };
    let inventory = contact.inventory().await?;
    let text = draft::draft(&inventory, &environment, &compose, Timestamp::now());
    Ok((environment, text))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let fail = |why: String| Failure::failed(format!("{} cannot be written: {why}", path.display()));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| fail(error.to_string()))?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| {
        fail(match error.kind() {
            ErrorKind::AlreadyExists => "it exists, and an SSOT is never overwritten".to_owned(),
            _ => error.to_string(),
        })
    })?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| fail(error.to_string()))
}
