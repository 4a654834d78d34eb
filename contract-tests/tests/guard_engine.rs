//! Guard on the real engine, as real wasm: what it counts stays in the session's Vars, and it knows where this host keeps
//! what is its own.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use sinew_contract_tests::daemon::Installation;
use sinew_contract_tests::sinew_binary::skipped;
use sinew_contract_tests::test_server::TestServer;
use sinew_runtime::app::{Host, StateFolder};
use sinew_runtime::config::Config;
use sinew_runtime::engine::Loader;
use sinew_runtime::plugin::Trial;
use sinew_runtime::store::ScopeKey;

struct Scene {
    host: Host,
    server: TestServer,
    state: StateFolder,
    installation: Installation,
}

// === impl Scene ===

impl Scene {
    async fn new() -> Result<Option<Self>> {
        let guard = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/guard");
        if !guard.join("guard.wasm").is_file() {
            return Ok(skipped("the guard is not built: run `just plugins` first"));
        }
        let head = format!(
            "[plugins.guard]\npath = \"{}\"",
            guard.canonicalize()?.display()
        );
        let Some(installation) = Installation::new(&head, &[])? else {
            return Ok(None);
        };
        let config = Config::read(&installation.config())?;
        let state = StateFolder::open(&installation.state())?;
        let loader = Loader::new(config.load.clone(), Trial::new(installation.binary.clone()));
        let host = Host::start(&state, &config, loader).await?;
        let server = TestServer::start(&host.engine, config.transport.clone())?;
        Ok(Some(Self {
            host,
            server,
            state,
            installation,
        }))
    }

    /// What the gate says of a call: the decision, or `rewrite`, or `none`.
    async fn said(&self, session: &str, tool: &str, input: Value) -> Result<String> {
        let event = json!({
            "hook_event_name": "PreToolUse", "session_id": session, "cwd": "/srv/api",
            "tool_name": tool, "tool_input": input,
        });
        let reply = self
            .server
            .post("/hooks/PreToolUse", event.to_string().as_bytes())
            .await?;
        let answer = reply.json()?;
        let output = &answer["hookSpecificOutput"];
        let decision = output["permissionDecision"].as_str();
        Ok(match decision {
            Some(decision @ ("deny" | "ask")) => decision,
            _ if output["updatedInput"].is_object() => "rewrite",
            _ => "none",
        }
        .to_owned())
    }

    async fn shell(&self, session: &str, command: &str) -> Result<String> {
        self.said(session, "Bash", json!({ "command": command }))
            .await
    }

    /// What guard has counted in a session.
    fn stops(&self, session: &str) -> Result<Value> {
        let key = ScopeKey {
            plugin: "guard".to_owned(),
            scope: format!("session:{session}"),
        };
        let state = self.host.ledger.store().load(&key)?;
        Ok(match state.vars.get("stops") {
            Some(text) => serde_json::from_slice(text)?,
            None => Value::Null,
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stopped_or_rewritten_is_counted_in_the_session_s_vars() -> Result<()> {
    let Some(scene) = Scene::new().await? else {
        return Ok(());
    };
    for (session, command, expected) in [
        ("one", "rm -rf /", "deny"),
        ("one", "cat .env", "ask"),
        ("two", "rm -rf ~", "deny"),
        ("one", "git push --force origin topic", "rewrite"),
        ("one", "ls -l", "none"),
        ("one", "rm -rf /etc", "deny"),
    ] {
        assert_eq!(scene.shell(session, command).await?, expected, "{command}");
    }
    let expected = json!({ "destructive-delete": 2, "forced-push": 1, "secrets": 1 });
    assert_eq!(scene.stops("one")?, expected);
    assert_eq!(scene.stops("two")?, json!({ "destructive-delete": 1 }));
    assert_eq!(scene.stops("three")?, Value::Null);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn this_host_s_own_places_are_kept_from_agents_wherever_they_are() -> Result<()> {
    let Some(scene) = Scene::new().await? else {
        return Ok(());
    };
    let state = scene.state.places.state.display().to_string();
    let config = scene.installation.config();
    let config = config.to_str().context("a path that is no text")?;
    let folder = Path::new(config).parent().context("its folder")?.display();
    for (tool, input, expected) in [
        (
            "Read",
            json!({ "file_path": format!("{state}/tokens/hook") }),
            "deny",
        ),
        ("Grep", json!({ "pattern": "x", "path": state }), "deny"),
        ("Glob", json!({ "pattern": format!("{state}/*") }), "deny"),
        (
            "Bash",
            json!({ "command": format!("cat {state}/sinew.db") }),
            "deny",
        ),
        (
            "Bash",
            json!({ "command": format!("cd {state} && ls") }),
            "deny",
        ),
        (
            "Bash",
            json!({ "command": format!("cp -r {folder} /tmp/copy") }),
            "ask",
        ),
        (
            "Write",
            json!({ "file_path": config, "content": "" }),
            "deny",
        ),
        (
            "Bash",
            json!({ "command": format!("echo >> {config}") }),
            "deny",
        ),
        (
            "Write",
            json!({ "file_path": format!("{folder}/permits.d/x.toml"), "content": "" }),
            "deny",
        ),
        ("Read", json!({ "file_path": config }), "ask"),
        (
            "Read",
            json!({ "file_path": format!("{folder}/notes.md") }),
            "none",
        ),
        ("Bash", json!({ "command": format!("ls {folder}") }), "none"),
    ] {
        assert_eq!(
            scene.said("s", tool, input.clone()).await?,
            expected,
            "{input}"
        );
    }
    Ok(())
}
