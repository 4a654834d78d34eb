//! Schemas that try to cost more than they may, and what counting them must not change.

use serde_json::json;

use super::steps::DATA;
use super::*;

fn refused(schema: &Value) -> String {
    JsonSchema::compile(schema).unwrap_err()
}

#[test]
fn a_value_is_checked_and_what_is_wrong_is_named() {
    let schema =
        json!({"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]});
    let schema = JsonSchema::compile(&schema).unwrap();
    assert!(schema.allows(&json!({"n": 1})));
    let violation = schema.violation(&json!({"n": "secret"}), false).unwrap();
    assert_eq!(violation.pointer, "/n");
    assert!(violation.reason.contains("secret"), "{violation:?}");
    let violation = schema.violation(&json!({"n": "secret"}), true).unwrap();
    assert!(!violation.reason.contains("secret"), "{violation:?}");
}

#[test]
fn a_reason_has_room_for_what_is_wrong_and_not_for_the_value() {
    let schema = JsonSchema::compile(&json!({"type": "integer"})).unwrap();
    let reason = |value: &str| schema.violation(&json!(value), false).unwrap().reason;
    assert!(
        reason("short").starts_with("\"short\" is not"),
        "{}",
        reason("short")
    );
    for letter in ["a", "ü", "€", "𝄞"] {
        let long = reason(&letter.repeat(100_000));
        assert!(long.len() < 1_100, "{}", long.len());
        assert!(long.ends_with("is not of type \"integer\""), "{long}");
    }
}

#[test]
fn schemas_that_would_never_end_are_refused() {
    for schema in [
        json!({"$ref": "#"}),
        json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}),
        json!({"$defs": {"a": {"allOf": [{"anyOf": [{"$ref": "#/$defs/a"}]}]}}, "$ref": "#/$defs/a"}),
        json!({"not": {"$ref": "#"}}),
        json!({"if": {}, "then": {"$ref": "#"}}),
        json!({"$anchor": "me", "oneOf": [{"$ref": "#me"}]}),
        json!({"dependentSchemas": {"x": {"$ref": "#"}}}),
    ] {
        let reason = refused(&schema);
        assert!(
            reason.contains("leads back to itself"),
            "{schema}: {reason}"
        );
    }
    assert!(refused(&json!({"$dynamicRef": "#x"})).contains("$dynamicRef"));
}

#[test]
fn what_looks_at_a_value_too_often_is_refused() {
    let chain = |length: usize, part: fn(Value) -> Value| {
        let mut parts = serde_json::Map::new();
        parts.insert("d0".to_owned(), json!({"minProperties": 0}));
        for number in 1..length {
            let before = json!({"$ref": format!("#/$defs/d{}", number - 1)});
            parts.insert(format!("d{number}"), part(before));
        }
        json!({"$defs": parts, "$ref": format!("#/$defs/d{}", length - 1)})
    };
    let twice = |before: Value| json!({"allOf": [before, {"anyOf": [before]}]});
    let reason = refused(&chain(40, twice));
    assert!(reason.contains("too often"), "{reason}");
    assert!(JsonSchema::compile(&chain(8, twice)).is_ok());
    // What goes deeper each time is as large as the value is.
    let deeper = |before: Value| json!({"properties": {"a": before, "b": before}});
    let schema = JsonSchema::compile(&chain(40, deeper)).unwrap();
    assert!(schema.allows(&json!({"a": {"b": {"a": {}}}})));
}

#[test]
fn schemas_that_go_deeper_each_time_are_taken() {
    let tree = json!({
        "$defs": {"tree": {"type": "object", "properties": {"kids": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}, "additionalProperties": false}},
        "$ref": "#/$defs/tree",
    });
    let schema = JsonSchema::compile(&tree).unwrap();
    assert!(schema.allows(&json!({"kids": [{"kids": []}]})));
    assert!(!schema.allows(&json!({"kids": [{"cats": []}]})));
}

#[test]
fn what_doubles_with_each_step_into_the_value_ends_all_the_same() {
    let nested = |inmost: Value| (0..100).fold(inmost, |value, _| json!([value]));
    for (word, again) in [
        ("anyOf", json!({"$ref": "#/$defs/t"})),
        ("oneOf", json!({"$ref": "#/$defs/t"})),
        ("allOf", json!({"$ref": "#tree"})),
        (
            "anyOf",
            json!({"allOf": [{"$ref": "#tree"}, {"minItems": 0}]}),
        ),
    ] {
        let items = json!({word: [again, again]});
        let tree = json!({"$anchor": "tree", "type": ["array", "integer"], "items": items});
        let schema = json!({"$defs": {"t": tree}, "$ref": "#/$defs/t"});
        let schema = JsonSchema::compile(&schema).unwrap();
        // With both of the two it fits, which is one too many for `oneOf`; without a level in between it is right.
        assert_eq!(schema.allows(&json!([1])), word != "oneOf");
        let violation = schema.violation(&nested(json!("no number")), false);
        assert_ne!(violation, None, "{word}");
        let sound = nested(json!(1));
        assert_eq!(
            schema.allows(&sound),
            schema.violation(&sound, false).is_none()
        );
    }
    // As it does where the parts are no recursion, but one longer than the other.
    let mut parts = serde_json::Map::new();
    parts.insert("d0".to_owned(), json!({"type": "integer"}));
    for number in 1..60 {
        let before = json!({"$ref": format!("#/$defs/d{}", number - 1)});
        let either = json!({"anyOf": [before, {"type": "null"}, before]});
        parts.insert(format!("d{number}"), json!({"items": either}));
    }
    let schema = json!({"$defs": parts, "$ref": "#/$defs/d59"});
    let schema = JsonSchema::compile(&schema).unwrap();
    let wrong = (0..59).fold(json!("no number"), |value, _| json!([value]));
    assert!(schema.violation(&wrong, true).is_some());
    assert!(!schema.allows(&wrong));
}

