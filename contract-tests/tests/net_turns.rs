//! Requests over HTTP as turns make them: what the ledger has of them, and Extism's own functions as another way to ask.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::Ipv4Addr;

use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::ledger_rows::{Row, rows};
use sinew_contract_tests::probe_plugin::ProbePlugin;
use sinew_contract_tests::web_server::{Reply, WebServer};

/// A daemon with a probe that may reach the server, but for what lies below `/closed`.
async fn serve(server: &WebServer) -> Option<(Installation, Daemon)> {
    let installation = Installation::new("", &[ProbePlugin::default()]).unwrap()?;
    let rule = format!(
        "net = [{{ host = \"127.0.0.1\", methods = [\"GET\", \"HEAD\", \"PUT\", \"POST\"], path = \"/open/**\", \
         schemes = [\"http\"], ports = [{}], private = [\"127.0.0.1/32\"] }}]",
        server.address.port()
    );
    installation.grant("probe", &rule).unwrap();
    let daemon = installation.serve(0).await.unwrap();
    Some((installation, daemon))
}

/// Has the probe do this, and returns what the client is told.
async fn told(daemon: &Daemon, id: &str, steps: &Value) -> Value {
    let body = json!({
        "session_id": id, "cwd": "/srv/api", "hook_event_name": "PreToolUse", "tool_name": "Bash",
        "tool_input": { "command": "ls" }, "tool_use_id": id, "probe": steps,
    });
    let body = body.to_string();
    let reply = daemon
        .post("/hooks/PreToolUse", &daemon.headers(), body.as_bytes())
        .await;
    reply.unwrap().json().unwrap()
}

/// The results of the probe's steps.
fn results(answer: &Value) -> Value {
    let context = answer["hookSpecificOutput"]["additionalContext"].as_str();
    serde_json::from_str(context.unwrap_or("null")).unwrap()
}

fn of_kind(installation: &Installation, kind: &str) -> Vec<Row> {
    let mut rows = rows(&installation.state(), 0).unwrap();
    rows.retain(|row| row.kind == kind);
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_doubt_after_a_crash_follows_from_the_method() {
    let server = WebServer::start(Ipv4Addr::LOCALHOST, 0, |_| Reply::ok("yes")).unwrap();
    let Some((installation, daemon)) = serve(&server).await else {
        return;
    };
    let fetch = |method: &str, path: &str| {
        let request = json!({ "url": server.url(path), "method": method });
        json!({ "do": "effect", "effect": "net_fetch", "request": request })
    };
    let steps = json!([
        fetch("GET", "/open/a"),
        fetch("head", "/open/a"),
        fetch("PUT", "/open/a"),
        fetch("POST", "/open/a"),
        fetch("POST", "/closed/a"),
        fetch("DELETE", "/open/a"),
    ]);
    let answer = told(&daemon, "one", &steps).await;
    let statuses: Vec<Value> = results(&answer)
        .as_array()
        .unwrap()
        .iter()
        .map(|result| {
            result["value"]
                .get("status")
                .or(result["value"].get("code"))
                .cloned()
                .unwrap_or_default()
        })
        .collect();
    assert_eq!(
        json!(statuses),
        json!([200, 200, 200, 200, "denied", "denied"])
    );
    daemon.terminate().await.unwrap();
    let classes: Vec<String> = of_kind(&installation, "effect")
        .iter()
        .map(|row| format!("{} {}", row.text("/class"), row.text("/outcome")))
        .collect();
    let expected = [
        "read ok",
        "read ok",
        "write_remote_idempotent ok",
        "write_remote ok",
        "write_remote denied",
        "write_remote_idempotent denied",
    ];
    assert_eq!(classes, expected);
    let intents: Vec<Value> = of_kind(&installation, "intent")
        .iter()
        .map(|row| row.value["ordinal"].clone())
        .collect();
    assert_eq!(
        json!(intents),
        json!([2, 3]),
        "only what changes something, and is permitted, is intended"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stock_pdk_asks_by_the_same_permit_and_record() {
    let server = WebServer::start(Ipv4Addr::LOCALHOST, 0, |seen| {
        let body = String::from_utf8_lossy(&seen.body).into_owned();
        match seen.target() {
            "/open/empty" => Reply::new(204, &[], ""),
            "/open/binary" => Reply::new(200, &[], b"\xff"),
            "/open/out" => Reply::redirect(302, "/closed/x"),
            _ => Reply::new(
                418,
                &["x-two: 1", "x-two: 2"],
                format!("{} {body}", seen.line),
            ),
        }
    })
    .unwrap();
    let Some((installation, daemon)) = serve(&server).await else {
        return;
    };
    let http = |path: &str, fields: Value| {
        let mut step = json!({ "do": "http", "url": server.url(path) });
        step.as_object_mut()
            .unwrap()
            .append(&mut fields.as_object().unwrap().clone());
        step
    };
    let steps = json!([
        http(
            "/open/a",
            json!({ "method": "post", "headers": { "x-own": "mine" }, "body": "hello" })
        ),
        http("/open/empty", json!({})),
        http("/open/binary", json!({})),
    ]);
    let results = results(&told(&daemon, "good", &steps).await);
    assert_eq!(results[0]["status"], 418);
    assert_eq!(results[0]["body"], "POST /open/a HTTP/1.1 hello");
    assert_eq!(
        results[0]["headers"]["x-two"], "2",
        "as Extism has it, the last counts"
    );
    assert_eq!(
        (&results[1]["status"], &results[1]["body"]),
        (&json!(204), &json!(""))
    );
    assert_eq!(results[2]["body"], "\u{fffd}");
    let own = server.take();
    assert_eq!(own[0].header("x-own"), Some("mine"));

    // A refusal and a failure end the call, and with it the turn.
    let refusals = [
        http("/closed/a", json!({})),
        http("/open/out", json!({})),
        http("/open/a", json!({ "method": "DELETE" })),
        http("/open/a", json!({ "headers": { "host": "elsewhere" } })),
        json!({ "do": "http", "url": "nowhere" }),
        json!({ "do": "http", "url": "http://169.254.169.254/latest/meta-data/" }),
    ];
    for (index, step) in refusals.iter().enumerate() {
        let steps = json!([step, { "do": "allow", "reason": "it went on" }]);
        let answer = told(&daemon, &format!("bad-{index}"), &steps).await;
        assert_eq!(
            answer["hookSpecificOutput"]["permissionDecision"], "deny",
            "{step}: {answer}"
        );
    }
    daemon.terminate().await.unwrap();
    let effects = of_kind(&installation, "effect");
    assert_eq!(effects.len(), 3 + refusals.len(), "each was recorded");
    assert!(effects.iter().all(|row| row.text("/effect") == "net_fetch"));
    let aborted: Vec<Row> = of_kind(&installation, "turn")
        .into_iter()
        .filter(|row| row.text("/outcome") == "aborted")
        .collect();
    assert_eq!(aborted.len(), refusals.len());
    for row in aborted {
        assert_eq!(row.text("/abort/reason"), "trap");
        assert!(
            row.text("/abort/message").contains("`http_request`: "),
            "{:?}",
            row.value
        );
    }
    let paths: Vec<String> = server
        .seen()
        .iter()
        .map(|seen| seen.target().to_owned())
        .collect();
    assert_eq!(paths, ["/open/out"], "nothing else was sent");
}
