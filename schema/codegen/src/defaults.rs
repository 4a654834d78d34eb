//! Which types get `Default`, so that a literal can name the few fields it means.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Names the object types all of whose fields have a default: everything but a required choice of words.
pub(crate) fn defaultable(definitions: &Map<String, Value>) -> BTreeSet<&str> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    loop {
        let before = names.len();
        for (name, schema) in definitions {
            if schema["type"] == "object" && required(schema).all(|field| has(field, &names)) {
                names.insert(name);
            }
        }
        if names.len() == before {
            return names;
        }
    }
}

fn required(schema: &Value) -> impl Iterator<Item = &Value> {
    let names = schema["required"].as_array();
    names
        .into_iter()
        .flatten()
        .filter_map(|name| schema["properties"].get(name.as_str()?))
}

/// Whether the type of a required field has a default, given the types that are known to have one.
fn has(field: &Value, names: &BTreeSet<&str>) -> bool {
    if let Some(reference) = field["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return names.contains(name);
    }
    // A JSON number as the client wrote it has none, and neither has a closed choice of words.
    field["type"] != "number" && field.get("enum").is_none()
}
