//! Plugins that were built for hyper-mcp, on the real engine: they are listed, called, limited and recorded like any other.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod client;
mod foreign;
#[path = "../hostile/gate.rs"]
#[allow(dead_code, reason = "the hostile suite uses the rest")]
mod gate;
#[path = "../hostile/guest.rs"]
#[allow(dead_code, reason = "the hostile suite uses the rest")]
mod guest;
mod served;

use std::sync::Arc;

use serde_json::{Map, Value, json};
use sinew_runtime::engine::{McpAsked, McpEnd, McpFailure, McpView};
use sinew_runtime::plugin::{Abort, Manifest};
use sinew_schema::LedgerRecord;

use client::{Client, SESSION, ask, call, request, tool};
use foreign::{Guest, everything, first};
use gate::{Gate, Plugin};

const LIMITS: &str = "[plugins.town.permits]\nmcp = [\"elicit\", \"sample\", \"roots\"]\n\
                      [plugins.town.config]\ngreeting = \"hello\"\n\
                      [plugins.town.mcp]\nprefix = \"town-\"\n";

fn plugin(name: &str, scope: &str, wasm: Vec<u8>) -> Plugin {
    Plugin {
        name: name.into(),
        manifest: format!(
            "[plugin]\nname = \"{name}\"\nversion = \"1.0.0\"\nscope = \"{scope}\"\ncompat = \"hyper-mcp\"\n\
             [permits]\nmcp = [\"elicit\", \"sample\", \"roots\"]\n"
        ),
        wasm,
    }
}

/// An engine with the guest that has everything.
async fn town() -> Gate {
    Gate::open(vec![plugin("town", "none", everything())], LIMITS).await
}

