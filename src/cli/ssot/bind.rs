//! `ssot bind`: this SSOT is for this engine, and for no other.

use crate::cli::args::{BindArgs, Global};
use crate::cli::environment;
use crate::cli::exit::Failure;
use crate::cli::output::print;
use crate::session::Contact;
use crate::ssot::Ssot;
use crate::ssot::edit::{self, EditError};
use crate::steward::EngineIdentity;
use crate::text::{sanitise, shell_quote};

/// Runs `ssot bind`. No session: it would refuse the very engine that the SSOT is to be bound to anew.
pub(super) async fn run(args: &BindArgs, global: &Global) -> Result<(), Failure> {
    if global.demo {
        return Err(Failure::refused(
            "the simulated engine of --demo is gone in a moment, and an SSOT bound to it refuses every real one",
        ));
    }
    let ssot = environment::ssot(global).await?;
    let engine = Contact::make(&global.session()).await?.engine;
    print(&both(&ssot, &engine))?;
    let edited = match edit::bind(&ssot, &engine.binding()) {
        Err(EditError::Already { .. }) => return Ok(print("bound to each other already\n")?),
        edited => edited.map_err(|error| Failure::failed(error.to_string()))?,
    };
    let other = |bound| !engine.differences(bound).is_empty();
    if ssot.policy.host.engine.as_ref().is_some_and(other) && !args.replace {
        return Err(Failure::refused(
            "the SSOT is bound to another engine. If this one has taken its place, say so with --replace",
        ));
    }
    print(&edited.diff)?;
    let path = ssot.path_display();
    edit::replace(&ssot, &edited)
        .map_err(|error| Failure::failed(format!("{path} cannot be written: {error}; nothing is bound")))?;
    print(&format!(
        "written to {}; from now on another engine is refused\ncommit it: git commit {}\n",
        sanitise(&path),
        shell_quote(&path)
    ))?;
    Ok(())
}

fn both(ssot: &Ssot, engine: &EngineIdentity) -> String {
    let bound = ssot.policy.host.engine.as_ref();
    let bound = bound.map_or_else(
        || "bound to no engine".to_owned(),
        |bound| format!("bound to {} ({})", sanitise(&bound.name), sanitise(&bound.id)),
    );
    format!(
        "ssot    {} of {}, {bound}\nengine  {} ({}), {} at {}\n",
        sanitise(&ssot.path_display()),
        ssot.policy.environment,
        sanitise(&engine.name),
        sanitise(&engine.id),
        sanitise(&engine.version),
        sanitise(&engine.host),
    )
}
