//! `llm_call` where something goes wrong: what is tried again and what never is, and what a provider that means ill can do.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sinew_contract_tests::scripted_model::{ModelReply, ScriptedModel};
use sinew_schema::EffectError;

use crate::llm_scene::{KEY, harmless, llm_scene, llm_scene_with, message, question};
use crate::scene::{Scene, permits};

const BOTH: [&str; 2] = ["claude", "gpt"];

fn refusal(scene: &Scene, request: &Value) -> EffectError {
    match scene.call("llm_call", request) {
        Err(error) => error,
        Ok(answer) => panic!("it was not refused: {answer}"),
    }
}

#[test]
fn what_passes_is_tried_again_and_what_stays_is_not() {
    let model = ScriptedModel::start().unwrap();
    let scene = llm_scene(&model);
    for name in BOTH {
        for status in [429, 500, 502, 503, 504, 529] {
            for failures in [1, 2] {
                for _ in 0..failures {
                    model.answers(ModelReply::bytes(status, "<html>later</html>"));
                }
                model.answers(harmless(name));
                let answer = scene.call("llm_call", &question(name)).unwrap();
                assert_eq!(answer["attempts"], failures + 1, "{name} {status}");
                let asked = model.asked();
                assert!(asked.iter().all(|request| request.body == asked[0].body));
                assert_eq!(asked.len(), failures + 1);
            }
            model.always_answers(ModelReply::bytes(status, ""));
            let code = if status == 429 {
                "rate_limited"
            } else {
                "unavailable"
            };
            assert_eq!(refusal(&scene, &question(name)).code, code);
            assert_eq!(
                model.asked().len(),
                3,
                "{name} {status}: no more often than allowed"
            );
        }
        for (status, code) in [
            (301, "unavailable"),
            (400, "invalid_request"),
            (401, "unavailable"),
            (402, "unavailable"),
            (403, "unavailable"),
            (404, "not_found"),
            (408, "unavailable"),
            (409, "invalid_request"),
            (413, "too_large"),
            (422, "invalid_request"),
            (451, "invalid_request"),
        ] {
            let body = json!({ "type": "error", "error": { "type": "x", "message": "no\nsuch \u{1b}[31mthing" } });
            let reply = ModelReply::json(status, &body)
                .header("location", "http://127.0.0.1:1/")
                .header("request-id", "req_7");
            model.always_answers(reply);
            let error = refusal(&scene, &question(name));
            assert_eq!(
                (error.code.as_str(), model.asked().len()),
                (code, 1),
                "{name} {status}"
            );
            let quoted = error.message.contains(": no such  [31mthing");
            let of_the_request = matches!(code, "invalid_request" | "not_found" | "too_large");
            assert_eq!(quoted, of_the_request, "{}", error.message);
            assert!(
                error.message.contains("(request `req_7`)"),
                "{}",
                error.message
            );
        }
    }
}

#[test]
fn a_provider_says_when_it_wants_to_be_asked_again() {
    let model = ScriptedModel::start().unwrap();
    let scene = llm_scene(&model);
    // In time: it is waited for.
    model.answers(ModelReply::bytes(429, "").header("retry-after", "0.03"));
    model.answers(harmless("claude"));
    let begun = Instant::now();
    let answer = scene.call("llm_call", &question("claude")).unwrap();
    assert_eq!(answer["attempts"], 2);
    assert!(begun.elapsed() >= Duration::from_millis(30));
    // Longer than anybody waits: it is told at once.
    let begun = Instant::now();
    model.answers(ModelReply::bytes(429, "").header("retry-after", "60"));
    let error = refusal(&scene, &question("claude"));
    assert_eq!(
        (error.code.as_str(), error.retry_after_ms),
        ("rate_limited", Some(60_000))
    );
    assert!(begun.elapsed() < Duration::from_secs(30));
    // Nothing that can be read: the usual waits.
    for nonsense in ["", "soon", "-1", "1e400"] {
        model.answers(ModelReply::bytes(529, "").header("retry-after", nonsense));
        model.answers(harmless("claude"));
        assert_eq!(
            scene.call("llm_call", &question("claude")).unwrap()["attempts"],
            2
        );
    }
}

#[test]
fn nothing_is_tried_past_the_deadline() {
    let model = ScriptedModel::start().unwrap();
    let mut scene = llm_scene_with(&model, |settings| {
        settings.attempts_max = 10;
        settings.backoff = Duration::from_secs(40);
        settings.backoff_max = Duration::from_secs(40);
    });
    model.always_answers(ModelReply::bytes(503, ""));
    scene.deadline = Duration::from_secs(15);
    let begun = Instant::now();
    assert_eq!(refusal(&scene, &question("claude")).code, "unavailable");
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "a wait that would be too long is not begun"
    );
    assert_eq!(model.asked().len(), 1);

    model.always_answers(ModelReply::silence());
    let mut hurried = question("claude");
    hurried["wait_ms"] = 500.into();
    assert_eq!(refusal(&scene, &hurried).code, "deadline");
    scene.deadline = Duration::from_millis(500);
    assert_eq!(refusal(&scene, &question("claude")).code, "deadline");
    assert_eq!(
        model.asked().len(),
        2,
        "what may have been answered is not asked again"
    );
}

