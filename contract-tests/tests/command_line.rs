//! The command line from outside: completions, the manual, and words that only a terminal sees in colour.

use anyhow::{Result, ensure};
use sinew_contract_tests::sinew_binary::{run, sinew};

#[tokio::test]
async fn every_shell_gets_completions() -> Result<()> {
    let Some(binary) = sinew() else {
        return Ok(());
    };
    let home = tempfile::tempdir()?;
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let finished = run(&binary, home.path(), &["completions", shell], b"").await?;
        assert_eq!(finished.code, Some(0), "{shell}: {}", finished.stderr);
        for word in ["sinew", "serve", "explain", "completions", "reload"] {
            ensure!(finished.stdout.contains(word), "{shell}: no `{word}`");
        }
    }
    let finished = run(&binary, home.path(), &["completions", "ksh"], b"").await?;
    assert_eq!(finished.code, Some(2));
    Ok(())
}

#[tokio::test]
async fn every_command_gets_a_manual_page() -> Result<()> {
    let Some(binary) = sinew() else {
        return Ok(());
    };
    let home = tempfile::tempdir()?;
    let folder = home.path().join("man1");
    let out = folder.to_string_lossy().into_owned();
    let finished = run(&binary, home.path(), &["man", "--out", &out], b"").await?;
    assert_eq!(finished.code, Some(0), "{finished:?}");
    for page in [
        "sinew",
        "sinew-call",
        "sinew-plugin",
        "sinew-plugin-build",
        "sinew-ledger-verify",
    ] {
        let text = std::fs::read_to_string(folder.join(format!("{page}.1")))?;
        for part in ["NAME", "SYNOPSIS", "Exit codes: 0", "Example"] {
            ensure!(text.contains(part), "{page}: no `{part}`");
        }
    }
    ensure!(!folder.join("sinew-trial.1").exists());
    let finished = run(&binary, home.path(), &["man"], b"").await?;
    ensure!(
        finished.stdout.contains(".TH sinew 1"),
        "{}",
        finished.stdout
    );
    Ok(())
}

#[tokio::test]
async fn what_no_terminal_reads_has_no_colours() -> Result<()> {
    let Some(binary) = sinew() else {
        return Ok(());
    };
    let home = tempfile::tempdir()?;
    for arguments in [
        &["explain", "ls"][..],
        &["--help"],
        &["plugin", "list"],
        &["nonsense"],
    ] {
        let finished = run(&binary, home.path(), arguments, b"").await?;
        let said = format!("{}{}", finished.stdout, finished.stderr);
        ensure!(
            !said.is_empty() && !said.contains('\u{1b}'),
            "{arguments:?}: {said:?}"
        );
    }
    Ok(())
}
