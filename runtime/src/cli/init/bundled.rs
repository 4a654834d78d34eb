//! The plugins that come with this program: found beside it, for a configuration that does not exist yet.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use toml::Value;

/// The plugins that a first configuration has, each with what it may do.
const PLUGINS: [&str; 2] = ["brief", "guard"];

/// Where plugins lie, seen from the program's folder: in a release, in a system's folders, in a checkout.
const FOLDERS: [&str; 4] = [
    "../plugins",
    "../share/sinew/plugins",
    "../lib/sinew/plugins",
    "../../plugins",
];

const HEAD: &str = "# Sinew's configuration, made by `sinew init`. A changed configuration needs a restart of the daemon.\n";

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bundled {
    /// The folders of the plugins that are ready.
    pub(super) ready: Vec<PathBuf>,
    /// The folders of those whose module is not built.
    pub(super) unbuilt: Vec<PathBuf>,
}

/// Looks beside a program.
pub(super) fn find(program: &Path) -> Bundled {
    let folder = program.parent().unwrap_or(Path::new("/"));
    let (mut ready, mut unbuilt) = (Vec::new(), Vec::new());
    for name in PLUGINS {
        let candidates = FOLDERS
            .iter()
            .map(|plugins| folder.join(plugins).join(name));
        let found = candidates
            .filter(|candidate| candidate.join("plugin.toml").is_file())
            .find_map(|candidate| std::fs::canonicalize(candidate).ok());
        match found {
            Some(found) if found.join(format!("{name}.wasm")).is_file() => ready.push(found),
            Some(found) => unbuilt.push(found),
            None => {}
        }
    }
    Bundled { ready, unbuilt }
}

impl Bundled {
    /// A first configuration with these plugins.
    pub(super) fn configuration(&self) -> String {
        let mut text = HEAD.to_owned();
        for folder in &self.ready {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            let path = Value::from(folder.to_string_lossy().into_owned());
            // What the manifest asks for is granted for the project that a session belongs to, and nowhere else.
            let _ = write!(
                text,
                "\n[plugins.{name}]\npath = {path}\npermits = {{ git = {{ read = [\"${{project}}\"] }} }}\n"
            );
        }
        text
    }
}
