//! Requests that carry something: a JSON document, or an archive from a file.

use std::path::Path;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream;
use http::header::CONTENT_TYPE;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use serde_json::Value;
use tokio::io::AsyncReadExt as _;

use super::error::EngineError;
use super::transport::{Transport, message};

/// How much of a file is sent in one piece.
const PIECE: usize = 256 * 1024;

/// Why an archive did not go through.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// The engine.
    #[error("{0}")]
    Engine(#[from] EngineError),
    /// The file.
    #[error("the archive {0}")]
    File(String),
}

impl Transport {
    /// Sends a JSON document, or nothing where it is null; the head of the answer must be 2xx and come in the time of a plain answer.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Response<Incoming>, EngineError> {
        let shown = format!("POST {path}");
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("http://docker{path}"))
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(text)))
            .map_err(|error| EngineError::Broken { request: shown.clone(), why: error.to_string() })?;
        self.answered(&shown, request, self.time_outs().answer).await
    }

    /// Sends a tar archive from a file, and reads the whole answer, in the time of a removal: the engine writes it
    /// file by file.
    pub(super) async fn send_archive(
        &self,
        method: Method,
        path: &str,
        archive: &Path,
    ) -> Result<Bytes, ArchiveError> {
        let shown = format!("{method} {path}");
        let broken = |why: String| EngineError::Broken { request: shown.clone(), why };
        let unread = |error: std::io::Error| ArchiveError::File(format!("{}: {error}", archive.display()));
        let file = tokio::fs::File::open(archive).await.map_err(unread)?;
        let pieces = stream::try_unfold(file, |mut file| async move {
            let mut piece = BytesMut::with_capacity(PIECE);
            let read = file.read_buf(&mut piece).await?;
            Ok::<_, std::io::Error>((read > 0).then(|| (Frame::data(piece.freeze()), file)))
        });
        let request = Request::builder()
            .method(method)
            .uri(format!("http://docker{path}"))
            .header(CONTENT_TYPE, "application/x-tar")
            .body(StreamBody::new(pieces))
            .map_err(|error| broken(error.to_string()))?;
        let answer = self.answered(&shown, request, self.time_outs().removal).await?;
        let body = answer.into_body().collect();
        let body = within(&shown, self.time_outs().removal, body).await?;
        Ok(body.map_err(|error| broken(error.to_string()))?.to_bytes())
    }

    /// Sends a request; the head of its answer must be 2xx and come in time.
    pub(super) async fn answered<B>(
        &self,
        shown: &str,
        request: Request<B>,
        time_out: Duration,
    ) -> Result<Response<Incoming>, EngineError>
    where
        B: hyper::body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let response = within(shown, time_out, self.send(request)).await??;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status().as_u16();
        let body = whole(shown, response).await.unwrap_or_default();
        Err(EngineError::Status { request: shown.to_owned(), status, message: message(&body) })
    }

    /// Reads the body of a GET piece by piece into `sink`. Each piece must come in the time of a removal: an engine
    /// reads a whole image before it sends the first.
    pub(super) async fn read_archive(
        &self,
        path: &str,
        sink: &mut impl std::io::Write,
    ) -> Result<(), ArchiveError> {
        let shown = format!("GET {path}");
        let time_out = self.time_outs().removal;
        let mut body = within(&shown, time_out, self.open(path)).await??.into_body();
        while let Some(frame) = within(&shown, time_out, body.frame()).await? {
            let frame = frame
                .map_err(|error| EngineError::Broken { request: shown.clone(), why: error.to_string() })?;
            if let Some(data) = frame.data_ref() {
                sink.write_all(data)
                    .map_err(|error| ArchiveError::File(format!("cannot be written: {error}")))?;
            }
        }
        Ok(())
    }
}

/// The whole body of an answer.
pub(super) async fn whole(shown: &str, response: Response<Incoming>) -> Result<Bytes, EngineError> {
    let body = response.into_body().collect().await;
    body.map(http_body_util::Collected::to_bytes)
        .map_err(|error| EngineError::Broken { request: shown.to_owned(), why: error.to_string() })
}

async fn within<T>(shown: &str, time_out: Duration, work: impl Future<Output = T>) -> Result<T, EngineError> {
    tokio::time::timeout(time_out, work)
        .await
        .map_err(|_| EngineError::Timeout { request: shown.to_owned(), seconds: time_out.as_secs() })
}
