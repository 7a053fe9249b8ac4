//! Telling the alert rules, and telling on stderr what did not arrive.

use super::again;
use super::args::Global;
use super::exit::Failure;
use super::output::say;
use crate::alert::{Delivery, Facts, Outcome};
use crate::session::{Session, SessionError, Trouble, tell_silence};
use crate::text::sanitise;

/// Sends what is news. Nothing here fails the command.
pub(super) async fn send(session: &Session, facts: &Facts) -> Vec<Delivery> {
    told(session.alert(facts).await)
}

/// Passes a result on; where the engine cannot be asked, the alert rules are told of that first.
pub(super) async fn or_tell<T>(result: Result<T, SessionError>, global: &Global) -> Result<T, SessionError> {
    if let Err(error) = &result {
        told(tell_silence(&global.session(), error, &again::command(global)).await);
    }
    result
}

/// Tells the alert rules of an engine that has not answered by the deadline.
pub(super) async fn late(failure: &Failure, global: &Global) {
    let error = SessionError { what: failure.message.clone(), mend: None, kind: Trouble::Engine };
    told(tell_silence(&global.session(), &error, &again::command(global)).await);
}

fn told((deliveries, troubles): (Vec<Delivery>, Vec<String>)) -> Vec<Delivery> {
    for it in &deliveries {
        let what = format!("{} ({}): {}", it.rule, it.target, it.events.join(", "));
        match &it.outcome {
            Outcome::Sent => {}
            Outcome::Failed(why) => {
                say(&format!("! alert not delivered: {}: {}", sanitise(&what), sanitise(why)));
            }
            Outcome::Skipped(why) => {
                say(&format!("! alert not sent: {}: {}", sanitise(&what), sanitise(why)));
            }
        }
    }
    for trouble in troubles {
        say(&format!("! {}", sanitise(&trouble)));
    }
    deliveries
}
