//! What the hook client accepts as an answer, as a JSON Schema for one event.
//!
//! The client drops a whole answer for one wrong value, and then the tool runs: whatever the gate says has to pass
//! this. It is stricter than the client in one thing: it knows no fields that the client would only ignore.

use serde_json::{Map, Value, json};

/// Every event the client is known to send.
pub const EVENTS: [&str; 33] = [
    "PreToolUse",
    "PostToolUse",
    "PostToolUseFailure",
    "PostToolBatch",
    "Notification",
    "UserPromptSubmit",
    "UserPromptExpansion",
    "SessionStart",
    "SessionEnd",
    "Stop",
    "StopFailure",
    "SubagentStart",
    "SubagentStop",
    "PreCompact",
    "PostCompact",
    "PreModelSwitch",
    "PostModelSwitch",
    "PermissionRequest",
    "PermissionDenied",
    "Setup",
    "TeammateIdle",
    "TaskCreated",
    "TaskCompleted",
    "Elicitation",
    "ElicitationResult",
    "ConfigChange",
    "WorktreeCreate",
    "WorktreeRemove",
    "InstructionsLoaded",
    "CwdChanged",
    "FileChanged",
    "DirectoryAdded",
    "MessageDisplay",
];

/// Builds the schema of one event's answer. An event without a specific part must not have one.
#[must_use]
pub fn schema(event: &str) -> Value {
    let mut properties = json!({
        "continue": {"type": "boolean"},
        "stopReason": {"type": "string"},
        "suppressOutput": {"type": "boolean"},
        "systemMessage": text(),
        "terminalSequence": {"type": "string"},
        "decision": {"enum": ["approve", "block"]},
        "reason": text(),
    });
    if let Some((required, specific)) = specific(event) {
        let mut fields = Map::from_iter([("hookEventName".to_owned(), json!({"const": event}))]);
        fields.extend(specific);
        let mut names = vec!["hookEventName"];
        names.extend(required);
        properties["hookSpecificOutput"] = json!({
            "type": "object",
            "properties": fields,
            "required": names,
            "additionalProperties": false,
        });
    }
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

/// Tells what the client would not take about an answer; empty when it takes it.
///
/// # Panics
/// When the schema above is not one.
#[must_use]
pub fn objections(event: &str, answer: &Value) -> Vec<String> {
    #[allow(clippy::expect_used, reason = "a schema written in this file")]
    let validator = jsonschema::validator_for(&schema(event)).expect("the schema is one");
    validator
        .iter_errors(answer)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect()
}

/// A text for people or the model: the client keeps 10,000 of its characters, which JSON Schema counts differently,
/// so this bound is only the weaker one.
fn text() -> Value {
    json!({"type": "string", "maxLength": 10_000})
}

/// The fields of `hookSpecificOutput`: the required ones' names, and all with their schemas.
fn specific(event: &str) -> Option<(Vec<&'static str>, Map<String, Value>)> {
    let context = ("additionalContext", text());
    let strings = || json!({"type": "array", "items": {"type": "string"}});
    let flag = || json!({"type": "boolean"});
    let object = || json!({"type": "object"});
    let permission = |words: Value| {
        [
            ("permissionDecision", json!({ "enum": words })),
            ("permissionDecisionReason", text()),
        ]
    };
    let mut required = vec![];
    let fields: Vec<(&str, Value)> = match event {
        "PreToolUse" => {
            let mut fields = permission(json!(["allow", "deny", "ask", "defer"])).to_vec();
            fields.extend([("updatedInput", object()), context]);
            fields
        }
        "PreModelSwitch" => permission(json!(["allow", "deny", "ask"])).to_vec(),
        "PostToolUse" => vec![
            context,
            ("classifierContext", text()),
            ("updatedToolOutput", json!({"not": {"type": "null"}})),
            ("updatedMCPToolOutput", json!({"not": {"type": "null"}})),
        ],
        "PostToolUseFailure" | "PostToolBatch" | "Notification" | "PostModelSwitch" | "Setup"
        | "Stop" | "SubagentStart" | "SubagentStop" => vec![context],
        "UserPromptSubmit" => vec![
            context,
            ("sessionTitle", text()),
            ("suppressOriginalPrompt", flag()),
        ],
        "UserPromptExpansion" => vec![context, ("suppressOriginalPrompt", flag())],
        "SessionStart" => vec![
            context,
            ("initialUserMessage", text()),
            ("sessionTitle", text()),
            ("watchPaths", strings()),
            ("reloadSkills", flag()),
        ],
        "CwdChanged" | "FileChanged" => vec![("watchPaths", strings())],
        "Elicitation" | "ElicitationResult" => vec![
            ("action", json!({"enum": ["accept", "decline", "cancel"]})),
            ("content", object()),
        ],
        "MessageDisplay" => vec![("displayContent", text())],
        "PermissionDenied" => vec![("retry", flag())],
        "PermissionRequest" => {
            required.push("decision");
            vec![("decision", permission_request())]
        }
        "WorktreeCreate" => {
            required.push("worktreePath");
            vec![("worktreePath", json!({"type": "string", "minLength": 1}))]
        }
        _ => return None,
    };
    let fields = fields
        .into_iter()
        .map(|(name, schema)| (name.to_owned(), schema));
    Some((required, fields.collect()))
}

fn permission_request() -> Value {
    json!({"oneOf": [
        {
            "type": "object",
            "properties": {
                "behavior": {"const": "allow"},
                "updatedInput": {"type": "object"},
                "updatedPermissions": {"type": "array", "items": {"type": "object"}},
            },
            "required": ["behavior"],
            "additionalProperties": false,
        },
        {
            "type": "object",
            "properties": {
                "behavior": {"const": "deny"},
                "message": text(),
                "interrupt": {"type": "boolean"},
            },
            "required": ["behavior"],
            "additionalProperties": false,
        },
    ]})
}
