//! The gate's two tables: every cell has its exact answer, and the client takes every one of them.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]
#![allow(
    clippy::needless_pass_by_value,
    reason = "a table of JSON literals reads better"
)]

use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use sinew_contract_tests::client_output::{EVENTS, objections};
use sinew_runtime::engine::{Column, Kind, Verdict};
use sinew_runtime::transport::hooks::{TEXT_CHARACTERS_MAX, Tables, Unanswerable};
use sinew_schema::GateDecisionTable;

const KINDS: [Kind; 5] = [Kind::Allow, Kind::Deny, Kind::Ask, Kind::Defer, Kind::None];
const COLUMNS: [Column; 3] = [Column::Deny, Column::Ask, Column::None];

fn tables() -> Tables {
    Tables::bundled().expect("the bundled tables load")
}

fn listed_and_unlisted() -> impl Iterator<Item = &'static str> {
    EVENTS.into_iter().chain(["SomethingNew"])
}

/// A decision with nothing but its kind and reason.
fn decided(kind: Kind, reason: &str) -> Verdict {
    Verdict::Decided {
        kind,
        reason: reason.to_owned(),
        context: String::new(),
        replacement: None,
        fields: Map::new(),
    }
}

/// The same with a context, a replacement and further fields.
fn full(kind: Kind, context: &str, replacement: Option<Value>, fields: Value) -> Verdict {
    Verdict::Decided {
        kind,
        reason: if kind == Kind::None { "" } else { "why" }.to_owned(),
        context: context.to_owned(),
        replacement,
        fields: fields.as_object().expect("an object").clone(),
    }
}

fn answer(event: &str, verdict: &Verdict) -> Value {
    let answer = tables().answer(event, verdict).expect("it can be answered");
    assert_eq!(
        objections(event, &answer.json),
        Vec::<String>::new(),
        "{event} {verdict:?}"
    );
    answer.json
}

#[test]
fn every_event_of_the_client_is_listed_and_no_other() {
    let tables = tables();
    let mut known = EVENTS.to_vec();
    known.sort_unstable();
    let mut listed: Vec<&str> = tables.events().collect();
    listed.sort_unstable();
    assert_eq!(listed, known);
}

#[test]
fn every_cell_of_the_decision_table_has_its_exact_answer() {
    let mut cells = String::new();
    for event in listed_and_unlisted() {
        for kind in KINDS {
            let reason = if kind == Kind::None { "" } else { "why" };
            let json = answer(event, &decided(kind, reason));
            let kind = format!("{kind:?}");
            writeln!(cells, "{event:<20} {kind:<6} {json}").expect("a string takes it");
        }
    }
    insta::assert_snapshot!(cells);
}

#[test]
fn every_cell_of_the_failure_table_has_its_exact_answer() {
    let mut cells = String::new();
    for event in listed_and_unlisted() {
        for column in COLUMNS {
            let reason = "sinew: the plugin `guard` ran out of time".to_owned();
            let json = answer(event, &Verdict::Failed { column, reason });
            let column = format!("{column:?}");
            writeln!(cells, "{event:<20} {column:<5} {json}").expect("a string takes it");
        }
    }
    insta::assert_snapshot!(cells);
}

#[test]
fn no_opinion_and_an_unguarded_failure_say_nothing_at_all() {
    for event in listed_and_unlisted() {
        assert_eq!(
            answer(event, &decided(Kind::None, "")),
            json!({}),
            "{event}"
        );
        let column = Column::None;
        let reason = "broken".to_owned();
        assert_eq!(
            answer(event, &Verdict::Failed { column, reason }),
            json!({}),
            "{event}"
        );
    }
}

#[test]
fn a_failure_never_makes_an_agent_go_on() {
    let tables = tables();
    for event in ["Stop", "SubagentStop", "TeammateIdle", "TaskCompleted"] {
        assert!(tables.block_means_continue(event), "{event}");
        for column in COLUMNS {
            let reason = "broken".to_owned();
            let json = answer(event, &Verdict::Failed { column, reason });
            assert_eq!(json.get("decision"), None, "{event} {column:?}");
        }
    }
}

#[test]
fn asking_denies_where_the_client_cannot_ask() {
    let table = GateDecisionTable::bundled().expect("the table");
    for event in listed_and_unlisted() {
        let asked = answer(event, &decided(Kind::Ask, "why"));
        let denied = answer(event, &decided(Kind::Deny, "why"));
        let native = matches!(event, "PreToolUse" | "PreModelSwitch");
        let row = table.row(event).expect("a row");
        assert_eq!(row.asks(), native, "{event}");
        assert_eq!(asked == denied, !native, "{event}");
    }
}

