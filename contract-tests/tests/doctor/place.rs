//! A person's home with `guard`, a project that is wired, and a daemon.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{DirBuilderExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use sinew_contract_tests::exchange::PATIENCE;
use sinew_contract_tests::sinew_binary::{sinew, skipped};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// The home of one person.
pub(crate) struct Place {
    home: tempfile::TempDir,
    pub(crate) binary: PathBuf,
    pub(crate) port: u16,
}

/// What `doctor` said.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) text: String,
}

impl Said {
    /// The lines about the kernel, and the others: these are the same on every machine.
    pub(crate) fn parted(&self) -> (Vec<&str>, String) {
        let about_kernel = |line: &&str| line[6..].starts_with("kernel");
        let (kernel, rest): (Vec<&str>, Vec<&str>) = self.text.lines().partition(about_kernel);
        (kernel, rest.join("\n"))
    }
}

impl Place {
    /// Makes a home; `None` when there is nothing to run.
    pub(crate) fn new() -> Option<Self> {
        let binary = sinew()?;
        let guard = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/guard");
        if !guard.join("guard.wasm").is_file() {
            return skipped("guard is not built: run `just plugins` first");
        }
        // Somebody else may take it meanwhile; then the daemon says so.
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let place = Self {
            home: tempfile::tempdir().unwrap(),
            binary,
            port,
        };
        for file in ["plugin.toml", "guard.wasm", "config.schema.json"] {
            if guard.join(file).is_file() {
                fs::create_dir_all(place.at("plugins/guard")).unwrap();
                fs::copy(guard.join(file), place.at("plugins/guard").join(file)).unwrap();
            }
        }
        place.configure("");
        place.share_what_is_compiled();
        fs::create_dir(place.at("api")).unwrap();
        Some(place)
    }

    /// Every daemon of these tests loads the same guard, and compiling it takes most of their time.
    fn share_what_is_compiled(&self) {
        let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("doctor-compiled");
        fs::create_dir_all(&shared).unwrap();
        let cache = self.at(".local/state/sinew/cache");
        let mut private = fs::DirBuilder::new();
        private.recursive(true).mode(0o700).create(&cache).unwrap();
        symlink(shared, cache.join("wasm")).unwrap();
    }

    pub(crate) fn configure(&self, more: &str) {
        let text = format!(
            "{more}\n[server]\nlisten = \"127.0.0.1:{}\"\n[plugins.guard]\npath = \"{}\"\n",
            self.port,
            self.at("plugins/guard").display()
        );
        self.write(".config/sinew/sinew.toml", &text);
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.home.path().canonicalize().unwrap().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    /// Starts the daemon and waits until it listens.
    pub(crate) async fn serve(&self) -> Child {
        let mut command = Command::new(&self.binary);
        command
            .arg("serve")
            .env_clear()
            .env("HOME", self.home.path())
            .env("SINEW_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = tokio::time::timeout(PATIENCE, lines.next_line())
            .await
            .unwrap()
            .unwrap();
        assert!(first.is_some_and(|line| line.starts_with("sinew listens on ")));
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        child
    }

    pub(crate) async fn sinew(&self, arguments: &[&str]) -> Said {
        self.sinew_with(arguments, &[]).await
    }

    /// The same, with more in the environment.
    pub(crate) async fn sinew_with(&self, arguments: &[&str], more: &[(&str, &Path)]) -> Said {
        let mut command = Command::new(&self.binary);
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .envs(more.iter().copied())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let output = tokio::time::timeout(PATIENCE, command.output());
        let output = output.await.unwrap().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        Said {
            code: output.status.code(),
            text: self.general(&String::from_utf8(output.stdout).unwrap()),
        }
    }

    pub(crate) async fn init(&self) {
        let said = self
            .sinew(&["init", "--dir", self.at("api").to_str().unwrap()])
            .await;
        assert_eq!(said.code, Some(0), "{}", said.text);
    }

    pub(crate) async fn doctor(&self) -> Said {
        self.sinew(&["doctor"]).await
    }

    /// The findings that failed.
    pub(crate) async fn failures(&self) -> Vec<String> {
        Self::failures_of(&self.doctor().await)
    }

    pub(crate) fn failures_of(said: &Said) -> Vec<String> {
        let failures: Vec<String> = said
            .text
            .lines()
            .filter_map(|line| line.strip_prefix("fail  ").map(str::to_owned))
            .collect();
        // Whatever is wrong, it is said with the command that mends it.
        for failure in &failures {
            assert!(failure.contains(": run `"), "{failure}");
        }
        assert_eq!(
            said.code,
            Some(i32::from(!failures.is_empty())),
            "{}",
            said.text
        );
        failures
    }

    pub(crate) fn settings(&self) -> Value {
        serde_json::from_str(&self.read(SETTINGS)).unwrap()
    }

    /// The client's list of MCP servers.
    pub(crate) fn servers(&self) -> Value {
        serde_json::from_str(&self.read(".claude.json")).unwrap()
    }

    /// A text without what differs from run to run.
    pub(crate) fn general(&self, text: &str) -> String {
        let text = text
            .replace(
                self.at("").to_str().unwrap().trim_end_matches('/'),
                "/home/me",
            )
            .replace(
                self.binary.canonicalize().unwrap().to_str().unwrap(),
                "/bin/sinew",
            )
            .replace(&format!("127.0.0.1:{}", self.port), "127.0.0.1:7717");
        let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        for index in 1..words.len() {
            let number = words[index - 1].parse::<f64>().is_ok();
            if number && (words[index].starts_with("ms") || words[index].ends_with("iB")) {
                "N".clone_into(&mut words[index - 1]);
                words[index] = words[index].replace(['K', 'M', 'G', 'T'], "G");
            }
        }
        words.join(" ")
    }
}

pub(crate) const SETTINGS: &str = "api/.claude/settings.local.json";
