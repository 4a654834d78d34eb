//! A turn's original input, read by JSON pointer.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

/// A turn's original input. Texts are made when they are asked for, and the last one is kept, since a long value is read
/// chunk by chunk.
#[derive(Debug)]
pub struct InputDocument {
    input: Arc<Value>,
    last: Mutex<Option<(String, Arc<str>)>>,
}

impl InputDocument {
    /// Wraps the decoded input.
    #[must_use]
    pub fn new(input: Arc<Value>) -> Self {
        Self {
            input,
            last: Mutex::new(None),
        }
    }

    /// The text of the value at `pointer` (RFC 6901): a string itself, and every other value as canonical JSON, which is
    /// without white space and with sorted keys. `None` when there is no value.
    #[must_use]
    pub fn text(&self, pointer: &str) -> Option<Arc<str>> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, text)) = last.as_ref()
            && at == pointer
        {
            return Some(Arc::clone(text));
        }
        let text: Arc<str> = match self.input.pointer(pointer)? {
            Value::String(text) => text.as_str().into(),
            // Maps are sorted by key: `serde_json` is built without `preserve_order`, and a test holds it to that.
            value => value.to_string().into(),
        };
        *last = Some((pointer.to_owned(), Arc::clone(&text)));
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_canonical() {
        let input = serde_json::from_str(
            r#" { "b" : [1, {"z":1,"a":null}], "a": "x\ny" , "": 1.50, "~/": true} "#,
        );
        let document = InputDocument::new(Arc::new(input.unwrap()));
        for (pointer, expected) in [
            (
                "",
                Some(r#"{"":1.5,"a":"x\ny","b":[1,{"a":null,"z":1}],"~/":true}"#),
            ),
            ("/a", Some("x\ny")),
            ("/b/1", Some(r#"{"a":null,"z":1}"#)),
            ("/b/1/a", Some("null")),
            ("/", Some("1.5")),
            ("/~0~1", Some("true")),
            ("/b/01", None),
            ("/b/-", None),
            ("/b/2", None),
            ("/c", None),
        ] {
            assert_eq!(document.text(pointer).as_deref(), expected, "`{pointer}`");
            assert_eq!(
                document.text(pointer).as_deref(),
                expected,
                "`{pointer}` again"
            );
        }
    }
}
