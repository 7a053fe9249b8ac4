//! What a rule answers.
use bytes::Bytes;
use futures_util::stream::BoxStream;
use http::StatusCode;
use serde_json::{Value, json};

use super::session::Session;

/// A reply before it becomes HTTP.
pub(super) struct Reply {
    /// Status.
    pub(super) status: StatusCode,
    /// Body.
    pub(super) body: Body,
    /// Further headers.
    pub(super) headers: Vec<(&'static str, String)>,
}

/// The body of a reply.
pub(super) enum Body {
    /// Nothing.
    Empty,
    /// One JSON document with a line feed, as the engine ends them.
    Json(Value),
    /// Bytes with their content type.
    Raw(&'static str, Bytes),
    /// JSON lines that go on.
    Lines(BoxStream<'static, Bytes>),
    /// Bytes of an attached exec: after an upgrade if the client asked for one.
    Attached(Bytes),
    /// A build session, on the connection itself.
    Session(Session),
}

/// An engine's error: status and message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Status.
    pub(super) status: StatusCode,
    /// The engine's own words.
    pub(super) message: String,
}

/// The outcome of a rule.
pub(super) type Outcome = Result<Reply, Refusal>;

impl Reply {
    /// A JSON document.
    pub(super) fn json(status: StatusCode, value: Value) -> Reply {
        Reply { status, body: Body::Json(value), headers: Vec::new() }
    }

    /// 200 with a JSON document.
    pub(super) fn ok(value: Value) -> Reply {
        Reply::json(StatusCode::OK, value)
    }

    /// A status without a body.
    pub(super) fn empty(status: StatusCode) -> Reply {
        Reply { status, body: Body::Empty, headers: Vec::new() }
    }

    /// 204.
    pub(super) fn done() -> Reply {
        Reply::empty(StatusCode::NO_CONTENT)
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Reply {
        Reply::json(refusal.status, json!({ "message": refusal.message }))
    }
}

/// 400.
pub(super) fn bad(message: impl Into<String>) -> Refusal {
    Refusal { status: StatusCode::BAD_REQUEST, message: message.into() }
}

/// 403.
pub(super) fn forbidden(message: impl Into<String>) -> Refusal {
    Refusal { status: StatusCode::FORBIDDEN, message: message.into() }
}

/// 404.
pub(super) fn missing(message: impl Into<String>) -> Refusal {
    Refusal { status: StatusCode::NOT_FOUND, message: message.into() }
}

/// 409.
pub(super) fn conflict(message: impl Into<String>) -> Refusal {
    Refusal { status: StatusCode::CONFLICT, message: message.into() }
}

/// 500.
pub(super) fn failure(message: impl Into<String>) -> Refusal {
    Refusal { status: StatusCode::INTERNAL_SERVER_ERROR, message: message.into() }
}

/// 404 of a path that the engine does not know.
pub(super) fn no_such_page() -> Refusal {
    missing("page not found")
}
