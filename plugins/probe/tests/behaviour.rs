//! What the probe does, natively: the contract tests rely on every word of it.

use probe::{behave, describe};
use serde_json::{Value, json};
use sinew_pdk::raw::Output;
use sinew_pdk::schema::{Description, ENTRY_POINTS, GitGetBranchRequest};
use sinew_pdk::testing::FakeHost;

fn told(steps: &Value) -> Output {
    behave(json!({"event": "PreToolUse", "phase": "decide", "input": {"tool_input": {"probe": steps}}}).to_string().as_bytes())
}

fn output(output: &Output) -> Value {
    serde_json::from_slice(output.bytes.as_deref().unwrap_or_default()).unwrap_or_default()
}

#[test]
fn steps_are_found_in_the_tool_input_then_the_input_then_the_settings() {
    let deny = |reason: &str| json!({"do": "deny", "reason": reason});
    let _host = FakeHost::new().with_config("behaviour", deny("c"));
    let cases = [
        (
            json!({"tool_input": {"probe": deny("a")}, "probe": deny("b")}),
            "a",
        ),
        (json!({"probe": deny("b")}), "b"),
        (json!({}), "c"),
    ];
    for (input, reason) in cases {
        let call = json!({"phase": "decide", "input": input});
        assert_eq!(
            output(&behave(call.to_string().as_bytes()))["value"]["reason"],
            reason
        );
    }
}

#[test]
fn the_phases_have_their_own_steps() {
    let _host = FakeHost::new();
    let probe = json!({"rewrite": {"do": "rewrite", "replacement": {"x": null}}, "decide": {"do": "allow"}});
    let call = |phase: &str, probe: &Value| {
        output(&behave(
            json!({"phase": phase, "input": {"probe": probe}})
                .to_string()
                .as_bytes(),
        ))
    };
    assert_eq!(
        call("rewrite", &probe),
        json!({"kind": "rewrite", "value": {"replacement": {"x": null}}})
    );
    assert_eq!(call("decide", &probe)["kind"], "allow");
    let deny = json!({"do": "deny", "reason": "r"});
    assert_eq!(call("rewrite", &deny)["kind"], "none");
    assert_eq!(call("decide", &deny)["kind"], "deny");
}

#[test]
fn answers_have_the_form_of_the_contract() {
    let _host = FakeHost::new();
    let cases = [
        (json!([]), json!({"kind": "none", "value": {}})),
        (
            json!({"do": "none", "context": "c"}),
            json!({"kind": "none", "value": {"context": "c", "fields": {}}}),
        ),
        (
            json!({"do": "ask", "reason": "r"}),
            json!({"kind": "ask", "value": {"reason": "r"}}),
        ),
        (
            json!({"do": "defer"}),
            json!({"kind": "defer", "value": {}}),
        ),
    ];
    for (steps, expected) in cases {
        assert_eq!(output(&told(&steps)), expected);
    }
}

#[test]
fn broken_outputs_are_exactly_as_told() {
    let _host = FakeHost::new();
    let output = |bytes: Option<&[u8]>, code, error: Option<&str>| Output {
        bytes: bytes.map(<[u8]>::to_vec),
        error: error.map(str::to_owned),
        code,
    };
    assert_eq!(
        told(&json!({"do": "output", "text": "{"})),
        output(Some(b"{"), 0, None)
    );
    assert_eq!(
        told(&json!({"do": "bytes", "bytes": [255, 0]})),
        output(Some(&[255, 0]), 0, None)
    );
    assert_eq!(
        told(&json!({"do": "big", "bytes": 3})),
        output(Some(b"xxx"), 0, None)
    );
    assert_eq!(told(&json!({"do": "empty"})), output(None, 0, None));
    assert_eq!(
        told(&json!({"do": "exit", "code": 7})),
        output(None, 7, None)
    );
    assert_eq!(
        told(&json!({"do": "error", "message": "m"})),
        output(None, 1, Some("m"))
    );
    assert_eq!(told(&json!({"do": "exit_with_output", "code": 7})).code, 7);
    assert!(
        told(&json!({"do": "fly"}))
            .error
            .is_some_and(|error| error.starts_with("these are no steps"))
    );
}

