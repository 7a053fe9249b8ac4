//! Telling the alert rules, and telling on stderr what did not arrive.

use super::output::say;
use crate::alert::{Delivery, Facts, Outcome};
use crate::session::Session;
use crate::text::sanitise;

/// Sends what is news. Nothing here fails the command.
pub(super) async fn send(session: &Session, facts: &Facts) -> Vec<Delivery> {
    let (deliveries, troubles) = session.alert(facts).await;
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
