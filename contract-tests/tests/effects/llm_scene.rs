//! A scripted provider, spoken to in both dialects, and a scene whose models it serves.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sinew_contract_tests::scripted_model::{ModelReply, ScriptedModel};
use sinew_runtime::services::llm::{
    Dialect, LlmModel, LlmProvider, LlmService, LlmSettings, Prices,
};
use sinew_runtime::services::secrets::{Secret, SecretSource, Secrets};
use sinew_runtime::world::{SeededRandom, SystemClock};

use crate::scene::Scene;

/// What no guest may ever see.
pub(crate) const KEY: &str = "sk-a-planted-key-0123456789";

pub(crate) const PRICES: Prices = Prices {
    input: 3_000_000,
    output: 15_000_000,
    cache_read: 300_000,
    cache_write: 3_750_000,
    cache_write_long: 6_000_000,
};

/// The scene's models: `claude` and `classic` (an older version of the API) speak the one dialect, `gpt` the other, and
/// `keyless` wants a key that is missing.
pub(crate) fn llm_scene(model: &ScriptedModel) -> Scene {
    llm_scene_with(model, |_| {})
}

pub(crate) fn llm_scene_with(
    model: &ScriptedModel,
    change: impl FnOnce(&mut LlmSettings),
) -> Scene {
    let provider = |name: &str, dialect, path: &str, key: &str| {
        let base_url = format!("http://{}{path}", model.address);
        Arc::new(LlmProvider {
            name: name.to_owned(),
            dialect,
            base_url: base_url.parse().unwrap(),
            key: Some(key.to_owned()),
        })
    };
    let anthropic = |version: &str| Dialect::Anthropic {
        version: version.to_owned(),
    };
    let open = |field: &str| Dialect::OpenAi {
        max_tokens_field: field.to_owned(),
    };
    let providers = [
        ("claude", provider("a", anthropic("2026-10-21"), "/", "KEY")),
        ("classic", provider("c", anthropic("2023-06-01"), "", "KEY")),
        (
            "gpt",
            provider("o", open("max_completion_tokens"), "/v1/", "KEY"),
        ),
        ("keyless", provider("k", open("max_tokens"), "/v1", "NONE")),
    ];
    let models = providers.map(|(name, provider)| {
        let model = LlmModel {
            provider,
            name: format!("{name}-over-there"),
            prices: PRICES,
            max_output_tokens: 8_192,
            context_tokens: 200_000,
            image_tokens: 1_600,
        };
        (name.to_owned(), model)
    });
    let mut settings = LlmSettings {
        models: BTreeMap::from(models),
        attempts_max: 3,
        backoff: Duration::from_millis(2),
        backoff_max: Duration::from_millis(40),
        ..LlmSettings::default()
    };
    change(&mut settings);
    let secrets = Secrets::load(BTreeMap::from([(
        "KEY".to_owned(),
        SecretSource::Environment {
            variable: "KEY".to_owned(),
            value: Some(Secret::new(KEY)),
        },
    )]));
    let llm = LlmService::new(
        settings,
        secrets,
        Arc::new(SystemClock),
        Arc::new(SeededRandom::new(1)),
    );
    let mut scene = Scene::new();
    scene.use_llm(llm);
    scene
}

/// Asks a model something short.
pub(crate) fn question(model: &str) -> Value {
    json!({
        "model": model,
        "messages": [{ "role": "user", "content": [{ "kind": "text", "value": { "text": "Is it harmless?" } }] }],
        "max_tokens": 100,
    })
}

/// An answer in Anthropic's words.
pub(crate) fn message(content: &Value) -> Value {
    json!({
        "id": "msg_01", "type": "message", "role": "assistant", "model": "claude-haiku-4-5",
        "content": content, "stop_reason": "end_turn", "stop_sequence": null,
        "usage": { "input_tokens": 10, "output_tokens": 20 },
    })
}

/// An answer in `OpenAI`'s words.
pub(crate) fn completion(message: &Value) -> Value {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1_785_758_400, "model": "gpt-small",
        "choices": [{ "index": 0, "message": message, "finish_reason": "stop", "logprobs": null }],
        "usage": { "prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30 },
    })
}

/// A whole answer in the dialect of `model`.
pub(crate) fn harmless(model: &str) -> ModelReply {
    let body = if model == "gpt" {
        completion(&json!({ "role": "assistant", "content": "It is.", "refusal": null }))
    } else {
        message(&json!([{ "type": "text", "text": "It is.", "citations": null }]))
    };
    ModelReply::json(200, &body)
}