#[test]
fn results_of_steps_are_the_context() {
    let host = FakeHost::new()
        .with_var("seen", 4)
        .with_config("limit", 9)
        .expect::<GitGetBranchRequest>("/p", json!({"branch": "main", "detached": false}));
    let steps = json!([
        {"do": "effect", "effect": "git_get_branch", "request": {"path": "/p"}},
        {"do": "count", "key": "seen"},
        {"do": "var_get", "key": "missing"},
        {"do": "config", "key": "limit"},
        {"do": "var_fill", "key": "k#", "bytes": 2, "times": 2},
        {"do": "spend", "rounds": 2},
        {"do": "take", "bytes": 16},
    ]);
    let context = output(&told(&steps))["value"]["context"]
        .as_str()
        .map(str::to_owned)
        .unwrap_or_default();
    let results: Value = serde_json::from_str(&context).unwrap();
    assert_eq!(
        results,
        json!([{"status": "ok", "value": {"branch": "main", "detached": false}}, 5, null, 9, null, 1])
    );
    assert_eq!(host.var::<String>("k1").as_deref(), Some("xx"));
}

#[test]
fn a_tool_call_is_answered_with_content() {
    let _host = FakeHost::new();
    let call = json!({"tool": "t", "arguments": {"probe": {"do": "text", "text": "hello"}}});
    assert_eq!(
        output(&behave(call.to_string().as_bytes())),
        json!({"content": [{"type": "text", "text": "hello"}]})
    );
    let call = json!({"tool": "t", "arguments": {}});
    assert_eq!(
        output(&behave(call.to_string().as_bytes())),
        json!({"content": [{"type": "text", "text": "[]"}]})
    );
}

#[test]
fn resources_prompts_and_completions_are_told_in_text() {
    let _host = FakeHost::new();
    let steps = r#"{"do": "text", "text": "hello"}"#;
    let cases = [
        (
            json!({"uri": format!("probe://{steps}")}),
            json!({"contents": [{"uri": format!("probe://{steps}"), "text": "hello"}]}),
        ),
        (
            json!({"prompt": "any", "arguments": {"probe": steps}}),
            json!({"messages": [{"role": "user", "content": {"type": "text", "text": "hello"}}]}),
        ),
        (
            json!({"prompt": "any", "argument": "probe", "value": steps}),
            json!({"values": ["hello"]}),
        ),
        (
            json!({"prompt": "any", "argument": "probe", "value": "x"}),
            json!({"values": ["[]"]}),
        ),
    ];
    for (call, expected) in cases {
        assert_eq!(output(&behave(call.to_string().as_bytes())), expected);
    }
}

#[test]
fn it_offers_what_its_configuration_says() {
    let host = FakeHost::new();
    let described = output(&describe(b"{}"));
    let typed: Description = serde_json::from_value(described.clone()).unwrap();
    assert_eq!(json!(typed), described);
    assert_eq!(typed.tools[0].name, "any");
    drop(host);
    let _host = FakeHost::new().with_config("describe", json!({"do": "output", "text": "{}"}));
    assert_eq!(output(&describe(b"{}")), json!({}));
}

#[test]
fn the_manifest_subscribes_to_every_event_of_the_contract() {
    let manifest = include_str!("../plugin.toml");
    for entry in ENTRY_POINTS {
        let Some(key) = entry
            .export
            .strip_prefix("handle_")
            .filter(|key| !key.starts_with("mcp_"))
        else {
            continue;
        };
        assert!(
            manifest
                .lines()
                .any(|line| line.starts_with(&format!("{key} = "))),
            "{key}"
        );
    }
}
