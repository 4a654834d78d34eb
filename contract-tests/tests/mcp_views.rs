//! Who may call MCP over HTTP, and what they see.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::mcp_house::{describing, effect};
use sinew_contract_tests::mcp_http::{Answer, McpClient, results};
use sinew_contract_tests::probe_plugin::ProbePlugin;

/// Two plugins; one view for each, whose names are not easily told from the path before them, and one for both.
const VIEWS: &str = r#"
[mcp.views.mcp]
plugins = ["other"]
[mcp.views.mcp2]
plugins = ["probe"]
[mcp.views.both]
plugins = ["probe", "other"]
"#;

async fn serve(head: &str) -> Option<(Installation, Daemon)> {
    let other = json!({
        "tools": [{"name": "any", "inputSchema": {"type": "object"}}],
        "prompts": [{"name": "any", "arguments": [{"name": "probe"}]}],
        "resources": [{"uri": "other://one", "name": "one"}],
        "resource_templates": [{"uriTemplate": "other://{+steps}", "name": "any"}],
    });
    let head = format!("{head}\n{VIEWS}{}", describing("other", &other));
    let second = ProbePlugin {
        name: "other",
        ..ProbePlugin::default()
    };
    let house = Installation::new(&head, &[ProbePlugin::default(), second]).unwrap()?;
    let daemon = house.serve(0).await.unwrap();
    Some((house, daemon))
}

async fn status(client: &McpClient) -> u16 {
    let request = client.request("tools/list", json!({}));
    client.post(&request).await.unwrap().status
}

async fn names(client: &McpClient, method: &str, list: &str, key: &str) -> Vec<String> {
    let answer = client.ask(method, json!({})).await.unwrap();
    let listed = answer["result"][list].as_array();
    let listed = listed.unwrap_or_else(|| panic!("{answer}")).iter();
    listed
        .map(|one| one[key].as_str().unwrap().to_owned())
        .collect()
}

/// Everything that a client sees.
async fn seen(client: &McpClient) -> [Vec<String>; 4] {
    [
        names(client, "tools/list", "tools", "name").await,
        names(client, "prompts/list", "prompts", "name").await,
        names(client, "resources/list", "resources", "uri").await,
        names(
            client,
            "resources/templates/list",
            "resourceTemplates",
            "uriTemplate",
        )
        .await,
    ]
}

