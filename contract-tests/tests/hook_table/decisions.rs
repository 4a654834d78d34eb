//! Every cell of the decision table through a real plugin: what it decided, its context, its fields and its rewrites.

use serde_json::{Value, json};
use sinew_contract_tests::client_output::EVENTS;
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::exchange::Reply;
use sinew_contract_tests::gate_cells;
use sinew_contract_tests::probe_plugin::{ProbePlugin, rewritable};

use crate::{
    Findings, INSTANCES, UNKNOWN, ask, denying, events, ledger, ledger_verifies, no_slot_is_lost,
    positions,
};

const KINDS: [&str; 5] = ["allow", "deny", "ask", "defer", "none"];

/// What a rewritten input is left out with, where nobody approved it.
const STANDS: &str =
    "sinew: a plugin rewrote this input, but nobody approved the result; the original stands";

/// What the probe is told for a decision of this kind.
fn step(kind: &str, reason: &str, context: Option<&str>, fields: &Value) -> Value {
    let mut step = json!({"do": kind});
    if kind != "none" && !reason.is_empty() {
        step["reason"] = reason.into();
    }
    if let Some(context) = context.filter(|_| kind != "defer") {
        step["context"] = context.into();
    }
    if fields.as_object().is_some_and(|fields| !fields.is_empty()) {
        step["fields"] = fields.clone();
    }
    step
}

/// Puts a value into an answer, as its pointer says; an event's own part always names the event.
fn put(answer: &mut Value, event: &str, pointer: &str, value: &Value) {
    let (parents, name) = pointer.rsplit_once('/').unwrap();
    let mut place = &mut *answer;
    for parent in parents.split('/').skip(1) {
        if place.get(parent).is_none() {
            place[parent] = json!({});
        }
        place = &mut place[parent];
    }
    place[name] = value.clone();
    if let Some(specific) = answer.get_mut("hookSpecificOutput") {
        specific["hookEventName"] = event.into();
    }
}

/// A value the client takes for each field, by its name.
fn sample(name: &str) -> Value {
    match name {
        "action" => json!("accept"),
        "content" => json!({"answer": null}),
        "reloadSkills" | "retry" | "suppressOriginalPrompt" => json!(true),
        "updatedPermissions" => json!([{"type": "setMode"}]),
        "watchPaths" => json!(["/srv/a"]),
        "worktreePath" => json!("/srv/trees/a"),
        "classifierContext" | "displayContent" | "initialUserMessage" | "sessionTitle"
        | "systemMessage" => {
            json!("text")
        }
        other => unreachable!("the table has a new field `{other}`: give it a sample"),
    }
}

fn words(value: &Value) -> Vec<&str> {
    let words = value.as_array().into_iter().flatten();
    words.filter_map(Value::as_str).collect()
}

struct Tried {
    case: String,
    event: &'static str,
    kind: &'static str,
    reply: Reply,
}

