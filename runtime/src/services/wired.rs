//! What `sinew init` has wired: which client's settings ask about which events, and how to undo that exactly.
//!
//! A file in the state folder. `init` writes it; the engine reads it when a reload would guard an event that nobody
//! sends; `doctor` finds every wired folder in it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::files;

/// It holds whole settings files, which are small.
const BYTES_MAX: u64 = 64 << 20;

/// Everything that is wired.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wired {
    /// By the client's settings file.
    #[serde(default)]
    pub settings: BTreeMap<PathBuf, WiredSettings>,
    /// The operator's configurations that something was written to.
    #[serde(default)]
    pub configurations: BTreeMap<PathBuf, WiredConfiguration>,
    /// The client's files that list MCP servers.
    #[serde(default)]
    pub servers: BTreeMap<PathBuf, WiredServers>,
}

/// One settings file of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WiredSettings {
    /// The folder whose sessions read it; none for a person's own settings.
    pub folder: Option<PathBuf>,
    /// The events it asks about.
    pub events: Vec<String>,
    /// Of these, the ones that are refused when the daemon cannot be asked. A record of an older version does not say.
    #[serde(default)]
    pub guarded: Option<Vec<String>>,
    /// What it was before; none where there was no such file.
    pub before: Option<Before>,
    /// Digest of what it became.
    pub after: String,
    /// Its folder was made for it.
    #[serde(default)]
    pub parent_made: bool,
    /// The line that keeps it out of commits, where `init` had to add one.
    pub excluded: Option<Excluded>,
    /// Its sessions were to get no MCP server.
    #[serde(default)]
    pub without_mcp: bool,
}

/// A client's file that lists MCP servers. Its text is not kept: the client changes it all the time, and secrets of other
/// servers may lie in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WiredServers {
    /// There was no such file.
    pub created: bool,
    /// Its folder was made for it.
    #[serde(default)]
    pub parent_made: bool,
    /// It had no list of folders.
    pub folders_made: bool,
    /// The lists that have our entry.
    pub lists: Vec<WiredList>,
}

/// A list of MCP servers with our entry in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WiredList {
    /// The folder whose sessions read it; none for a person's own.
    pub folder: Option<PathBuf>,
    /// There was no such list.
    pub list_made: bool,
    /// Nothing was said of the folder.
    pub folder_made: bool,
}

/// A file as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// Its text.
    pub text: String,
    /// Its mode.
    pub mode: u32,
}

/// A line in a repository's list of what is not committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excluded {
    /// The list.
    pub file: PathBuf,
    /// The line.
    pub line: String,
}

/// An operator's configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WiredConfiguration {
    /// The projects that `init` registered, by name.
    #[serde(default)]
    pub projects: BTreeMap<String, PathBuf>,
    /// Digest of the configuration as `init` made it, where there was none.
    pub created: Option<String>,
    /// Its folder was made for it.
    #[serde(default)]
    pub parent_made: bool,
}

// === impl Wired ===

impl Wired {
    /// Reads what is wired; nothing is, where there is no file.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub fn read(path: &Path) -> io::Result<Self> {
        match files::text(path, BYTES_MAX) {
            Ok(text) => serde_json::from_str(&text).map_err(io::Error::from),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Writes it, readable by its owner alone: it holds settings of other programs. Where nothing is wired there is no
    /// file.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        if *self == Self::default() {
            return match std::fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        let text = serde_json::to_string_pretty(self).map_err(io::Error::from)?;
        files::replace(path, &(text + "\n"), 0o600)
    }

    /// The settings files that do not guard an event: they do not ask about it, or let it pass when the daemon cannot be
    /// asked, or nobody knows whether they do.
    #[must_use]
    pub fn unguarded(&self, event: &str) -> Vec<&Path> {
        let guards = |settings: &WiredSettings| {
            let guarded = settings.guarded.iter().flatten();
            guarded.into_iter().any(|guarded| guarded == event)
        };
        self.settings
            .iter()
            .filter(|(_, settings)| !guards(settings))
            .map(|(path, _)| path.as_path())
            .collect()
    }
}

/// The digest by which a text is known again.
#[must_use]
pub fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}
