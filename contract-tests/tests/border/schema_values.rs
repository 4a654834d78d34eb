//! Random values of a definition of the bundled schema.

use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};
use sinew_schema::BUNDLE;

/// How deep references are followed. A definition that contains itself ends there: without what may be left out.
const DEPTH: u32 = 8;
/// Starts the names of fields that no schema knows.
const UNKNOWN: &str = "unknown_";

/// Values of a definition. Where it is open, they have fields that it does not list.
pub(crate) fn of(definition: &str) -> BoxedStrategy<Value> {
    let bundle: Value = serde_json::from_str(BUNDLE).expect("the bundle is JSON");
    let mut values = Values {
        bundle,
        made: HashMap::new(),
    };
    values
        .definition(definition, DEPTH)
        .expect("a definition has values that end")
}

/// Makes strategies; `None` where every value would go deeper than it may.
struct Values {
    bundle: Value,
    /// What was made of each definition, by how deep it may still go.
    made: HashMap<(String, u32), Option<BoxedStrategy<Value>>>,
}

impl Values {
    fn definition(&mut self, name: &str, depth: u32) -> Option<BoxedStrategy<Value>> {
        let key = (name.to_owned(), depth);
        if let Some(made) = self.made.get(&key) {
            return made.clone();
        }
        let schema = self.bundle["definitions"][name].clone();
        let made = self.values(&schema, depth);
        self.made.insert(key, made.clone());
        made
    }

    fn values(&mut self, schema: &Value, depth: u32) -> Option<BoxedStrategy<Value>> {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().expect("a name");
            return self.definition(name, depth.checked_sub(1)?);
        }
        if let Some(variants) = schema["oneOf"].as_array() {
            let variants: Vec<_> = variants
                .iter()
                .filter_map(|one| self.values(one, depth))
                .collect();
            return (!variants.is_empty())
                .then(|| proptest::strategy::Union::new(variants).boxed());
        }
        if let Some(words) = schema["enum"].as_array() {
            return Some(proptest::sample::select(words.clone()).boxed());
        }
        // Where null is one of several types, the type in Rust is an option, and absence is its only way to say so.
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().find(|kind| *kind != "null"),
            kind => Some(kind),
        };
        Some(match kind.and_then(Value::as_str) {
            Some("object") => return self.object(schema, depth),
            Some("array") => return self.array(schema, depth),
            Some("string") => string(schema),
            Some("integer") => integer(schema),
            Some("number") => prop_oneof![
                any::<i32>().prop_map(Value::from),
                any::<i32>().prop_map(|number| json!(f64::from(number) / 8.0)),
            ]
            .boxed(),
            Some("boolean") => any::<bool>().prop_map(Value::from).boxed(),
            _ => anything(),
        })
    }

    fn array(&mut self, schema: &Value, depth: u32) -> Option<BoxedStrategy<Value>> {
        let least = count(&schema["minItems"], 0);
        let most = count(&schema["maxItems"], 3).min(3);
        let Some(items) = self.values(&schema["items"], depth) else {
            return (least == 0).then(|| Just(json!([])).boxed());
        };
        let items = proptest::collection::vec(items, least..=most.max(least));
        Some(items.prop_map(Value::from).boxed())
    }

    fn object(&mut self, schema: &Value, depth: u32) -> Option<BoxedStrategy<Value>> {
        let required: Vec<_> = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut known = Vec::new();
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            let (value, needed) = (
                self.values(schema, depth),
                required.contains(&name.as_str()),
            );
            let name = name.clone();
            match value {
                Some(value) if needed => known.push(
                    value
                        .prop_map(move |value| Some((name.clone(), value)))
                        .boxed(),
                ),
                Some(value) => known.push(
                    proptest::option::of(value)
                        .prop_map(move |value| Some((name.clone(), value.filter(said)?)))
                        .boxed(),
                ),
                None if needed => return None,
                None => {}
            }
        }
        let others = match &schema["additionalProperties"] {
            Value::Bool(false) => None,
            other => self.values(other, depth),
        };
        let others = match others {
            None => Just(Vec::new()).boxed(),
            Some(other) => {
                let name = text().prop_map(|name| format!("{UNKNOWN}{name}"));
                proptest::collection::vec((name, other), 0..3).boxed()
            }
        };
        let members = (known, others).prop_map(|(known, others)| {
            let members: Map<_, _> = known.into_iter().flatten().chain(others).collect();
            Value::Object(members)
        });
        Some(members.boxed())
    }
}

/// Whether an optional value says anything: in this contract an absent list or map is an empty one.
fn said(value: &Value) -> bool {
    match value {
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    }
}

fn string(schema: &Value) -> BoxedStrategy<Value> {
    let least = count(&schema["minLength"], 0);
    let most = count(&schema["maxLength"], usize::MAX);
    let made = match (schema["pattern"].as_str(), schema["format"].as_str()) {
        (Some("^refs/"), _) => text().prop_map(|text| format!("refs/{text}")).boxed(),
        (Some("^[0-9a-f]{64}$"), _) => any::<[u64; 4]>()
            .prop_map(|[a, b, c, d]| format!("{a:016x}{b:016x}{c:016x}{d:016x}"))
            .boxed(),
        (Some(pattern), _) => panic!("say here how to make a text of the pattern {pattern}"),
        (None, Some("date-time")) => (0..60_u8)
            .prop_map(|second| format!("2026-01-02T03:04:{second:02}.000006Z"))
            .boxed(),
        (None, _) => text()
            .prop_map(move |text| {
                let mut text: String = text.chars().take(most).collect();
                text.extend(std::iter::repeat_n(
                    'é',
                    least.saturating_sub(text.chars().count()),
                ));
                text
            })
            .boxed(),
    };
    made.prop_map(Value::from).boxed()
}

fn count(limit: &Value, absent: usize) -> usize {
    limit
        .as_u64()
        .map_or(absent, |limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

fn integer(schema: &Value) -> BoxedStrategy<Value> {
    let signed = schema["format"] == "int32" || schema["format"] == "int64";
    let usual = match schema["format"].as_str() {
        Some("int32") => (i128::from(i32::MIN), i128::from(i32::MAX)),
        Some("uint32") => (0, i128::from(u32::MAX)),
        Some("uint64") => (0, i128::from(u64::MAX)),
        _ => (i128::from(i64::MIN), i128::from(i64::MAX)),
    };
    let least = schema["minimum"].as_i64().map_or(usual.0, i128::from);
    let most = schema["maximum"].as_u64().map_or(usual.1, i128::from);
    assert!(
        signed || least >= 0 || schema["format"].is_null(),
        "{schema}"
    );
    // The ends are where numbers break.
    prop_oneof![Just(least), Just(most), least..=most]
        .prop_map(|number| {
            Value::Number(match u64::try_from(number) {
                Ok(number) => Number::from(number),
                Err(_) => Number::from(i64::try_from(number).expect("it fits one of the two")),
            })
        })
        .boxed()
}

/// Texts with every kind of character that an encoder could stumble over.
fn text() -> BoxedStrategy<String> {
    let character = prop_oneof![
        any::<char>(),
        (0..128_u8).prop_map(char::from),
        proptest::sample::select(vec![
            '"', '\\', '/', '\0', '\u{7f}', '\u{2028}', '\u{feff}', '😀', 'é'
        ]),
    ];
    proptest::collection::vec(character, 0..12)
        .prop_map(|characters| characters.into_iter().collect())
        .boxed()
}

fn anything() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(|number| json!(f64::from(number) / 8.0)),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((text(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
    .boxed()
}