#[test]
fn whoever_finds_no_room_is_told_before_anything_is_sent() {
    let model = ScriptedModel::start().unwrap();
    let scene = llm_scene_with(&model, |settings| settings.in_flight_max = 0);
    let mut hurried = question("claude");
    hurried["wait_ms"] = 20.into();
    assert_eq!(refusal(&scene, &hurried).code, "unavailable");
    assert_eq!(model.asked().len(), 0);
}

#[test]
fn an_answer_that_was_lost_is_in_doubt_and_not_asked_for_again() {
    let model = ScriptedModel::start().unwrap();
    let scene = llm_scene_with(&model, |settings| settings.answer_bytes_max = 4_000);
    let whole = message(&json!([{ "type": "text", "text": "x".repeat(4_000) }]));
    let half = &whole.to_string()[..200];
    for (what, reply) in [
        ("broken", ModelReply::bytes(200, half).broken_off()),
        ("too long", ModelReply::json(200, &whole)),
        ("a page", ModelReply::bytes(200, "<!doctype html><p>Hello")),
        ("nothing", ModelReply::bytes(200, "")),
        ("half", ModelReply::bytes(200, half)),
        ("null", ModelReply::bytes(200, "null")),
        ("a list", ModelReply::bytes(200, "[1]")),
        (
            "no content",
            ModelReply::bytes(200, r#"{"type":"error","error":{"message":"later"}}"#),
        ),
        (
            "content of another type",
            ModelReply::bytes(
                200,
                r#"{"content":"Yes.","choices":[{"message":{"content":7}}]}"#,
            ),
        ),
        (
            "no choice",
            ModelReply::bytes(200, r#"{"content":null,"choices":[]}"#),
        ),
        (
            "choices of another type",
            ModelReply::bytes(200, r#"{"content":{},"choices":{"0":{}}}"#),
        ),
        (
            "calls of another type",
            ModelReply::bytes(
                200,
                r#"{"content":1,"choices":[{"message":{"tool_calls":{}}}]}"#,
            ),
        ),
        ("deep", ModelReply::bytes(200, "[".repeat(3_000))),
        (
            "no text",
            ModelReply::bytes(200, &b"{\"content\":[\"\xff\"]}"[..]),
        ),
    ] {
        for name in BOTH {
            model.answers(reply.clone());
            let error = refusal(&scene, &question(name));
            assert_eq!(
                (error.code.as_str(), model.asked().len()),
                ("in_doubt", 1),
                "{name} {what}: {error}"
            );
        }
    }
}

#[test]
fn a_connection_that_breaks_is_in_doubt_and_one_that_was_never_made_is_not() {
    let model = ScriptedModel::start().unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut seen = Vec::new();
        while !String::from_utf8_lossy(&seen).contains("harmless?") {
            let mut bytes = [0; 4_096];
            let count = connection.read(&mut bytes).unwrap();
            seen.extend_from_slice(&bytes[..count]);
        }
        connection.write_all(b"").unwrap();
    });
    let scene = llm_scene_with(&model, |settings| {
        for model in settings.models.values_mut() {
            let provider = std::sync::Arc::make_mut(&mut model.provider);
            provider.base_url = format!("http://{address}/").parse().unwrap();
        }
    });
    let error = refusal(&scene, &question("claude"));
    assert_eq!(error.code, "in_doubt", "{error}");
    server.join().unwrap();
    // Nobody listens there now.
    let error = refusal(&scene, &question("claude"));
    assert_eq!(error.code, "unavailable", "{error}");
    assert!(
        !error.message.contains(&address.port().to_string()),
        "{error}"
    );
}

#[test]
fn requests_that_make_no_sense_are_refused_before_they_are_judged() {
    let model = ScriptedModel::start().unwrap();
    let scene = llm_scene(&model);
    let nobody = permits(&json!({}));
    let changed = |pointer: &str, value: Value| {
        let mut request = question("claude");
        request["tools"] = json!([{ "name": "a", "input_schema": {} }]);
        request["tool_choice"] = "any".into();
        *request.pointer_mut(pointer).unwrap() = value;
        request
    };
    let content = "/messages/0/content/0";
    let image = |base64: &str, media_type: &str| json!({ "kind": "image", "value": { "media_type": media_type, "base64": base64 } });
    let call = json!({ "kind": "tool_call", "value": { "id": "t", "name": "n", "input": {} } });
    let result = json!({ "kind": "tool_result", "value": { "id": "t", "text": "x" } });
    let said = |role: &str, content: &Value| json!([{ "role": role, "content": [content] }]);
    let mut cases = vec![
        changed("/model", "".into()),
        changed("/model", "a\u{7}".into()),
        changed("/messages", json!([])),
        changed("/messages/0/content", json!([])),
        changed("/messages/0/role", "system".into()),
        changed("/max_tokens", 0.into()),
        changed("/max_tokens", (-1).into()),
        changed(content, json!({ "kind": "sound", "value": {} })),
        changed(
            content,
            json!({ "kind": "text", "value": { "text": "x", "cache": "forever" } }),
        ),
        changed(
            content,
            json!({ "kind": "text", "value": { "text": "x", "surprise": 1 } }),
        ),
        changed(content, image("iVBORw0KGgo", "image/png")),
        changed(content, image("!", "image/png")),
        changed(content, image("iVBORw0KGgo=", "image/svg+xml")),
        changed("/messages", said("user", &call)),
        changed(
            "/messages",
            said(
                "user",
                &json!({ "kind": "other", "value": { "type": "thinking" } }),
            ),
        ),
        changed("/messages", said("assistant", &result)),
        changed(
            "/messages",
            said("assistant", &image("iVBORw0KGgo=", "image/png")),
        ),
        changed("/tools", json!([])),
        changed("/tools/0/name", "a b".into()),
        changed(
            "/tools",
            json!([{ "name": "a", "input_schema": {} }, { "name": "a", "input_schema": {} }]),
        ),
        changed("/tools/0/input_schema", "object".into()),
        changed("/tool_choice", "always".into()),
    ];
    let mut both = changed("/max_tokens", 1.into());
    both["tool"] = "a".into();
    cases.push(both);
    let mut other = question("claude");
    other["tool"] = "b".into();
    cases.push(other);
    for temperature in [json!(-0.1), json!(2.1), json!("1")] {
        let mut hot = question("claude");
        hot["temperature"] = temperature;
        cases.push(hot);
    }
    for request in cases {
        let error = scene.call_with(&nobody, "llm_call", &request).unwrap_err();
        assert_eq!(error.code, "invalid_request", "{request}: {error}");
    }
    for (field, value) in [
        ("model", json!("x".repeat(129))),
        ("stop_sequences", json!(vec!["x"; 17])),
        ("system", json!(vec![json!({ "text": "x" }); 65])),
    ] {
        let mut long = question("claude");
        long[field] = value;
        let error = scene.call_with(&nobody, "llm_call", &long).unwrap_err();
        assert_eq!(error.code, "too_large", "{field}");
    }
    assert_eq!(model.asked().len(), 0);
}

#[test]
fn what_only_the_configuration_says_is_told_to_those_who_may_call_the_model() {
    let model = ScriptedModel::start().unwrap();
    let scene = llm_scene_with(&model, |settings| settings.request_bytes_max = 10_000);
    let nobody = permits(&json!({}));
    let mut much = question("claude");
    much["max_tokens"] = 8_193.into();
    let mut long = question("claude");
    long["messages"][0]["content"][0]["value"]["text"] = "x".repeat(10_000).into();
    let mut pictured = question("gpt");
    pictured["messages"][0]["content"][0] = json!({ "kind": "tool_result", "value": { "id": "t", "text": "x",
        "images": [{ "media_type": "image/png", "base64": "iVBORw0KGgo=" }] } });
    for (request, code) in [
        (question("nobody"), "not_found"),
        (question("keyless"), "unavailable"),
        (much, "too_large"),
        (long, "too_large"),
        (pictured, "invalid_request"),
    ] {
        assert_eq!(refusal(&scene, &request).code, code, "{request}");
        let error = scene.call_with(&nobody, "llm_call", &request).unwrap_err();
        assert_eq!(error.code, "denied", "{request}");
    }
    assert_eq!(model.asked().len(), 0);
}

#[test]
fn the_key_is_shown_to_the_provider_and_to_nobody_else() {
    let model = ScriptedModel::start().unwrap();
    let scene = llm_scene(&model);
    for name in BOTH {
        let echo = format!("your key is {KEY}");
        let telling = if name == "gpt" {
            crate::llm_scene::completion(&json!({ "role": "assistant", "content": echo }))
        } else {
            message(&json!([{ "type": "text", "text": echo }]))
        };
        model.answers(ModelReply::json(200, &telling).header("request-id", KEY));
        let answer = scene.call("llm_call", &question(name)).unwrap().to_string();
        assert!(
            !answer.contains(KEY) && answer.contains("${secret:KEY}"),
            "{answer}"
        );
        for status in [400, 401, 404, 413, 429, 500] {
            let body = json!({ "error": { "message": echo } });
            model.always_answers(ModelReply::json(status, &body).header("request-id", KEY));
            let error = refusal(&scene, &question(name));
            let told = serde_json::to_string(&error).unwrap();
            assert!(!told.contains(KEY), "{told}");
        }
    }
    let told = format!("{:?}", scene.host.told.lock().unwrap());
    assert!(!told.contains(KEY));
}
