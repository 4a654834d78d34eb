//! The bundled plugins as `just serve` serves them: everyday events go by untouched, what `guard` stops is stopped.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use tokio::process::Command;

/// The repository's configuration and plugins, in a folder of their own.
fn installation() -> Result<Option<Installation>> {
    let Some(installation) = Installation::new("", &[])? else {
        return Ok(None);
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::fs::copy(root.join("sinew.toml"), installation.config())?;
    symlink(root.join("plugins"), installation.plugins())?;
    Ok(Some(installation))
}

/// Events as a client sent them, by file name.
fn captures() -> Result<Vec<(String, Value)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let mut captures = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let path = file?.path();
        let name = path.file_stem().context("a name")?.to_string_lossy();
        let body = serde_json::from_str(&std::fs::read_to_string(&path)?)?;
        captures.push((name.into_owned(), body));
    }
    ensure!(captures.len() >= 13, "{} captures", captures.len());
    Ok(captures)
}

async fn answer(daemon: &Daemon, path: &str, token: &str, body: &Value) -> Result<Value> {
    let body = body.to_string();
    let headers = daemon.headers_with(token);
    let reply = daemon.post(path, &headers, body.as_bytes()).await?;
    assert_eq!(reply.status, 200, "{path}: {body}");
    reply.json()
}

/// A Bash call as it was captured, with another command.
fn bash(command: &str) -> Result<Value> {
    let captures = captures()?;
    let named = captures
        .into_iter()
        .find(|(name, _)| name == "PreToolUse_Bash");
    let (_, mut body) = named.context("the capture of a Bash call")?;
    body["tool_input"]["command"] = command.into();
    body["tool_use_id"] = format!("toolu_{command}").into();
    Ok(body)
}

#[tokio::test]
async fn captured_events_go_by_and_dangers_do_not() -> Result<()> {
    let Some(installation) = installation()? else {
        return Ok(());
    };
    let daemon = installation.serve(0).await?;
    let token = daemon.hook_token.as_str();
    for (name, body) in captures()? {
        let event = body["hook_event_name"].as_str().context("an event")?;
        for path in [format!("/hooks/{event}"), "/hooks".to_owned()] {
            let said = answer(&daemon, &path, token, &body).await?;
            assert_eq!(said, json!({}), "{name} to {path}");
        }
    }
    let path = "/hooks/PreToolUse";
    let decision = |said: &Value| {
        let output = &said["hookSpecificOutput"];
        let text = |key: &str| output[key].as_str().unwrap_or_default().to_owned();
        (text("permissionDecision"), text("permissionDecisionReason"))
    };
    for (command, expected) in [
        ("rm -rf /", "deny"),
        ("git push --force origin main", "ask"),
    ] {
        let said = answer(&daemon, path, token, &bash(command)?).await?;
        let (kind, reason) = decision(&said);
        assert_eq!(kind, expected, "{command}: {said}");
        assert!(!reason.is_empty(), "{command}: {said}");
    }
    let said = answer(
        &daemon,
        path,
        token,
        &bash("git push --force origin topic")?,
    )
    .await?;
    let rewritten = said["hookSpecificOutput"]["updatedInput"]["command"].as_str();
    assert_eq!(
        rewritten,
        Some("git push --force-with-lease origin topic"),
        "{said}"
    );
    let said = answer(&daemon, path, "wrong", &bash("ls")?).await?;
    assert_eq!(decision(&said).0, "deny", "{said}");
    let verified = Command::new(&installation.binary)
        .args(["ledger", "verify", "--state"])
        .arg(installation.state())
        .stdout(Stdio::null())
        .status()
        .await?;
    assert!(verified.success());
    Ok(())
}

#[tokio::test]
async fn a_guard_that_cannot_load_denies() -> Result<()> {
    let Some(installation) = installation()? else {
        return Ok(());
    };
    let broken = installation.state().with_file_name("broken");
    std::fs::create_dir(&broken)?;
    let guard = installation.plugins().join("guard");
    for file in ["plugin.toml", "config.schema.json"] {
        std::fs::copy(guard.join(file), broken.join(file))?;
    }
    std::fs::write(broken.join("guard.wasm"), b"\0asm, and then nothing")?;
    let text = std::fs::read_to_string(installation.config())?;
    let text = text.replace("plugins/guard", &broken.to_string_lossy());
    std::fs::write(installation.config(), text)?;
    let daemon = installation.serve(0).await?;
    let token = daemon.hook_token.as_str();
    let said = answer(&daemon, "/hooks/PreToolUse", token, &bash("ls")?).await?;
    let output = &said["hookSpecificOutput"];
    assert_eq!(output["permissionDecision"], "deny", "{said}");
    let reason = output["permissionDecisionReason"]
        .as_str()
        .unwrap_or_default();
    assert!(reason.contains("guard"), "{said}");
    Ok(())
}
