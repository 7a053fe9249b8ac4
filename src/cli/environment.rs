//! Which SSOT is meant, where a command needs no engine unless nobody says so.

use super::args::Global;
use super::exit::Failure;
use crate::session::{Session, Trouble, find_ssot};
use crate::ssot::{Dirs, Ssot};

/// The SSOT that was asked for. If none was, the engine may tell (Docker Desktop is `desktop`); if that
/// does not answer either, the failure names the choices.
pub(super) async fn ssot(global: &Global) -> Result<Ssot, Failure> {
    let options = global.session();
    match find_ssot(&options, None, &Dirs::from_process()) {
        Err(error) if error.kind == Trouble::NoEnvironment => match Session::open(&options).await {
            Ok(session) => Ok(session.ssot().clone()),
            Err(_) => Err(error.into()),
        },
        found => Ok(found?),
    }
}
