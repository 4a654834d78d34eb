//! `sinew call`: one turn, or one event, without a server. What it prints is what the ledger would hold.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use sinew_contract_tests::daemon::Installation;
use sinew_contract_tests::probe_plugin::ProbePlugin;
use sinew_contract_tests::sinew_binary::{Finished, run};
use tempfile::TempDir;

/// A configuration with a probe that rewrites, and somebody who calls it.
struct Caller {
    installation: Installation,
    home: TempDir,
}

impl Caller {
    fn new() -> Result<Option<Self>> {
        let probe = ProbePlugin {
            rewrites: |event| event == "PreToolUse",
            ..ProbePlugin::default()
        };
        let head = "[limits]\nbody = \"64KiB\"";
        Ok(match Installation::new(head, &[probe])? {
            Some(installation) => Some(Self {
                installation,
                home: tempfile::tempdir()?,
            }),
            None => None,
        })
    }

    async fn call(&self, arguments: &[&str], input: &[u8]) -> Result<Finished> {
        let config = self.installation.config();
        let mut all = vec!["--config", path(&config)?, "call"];
        all.extend(arguments);
        run(&self.installation.binary, self.home.path(), &all, input).await
    }

    /// Runs an event in which the probe takes these steps, and returns the exit code and the JSON.
    async fn steps(&self, entry: &str, steps: &Value) -> Result<(Option<i32>, Value)> {
        let input = json!({"tool_name": "Bash", "tool_input": {"probe": steps}});
        let arguments = ["probe", entry, "--input", "-", "--json"];
        let finished = self.call(&arguments, input.to_string().as_bytes()).await?;
        let value = serde_json::from_str(&finished.stdout)
            .with_context(|| format!("no JSON: {finished:?}"))?;
        Ok((finished.code, value))
    }
}

fn path(path: &Path) -> Result<&str> {
    path.to_str().context("a path that is no text")
}

/// The decisions of an answer's turns, in order.
fn decisions(answer: &Value) -> Vec<&str> {
    let turns = answer["turns"].as_array().into_iter().flatten();
    turns
        .map(|turn| turn["decision"].as_str().unwrap_or("failed"))
        .collect()
}

