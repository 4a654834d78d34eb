//! [`elicit`]: asks the person at the client with a form that is made of a type.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use sinew_schema::{McpElicitRequest, McpElicitResponseAction};

use super::schema;
use crate::EffectError;
use crate::effects::mcp_elicit;
use crate::error::internal;

/// What a person did who was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Elicited<T> {
    /// The person filled the form in.
    Accepted(T),
    /// The person said no.
    Declined,
    /// The person did not answer.
    Cancelled,
}

/// Asks the person at the client to fill a form in: a struct of texts, numbers, booleans, choices, and lists of choices; what is an
/// `Option` may be left empty.
///
/// It is an ordinary call: the host ends the turn here and runs it again from its start when the answer has come, with what effects
/// answered the first time. `key` names the question, another one for each that a turn asks.
///
/// # Errors
///
/// `unavailable` where the client cannot ask, or where nobody waits over MCP; `invalid_request` where the type is no form.
pub fn elicit<T: DeserializeOwned + JsonSchema>(
    key: &str,
    message: impl Into<String>,
) -> Result<Elicited<T>, EffectError> {
    let answer = mcp_elicit(McpElicitRequest {
        key: Some(key.to_owned()),
        message: message.into(),
        schema: form(schema::input::<T>())?,
        url: None,
    })?;
    Ok(match answer.action {
        McpElicitResponseAction::Accept => {
            let content = serde_json::from_value(Value::Object(answer.content));
            Elicited::Accepted(content.map_err(|error| internal(format!("`{key}`: {error}")))?)
        }
        McpElicitResponseAction::Decline => Elicited::Declined,
        McpElicitResponseAction::Cancel => Elicited::Cancelled,
    })
}

// === impl Elicited ===

impl<T> Elicited<T> {
    /// What the person filled in, where they did.
    pub fn accepted(self) -> Option<T> {
        match self {
            Self::Accepted(form) => Some(form),
            Self::Declined | Self::Cancelled => None,
        }
    }
}

/// Brings a schema into the words that MCP allows in a form: nothing is nullable, a choice has titles, and lists are of choices.
fn form(mut schema: Map<String, Value>) -> Result<Map<String, Value>, EffectError> {
    let mut fields = Map::new();
    if let Some(Value::Object(properties)) = schema.remove("properties") {
        for (name, property) in properties {
            let field = field(property).ok_or_else(|| {
                let message = format!(
                    "`{name}` is no field of a form: take a text, a number, a boolean, a choice or a list of choices"
                );
                EffectError::new(EffectError::CODE_INVALID_REQUEST, message)
            })?;
            fields.insert(name, field);
        }
    }
    let mut form = Map::from_iter([
        ("type".to_owned(), json!("object")),
        ("properties".to_owned(), Value::Object(fields)),
    ]);
    form.extend(
        schema
            .remove("required")
            .map(|all| ("required".to_owned(), all)),
    );
    Ok(form)
}

/// One field, `None` where MCP's forms have none like it.
fn field(mut field: Value) -> Option<Value> {
    // An option: of a plain type, or of a choice.
    if let Some(Value::Array(kinds)) = field.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        let [kind] = kinds.as_slice() else {
            return None;
        };
        field["type"] = kind.clone();
    }
    if let Some(Value::Array(mut options)) = field.get_mut("anyOf").map(Value::take) {
        options.retain(|option| option["type"] != "null");
        let [Value::Object(option)] = options.as_slice() else {
            return None;
        };
        let field = field.as_object_mut()?;
        field.remove("anyOf");
        for (key, value) in option {
            field.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    if let Some(values) = field.get_mut("enum").and_then(Value::as_array_mut) {
        values.retain(|value| !value.is_null());
    }
    if let Some(titled) = field.get_mut("oneOf").map(Value::take) {
        field["oneOf"] = choices(&titled)?;
        field["type"] = json!("string");
    }
    match field["type"].as_str()? {
        "string" | "boolean" | "integer" | "number" => {}
        "array" => {
            let items = field.get_mut("items")?;
            if let Some(titled) = items.get_mut("oneOf").map(Value::take) {
                *items = json!({ "anyOf": choices(&titled)? });
            } else if items.get("enum").is_none() {
                return None;
            }
        }
        _ => return None,
    }
    Some(field)
}

/// The variants of an enum with documentation.
fn choices(variants: &Value) -> Option<Value> {
    let mut choices = Vec::new();
    for variant in variants.as_array()? {
        if let Some(values) = variant["enum"].as_array() {
            // Variants without documentation stand together.
            choices.extend(
                values
                    .iter()
                    .map(|value| json!({ "const": value, "title": value })),
            );
            continue;
        }
        let value = variant["const"].as_str()?;
        let title = variant["description"].as_str().unwrap_or(value);
        choices.push(json!({ "const": value, "title": title }));
    }
    Some(Value::Array(choices))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::testing::FakeHost;

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    enum Method {
        /// One commit.
        Squash,
        /// A merge commit.
        Merge,
    }

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    enum Label {
        Bug,
        Docs,
    }

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    struct Merging {
        /// How.
        method: Method,
        title: Option<String>,
        age: u32,
        share: Option<f64>,
        #[serde(default)]
        sure: bool,
        fallback: Option<Method>,
        label: Option<Label>,
        labels: Vec<Label>,
        methods: Vec<Method>,
    }

    #[derive(Debug, Deserialize, JsonSchema)]
    #[allow(dead_code, reason = "it is never read")]
    struct Nested {
        inner: Merging,
    }

    #[test]
    fn a_form_is_made_of_a_type_in_the_words_of_mcp() {
        let methods = json!([{"const": "squash", "title": "One commit."}, {"const": "merge", "title": "A merge commit."}]);
        assert_eq!(
            Value::Object(form(schema::input::<Merging>()).unwrap()),
            json!({
                "type": "object",
                "properties": {
                    "method": {"description": "How.", "type": "string", "oneOf": methods},
                    "title": {"type": "string"},
                    "age": {"type": "integer", "minimum": 0},
                    "share": {"type": "number"},
                    "sure": {"type": "boolean", "default": false},
                    "fallback": {"type": "string", "oneOf": methods},
                    "label": {"type": "string", "enum": ["bug", "docs"]},
                    "labels": {"type": "array", "items": {"type": "string", "enum": ["bug", "docs"]}},
                    "methods": {"type": "array", "items": {"anyOf": methods}},
                },
                "required": ["method", "age", "labels", "methods"],
            })
        );
        let error = form(schema::input::<Nested>()).unwrap_err();
        assert!(
            error.message.starts_with("`inner` is no field of a form"),
            "{error}"
        );
    }

    #[test]
    fn what_the_person_did_is_read_back() {
        #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
        struct Sure {
            sure: bool,
        }
        let cases = [
            (
                json!({"action": "accept", "content": {"sure": true}}),
                Elicited::Accepted(Sure { sure: true }),
            ),
            (json!({"action": "decline"}), Elicited::Declined),
            (json!({"action": "cancel"}), Elicited::Cancelled),
        ];
        for (answer, expected) in cases {
            let _host = FakeHost::new().answer(move |request: McpElicitRequest| {
                assert_eq!(request.key.as_deref(), Some("sure"));
                answer.clone()
            });
            assert_eq!(elicit("sure", "Sure?"), Ok(expected));
        }
        let _host = FakeHost::new()
            .answer(|_: McpElicitRequest| json!({"action": "accept", "content": {"sure": 1}}));
        assert!(elicit::<Sure>("sure", "Sure?").is_err());
    }
}
