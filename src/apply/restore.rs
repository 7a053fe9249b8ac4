//! The loop of an undo: look whether it is there → make it → note it, one after the other.

use jiff::Timestamp;
use serde_json::Value;

use crate::engine::{EngineError, HelperError, Keeper, Maker};
use crate::records::journal::Journal;
use crate::records::journal_line::Saved;
use crate::records::trash;
use crate::session::{Session, SessionError, Stop};
use crate::steward::Kind;
use crate::undo::{ApprovedUndo, Making, NewContainer, Undo};

/// What became of one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undone {
    /// It was made again.
    Done,
    /// It was there already, so nothing was made.
    There,
    /// It was not made, or not wholly.
    Not(String),
}

/// One resource of a finished undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// What became of it.
    pub undone: Undone,
}

/// The engine and the folders that an undo works on.
struct Restoring<'a> {
    session: &'a Session,
    maker: Maker,
    keeper: Keeper,
    run: &'a str,
}

/// Makes again what was approved, in order. What one needs and did not come back lets the engine refuse it; the rest
/// goes on. Nothing that is there is changed.
pub(crate) async fn restore(
    session: &Session,
    run: &str,
    approved: &ApprovedUndo,
    stop: &Stop,
    mut tell: impl FnMut(&Restored),
) -> Result<Vec<Restored>, SessionError> {
    let it = Restoring { session, maker: session.maker(approved)?, keeper: session.keeper()?, run };
    let mut journal = Journal::resume(&session.paths().run(run))?;
    let mut all = Vec::new();
    for item in approved.items() {
        let undone = if stop.asked() {
            Undone::Not("it was asked to stop".to_owned())
        } else {
            it.one(item).await.unwrap_or_else(|error| Undone::Not(error.to_string()))
        };
        let restored = Restored { kind: item.kind, name: item.name.clone(), undone };
        tell(&restored);
        if restored.undone == Undone::Done {
            journal.undone(item.step, Timestamp::now())?;
        }
        all.push(restored);
    }
    Ok(all)
}

impl Restoring<'_> {
    async fn one(&self, item: &Undo) -> Result<Undone, HelperError> {
        match &item.making {
            None => Ok(Undone::Not(item.lost.clone().unwrap_or_default())),
            Some(Making::Network { body }) => self.network(&item.name, body).await,
            Some(Making::Volume { body, data }) => self.volume(item, body, data.as_ref()).await,
            Some(Making::Image { id, tag, data, pull }) => {
                self.image(item, id, tag.as_deref(), data.as_ref(), pull.as_deref()).await
            }
            Some(Making::Container(container)) => Ok(self.container(container).await?),
        }
    }

    async fn network(&self, name: &str, body: &Value) -> Result<Undone, HelperError> {
        if self.maker.find_network(name).await?.is_some() {
            return Ok(Undone::There);
        }
        self.maker.network(body).await?;
        Ok(Undone::Done)
    }

    async fn volume(&self, item: &Undo, body: &Value, data: Option<&Saved>) -> Result<Undone, HelperError> {
        let found = self.maker.find(&format!("/volumes/{}", item.name)).await?;
        match (found, data) {
            (Some(_), None) => return Ok(Undone::There),
            (Some(_), Some(_)) => {
                return Ok(Undone::Not(
                    "there is a volume of that name again, and what it holds is left alone".to_owned(),
                ));
            }
            (None, _) => {}
        }
        let Some(data) = data else {
            self.maker.volume(body).await?;
            return Ok(Undone::Done);
        };
        // Before anything is made: half a volume is worse than none.
        if let Err(why) = self.verified(item.step, data) {
            return Ok(Undone::Not(why));
        }
        self.maker.volume(body).await?;
        let archive = trash::path(self.session.paths(), self.run, item.step);
        let mut hash = Hash::default();
        let filled = self.keeper.fill_volume(&item.name, self.run, &archive, &mut hash).await;
        let again = format!("remove it (`docker volume rm {}`) before another try", item.name);
        Ok(match filled {
            Err(error @ (HelperError::NotEmpty | HelperError::Left { .. })) => return Err(error),
            Err(error) => Undone::Not(format!("it was made, and its data is not in it: {error}; {again}")),
            Ok(()) if hash.hex() == data.sha256 => Undone::Done,
            Ok(()) => Undone::Not(format!("read back, its data is not what was saved; {again}")),
        })
    }

    async fn image(
        &self,
        item: &Undo,
        id: &str,
        tag: Option<&str>,
        data: Option<&Saved>,
        pull: Option<&str>,
    ) -> Result<Undone, HelperError> {
        let by_id = format!("/images/{id}/json");
        let mut made = false;
        if self.maker.find(&by_id).await?.is_none() {
            let Some(data) = data else {
                let why = match pull {
                    Some(pull) => format!("the steward pulls nothing: `{pull}` first, then undo again"),
                    None => "nothing kept it, and no registry is known to have it".to_owned(),
                };
                return Ok(Undone::Not(why));
            };
            if let Err(why) = self.verified(item.step, data) {
                return Ok(Undone::Not(why));
            }
            self.maker.load_image(&trash::path(self.session.paths(), self.run, item.step)).await?;
            if self.maker.find(&by_id).await?.is_none() {
                return Ok(Undone::Not("the engine loaded it, and does not know it by its ID".to_owned()));
            }
            made = true;
        }
        let Some(tag) = tag else { return Ok(if made { Undone::Done } else { Undone::There }) };
        match self.maker.find(&format!("/images/{tag}/json")).await? {
            Some(image) if image["Id"] == id => Ok(if made { Undone::Done } else { Undone::There }),
            Some(_) => Ok(Undone::Not("its tag is on another image by now, and is left there".to_owned())),
            None => {
                self.maker.tag_image(id, tag).await?;
                Ok(Undone::Done)
            }
        }
    }

    async fn container(&self, it: &NewContainer) -> Result<Undone, EngineError> {
        if self.maker.find(&format!("/containers/{}/json", it.name)).await?.is_some() {
            return Ok(Undone::Not("there is a container of that name again; it is left alone".to_owned()));
        }
        let Err(error) = self.maker.container(it).await else { return Ok(Undone::Done) };
        match self.maker.find(&format!("/containers/{}/json", it.name)).await {
            Ok(Some(_)) => Ok(Undone::Not(format!("it was made, and not all of it: {error}"))),
            _ => Err(error),
        }
    }

    fn verified(&self, step: usize, data: &Saved) -> Result<(), String> {
        trash::verify(&trash::path(self.session.paths(), self.run, step), data)
            .map_err(|error| format!("what the trash kept cannot be used: {error}"))
    }
}

/// Takes the SHA-256 of what is written into it.
#[derive(Default)]
struct Hash(sha2::Sha256);

impl Hash {
    fn hex(self) -> String {
        hex::encode(sha2::Digest::finalize(self.0))
    }
}

impl std::io::Write for Hash {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        sha2::Digest::update(&mut self.0, piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Undone {
    /// One word.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Done => "made",
            Self::There => "there already",
            Self::Not(_) => "not made",
        }
    }
}
