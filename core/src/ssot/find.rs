//! Which SSOT: the one file, or the one place, where an environment is declared.
//!
//! In this order: the file that was named; `ssot/ENV.yaml` and `infra/docker/DOCKER_ENV_SSOT.yaml` in the working
//! folder; `ssot/ENV.yaml` in the user's configuration folders; the one in the program. The first that exists is
//! the one: if it is not valid, that is an error and never a reason to read another.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::builtin;
use super::error::{SsotError, nearest, sanitise};
use super::load::{Ssot, read_shown};
use super::policy::{Environment, EnvironmentError};

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `--ssot`: this file and no other. Relative to [`Dirs::cwd`].
    pub file: Option<PathBuf>,
    /// `--env`, or else `DOCKER_STEWARD_ENV`. An empty one counts as none.
    pub environment: Option<String>,
}

/// Where to look.
#[derive(Debug, Clone)]
pub struct Dirs {
    /// The working folder.
    pub cwd: PathBuf,
    /// The user's configuration folders of this program, the first first.
    pub config: Vec<PathBuf>,
}

impl Dirs {
    /// The folders of this process: `$XDG_CONFIG_HOME/docker-steward`, `~/.config/docker-steward`, then the
    /// system's own place, on macOS too.
    pub fn from_process() -> Self {
        let xdg = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().join(".config"));
        let system = directories::ProjectDirs::from("", "", "docker-steward");
        let mut config: Vec<PathBuf> =
            xdg.into_iter().chain(home).map(|path| path.join("docker-steward")).collect();
        config.extend(system.map(|dirs| dirs.config_dir().to_owned()));
        let mut seen = BTreeSet::new();
        config.retain(|path| seen.insert(path.clone()));
        // Without a working folder, relative paths are still what the system makes of them.
        Self { cwd: std::env::current_dir().unwrap_or_default(), config }
    }

    /// A path as people are shown it: short where it lies in the working folder.
    fn show(&self, path: &Path) -> String {
        path.strip_prefix(&self.cwd).unwrap_or(path).display().to_string()
    }
}

/// Why there is no SSOT.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindError {
    /// There is one, and it cannot be used.
    #[error(transparent)]
    Invalid(#[from] SsotError),
    /// What was asked for is no name.
    #[error("`{}` is no name of an environment: {error}\n  = help: {}", sanitise(&.error.0), help(choices, &.error.0))]
    BadName {
        /// What is wrong with it.
        error: EnvironmentError,
        /// Every environment that can be found.
        choices: Vec<String>,
    },
    /// No file declares the environment.
    #[error(
        "the environment `{environment}` is not declared: there is none of {}\n  = help: {}",
        looked.iter().map(|path| format!("`{}`", sanitise(path))).collect::<Vec<_>>().join(", "),
        help(choices, environment.as_str())
    )]
    Unknown {
        /// The environment.
        environment: Environment,
        /// The files that were looked for.
        looked: Vec<String>,
        /// Every environment that can be found.
        choices: Vec<String>,
    },
    /// Two files in one place, one for each spelling of the environment.
    #[error(
        "both `{}` and `{}` declare the environment `{environment}`\n  = help: keep one of the two",
        sanitise(first),
        sanitise(second)
    )]
    TwoSpellings {
        /// The environment.
        environment: Environment,
        /// One file.
        first: String,
        /// The other.
        second: String,
    },
    /// Nobody said which environment, and the engine does not tell.
    #[error("no environment was chosen\n  = help: {}", help(choices, ""))]
    NotChosen {
        /// Every environment that can be found.
        choices: Vec<String>,
    },
}

fn help(choices: &[String], asked: &str) -> String {
    // `PROD` is one of them but for its case, and `production` is what it is called.
    let lower =
        Environment::new(&asked.to_lowercase()).map_or_else(|_| asked.to_owned(), |name| name.to_string());
    let near = nearest(&lower, choices.iter().map(String::as_str)).filter(|near| *near != asked);
    let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    format!("{near}choose with `--env`: {}", choices.join(", "))
}

/// Finds and reads the SSOT that was asked for.
///
/// A file that was named may declare any environment, unless one was asked for as well; a file that was found must
/// declare the one it was looked up for.
pub fn find(request: &Request, dirs: &Dirs) -> Result<Ssot, FindError> {
    let environment = match request.environment.as_deref().filter(|name| !name.is_empty()) {
        None => None,
        Some(name) => Some(
            Environment::new(name).map_err(|error| FindError::BadName { error, choices: choices(dirs) })?,
        ),
    };
    if let Some(file) = &request.file {
        let path = dirs.cwd.join(file);
        let ssot = read_shown(&path, &file.display().to_string())?;
        return match environment {
            Some(asked) => declares(ssot, &asked),
            None => Ok(ssot),
        };
    }
    let environment = environment.ok_or_else(|| FindError::NotChosen { choices: choices(dirs) })?;
    for place in places(&environment, dirs) {
        let mut present = place.into_iter().filter(|path| exists(path));
        let Some(path) = present.next() else { continue };
        let shown = dirs.show(&path);
        if let Some(second) = present.find(|second| !same_file(&path, second)) {
            return Err(FindError::TwoSpellings { environment, first: shown, second: dirs.show(&second) });
        }
        return declares(read_shown(&path, &shown)?, &environment);
    }
    match builtin::load(&environment) {
        Some(ssot) => Ok(ssot?),
        None => Err(FindError::Unknown {
            looked: candidates(&environment, dirs).iter().map(|path| dirs.show(path)).collect(),
            environment,
            choices: choices(dirs),
        }),
    }
}

