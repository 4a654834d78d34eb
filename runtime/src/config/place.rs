//! Where configuration and state live when nobody says otherwise (XDG Base Directory Specification 0.8).

use std::env;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// The files of one state folder.
#[derive(Debug, Clone)]
pub struct Places {
    /// The state folder itself, mode 700.
    pub state: PathBuf,
}

/// `$XDG_CONFIG_HOME/sinew/sinew.toml`, by default `~/.config/sinew/sinew.toml`.
#[must_use]
pub fn default_config_file() -> Option<PathBuf> {
    Some(
        base("XDG_CONFIG_HOME", ".config")?
            .join("sinew")
            .join("sinew.toml"),
    )
}

/// `$XDG_STATE_HOME/sinew`, by default `~/.local/state/sinew`.
#[must_use]
pub fn default_state_folder() -> Option<PathBuf> {
    Some(base("XDG_STATE_HOME", ".local/state")?.join("sinew"))
}

/// `$XDG_CACHE_HOME/sinew`, by default `~/.cache/sinew`.
#[must_use]
pub fn default_cache_folder() -> Option<PathBuf> {
    Some(base("XDG_CACHE_HOME", ".cache")?.join("sinew"))
}

/// Makes the folder in which wasmtime caches what it compiled, below `cache`, and returns the file that tells wasmtime
/// of it.
///
/// # Errors
/// What the file system says.
pub fn prepare_wasm_cache(cache: &Path) -> io::Result<PathBuf> {
    let folder = cache.join("wasm");
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)?;
    let file = cache.join("wasmtime.toml");
    let text = toml::to_string(&serde_json::json!({ "cache": { "directory": folder } }));
    fs::write(&file, text.map_err(io::Error::other)?)?;
    Ok(file)
}

fn base(variable: &str, below_home: &str) -> Option<PathBuf> {
    // The specification says that a relative path is to be ignored.
    let named = env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    named.or_else(|| {
        Some(
            env::home_dir()
                .filter(|home| home.is_absolute())?
                .join(below_home),
        )
    })
}

impl Places {
    /// Name of the lock's file.
    pub const LOCK: &'static str = "lock";

    /// The files below a state folder.
    #[must_use]
    pub fn new(state: impl AsRef<Path>) -> Self {
        Self {
            state: state.as_ref().to_owned(),
        }
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.state.join("sinew.db")
    }

    /// The Unix socket, mode 600.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.state.join("sinew.sock")
    }

    /// The socket on which a successor asks for the listening sockets, mode 600.
    #[must_use]
    pub fn handover(&self) -> PathBuf {
        self.state.join("handover.sock")
    }

    /// The folder of bearer tokens.
    #[must_use]
    pub fn tokens(&self) -> PathBuf {
        self.state.join("tokens")
    }

    /// What `sinew init` has wired.
    #[must_use]
    pub fn wired(&self) -> PathBuf {
        self.state.join("wired.json")
    }

    /// The lock that a run of `sinew init` holds.
    #[must_use]
    pub fn wiring_lock(&self) -> PathBuf {
        self.state.join("init.lock")
    }

    /// The lock that one serving process holds.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.state.join(Self::LOCK)
    }

    /// Where a serving process remembers which builds passed their trial.
    #[must_use]
    pub fn passed(&self) -> PathBuf {
        self.cache().join("passed")
    }

    /// Where a serving process keeps what it compiled.
    #[must_use]
    pub fn cache(&self) -> PathBuf {
        self.state.join("cache")
    }
}
