//! Makes a schema plain, so that the types generated from it decode leniently and need no further crates.
//!
//! The generator would turn `pattern` into a regular expression, `format` into foreign date types, lengths
//! and minima into newtypes with checks. Those keywords are for validation, on the host, with the bundle as
//! it is; the types keep to the shapes.

use serde_json::{Map, Value};

/// Keywords that constrain values without changing their shape.
const CONSTRAINTS: [&str; 10] = [
    "pattern",
    "minLength",
    "maxLength",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "propertyNames",
];

/// Returns a copy of the definitions in which only what shapes a type is left.
pub(crate) fn plain(definitions: &Map<String, Value>) -> Map<String, Value> {
    definitions
        .iter()
        .map(|(name, schema)| (name.clone(), plain_schema(schema)))
        .collect()
}

fn plain_schema(schema: &Value) -> Value {
    let Value::Object(object) = schema else {
        return schema.clone();
    };
    let is_integer = object.get("type").and_then(Value::as_str) == Some("integer");
    let mut plain = Map::new();
    for (key, value) in object {
        let value = match key.as_str() {
            "examples" => continue,
            key if key.starts_with("x-") || CONSTRAINTS.contains(&key) => continue,
            // An integer's format is its width; a string's would be a foreign type.
            "format" if !is_integer => continue,
            // The width says that it is unsigned; a minimum of 1 would be a `NonZero`.
            "minimum" => continue,
            "properties" | "definitions" => match value {
                Value::Object(properties) => Value::Object(self::plain(properties)),
                other => other.clone(),
            },
            "items" | "additionalProperties" => plain_schema(value),
            "oneOf" | "anyOf" | "allOf" => match value {
                Value::Array(branches) => branches.iter().map(plain_schema).collect(),
                other => other.clone(),
            },
            _ => value.clone(),
        };
        plain.insert(key.clone(), value);
    }
    Value::Object(plain)
}