fn completion(kind: &str, key: &str, name: &str) -> Value {
    json!({"ref": {"type": kind, key: name}, "argument": {"name": "probe", "value": "x"}})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_shows_its_plugins_and_no_trace_of_the_others() {
    let Some((_house, daemon)) = serve("").await else {
        return;
    };
    let probes = [
        vec!["probe_any".to_owned()],
        vec!["probe_any".to_owned()],
        vec![],
        vec!["probe://{+steps}".to_owned()],
    ];
    let others = [
        vec!["other_any".to_owned()],
        vec!["other_any".to_owned()],
        vec!["other://one".to_owned()],
        vec!["other://{+steps}".to_owned()],
    ];
    let all: [Vec<_>; 4] =
        std::array::from_fn(|at| [others[at].clone(), probes[at].clone()].concat());
    let ways = [
        ("/mcp", &all),
        ("/mcp/both", &all),
        ("/mcp/mcp", &others),
        ("/mcp/mcp2", &probes),
    ];
    for (path, expected) in ways {
        let newest = McpClient::newest(&daemon).unwrap().at(path);
        assert_eq!(seen(&newest).await, *expected, "{path}");
        let newest = newest.begin().await.unwrap();
        assert_eq!(seen(&newest).await, *expected, "{path}");
    }
    for path in [
        "/mcp/none",
        "/mcp/mcp/mcp",
        "/mcp/both/mcp",
        "/mcp/2",
        "/mcp/../mcp",
    ] {
        let nowhere = McpClient::newest(&daemon).unwrap().at(path);
        assert_eq!(status(&nowhere).await, 404, "{path}");
    }

    // What is not shown cannot be used either: it is as if there were no such thing.
    for in_session in [false, true] {
        let mut client = McpClient::newest(&daemon).unwrap().at("/mcp/mcp2");
        if in_session {
            client = client.begin().await.unwrap();
        }
        let asked = [
            (
                "tools/call",
                "other_any",
                json!({"name": "other_any", "arguments": {}}),
            ),
            (
                "resources/read",
                "other://one",
                json!({"uri": "other://one"}),
            ),
            ("resources/read", "other://x", json!({"uri": "other://x"})),
            ("prompts/get", "other_any", json!({"name": "other_any"})),
            (
                "completion/complete",
                "other_any",
                completion("ref/prompt", "name", "other_any"),
            ),
            (
                "completion/complete",
                "other://{+steps}",
                completion("ref/resource", "uri", "other://{+steps}"),
            ),
        ];
        for (method, hidden, params) in asked {
            let shown = params.to_string().replace("other", "probe");
            let absent = params.to_string().replace("other", "absent");
            let refused = client.ask(method, params).await.unwrap();
            let absent = client
                .ask(method, serde_json::from_str(&absent).unwrap())
                .await
                .unwrap();
            let said = refused["error"]["message"].as_str().unwrap();
            assert!(
                said.starts_with("there is no ") && said.contains(hidden),
                "{refused}"
            );
            let as_absent = absent["error"].to_string().replace("absent", "other");
            assert_eq!(refused["error"].to_string(), as_absent);
            if !method.starts_with("resources") || hidden == "other://x" {
                let answer = client
                    .ask(method, serde_json::from_str(&shown).unwrap())
                    .await
                    .unwrap();
                assert!(answer.get("result").is_some(), "{method} {shown}: {answer}");
            }
        }
    }
    daemon.terminate().await.unwrap();
}

/// The next notification of a change.
async fn change(stream: &mut Answer) -> String {
    loop {
        let message = stream.next().await.unwrap().unwrap();
        let method = message["method"]
            .as_str()
            .unwrap_or_else(|| panic!("{message}"));
        if method.ends_with("changed") || method.ends_with("updated") {
            return method.to_owned();
        }
    }
}

/// A stream on which a client of either era hears of changes.
async fn hearing(client: &McpClient, in_session: bool) -> Answer {
    if in_session {
        return client
            .send("GET", &Value::Null, String::new())
            .await
            .unwrap();
    }
    let wanted =
        json!({"toolsListChanged": true, "promptsListChanged": true, "resourcesListChanged": true});
    let request = client.request("subscriptions/listen", json!({"notifications": wanted}));
    let mut stream = client.post(&request).await.unwrap();
    // From here on it hears.
    let acknowledged = stream.next().await.unwrap().unwrap();
    let method = &acknowledged["method"];
    assert_eq!(
        method, "notifications/subscriptions/acknowledged",
        "{acknowledged}"
    );
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_told_to_those_who_see_the_plugin() {
    let Some((_house, daemon)) = serve("").await else {
        return;
    };
    for in_session in [false, true] {
        let everything = McpClient::newest(&daemon).unwrap();
        let mut view = McpClient::newest(&daemon).unwrap().at("/mcp/mcp2");
        if in_session {
            view = view.begin().await.unwrap();
        }
        let mut stream = hearing(&view, in_session).await;
        let tell = |what: &str| json!({"probe": effect("mcp_changed", &json!({"what": what}))});
        // Of the first one the view's client hears nothing, and of the second one first.
        for (tool, what) in [("other_any", "tools"), ("probe_any", "prompts")] {
            let told = everything.call(tool, tell(what)).await.unwrap();
            assert_eq!(results(&told)[0]["status"], "ok", "{told}");
        }
        assert_eq!(
            change(&mut stream).await,
            "notifications/prompts/list_changed"
        );
    }
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_what_it_is_for() {
    let Some((house, daemon)) = serve("").await else {
        return;
    };
    let view = house.token("mcp.mcp").unwrap();
    let other = house.token("mcp.both").unwrap();
    let cases = [
        (daemon.mcp_token.as_str(), "/mcp", 200),
        (&daemon.mcp_token, "/mcp/both", 200),
        (&view, "/mcp/mcp", 200),
        // The view is the token's, where no other one is named.
        (&view, "/mcp", 200),
        (&view, "/mcp/both", 401),
        (&view, "/mcp/none", 401),
        (&other, "/mcp/mcp", 401),
        (&daemon.hook_token, "/mcp", 401),
        (&daemon.admin_token, "/mcp", 401),
        ("", "/mcp", 401),
        ("x", "/mcp", 401),
    ];
    for (token, path, expected) in cases {
        let bearer = format!("Bearer {token}");
        let client = McpClient::newest(&daemon).unwrap().at(path);
        let client = client.with("authorization", &bearer);
        assert_eq!(status(&client).await, expected, "{path} {token}");
    }
    let client = McpClient::newest(&daemon).unwrap();
    let bearer = format!("Bearer {view}");
    let own = client.with("authorization", &bearer);
    let tools = names(&own, "tools/list", "tools", "name").await;
    assert_eq!(tools, ["other_any"], "a view's token shows its view");
    let nobody = McpClient::newest(&daemon).unwrap().without("authorization");
    assert_eq!(status(&nobody).await, 401);
    // The socket's raw messages are not for TCP.
    let raw = McpClient::newest(&daemon).unwrap().at("/mcp/raw");
    let raw = raw
        .with("connection", "upgrade")
        .with("upgrade", "sinew-mcp");
    assert_eq!(status(&raw).await, 401);
    // And MCP's token is for nothing else.
    for path in ["/hooks/PreToolUse", "/v1/plugins/probe/reload"] {
        let headers = daemon.headers_with(&daemon.mcp_token);
        let reply = daemon.post(path, &headers, b"{}").await.unwrap();
        let refused = reply.status == 401 || reply.json().unwrap().to_string().contains("token");
        assert!(refused, "{path}: {reply:?}");
    }
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn web_pages_of_others_are_refused_with_and_without_tokens() {
    for head in ["", "[auth]\nmcp = \"none\""] {
        let Some((house, daemon)) = serve(head).await else {
            return;
        };
        let own = format!("http://{}", daemon.address);
        let port = daemon.address.port();
        let cases = [
            ("origin", own.clone(), 200),
            ("origin", format!("http://localhost:{port}"), 200),
            ("origin", format!("https://localhost:{port}"), 403),
            ("origin", "http://evil.example".to_owned(), 403),
            ("origin", format!("http://evil.example:{port}"), 403),
            ("origin", format!("{own}.evil.example"), 403),
            (
                "origin",
                format!("http://127.0.0.1:{port}@evil.example"),
                403,
            ),
            ("origin", "null".to_owned(), 403),
            ("host", format!("evil.example:{port}"), 403),
            ("host", "127.0.0.1:1".to_owned(), 403),
            ("host", format!("localhost:{port}"), 200),
        ];
        for (name, value, expected) in cases {
            let client = McpClient::newest(&daemon).unwrap().with(name, &value);
            assert_eq!(status(&client).await, expected, "{head} {name}: {value}");
        }
        let open = !head.is_empty();
        let nobody = McpClient::newest(&daemon).unwrap().without("authorization");
        assert_eq!(status(&nobody).await, if open { 200 } else { 401 });
        assert_eq!(house.log().contains("MCP is open"), open, "{}", house.log());
        daemon.terminate().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_its_view_s() {
    let Some((_house, daemon)) = serve("").await else {
        return;
    };
    let one = McpClient::newest(&daemon).unwrap().at("/mcp/mcp");
    let one = one.begin().await.unwrap();
    let elsewhere = one.at("/mcp/mcp2");
    assert_eq!(status(&elsewhere).await, 404);
    let back = elsewhere.at("/mcp/mcp");
    assert_eq!(status(&back).await, 200);
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_of_a_plugin_that_is_not_configured_is_refused() {
    let head = "[mcp.views.a]\nplugins = [\"nobody\"]";
    let Some(house) = Installation::new(head, &[ProbePlugin::default()]).unwrap() else {
        return;
    };
    let started = tokio::time::timeout(Duration::from_secs(60), house.serve(0));
    let error = started.await.unwrap().err().unwrap().to_string();
    assert!(
        error.contains("no plugin `nobody` is configured"),
        "{error}"
    );
}
