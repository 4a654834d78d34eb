//! A person's home with a configuration, plugins that are manifests only, and a project.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sinew_contract_tests::sinew_binary::{Finished, run, sinew};

/// Two guarded events, one that is not, and one that only commands hear of.
const MANIFEST: &str = r#"
[plugin]
name = "warden"
version = "0.1.0"
scope = "none"
[hooks]
pre_tool_use = { on_failure = "deny", matcher = "Bash" }
session_start = { on_failure = "deny" }
session_end = { on_failure = "none" }
user_prompt_submit = { on_failure = "none" }
"#;

/// The home of one person.
pub(crate) struct Place {
    home: tempfile::TempDir,
    binary: PathBuf,
}

impl Place {
    /// Makes a home; `None` when there is no binary.
    pub(crate) fn new() -> Option<Self> {
        let place = Self {
            home: tempfile::tempdir().unwrap(),
            binary: sinew()?,
        };
        place.write("plugins/warden/plugin.toml", MANIFEST);
        let plugin = place.at("plugins/warden");
        let text = format!(
            "# mine\n[plugins.warden]\npath = \"{}\" # here\n",
            plugin.display()
        );
        place.write(CONFIGURATION, &text);
        fs::create_dir(place.at("api")).unwrap();
        Some(place)
    }

    /// A path in the home, as the system sees it.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.home.path().canonicalize().unwrap().join(path)
    }

    pub(crate) fn binary(&self) -> &Path {
        &self.binary
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    pub(crate) fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.read(path)).unwrap()
    }

    pub(crate) fn mode(&self, path: &str) -> u32 {
        fs::metadata(self.at(path)).unwrap().permissions().mode() & 0o777
    }

    /// Runs `sinew init` in this home, on its project unless `arguments` say otherwise.
    pub(crate) async fn init(&self, arguments: &[&str]) -> Finished {
        let api = self.at("api");
        let mut all = vec!["init"];
        if !arguments.contains(&"--dir") && !arguments.contains(&"--user") {
            all.extend(["--dir", api.to_str().unwrap()]);
        }
        all.extend(arguments);
        run(&self.binary, self.home.path(), &all, b"")
            .await
            .unwrap()
    }

    /// The same, which has to succeed, and returns what it said.
    pub(crate) async fn done(&self, arguments: &[&str]) -> String {
        let finished = self.init(arguments).await;
        assert_eq!((finished.code, finished.stderr.as_str()), (Some(0), ""));
        self.general(&finished.stdout)
    }

    /// The same, which has to fail, and returns why.
    pub(crate) async fn refused(&self, arguments: &[&str]) -> String {
        let finished = self.init(arguments).await;
        assert_eq!((finished.code, finished.stdout.as_str()), (Some(1), ""));
        self.general(&finished.stderr)
    }

    /// A text without what differs from run to run.
    pub(crate) fn general(&self, text: &str) -> String {
        let home = self.home.path().canonicalize().unwrap();
        let text = text.replace(home.to_str().unwrap(), "/home/me").replace(
            self.binary.canonicalize().unwrap().to_str().unwrap(),
            "/bin/sinew",
        );
        match fs::read_to_string(self.at(TOKEN)) {
            Ok(token) => text.replace(token.trim(), "TOKEN"),
            Err(_) => text,
        }
    }

    /// Everything below the home with its content and mode, but for the state folder.
    pub(crate) fn snapshot(&self) -> Vec<(PathBuf, u32, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![self.at("")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let metadata = fs::symlink_metadata(&path).unwrap();
                let content = if metadata.is_file() {
                    fs::read(&path).unwrap()
                } else {
                    Vec::new()
                };
                if metadata.is_dir() && !path.ends_with(".local/state") {
                    folders.push(path.clone());
                }
                found.push((path, metadata.permissions().mode(), content));
            }
        }
        found.sort();
        found.retain(|(path, ..)| !path.starts_with(self.at(".local")));
        found
    }
}

pub(crate) const CONFIGURATION: &str = ".config/sinew/sinew.toml";
pub(crate) const SETTINGS: &str = "api/.claude/settings.local.json";
pub(crate) const TOKEN: &str = ".local/state/sinew/tokens/hook";
