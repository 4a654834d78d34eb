//! What is told to an MCP client, and what it is asked.

use serde_json::{Value, json};

use crate::scene::Scene;

/// A scene whose client has answered this already.
fn answered(answers: Value) -> Scene {
    let scene = Scene::new();
    let answers = serde_json::from_value(answers).unwrap();
    *scene.host.answers.lock().unwrap() = answers;
    scene
}

fn told(scene: &Scene) -> Vec<String> {
    scene.host.told.lock().unwrap().clone()
}

#[test]
pub(crate) fn mcp_progress() {
    let scene = Scene::new();
    let request = json!({"progress": 3, "total": 10.5, "message": "reading"});
    assert_eq!(scene.call("mcp_progress", &request).unwrap(), json!({}));
    assert_eq!(
        told(&scene),
        [r#"progress {"message":"reading","progress":3,"total":10.5}"#]
    );
    for wrong in [
        json!({}),
        json!({"progress": "half"}),
        json!({"progress": 1, "of": 2}),
    ] {
        assert_eq!(scene.refused("mcp_progress", &wrong), "invalid_request");
    }
}

#[test]
pub(crate) fn mcp_log() {
    let scene = Scene::new();
    let request = json!({"level": "notice", "logger": "index", "data": {"skipped": 3}});
    assert_eq!(scene.call("mcp_log", &request).unwrap(), json!({}));
    assert_eq!(
        told(&scene),
        [r#"line {"data":{"skipped":3},"level":"notice","logger":"index"}"#]
    );
    let loud = json!({"level": "loud", "data": "x"});
    assert_eq!(scene.refused("mcp_log", &loud), "invalid_request");
}

#[test]
pub(crate) fn mcp_changed() {
    let scene = Scene::new();
    let resource = json!({"what": "resource", "uri": "forge://status"});
    for request in [json!({"what": "tools"}), resource] {
        assert_eq!(scene.call("mcp_changed", &request).unwrap(), json!({}));
    }
    assert_eq!(
        told(&scene),
        [
            r#"changed {"what":"tools"}"#,
            r#"changed {"uri":"forge://status","what":"resource"}"#
        ]
    );
    for wrong in [
        json!({"what": "resource"}),
        json!({"what": "tools", "uri": "forge://status"}),
        json!({"what": "weather"}),
    ] {
        assert_eq!(scene.refused("mcp_changed", &wrong), "invalid_request");
    }
}

#[test]
pub(crate) fn mcp_elicit() {
    let form =
        json!({"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]});
    let request = json!({"key": "who", "message": "Who?", "schema": form});
    let accepted = json!({"action": "accept", "content": {"name": "Ada"}});
    let scene = answered(json!({"who": accepted}));
    assert_eq!(scene.call("mcp_elicit", &request).unwrap(), accepted);
    let scene = answered(json!({"who": {"action": "decline"}}));
    assert_eq!(
        scene.call("mcp_elicit", &request).unwrap(),
        json!({"action": "decline"})
    );
    // What does not fit the form is no answer.
    for unfit in [
        json!({"action": "accept", "content": {"name": 7}}),
        json!({"action": "accept"}),
        json!({"action": "perhaps"}),
        json!(7),
        json!(null),
    ] {
        let scene = answered(json!({ "who": unfit }));
        assert_eq!(
            scene.refused("mcp_elicit", &request),
            "unavailable",
            "{unfit}"
        );
    }
    // Another question's answer is none to this one.
    let scene = answered(json!({"mcp_elicit": accepted}));
    assert_eq!(scene.refused("mcp_elicit", &request), "unavailable");
    for wrong in [
        json!({"message": "Who?"}),
        json!({"message": "Who?", "schema": form, "url": "https://forge.example/login"}),
        json!({"message": "", "schema": form}),
        json!({"message": "Who?", "schema": form, "key": ""}),
    ] {
        let code = scene.refused("mcp_elicit", &wrong);
        assert_eq!(code, "invalid_request", "{wrong}");
    }
    let opened = answered(json!({"mcp_elicit": {"action": "accept"}}));
    let address = json!({"message": "Sign in", "url": "https://forge.example/login"});
    assert_eq!(
        opened.call("mcp_elicit", &address).unwrap(),
        json!({"action": "accept"})
    );
}

#[test]
pub(crate) fn mcp_sample() {
    let message = json!({"role": "user", "content": {"type": "text", "text": "Say hello."}});
    let request = json!({"messages": [message], "maxTokens": 100, "temperature": 0});
    let said = json!({
        "role": "assistant", "content": {"type": "text", "text": "Hello."}, "model": "small", "stopReason": "endTurn",
    });
    let scene = answered(json!({ "mcp_sample": said }));
    assert_eq!(scene.call("mcp_sample", &request).unwrap(), said);
    let scene = answered(json!({"mcp_sample": {"role": "assistant"}}));
    assert_eq!(scene.refused("mcp_sample", &request), "unavailable");
    for wrong in [
        json!({"messages": [], "maxTokens": 100}),
        json!({"messages": [message], "maxTokens": 0}),
        json!({"messages": [message]}),
    ] {
        let code = scene.refused("mcp_sample", &wrong);
        assert_eq!(code, "invalid_request", "{wrong}");
    }
}

#[test]
pub(crate) fn mcp_list_roots() {
    let roots = json!({"roots": [{"uri": "file:///home/dev/project", "name": "project"}]});
    let scene = answered(json!({ "mcp_list_roots": roots }));
    assert_eq!(scene.call("mcp_list_roots", &json!({})).unwrap(), roots);
    let scene = answered(json!({"mcp_list_roots": {"roots": "all"}}));
    assert_eq!(scene.refused("mcp_list_roots", &json!({})), "unavailable");
}

#[test]
pub(crate) fn mcp_ask() {
    let form = json!({"type": "object", "properties": {"name": {"type": "string"}}});
    let request = json!({"questions": [
        {"kind": "elicit", "value": {"key": "who", "message": "Who?", "schema": form}},
        {"kind": "list_roots", "value": {}},
    ]});
    let answers = json!({
        "who": {"action": "accept", "content": {"name": "Ada"}},
        "mcp_list_roots": {"roots": []},
    });
    let scene = answered(answers.clone());
    assert_eq!(
        scene.call("mcp_ask", &request).unwrap(),
        json!({ "answers": answers })
    );
    let scene = answered(json!({"mcp_list_roots": {"roots": []}}));
    assert_eq!(scene.refused("mcp_ask", &request), "unavailable");
    let twice = json!({"questions": [{"kind": "list_roots", "value": {}}, {"kind": "list_roots", "value": {}}]});
    let none = json!({"questions": []});
    for wrong in [twice, none] {
        assert_eq!(
            scene.refused("mcp_ask", &wrong),
            "invalid_request",
            "{wrong}"
        );
    }
}