#[test]
fn a_decision_without_a_reason_leaves_its_place_out() {
    for event in listed_and_unlisted() {
        for kind in KINDS {
            let json = answer(event, &decided(kind, ""));
            assert!(
                !json.to_string().contains("eason"),
                "{event} {kind:?} {json}"
            );
            assert!(
                !json.to_string().contains("null"),
                "{event} {kind:?} {json}"
            );
        }
    }
}

#[test]
fn a_reason_that_looks_like_a_placeholder_stays_a_text() {
    for reason in [
        "${reason}",
        "${reason}${reason}",
        "\"},{\"decision\":\"approve\"",
        "\u{0}\n\"\\",
    ] {
        let json = answer("UserPromptSubmit", &decided(Kind::Deny, reason));
        assert_eq!(json, json!({"decision": "block", "reason": reason}));
    }
}

#[test]
fn texts_are_cut_to_what_the_client_keeps() {
    let long = "𝄞".repeat(TEXT_CHARACTERS_MAX);
    let verdict = Verdict::Decided {
        kind: Kind::Deny,
        reason: long.clone(),
        context: long.clone(),
        replacement: None,
        fields: Map::new(),
    };
    let answer = tables()
        .answer("PreToolUse", &verdict)
        .expect("it can be answered");
    assert_eq!(
        answer.differences,
        ["the reason was cut", "the context was cut"]
    );
    for name in ["permissionDecisionReason", "additionalContext"] {
        let text = answer.json["hookSpecificOutput"][name]
            .as_str()
            .expect("a text");
        assert!(text.encode_utf16().count() <= TEXT_CHARACTERS_MAX);
    }
}

#[test]
fn a_context_alone_brings_the_event_s_name_along() {
    assert_eq!(
        answer(
            "SessionStart",
            &full(Kind::None, "on branch main", None, json!({}))
        ),
        json!({"hookSpecificOutput": {"hookEventName": "SessionStart", "additionalContext": "on branch main"}})
    );
    assert_eq!(
        answer("Stop", &full(Kind::Deny, "tests are red", None, json!({}))),
        json!({
            "decision": "block",
            "reason": "why",
            "hookSpecificOutput": {"hookEventName": "Stop", "additionalContext": "tests are red"}
        })
    );
}

#[test]
fn a_context_without_a_place_is_left_out_and_reported() {
    let verdict = full(Kind::None, "words", None, json!({}));
    let answer = tables()
        .answer("SessionEnd", &verdict)
        .expect("it can be answered");
    assert_eq!(answer.json, json!({}));
    assert_eq!(answer.differences, ["the context was left out"]);
}

#[test]
fn a_rewritten_input_goes_out_whole_with_the_tool_s_own_nulls() {
    let replacement = json!({"command": "ls", "timeout": null, "hookEventName": "x"});
    for (kind, decision) in [
        (Kind::None, None),
        (Kind::Allow, Some("allow")),
        (Kind::Ask, Some("ask")),
    ] {
        let json = answer(
            "PreToolUse",
            &full(kind, "", Some(replacement.clone()), json!({})),
        );
        let specific = &json["hookSpecificOutput"];
        assert_eq!(specific["updatedInput"], replacement);
        assert_eq!(
            specific.get("permissionDecision").and_then(Value::as_str),
            decision
        );
        assert_eq!(specific["hookEventName"], "PreToolUse");
    }
}

#[test]
fn a_denied_input_is_not_rewritten() {
    for kind in [Kind::Deny, Kind::Defer] {
        let json = answer(
            "PreToolUse",
            &full(kind, "", Some(json!({"command": "ls"})), json!({})),
        );
        assert_eq!(json["hookSpecificOutput"].get("updatedInput"), None);
    }
}

#[test]
fn a_rewritten_output_is_delivered_with_every_decision() {
    for kind in KINDS {
        let json = answer(
            "PostToolUse",
            &full(kind, "", Some(json!("[redacted]")), json!({})),
        );
        assert_eq!(
            json["hookSpecificOutput"]["updatedToolOutput"],
            "[redacted]"
        );
        assert_eq!(json["hookSpecificOutput"]["hookEventName"], "PostToolUse");
    }
}

#[test]
fn a_permission_request_is_rewritten_only_by_an_approval() {
    let rewrite = || Some(json!({"command": "ls"}));
    let json = answer(
        "PermissionRequest",
        &full(Kind::Allow, "", rewrite(), json!({})),
    );
    assert_eq!(
        json["hookSpecificOutput"]["decision"],
        json!({"behavior": "allow", "updatedInput": {"command": "ls"}})
    );
    let answer = tables()
        .answer(
            "PermissionRequest",
            &full(Kind::None, "", rewrite(), json!({})),
        )
        .expect("it can be answered");
    assert_eq!(answer.json.get("hookSpecificOutput"), None);
    assert!(
        answer.json["systemMessage"]
            .as_str()
            .is_some_and(|text| text.contains("original stands"))
    );
    assert_eq!(answer.differences, ["the rewritten input was left out"]);
}

