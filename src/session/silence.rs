//! An engine that cannot be asked: there is no session with it, and still the SSOT says who is to be told.

use jiff::Timestamp;

use super::{Options, SessionError, Trouble, find_ssot};
use crate::alert::{self, Delivery, Facts, Origin};
use crate::documents::address_of;
use crate::engine::{self, Choice};
use crate::records::Paths;
use crate::ssot::Dirs;

/// Tells the SSOT's alert rules that the engine does not answer, where that is the trouble and it is known which SSOT is
/// meant: without an engine, only one that was named. Answers what became of each, and what else went wrong. `again` is
/// what to type to run another command on the same engine and SSOT.
pub async fn tell_silence(
    options: &Options,
    error: &SessionError,
    again: &str,
) -> (Vec<Delivery>, Vec<String>) {
    let nobody = (Vec::new(), Vec::new());
    let named = options.ssot.is_some() || options.env.is_some();
    if error.kind != Trouble::Engine || options.demo || !named {
        return nobody;
    }
    let Ok(ssot) = find_ssot(options, None, &Dirs::from_process()) else { return nobody };
    let Ok(paths) = Paths::from_process(options.demo) else { return nobody };
    let Ok(endpoint) = engine::choose(&Choice::from_process(options.host.clone(), options.context.clone()))
    else {
        return nobody;
    };
    let policy = &ssot.policy;
    let bound = policy.host.engine.as_ref();
    let origin = Origin {
        environment: policy.environment.as_str().to_owned(),
        steward: policy.steward.clone(),
        host: bound.map_or_else(|| endpoint.url.clone(), |it| it.name.clone()),
        ip: policy.host.address.clone().unwrap_or_else(|| address_of(&endpoint.url)),
        engine: bound.cloned().unwrap_or_default(),
        url: endpoint.url,
        again: again.to_owned(),
    };
    let facts = Facts { silent: Some(error.what.clone()), ..Facts::none(origin, Timestamp::now()) };
    alert::deliver(&policy.alerts, &facts, &paths, true).await
}
