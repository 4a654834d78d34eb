//! `llm_call`, against a scripted provider in both dialects: what is sent, what comes of the answer, and what it costs.

use serde_json::{Value, json};
use sinew_contract_tests::scripted_model::{ModelReply, ScriptedModel};
use sinew_runtime::effects::Cost;

use crate::llm_scene::{KEY, completion, harmless, llm_scene, message, question};

#[test]
pub(crate) fn llm_call() {
    let model = ScriptedModel::start().unwrap();
    let scene = llm_scene(&model);
    for (name, served_by, path, header, key) in [
        (
            "claude",
            "claude-haiku-4-5",
            "/v1/messages",
            "x-api-key",
            KEY.to_owned(),
        ),
        (
            "gpt",
            "gpt-small",
            "/v1/chat/completions",
            "authorization",
            format!("Bearer {KEY}"),
        ),
    ] {
        model.answers(
            harmless(name)
                .header("request-id", "req_011")
                .header("x-request-id", "req_other"),
        );
        let answer = scene.call("llm_call", &question(name)).unwrap();
        assert_eq!(
            answer,
            json!({
                "model": served_by,
                "content": [{ "kind": "text", "text": "It is." }],
                "stop_reason": "end",
                "usage": { "input_tokens": 10, "output_tokens": 20 },
                "usd_micros": 330,
                "request_id": "req_011",
                "attempts": 1,
            })
        );
        let asked = model.asked();
        assert_eq!(asked.len(), 1);
        assert_eq!(
            (asked[0].path.as_str(), &asked[0].headers[header]),
            (path, &key)
        );
        assert_eq!(asked[0].headers["content-type"], "application/json");
        assert_eq!(asked[0].body["model"], format!("{name}-over-there"));
    }
}

/// Everything that a request can hold.
fn everything(model: &str) -> Value {
    let text = |text: &str| json!({ "kind": "text", "value": { "text": text } });
    json!({
        "model": model,
        "system": [{ "text": "Be brief.", "cache": "long" }, { "text": "Be kind." }],
        "messages": [
            { "role": "user", "content": [
                text("Look:"),
                { "kind": "image", "value": { "media_type": "image/png", "base64": "iVBORw0KGgo=", "cache": "short" } },
            ] },
            { "role": "assistant", "content": [
                { "kind": "other", "value": { "type": "thinking", "thinking": "Hm.", "signature": "c2ln", "extra": 1 } },
                { "kind": "other", "value": { "type": "server_tool_use", "id": "x" } },
                text("I need the branch."),
                { "kind": "tool_call", "value": { "id": "t1", "name": "branch", "input": { "path": "/r" } } },
                { "kind": "tool_call", "value": { "id": "t2", "name": "status", "input": {} } },
            ] },
            { "role": "user", "content": [
                { "kind": "tool_result", "value": { "id": "t1", "text": "main" } },
                { "kind": "tool_result", "value": { "id": "t2", "text": "no repository", "is_error": true } },
                text("Go on."),
            ] },
        ],
        "max_tokens": 64,
        "temperature": 0.5,
        "stop_sequences": ["END"],
        "tools": [
            { "name": "branch", "description": "Names it.", "input_schema": { "type": "object", "properties": { "path": { "type": "string" } } } },
            { "name": "status", "input_schema": { "type": "object" }, "cache": "short" },
        ],
        "tool": "branch",
    })
}

