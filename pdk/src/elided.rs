//! Reads fields that the host took out of an input for their size.
//!
//! An input over the limit arrives with an empty value in the large field's place, and a list of such places beside it. Here the
//! empty value becomes `null`, which no accessor mistakes for text, and the original is read with `input_read` when somebody asks.

use serde_json::Value;
use sinew_schema::{ElidedField, InputReadRequest};

use crate::EffectError;
use crate::effects::input_read;
use crate::error::internal;

/// The places of an input that were taken out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Elided {
    fields: Vec<Field>,
}

#[derive(Debug, Clone)]
struct Field {
    field: ElidedField,
    is_text: bool,
}

/// The parts of an input whose form is not the contract's. What was taken out of them is read only when it is asked for.
const FREE_FORM: [&str; 4] = ["tool_input", "tool_response", "content", "requested_schema"];

impl Elided {
    /// Takes the list of elisions, and puts `null` in their places. The typed fields of the contract are read at once: the type has
    /// no place for "not here".
    pub(crate) fn open(
        fields: Vec<ElidedField>,
        input: &mut Value,
        typed: bool,
    ) -> Result<Self, EffectError> {
        let mut elided = Self::default();
        let places: Vec<_> = fields.iter().map(|field| field.pointer.clone()).collect();
        for field in fields {
            // What was taken out of something that was then taken out itself comes back with it.
            let is_inside =
                |other| below(other, &field.pointer).is_some_and(|rest| !rest.is_empty());
            if places.iter().any(|other| is_inside(other)) {
                continue;
            }
            let Some(place) = input.pointer_mut(&field.pointer) else {
                return Err(internal(format!(
                    "the elided field `{}` is not in the input",
                    field.pointer
                )));
            };
            let is_text = place.is_string();
            let field = Field { field, is_text };
            if typed && !is_free_form(&field.field.pointer) {
                *place = field.fetch()?;
            } else {
                *place = Value::Null;
                elided.fields.push(field);
            }
        }
        Ok(elided)
    }

    pub(crate) fn pointers(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.field.pointer.as_str())
    }

    /// The value at a pointer, whole: `input` is the value there as it arrived.
    pub(crate) fn whole(
        &self,
        pointer: &str,
        input: Option<&Value>,
    ) -> Result<Option<Value>, EffectError> {
        // Above the pointer, or at it: the value is in what was taken out.
        for field in &self.fields {
            if let Some(rest) = below(&field.field.pointer, pointer) {
                return Ok(field.fetch()?.pointer(rest).cloned());
            }
        }
        let Some(mut value) = input.cloned() else {
            return Ok(None);
        };
        for field in &self.fields {
            if let Some(place) =
                below(pointer, &field.field.pointer).and_then(|rest| value.pointer_mut(rest))
            {
                *place = field.fetch()?;
            }
        }
        Ok(Some(value))
    }

    /// Whether a value at or below this pointer was taken out.
    pub(crate) fn touches(&self, pointer: &str) -> bool {
        self.pointers()
            .any(|elided| below(pointer, elided).is_some() || below(elided, pointer).is_some())
    }

    /// The first place that was taken out of the value at `pointer` and is still empty in what replaces that value.
    pub(crate) fn lost_in(&self, pointer: &str, replacement: &Value) -> Option<&str> {
        self.pointers().find(|elided| {
            below(pointer, elided)
                .and_then(|rest| replacement.pointer(rest))
                .is_some_and(Value::is_null)
        })
    }
}

impl Field {
    fn fetch(&self) -> Result<Value, EffectError> {
        let text = read_text(&self.field.pointer)?;
        if self.is_text {
            return Ok(Value::String(text));
        }
        serde_json::from_str(&text)
            .map_err(|error| internal(format!("`input_read` of `{}`: {error}", self.field.pointer)))
    }
}

/// Reads a value's text chunk by chunk.
fn read_text(pointer: &str) -> Result<String, EffectError> {
    let mut text = String::new();
    let mut offset = None;
    loop {
        let chunk = input_read(InputReadRequest {
            pointer: pointer.to_owned(),
            offset,
            length: None,
        })?;
        text.push_str(&chunk.text);
        match chunk.next_offset {
            None if text.len() as u64 == chunk.total_bytes => return Ok(text),
            Some(next) if next > offset.unwrap_or(0) => offset = Some(next),
            // A chunk that leads nowhere, or an end before the end: a part is never returned for the whole.
            _ => {
                return Err(internal(format!(
                    "`input_read` of `{pointer}` stopped at byte {}",
                    text.len()
                )));
            }
        }
    }
}

fn is_free_form(pointer: &str) -> bool {
    pointer
        .split('/')
        .nth(1)
        .is_some_and(|first| FREE_FORM.contains(&first))
}

/// What is left of `pointer` below `ancestor`: `""` where they are the same place.
fn below<'a>(ancestor: &str, pointer: &'a str) -> Option<&'a str> {
    pointer
        .strip_prefix(ancestor)
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
}
