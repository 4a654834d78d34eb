//! Other people's clients against the daemon with the `fixtures` plugin: over HTTP, and over `sinew mcp`.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::fixtures_plugin::{fixtures_house, replacement};
use sinew_contract_tests::mcp_clients::{inspector, python_client};

/// Nobody listens there, and browsers' rules, which node follows, do not forbid to ask.
const NOBODY: &str = "http://127.0.0.1:2/mcp";

/// What the inspector is asked, how it exits, and where in its answer which value stands.
const ASKED: &[(&[&str], i32, &str, &str)] = &[
    (
        &["tools/call", "--tool-name", "test_simple_text"],
        0,
        "/content/0/text",
        "This is a simple text response for testing.",
    ),
    (
        &["tools/call", "--tool-name", "test_error_handling"],
        5,
        "/content/0/text",
        "This tool intentionally returns an error for testing",
    ),
    (
        &["resources/read", "--uri", "test://template/7/data"],
        0,
        "/contents/0/uri",
        "test://template/7/data",
    ),
    (
        &[
            "prompts/get",
            "--prompt-name",
            "test_prompt_with_arguments",
            "--prompt-args",
            "arg1=one",
            "arg2=two",
        ],
        0,
        "/messages/0/content/text",
        "Prompt with arguments: arg1='one', arg2='two'",
    ),
];

/// What the inspector lists, and one of the things that have to be there.
const LISTED: &[(&str, &str, &str, &str)] = &[
    ("tools/list", "tools", "name", "json_schema_2020_12_tool"),
    ("resources/list", "resources", "uri", "test://static-text"),
    (
        "resources/templates/list",
        "resourceTemplates",
        "uriTemplate",
        "test://template/{id}/data",
    ),
    ("prompts/list", "prompts", "name", "test_prompt_with_image"),
];

/// How clients reach a server: its URL, or the program that they start and its arguments.
fn over_http(daemon: &Daemon) -> Vec<String> {
    vec![format!("http://{}/mcp", daemon.address)]
}

fn over_stdio(house: &Installation) -> Vec<String> {
    let text = |path: &Path| path.display().to_string();
    vec![
        text(&house.binary),
        "mcp".to_owned(),
        "--state".to_owned(),
        text(&house.state()),
        "--config".to_owned(),
        text(&house.config()),
    ]
}