#[test]
fn everything_that_a_request_can_hold_is_said_in_either_dialect() {
    let model = ScriptedModel::start().unwrap();
    let scene = llm_scene(&model);
    let mut said = Vec::new();
    for name in ["claude", "classic", "gpt"] {
        model.answers(harmless(name));
        let answer = scene.call("llm_call", &everything(name)).unwrap();
        let asked = model.asked().remove(0);
        said.push(json!({
            "ignored": answer["ignored"],
            "version": asked.headers.get("anthropic-version"),
            "body": asked.body,
        }));
    }
    let marked = |lifetime: &str| json!({ "type": "ephemeral", "ttl": lifetime });
    let text = |text: &str| json!({ "type": "text", "text": text });
    let mut claude = json!({
        "model": "claude-over-there",
        "max_tokens": 64,
        "system": [{ "type": "text", "text": "Be brief.", "cache_control": marked("1h") }, text("Be kind.")],
        "messages": [
            { "role": "user", "content": [
                text("Look:"),
                { "type": "image", "source": { "type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo=" },
                  "cache_control": marked("5m") },
            ] },
            { "role": "assistant", "content": [
                { "type": "thinking", "thinking": "Hm.", "signature": "c2ln" },
                text("I need the branch."),
                { "type": "tool_use", "id": "t1", "name": "branch", "input": { "path": "/r" } },
                { "type": "tool_use", "id": "t2", "name": "status", "input": {} },
            ] },
            { "role": "user", "content": [
                { "type": "tool_result", "tool_use_id": "t1", "content": [text("main")] },
                { "type": "tool_result", "tool_use_id": "t2", "content": [text("no repository")], "is_error": true },
                text("Go on."),
            ] },
        ],
        "stop_sequences": ["END"],
        "tools": [
            { "name": "branch", "description": "Names it.", "input_schema": { "type": "object", "properties": { "path": { "type": "string" } } } },
            { "name": "status", "input_schema": { "type": "object" }, "cache_control": marked("5m") },
        ],
        "tool_choice": { "type": "tool", "name": "branch" },
    });
    assert_eq!(
        said[0],
        json!({ "ignored": ["temperature"], "version": "2026-10-21", "body": claude })
    );
    claude["model"] = "classic-over-there".into();
    claude["temperature"] = 0.5.into();
    assert_eq!(
        said[1],
        json!({ "ignored": null, "version": "2023-06-01", "body": claude })
    );
    let call = |id: &str, name: &str, arguments: &str| json!({ "id": id, "type": "function", "function": { "name": name, "arguments": arguments } });
    let gpt = json!({
        "model": "gpt-over-there",
        "max_completion_tokens": 64,
        "messages": [
            { "role": "system", "content": "Be brief.\n\nBe kind." },
            { "role": "user", "content": [
                text("Look:"),
                { "type": "image_url", "image_url": { "url": "data:image/png;base64,iVBORw0KGgo=" } },
            ] },
            { "role": "assistant", "content": "I need the branch.",
              "tool_calls": [call("t1", "branch", r#"{"path":"/r"}"#), call("t2", "status", "{}")] },
            { "role": "tool", "tool_call_id": "t1", "content": "main" },
            { "role": "tool", "tool_call_id": "t2", "content": "error: no repository" },
            { "role": "user", "content": [text("Go on.")] },
        ],
        "temperature": 0.5,
        "stop": ["END"],
        "tools": [
            { "type": "function", "function": { "name": "branch", "description": "Names it.",
              "parameters": { "type": "object", "properties": { "path": { "type": "string" } } } } },
            { "type": "function", "function": { "name": "status", "parameters": { "type": "object" } } },
        ],
        "tool_choice": { "type": "function", "function": { "name": "branch" } },
    });
    assert_eq!(
        said[2],
        json!({ "ignored": ["cache"], "version": null, "body": gpt })
    );
}

#[test]
fn a_choice_of_tools_is_said_in_either_dialect() {
    let model = ScriptedModel::start().unwrap();
    let scene = llm_scene(&model);
    for (choice, claude, gpt) in [
        ("auto", "auto", "auto"),
        ("any", "any", "required"),
        ("none", "none", "none"),
    ] {
        for (name, expected) in [("claude", json!({ "type": claude })), ("gpt", json!(gpt))] {
            let mut request = everything(name);
            request.as_object_mut().unwrap().remove("tool");
            request["tool_choice"] = choice.into();
            model.answers(harmless(name));
            scene.call("llm_call", &request).unwrap();
            assert_eq!(model.asked()[0].body["tool_choice"], expected);
        }
    }
}

#[test]
fn an_answer_is_told_in_the_same_words_whoever_gives_it() {
    let model = ScriptedModel::start().unwrap();
    let scene = llm_scene(&model);
    let claude = |content: &Value, change: &Value| {
        let mut body = message(content);
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        body
    };
    let gpt = |message: &Value, reason: &Value| {
        let mut body = completion(message);
        body["choices"][0]["finish_reason"] = reason.clone();
        body
    };
    let call =
        json!({ "kind": "tool_call", "id": "t1", "name": "branch", "input": { "path": "/r" } });
    let thinking = json!({ "type": "thinking", "thinking": "Hm.", "signature": "c2ln" });
    let called = |arguments: &str| json!([{ "id": "t1", "type": "function", "function": { "name": "branch", "arguments": arguments } }]);
    let cases = [
        (
            "claude",
            claude(
                &json!([{ "type": "tool_use", "id": "t1", "name": "branch", "input": { "path": "/r" } }]),
                &json!({ "stop_reason": "tool_use" }),
            ),
            json!([call]),
            "tool_call",
        ),
        (
            "gpt",
            gpt(
                &json!({ "role": "assistant", "content": null, "tool_calls": called(r#"{"path":"/r"}"#) }),
                &json!("tool_calls"),
            ),
            json!([call]),
            "tool_call",
        ),
        (
            "claude",
            claude(
                &json!([thinking, { "type": "text", "text": "Yes." }]),
                &json!({}),
            ),
            json!([{ "kind": "other", "block": thinking }, { "kind": "text", "text": "Yes." }]),
            "end",
        ),
        (
            "gpt",
            gpt(
                &json!({ "role": "assistant", "content": "Yes.", "reasoning_content": "Hm." }),
                &json!("stop"),
            ),
            json!([{ "kind": "other", "block": { "reasoning_content": "Hm." } }, { "kind": "text", "text": "Yes." }]),
            "end",
        ),
        (
            "claude",
            claude(&json!([]), &json!({ "stop_reason": "refusal" })),
            json!([]),
            "refusal",
        ),
        (
            "gpt",
            gpt(
                &json!({ "role": "assistant", "content": null, "refusal": "No." }),
                &json!("stop"),
            ),
            json!([{ "kind": "text", "text": "No." }]),
            "refusal",
        ),
        (
            "claude",
            claude(&json!([]), &json!({ "stop_reason": "max_tokens" })),
            json!([]),
            "max_tokens",
        ),
        (
            "gpt",
            gpt(
                &json!({ "role": "assistant", "content": "" }),
                &json!("length"),
            ),
            json!([]),
            "max_tokens",
        ),
        (
            "claude",
            claude(&json!([]), &json!({ "stop_reason": "pause_turn" })),
            json!([]),
            "pause_turn",
        ),
        (
            "claude",
            claude(&json!([]), &json!({ "stop_reason": null })),
            json!([]),
            "unknown",
        ),
        (
            "gpt",
            gpt(&json!({ "role": "assistant" }), &json!(null)),
            json!([]),
            "unknown",
        ),
        // What a small model writes for arguments is not always an object.
        (
            "gpt",
            gpt(
                &json!({ "role": "assistant", "tool_calls": called("{path: /r}") }),
                &json!("tool_calls"),
            ),
            json!([{ "kind": "other", "block": called("{path: /r}")[0] }]),
            "tool_call",
        ),
        // Wrong types, and blocks that nobody has heard of, are kept and marked.
        (
            "claude",
            claude(
                &json!([{ "type": "text", "text": 7 }, null, "x", { "type": "hologram" }]),
                &json!({}),
            ),
            json!([
                { "kind": "other", "block": { "type": "text", "text": 7 } }, { "kind": "other", "block": { "value": null } },
                { "kind": "other", "block": { "value": "x" } }, { "kind": "other", "block": { "type": "hologram" } },
            ]),
            "end",
        ),
        (
            "gpt",
            gpt(
                &json!({ "role": "assistant", "content": [{ "type": "text", "text": "Yes." }, { "type": "hologram" }] }),
                &json!("stop"),
            ),
            json!([{ "kind": "text", "text": "Yes." }, { "kind": "other", "block": { "type": "hologram" } }]),
            "end",
        ),
    ];
    for (name, body, content, stop_reason) in cases {
        model.answers(ModelReply::json(200, &body));
        let answer = scene.call("llm_call", &question(name)).unwrap();
        assert_eq!(
            (&answer["content"], &answer["stop_reason"]),
            (&content, &json!(stop_reason)),
            "{body}"
        );
    }
    model.answers(ModelReply::json(
        200,
        &claude(
            &json!([]),
            &json!({ "stop_reason": "stop_sequence", "stop_sequence": "END" }),
        ),
    ));
    let answer = scene.call("llm_call", &question("claude")).unwrap();
    assert_eq!(
        (
            answer["stop_reason"].as_str(),
            answer["stop_sequence"].as_str()
        ),
        (Some("stop_sequence"), Some("END"))
    );
}

#[test]
fn what_is_used_is_what_is_paid_and_what_is_not_said_is_paid_in_full() {
    let model = ScriptedModel::start().unwrap();
    let scene = llm_scene(&model);
    let tokens = |name: &str, usage: &Value| {
        let mut body = if name == "gpt" {
            completion(&json!({ "role": "assistant", "content": "Yes." }))
        } else {
            message(&json!([]))
        };
        body["usage"] = usage.clone();
        model.answers(ModelReply::json(200, &body));
        let (answer, cost) = scene.call_counted("llm_call", &question(name)).unwrap();
        assert_eq!(answer["usd_micros"], cost.usd_micros);
        (answer["usage"].clone(), cost.llm_tokens, cost.usd_micros)
    };
    let all = json!({ "input_tokens": 100, "output_tokens": 10, "cache_read_input_tokens": 1000, "cache_creation_input_tokens": 50,
        "cache_creation": { "ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 30 }, "service_tier": "standard" });
    assert_eq!(
        tokens("claude", &all),
        (
            json!({ "input_tokens": 100, "output_tokens": 10, "cache_read_tokens": 1000, "cache_write_tokens": 50 }),
            1160,
            300 + 150 + 300 + 75 + 180
        )
    );
    let cached = json!({ "prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110, "prompt_tokens_details": { "cached_tokens": 60 } });
    assert_eq!(
        tokens("gpt", &cached),
        (
            json!({ "input_tokens": 40, "output_tokens": 10, "cache_read_tokens": 60 }),
            110,
            120 + 150 + 18
        )
    );
    for name in ["claude", "gpt"] {
        let reserved = scene.reserved("llm_call", &question(name));
        let full = (reserved.llm_tokens, reserved.usd_micros);
        for nonsense in [
            json!(null),
            json!({}),
            json!("many"),
            json!([]),
            json!({ "input_tokens": -1, "output_tokens": 1, "prompt_tokens": -1, "completion_tokens": 1 }),
            json!({ "input_tokens": 1.5, "output_tokens": 1, "prompt_tokens": 1, "completion_tokens": "1" }),
            json!({ "input_tokens": 1, "output_tokens": null, "prompt_tokens": null, "completion_tokens": 1 }),
            json!({ "input_tokens": 1e30, "output_tokens": 1, "prompt_tokens": 1e30, "completion_tokens": 1 }),
        ] {
            let (usage, tokens, usd_micros) = tokens(name, &nonsense);
            assert_eq!(
                (usage["assumed"].as_bool(), (tokens, usd_micros)),
                (Some(true), full),
                "{name} {nonsense}"
            );
        }
        // What cannot be counted any more is not counted from 0 again.
        let most = json!({ "input_tokens": u64::MAX, "output_tokens": u64::MAX, "prompt_tokens": u64::MAX, "completion_tokens": u64::MAX });
        let (_, tokens, usd_micros) = tokens(name, &most);
        assert_eq!((tokens, usd_micros), (u64::MAX, u64::MAX));
    }
}

#[test]
fn the_worst_case_is_reserved_before_anything_is_sent() {
    let model = ScriptedModel::start().unwrap();
    let scene = llm_scene(&model);
    let reserved = |request: &Value| scene.reserved("llm_call", request);
    let plain = reserved(&question("claude"));
    let bytes = question("claude").to_string().len() as u64;
    assert!(plain.llm_tokens >= bytes + 100, "{plain:?}");
    assert_eq!(plain.usd_micros, (plain.llm_tokens - 100) * 3 + 100 * 15);
    let mut longer = question("claude");
    longer["max_tokens"] = 1_100.into();
    assert_eq!(
        reserved(&longer).llm_tokens,
        plain.llm_tokens + 1_000 + 1,
        "one digit more, and a thousand tokens"
    );
    let mut marked = question("claude");
    marked["messages"][0]["content"][0]["value"]["cache"] = "short".into();
    assert!(
        reserved(&marked).usd_micros >= (plain.llm_tokens - 100) * 6 + 100 * 15,
        "at what an hour of memory costs"
    );
    let mut picture = question("claude");
    let bytes = "A".repeat(400_000);
    picture["messages"][0]["content"][0] =
        json!({ "kind": "image", "value": { "media_type": "image/png", "base64": bytes } });
    let pictured = reserved(&picture).llm_tokens;
    assert!(
        (1_600..plain.llm_tokens + 1_700).contains(&pictured),
        "{pictured}"
    );
    let mut endless = question("claude");
    endless["messages"][0]["content"][0]["value"]["text"] = "x".repeat(1_000_000).into();
    assert_eq!(
        reserved(&endless).llm_tokens,
        200_100,
        "no model reads more than it can"
    );
    assert_eq!(reserved(&question("nobody")), Cost::default());
    assert_eq!(model.asked().len(), 0);
}

#[test]
fn a_conversation_goes_on_with_what_was_answered() {
    let model = ScriptedModel::start().unwrap();
    let scene = llm_scene(&model);
    let content = json!([
        { "type": "thinking", "thinking": "Hm.", "signature": "c2ln" },
        { "type": "text", "text": "One moment." },
        { "type": "tool_use", "id": "t1", "name": "branch", "input": {} },
    ]);
    model.answers(ModelReply::json(200, &message(&content)));
    let answer = scene.call("llm_call", &question("claude")).unwrap();
    let answer: sinew_schema::LlmCallResponse = serde_json::from_value(answer).unwrap();
    assert_eq!(answer.text(), "One moment.");
    let mut request: sinew_schema::LlmCallRequest =
        serde_json::from_value(question("claude")).unwrap();
    request.messages.push(answer.message());
    request
        .messages
        .push(sinew_schema::LlmMessage::tool_result("t1", "main"));
    model.answers(harmless("claude"));
    scene
        .call("llm_call", &serde_json::to_value(&request).unwrap())
        .unwrap();
    let asked = model.asked();
    assert_eq!(
        asked[1].body["messages"][1],
        json!({ "role": "assistant", "content": content })
    );
    assert_eq!(
        asked[1].body["messages"][2]["content"][0]["tool_use_id"],
        "t1"
    );
}
