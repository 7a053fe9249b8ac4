//! `explain`: why a resource is classified as it is.

use super::args::{ExplainArgs, Global};
use super::exit::{Code, Failure};
use super::look;
use super::output::{Medium, print};
use super::{report, select};
use crate::session::Session;

/// Runs `explain`.
pub(super) async fn run(args: &ExplainArgs, global: &Global) -> Result<Code, Failure> {
    let session = Session::open(&global.session()).await?;
    let look = look::without_sizes(&session).await?;
    let key = &select::one(&look.audit, &args.resource)?.key;
    let gone = || Failure::failed(format!("{} could not be explained", args.resource));
    let explanation = session.explain(&look, key).ok_or_else(gone)?;
    let ssot = session.ssot();
    let place = |rule: &str| ssot.line_of(rule).map(|line| format!("{}:{line}", ssot.path_display()));
    print(&report::explanation::print(&explanation, &place, Medium::stdout(global.color)))?;
    Ok(Code::Done)
}
