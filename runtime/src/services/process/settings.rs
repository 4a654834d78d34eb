//! How the process service is set up.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Folders, limits, and what a program is confined to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessSettings {
    /// The program that knows `confine`: this one.
    pub helper: PathBuf,
    /// Folders that programs are looked for in, in this order; also their `PATH`.
    pub path: Vec<PathBuf>,
    /// The server's environment, of which programs may inherit what is granted.
    pub environment: Environment,
    /// What programs may read beside system folders and their working directory.
    pub read: Vec<PathBuf>,
    /// What programs may write beside their working directory.
    pub write: Vec<PathBuf>,
    /// Whether programs may use the network.
    pub network: bool,
    /// Whether a program is not run at all where the kernel confines nothing.
    pub required: bool,
    /// The longest time of one program.
    pub timeout_max: Duration,
    /// The most bytes that are kept of each of its outputs.
    pub output_bytes_max: usize,
    /// How many programs run at once.
    pub at_once: usize,
}

/// Variables by name. Only the names are ever printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment(BTreeMap<String, OsString>);

impl Default for ProcessSettings {
    fn default() -> Self {
        Self {
            helper: PathBuf::from("sinew"),
            path: ["/usr/local/bin", "/usr/bin", "/bin"]
                .map(PathBuf::from)
                .into(),
            environment: Environment::default(),
            read: Vec::new(),
            write: Vec::new(),
            network: false,
            required: false,
            timeout_max: Duration::from_mins(10),
            output_bytes_max: 256 * 1024,
            at_once: 8,
        }
    }
}

// === impl Environment ===

impl Environment {
    /// Takes a variable out, so that no program can inherit it.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// The value of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(name).map(OsString::as_os_str)
    }
}

impl FromIterator<(String, OsString)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, OsString)>>(variables: I) -> Self {
        Self(variables.into_iter().collect())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
