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
        // Nobody types these.
        for word in ["confine", "trial"] {
            ensure!(!finished.stdout.contains(word), "{shell}: offers `{word}`");
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
async fn the_reference_of_effects_is_what_the_command_prints() -> Result<()> {
    let Some(binary) = sinew() else {
        return Ok(());
    };
    let home = tempfile::tempdir()?;
    let finished = run(&binary, home.path(), &["effects", "--markdown"], b"").await?;
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../pdk/EFFECTS.md");
    ensure!(
        finished.stdout == std::fs::read_to_string(committed)?,
        "pdk/EFFECTS.md is not what this build says; rewrite it: sinew effects --markdown >pdk/EFFECTS.md"
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

#[tokio::test]
async fn variables_that_are_set_to_nothing_are_not_set() -> Result<()> {
    let Some(binary) = sinew() else {
        return Ok(());
    };
    let home = tempfile::tempdir()?;
    let output = tokio::process::Command::new(&binary)
        .args(["plugin", "list"])
        .env_clear()
        .env("HOME", home.path())
        .envs(["SINEW_CONFIG", "SINEW_STATE", "SINEW_CACHE"].map(|name| (name, "")))
        .output()
        .await?;
    let said = String::from_utf8_lossy(&output.stderr);
    // It got as far as looking for the daemon in the usual place.
    ensure!(output.status.code() == Some(1), "{said}");
    ensure!(said.contains("sinew serve"), "{said}");
    Ok(())
}

#[tokio::test]
async fn a_port_that_somebody_has_is_said_once_with_what_to_do() -> Result<()> {
    let Some(binary) = sinew() else {
        return Ok(());
    };
    let home = tempfile::tempdir()?;
    let taken = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?;
    let line = ["serve", "--listen", &address.to_string()];
    let finished = run(&binary, home.path(), &line, b"").await?;
    let (start, end) = (
        format!("error: listening on {address}: Address "),
        format!(
            "; `lsof -nP -iTCP:{} -sTCP:LISTEN` says who has it; stop that, or set another `server.listen` or --listen\n",
            address.port()
        ),
    );
    let said = &finished.stderr;
    ensure!(said.starts_with(&start) && said.ends_with(&end), "{said}");
    assert_eq!(said.matches("listening on").count(), 1, "{said}");
    Ok(())
}

#[tokio::test]
async fn a_plugin_without_a_module_says_how_it_is_built() -> Result<()> {
    let Some(binary) = sinew() else {
        return Ok(());
    };
    let home = tempfile::tempdir()?;
    let manifest = "[plugin]\nname = \"warden\"\nversion = \"0.1.0\"\nscope = \"none\"\n";
    std::fs::write(home.path().join("plugin.toml"), manifest)?;
    let folder = home.path().to_string_lossy().into_owned();
    let finished = run(&binary, home.path(), &["plugin", "check", &folder], b"").await?;
    assert_eq!(
        finished.stderr,
        "error: `warden.wasm` is not there; build it with `sinew plugin build` in the plugin's folder\n"
    );
    Ok(())
}
