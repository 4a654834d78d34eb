//! Guard's case table through the whole gate: real daemon, real wasm, real repositories.
//!
//! `plugins/guard/cases/README.md` says what a case is. The table speaks of `/srv/project/acme`; here that is a repository
//! below the build folder, since folders for temporary files are nobody's.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::sinew_binary::skipped;

/// Where the table's workspace is said to be.
const TABLE_ROOT: &str = "/srv/project/acme";
/// In cases without a project, the same place is a folder that nobody registered.
const NO_PROJECT: &str = "";
const USUAL_BRANCH: &str = "feature/login";

/// Of a hundred dangers, how many have to be stopped.
const STOPPED_PERCENT_MIN: usize = 99;
/// Of a hundred harmless calls, how many may be stopped.
const HINDERED_PERCENT_MAX: usize = 1;

#[tokio::test(flavor = "multi_thread")]
async fn every_case_gets_its_verdict() -> Result<()> {
    let Some(scene) = Scene::new().await? else {
        return Ok(());
    };
    let (mut dangers, mut stopped, mut harmless, mut hindered) = (0, 0, 0, 0);
    let mut wrong = Vec::new();
    for case in &cases()? {
        let (said, rule) = scene.said(case).await?;
        let expected = text(case, "expect").context("a case without `expect`")?;
        let stops = matches!(said.as_str(), "deny" | "ask" | "rewrite");
        let right = match expected {
            "stop" => matches!(said.as_str(), "deny" | "ask"),
            expected => said == expected,
        };
        // Of a rewrite the client is told the new input, and no reason.
        let named = said == "rewrite" || text(case, "rule").is_none_or(|expected| expected == rule);
        let right = right && named;
        if expected == "none" {
            harmless += 1;
            hindered += usize::from(stops);
        } else {
            dangers += 1;
            stopped += usize::from(stops);
        }
        if !right {
            let expected_rule = text(case, "rule").unwrap_or_default();
            wrong.push(format!(
                "{}: expected {expected} {expected_rule}, was {said} {rule}",
                case["id"]
            ));
        }
    }
    let shares = format!(
        "stopped {stopped} of {dangers} dangers, and {hindered} of {harmless} harmless calls"
    );
    eprintln!("{shares}");
    ensure!(stopped * 100 >= dangers * STOPPED_PERCENT_MIN, "{shares}");
    ensure!(
        hindered * 100 <= harmless * HINDERED_PERCENT_MAX,
        "{shares}"
    );
    ensure!(wrong.is_empty(), "{shares}\n{}", wrong.join("\n"));
    Ok(())
}

/// A daemon with guard, and a repository whose branch can be changed.
struct Scene {
    daemon: Daemon,
    /// The registered project, a repository.
    root: PathBuf,
    /// A repository that nobody registered.
    elsewhere: PathBuf,
    _installation: Installation,
    _folder: tempfile::TempDir,
}

// === impl Scene ===

impl Scene {
    async fn new() -> Result<Option<Self>> {
        let guard = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/guard");
        if !guard.join("guard.wasm").is_file() {
            return Ok(skipped("the guard is not built: run `just plugins` first"));
        }
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let root = folder.path().canonicalize()?.join("acme");
        let elsewhere = folder.path().canonicalize()?.join("elsewhere");
        for folder in [&root, &elsewhere] {
            std::fs::create_dir_all(folder.join("packages/web"))?;
            git(folder, &["init", "-q"])?;
        }
        let head = format!(
            "[projects.acme]\nroot = \"{}\"\n[plugins.guard]\npath = \"{}\"\npermits = {{ git = {{ read = [\"${{project}}\"] }} }}",
            root.display(),
            guard.canonicalize()?.display()
        );
        let Some(installation) = Installation::new(&head, &[])? else {
            return Ok(None);
        };
        Ok(Some(Self {
            daemon: installation.serve(0).await?,
            root,
            elsewhere,
            _installation: installation,
            _folder: folder,
        }))
    }

    /// What the gate says of a case, and which rule says it.
    async fn said(&self, case: &toml::Value) -> Result<(String, String)> {
        let branch = text(case, "branch").unwrap_or(USUAL_BRANCH);
        let root = match text(case, "project") {
            None => &self.root,
            Some(NO_PROJECT) => &self.elsewhere,
            Some(project) => bail!("{}: no project is registered at {project}", case["id"]),
        };
        git(
            root,
            &["symbolic-ref", "HEAD", &format!("refs/heads/{branch}")],
        )?;
        let input = match text(case, "command") {
            Some(command) => json!({ "command": command }),
            None => serde_json::to_value(case.get("input").context("a case without a call")?)?,
        };
        // In the place of the table's workspace.
        let here = root.to_str().context("a path that is no text")?;
        let event = json!({
            "hook_event_name": "PreToolUse",
            "session_id": case["id"].as_str(),
            "cwd": text(case, "cwd").unwrap_or(TABLE_ROOT),
            "tool_name": text(case, "tool").unwrap_or("Bash"),
            "tool_input": input,
        });
        let body = event.to_string().replace(TABLE_ROOT, here);
        let headers = self.daemon.headers();
        let reply = self
            .daemon
            .post("/hooks/PreToolUse", &headers, body.as_bytes())
            .await?;
        let answer = reply.json()?;
        let output = &answer["hookSpecificOutput"];
        let reason = output["permissionDecisionReason"]
            .as_str()
            .unwrap_or_default();
        let rule = reason
            .split_once('[')
            .and_then(|(_, rest)| rest.split_once(']'));
        let rule = rule.map_or("", |(rule, _)| rule);
        let decision = match output["permissionDecision"].as_str() {
            Some(decision @ ("deny" | "ask")) => decision,
            _ if output.get("updatedInput").is_some_and(Value::is_object) => "rewrite",
            _ => {
                ensure!(answer == json!({}), "{}: {answer}", case["id"]);
                "none"
            }
        };
        Ok((decision.to_owned(), rule.to_owned()))
    }
}

fn git(folder: &Path, arguments: &[&str]) -> Result<()> {
    let status = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .status()
        .context("these tests need the `git` program")?;
    ensure!(status.success(), "git {arguments:?} failed");
    Ok(())
}

/// Every case, in the files' order.
fn cases() -> Result<Vec<toml::Value>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/guard/cases");
    let mut cases = Vec::new();
    let paths: BTreeSet<PathBuf> = folder
        .read_dir()?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    for path in paths {
        if path.extension().is_some_and(|ending| ending == "toml") {
            let table: toml::Table = toml::from_str(&std::fs::read_to_string(path)?)?;
            cases.extend(table["case"].as_array().into_iter().flatten().cloned());
        }
    }
    Ok(cases)
}

fn text<'a>(case: &'a toml::Value, key: &str) -> Option<&'a str> {
    case.get(key).and_then(toml::Value::as_str)
}
