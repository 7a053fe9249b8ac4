//! The one place that asks an engine to stop or remove anything.

use bollard::errors::Error;
use bollard::query_parameters::{
    RemoveContainerOptions, RemoveImageOptionsBuilder, RemoveVolumeOptions, StopContainerOptions,
};
use bollard::{BollardRequest, ClientVersion, Docker};

use super::error::EngineError;
use super::transport::Transport;
use crate::steward::{Action, Checked};

/// An engine that can be changed. Made only from a mandate.
#[derive(Debug, Clone)]
pub struct Writer {
    docker: Docker,
}

/// What the engine answered to a removal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// It is done; for an image, what was untagged and deleted.
    Done {
        /// References that the engine took off.
        untagged: Vec<String>,
        /// Image IDs that the engine deleted.
        deleted: Vec<String>,
    },
    /// There is no such thing any more (404), or the container had stopped already (304).
    Gone,
    /// The engine says no (409): it is used, or runs.
    Refused(String),
    /// The engine does not let us (401, 403): trying the next would only be refused again.
    Denied(String),
    /// The engine could not (500, …), or the request was never sent.
    Failed(String),
    /// No (whole) answer came: it may or may not have been done.
    Lost(String),
}

impl Writer {
    pub(super) fn new(transport: &Transport) -> Self {
        let time_out = transport.time_outs().removal.as_secs();
        let transport = transport.clone();
        let send = move |request: BollardRequest| {
            let transport = transport.clone();
            async move {
                transport.send(request).await.map_err(|error| Error::IOError {
                    // The transport's own error travels inside, so that "never sent" is not lost.
                    err: std::io::Error::other(error),
                })
            }
        };
        // The version in the path is the transport's; this one is never sent.
        let version = ClientVersion { major_version: 1, minor_version: 40 };
        #[expect(
            clippy::expect_used,
            reason = "a custom transport connects to nothing: the function has no failing path"
        )]
        let docker = Docker::connect_with_custom_transport(send, Some("http://docker"), time_out, &version)
            .expect("a custom transport is only stored");
        Self { docker }
    }

    /// Does one step that was approved and looked at again a moment ago. Never forced, by whole ID or exact
    /// name, and never tried twice.
    #[expect(clippy::disallowed_methods, reason = "this is the one file that may stop and remove")]
    pub async fn remove(&self, step: Checked<'_>) -> Removal {
        let step = step.step();
        let target = step.target();
        let id = target.key().id().unwrap_or_default();
        let nothing = |()| Vec::new();
        let image = |name: String| async move {
            let options = RemoveImageOptionsBuilder::default().noprune(true).build();
            self.docker.remove_image(&name, Some(options), None).await
        };
        let answer = match step.action() {
            Action::StopContainer => {
                self.docker.stop_container(id, None::<StopContainerOptions>).await.map(nothing)
            }
            Action::RemoveContainer => {
                self.docker.remove_container(id, None::<RemoveContainerOptions>).await.map(nothing)
            }
            Action::UntagImage => image(target.name().to_string()).await,
            Action::RemoveImage => image(id.to_owned()).await,
            Action::RemoveVolume => {
                self.docker.remove_volume(target.name(), None::<RemoveVolumeOptions>).await.map(nothing)
            }
            Action::RemoveNetwork => self.docker.remove_network(id).await.map(nothing),
        };
        match answer {
            Ok(items) => Removal::Done {
                untagged: items.iter().filter_map(|it| it.untagged.clone()).collect(),
                deleted: items.into_iter().filter_map(|it| it.deleted).collect(),
            },
            Err(error) => Removal::of(error, step.action()),
        }
    }
}

impl Removal {
    /// By status, never by the words of a message: Engine 29 changed them.
    fn of(error: Error, action: Action) -> Self {
        match error {
            Error::DockerResponseServerError { status_code, message } => {
                let message = crate::text::sanitise(&message).into_owned();
                match status_code {
                    304 | 404 => Self::Gone,
                    409 => Self::Refused(message),
                    // Engines before 25 say 403 of a network that is in use.
                    403 if action == Action::RemoveNetwork => Self::Refused(message),
                    401 | 403 => Self::Denied(format!("the engine answered {status_code}: {message}")),
                    status => Self::Failed(format!("the engine answered {status}: {message}")),
                }
            }
            Error::IOError { err } => {
                match err.get_ref().and_then(|inner| inner.downcast_ref::<EngineError>()) {
                    Some(inner) if inner.is_unsent() => Self::Failed(inner.to_string()),
                    Some(inner) => Self::Lost(inner.to_string()),
                    None => Self::Lost(err.to_string()),
                }
            }
            Error::RequestTimeoutError => Self::Lost("no answer in time".to_owned()),
            other => Self::Lost(crate::text::sanitise(&other.to_string()).into_owned()),
        }
    }
}