#[test]
fn large_values_are_checked_whole() {
    let item =
        json!({"type": "object", "properties": {"n": {"$ref": "#/$defs/n"}}, "required": ["n"]});
    let schema = json!({"$defs": {"n": {"type": "integer"}, "item": item}, "items": {"$ref": "#/$defs/item"}});
    let schema = JsonSchema::compile(&schema).unwrap();
    let mut value = json!((0..50_000).map(|n| json!({"n": n})).collect::<Vec<_>>());
    assert_eq!(schema.violation(&value, false), None);
    value[49_999] = json!({"n": "no number"});
    let violation = schema.violation(&value, false).unwrap();
    assert!(violation.reason.contains("too many ways"), "{violation:?}");
    value[9_000] = json!({"n": "no number"});
    assert_eq!(schema.violation(&value, false).unwrap().pointer, "/9000/n");
}

#[test]
fn counting_changes_nothing_else() {
    let inner = json!({"$defs": {"n": {"type": "integer"}, "small": {"maximum": 9}}, "$ref": "#/$defs/n", "allOf": [{"$ref": "#/$defs/small"}], "minimum": 1});
    for draft in [
        "https://json-schema.org/draft/2020-12/schema",
        "https://json-schema.org/draft/2019-09/schema",
    ] {
        let mut schema = inner.clone();
        schema["$schema"] = draft.into();
        let schema = JsonSchema::compile(&schema).unwrap();
        let allowed = [0.into(), 1.into(), 9.into(), 10.into(), json!(1.5)]
            .map(|value| schema.allows(&value));
        assert_eq!(allowed, [false, true, true, false, false], "{draft}");
    }
    // There, what is beside a reference counts for nothing.
    let old = json!({"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"n": {"type": "integer"}}, "$ref": "#/definitions/n", "minimum": 1});
    let old = JsonSchema::compile(&old).unwrap();
    assert!(old.allows(&json!(0)));
    assert!(!old.allows(&json!("0")));
    // What is closed stays closed over what a reference brings.
    let closed = json!({"$defs": {"a": {"properties": {"a": true}}}, "$ref": "#/$defs/a", "unevaluatedProperties": false});
    let closed = JsonSchema::compile(&closed).unwrap();
    assert!(closed.allows(&json!({"a": 1})));
    assert!(!closed.allows(&json!({"b": 1})));
    // A property may be called like a keyword, and data may look like a schema, if it refers to nothing.
    let names = json!({"$defs": {"n": {"type": "integer"}}, "properties": {"default": {"$ref": "#/$defs/n"}, "$ref": {"const": {"allOf": 1}}}});
    let names = JsonSchema::compile(&names).unwrap();
    assert!(!names.allows(&json!({"default": "no number"})));
    assert!(names.allows(&json!({"$ref": {"allOf": 1}})));
    for word in DATA {
        let data = json!({"a": [{"$ref": "#"}]});
        let reason = refused(&json!({"properties": {"x": {word: data}}}));
        assert!(reason.contains(word), "{reason}");
    }
}

#[test]
fn a_document_in_the_schema_is_refused() {
    let inner = json!({"$id": "http://127.0.0.1/a", "$defs": {"x": {"$ref": "#/$defs/x"}}, "$ref": "#/$defs/x"});
    let schema = json!({"$defs": {"x": true, "inner": inner}, "$ref": "#/$defs/inner"});
    assert!(refused(&schema).contains("another document"));
    let old = json!({"$schema": "http://json-schema.org/draft-04/schema#", "items": {"id": "http://127.0.0.1/a"}});
    assert!(refused(&old).contains("another document"));
    let named = json!({"$id": "http://127.0.0.1/a", "properties": {"$id": {"type": "string"}, "id": {"type": "string"}}});
    assert!(
        JsonSchema::compile(&named)
            .unwrap()
            .allows(&json!({"$id": "a", "id": "b"}))
    );
}

#[test]
fn nothing_is_fetched_and_no_pattern_looks_back() {
    let elsewhere = refused(&json!({"$ref": "http://127.0.0.1:1/schema.json"}));
    assert!(
        elsewhere.contains("not a pointer into the schema"),
        "{elsewhere}"
    );
    let looks_back = refused(&json!({"pattern": "(a+)\\1"}));
    assert_ne!(looks_back, "");
}
