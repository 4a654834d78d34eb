//! The real brief, in the real daemon, over real repositories: what a session is told, and that it is told something
//! whatever the folder is.

use std::fmt::Write as _;
use std::fs;
use std::io::{Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::sinew_binary::skipped;

const REQUESTED: &str = "read = [\"${project}\"]";
/// Files of the large repository.
const FILES: usize = 100_000;
const FILES_IN_FOLDER: usize = 250;
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
        self.git_fed(folder, arguments, "")
    }

    /// The same with a text on its standard input.
    fn git_fed(&self, folder: &str, arguments: &[&str], input: &str) -> Result<String> {
        let mut fed = tempfile::tempfile()?;
        fed.write_all(input.as_bytes())?;
        fed.rewind()?;
        let output = Command::new("git")
            .stdin(fed)
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
async fn a_repository_of_a_hundred_thousand_files_is_told_of_in_time() -> Result<()> {
    let Some(scene) = Scene::new().await? else {
        return Ok(());
    };
    let folder = scene.project.join("large");
    fs::create_dir(&folder)?;
    scene.git("large", &["init", "-q"])?;
    // Every file is there, so that a status has to look at each; all of them are one blob, so that they are quickly made.
    let blob = scene.git("large", &["hash-object", "-w", "--stdin"])?;
    let mut index = String::new();
    for package in 0..FILES / FILES_IN_FOLDER {
        fs::create_dir(folder.join(format!("{package:04}")))?;
        for file in 0..FILES_IN_FOLDER {
            let path = format!("{package:04}/{file:03}.rs");
            fs::File::create(folder.join(&path))?;
            writeln!(index, "100644 {blob}\t{path}")?;
        }
    }
    scene.git_fed("large", &["update-index", "--index-info"], &index)?;
    scene.git("large", &["commit", "-q", "-m", "Everything"])?;
    fs::write(folder.join("0042/007.rs"), "fn main() {}")?;
    fs::write(folder.join("new.rs"), "")?;
    assert_eq!(
        scene.git("large", &["ls-files"])?.lines().count(),
        FILES,
        "the repository is as large as it should be"
    );

    let told = scene.told(&folder).await?;
    let text = told.join("\n");
    assert!(text.len() < 2_000, "{} bytes", text.len());
    assert!(told[0].starts_with("- Branch `main` at "), "{text}");
    assert!(text.contains("Everything (Ada, "), "{text}");
    // It says what has changed, or that git did not say it in the time that it is given.
    let known =
        "- Not committed: 2 changed files (1 modified, 1 untracked): `0042/007.rs`, `new.rs`";
    let late = "- Not shown: the status, which took too long.";
    assert!(told[2] == known || told[2] == late, "{text}");

    // The end has less time, and is as honest. A turn that was cut off would have said nothing, here as above.
    let answer = scene.event("SessionEnd", "large", &folder).await?;
    let message = answer["systemMessage"].as_str().context("a message")?;
    assert!(
        message.ends_with("; not committed: 2 changed files (1 modified, 1 untracked).")
            || message.ends_with("; what is not committed could not be told in time."),
        "{message}"
    );
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
