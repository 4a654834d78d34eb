//! A daemon whose probe may push to a bare repository, which can be made to hang.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::exchange::Reply;
use sinew_contract_tests::ledger_rows::{Row, rows};
use sinew_contract_tests::probe_plugin::ProbePlugin;
use sinew_contract_tests::sinew_binary::{Finished, run};
use tempfile::TempDir;

/// What the probe pushes to.
pub(crate) const BRANCH: &str = "refs/heads/bot/x";

const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(5);

const RULES: &str = "git = { read = [\"/**\"], write = [{ repo = \"/**\", refs = [\"**\"] }], \
                     push = [{ url = \"/**\", refs = [\"refs/heads/**\"] }] }\n";

pub(crate) struct Scene {
    pub(crate) installation: Installation,
    folder: TempDir,
}

/// The probe with these budgets, as lines that follow `[budgets.turn]`, and the permits of the scene.
pub(crate) fn probe(budgets: &'static str) -> ProbePlugin {
    ProbePlugin {
        scope: "session",
        budgets,
        permits: RULES,
        ..ProbePlugin::default()
    }
}

impl Scene {
    /// `None` where there is nothing to run.
    pub(crate) fn new(head: &str, budgets: &'static str) -> Option<Self> {
        let installation = Installation::new(head, &[probe(budgets)]).unwrap()?;
        let grants = installation.config().with_file_name("permits.d");
        fs::create_dir(&grants).unwrap();
        fs::write(grants.join("probe.toml"), RULES).unwrap();
        let scene = Self {
            installation,
            folder: TempDir::new().unwrap(),
        };
        scene.git("", &["init", "-q", "repo"]);
        scene.git("repo", &["commit", "-q", "--allow-empty", "-m", "First"]);
        scene.git("", &["init", "-q", "--bare", "origin.git"]);
        Some(scene)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    pub(crate) fn git(&self, folder: &str, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
            .args(arguments)
            .current_dir(self.path(folder))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", "/nonexistent")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout)
            .unwrap()
            .trim_end()
            .to_owned()
    }

    /// The references that anybody has pushed.
    pub(crate) fn pushed(&self) -> String {
        self.git("origin.git", &["for-each-ref", "--format=%(refname)"])
    }

    /// A step that pushes.
    pub(crate) fn push(&self) -> Value {
        let request = json!({
            "path": self.path("repo"),
            "url": self.path("origin.git"),
            "refs": [{ "source": "HEAD", "target": BRANCH }],
        });
        json!({ "do": "effect", "effect": "git_push", "request": request })
    }

    /// A step that reads.
    pub(crate) fn read(&self) -> Value {
        json!({ "do": "effect", "effect": "git_get_branch", "request": { "path": self.path("repo") } })
    }

    /// Makes whoever opens the bare repository wait: its configuration is a pipe that nobody writes.
    pub(crate) fn hang(&self) -> Hanging {
        let config = self.path("origin.git/config");
        let (kept, pipe) = (self.path("config"), self.path("pipe"));
        fs::rename(&config, &kept).unwrap();
        assert!(
            Command::new("mkfifo")
                .arg(&config)
                .status()
                .unwrap()
                .success()
        );
        fs::hard_link(&config, &pipe).unwrap();
        Hanging {
            config,
            kept,
            pipe,
            writer: None,
        }
    }

    pub(crate) fn rows(&self) -> Vec<Row> {
        rows(&self.installation.state(), 1).unwrap()
    }

    /// Waits until the ledger has a row like that.
    pub(crate) async fn recorded(&self, wanted: impl Fn(&Row) -> bool) -> Row {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(row) = self.rows().into_iter().find(&wanted) {
                return row;
            }
            assert!(Instant::now() < end, "{}", self.installation.log());
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    pub(crate) async fn sinew(&self, arguments: &[&str]) -> Finished {
        let (state, config) = (self.installation.state(), self.installation.config());
        let places = ["--state", text(&state), "--config", text(&config)];
        let arguments = [arguments, &places].concat();
        run(&self.installation.binary, &state, &arguments, b"")
            .await
            .unwrap()
    }

    /// The same, and what it says as JSON.
    pub(crate) async fn asked(&self, arguments: &[&str]) -> (Option<i32>, Value) {
        let said = self.sinew(&[arguments, &["--json"]].concat()).await;
        let value = serde_json::from_str(&said.stdout);
        (said.code, value.unwrap_or_else(|_| panic!("{said:?}")))
    }

    pub(crate) async fn verifies(&self) {
        let verified = self.sinew(&["ledger", "verify"]).await;
        assert_eq!(verified.code, Some(0), "{verified:?}");
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A bare repository that answers nobody.
pub(crate) struct Hanging {
    config: PathBuf,
    kept: PathBuf,
    pipe: PathBuf,
    /// The pipe's other end, once somebody waits at it.
    writer: Option<File>,
}

impl Hanging {
    /// Waits until somebody waits for the repository.
    pub(crate) async fn met(&mut self) {
        let end = Instant::now() + PATIENCE;
        while self.writer.is_none() {
            assert!(Instant::now() < end, "nobody opens the repository");
            let nonblocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
            let mut options = File::options();
            let opened = options
                .write(true)
                .custom_flags(nonblocking)
                .open(&self.pipe);
            // It fails while nobody reads.
            self.writer = opened.ok();
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Lets the repository serve again. Whoever waits for it, if they still do, learns that it is broken.
    pub(crate) async fn release(mut self) {
        self.met().await;
        fs::rename(self.kept, self.config).unwrap();
        let _ = self.writer.unwrap().write_all(b"[");
    }

    /// The same, when whoever waited has been stopped.
    pub(crate) fn forget(self) {
        fs::rename(self.kept, self.config).unwrap();
    }
}

/// Has the probe carry out these steps before a tool call.
pub(crate) async fn ask(daemon: &Daemon, session: &str, tool_use_id: &str, steps: &Value) -> Reply {
    let body = json!({
        "hook_event_name": "PreToolUse", "session_id": session, "cwd": "/", "tool_name": "Bash",
        "tool_use_id": tool_use_id, "tool_input": { "probe": steps },
    });
    let body = body.to_string();
    daemon
        .post("/hooks/PreToolUse", &daemon.headers(), body.as_bytes())
        .await
        .unwrap()
}

/// What the probe's effects answered, one after the other.
pub(crate) fn answers(reply: &Reply) -> Value {
    let answer = reply.json().unwrap();
    let context = answer.pointer("/hookSpecificOutput/additionalContext");
    let context = context
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("{answer}"));
    serde_json::from_str(context).unwrap()
}
