//! Canonical JSON: one way to write a record, whoever writes it.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

/// Writes a value as canonical JSON: no white space, object keys in the order of their bytes, strings escaped no more than
/// they must be, numbers as `serde_json` writes them.
///
/// # Errors
/// What `serde_json` says when the value has no JSON form, such as a map whose keys are not strings.
pub fn canonical_json(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut text = String::new();
    write(&serde_json::to_value(value)?, &mut text);
    Ok(text.into_bytes())
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for (n, item) in items.iter().enumerate() {
                text.push_str(if n == 0 { "" } else { "," });
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            // Sorted here as well, so that nothing depends on how a dependency configured its maps.
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| name.as_bytes());
            text.push('{');
            for (n, (name, value)) in fields.into_iter().enumerate() {
                text.push_str(if n == 0 { "" } else { "," });
                _ = write!(text, "{}:", Value::from(name.as_str()));
                write(value, text);
            }
            text.push('}');
        }
        scalar => _ = write!(text, "{scalar}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_sorted_at_every_depth_and_nothing_else_is_touched() {
        let value = json!({"b": [3, {"z": null, "a": "\u{e9}\n\"/"}], "B": 1.5, "a": -7, "": true});
        let written = String::from_utf8(canonical_json(&value).unwrap()).unwrap();
        assert_eq!(
            written,
            "{\"\":true,\"B\":1.5,\"a\":-7,\"b\":[3,{\"a\":\"\u{e9}\\n\\\"/\",\"z\":null}]}"
        );
        assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), value);
    }
}
