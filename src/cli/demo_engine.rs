//! `demo-engine`: the simulated engine, for other Docker clients.

use jiff::Timestamp;

use super::args::{DemoEngineArgs, Global};
use super::exit::{Code, Failure};
use super::output::{print, say};
use super::signals;
use crate::demo::{DemoEngine, World};
use crate::text::{sanitise, shell_quote};

/// Runs `demo-engine`. The world is a desktop with `--env desktop`, and the droplet without.
pub(super) async fn run(args: &DemoEngineArgs, global: &Global) -> Result<Code, Failure> {
    let now = Timestamp::now();
    let desktop = global.env.as_deref() == Some("desktop");
    let world = if desktop { World::desktop(now) } else { World::droplet(now) };
    // From before anybody can see it, so that the socket goes with it in any case.
    let ended = signals::ended()?;
    let engine = DemoEngine::listen(world, &args.listen).await.map_err(|error| {
        let mend = if error.kind() == std::io::ErrorKind::AddrInUse {
            "\n  something is there already: name another path, or remove it if nothing listens there"
        } else {
            ""
        };
        Failure::failed(format!("the demo's engine cannot listen on {}: {error}{mend}", args.listen))
    })?;
    print(&format!("DOCKER_HOST={}\n", shell_quote(engine.url())))?;
    say(&format!("a simulated engine listens on {}; interrupt to end it", sanitise(engine.url())));
    ended.await;
    Ok(Code::Done)
}
