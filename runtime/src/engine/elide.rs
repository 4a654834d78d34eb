//! Takes what is too large out of an input before a guest decodes it, and says outside the input what was taken.
//!
//! Decoding costs a guest 16 to 24 million fuel per MiB. The list of elisions stands beside the input, never in it, so
//! that no input can forge one. Everything that stays is passed on byte for byte.

use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use sinew_schema::ElidedField;

/// An input as a guest gets it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shortened {
    /// JSON, with an empty value of the same kind where something was taken out.
    pub(super) json: String,
    /// What was taken out.
    pub(super) elided: Vec<ElidedField>,
}

/// Elides every string above `field_bytes_max`, and every object or array below the root that is still above four times
/// that once its own parts were elided.
///
/// The text was decoded once before, so its depth is bounded.
///
/// # Errors
/// Text that is not JSON.
pub(super) fn shorten(json: &str, field_bytes_max: usize) -> Result<Shortened, serde_json::Error> {
    let mut elided = Vec::new();
    if json.len() <= field_bytes_max {
        return Ok(Shortened {
            json: json.to_owned(),
            elided,
        });
    }
    let root: &RawValue = serde_json::from_str(json)?;
    let json = Walk {
        field_bytes_max,
        elided: &mut elided,
    }
    .value(root, "")?;
    Ok(Shortened { json, elided })
}

/// Replaces the member that a one-step pointer names, and leaves every other byte as it was.
///
/// # Errors
/// Text that is not a JSON object.
pub(super) fn replace_member(
    json: &str,
    pointer: &str,
    replacement: &str,
) -> Result<String, serde_json::Error> {
    let name = pointer.trim_start_matches('/');
    let Members(members) = serde_json::from_str(json)?;
    let mut out = String::with_capacity(json.len() + replacement.len());
    let mut found = false;
    join(
        &mut out,
        '{',
        '}',
        members.iter().map(|(key, value)| {
            let text = if key == name {
                found = true;
                replacement
            } else {
                value.get()
            };
            (Some(key.as_str()), text.to_owned())
        }),
    );
    if !found {
        out.truncate(out.len() - 1);
        let comma = if members.is_empty() { "" } else { "," };
        out.extend([comma, &quoted(name), ":", replacement, "}"]);
    }
    Ok(out)
}

struct Walk<'a> {
    field_bytes_max: usize,
    elided: &'a mut Vec<ElidedField>,
}

/// An object's members in their order, duplicates kept: whoever reads it next has to see what the client sent.
struct Members<'a>(Vec<(String, &'a RawValue)>);
struct Items<'a>(Vec<&'a RawValue>);

// === impl Walk ===

impl Walk<'_> {
    fn value(&mut self, raw: &RawValue, pointer: &str) -> Result<String, serde_json::Error> {
        let text = raw.get();
        if text.len() <= self.field_bytes_max {
            return Ok(text.to_owned());
        }
        let (shortened, empty) = match text.as_bytes().first() {
            Some(b'"') => return self.elide(text, pointer, "\"\""),
            Some(b'{') => {
                let Members(members) = serde_json::from_str(text)?;
                let mut parts = Vec::with_capacity(members.len());
                for (key, value) in &members {
                    let below = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                    parts.push((Some(key.as_str()), self.value(value, &below)?));
                }
                let mut out = String::new();
                join(&mut out, '{', '}', parts);
                (out, "{}")
            }
            Some(b'[') => {
                let Items(items) = serde_json::from_str(text)?;
                let mut parts = Vec::with_capacity(items.len());
                for (index, value) in items.iter().enumerate() {
                    parts.push((None, self.value(value, &format!("{pointer}/{index}"))?));
                }
                let mut out = String::new();
                join(&mut out, '[', ']', parts);
                (out, "[]")
            }
            // A number this long is no number anybody uses.
            _ => return self.elide(text, pointer, "0"),
        };
        if pointer.is_empty() || shortened.len() <= self.field_bytes_max.saturating_mul(4) {
            return Ok(shortened);
        }
        let prefix = format!("{pointer}/");
        self.elided
            .retain(|field| !field.pointer.starts_with(&prefix));
        self.elide(text, pointer, empty)
    }

    /// Notes what `input_read` will give for the pointer: a string itself, or the text of any other value.
    fn elide(
        &mut self,
        raw: &str,
        pointer: &str,
        empty: &str,
    ) -> Result<String, serde_json::Error> {
        let text = match serde_json::from_str(raw)? {
            Value::String(text) => text,
            value => value.to_string(),
        };
        self.elided.push(ElidedField {
            pointer: pointer.to_owned(),
            sha256: hex::encode(Sha256::digest(text.as_bytes())),
            bytes: text.len() as u64,
            extra: Map::new(),
        });
        Ok(empty.to_owned())
    }
}

