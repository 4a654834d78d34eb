//! What `llm_call` sends, and what the scripted provider answers, held against the types that the providers publish.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use sinew_contract_tests::scripted_model::{ModelReply, ScriptedModel};
use sinew_contract_tests::sinew_binary::skipped;

use crate::llm_scene::{completion, llm_scene, message, question};

/// Where `bootstrap.sh` installs the packages.
fn packages() -> Option<PathBuf> {
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/python");
    if packages.join("anthropic").is_dir() && packages.join("openai").is_dir() {
        return Some(packages);
    }
    skipped(
        "the packages `anthropic` and `openai` are not installed: run `./bootstrap.sh test` once",
    )
}

/// What the verifier says about values, or `None` where it cannot be run.
fn verified(packages: &Path, values: &Value) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("values.json");
    std::fs::write(&file, values.to_string()).unwrap();
    let output = Command::new("python3")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("verifier/verify_llm.py"))
        .arg(&file)
        .env("PYTHONPATH", packages)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("the packages are there, and Python is not");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    (output.status.success(), said)
}

/// Requests that hold everything there is, in their turns.
fn requests(model: &str) -> Vec<Value> {
    let text = |text: &str| json!({ "kind": "text", "value": { "text": text } });
    let image = |media_type: &str| json!({ "media_type": media_type, "base64": "iVBORw0KGgo=" });
    let tools = json!([
        { "name": "branch", "description": "Names it.", "input_schema": { "properties": {} }, "cache": "short" },
        { "name": "status", "input_schema": { "type": "object" } },
    ]);
    let called = json!([
        { "role": "user", "content": [text("Look:"), { "kind": "image", "value": image("image/webp") }] },
        { "role": "assistant", "content": [
            { "kind": "other", "value": { "type": "thinking", "thinking": "Hm.", "signature": "c2ln" } },
            { "kind": "other", "value": { "type": "redacted_thinking", "data": "AAAA" } },
            { "kind": "tool_call", "value": { "id": "t1", "name": "branch", "input": {}, "cache": "long" } },
        ] },
        { "role": "user", "content": [
            { "kind": "tool_result", "value": { "id": "t1", "text": "main", "is_error": false, "cache": "short" } },
            text("Go on."),
        ] },
    ]);
    let pictured = ["image/png", "image/jpeg", "image/gif"].map(
        |kind| json!({ "role": "user", "content": [{ "kind": "image", "value": image(kind) }] }),
    );
    let mut all = vec![question(model)];
    for change in [
        json!({ "system": [{ "text": "Be brief.", "cache": "long" }, { "text": "Be kind." }], "stop_sequences": ["END", "FIN"], "temperature": 1 }),
        json!({ "messages": called, "tools": tools }),
        json!({ "tools": tools, "tool_choice": "auto" }),
        json!({ "tools": tools, "tool_choice": "any" }),
        json!({ "tools": tools, "tool_choice": "none" }),
        json!({ "tools": tools, "tool": "status" }),
        json!({ "messages": pictured }),
    ] {
        let mut request = question(model);
        request
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        all.push(request);
    }
    all
}

/// Answers of every kind that the tests give.
fn answers(model: &str) -> Vec<Value> {
    if model == "gpt" {
        let call = json!([{ "id": "t1", "type": "function", "function": { "name": "branch", "arguments": "{}" } }]);
        let mut calling = completion(
            &json!({ "role": "assistant", "content": null, "refusal": null, "tool_calls": call }),
        );
        calling["choices"][0]["finish_reason"] = "tool_calls".into();
        calling["usage"]["prompt_tokens_details"] = json!({ "cached_tokens": 4 });
        return vec![
            completion(&json!({ "role": "assistant", "content": "Yes.", "refusal": null })),
            calling,
        ];
    }
    let mut calling = message(&json!([
        { "type": "thinking", "thinking": "Hm.", "signature": "c2ln" },
        { "type": "tool_use", "id": "t1", "name": "branch", "input": {} },
    ]));
    calling["stop_reason"] = "tool_use".into();
    calling["usage"] = json!({ "input_tokens": 100, "output_tokens": 10, "cache_read_input_tokens": 1000, "cache_creation_input_tokens": 50,
        "cache_creation": { "ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 30 } });
    vec![
        message(&json!([{ "type": "text", "text": "Yes.", "citations": null }])),
        calling,
    ]
}

#[test]
fn both_directions_fit_the_types_that_the_providers_publish() {
    let Some(packages) = packages() else { return };
    let model = ScriptedModel::start().unwrap();
    let scene = llm_scene(&model);
    let mut values = json!({});
    for (name, dialect) in [("claude", "anthropic"), ("gpt", "openai")] {
        let mut answered = Vec::new();
        for (request, answer) in requests(name).iter().zip(answers(name).iter().cycle()) {
            model.answers(ModelReply::json(200, answer));
            scene.call("llm_call", request).unwrap();
            answered.push(answer.clone());
        }
        let asked: Vec<Value> = model
            .asked()
            .into_iter()
            .map(|request| request.body)
            .collect();
        assert_eq!(asked.len(), 8);
        values[dialect] = json!({ "requests": asked, "responses": answered });
    }
    let (fits, said) = verified(&packages, &values);
    assert!(fits, "{said}");
    assert_eq!(said, "32 fit, 0 do not\n");
}

/// The proof that the proof can fail: each of these is one word off.
#[test]
fn what_does_not_fit_is_found() {
    let Some(packages) = packages() else { return };
    let block = |block: &Value| json!({ "model": "m", "max_tokens": 1, "messages": [{ "role": "user", "content": [block] }] });
    let with = |mut value: Value, name: &str, member: Value| {
        value[name] = member;
        value
    };
    let plain = block(&json!({ "type": "text", "text": "x" }));
    let claude = message(&json!([]));
    let gpt = completion(&json!({ "role": "assistant", "content": "x", "refusal": null }));
    let values = json!({
        "anthropic": {
            "requests": [
                block(&json!({ "type": "text", "text": "x", "surprise": 1 })),
                block(&json!({ "type": "text", "text": 1 })),
                block(&json!({ "type": "image", "source": { "type": "base64", "media_type": "image/bmp", "data": "" } })),
                with(plain.clone(), "max_tokens", "1".into()),
                with(plain.clone(), "temperature", 1.into()),
                with(plain.clone(), "tool_choice", json!({ "type": "always" })),
            ],
            "responses": [
                with(claude.clone(), "stop_reason", "bored".into()),
                with(claude.clone(), "usage", json!({ "input_tokens": "1", "output_tokens": 1 })),
                with(claude, "surprise", 1.into()),
            ],
        },
        "openai": {
            "requests": [
                with(plain.clone(), "stop", 1.into()),
                with(plain.clone(), "surprise", 1.into()),
                with(plain, "tool_choice", "always".into()),
            ],
            "responses": [
                with(gpt.clone(), "object", "message".into()),
                with(gpt.clone(), "surprise", 1.into()),
                with(gpt, "usage", json!({ "prompt_tokens": 1 })),
            ],
        },
    });
    let (fits, said) = verified(&packages, &values);
    assert!(!fits);
    assert!(said.ends_with("\n0 fit, 15 do not\n"), "{said}");
}
