//! `explain`: why a resource is classified as it is.

use super::again;
use super::args::{ExplainArgs, Global};
use super::exit::{Code, Failure};
use super::look;
use super::output::{Medium, print};
use super::{report, select};
use crate::session::Session;
use crate::steward::{Class, Resource};
use crate::text::shell_quote;

/// Runs `explain`.
pub(super) async fn run(args: &ExplainArgs, global: &Global) -> Result<Code, Failure> {
    let session = Session::open(&global.session()).await?;
    let look = look::without_sizes(&session).await?;
    let key = &select::one(&look.audit, &args.resource)?.key;
    let gone = || Failure::failed(format!("{} could not be explained", args.resource));
    let explanation = session.explain(&look, key).ok_or_else(gone)?;
    let ssot = session.ssot();
    let place = |rule: &str| ssot.line_of(rule).map(|line| format!("{}:{line}", ssot.path_display()));
    let next = next(&session, &explanation.resource, global);
    print(&report::explanation::print(&explanation, &place, next, Medium::stdout(global.color)))?;
    Ok(Code::Done)
}

/// What can be done with it where something may be removed at all: what is safe can go, and what nobody has said
/// anything of can be decided.
fn next(session: &Session, it: &Resource, global: &Global) -> Option<(&'static str, String)> {
    session.mandate().ok()?;
    let (again, path) = (again::command(global), it.path());
    let path = shell_quote(&path);
    match it.class() {
        Class::SafeToDelete => Some(("the commands that remove it", format!("{again} plan --select {path}"))),
        Class::Unknown if report::explanation::nothing_says(&it.reason) => {
            Some(("to let it go, in writing", format!("{again} ssot approve {path}")))
        }
        _ => None,
    }
}
