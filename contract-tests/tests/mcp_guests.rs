//! Guests that describe themselves as they must not, offer what another one has, or do something else the second time.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};
use sinew_contract_tests::daemon::Installation;
use sinew_contract_tests::mcp_house::{accepted, describing, one_tool, records};
use sinew_contract_tests::mcp_http::{McpClient, results};
use sinew_contract_tests::probe_plugin::ProbePlugin;
use sinew_contract_tests::sinew_binary::{Finished, run};

const PRELUDE: &str = include_str!("../guests/prelude.wat");

const CONFIGURATION: &str = "[plugins.odd]\npath = \"plugins/odd\"\n";

const MANIFEST: &str = "[plugin]\nname = \"odd\"\nversion = \"0.1.0\"\nscope = \"none\"\n[hooks.post_tool_use]\non_failure = \"none\"\n";

/// What a call answers.
const ANSWER: &str = r#"{"content":[{"type":"text","text":"it serves"}]}"#;

/// A text as WAT writes it.
fn data(text: &str) -> String {
    let mut all = String::new();
    for byte in text.bytes() {
        // A string takes every write.
        let _ = write!(all, "\\{byte:02x}");
    }
    all
}

/// A guest that does this in `describe`, with a text at 8192, and answers calls where it exports them.
fn guest(describe: &str, text: &str, calls: &str) -> Vec<u8> {
    let module = format!(
        "(module {PRELUDE}
           (data (i32.const 4096) \"{}\")
           (data (i32.const 8192) \"{}\")
           (func (export \"{calls}\") (result i32) (call $output (i32.const 4096) (i32.const {})) (i32.const 0))
           (func (export \"describe\") (result i32) {describe}))",
        data(ANSWER),
        data(text),
        ANSWER.len(),
    );
    wat::parse_str(&module).unwrap_or_else(|error| panic!("{error}\n{module}"))
}

/// A guest that describes itself by this text.
fn saying(text: &str) -> Vec<u8> {
    let says = format!(
        "(call $output (i32.const 8192) (i32.const {})) (i32.const 0)",
        text.len()
    );
    guest(&says, text, "handle_mcp_call")
}

fn describes(description: &Value) -> Vec<u8> {
    saying(&description.to_string())
}

fn tool(name: &str, schema: &Value) -> Value {
    json!({"name": name, "inputSchema": schema})
}

fn object(fields: &Value) -> Value {
    let mut schema = json!({"type": "object"});
    let fields = fields.as_object().cloned().unwrap_or_default();
    schema.as_object_mut().unwrap().extend(fields);
    schema
}

/// A schema that looks at the same value twice as often with each of its parts.
fn doubling() -> Value {
    let part = |number: usize| {
        let before = json!({"$ref": format!("#/$defs/d{}", number - 1)});
        (format!("d{number}"), json!({"allOf": [before, before]}))
    };
    let mut parts: serde_json::Map<_, _> = (1..40).map(part).collect();
    parts.insert("d0".to_owned(), json!({"minProperties": 0}));
    object(&json!({"$defs": parts, "$ref": "#/$defs/d39"}))
}

/// Guests that are not loaded, and why not.
fn unloadable() -> Vec<(Vec<u8>, &'static str)> {
    let plain = object(&json!({}));
    let many: Vec<_> = (0..600)
        .map(|number| tool(&format!("t{number}"), &plain))
        .collect();
    let endless =
        object(&json!({"$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}, "$ref": "#/$defs/a"}));
    let foreign =
        object(&json!({"properties": {"x": {"$ref": "https://example.com/schema.json"}}}));
    let one = |schema: &Value| describes(&json!({"tools": [tool("t", schema)]}));
    let mut guests = vec![
        (guest("(unreachable)", "", "handle_mcp_call"), "unreachable"),
        (guest("(i32.const 1)", "", "handle_mcp_call"), "1"),
        (
            guest("(loop $on (br $on)) (i32.const 0)", "", "handle_mcp_call"),
            "fuel",
        ),
        (
            guest(
                "(call $var_set (call $message) (call $message)) (i32.const 0)",
                "",
                "handle_mcp_call",
            ),
            "a plugin that describes itself has no Vars",
        ),
        (guest("(i32.const 0)", "", "handle_mcp_call"), "output"),
        (
            saying("hello"),
            "its output is no description: expected value",
        ),
        (saying(r#"{"tols": []}"#), "unknown field `tols`"),
        (
            describes(&json!({"tools": [tool("t", &plain), tool("t", &plain)]})),
            "the tool `t` stands twice",
        ),
        (
            describes(&json!({"tools": many})),
            "600 tools where 512 are allowed",
        ),
        (
            describes(&json!({"tools": [tool("a b", &plain)]})),
            "the name `a b` is not 1 to 64 letters",
        ),
        (
            describes(&json!({"tools": [tool("a\u{1b}[2J", &plain)]})),
            "the name `a\\u{1b}[2J` is not 1 to 64 letters",
        ),
        (
            describes(&json!({"tools": [tool("", &plain)]})),
            "the name `` is not 1 to 64",
        ),
        (
            one(&json!({"type": "string"})),
            "tool `t`: `inputSchema` is of type `object`",
        ),
        (
            one(&object(&json!({"required": 7}))),
            "tool `t`: `inputSchema`:",
        ),
        (one(&endless), "leads back to itself"),
        (one(&foreign), "is not a pointer into the schema"),
        (one(&doubling()), "too often"),
        (
            describes(
                &json!({"tools": [{"name": "t", "inputSchema": plain, "outputSchema": foreign}]}),
            ),
            "tool `t`: `outputSchema`:",
        ),
        (
            describes(&json!({"prompts": [{"name": "p"}]})),
            "it has prompts, and does not export `handle_mcp_prompt`",
        ),
        (
            describes(&json!({"resources": [{"uri": "a://b", "name": "n"}]})),
            "it has resources, and does not export `handle_mcp_read`",
        ),
    ];
    guests.extend(unreadable());
    guests
}

/// The same, of those that offer resources.
fn unreadable() -> Vec<(Vec<u8>, &'static str)> {
    let resource = json!({"uri": "a://b", "name": "n"});
    let template = json!({"uriTemplate": "a://{b}", "name": "n"});
    let broken = json!({"uriTemplate": "a{b", "name": "n"});
    let cases = [
        (
            json!({"resources": [resource, resource]}),
            "the resource `a://b` stands twice",
        ),
        (
            json!({"resource_templates": [template, template]}),
            "the template `a://{b}` stands twice",
        ),
        (
            json!({"resource_templates": [broken]}),
            "template `a{b`: a brace is not closed",
        ),
    ];
    let guests = cases.map(|(description, reason)| {
        let text = description.to_string();
        let says = format!(
            "(call $output (i32.const 8192) (i32.const {})) (i32.const 0)",
            text.len()
        );
        (guest(&says, &text, "handle_mcp_read"), reason)
    });
    guests.into()
}

fn write(house: &Installation, wasm: &[u8]) {
    let folder = house.plugins().join("odd");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("plugin.toml"), MANIFEST).unwrap();
    std::fs::write(folder.join("odd.wasm"), wasm).unwrap();
}

async fn sinew(house: &Installation, arguments: &[&str]) -> Finished {
    let state = house.state().to_string_lossy().into_owned();
    let all = [arguments, &["--state", &state]].concat();
    run(&house.binary, Path::new("/"), &all, b"").await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_description_is_refused_with_its_reason_and_the_old_build_serves() {
    let Some(house) = Installation::new(CONFIGURATION, &[]).unwrap() else {
        return;
    };
    let good = json!({"tools": [tool("t", &object(&json!({})))]});
    write(&house, &describes(&good));
    let daemon = house.serve(0).await.unwrap();
    let client = McpClient::newest(&daemon).unwrap();
    for (wasm, reason) in unloadable() {
        write(&house, &wasm);
        let refused = sinew(&house, &["plugin", "reload", "odd"]).await;
        assert_eq!(refused.code, Some(1), "{reason}: {refused:?}");
        assert!(
            refused.stderr.contains(reason),
            "{reason}: {}",
            refused.stderr
        );
        let answer = client.call("odd_t", json!({})).await.unwrap();
        assert_eq!(results(&answer), "it serves", "{reason}: {answer}");
    }
    daemon.terminate().await.unwrap();

    // At the start there is no old build: the plugin is not there, and everything else is.
    let daemon = house.serve(0).await.unwrap();
    let listed = sinew(&house, &["plugin", "list"]).await;
    let (_, reason) = unloadable().pop().unwrap();
    assert!(listed.stdout.contains(reason), "{listed:?}");
    let client = McpClient::newest(&daemon).unwrap();
    let tools = client.ask("tools/list", json!({})).await.unwrap();
    assert_eq!(tools["result"]["tools"], json!([]), "{tools}");
    write(&house, &describes(&good));
    let reloaded = sinew(&house, &["plugin", "reload", "odd"]).await;
    assert_eq!(reloaded.code, Some(0), "{reloaded:?}");
    let answer = client.call("odd_t", json!({})).await.unwrap();
    assert_eq!(results(&answer), "it serves", "{answer}");
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_plugins_with_one_name_the_second_is_not_loaded() {
    let own = describing("probe", &one_tool(json!({"title": "own"})));
    let theirs = describing("other", &one_tool(json!({"title": "theirs"})));
    let head = format!("{own}{theirs}\n[plugins.other.mcp]\nprefix = \"probe_\"\n");
    let second = ProbePlugin {
        name: "other",
        ..ProbePlugin::default()
    };
    let plugins = [ProbePlugin::default(), second];
    let Some(house) = Installation::new(&head, &plugins).unwrap() else {
        return;
    };
    let daemon = house.serve(0).await.unwrap();
    let reason = "its tool `probe_any` has the name of one of the plugin `other`; give one of the two another \
                  `[plugins.NAME.mcp] prefix`";
    let listed = sinew(&house, &["plugin", "list", "--json"]).await;
    assert!(listed.stdout.contains(reason), "{listed:?}");
    let refused = sinew(&house, &["plugin", "reload", "probe"]).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.stderr.contains(reason), "{}", refused.stderr);
    let client = McpClient::newest(&daemon).unwrap();
    let listed = client.ask("tools/list", json!({})).await.unwrap();
    let titles: Vec<_> = listed["result"]["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["title"].clone())
        .collect();
    assert_eq!(titles, ["theirs"]);
    daemon.terminate().await.unwrap();
}

/// Logs something else in every run, and then asks.
const FICKLE: &str = r#"
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "extism:host/user" "mcp_elicit" (func $elicit (param i64) (result i64)))"#;

const QUESTION: &str = r#"{"message":"Who?","schema":{"type":"object","properties":{"name":{"type":"string"}}},"key":"who"}"#;

fn fickle() -> Vec<u8> {
    let description = json!({"tools": [tool("t", &object(&json!({})))]}).to_string();
    let log = r#"{"message":"................"}"#;
    let module = format!(
        "(module {FICKLE} {PRELUDE}
           (data (i32.const 4096) \"{}\")
           (data (i32.const 8192) \"{}\")
           (data (i32.const 12288) \"{}\")
           (data (i32.const 16384) \"{}\")
           (func (export \"describe\") (result i32)
             (call $output (i32.const 8192) (i32.const {})) (i32.const 0))
           (func (export \"handle_mcp_call\") (result i32)
             (local $i i32)
             ;; Sixteen letters behind the quote.
             (drop (call $random (i32.const 12300) (i32.const 16)))
             (loop $next
               (i32.store8 (i32.add (i32.const 12300) (local.get $i))
                 (i32.add (i32.const 97) (i32.and (i32.const 15)
                   (i32.load8_u (i32.add (i32.const 12300) (local.get $i))))))
               (local.set $i (i32.add (local.get $i) (i32.const 1)))
               (br_if $next (i32.lt_u (local.get $i) (i32.const 16))))
             (drop (call $log_info (call $text (i32.const 12288) (i32.const {}))))
             (drop (call $elicit (call $text (i32.const 16384) (i32.const {}))))
             (call $output (i32.const 4096) (i32.const {}))
             (i32.const 0)))",
        data(ANSWER),
        data(&description),
        data(log),
        data(QUESTION),
        description.len(),
        log.len(),
        QUESTION.len(),
        ANSWER.len(),
    );
    wat::parse_str(&module).unwrap_or_else(|error| panic!("{error}\n{module}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_does_something_else_the_second_time_is_stopped() {
    let permits = "mcp = [\"elicit\"]\n";
    let head = format!("{CONFIGURATION}[plugins.odd.permits]\n{permits}");
    let Some(house) = Installation::new(&head, &[]).unwrap() else {
        return;
    };
    write(&house, &fickle());
    let manifest = MANIFEST.replacen("[hooks", "wasi = true\n[hooks", 1);
    let manifest = format!("{manifest}[permits]\n{permits}");
    std::fs::write(house.plugins().join("odd/plugin.toml"), manifest).unwrap();
    let daemon = house.serve(0).await.unwrap();
    let client = McpClient::newest(&daemon).unwrap();
    let asks = client.call("odd_t", json!({})).await.unwrap();
    let state = asks["result"]["requestState"].as_str();
    let state = state.unwrap_or_else(|| panic!("{asks}"));
    let params = json!({
        "name": "odd_t", "arguments": {}, "inputResponses": {"who": accepted("Ada")}, "requestState": state,
    });
    let answer = client.ask("tools/call", params).await.unwrap();
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    let said = results(&answer);
    assert!(
        said.as_str()
            .unwrap()
            .contains("run again after the client's answer"),
        "{said}"
    );
    daemon.terminate().await.unwrap();
    let turns = records(&house, "turn").unwrap();
    let reasons: Vec<_> = turns
        .iter()
        .map(|turn| turn.text("/abort/reason"))
        .collect();
    assert_eq!(reasons, ["suspended", "conflict"]);
}