#[tokio::test]
async fn an_event_gets_its_rewriting_turn_and_its_deciding_one() -> Result<()> {
    let Some(caller) = Caller::new()? else {
        return Ok(());
    };
    let rewrite = json!({"do": "rewrite", "replacement": {"command": "ls"}, "reason": "shorter"});
    let decide = json!({"do": "deny", "reason": "because"});
    let cases = [
        (
            json!({"do": "deny", "reason": "because"}),
            vec!["none", "deny"],
            "deny",
            0,
        ),
        (
            json!({"rewrite": rewrite, "decide": decide}),
            vec!["rewrite", "none"],
            "none",
            0,
        ),
        (json!({"do": "allow"}), vec!["none", "allow"], "allow", 0),
        (
            json!({"decide": {"do": "trap"}}),
            vec!["none", "failed"],
            "deny",
            3,
        ),
        (
            json!({"decide": {"do": "loop"}}),
            vec!["none", "failed"],
            "deny",
            3,
        ),
    ];
    for (steps, turns, verdict, code) in cases {
        for entry in ["PreToolUse", "pre_tool_use", "handle_pre_tool_use"] {
            let (exit, answer) = caller.steps(entry, &steps).await?;
            assert_eq!(exit, Some(code), "{steps} {answer:#}");
            assert_eq!(decisions(&answer), turns, "{steps}");
            assert_eq!(answer["verdict"]["decision"], verdict, "{steps}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_changes_something_wants_to_be_asked_for() -> Result<()> {
    let Some(caller) = Caller::new()? else {
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    let folder = folder.path().canonicalize()?;
    let permits = format!("fs = {{ write = [\"{}/**\"] }}\n", path(&folder)?);
    caller.installation.grant("probe", &permits)?;
    let file = folder.join("log");
    let step =
        json!({"do": "effect", "effect": "fs_append", "request": {"path": file, "text": "x"}});
    let input =
        json!({"tool_name": "Bash", "tool_input": {"probe": {"decide": [step]}}}).to_string();
    for (effects, outcome) in [(false, "denied"), (true, "ok")] {
        let mut arguments = vec!["probe", "PreToolUse", "--input", "-", "--json"];
        arguments.extend(effects.then_some("--effects"));
        let finished = caller.call(&arguments, input.as_bytes()).await?;
        let answer: Value = serde_json::from_str(&finished.stdout)?;
        assert_eq!(
            answer.pointer("/turns/1/effects/0/outcome"),
            Some(&json!(outcome)),
            "{answer:#}"
        );
        assert_eq!(file.exists(), effects);
    }
    Ok(())
}

#[tokio::test]
async fn effects_vars_fuel_and_time_are_told() -> Result<()> {
    let Some(caller) = Caller::new()? else {
        return Ok(());
    };
    let steps = json!([
        {"do": "effect", "effect": "log_info", "request": {"message": "here"}},
        {"do": "effect", "effect": "git_get_branch", "request": {"path": "/"}},
        {"do": "var_set", "key": "seen", "value": 7},
        {"do": "ask", "reason": "really?"},
    ]);
    let (code, answer) = caller
        .steps("PreToolUse", &json!({"decide": steps}))
        .await?;
    let turn = &answer["turns"][1];
    assert_eq!(code, Some(0), "{answer:#}");
    assert_eq!(turn["reason"], "really?");
    assert_eq!(turn["vars"], json!([{"key": "seen", "value": 7}]));
    let effects = turn["effects"].as_array().context("effects")?;
    let told: Vec<_> = effects
        .iter()
        .map(|effect| (effect["effect"].as_str(), effect["outcome"].as_str()))
        .collect();
    let expected = [
        (Some("log_info"), Some("ok")),
        // Nothing is granted.
        (Some("git_get_branch"), Some("denied")),
    ];
    assert_eq!(told, expected);
    assert_eq!(effects[0]["request"], json!({"message": "here"}));
    ensure!(
        turn["fuel"].as_u64() > Some(0) && turn["wall_us"].as_u64() > Some(0),
        "{turn}"
    );
    // The next call starts without them.
    let read = json!({"decide": {"do": "var_get", "key": "seen"}});
    let (_, answer) = caller.steps("PreToolUse", &read).await?;
    assert_eq!(answer["verdict"]["context"], "[null]");
    Ok(())
}

#[tokio::test]
async fn a_tool_is_called_and_answers() -> Result<()> {
    let Some(caller) = Caller::new()? else {
        return Ok(());
    };
    let call = |steps: Value| json!({"tool": "any", "arguments": {"probe": steps}}).to_string();
    let arguments = ["probe", "mcp_call", "--input", "-", "--json"];
    let input = call(json!({"do": "text", "text": "main"}));
    let finished = caller.call(&arguments, input.as_bytes()).await?;
    let answer: Value = serde_json::from_str(&finished.stdout)?;
    assert_eq!(answer["result"]["content"][0]["text"], "main");
    let turn = &answer["turns"][0];
    assert_eq!(turn["scope"], "none");
    ensure!(
        turn.get("event").is_none() && turn.get("decision").is_none(),
        "{turn}"
    );
    let input = call(json!({"do": "trap"}));
    let finished = caller.call(&arguments, input.as_bytes()).await?;
    assert_eq!(finished.code, Some(3), "{finished:?}");
    let finished = caller.call(&arguments, b"{}").await?;
    assert_eq!(finished.code, Some(1), "{finished:?}");
    Ok(())
}

#[tokio::test]
async fn a_folder_and_a_module_can_be_called_and_have_no_foreign_grants() -> Result<()> {
    let Some(caller) = Caller::new()? else {
        return Ok(());
    };
    let folder = caller.installation.plugins().join("probe");
    let elsewhere = tempfile::tempdir()?;
    std::fs::copy(
        folder.join("plugin.toml"),
        elsewhere.path().join("plugin.toml"),
    )?;
    let module = elsewhere.path().join("old.wasm");
    std::fs::copy(folder.join("probe.wasm"), &module)?;
    for place in [folder.as_path(), module.as_path()] {
        let finished = caller.call(&[path(place)?, "Stop"], b"").await?;
        ensure!(finished.stdout.contains("handle_stop"), "{finished:?}");
    }
    let finished = caller.call(&[path(elsewhere.path())?, "Stop"], b"").await?;
    ensure!(
        finished.stderr.contains("sinew plugin build"),
        "{finished:?}"
    );
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_called_is_refused_with_the_next_step() -> Result<()> {
    let Some(caller) = Caller::new()? else {
        return Ok(());
    };
    let long = vec![b' '; 70 << 10];
    let cases: [(&[&str], &[u8], &str); 5] = [
        (&["nobody", "Stop"], b"", "configured plugin (probe)"),
        (
            &["probe", "mcp_calls", "--input", "-"],
            b"{",
            "no JSON object",
        ),
        (&["probe", "Stop", "--input", "-"], b"[]", "no JSON object"),
        (&["probe", "Stop", "--input", "-"], &long, "`limits.body`"),
        (
            &["probe", "Stop", "--input", "/none"],
            b"",
            "reading `/none`",
        ),
    ];
    for (arguments, input, says) in cases {
        let finished = caller.call(arguments, input).await?;
        assert_eq!(finished.code, Some(1), "{arguments:?}: {finished:?}");
        ensure!(
            finished.stderr.contains(says),
            "{arguments:?}: {finished:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn what_a_plugin_offers_is_described_and_what_it_has_not_is_named() -> Result<()> {
    let Some(installation) = Installation::new("", &[])? else {
        return Ok(());
    };
    let home = tempfile::tempdir()?;
    let plugins = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins");
    let call = async |plugin: &str, entry: &str| {
        let folder = plugins.join(plugin);
        let arguments = ["call", path(&folder)?, entry];
        run(&installation.binary, home.path(), &arguments, b"").await
    };
    for word in ["describe", "handle_describe"] {
        let finished = call("forge", word).await?;
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let described: Value = serde_json::from_str(&finished.stdout)?;
        let tools = described["tools"].as_array().context("tools")?;
        ensure!(!tools.is_empty(), "{described:#}");
    }
    let finished = call("guard", "nonsense").await?;
    assert_eq!(finished.code, Some(1), "{finished:?}");
    assert_eq!(
        finished.stderr,
        "error: `guard` has no entry point `nonsense`; it has: PreToolUse\n"
    );
    Ok(())
}
