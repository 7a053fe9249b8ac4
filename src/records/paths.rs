//! Where everything lives.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::ssot::EngineBinding;

/// Where everything lives: configuration, in the order in which it is looked for, and the steward's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    config: Vec<PathBuf>,
    state: PathBuf,
    demo: bool,
}

/// Nothing tells where this user's files are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this user has no home folder: set HOME, or XDG_STATE_HOME to an absolute path")]
pub struct NoHome;

/// The name of our folder in each of the places.
const FOLDER: &str = "docker-steward";

impl Paths {
    /// The places of this process's user. The demo's state is a folder of its own, so that it never
    /// touches the user's records.
    pub fn from_process(demo: bool) -> Result<Self, NoHome> {
        let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let home = std::env::home_dir().filter(|home| home.is_absolute());
        let platform =
            directories::ProjectDirs::from("", "", FOLDER).map(|dirs| dirs.config_dir().to_path_buf());
        Self::of(variable("XDG_CONFIG_HOME"), variable("XDG_STATE_HOME"), home.as_deref(), platform, demo)
    }

    /// The places as these values say.
    fn of(
        xdg_config: Option<PathBuf>,
        xdg_state: Option<PathBuf>,
        home: Option<&Path>,
        platform: Option<PathBuf>,
        demo: bool,
    ) -> Result<Self, NoHome> {
        // The specification of these variables: a relative path is to be ignored.
        let xdg =
            |value: Option<PathBuf>| value.filter(|path| path.is_absolute()).map(|path| path.join(FOLDER));
        let mut config: Vec<PathBuf> = Vec::with_capacity(3);
        let candidates = [xdg(xdg_config), home.map(|home| home.join(".config").join(FOLDER)), platform];
        for folder in candidates.into_iter().flatten() {
            if !config.contains(&folder) {
                config.push(folder);
            }
        }
        let state = xdg(xdg_state)
            .or_else(|| home.map(|home| home.join(".local/state").join(FOLDER)))
            .ok_or(NoHome)?;
        Ok(Self::new(config, state, demo))
    }

    /// These folders; for tests.
    pub fn new(config: Vec<PathBuf>, state: impl Into<PathBuf>, demo: bool) -> Self {
        let state = state.into();
        let state = if demo { state.join("demo") } else { state };
        Self { config, state, demo }
    }

    /// Whether these are the demo's.
    pub const fn is_demo(&self) -> bool {
        self.demo
    }

    /// The folders in which configuration, themes and SSOT files are looked for; the first wins.
    pub fn config_folders(&self) -> &[PathBuf] {
        &self.config
    }

    /// The folder of everything that the steward remembers. May not exist yet.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// The folder of the ledgers.
    pub fn ledgers(&self) -> PathBuf {
        self.state.join("ledger")
    }

    /// The ledger of one engine. What was seen on a clone of it, which shares its ID, says nothing of it.
    pub fn ledger(&self, engine: &EngineBinding) -> PathBuf {
        self.ledgers().join(format!("{}.json", engine_stem(engine)))
    }

    /// The folder of the trash: what the resources of a cleanup held, one folder for each.
    pub fn trash(&self) -> PathBuf {
        self.state.join("trash")
    }

    /// The folder of the journals, one file for each cleanup.
    pub fn journal(&self) -> PathBuf {
        self.state.join("journal")
    }

    /// The journal of one cleanup.
    pub fn run(&self, run: &str) -> PathBuf {
        self.journal().join(format!("{run}.jsonl"))
    }

    /// The folder of the locks.
    pub fn locks(&self) -> PathBuf {
        self.state.join("lock")
    }

    /// The lock that whoever applies a plan to one engine holds. Clones share it: in doubt, one waits for the other.
    pub fn lock(&self, engine_id: &str) -> PathBuf {
        self.locks().join(format!("{}.lock", file_stem(engine_id)))
    }

    /// The folder of what the alerts have told so far.
    pub fn told_folder(&self) -> PathBuf {
        self.state.join("told")
    }

    /// What the alerts of one environment of one engine have told so far.
    pub fn told(&self, engine: &EngineBinding, environment: &str) -> PathBuf {
        self.told_folder().join(format!("{}-{environment}.json", engine_stem(engine)))
    }

    /// Whether they have told that it does not answer: by its address, since then nothing else of it is known.
    pub fn told_silence(&self, url: &str, environment: &str) -> PathBuf {
        self.told_folder().join(format!("{}-{environment}.json", file_stem(url)))
    }

    /// Every alert that was sent, or could not be.
    pub fn alerts(&self) -> PathBuf {
        self.state.join("alerts.jsonl")
    }

    /// The name of the file in the state folder in which the console remembers how it was looked at.
    pub const CONSOLE: &str = "console.json";

    /// What the console remembers from one run to the next.
    pub fn console(&self) -> PathBuf {
        self.state.join(Self::CONSOLE)
    }

    /// How the engines greeted that are known.
    pub fn greetings(&self) -> PathBuf {
        self.state.join("greetings.json")
    }