/// The environment of an engine where nobody named one: Docker Desktop is `desktop`. Everywhere else a wrong guess
/// could be production, so there is none.
pub fn default_environment(
    engine_is_docker_desktop: Option<bool>,
    dirs: &Dirs,
) -> Result<Environment, FindError> {
    match engine_is_docker_desktop {
        Some(true) => {
            Environment::new("desktop").map_err(|error| FindError::BadName { error, choices: choices(dirs) })
        }
        _ => Err(FindError::NotChosen { choices: choices(dirs) }),
    }
}

/// The environments whose SSOT is bound to this engine. One that cannot be read is an error: it might be the one.
pub fn bound_to(engine_id: &str, engine_name: &str, dirs: &Dirs) -> Result<Vec<Environment>, FindError> {
    let mut bound = Vec::new();
    for name in choices(dirs) {
        let ssot = find(&Request { file: None, environment: Some(name) }, dirs)?;
        let engine = ssot.policy.host.engine.as_ref();
        if engine.is_some_and(|it| it.id == engine_id && it.name == engine_name) {
            bound.push(ssot.policy.environment.clone());
        }
    }
    Ok(bound)
}

/// Every file that would declare the environment, the first first. For `paths` and `doctor`.
pub fn candidates(environment: &Environment, dirs: &Dirs) -> Vec<PathBuf> {
    places(environment, dirs).into_iter().flatten().collect()
}

/// Every environment that can be found: those in the program, then those that only a file declares.
pub fn choices(dirs: &Dirs) -> Vec<String> {
    let mut found = BTreeSet::new();
    let in_ssot = |name: &str| name.strip_suffix(".yaml").map(str::to_owned);
    let in_infra = |name: &str| {
        let name = name.strip_prefix("DOCKER_")?.strip_suffix("_SSOT.yaml")?;
        Some(name.to_lowercase())
    };
    names_in(&dirs.cwd.join("ssot"), in_ssot, &mut found);
    names_in(&dirs.cwd.join("infra/docker"), in_infra, &mut found);
    for folder in &dirs.config {
        names_in(&folder.join("ssot"), in_ssot, &mut found);
    }
    let mut choices: Vec<String> = builtin::names().map(str::to_owned).collect();
    found.retain(|name| !choices.contains(name));
    choices.extend(found);
    choices
}

fn names_in(folder: &Path, name: impl Fn(&str) -> Option<String>, found: &mut BTreeSet<String>) {
    // A folder that cannot be read offers no choices; whether that matters shows when a file in it is read.
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| name(entry.file_name().to_str()?));
    found.extend(
        names.filter_map(|name| Environment::new(&name).ok()).map(|environment| environment.to_string()),
    );
}

/// Each place with its files; the files of one place differ in the spelling only.
fn places(environment: &Environment, dirs: &Dirs) -> Vec<Vec<PathBuf>> {
    let spellings = environment.spellings();
    let in_ssot = |folder: &Path| -> Vec<PathBuf> {
        spellings.iter().map(|spelling| folder.join("ssot").join(format!("{spelling}.yaml"))).collect()
    };
    // The seeds write DOCKER_PROD_SSOT.yaml.
    let in_infra = spellings.iter().rev().map(|spelling| {
        let name = format!("DOCKER_{}_SSOT.yaml", spelling.to_uppercase());
        dirs.cwd.join("infra").join("docker").join(name)
    });
    let mut places = vec![in_ssot(&dirs.cwd), in_infra.collect()];
    places.extend(dirs.config.iter().map(|folder| in_ssot(folder)));
    places
}

/// Whether something is there, be it a broken link or a file that cannot be read: then reading it must fail and not
/// fall back to another.
fn exists(path: &Path) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    match path.symlink_metadata() {
        Ok(_) => true,
        Err(error) => !matches!(error.kind(), NotFound | NotADirectory),
    }
}

/// Whether two paths lead to one file, as where `prod.yaml` is a link to `production.yaml`.
fn same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn declares(ssot: Ssot, asked: &Environment) -> Result<Ssot, FindError> {
    let declared = &ssot.policy.environment;
    if declared == asked {
        return Ok(ssot);
    }
    let problem = format!("this file declares `{declared}`, and `{asked}` was asked for");
    let mend = format!("ask with `--env {declared}`, or name the file that declares `{asked}` with `--ssot`");
    Err(ssot.error_at("environment", problem, mend).into())
}
