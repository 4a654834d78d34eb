//! Effects without a service.

use std::sync::Arc;

use serde_json::{Value, json};
use sinew_runtime::effects::InputDocument;

use crate::scene::{NOW_MICROS, Scene};

#[test]
pub(crate) fn clock_now() {
    let scene = Scene::new();
    let now = scene.call("clock_now", &json!({})).unwrap();
    assert_eq!(
        now,
        json!({ "unix_ms": NOW_MICROS / 1_000, "rfc3339": "2023-11-14T22:13:20.123Z" })
    );
    assert_eq!(
        scene.refused("clock_now", &json!({ "zone": "UTC" })),
        "invalid_request"
    );
}

#[test]
pub(crate) fn gate_status() {
    let mut scene = Scene::new();
    assert_eq!(
        scene.call("gate_status", &json!({})).unwrap(),
        json!({ "plugins": [] })
    );
    let plugins = json!([
        { "name": "guard", "version": "1.0.0", "loaded": true, "subscriptions": [{ "event": "Stop", "on_failure": "ask" }] },
        { "name": "torn", "loaded": false, "subscriptions": [] },
    ]);
    let places = json!([{ "kind": "state", "path": "/var/lib/gate" }]);
    scene.host.plugins = serde_json::from_value(plugins.clone()).unwrap();
    scene.host.places = serde_json::from_value(places.clone()).unwrap();
    assert_eq!(
        scene.call("gate_status", &json!({})).unwrap(),
        json!({ "plugins": plugins, "places": places })
    );
    assert_eq!(
        scene.refused("gate_status", &json!({ "plugin": "guard" })),
        "invalid_request"
    );
}

#[test]
pub(crate) fn random_bytes() {
    let scene = Scene::new();
    assert_eq!(
        scene.call("random_bytes", &json!({ "length": 3 })).unwrap(),
        json!({ "base64": "BwcH" })
    );
    let most = scene
        .call("random_bytes", &json!({ "length": 65_536 }))
        .unwrap();
    assert_eq!(most["base64"].as_str().unwrap().len(), 87_384);
    assert_eq!(
        scene.refused("random_bytes", &json!({ "length": 0 })),
        "invalid_request"
    );
    assert_eq!(
        scene.refused("random_bytes", &json!({ "length": 65_537 })),
        "too_large"
    );
    assert_eq!(
        scene.refused("random_bytes", &json!({ "length": -1 })),
        "invalid_request"
    );
}