#[test]
fn a_rewrite_that_the_client_could_not_apply_is_no_answer() {
    let refused = |event: &str, replacement: Value| {
        tables()
            .answer(event, &full(Kind::Allow, "", Some(replacement), json!({})))
            .expect_err("it cannot be answered")
    };
    assert!(matches!(
        refused("PreToolUse", json!("ls")),
        Unanswerable::Replacement { .. }
    ));
    assert!(matches!(
        refused("PreToolUse", json!(null)),
        Unanswerable::Replacement { .. }
    ));
    assert!(matches!(
        refused("PostToolUse", json!(null)),
        Unanswerable::Replacement { .. }
    ));
    assert!(matches!(
        refused("UserPromptSubmit", json!({})),
        Unanswerable::NoRewrite { .. }
    ));
    assert!(matches!(
        refused("SomethingNew", json!({})),
        Unanswerable::NoRewrite { .. }
    ));
}

#[test]
fn a_worktree_is_created_only_where_a_plugin_names_its_path() {
    let named = json!({"worktreePath": "/srv/trees/a"});
    for kind in [Kind::None, Kind::Allow] {
        assert_eq!(
            answer("WorktreeCreate", &full(kind, "", None, named.clone())),
            json!({"hookSpecificOutput": {"hookEventName": "WorktreeCreate", "worktreePath": "/srv/trees/a"}})
        );
    }
    for kind in [Kind::Ask, Kind::Defer, Kind::Deny] {
        let json = answer("WorktreeCreate", &full(kind, "", None, named.clone()));
        assert_eq!(json.get("hookSpecificOutput"), None, "{kind:?}");
        assert_eq!(json["decision"], "block");
    }
}

#[test]
fn a_field_the_client_would_not_take_is_left_out_and_the_decision_stays() {
    let fields = json!({
        "watchPaths": ["/a", 1],
        "reloadSkills": true,
        "sessionTitle": null,
        "permissionDecision": "allow",
        "hookEventName": "Stop",
        "additionalContext": "from a field",
    });
    let verdict = full(Kind::None, "from the context", None, fields);
    let answer = tables()
        .answer("SessionStart", &verdict)
        .expect("it can be answered");
    assert_eq!(
        answer.json,
        json!({"hookSpecificOutput": {
            "hookEventName": "SessionStart",
            "additionalContext": "from the context",
            "reloadSkills": true,
        }})
    );
    assert_eq!(answer.differences.len(), 5);
}

#[test]
fn a_field_never_weakens_a_refusal() {
    let json = answer(
        "Elicitation",
        &full(
            Kind::Deny,
            "",
            None,
            json!({"action": "accept", "content": {"a": 1}}),
        ),
    );
    assert_eq!(
        json,
        json!({"hookSpecificOutput": {"hookEventName": "Elicitation", "action": "decline"}, "systemMessage": "why"})
    );
    let json = answer(
        "PermissionRequest",
        &full(
            Kind::Deny,
            "",
            None,
            json!({"updatedPermissions": [{"type": "setMode"}]}),
        ),
    );
    assert_eq!(
        json["hookSpecificOutput"]["decision"],
        json!({"behavior": "deny", "message": "why"})
    );
}

#[test]
fn a_table_that_could_fail_open_does_not_load() {
    let decision = include_str!("../../schema/gate/decision.json");
    let failure = include_str!("../../schema/gate/failure.json");
    let broken = [
        (
            decision.replacen("\"Stop\": {", "\"Halt\": {", 1),
            failure.to_owned(),
        ),
        (
            decision.replacen("\"*\": {", "\"Other\": {", 1),
            failure.to_owned(),
        ),
        (
            decision.replacen("\"allow\": {}", "\"allow\": {\"reason\": null}", 1),
            failure.to_owned(),
        ),
        (
            decision.replacen("\"${reason}\"", "\"because ${reason}\"", 1),
            failure.to_owned(),
        ),
        (
            decision.replacen(
                "\"hookEventName\": \"PreToolUse\"",
                "\"hookEventName\": \"Stop\"",
                1,
            ),
            failure.to_owned(),
        ),
        (
            decision.replacen("\"none\": {},", "", 1),
            failure.to_owned(),
        ),
        (
            decision.to_owned(),
            failure.replacen(
                "\"Stop\": {\n      \"deny\": {\"systemMessage\"",
                "\"Stop\": {\n      \"deny\": {\"decision\"",
                1,
            ),
        ),
    ];
    for (index, (changed_decision, changed_failure)) in broken.iter().enumerate() {
        assert!(
            changed_decision != decision || changed_failure != failure,
            "case {index} changes something"
        );
        assert!(
            Tables::parse(changed_decision, changed_failure).is_err(),
            "case {index}"
        );
    }
}
