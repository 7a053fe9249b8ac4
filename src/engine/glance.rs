//! Reading one resource again, with what proves that nothing else has changed: two to seven small requests,
//! however much the engine holds.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::error::EngineError;
use super::events::stamp;
use super::reader::Reader;
use crate::answers::{self, Names, Others};
use crate::steward::inventory::{Container, ContainerId, Image, ImageId, Inventory, Key, Volume};
use crate::steward::{Glance, Happening, Question, Rest};

/// The resource by itself.
#[derive(Default)]
struct Alone {
    container: Option<Container>,
    image: Option<Image>,
    volume: Option<Volume>,
    inspect: Value,
}

impl Reader {
    /// Asks what a glance asks for; returns it with all that the engine knows of the resource. Any answer that
    /// is not as plain as can be is an error: the caller then looks at the whole.
    pub(crate) async fn glance(
        &self,
        question: &Question,
        now: Timestamp,
    ) -> Result<(Glance, Value), EngineError> {
        let rest = async {
            match question.heard_until {
                Some(since) => self.rest(since, now).await.map(Some),
                None => Ok(None),
            }
        };
        let (alone, newer, rest) = tokio::try_join!(
            self.alone(&question.key, question.image.as_ref()),
            self.newer(question.newest.as_ref()),
            rest,
        )?;
        let Alone { container, image, volume, inspect } = alone;
        Ok((Glance { container, image, volume, newer, rest }, inspect))
    }

    /// What tells that nothing else has changed.
    async fn rest(&self, heard_until: Timestamp, now: Timestamp) -> Result<Rest, EngineError> {
        let info = self.info().await?;
        let Inventory { engine, counts, engine_time, .. } = Others::default()
            .awaiting(info, &self.api, &self.endpoint().url, now)
            .with(Vec::new(), Vec::new());
        // Up to the engine's own now, so that it answers at once and the next glance goes on from there.
        let engine_time = engine_time.ok_or_else(|| odd("GET /info", "it does not tell the time"))?;
        let happened = self.happened(heard_until, engine_time).await?;
        Ok(Rest { engine, counts, engine_time, happened })
    }

    /// The containers that were made after this one.
    async fn newer(&self, newest: Option<&ContainerId>) -> Result<Vec<ContainerId>, EngineError> {
        let path = match newest {
            Some(id) => {
                format!("/containers/json?all=1&filters={}", filters(&json!({ "since": [id.as_str()] })))
            }
            None => "/containers/json?all=1".to_owned(),
        };
        Ok(self.containers_at(&path).await?.into_iter().map(|it| it.id).collect())
    }

    async fn containers_at(&self, path: &str) -> Result<Vec<Container>, EngineError> {
        let request = format!("GET {path}");
        let mut list = answers::containers(&request, &Names::default());
        list.take(&self.transport.get(path).await?);
        let rows = list.end()?;
        match rows.unreadable.first() {
            Some(row) => Err(odd(&request, &row.why)),
            None => Ok(rows.all),
        }
    }

    async fn happened(&self, since: Timestamp, until: Timestamp) -> Result<Vec<Happening>, EngineError> {
        let path = format!("/events?since={}&until={}", stamp(since), stamp(until));
        let body = self.transport.get(&path).await?;
        let rows = serde_json::Deserializer::from_slice(&body).into_iter::<answers::EventRow>();
        rows.map(|row| row.map(answers::happening))
            .collect::<Result<_, _>>()
            .map_err(|error| odd(&format!("GET {path}"), &error.to_string()))
    }

    async fn alone(&self, key: &Key, image: Option<&ImageId>) -> Result<Alone, EngineError> {
        match key {
            Key::Container { id } => {
                let by_id = filters(&json!({ "id": [id.as_str()] }));
                let list = format!("/containers/json?all=1&filters={by_id}");
                let path = format!("/containers/{id}/json");
                let image = async {
                    match image {
                        Some(id) => self.image_alone(id).await.map(|(image, _)| Some(image)),
                        None => Ok(None),
                    }
                };
                let (rows, body, image) =
                    tokio::try_join!(self.containers_at(&list), self.transport.get(&path), image)?;
                let mut rows = rows.into_iter();
                let (Some(row), None) = (rows.next(), rows.next()) else {
                    return Err(odd(&format!("GET {list}"), "it does not list exactly one"));
                };
                let detail = answers::detail(id, answers::read(&path, &body)?).map(Box::new);
                let container = Container { detail, ..row };
                Ok(Alone {
                    container: Some(container),
                    image,
                    inspect: answers::read(&path, &body)?,
                    ..Alone::default()
                })
            }
            Key::Image { id, .. } => {
                let (image, inspect) = self.image_alone(id).await?;
                Ok(Alone { image: Some(image), inspect, ..Alone::default() })
            }
            Key::Volume { name } => {
                let path = format!("/volumes/{name}");
                let body = self.transport.get(&path).await?;
                let volume = answers::volume(&path, &body)?;
                Ok(Alone { volume: Some(volume), inspect: answers::read(&path, &body)?, ..Alone::default() })
            }
            Key::Network { .. } => Err(odd("a glance", "a network's users are only in the whole list")),
        }
    }

    async fn image_alone(&self, id: &ImageId) -> Result<(Image, Value), EngineError> {
        let path = format!("/images/{id}/json");
        let body = self.transport.get(&path).await?;
        Ok((answers::whole_image(&path, id, &body)?, answers::read(&path, &body)?))
    }
}

/// The filters as they stand in a URL.
fn filters(filters: &Value) -> String {
    filters.to_string().bytes().fold(String::new(), |mut text, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => text.push(char::from(byte)),
            other => {
                let _ = write!(text, "%{other:02X}");
            }
        }
        text
    })
}

fn odd(request: &str, why: &str) -> EngineError {
    EngineError::Broken { request: request.to_owned(), why: crate::text::sanitise(why).into_owned() }
}
