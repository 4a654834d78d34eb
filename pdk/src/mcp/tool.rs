//! [`Tool`]: what clients are told of a tool.

use serde_json::{Map, Value};
use sinew_schema::{McpCapability, McpTool, McpToolAnnotations, McpToolScope};

/// A tool as clients see it, but for its schemas: these are made of the types that its handler takes and returns.
#[derive(Debug, Clone)]
pub struct Tool {
    pub(super) told: McpTool,
    pub(super) raw_input: Option<fn() -> Value>,
}

// === impl Tool ===

impl Tool {
    /// Starts from a name, unique within the plugin, and from what the tool does and when to use it, for a model.
    pub fn new(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            told: McpTool {
                name: name.into(),
                description: Some(description.into()),
                ..McpTool::default()
            },
            raw_input: None,
        }
    }

    /// Sets the name for people.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.told.title = Some(title.into());
        self
    }

    /// Says that the tool changes nothing.
    #[must_use]
    pub fn read_only(self) -> Self {
        self.hint(|hints| hints.read_only_hint = Some(true))
    }

    /// Says whether the tool may destroy something, rather than only add. Clients assume it of whatever is not read-only.
    #[must_use]
    pub fn destructive(self, destructive: bool) -> Self {
        self.hint(|hints| hints.destructive_hint = Some(destructive))
    }

    /// Says that the same call made twice does no more than made once.
    #[must_use]
    pub fn idempotent(self) -> Self {
        self.hint(|hints| hints.idempotent_hint = Some(true))
    }

    /// Says whether the tool reaches beyond this machine. Clients assume that it does.
    #[must_use]
    pub fn open_world(self, open_world: bool) -> Self {
        self.hint(|hints| hints.open_world_hint = Some(open_world))
    }

    /// Gives the tool Vars: those of the client's session, or the plugin's global ones. Its calls then run one after the other.
    #[must_use]
    pub fn scope(mut self, scope: McpToolScope) -> Self {
        self.told.scope = Some(scope);
        self
    }

    /// Names what the client must be able to do: one that cannot is refused before the tool runs.
    #[must_use]
    pub fn needs(mut self, capability: McpCapability) -> Self {
        self.told.needs.push(capability);
        self
    }

    /// Puts a JSON Schema of the author's own in the place of the one that is made of the arguments' type. It is called when the
    /// plugin describes itself.
    #[must_use]
    pub fn raw_input_schema(mut self, schema: fn() -> Value) -> Self {
        self.raw_input = Some(schema);
        self
    }

    /// Sets one of MCP's further fields, such as `icons` or `_meta`.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.told.extra.insert(field.to_owned(), value.into());
        self
    }

    fn hint(mut self, set: impl FnOnce(&mut McpToolAnnotations)) -> Self {
        set(self.told.annotations.get_or_insert_default());
        self
    }

    /// The tool with its schemas.
    pub(super) fn describe(
        &self,
        input: Map<String, Value>,
        output: Map<String, Value>,
    ) -> Result<McpTool, String> {
        let name = &self.told.name;
        let mut input = match self.raw_input.map(|schema| schema()) {
            None => input,
            Some(Value::Object(schema)) => schema,
            Some(_) => return Err(format!("the input schema of `{name}` is no object")),
        };
        if input.get("type").is_none_or(|kind| kind != "object") {
            return Err(format!(
                "the arguments of `{name}` are no object: take a struct, or `mcp::NoArguments`"
            ));
        }
        // Older clients insist on it.
        input
            .entry("properties")
            .or_insert_with(|| Value::Object(Map::new()));
        if !output.is_empty() && output.get("type").is_none_or(|kind| kind != "object") {
            return Err(format!("what `{name}` answers is no object"));
        }
        Ok(McpTool {
            input_schema: input,
            output_schema: output,
            ..self.told.clone()
        })
    }
}
