//! How the engines greeted that were asked in full who they are, so that they need not be asked again while they
//! greet alike.

use std::io;
use std::path::Path;

use super::private::{create_private_dir, write_private};
use crate::engine::Greeting;

/// Engines by their addresses; the one that was met first goes first.
const MOST: usize = 32;

/// Those that are remembered, the newest first. What cannot be read is forgotten: it only saves a question.
pub fn load(path: &Path) -> Vec<Greeting> {
    std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// Remembers one more, in place of what was known of its address.
pub fn remember(path: &Path, mut all: Vec<Greeting>, one: Greeting) -> io::Result<()> {
    all.retain(|it| it.url != one.url);
    all.insert(0, one);
    all.truncate(MOST);
    if let Some(folder) = path.parent() {
        create_private_dir(folder)?;
    }
    write_private(path, &serde_json::to_vec(&all)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greeting(url: &str, api: &str) -> Greeting {
        Greeting {
            url: url.into(),
            server: "Docker/1".into(),
            api: api.into(),
            engine: "ID".into(),
            far: false,
        }
    }

    #[test]
    fn the_newest_of_each_address_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/greetings.json");
        assert_eq!(load(&path), []);
        for (url, api) in [("unix:///a", "1.41"), ("unix:///b", "1.41"), ("unix:///a", "1.42")] {
            remember(&path, load(&path), greeting(url, api)).unwrap();
        }
        assert_eq!(load(&path), [greeting("unix:///a", "1.42"), greeting("unix:///b", "1.41")]);
        for at in 0..2 * MOST {
            remember(&path, load(&path), greeting(&format!("tcp://{at}"), "1.41")).unwrap();
        }
        assert_eq!(load(&path).len(), MOST);
        std::fs::write(&path, "junk").unwrap();
        assert_eq!(load(&path), []);
    }
}