fn join<'a>(
    out: &mut String,
    open: char,
    close: char,
    parts: impl IntoIterator<Item = (Option<&'a str>, String)>,
) {
    out.push(open);
    for (index, (key, text)) in parts.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        if let Some(key) = key {
            out.push_str(&quoted(key));
            out.push(':');
        }
        out.push_str(&text);
    }
    out.push(close);
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

// === impl Deserialize ===

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Vec<(String, &'de RawValue)>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Collect).map(Members)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Items<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Vec<&'de RawValue>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(item) = items.next_element()? {
                    all.push(item);
                }
                Ok(all)
            }
        }
        deserializer.deserialize_seq(Collect).map(Items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_input_is_passed_on_byte_for_byte() {
        let json = "{ \"a\" : 12345678901234567890123, \"a\":1 }";
        assert_eq!(shorten(json, 100).unwrap().json, json);
    }

    #[test]
    fn a_long_string_is_taken_out_and_named_by_its_pointer() {
        let long = "x".repeat(50);
        let json = format!(
            r#"{{"tool_input":{{"a/b":"{long}","n":12345678901234567890123}},"cwd":"/w"}}"#
        );
        let short = shorten(&json, 40).unwrap();
        assert_eq!(
            short.json,
            r#"{"tool_input":{"a/b":"","n":12345678901234567890123},"cwd":"/w"}"#
        );
        assert_eq!(short.elided.len(), 1);
        assert_eq!(short.elided[0].pointer, "/tool_input/a~1b");
        assert_eq!(short.elided[0].bytes, 50);
    }

    #[test]
    fn a_container_of_many_small_parts_is_taken_out_whole() {
        let items = vec!["1234567"; 40].join(",");
        let json = format!(r#"{{"tool_input":{{"list":[{items}]}},"cwd":"/w"}}"#);
        let short = shorten(&json, 40).unwrap();
        assert_eq!(short.json, r#"{"tool_input":{"list":[]},"cwd":"/w"}"#);
        assert_eq!(short.elided[0].pointer, "/tool_input/list");
    }

    #[test]
    fn an_elided_container_swallows_the_elisions_inside_it() {
        let long = "y".repeat(60);
        let items = vec!["1234567"; 40].join(",");
        let json = format!(r#"{{"big":["{long}",{items}]}}"#);
        let short = shorten(&json, 40).unwrap();
        assert_eq!(short.json, r#"{"big":[]}"#);
        assert_eq!(
            short
                .elided
                .iter()
                .map(|field| field.pointer.as_str())
                .collect::<Vec<_>>(),
            ["/big"]
        );
    }

    #[test]
    fn replacing_a_member_leaves_the_others_as_they_were() {
        let json = r#"{"n":12345678901234567890123,"tool_input":{"a":1},"z":null}"#;
        let out = replace_member(json, "/tool_input", r#"{"b":2}"#).unwrap();
        assert_eq!(
            out,
            r#"{"n":12345678901234567890123,"tool_input":{"b":2},"z":null}"#
        );
        assert_eq!(
            replace_member("{}", "/tool_input", "1").unwrap(),
            r#"{"tool_input":1}"#
        );
    }
}