fn aborted<T>(result: Result<T, McpFailure>) -> Abort {
    match result {
        Err(McpFailure::Aborted(abort)) => abort,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it did not fail"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_lists_is_offered() {
    let gate = town().await;
    let (catalog, all) = (gate.engine().catalog(), McpView::default());
    let tools = catalog.tools(&all);
    let names: Vec<_> = tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names[..3], ["town-hears", "town-shows", "town-fails"]);
    assert_eq!(json!(tools[0].item)["title"], "It hears");
    assert_eq!(catalog.prompts(&all)[0].name, "town-letter");
    assert_eq!(catalog.resources(&all)[0].name, "town://bell");
    let templates = catalog.resource_templates(&all);
    assert_eq!(templates[0].name, "town://house/{number}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_answers_is_the_result() {
    let gate = town().await;
    let text = |text: &str| json!({ "content": [{ "type": "text", "text": text }] });
    let failed =
        json!({ "content": [{ "type": "text", "text": "no such town" }], "is_error": true });
    let image =
        json!({ "content": [{ "type": "image", "data": "aGk=", "mimeType": "image/png" }] });
    let cases = [
        ("shows", image),
        ("fails", failed),
        ("greets", text("hello")),
        ("wakes", json!({ "content": [] })),
        ("hides", text("token null, secret ")),
    ];
    for (name, expected) in cases {
        assert_eq!(call(&gate, "town", name).await.unwrap(), expected, "{name}");
    }
    let engine = gate.engine();
    let letter = McpAsked::Prompt {
        name: "letter".into(),
        arguments: Map::from_iter([("to".into(), "you".into())]),
    };
    let McpEnd::Done(letter) = engine.get_prompt(request("town", letter)).await.unwrap() else {
        panic!("it asks")
    };
    assert_eq!(json!(letter)["messages"][0]["content"]["text"], "Dear you");
    let bell = McpAsked::Read {
        uri: "town://bell".into(),
    };
    let McpEnd::Done(bell) = engine.read_resource(request("town", bell)).await.unwrap() else {
        panic!("it asks")
    };
    assert_eq!(json!(bell)["contents"][0]["text"], "dong");
    let begun = json!({ "prompt": "letter", "argument": "to", "value": "y" });
    let begun = McpAsked::Complete(begun.as_object().unwrap().clone());
    let completed = engine.complete(request("town", begun)).await.unwrap();
    assert_eq!(
        json!(completed),
        json!({ "values": ["you"], "total": 1, "has_more": false })
    );
    gate.verify();
}

#[tokio::test(flavor = "multi_thread")]
async fn it_hears_what_hyper_mcp_would_say() {
    let plugins = vec![
        plugin("town", "none", everything()),
        plugin("old", "none", first()),
    ];
    let gate = Gate::open(plugins, LIMITS).await;
    let long = "x".repeat(300 << 10);
    for town in ["Ulm", &long] {
        let request = request("town", tool("hears", json!({ "town": town })));
        let McpEnd::Done(heard) = gate.engine().call_tool(request).await.unwrap() else {
            panic!("it asks")
        };
        assert_eq!(
            Value::Object(heard.structured),
            json!({
                "request": { "name": "hears", "arguments": { "town": town } },
                "context": { "id": "t1", "_meta": { "progressToken": "t1" } },
            })
        );
    }
    let heard = call(&gate, "old", "hears").await.unwrap();
    assert_eq!(
        heard["structured"],
        json!({ "params": { "name": "hears", "arguments": {} } })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_limited_like_any_other() {
    let gate = town().await;
    let wrong = request("town", tool("hears", json!({ "town": 7 })));
    match gate.engine().call_tool(wrong).await {
        Err(McpFailure::Arguments(why)) => assert!(why.contains("/town"), "{why}"),
        other => panic!("{other:?}"),
    }
    let cases = [
        (
            "breaks",
            "exit",
            "the entry point returned -1: it is broken",
        ),
        (
            "babbles",
            "output",
            "what `call_tool` answered cannot be read: expected value at line 1 column 1",
        ),
        (
            "remembers",
            "bytes",
            "the plugin has scope `none`, which has no Vars",
        ),
        (
            "fetches",
            "trap",
            "`http_request`: plugin \"town\" has no permit for net GET \"https://town.example/bell\"",
        ),
    ];
    for (name, reason, message) in cases {
        let abort = aborted(call(&gate, "town", name).await);
        assert_eq!(abort.reason.word(), reason, "{name}: {abort}");
        assert!(abort.message.starts_with(message), "{name}: {abort}");
    }
    let turns = gate.turns("town", SESSION);
    let said: Vec<_> = turns
        .iter()
        .map(|turn| {
            (
                turn.entry.as_str(),
                turn.abort.as_ref().unwrap().reason.as_str(),
            )
        })
        .collect();
    assert_eq!(
        said,
        cases.map(|(_, reason, _)| ("handle_mcp_call", reason))
    );
    gate.verify();
}

#[tokio::test(flavor = "multi_thread")]
async fn its_vars_live_where_its_manifest_says() {
    let gate = Gate::open(vec![plugin("town", "global", everything())], LIMITS).await;
    for expected in ["was ", "was here"] {
        let said = call(&gate, "town", "remembers").await.unwrap();
        assert_eq!(said["content"][0]["text"], expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_asks_its_client_is_answered_by_a_second_run() {
    let gate = town().await;
    let day = json!({ "type": "string", "format": "date-time" });
    let accepted = json!({ "action": "accept", "content": { "day": "2027-01-01T00:00:00Z" } });
    let said =
        json!({ "role": "assistant", "content": { "type": "text", "text": "Ah." }, "model": "m" });
    let roots = json!({ "roots": [{ "uri": "file:///town" }] });
    let cases = [
        (
            "asks",
            json!({
                "kind": "elicit",
                "value": {
                    "message": "When?",
                    "schema": { "type": "object", "properties": { "day": day }, "required": ["day"] },
                },
            }),
            accepted,
            json!({ "action": "decline", "content": { "error": "the client did not say that it can do `elicitation`" } }),
        ),
        (
            "samples",
            json!({
                "kind": "sample",
                "value": {
                    "messages": [{ "role": "user", "content": { "type": "text", "text": "Hm?" } }],
                    "maxTokens": 9,
                },
            }),
            said,
            json!({ "role": "assistant", "stopReason": "error", "model": "" }),
        ),
        (
            "roots",
            json!({ "kind": "list_roots", "value": {} }),
            roots,
            json!({ "roots": [] }),
        ),
    ];
    for (name, question, answer, refused) in cases {
        let McpEnd::Asks { questions, resume } = ask(&gate, name, &Map::new(), None).await else {
            panic!("`{name}` does not ask")
        };
        let mut asked = json!(questions[0].asked);
        asked["value"].as_object_mut().unwrap().remove("key");
        assert_eq!(asked, question);
        let answers = Map::from_iter([(questions[0].key.clone(), answer.clone())]);
        let McpEnd::Done(done) = ask(&gate, name, &answers, resume).await else {
            panic!("`{name}` asks again")
        };
        assert_eq!(Value::Object(done.structured), answer);
        // Somebody who cannot be asked.
        let alone = call(&gate, "town", name).await.unwrap();
        for (field, value) in refused.as_object().unwrap() {
            assert_eq!(alone["structured"][field], *value, "{name}");
        }
    }
    gate.verify();
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_told_apart_by_their_order_and_nothing_is_done_twice() {
    let gate = town().await;
    let mut answers = Map::new();
    let mut resume = None;
    let accepted =
        [true, false].map(|sure| json!({ "action": "accept", "content": { "sure": sure } }));
    for (nth, accepted) in accepted.iter().enumerate() {
        let McpEnd::Asks {
            questions,
            resume: on,
        } = ask(&gate, "insists", &answers, resume).await
        else {
            panic!("it does not ask")
        };
        assert_eq!(questions[0].key, format!("create_elicitation-{}", nth + 1));
        answers.insert(questions[0].key.clone(), accepted.clone());
        resume = on;
    }
    let McpEnd::Done(done) = ask(&gate, "insists", &answers, resume).await else {
        panic!("it asks again")
    };
    assert_eq!(
        Value::Object(done.structured),
        json!({ "first": accepted[0], "second": accepted[1] })
    );
    let done: Vec<_> = gate
        .records("plugin/town/none")
        .into_iter()
        .filter_map(|record| match record {
            LedgerRecord::Effect { value, .. } => Some(value.effect),
            _ => None,
        })
        .collect();
    assert_eq!(done, ["mcp_progress", "mcp_elicit", "mcp_elicit"]);
    gate.verify();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_tells_goes_to_who_wants_it() {
    let gate = town().await;
    let mut changes = gate.engine().mcp_changes();
    let caller = Arc::new(Client::default());
    let mut request = request("town", tool("tells", json!({})));
    request.caller = Arc::clone(&caller) as _;
    gate.engine().call_tool(request).await.unwrap();
    assert_eq!(
        caller.told(),
        [
            json!({ "progress": { "progress": 1, "total": 2 } }),
            json!({ "line": { "level": "notice", "data": { "half": true } } }),
        ]
    );
    let heard: Vec<_> = std::iter::from_fn(|| changes.try_recv().ok())
        .map(|change| json!(change.what))
        .collect();
    assert_eq!(
        heard,
        [
            json!({ "what": "tools" }),
            json!({ "what": "prompts" }),
            json!({ "what": "resources" }),
            json!({ "what": "resource", "uri": "town://bell" }),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_plugin_of_hyper_mcp_s_is_refused() {
    const NO_WASI: &str = "compat = \"hyper-mcp\"\nwasi = false";
    let none = "it exports none of `call_tool`, `get_prompt`, `read_resource`";
    let own = Guest::default().says("handle_mcp_call", "{}").wasm();
    let unlisted = Guest::default()
        .says("call_tool", "{}")
        .says("list_prompts", "{}");
    let foreign = wat::parse_str(
        "(module (import \"extism:host/user\" \"git_get_branch\" (func (param i64) (result i64)))
           (func (export \"call_tool\") (result i32) (i32.const 0)))",
    );
    let shaped = wat::parse_str("(module (func (export \"call_tool\") (param i32)))");
    let cases = [
        (plugin("own", "none", own), none),
        (
            plugin("unlisted", "none", unlisted.wasm()),
            "it exports `list_prompts` and not `get_prompt`",
        ),
        (
            plugin("foreign", "none", foreign.unwrap()),
            "it imports `git_get_branch`, which hyper-mcp does not provide",
        ),
        (
            plugin("shaped", "none", shaped.unwrap()),
            "its `call_tool` has another signature",
        ),
        (
            plugin(
                "babbling",
                "none",
                Guest::default()
                    .says("list_tools", "[]")
                    .says("call_tool", "{}")
                    .wasm(),
            ),
            "`list_tools`: what `list_tools` answered cannot be read",
        ),
    ];
    let mut plugins = Vec::new();
    let mut reasons = Vec::new();
    for (plugin, reason) in cases {
        reasons.push((plugin.name.clone(), reason));
        plugins.push(plugin);
    }
    let mut pure = plugin("pure", "none", everything());
    pure.manifest = pure.manifest.replace("compat = \"hyper-mcp\"", NO_WASI);
    plugins.push(pure);
    reasons.push(("pure".into(), "it imports WASI (`clock_time_get`)"));
    let gate = Gate::open(plugins, "").await;
    for (name, reason) in reasons {
        let why = gate.plugin(&name).unwrap_err();
        assert!(why.contains(reason), "{name}: {why}");
    }
}

#[test]
fn a_manifest_has_no_hooks_and_no_other_host() {
    let head = "[plugin]\nname = \"town\"\nversion = \"1.0.0\"\nscope = \"none\"\n";
    let cases = [
        ("compat = \"hyper-mcp\"\n", ""),
        (
            "compat = \"hyper-mcp\"\n[hooks.pre_tool_use]\non_failure = \"deny\"\n",
            "`hooks.pre_tool_use`: a plugin with `compat = \"hyper-mcp\"` answers MCP clients and no hook events",
        ),
        ("compat = \"other\"\n", "at `/plugin/compat`"),
    ];
    for (keys, expected) in cases {
        let why = match Manifest::parse(&format!("{head}{keys}")) {
            Ok(manifest) => {
                assert!(manifest.wasi && manifest.whole_inputs);
                String::new()
            }
            Err(error) => error.to_string(),
        };
        assert!(
            why.starts_with(expected) && why.is_empty() == expected.is_empty(),
            "{why}"
        );
    }
}
