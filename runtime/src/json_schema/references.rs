//! Refusing schemas whose references lead in circles, or anywhere but into the schema itself.

use std::collections::BTreeMap;

use serde_json::Value;

/// Keywords whose schemas look at the very same value as the schema that holds them.
const SAME_VALUE: [&str; 8] = [
    "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "$ref",
];

/// How many parts of a schema may look at one value behind one reference.
const LOOKS_MAX: u64 = 10_000;

/// Refuses a schema in which following references leads back without going deeper into the value, or to so many parts that
/// checking would end too late.
pub(super) fn endless(schema: &Value) -> Result<(), String> {
    let mut safe = BTreeMap::new();
    let mut pending = vec![schema];
    let id = match schema.get("$schema").and_then(Value::as_str) {
        Some(draft) if draft.contains("draft-04") => "id",
        _ => "$id",
    };
    while let Some(part) = pending.pop() {
        if let Value::Object(fields) = part {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                follow(schema, reference, &mut Vec::new(), &mut safe)?;
            }
            // What is found by name at run time can lead anywhere.
            if let Some(word) = ["$dynamicRef", "$recursiveRef"]
                .into_iter()
                .find(|word| fields.contains_key(*word))
            {
                return Err(format!("it uses `{word}`, which is not taken here"));
            }
            // In a document of its own, the same references lead somewhere else.
            if !std::ptr::eq(part, schema) && fields.get(id).is_some_and(Value::is_string) {
                return Err(format!(
                    "it holds another document, named by `{id}`, which is not taken here"
                ));
            }
            pending.extend(fields.values());
        } else if let Value::Array(items) = part {
            pending.extend(items);
        }
    }
    Ok(())
}

/// Follows a reference and all that looks at the same value behind it, and returns how many parts that are. `path` are the
/// references on the way here.
fn follow<'a>(
    root: &'a Value,
    reference: &'a str,
    path: &mut Vec<&'a str>,
    safe: &mut BTreeMap<&'a str, u64>,
) -> Result<u64, String> {
    if path.contains(&reference) {
        return Err(format!(
            "`{reference}` leads back to itself without going deeper into the value"
        ));
    }
    if let Some(looks) = safe.get(reference) {
        return Ok(*looks);
    }
    if path.len() >= 64 {
        return Err("its references lead on and on".to_owned());
    }
    // What is not found here (an anchor, an id) is the compiler's to judge; a loop needs a pointer or an anchor.
    let Some(target) = target(root, reference) else {
        return Err(format!(
            "`{reference}` is not a pointer into the schema, such as `#/$defs/name`"
        ));
    };
    path.push(reference);
    let mut looks: u64 = 0;
    let mut pending = vec![target];
    while let Some(part) = pending.pop() {
        looks = looks.saturating_add(1);
        let Value::Object(fields) = part else {
            continue;
        };
        for word in SAME_VALUE {
            match fields.get(word) {
                Some(Value::String(next)) if word == "$ref" => {
                    looks = looks.saturating_add(follow(root, next, path, safe)?);
                }
                Some(Value::Array(parts)) => pending.extend(parts),
                Some(part @ Value::Object(_)) => pending.push(part),
                _ => {}
            }
        }
        if let Some(Value::Object(schemas)) = fields.get("dependentSchemas") {
            pending.extend(schemas.values());
        }
    }
    path.pop();
    if looks > LOOKS_MAX {
        return Err(format!("`{reference}` looks at one value too often"));
    }
    safe.insert(reference, looks);
    Ok(looks)
}

/// What a reference within the schema names.
fn target<'a>(root: &'a Value, reference: &str) -> Option<&'a Value> {
    let fragment = reference.strip_prefix('#')?;
    if fragment.is_empty() || fragment.starts_with('/') {
        return root.pointer(fragment);
    }
    // An anchor: a name that one of the parts gives itself.
    let mut pending = vec![root];
    while let Some(part) = pending.pop() {
        match part {
            Value::Object(fields) => {
                if fields.get("$anchor").and_then(Value::as_str) == Some(fragment) {
                    return Some(part);
                }
                pending.extend(fields.values());
            }
            Value::Array(items) => pending.extend(items),
            _ => {}
        }
    }
    None
}