#[test]
pub(crate) fn input_read() {
    let mut scene = Scene::new();
    let long = "äöü".repeat(100_000);
    let input = json!({ "tool_input": { "content": long, "~/": [1, null] }, "b": 1, "a": 2 });
    scene.host.input = InputDocument::new(Arc::new(input));

    let pair = scene
        .call("input_read", &json!({ "pointer": "/tool_input/~0~1" }))
        .unwrap();
    assert_eq!(pair, json!({ "text": "[1,null]", "total_bytes": 8 }));
    let part = scene
        .call("input_read", &json!({ "pointer": "", "length": 6 }))
        .unwrap();
    assert_eq!(part["text"], r#"{"a":2"#);
    assert_eq!(part["next_offset"], 6);

    for length in [None, Some(1), Some(65_537)] {
        let mut seen = String::new();
        let mut offset = Some(0);
        let mut calls = 0;
        while let Some(at) = offset.filter(|_| length != Some(1) || calls < 50) {
            let mut request = json!({ "pointer": "/tool_input/content", "offset": at });
            if let Some(length) = length {
                request["length"] = length.into();
            }
            let chunk = scene.call("input_read", &request).unwrap();
            assert_eq!(chunk["total_bytes"], long.len());
            seen.push_str(chunk["text"].as_str().unwrap());
            offset = chunk["next_offset"].as_u64();
            calls += 1;
        }
        assert!(long.starts_with(&seen), "{length:?}");
        assert_eq!(length != Some(1), seen == long, "{length:?}");
        assert!(calls > 1, "{length:?}: a long value comes in chunks");
    }

    for (request, code) in [
        (json!({ "pointer": "/c" }), "not_found"),
        (json!({ "pointer": "a" }), "invalid_request"),
        (json!({ "pointer": "/~2" }), "invalid_request"),
        (json!({ "pointer": "/a", "offset": 2 }), "invalid_request"),
        (
            json!({ "pointer": "/tool_input/content", "offset": 1 }),
            "invalid_request",
        ),
        (json!({ "pointer": "/a", "length": 0 }), "invalid_request"),
    ] {
        assert_eq!(scene.refused("input_read", &request), code, "{request}");
    }
}

#[test]
pub(crate) fn shell_parse() {
    let scene = Scene::new();
    let tree = scene
        .call("shell_parse", &json!({ "command": "r\\m -rf \"$X\" &" }))
        .unwrap();
    let words =
        &tree["script"]["statements"][0]["pipelines"][0]["commands"][0]["body"]["value"]["words"];
    assert_eq!(
        *words,
        json!([
            { "start": 0, "end": 3, "parts": [{ "kind": "literal", "value": "r" }, { "kind": "escaped", "value": "m" }] },
            { "start": 4, "end": 7, "parts": [{ "kind": "literal", "value": "-rf" }] },
            { "start": 8, "end": 12, "parts": [
                { "kind": "double_quoted", "value": [{ "kind": "parameter", "value": { "name": "X" } }] }
            ] },
        ])
    );
    assert_eq!(tree["script"]["statements"][0]["background"], true);
    for (command, code, message) in [
        (
            "echo 'a",
            "invalid_request",
            "unterminated single quote at byte 5 (line 1, column 6)".to_owned(),
        ),
        (
            "ls;\n)",
            "invalid_request",
            "syntax error at byte 4 (line 2, column 1)".to_owned(),
        ),
        (
            &"x".repeat(262_145),
            "too_large",
            "the command is 262145 bytes long, and at most 262144 are parsed".to_owned(),
        ),
        (
            &"(".repeat(100),
            "too_large",
            "the command is nested more than 64 deep at byte 65 (line 1, column 66)".to_owned(),
        ),
    ] {
        let error = scene
            .call("shell_parse", &json!({ "command": command }))
            .unwrap_err();
        assert_eq!((error.code.as_str(), &error.message), (code, &message));
    }
}

fn logs(name: &str, level: &str) {
    let scene = Scene::new();
    let logged = scene
        .call(
            name,
            &json!({ "message": "it happened", "fields": { "n": 1 } }),
        )
        .unwrap();
    assert_eq!(logged, json!({}));
    let cut = scene
        .call(name, &json!({ "message": "ä".repeat(100_000) }))
        .unwrap();
    assert_eq!(cut, json!({ "truncated": true }));
    let told = scene.host.told.lock().unwrap();
    assert_eq!(told[0], format!(r#"{level} it happened {{"n":1}}"#));
    assert!(told[1].len() < 20_000);
}

#[test]
pub(crate) fn log_debug() {
    logs("log_debug", "Debug");
}

#[test]
pub(crate) fn log_info() {
    logs("log_info", "Info");
}

#[test]
pub(crate) fn log_warn() {
    logs("log_warn", "Warn");
}

#[test]
pub(crate) fn log_error() {
    logs("log_error", "Error");
}

#[test]
pub(crate) fn emit_event() {
    let scene = Scene::new();
    let emitted = scene
        .call(
            "emit_event",
            &json!({ "name": "policy.asked", "attributes": { "tool": "Bash" } }),
        )
        .unwrap();
    assert_eq!(emitted, json!({}));
    let many: Value = (0..70)
        .map(|index| (format!("k{index:02}"), Value::from(index)))
        .collect();
    let emitted = scene
        .call("emit_event", &json!({ "name": "much", "attributes": many }))
        .unwrap();
    assert_eq!(emitted, json!({ "dropped_attributes": 6 }));
    assert_eq!(
        scene.host.told.lock().unwrap()[0],
        r#"policy.asked {"tool":"Bash"}"#
    );
    assert_eq!(
        scene.refused("emit_event", &json!({ "name": "" })),
        "invalid_request"
    );
    assert_eq!(
        scene.refused("emit_event", &json!({ "name": "x".repeat(129) })),
        "too_large"
    );
}
