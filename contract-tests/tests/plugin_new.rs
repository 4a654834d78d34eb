//! `sinew plugin new` and `sinew plugin test`: every template builds, passes, and can be called.

use std::path::{Path, PathBuf};
use std::process::Output;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use sinew_contract_tests::sinew_binary::sinew;

/// Compiling the pdk for a first time takes this long on a small machine.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(600);

/// A folder for plugins, and what author's commands are run with.
struct Author {
    binary: PathBuf,
    folder: tempfile::TempDir,
}

impl Author {
    fn new() -> Result<Option<Self>> {
        let Some(binary) = sinew() else {
            return Ok(None);
        };
        let folder = tempfile::tempdir()?;
        Ok(Some(Self { binary, folder }))
    }

    async fn sinew(&self, arguments: &[&str]) -> Result<Output> {
        // Kept between runs, and shared with the tests of the pdk, so that only the first one compiles the pdk.
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let running = tokio::process::Command::new(&self.binary)
            .args(arguments)
            .current_dir(self.folder.path())
            .env("CARGO", env!("CARGO"))
            .env("CARGO_TARGET_DIR", kept.join("outside-plugins"))
            .env("SINEW_CACHE", kept.join("pdk-sources"))
            .env("XDG_CONFIG_HOME", self.folder.path())
            .env_remove("SINEW_CONFIG")
            .kill_on_drop(true)
            .output();
        tokio::time::timeout(PATIENCE, running)
            .await
            .context("it did not end")?
            .context("starting sinew")
    }

    /// Runs a command that has to succeed, and returns its JSON.
    async fn json(&self, arguments: &[&str]) -> Result<Value> {
        let output = self.sinew(arguments).await?;
        ensure!(
            output.status.success(),
            "{arguments:?}: {} {}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).context("no JSON")
    }
}

#[tokio::test]
async fn every_template_builds_passes_its_tests_and_can_be_called() -> Result<()> {
    let Some(author) = Author::new()? else {
        return Ok(());
    };
    // What is called, with which example, and what comes out of its last turn.
    let cases = [
        (
            "hook",
            "PreToolUse",
            "pre_tool_use",
            "/turns/0/decision",
            "ask",
        ),
        (
            "tool",
            "mcp_call",
            "mcp_call",
            "/result/structured/words",
            "3",
        ),
        (
            "context",
            "SessionStart",
            "session_start",
            "/turns/0/vars/0/value",
            "1",
        ),
    ];
    for (template, entry, example, pointer, expected) in cases {
        let name = format!("my-{template}");
        let new = ["plugin", "new", &name, "--template", template, "--json"];
        author.json(&new).await?;
        let tested = author.json(&["plugin", "test", &name, "--json"]).await?;
        assert_eq!(tested["ok"], true, "{tested:#}");
        let steps = tested["steps"].as_array().context("steps")?;
        let words: Vec<_> = steps
            .iter()
            .filter_map(|step| step["step"].as_str())
            .collect();
        assert_eq!(words, ["tests", "build", "load", "turn"], "{template}");
        assert_eq!(steps[0]["detail"], "2 passed", "{template}");

        author.json(&["plugin", "build", &name, "--json"]).await?;
        let input = format!("{name}/examples/{example}.json");
        let folder = format!("./{name}");
        let called = author
            .json(&["call", &folder, entry, "--input", &input, "--json"])
            .await?;
        let found = called.pointer(pointer).context("what it came to")?;
        let found = found
            .as_str()
            .map_or_else(|| found.to_string(), str::to_owned);
        assert_eq!(found, expected, "{called:#}");
        // It has a name of its own now, and nothing is written over.
        let again = author.sinew(&new).await?;
        assert_eq!(again.status.code(), Some(1));
        ensure!(String::from_utf8_lossy(&again.stderr).contains("is there already"));
    }
    for name in ["", "Upper", "1st", "a/b", "-x", "x-", "a b"] {
        let output = author.sinew(&["plugin", "new", "--", name]).await?;
        assert_eq!(output.status.code(), Some(1), "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn what_does_not_compile_or_does_not_pass_is_said_as_the_tools_say_it() -> Result<()> {
    let Some(author) = Author::new()? else {
        return Ok(());
    };
    author.json(&["plugin", "new", "keeper", "--json"]).await?;
    let source = author.folder.path().join("keeper/src/lib.rs");
    let good = std::fs::read_to_string(&source)?;

    std::fs::write(
        &source,
        good.replace("assert_eq!(decide", "assert_ne!(decide"),
    )?;
    let output = author.sinew(&["plugin", "test", "keeper"]).await?;
    let (said, complained) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert_eq!(output.status.code(), Some(1), "{said}{complained}");
    ensure!(said.starts_with("FAIL  tests"), "{said}");
    // The wasm is tried all the same.
    ensure!(
        said.contains("ok    turn   handle_pre_tool_use, decide: ask"),
        "{said}"
    );
    ensure!(
        complained.contains("what_pushes_nothing_is_left_alone"),
        "{complained}"
    );

    std::fs::write(
        &source,
        good.replace("let protected: Vec<String>", "let protected: u8"),
    )?;
    let output = author.sinew(&["plugin", "test", "keeper"]).await?;
    let complained = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{complained}");
    ensure!(complained.contains("error[E0"), "{complained}");
    Ok(())
}
