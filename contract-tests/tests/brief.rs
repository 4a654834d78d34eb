//! The real brief, in the real daemon, over real repositories: what a session is told, and that it is told something
//! whatever the folder is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::sinew_binary::skipped;

const REQUESTED: &str = "read = [\"${project}\"]";
const GRANTED: &str = "read = [\"${project}/**\"]";

/// A daemon with brief, and a folder that is a registered project.
struct Scene {
    daemon: Daemon,
    installation: Installation,
    project: PathBuf,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Result<Option<Self>> {
        let brief = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/brief");
        if !brief.join("brief.wasm").is_file() {
            return Ok(skipped("brief is not built: run `just plugins` first"));
        }
        let folder = tempfile::tempdir()?;
        let project = folder.path().canonicalize()?;
        let Some(installation) = Installation::new("", &[])? else {
            return Ok(None);
        };
        // Many repositories in one project, so that one daemon serves them all.
        let copy = installation.plugins().join("brief");
        fs::create_dir_all(&copy)?;
        fs::copy(brief.join("brief.wasm"), copy.join("brief.wasm"))?;
        let manifest = fs::read_to_string(brief.join("plugin.toml"))?;
        ensure!(
            manifest.contains(REQUESTED),
            "brief asks for something else"
        );
        fs::write(
            copy.join("plugin.toml"),
            manifest.replace(REQUESTED, GRANTED),
        )?;
        let config = format!(
            "[projects.here]\nroot = \"{}\"\n[plugins.brief]\npath = \"plugins/brief\"\n[plugins.brief.permits.git]\n{GRANTED}\n",
            project.display()
        );
        fs::write(installation.config(), config)?;
        let daemon = installation.serve(0).await?;
        Ok(Some(Self {
            daemon,
            installation,
            project,
            _folder: folder,
        }))
    }

    fn git(&self, folder: &str, arguments: &[&str]) -> Result<String> {
        let output = Command::new("git")
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
            .args([
                "-c",
                "init.defaultBranch=main",
                "-c",
                "commit.gpgSign=false",
            ])
            .args(arguments)
            .current_dir(self.project.join(folder))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", "/nonexistent")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()?;
        ensure!(
            output.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
    }

    /// Posts an event and returns the answer.
    async fn event(&self, event: &str, session: &str, folder: &Path) -> Result<Value> {
        let body = json!({ "hook_event_name": event, "session_id": session, "cwd": folder, "source": "startup", "reason": "other" });
        let path = format!("/hooks/{event}");
        let body = body.to_string();
        let reply = self
            .daemon
            .post(&path, &self.daemon.headers(), body.as_bytes())
            .await?;
        ensure!(reply.status == 200, "{}", reply.status);
        reply.json()
    }

    /// What a session in a folder is told.
    async fn told(&self, folder: &Path) -> Result<Vec<String>> {
        let session = folder.display().to_string();
        let answer = self.event("SessionStart", &session, folder).await?;
        let context = answer["hookSpecificOutput"]["additionalContext"]
            .as_str()
            .with_context(|| format!("no context in {answer}: {}", self.installation.log()))?;
        Ok(context.lines().skip(1).map(str::to_owned).collect())
    }
}

#[tokio::test]
async fn every_kind_of_folder_is_told_of() -> Result<()> {
    let Some(scene) = Scene::new().await? else {
        return Ok(());
    };
    let at = |folder: &str| scene.project.join(folder);
    for folder in ["empty", "many", "plain"] {
        fs::create_dir(at(folder))?;
    }

    // A repository without a commit.
    scene.git("empty", &["init", "-q"])?;
    let told = scene.told(&at("empty")).await?;
    assert_eq!(
        told,
        [
            "- Branch `main`, which has no commit yet.".to_owned(),
            format!("- Worktree `{}`.", at("empty").display()),
            "- Worktree and index: nothing has changed since the last commit.".to_owned(),
        ]
    );

    // A linked worktree of one, and a detached head.
    fs::write(at("many/a.txt"), "a")?;
    scene.git("many", &["init", "-q"])?;
    scene.git("many", &["add", "-A"])?;
    scene.git("many", &["commit", "-q", "-m", "First"])?;
    scene.git(
        "many",
        &["worktree", "add", "-q", "-b", "topic", "../linked"],
    )?;
    let told = scene.told(&at("linked")).await?;
    assert!(told[0].starts_with("- Branch `topic` at "), "{told:?}");
    assert!(told[1].contains(", linked: "), "{told:?}");
    assert!(told[4].contains(" First (Ada, "), "{told:?}");
    scene.git("linked", &["checkout", "-q", "--detach"])?;
    let told = scene.told(&at("linked")).await?;
    assert!(
        told[0].starts_with("- No branch: `HEAD` is detached at "),
        "{told:?}"
    );

    // Far more changes than are counted.
    for index in 0..5_000 {
        fs::write(at("many").join(format!("{index:04}.txt")), "x")?;
    }
    let told = scene.told(&at("many")).await?;
    assert!(
        told[2].starts_with(
            "- Not committed: more than 500 changed files (500 untracked): `0000.txt`, "
        ) && told[2].len() < 300,
        "{told:?}"
    );

    // No repository, and one that nobody registered.
    let told = scene.told(&at("plain")).await?;
    assert_eq!(told, ["- This folder is in no git worktree."]);
    let elsewhere = tempfile::tempdir()?;
    let answer = scene
        .event("SessionStart", "elsewhere", elsewhere.path())
        .await?;
    assert_eq!(answer, json!({}));
    Ok(())
}

#[tokio::test]
async fn the_end_tells_the_person_what_came_of_the_session_and_leaves_no_mark() -> Result<()> {
    let Some(scene) = Scene::new().await? else {
        return Ok(());
    };
    let folder = scene.project.clone();
    fs::write(folder.join("a.txt"), "a")?;
    scene.git("", &["init", "-q"])?;
    scene.git("", &["add", "-A"])?;
    scene.git("", &["commit", "-q", "-m", "First"])?;
    let before = scene.git("", &["status", "--porcelain"])?;
    scene.event("SessionStart", "s", &folder).await?;
    scene.git("", &["commit", "-q", "--allow-empty", "-m", "Second"])?;
    fs::write(folder.join("b.txt"), "b")?;
    let answer = scene.event("SessionEnd", "s", &folder).await?;
    let message = answer["systemMessage"].as_str().context("a message")?;
    assert!(
        message.starts_with(
            "The session ended on `main` after less than a minute; 1 new commit since it began: "
        ) && message.contains(" Second (Ada, ")
            && message.ends_with("; not committed: 1 changed file (1 untracked)."),
        "{message}"
    );
    assert!(
        scene.installation.log().contains("The session ended"),
        "{}",
        scene.installation.log()
    );
    fs::remove_file(folder.join("b.txt"))?;
    assert_eq!(scene.git("", &["status", "--porcelain"])?, before);
    Ok(())
}