/// Tries one decision, and remembers it for the look at the ledger.
async fn tries(
    findings: &mut Findings,
    tried: &mut Vec<Tried>,
    daemon: &Daemon,
    (case, event, kind): (String, &'static str, &'static str),
    step: &Value,
    expected: &Value,
) {
    let reply = ask(daemon, event, &case, step).await;
    findings.answer(&case, event, expected, &reply);
    tried.push(Tried {
        case,
        event,
        kind,
        reply,
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_the_decision_table_is_what_a_plugin_that_decided_so_gets() {
    let Some(installation) = Installation::new(INSTANCES, &[denying()]).unwrap() else {
        return;
    };
    let daemon = installation.serve(0).await.unwrap();
    let mut findings = Findings::default();
    let mut tried = Vec::new();
    for event in events() {
        let row = gate_cells::decision_row(event);
        for kind in KINDS {
            for reason in ["because of \"${reason}\"", ""] {
                if reason.is_empty() && matches!(kind, "deny" | "ask") {
                    continue;
                }
                let case = (format!("{event} × {kind} {reason:?}"), event, kind);
                let told = step(kind, reason, None, &json!({}));
                let said = if kind == "none" { "" } else { reason };
                let expected = gate_cells::decision(event, kind, said);
                tries(&mut findings, &mut tried, &daemon, case, &told, &expected).await;
            }
            if kind != "defer" {
                let case = (format!("{event} × {kind} with a context"), event, kind);
                let told = step(kind, "why", Some("the context"), &json!({}));
                let said = if kind == "none" { "" } else { "why" };
                let mut expected = gate_cells::decision(event, kind, said);
                // Where the event's answer has no place for one, it is left out.
                if let Some(pointer) = row["context"].as_str() {
                    put(&mut expected, event, pointer, &json!("the context"));
                }
                tries(&mut findings, &mut tried, &daemon, case, &told, &expected).await;
            }
        }
        let with = match &row["fields_with"] {
            Value::Null => vec!["none", "allow"],
            with => words(with),
        };
        let into = row["fields_into"].as_str().unwrap_or("/hookSpecificOutput");
        for name in words(&row["fields"]) {
            for kind in ["none", "allow"] {
                let case = (format!("{event} × {kind} with `{name}`"), event, kind);
                let mut fields = json!({});
                fields[name] = sample(name);
                let told = step(kind, "", None, &fields);
                let mut expected = gate_cells::decision(event, kind, "");
                if with.contains(&kind) {
                    put(
                        &mut expected,
                        event,
                        &format!("{into}/{name}"),
                        &sample(name),
                    );
                }
                tries(&mut findings, &mut tried, &daemon, case, &told, &expected).await;
            }
        }
    }
    no_slot_is_lost(&mut findings, &daemon).await;
    let ledger = ledger(&installation.state());
    for Tried {
        case,
        event,
        kind,
        reply,
    } in &tried
    {
        let positions = positions(reply);
        findings.same(case, 1, positions.len());
        let row = positions.first().and_then(|position| ledger.get(position));
        let said = row.map(|row| {
            let texts = ["/event", "/session", "/outcome", "/decision"];
            texts.map(|pointer| row.text(pointer))
        });
        findings.same(
            case,
            Some([*event, case.as_str(), "committed", *kind]),
            said,
        );
    }
    daemon.terminate().await.unwrap();
    findings.none();
    ledger_verifies(&installation).await;
}

/// A field of another event is a failed turn: nothing of it reaches the client.
#[tokio::test(flavor = "multi_thread")]
async fn a_field_of_another_event_is_a_failed_turn() {
    let Some(installation) = Installation::new(INSTANCES, &[denying()]).unwrap() else {
        return;
    };
    let daemon = installation.serve(0).await.unwrap();
    let mut findings = Findings::default();
    for event in events() {
        for kind in ["none", "allow"] {
            let case = format!("{event} × {kind} with `permissionDecision`");
            let told = step(kind, "", None, &json!({"permissionDecision": "allow"}));
            let reply = ask(
                &daemon,
                event,
                &case,
                &json!([{"do": "count", "key": "n"}, told]),
            )
            .await;
            let says = format!("an answer to {event} has no field `permissionDecision`");
            let reason = format!("plugin `probe` could not decide: {says}");
            let expected = gate_cells::failure(event, "deny", &reason);
            findings.answer(&case, event, &expected, &reply);
            let ledger = ledger(&installation.state());
            let row = positions(&reply)
                .first()
                .and_then(|position| ledger.get(position).cloned());
            let said = row
                .as_ref()
                .map(|row| (row.text("/outcome"), row.text("/abort/message")));
            findings.same(&case, Some(("aborted", says.as_str())), said);
            let delta = row.as_ref().map(|row| row.value["vars_delta"].clone());
            findings.same(&case, Some(json!([])), delta);
        }
    }
    findings.none();
}

fn rewriting() -> ProbePlugin {
    ProbePlugin {
        rewrites: rewritable,
        ..denying()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rewrite_goes_out_with_the_decisions_that_carry_it_and_no_other() {
    let Some(installation) = Installation::new(INSTANCES, &[rewriting()]).unwrap() else {
        return;
    };
    let daemon = installation.serve(0).await.unwrap();
    let mut findings = Findings::default();
    let replacement = json!({"command": "ls -l", "timeout": null});
    for event in events().filter(|event| rewritable(event)) {
        let row = gate_cells::decision_row(event);
        let rewrite = json!({"do": "rewrite", "replacement": replacement});
        for kind in KINDS {
            let case = format!("{event} × {kind} on a rewritten input");
            let told = json!({"rewrite": rewrite, "decide": step(kind, "why", None, &json!({}))});
            let said = if kind == "none" { "" } else { "why" };
            let mut expected = gate_cells::decision(event, kind, said);
            let into = row["rewrite"]["into"].as_str().unwrap();
            if words(&row["rewrite"]["with"]).contains(&kind) {
                put(&mut expected, event, into, &replacement);
            } else if matches!(kind, "none" | "allow") {
                expected["systemMessage"] = STANDS.into();
            }
            let reply = ask(&daemon, event, &case, &told).await;
            findings.answer(&case, event, &expected, &reply);
            let ledger = ledger(&installation.state());
            let said: Vec<_> = positions(&reply)
                .iter()
                .filter_map(|position| ledger.get(position))
                .map(|row| {
                    (
                        row.text("/phase").to_owned(),
                        row.text("/outcome").to_owned(),
                    )
                })
                .collect();
            let phases = ["rewrite", "decide"];
            let phases = phases.map(|phase| (phase.to_owned(), "committed".to_owned()));
            findings.same(&case, phases.to_vec(), said);
        }
        let case = format!("{event} × a decision in the rewriting turn");
        let told = json!({"rewrite": {"do": "allow"}, "decide": {"do": "none"}});
        let reply = ask(&daemon, event, &case, &told).await;
        let says = "plugin `probe` could not decide: a rewriting turn may rewrite or have no opinion; it decided";
        findings.answer(
            &case,
            event,
            &gate_cells::failure(event, "deny", says),
            &reply,
        );
    }
    for (event, replacement, wanted) in [
        ("PreToolUse", json!("ls"), "an object"),
        ("PermissionRequest", json!([]), "an object"),
        ("PostToolUse", json!(null), "a value that is not null"),
    ] {
        let case = format!("{event} × the replacement {replacement}");
        let told = json!({"rewrite": {"do": "rewrite", "replacement": replacement}, "decide": {"do": "allow"}});
        let reply = ask(&daemon, event, &case, &told).await;
        let says = format!("sinew: the replacement for `{event}` has to be {wanted}");
        findings.answer(
            &case,
            event,
            &gate_cells::failure(event, "deny", &says),
            &reply,
        );
    }
    no_slot_is_lost(&mut findings, &daemon).await;
    findings.none();
}

/// Several plugins: the most restrictive wins, and no approval outweighs a failure.
#[tokio::test(flavor = "multi_thread")]
async fn of_several_plugins_the_most_restrictive_answers() {
    let other = ProbePlugin {
        name: "second",
        ..denying()
    };
    let Some(installation) = Installation::new(INSTANCES, &[denying(), other]).unwrap() else {
        return;
    };
    let daemon = installation.serve(0).await.unwrap();
    let mut findings = Findings::default();
    for event in EVENTS.into_iter().chain([UNKNOWN]) {
        for kind in KINDS {
            let case = format!("{event} × two that say {kind}");
            let told = step(kind, "why", None, &json!({}));
            let reply = ask(&daemon, event, &case, &told).await;
            let said = if kind == "none" { "" } else { "why\nwhy" };
            findings.answer(
                &case,
                event,
                &gate_cells::decision(event, kind, said),
                &reply,
            );
            findings.same(&case, 2, positions(&reply).len());
        }
    }
    findings.none();
}
