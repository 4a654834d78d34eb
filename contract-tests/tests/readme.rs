//! The README's example, run as it stands: only the port differs.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use sinew_contract_tests::daemon::Installation;
use sinew_contract_tests::sinew_binary::skipped;
use tokio::process::Command;

#[tokio::test]
async fn the_readme_shows_the_command_and_exactly_its_answer() -> Result<()> {
    let Some(installation) = Installation::new("", &[])? else {
        return Ok(());
    };
    if Command::new("curl")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .await
        .is_err()
    {
        let _: Option<()> = skipped("there is no curl");
        return Ok(());
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // What `just serve` serves: the repository's configuration, beside the repository's plugins.
    std::fs::copy(root.join("sinew.toml"), installation.config())?;
    symlink(root.join("plugins"), installation.plugins())?;
    let daemon = installation.serve(0).await?;
    let here = Here {
        state_home: tempfile::tempdir()?,
        binary: &installation.binary,
    };
    symlink(installation.state(), here.state_home.path().join("sinew"))?;

    let readme = std::fs::read_to_string(root.join("README.md"))?;
    let command = block(&readme, "```sh\ncurl ").context("the example")?;
    let command = command.replace("127.0.0.1:7717", &daemon.address.to_string());
    ensure!(
        command.contains(&daemon.address.to_string()),
        "the example does not ask 127.0.0.1:7717"
    );
    let answered: Value = serde_json::from_str(&here.shell(&command).await?)?;
    let shown: Value = serde_json::from_str(block(&readme, "```json\n").context("its answer")?)?;
    assert_eq!(answered, shown);

    // The two commands that the README names next.
    let tail = here.shell("sinew ledger tail").await?;
    ensure!(
        tail.contains("handle_pre_tool_use") && tail.contains("deny"),
        "{tail}"
    );
    here.shell("sinew ledger verify").await?;
    Ok(())
}

/// Where the README's reader stands.
struct Here<'a> {
    state_home: tempfile::TempDir,
    binary: &'a Path,
}

impl Here<'_> {
    /// Runs a line of shell and returns what it prints; a failure is an error.
    async fn shell(&self, line: &str) -> Result<String> {
        let path = std::env::var("PATH").unwrap_or_default();
        let binaries = self.binary.parent().unwrap_or(Path::new("."));
        let output = Command::new("sh")
            .args(["-euc", line])
            .env("XDG_STATE_HOME", self.state_home.path())
            .env_remove("SINEW_STATE")
            .env("PATH", format!("{}:{path}", binaries.display()))
            .output()
            .await?;
        ensure!(
            output.status.success(),
            "`{line}`: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8(output.stdout)?)
    }
}

/// What the fenced block that starts with `opening` holds.
fn block<'a>(text: &'a str, opening: &str) -> Option<&'a str> {
    let fence = opening.find('\n')? + 1;
    let start = text.find(opening)? + fence;
    text[start..].split("\n```").next()
}
