//! What MCP clients can use up, and what is left of them when they go, or stay and say nothing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::exchange::PATIENCE;
use sinew_contract_tests::mcp_house::{describing, effect, fetch, reaching};
use sinew_contract_tests::mcp_http::{Answer, McpClient, results};
use sinew_contract_tests::mcp_process::McpProcess;
use sinew_contract_tests::probe_plugin::ProbePlugin;
use sinew_contract_tests::web_server::{Reply, WebServer};
use tokio::sync::mpsc;

const NEXT: &str = "next";

async fn serve(head: &str) -> Option<(Installation, Daemon)> {
    let house = Installation::new(head, &[ProbePlugin::default()]).unwrap()?;
    let daemon = house.serve(0).await.unwrap();
    Some((house, daemon))
}

fn next() -> Value {
    json!({"do": "text", "text": NEXT})
}

/// Asks until there is a place, and returns the answer.
async fn in_time(client: &McpClient) -> Value {
    let asking = async {
        loop {
            let answer = client.probe(next()).await.unwrap();
            if answer["error"]["code"] != -32000 {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn more_calls_than_there_are_places_are_refused_and_later_ones_are_not() {
    let (come, mut arrived) = mpsc::unbounded_channel();
    let (go, leave) = std::sync::mpsc::channel::<()>();
    let leave = std::sync::Mutex::new(leave);
    let server = WebServer::start(Ipv4Addr::LOCALHOST, 0, move |_| {
        let _ = come.send(());
        let _ = leave.lock().unwrap().recv_timeout(PATIENCE);
        Reply::ok("")
    })
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let Some(house) = reaching("[mcp]\ncalls = 1", &server, folder.path()).unwrap() else {
        return;
    };
    let daemon = house.serve(0).await.unwrap();
    let session = McpClient::in_session(&daemon).await.unwrap();
    let newest = McpClient::newest(&daemon).unwrap();
    let holding = McpClient::newest(&daemon).unwrap();
    let step = fetch(&server, "GET", "/");
    let held = tokio::spawn(async move { holding.probe(step).await.unwrap() });
    arrived.recv().await.unwrap();
    let complete = json!({"ref": {"type": "ref/prompt", "name": "probe_any"}, "argument": {"name": "probe", "value": ""}});
    for client in [&session, &newest] {
        let asked = [
            ("tools/call", json!({"name": "probe_any", "arguments": {}})),
            ("resources/read", json!({"uri": "probe://x"})),
            ("prompts/get", json!({"name": "probe_any"})),
            ("completion/complete", complete.clone()),
        ];
        for (method, params) in asked {
            let refused = client.ask(method, params).await.unwrap();
            assert_eq!(refused["error"]["code"], -32000, "{method}: {refused}");
        }
        // What no plugin answers needs no place.
        let listed = client.ask("tools/list", json!({})).await.unwrap();
        assert!(listed.get("result").is_some(), "{listed}");
    }
    go.send(()).unwrap();
    assert_eq!(results(&held.await.unwrap())[0]["status"], "ok");
    for client in [&session, &newest] {
        assert_eq!(results(&in_time(client).await), NEXT);
    }
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_too_large_is_refused() {
    let Some((house, daemon)) = serve("[mcp]\nmessage = \"64KiB\"").await else {
        return;
    };
    let newest = McpClient::newest(&daemon).unwrap();
    let session = McpClient::in_session(&daemon).await.unwrap();
    let large = json!({"probe": next(), "padding": "x".repeat(64 << 10)});
    for client in [&newest, &session] {
        let params = json!({"name": "probe_any", "arguments": large});
        let answer = client
            .post(&client.request("tools/call", params))
            .await
            .unwrap();
        assert_eq!(answer.status, 413);
        assert_eq!(results(&client.probe(next()).await.unwrap()), NEXT);
    }
    let mut process = McpProcess::start(&house, &[]).unwrap();
    for _ in 0..2 {
        process
            .send_bytes(format!("{large}\n").as_bytes())
            .await
            .unwrap();
        let refused = process.next().await.unwrap().unwrap();
        assert_eq!(refused["error"]["code"], -32600, "{refused}");
        assert_eq!(refused["id"], Value::Null);
        assert_eq!(results(&process.probe(next()).await.unwrap()), NEXT);
    }
    // The largest one is taken, by all who pass it on.
    let sized = |padding: usize| {
        json!({"jsonrpc": "2.0", "id": "large", "method": "ping", "params": {"padding": "x".repeat(padding)}}).to_string()
    };
    let largest = sized((64 << 10) - sized(0).len());
    assert_eq!(largest.len(), 64 << 10);
    process
        .send_bytes(format!("{largest}\n").as_bytes())
        .await
        .unwrap();
    let answer = process.next().await.unwrap().unwrap();
    assert_eq!(answer["id"], "large", "{answer}");
    assert!(process.leave().await.unwrap().success());
    daemon.terminate().await.unwrap();
}

async fn listen(client: &McpClient) -> (Answer, Value) {
    let params = json!({"notifications": {"toolsListChanged": true}});
    let request = client.request("subscriptions/listen", params);
    let mut stream = client.post(&request).await.unwrap();
    let first = stream.next().await.unwrap().unwrap();
    if first.get("method").is_none() {
        return (stream, first);
    }
    // It is acknowledged before there is a place for it.
    let next = tokio::time::timeout(Duration::from_secs(2), stream.next()).await;
    let next = next.map_or(Value::Null, |next| next.unwrap().unwrap_or_default());
    (stream, next)
}

#[tokio::test(flavor = "multi_thread")]
async fn more_listeners_than_allowed_are_refused() {
    let Some((_house, daemon)) = serve("[mcp]\nlisteners = 1").await else {
        return;
    };
    let client = McpClient::newest(&daemon).unwrap();
    let (stream, said) = listen(&client).await;
    assert_eq!(said, Value::Null, "it listens");
    let (_refused, said) = listen(&client).await;
    assert_eq!(said["error"]["code"], -32000, "{said}");
    drop(stream);
    let listening = tokio::time::timeout(PATIENCE, async {
        while listen(&client).await.1 != Value::Null {}
    });
    listening.await.unwrap();
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_show_everything_once() {
    let tools: Vec<_> = (0..23)
        .map(|number| json!({"name": format!("t{number}"), "inputSchema": {"type": "object"}}))
        .collect();
    let prompts: Vec<_> = (0..12)
        .map(|number| json!({"name": format!("p{number}")}))
        .collect();
    let resources: Vec<_> = (0..10)
        .map(|number| json!({"uri": format!("r://{number}"), "name": "r"}))
        .collect();
    let templates: Vec<_> = (0..11)
        .map(|number| json!({"uriTemplate": format!("s{number}://{{x}}"), "name": "s"}))
        .collect();
    let described = json!({"tools": tools, "prompts": prompts, "resources": resources, "resource_templates": templates});
    let head = format!("[mcp]\npage = 5\n{}", describing("probe", &described));
    let Some((_house, daemon)) = serve(&head).await else {
        return;
    };
    let lists = [
        ("tools/list", "tools", "name", 23),
        ("prompts/list", "prompts", "name", 12),
        ("resources/list", "resources", "uri", 10),
        (
            "resources/templates/list",
            "resourceTemplates",
            "uriTemplate",
            11,
        ),
    ];
    for client in [
        McpClient::newest(&daemon).unwrap(),
        McpClient::in_session(&daemon).await.unwrap(),
    ] {
        let mut foreign = None;
        for (method, list, key, count) in lists {
            let mut seen = Vec::new();
            let mut params = json!({});
            loop {
                let answer = client.ask(method, params.clone()).await.unwrap();
                let page = answer["result"][list].as_array().unwrap();
                assert!((1..=5).contains(&page.len()), "{answer}");
                seen.extend(
                    page.iter()
                        .map(|item| item[key].as_str().unwrap().to_owned()),
                );
                let cursor = &answer["result"]["nextCursor"];
                if cursor.is_null() {
                    break;
                }
                params = json!({"cursor": cursor});
            }
            let shown = seen.len();
            seen.sort();
            seen.dedup();
            assert_eq!((shown, seen.len()), (count, count), "{method}");
            let cursor = foreign
                .replace(params["cursor"].clone())
                .unwrap_or_else(|| "!".into());
            let refused = client.ask(method, json!({"cursor": cursor})).await.unwrap();
            assert_eq!(refused["error"]["code"], -32602, "{refused}");
        }
    }
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_nothing_gives_its_place_back() {
    let Some((_house, daemon)) = serve("[mcp]\ncalls = 1").await else {
        return;
    };
    for in_session in [false, true] {
        let mut client = McpClient::newest(&daemon).unwrap();
        if in_session {
            client = client.begin().await.unwrap();
        }
        // More than the connection's buffers hold, a piece at a time: what does not fit is dropped.
        let mut telling = effect(
            "mcp_progress",
            &json!({"progress": 1, "message": "x".repeat(900)}),
        );
        telling["times"] = 60.into();
        let mut steps = vec![telling];
        steps.push(json!({"do": "text", "text": "x".repeat(900_000)}));
        let params = json!({"name": "probe_any", "arguments": {"probe": steps}, "_meta": {"progressToken": 1}});
        let _unread = client
            .post(&client.request("tools/call", params))
            .await
            .unwrap();
        let other = McpClient::newest(&daemon).unwrap();
        assert_eq!(results(&in_time(&other).await), NEXT);
    }
    daemon.terminate().await.unwrap();
}

/// Over HTTP and over standard input and output: the message, and the code of the error that it gets.
const MALFORMED: &[(&str, i64)] = &[
    (r#"{"jsonrpc": "2.0", "id": 1, "method""#, -32700),
    ("hello", -32700),
    ("[]", -32600),
    (r#"[{"jsonrpc": "2.0", "id": 1, "method": "ping"}]"#, -32600),
    ("7", -32600),
    ("{}", -32600),
    (r#"{"jsonrpc": "1.0", "id": 1, "method": "ping"}"#, -32600),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_message_gets_the_protocol_s_error() {
    let Some((house, daemon)) = serve("").await else {
        return;
    };
    let session = McpClient::in_session(&daemon).await.unwrap();
    let newest = McpClient::newest(&daemon).unwrap();
    let mut process = McpProcess::start(&house, &[]).unwrap();
    process.begin().await.unwrap();
    for (message, code) in MALFORMED {
        for client in [&session, &newest] {
            let like = json!({"method": "ping"});
            let answer = client.send("POST", &like, (*message).to_owned());
            let answer = answer.await.unwrap();
            let status = answer.status;
            let said = answer.last().await.unwrap();
            assert!((400..500).contains(&status), "{message}: {status} {said}");
            assert_eq!(said["error"]["code"], *code, "{message}: {status} {said}");
        }
        process
            .send_bytes(format!("{message}\n").as_bytes())
            .await
            .unwrap();
        let said = process.next().await.unwrap().unwrap();
        assert_eq!(said["error"]["code"], *code, "{message}: {said}");
    }
    process.send_bytes(b"\xff\xfe\n\n \r\n").await.unwrap();
    let said = process.next().await.unwrap().unwrap();
    assert_eq!(said["error"]["code"], -32700, "{said}");
    assert_eq!(results(&process.probe(next()).await.unwrap()), NEXT);

    // Methods and parameters that there are not.
    for client in [&session, &newest] {
        let unknown = client.ask("tools/eat", json!({})).await.unwrap();
        assert_eq!(unknown["error"]["code"], -32601, "{unknown}");
        let wrong = client.ask("tools/call", json!({"name": 7})).await.unwrap();
        assert_eq!(wrong["error"]["code"], -32602, "{wrong}");
        assert_eq!(results(&client.probe(next()).await.unwrap()), NEXT);
    }
    let unknown = process.ask("tools/eat", json!({})).await.unwrap();
    assert_eq!(unknown["error"]["code"], -32601, "{unknown}");
    let wrong = process.ask("tools/call", json!({"name": 7})).await.unwrap();
    assert_eq!(wrong["error"]["code"], -32602, "{wrong}");
    assert!(process.leave().await.unwrap().success());
    daemon.terminate().await.unwrap();
    assert!(!house.log().contains("panicked"), "{}", house.log());
}

/// A number of the system's about a process.
fn figure(process: u32, name: &str) -> u64 {
    let status =
        std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status"));
    let status = status.unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_calls_leave_nothing_behind() {
    if !cfg!(target_os = "linux") {
        return;
    }
    // With few threads there is little else that could grow.
    let Some((house, daemon)) = serve("[limits]\nturns = 2").await else {
        return;
    };
    let id = daemon.id().unwrap();
    let mut process = McpProcess::start(&house, &[]).unwrap();
    process.begin().await.unwrap();
    let mut figures = Vec::new();
    for round in 0..10 {
        for _ in 0..1_000 {
            let answer = process.probe(next()).await.unwrap();
            assert_eq!(results(&answer), NEXT);
        }
        if round >= 4 {
            let files = std::fs::read_dir(format!("/proc/{id}/fd")).unwrap().count();
            figures.push((figure(id, "Threads:"), files, figure(id, "VmRSS:")));
        }
    }
    let (first, last) = (figures[0], figures[figures.len() - 1]);
    assert!(last.0 <= first.0 + 16, "threads: {figures:?}");
    assert!(last.1 <= first.1 + 4, "files: {figures:?}");
    // An instance has 64 at least, a task some.
    assert!(last.2 <= first.2 + (32 << 10), "kilobytes: {figures:?}");
    assert!(process.leave().await.unwrap().success());
    daemon.terminate().await.unwrap();
}
