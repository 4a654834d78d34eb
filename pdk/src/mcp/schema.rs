//! JSON Schemas made of Rust types: only when the plugin describes itself, since making one costs more than most calls.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use serde_json::{Map, Value};

/// What a handler without arguments takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct NoArguments {}

/// Makes a schema when it is asked for.
pub(super) type Describe = fn() -> Map<String, Value>;

/// The schema of what a `T` is read from.
pub(super) fn input<T: JsonSchema>() -> Map<String, Value> {
    make::<T>(settings().for_deserialize())
}

/// The schema of what a `T` is written as.
pub(super) fn output<T: JsonSchema>() -> Map<String, Value> {
    make::<T>(settings().for_serialize())
}

/// MCP reads a schema as draft 2020-12 where it names no other. Not every client follows references, so there are none but in types
/// that hold themselves.
fn settings() -> SchemaSettings {
    SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.meta_schema = None;
            settings.inline_subschemas = true;
        })
        .with_transform(RecursiveTransform(without_rust))
}

/// What a Rust type is called, and is for, is no news to a model.
fn make<T: JsonSchema>(settings: SchemaSettings) -> Map<String, Value> {
    match settings
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
    {
        Value::Object(mut schema) => {
            schema.remove("title");
            schema.remove("description");
            schema
        }
        // `true`: anything fits.
        _ => Map::new(),
    }
}

/// Widths of numbers are Rust's own formats, and a default of `null` says what absence says.
fn without_rust(schema: &mut Schema) {
    let is_width = |format: &Value| {
        let format = format.as_str().unwrap_or_default();
        format.starts_with("int")
            || format.starts_with("uint")
            || matches!(format, "float" | "double")
    };
    if schema.get("format").is_some_and(is_width) {
        schema.remove("format");
    }
    if schema.get("default").is_some_and(Value::is_null) {
        schema.remove("default");
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde_json::json;

    use super::*;

    #[derive(Serialize, Deserialize, JsonSchema)]
    #[allow(dead_code, reason = "it is only described")]
    struct Order {
        kind: Kind,
        /// How many.
        count: Option<u32>,
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        parts: Vec<String>,
    }

    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    #[allow(dead_code, reason = "it is only described")]
    enum Kind {
        Small,
        Large,
    }

    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code, reason = "it is only described")]
    struct Folder {
        folders: Vec<Folder>,
    }

    #[test]
    fn a_schema_says_what_is_read_or_what_is_written_and_nothing_of_rust() {
        let schema = |required: &[&str]| {
            json!({
                "type": "object",
                "properties": {
                    "kind": {"type": "string", "enum": ["small", "large"]},
                    "count": {"type": ["integer", "null"], "minimum": 0, "description": "How many."},
                    "parts": {"type": "array", "items": {"type": "string"}},
                },
                "required": required,
            })
        };
        assert_eq!(Value::Object(input::<Order>()), schema(&["kind"]));
        assert_eq!(Value::Object(output::<Order>()), schema(&["kind", "count"]));
    }

    #[test]
    fn a_type_that_holds_itself_has_a_schema_all_the_same() {
        let schema = input::<Folder>();
        assert_eq!(
            schema["properties"]["folders"]["items"],
            json!({"$ref": "#"})
        );
    }
}
