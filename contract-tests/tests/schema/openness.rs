//! What is open keeps what it does not know, what is closed refuses it, and nothing of ours is null.

use serde_json::{Value, json};
use sinew_schema::ENTRY_POINTS;

use super::{CONTRACT, PASSAGES, again, definitions, examples, validator};

#[test]
fn an_unknown_field_survives_in_an_open_type_and_is_refused_by_a_closed_one() {
    for (name, passage) in PASSAGES {
        let schema = &definitions()[*name];
        if schema["type"] != "object" {
            continue;
        }
        let open = schema["additionalProperties"] == json!({});
        assert!(
            open || schema["additionalProperties"] == json!(false),
            "{name}"
        );
        let validator = validator(name);
        for example in examples(schema) {
            let mut larger = example.clone();
            larger["surprise"] = json!({ "deep": [1, null, "two", 9_007_199_254_740_993_u64] });
            assert_eq!(validator.is_valid(&larger), open, "{name}");
            match passage(&larger) {
                Ok(passed) => assert!(open && passed == larger, "{name}: {passed}"),
                Err(error) => assert!(!open, "{name}: {error}"),
            }
        }
    }
}

#[test]
fn what_guests_send_is_closed_and_what_they_are_sent_is_open() {
    for effect in CONTRACT["x-effects"].as_array().unwrap() {
        let of = |key: &str| &definitions()[effect[key].as_str().unwrap()]["additionalProperties"];
        assert_eq!(*of("request"), json!(false), "{}", effect["name"]);
        assert_eq!(*of("response"), json!({}), "{}", effect["name"]);
    }
    for entry in ENTRY_POINTS {
        assert_eq!(
            definitions()[entry.input]["additionalProperties"],
            json!({})
        );
    }
    for word in ["none", "allow", "deny", "ask", "defer", "rewrite"] {
        let decision =
            json!({ "kind": word, "value": { "reason": "r", "replacement": 1, "surprise": 1 } });
        assert!(again::<sinew_schema::HookDecision>(&decision).is_err());
        assert!(!validator("HookDecision").is_valid(&decision));
    }
}

#[test]
fn no_field_of_ours_is_ever_null() {
    fn nullable(schema: &Value) -> bool {
        schema["type"]
            .as_array()
            .is_some_and(|types| types.contains(&json!("null")))
    }
    for (name, schema) in definitions() {
        for (property, schema) in schema["properties"].as_object().into_iter().flatten() {
            // A client may send null; that is accepted, and never written.
            assert!(
                !nullable(schema) || name.ends_with("Input"),
                "{name}.{property}"
            );
        }
    }
}