    /// The log of `DOCKER_STEWARD_LOG`.
    pub fn log(&self) -> PathBuf {
        self.state.join("docker-steward.log")
    }

    /// Where an audit log is: as the SSOT says, relative to the working folder; the demo's in its own
    /// state, whatever the SSOT says.
    pub fn audit_log(&self, declared: &Path) -> PathBuf {
        match declared.file_name() {
            Some(name) if self.demo => self.state.join("logs").join(name),
            _ => declared.to_path_buf(),
        }
    }
}

/// A file name for an engine, by all that tells it from another.
fn engine_stem(engine: &EngineBinding) -> String {
    let EngineBinding { id, name, root_dir, storage } = engine;
    let rest = [Some(name), root_dir.as_ref(), storage.as_ref()];
    let whole = rest.iter().fold(id.clone(), |whole, it| whole + "\0" + it.map_or("", String::as_str));
    file_stem(&whole)
}

/// A file name: readable, and never more than a file name, whatever the text holds. The hash keeps two apart
/// whose readable parts are alike.
fn file_stem(text: &str) -> String {
    let readable: String =
        text.chars().filter(char::is_ascii_alphanumeric).take(16).map(|it| it.to_ascii_lowercase()).collect();
    let hash = hex::encode(Sha256::digest(text));
    let hash = &hash[..16];
    if readable.is_empty() { hash.to_owned() } else { format!("{readable}-{hash}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> PathBuf {
        PathBuf::from(path)
    }

    fn engine(id: &str) -> EngineBinding {
        let some = |text: &str| Some(text.to_owned());
        let (root_dir, storage) = (some("/var/lib/docker"), some("overlay2"));
        EngineBinding { id: id.to_owned(), name: "droplet".to_owned(), root_dir, storage }
    }

    #[test]
    fn configuration_is_looked_for_in_three_places_on_every_system() {
        let paths = Paths::of(
            Some(at("/xdg")),
            None,
            Some(Path::new("/home/me")),
            Some(at("/home/me/Library/x")),
            false,
        )
        .unwrap();
        let wanted = ["/xdg/docker-steward", "/home/me/.config/docker-steward", "/home/me/Library/x"];
        assert_eq!(paths.config_folders(), wanted.map(PathBuf::from));
        assert_eq!(paths.state(), Path::new("/home/me/.local/state/docker-steward"));
    }

    #[test]
    fn a_place_is_named_once_and_relative_variables_are_ignored() {
        let home = Some(Path::new("/h"));
        let paths = Paths::of(
            Some(at("rel")),
            Some(at("also/rel")),
            home,
            Some(at("/h/.config/docker-steward")),
            false,
        )
        .unwrap();
        assert_eq!(paths.config_folders(), [PathBuf::from("/h/.config/docker-steward")]);
        assert_eq!(paths.state(), Path::new("/h/.local/state/docker-steward"));
    }

    #[test]
    fn without_a_home_the_state_needs_a_variable() {
        assert_eq!(Paths::of(None, None, None, None, false), Err(NoHome));
        assert!(Paths::of(None, Some(at("/state")), None, None, false).is_ok());
    }

    #[test]
    fn the_demo_never_touches_the_users_records() {
        let mine = Paths::new(Vec::new(), "/s", false);
        let demo = Paths::new(Vec::new(), "/s", true);
        assert_eq!(demo.state(), Path::new("/s/demo"));
        assert_eq!(
            demo.audit_log(Path::new("/var/log/ipai/audit.jsonl")),
            Path::new("/s/demo/logs/audit.jsonl")
        );
        assert_eq!(
            mine.audit_log(Path::new("/var/log/ipai/audit.jsonl")),
            Path::new("/var/log/ipai/audit.jsonl")
        );
    }

    #[test]
    fn an_engines_id_never_leaves_the_folder_and_never_meets_another() {
        let paths = Paths::new(Vec::new(), "/s", false);
        for id in ["", "..", "../../etc/x", "a/b", "ABCD:EFGH", "\u{1b}[31m", &"x".repeat(500)] {
            let file = paths.ledger(&engine(id));
            assert_eq!(file.parent(), Some(Path::new("/s/ledger")), "{id:?}");
            assert!(file.to_str().unwrap().len() < 60);
        }
        assert_ne!(paths.ledger(&engine("A:B")), paths.ledger(&engine("A-B")));
    }

    #[test]
    fn clones_share_the_lock_and_nothing_else() {
        let paths = Paths::new(Vec::new(), "/s", false);
        let one = engine("A");
        let clones = [
            EngineBinding { name: "other".to_owned(), ..one.clone() },
            EngineBinding { root_dir: Some("/mnt/docker".to_owned()), ..one.clone() },
            EngineBinding { storage: Some("btrfs".to_owned()), ..one.clone() },
        ];
        for clone in clones {
            assert_ne!(paths.ledger(&one), paths.ledger(&clone), "{clone:?}");
            assert_ne!(paths.told(&one, "staging"), paths.told(&clone, "staging"), "{clone:?}");
        }
    }
}