/// Asks the inspector, which has to exit with this code, and returns its answer. `None` when it is not installed.
async fn inspected(server: &[String], asked: &[&str], code: i32) -> Result<Option<Value>> {
    let server: Vec<&str> = server.iter().map(String::as_str).collect();
    let mut options = vec!["--method"];
    options.extend(asked);
    let Some(ended) = inspector(&options, &server).await? else {
        return Ok(None);
    };
    assert_eq!(ended.code, Some(code), "{asked:?}: {ended:?}");
    let answer = serde_json::from_str(&ended.stdout);
    answer.with_context(|| format!("{asked:?}: {ended:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inspector_reads_and_calls_everything_there_is() -> Result<()> {
    let Some(house) = fixtures_house()? else {
        return Ok(());
    };
    let daemon = house.serve(0).await?;
    for server in [over_http(&daemon), over_stdio(&house)] {
        for (method, list, key, name) in LISTED {
            let Some(answer) = inspected(&server, &[method], 0).await? else {
                return Ok(());
            };
            let listed = answer[list].as_array().context("a list")?;
            assert!(listed.iter().any(|one| one[key] == *name), "{answer}");
        }
        for (asked, code, place, value) in ASKED {
            let answer = inspected(&server, asked, *code)
                .await?
                .context("an answer")?;
            assert_eq!(answer.pointer(place), Some(&json!(value)), "{asked:?}");
        }
    }
    daemon.terminate().await
}

/// Runs the client for Python in one of its modes, and replaces the plugin while it listens.
async fn used(house: &Installation, server: &[String], mode: &str) -> Result<Option<Value>> {
    let other = tempfile::tempdir()?;
    if !replacement(other.path())? {
        return Ok(None);
    }
    let change = json!([
        "sh",
        "-c",
        "cp -R \"$1\"/. \"$2\" && exec \"$3\" plugin reload fixtures --state \"$4\"",
        "sh",
        other.path(),
        house.plugins().join("fixtures"),
        house.binary,
        house.state(),
    ]);
    let server = match server {
        [url] => url.clone(),
        command => json!(command).to_string(),
    };
    let environment = [
        ("MCP_SERVER", server.as_str()),
        ("MCP_MODE", mode),
        ("MCP_CHANGE", &change.to_string()),
    ];
    let Some(ended) = python_client("mcp_client.py", &environment).await? else {
        return Ok(None);
    };
    ensure!(ended.code == Some(0), "{mode}: {ended:?} {}", house.log());
    let saw = serde_json::from_str(&ended.stdout);
    saw.with_context(|| format!("{ended:?}")).map(Some)
}

/// What it has to have seen in each mode.
fn expect(saw: &Value, mode: &str) {
    let (protocol, asked, text) = if mode == "auto" {
        let asked = json!([{"message": "What is your name?", "fields": ["name"]}]);
        ("2026-07-28", asked, "Hello, Ada!")
    } else {
        let asked = json!([{"message": "Who are you?", "fields": ["email", "username"]}]);
        ("2025-11-25", asked, "User response: action=accept, ")
    };
    assert_eq!(saw["protocol"], protocol, "{saw}");
    assert_eq!(saw["is_error"], true, "{saw}");
    let steps = json!([[0.0, 100.0], [50.0, 100.0], [100.0, 100.0]]);
    assert_eq!(saw["progress"], steps, "{saw}");
    // Given up at the second step of a hundred, and the connection goes on.
    let next = "This is a simple text response for testing.";
    assert_eq!(saw["cancellation"]["next"], next, "{saw}");
    assert!(saw["cancellation"]["steps"].as_u64() < Some(20), "{saw}");
    assert_eq!(saw["elicitation"]["asked"], asked, "{saw}");
    let said = saw["elicitation"]["text"].as_str().unwrap_or_default();
    assert!(said.starts_with(text), "{saw}");
    let has = |list: &str| {
        let names = saw[list].as_array();
        names.is_some_and(|names| names.contains(&json!("test_simple_text")))
    };
    assert!(has("tools") && !has("changed"), "{saw}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_for_python_speaks_both_revisions_over_http() -> Result<()> {
    for mode in ["auto", "legacy"] {
        let Some(house) = fixtures_house()? else {
            return Ok(());
        };
        let daemon = house.serve(0).await?;
        let Some(saw) = used(&house, &over_http(&daemon), mode).await? else {
            return Ok(());
        };
        expect(&saw, mode);
        daemon.terminate().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_for_python_speaks_both_revisions_over_stdio() -> Result<()> {
    for mode in ["auto", "legacy"] {
        let Some(house) = fixtures_house()? else {
            return Ok(());
        };
        let daemon = house.serve(0).await?;
        let Some(saw) = used(&house, &over_stdio(&house), mode).await? else {
            return Ok(());
        };
        expect(&saw, mode);
        daemon.terminate().await?;
    }
    Ok(())
}

/// The proof that the proof can fail.
#[tokio::test]
async fn clients_of_a_server_that_is_not_there_fail() -> Result<()> {
    for server in [vec![NOBODY], vec!["false"]] {
        let Some(ended) = inspector(&["--method", "tools/list"], &server).await? else {
            return Ok(());
        };
        assert!(!matches!(ended.code, Some(0 | 5)), "{server:?}: {ended:?}");
        assert_eq!(ended.stdout, "", "{server:?}");
    }
    for server in [NOBODY, "[\"false\"]"] {
        let environment = [("MCP_SERVER", server), ("MCP_MODE", "auto")];
        let Some(ended) = python_client("mcp_client.py", &environment).await? else {
            return Ok(());
        };
        assert_eq!(ended.code, Some(1), "{server}: {ended:?}");
        assert_eq!(ended.stdout, "", "{server}");
    }
    Ok(())
}
