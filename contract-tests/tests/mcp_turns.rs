//! Calls of tools as turns: what runs beside what, what keeps state, what is checked, and what the ledger says of them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::mcp_house::{describing, effect, fetch, one_tool, reaching, records};
use sinew_contract_tests::mcp_http::{McpClient, results};
use sinew_contract_tests::probe_plugin::ProbePlugin;
use sinew_contract_tests::web_server::{Reply, WebServer};

/// Calls that have to be inside an effect at the same time.
const TOGETHER: usize = 8;

/// A daemon whose probe has one tool with these fields.
async fn serve(fields: Value) -> Option<(Installation, Daemon)> {
    let head = describing("probe", &one_tool(fields));
    let house = Installation::new(&head, &[ProbePlugin::default()]).unwrap()?;
    let daemon = house.serve(0).await.unwrap();
    Some((house, daemon))
}

/// The text of a call that failed for the model to read.
fn failed(answer: &Value) -> &str {
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    answer["result"]["content"][0]["text"].as_str().unwrap()
}

/// A server that answers when so many requests wait for it, or says in the end that they never came.
fn gathering() -> WebServer {
    let waiting = Arc::new((Mutex::new(0), Condvar::new()));
    WebServer::start(Ipv4Addr::LOCALHOST, 0, move |_| {
        let (count, all) = waiting.as_ref();
        let mut count = count.lock().unwrap();
        *count += 1;
        all.notify_all();
        let patience = Duration::from_secs(15);
        let (_count, late) = all
            .wait_timeout_while(count, patience, |count| *count < TOGETHER)
            .unwrap();
        Reply::new(if late.timed_out() { 504 } else { 200 }, &[], "")
    })
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_one_plugin_run_at_the_same_time() {
    let server = gathering();
    let folder = tempfile::tempdir().unwrap();
    let Some(house) = reaching("", &server, folder.path()).unwrap() else {
        return;
    };
    let daemon = house.serve(0).await.unwrap();
    let client = Arc::new(McpClient::newest(&daemon).unwrap());
    let step = fetch(&server, "GET", "/");
    let calls = (0..TOGETHER).map(|_| {
        let (client, step) = (Arc::clone(&client), step.clone());
        tokio::spawn(async move { client.probe(step).await.unwrap() })
    });
    let calls: Vec<_> = calls.collect();
    for call in calls {
        let answer = call.await.unwrap();
        assert_eq!(results(&answer)[0]["value"]["status"], 200, "{answer}");
    }
    daemon.terminate().await.unwrap();
    let turns = records(&house, "turn").unwrap();
    assert_eq!(turns.len(), TOGETHER);
    assert!(turns.iter().all(|turn| turn.text("/scope") == "none"));
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_a_global_tool_come_one_after_the_other_and_keep_its_vars() {
    let inside = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (here, seen) = (Arc::clone(&inside), Arc::clone(&most));
    let server = WebServer::start(Ipv4Addr::LOCALHOST, 0, move |_| {
        seen.fetch_max(here.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        // Long enough for the next call to come in, if it could.
        std::thread::sleep(Duration::from_millis(100));
        here.fetch_sub(1, Ordering::SeqCst);
        Reply::ok("")
    })
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let head = describing("probe", &one_tool(json!({"scope": "global"})));
    let Some(house) = reaching(&head, &server, folder.path()).unwrap() else {
        return;
    };
    let daemon = house.serve(0).await.unwrap();
    let client = Arc::new(McpClient::newest(&daemon).unwrap());
    let steps = json!([fetch(&server, "GET", "/"), {"do": "count", "key": "n"}]);
    let calls = (0..4).map(|_| {
        let (client, steps) = (Arc::clone(&client), steps.clone());
        tokio::spawn(async move { results(&client.probe(steps).await.unwrap())[1].clone() })
    });
    let calls: Vec<_> = calls.collect();
    let mut counts = Vec::new();
    for call in calls {
        counts.push(call.await.unwrap().as_u64());
    }
    counts.sort_unstable();
    assert_eq!(counts, [1, 2, 3, 4].map(Some));
    assert_eq!(most.load(Ordering::SeqCst), 1);
    daemon.terminate().await.unwrap();

    let daemon = house.serve(0).await.unwrap();
    let client = McpClient::newest(&daemon).unwrap();
    let counted = client.probe(steps).await.unwrap();
    assert_eq!(results(&counted)[1], 5, "they outlive the process");
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_has_vars_of_its_own() {
    let Some((house, daemon)) = serve(json!({"scope": "session"})).await else {
        return;
    };
    let count = json!({"do": "count", "key": "n"});
    let one = McpClient::in_session(&daemon).await.unwrap();
    let other = McpClient::in_session(&daemon).await.unwrap();
    for (client, expected) in [(&one, 1), (&one, 2), (&other, 1), (&one, 3)] {
        let answer = client.probe(count.clone()).await.unwrap();
        assert_eq!(results(&answer), json!([expected]), "{answer}");
    }
    let sessionless = McpClient::newest(&daemon).unwrap();
    let answer = sessionless.probe(count).await.unwrap();
    let expected = "the tool keeps its state by session, and this call names none";
    assert_eq!(failed(&answer), expected);
    daemon.terminate().await.unwrap();
    let turns = records(&house, "turn").unwrap();
    assert_eq!(turns.len(), 4, "what names no session is no turn");
    assert!(turns[0].text("/scope").starts_with("session:mcp-"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_scope_there_are_no_vars() {
    let Some((_house, daemon)) = serve(json!({})).await else {
        return;
    };
    let client = McpClient::in_session(&daemon).await.unwrap();
    let read = client.probe(json!({"do": "var_get", "key": "n"})).await;
    assert_eq!(results(&read.unwrap()), json!([null]));
    let written = client
        .probe(json!({"do": "var_set", "key": "n", "value": 1}))
        .await
        .unwrap();
    let expected = "`probe_any` failed: the plugin has scope `none`, which has no Vars";
    assert_eq!(failed(&written), expected);
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_that_do_not_fit_are_no_turn() {
    let point =
        json!({"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]});
    let schema = json!({
        "type": "object", "properties": {"points": {"type": "array", "items": point}, "probe": {}},
        "required": ["points"], "additionalProperties": false,
    });
    let Some((house, daemon)) = serve(json!({"inputSchema": schema})).await else {
        return;
    };
    let client = McpClient::newest(&daemon).unwrap();
    let wrong = [
        (json!({}), "at ``: \"points\" is a required property"),
        (
            json!({"points": [{"x": 1}, {"x": "two"}]}),
            "at `/points/1/x`: \"two\" is not of type \"integer\"",
        ),
        (
            json!({"points": [], "other": 1}),
            "at ``: Additional properties are not allowed ('other' was unexpected)",
        ),
    ];
    for (arguments, reason) in wrong {
        let answer = client.call("probe_any", arguments).await.unwrap();
        let expected = format!("the arguments of `any` do not fit: {reason}");
        assert_eq!(failed(&answer), expected);
    }
    let right = client.call("probe_any", json!({"points": [{"x": 1}]}));
    assert_eq!(right.await.unwrap()["result"]["isError"], Value::Null);
    daemon.terminate().await.unwrap();
    assert_eq!(records(&house, "turn").unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_breaks_its_promise_is_a_failed_call() {
    let schema =
        json!({"type": "object", "properties": {"sum": {"type": "integer"}}, "required": ["sum"]});
    let Some((house, daemon)) = serve(json!({"outputSchema": schema})).await else {
        return;
    };
    let client = McpClient::newest(&daemon).unwrap();
    let says = |result: Value| json!({"do": "output", "text": result.to_string()});
    let broken = [
        (
            says(json!({"content": [], "structured": {"sum": "3"}})),
            "the result of `any` is not what it promises: at `/sum`: \"3\" is not of type \"integer\"",
        ),
        (
            says(json!({"content": []})),
            "the result of `any` is not what it promises: at ``: \"sum\" is a required property",
        ),
        (
            json!({"do": "output", "text": "{}"}),
            "the output is no answer: missing field `content` at line 1 column 2",
        ),
        (
            json!({"do": "output", "text": r#"{"content": [], "more": 1}"#}),
            "the output is no answer: unknown field `more`, expected one of `content`, `is_error`, `structured` at line 1 column 22",
        ),
    ];
    for (steps, reason) in broken {
        let answer = client.probe(steps).await.unwrap();
        assert_eq!(failed(&answer), format!("`probe_any` failed: {reason}"));
        assert_eq!(answer["result"].get("structuredContent"), None);
    }
    let kept = client.probe(says(json!({"content": [], "structured": {"sum": 3}})));
    assert_eq!(
        kept.await.unwrap()["result"]["structuredContent"],
        json!({"sum": 3})
    );
    // What failed promised nothing.
    let error = json!({"content": [{"type": "text", "text": "no"}], "is_error": true});
    assert_eq!(failed(&client.probe(says(error)).await.unwrap()), "no");
    daemon.terminate().await.unwrap();
    let turns = records(&house, "turn").unwrap();
    let reasons: Vec<_> = turns
        .iter()
        .map(|turn| turn.text("/abort/reason"))
        .collect();
    assert_eq!(reasons, ["output", "output", "output", "output", "", ""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promised_result_is_sent_though_nothing_is_in_it() {
    let schema = json!({"type": "object"});
    let Some((_house, daemon)) = serve(json!({"outputSchema": schema})).await else {
        return;
    };
    let client = McpClient::newest(&daemon).unwrap();
    for (failed, sent) in [(false, Some(json!({}))), (true, None)] {
        let result = json!({"content": [], "is_error": failed}).to_string();
        let answer = client.probe(json!({"do": "output", "text": result}));
        let answer = answer.await.unwrap();
        let structured = answer["result"].get("structuredContent");
        assert_eq!(structured, sent.as_ref(), "{answer}");
    }
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_more_completions_than_a_client_may_get_it_is_told_so() {
    let Some(house) = Installation::new("", &[ProbePlugin::default()]).unwrap() else {
        return;
    };
    let daemon = house.serve(0).await.unwrap();
    let client = McpClient::newest(&daemon).unwrap();
    // What the plugin says of them, how many there are, and what the client is told.
    let cases = [
        (json!({}), 100, json!({})),
        (json!({}), 101, json!({"hasMore": true, "total": 101})),
        (json!({"has_more": true}), 101, json!({"hasMore": true})),
        (
            json!({"has_more": false, "total": 300}),
            101,
            json!({"hasMore": true, "total": 300}),
        ),
        (
            json!({"has_more": true, "total": 7}),
            3,
            json!({"hasMore": true, "total": 7}),
        ),
    ];
    for (mut said, count, told) in cases {
        said["values"] = (0..count).map(|number| number.to_string()).collect();
        let steps = json!({"do": "output", "text": said.to_string()}).to_string();
        let params = json!({
            "ref": {"type": "ref/resource", "uri": "probe://{+steps}"}, "argument": {"name": "steps", "value": steps},
        });
        let mut answer = client.ask("completion/complete", params).await.unwrap();
        let completion = answer["result"]["completion"].as_object_mut().unwrap();
        let values = completion.remove("values").unwrap();
        assert_eq!(values.as_array().map(Vec::len), Some(count.min(100)));
        assert_eq!(json!(completion), told, "{said}");
    }
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_s_id_of_the_use_stands_in_the_turn_s_record() {
    let Some((house, daemon)) = serve(json!({})).await else {
        return;
    };
    let newest = McpClient::newest(&daemon).unwrap();
    let legacy = McpClient::in_session(&daemon).await.unwrap();
    let id = "toolu_01";
    for client in [&newest, &legacy] {
        for id in [id, &"x".repeat(257)] {
            let meta = json!({"claudecode/toolUseId": id});
            let steps = effect("input_read", &json!({"pointer": "/tool_use_id"}));
            let arguments = json!({"probe": steps});
            let params = json!({"name": "probe_any", "arguments": arguments, "_meta": meta});
            client.ask("tools/call", params).await.unwrap();
        }
    }
    daemon.terminate().await.unwrap();
    let turns = records(&house, "turn").unwrap();
    let ids: Vec<_> = turns.iter().map(|turn| turn.text("/tool_use_id")).collect();
    assert_eq!(ids, [id, "", id, ""], "one that is too long is none");
    assert!(turns.iter().all(|turn| turn.text("/tool") == "any"));
    assert!(
        turns
            .iter()
            .all(|turn| turn.text("/entry") == "handle_mcp_call")
    );
}
