//! What one build offers: its `describe`, run once when it is loaded, and checked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use regex::Regex;
use serde_json::{Map, Value, json};
use sinew_schema::{Description, McpTool, McpToolScope};

use crate::effects::{EffectId, LogLevel};
use crate::json_schema::JsonSchema;
use crate::plugin::{Abort, AbortReason, Border, Build, HostLimits, Scope};

/// The entry point that describes.
pub const DESCRIBE: &str = "describe";

/// The most of each kind that one plugin may offer.
const ITEMS_MAX: usize = 512;

/// The longest output of `describe`, in bytes.
const OUTPUT_BYTES_MAX: u64 = 4 << 20;

/// Host calls that `describe` may make.
const HOST_CALLS_MAX: u32 = 10_000;

/// What a plugin offers over MCP.
#[derive(Debug, Default)]
pub struct Offer {
    /// What the plugin said.
    pub description: Description,
    tools: BTreeMap<String, Checks>,
    templates: Vec<Regex>,
}

/// How a tool's calls are checked.
#[derive(Debug)]
struct Checks {
    /// The schema of `input` as the plugin wrote it, for whoever looks at every call.
    schema: Arc<Map<String, Value>>,
    input: JsonSchema,
    output: Option<JsonSchema>,
}

/// The border of a plugin that only describes itself: it reads the operator's settings and nothing else.
struct Describing {
    config: Arc<BTreeMap<String, Vec<u8>>>,
    calls: AtomicU32,
}

// === impl Offer ===

impl Offer {
    /// Asks a build what it offers. Blocks while the guest runs.
    ///
    /// # Errors
    /// Why what it says cannot be offered, as a sentence.
    pub fn of(build: &Build, config: &Arc<BTreeMap<String, Vec<u8>>>) -> Result<Self, String> {
        if !build.inspection().entry_points.contains(DESCRIBE) {
            return Ok(Self::default());
        }
        let border = Describing {
            config: Arc::clone(config),
            calls: AtomicU32::new(0),
        };
        let mut instance = build
            .instances()
            .fresh()
            .map_err(|error| error.to_string())?;
        let end = instance.call(DESCRIBE, b"{}", Arc::new(border));
        build.instances().retire(instance);
        build.instances().settle();
        let output = end.output.map_err(|abort| abort.message)?;
        let description = serde_json::from_slice(&output)
            .map_err(|error| format!("its output is no description: {error}"))?;
        Self::checked(description, build)
    }

    fn checked(description: Description, build: &Build) -> Result<Self, String> {
        let exports = |entry: &str| build.inspection().entry_points.contains(entry);
        for (what, count, entry) in [
            ("tools", description.tools.len(), "handle_mcp_call"),
            ("resources", description.resources.len(), "handle_mcp_read"),
            (
                "resource templates",
                description.resource_templates.len(),
                "handle_mcp_read",
            ),
            ("prompts", description.prompts.len(), "handle_mcp_prompt"),
        ] {
            if count > ITEMS_MAX {
                return Err(format!("{count} {what} where {ITEMS_MAX} are allowed"));
            }
            if count > 0 && !exports(entry) {
                return Err(format!("it has {what}, and does not export `{entry}`"));
            }
        }
        let mut tools = BTreeMap::new();
        for tool in &description.tools {
            name(&tool.name)?;
            let checks = Checks::of(tool).map_err(|why| format!("tool `{}`: {why}", tool.name))?;
            if tools.insert(tool.name.clone(), checks).is_some() {
                return Err(format!("the tool `{}` stands twice", tool.name));
            }
        }
        let mut prompts = BTreeSet::new();
        for prompt in &description.prompts {
            name(&prompt.name)?;
            if !prompts.insert(&prompt.name) {
                return Err(format!("the prompt `{}` stands twice", prompt.name));
            }
        }
        let mut uris = BTreeSet::new();
        for resource in &description.resources {
            if !uris.insert(&resource.uri) {
                return Err(format!("the resource `{}` stands twice", resource.uri));
            }
        }
        let mut uri_templates = BTreeSet::new();
        let templates = description.resource_templates.iter().map(|template| {
            let uri = &template.uri_template;
            if !uri_templates.insert(uri) {
                return Err(format!("the template `{uri}` stands twice"));
            }
            matcher(uri).map_err(|why| format!("template `{uri}`: {why}"))
        });
        Ok(Self {
            templates: templates.collect::<Result<_, _>>()?,
            tools,
            description,
        })
    }

    /// A tool by the plugin's own name.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&McpTool> {
        self.description.tools.iter().find(|tool| tool.name == name)
    }

    /// The schema of a tool's arguments, by the plugin's own name for the tool.
    #[must_use]
    pub fn input_schema(&self, tool: &str) -> Option<&Arc<Map<String, Value>>> {
        Some(&self.tools.get(tool)?.schema)
    }

    /// Whether a tool, by the plugin's own name for it, says what its structured results look like.
    #[must_use]
    pub fn promises(&self, tool: &str) -> bool {
        self.tools
            .get(tool)
            .is_some_and(|checks| checks.output.is_some())
    }

    /// Where a tool's Vars live.
    pub(super) fn scope(&self, tool: &str) -> Scope {
        match self.tool(tool).and_then(|tool| tool.scope) {
            None | Some(McpToolScope::None) => Scope::None,
            Some(McpToolScope::Session) => Scope::Session,
            Some(McpToolScope::Global) => Scope::Global,
        }
    }

    /// What is wrong with a tool's arguments; none also where the plugin describes no such tool.
    pub(super) fn wrong_arguments(&self, tool: &str, arguments: &Value) -> Option<String> {
        let violation = self.tools.get(tool)?.input.violation(arguments, false)?;
        Some(format!(
            "the arguments of `{tool}` do not fit: at `{}`: {}",
            violation.pointer, violation.reason
        ))
    }

    /// What is wrong with a tool's structured result.
    pub(super) fn wrong_output(&self, tool: &str, structured: &Value) -> Option<String> {
        let output = self.tools.get(tool)?.output.as_ref()?;
        let violation = output.violation(structured, false)?;
        Some(format!(
            "the result of `{tool}` is not what it promises: at `{}`: {}",
            violation.pointer, violation.reason
        ))
    }

    /// Whether the plugin answers reads of this address.
    pub(super) fn serves(&self, uri: &str) -> bool {
        let listed = &self.description.resources;
        listed.iter().any(|resource| resource.uri == uri)
            || self.templates.iter().any(|template| template.is_match(uri))
    }
}

// === impl Checks ===

impl Checks {
    fn of(tool: &McpTool) -> Result<Self, String> {
        let object = tool.input_schema.get("type") == Some(&json!("object"));
        if !object {
            return Err("`inputSchema` is of type `object`".to_owned());
        }
        let compile = |schema: &Map<String, Value>, what: &str| {
            JsonSchema::compile(&Value::Object(schema.clone()))
                .map_err(|why| format!("`{what}`: {why}"))
        };
        let output = (!tool.output_schema.is_empty())
            .then(|| compile(&tool.output_schema, "outputSchema"))
            .transpose()?;
        Ok(Self {
            schema: Arc::new(tool.input_schema.clone()),
            input: compile(&tool.input_schema, "inputSchema")?,
            output,
        })
    }
}

/// Refuses a name that clients could not pass on.
fn name(name: &str) -> Result<(), String> {
    const NAME_CHARACTERS_MAX: usize = 64;
    let fine = !name.is_empty()
        && name.len() <= NAME_CHARACTERS_MAX
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    if fine {
        return Ok(());
    }
    Err(format!(
        "the name `{}` is not 1 to {NAME_CHARACTERS_MAX} letters, digits, `_`, `-` and `.`",
        name.escape_default()
    ))
}

/// What an address looks like that a URI template (RFC 6570) makes, as far as one can tell from outside: the literal parts
/// as they stand, `{name}` for characters of one segment, `{+name}` and the like for any.
fn matcher(template: &str) -> Result<Regex, String> {
    let mut pattern = String::from("^");
    let mut rest = template;
    while let Some(start) = rest.find(['{', '}']) {
        let (literal, from) = rest.split_at(start);
        pattern += &regex::escape(literal);
        let Some((expression, after)) = from
            .strip_prefix('{')
            .and_then(|inner| inner.split_once('}'))
        else {
            return Err("a brace is not closed, or not opened".to_owned());
        };
        pattern += match expression.chars().next() {
            None => return Err("an expression is empty".to_owned()),
            Some('+' | '#' | '/' | '?' | '&' | ';' | '.') => ".*",
            Some(_) if expression.ends_with('*') => ".*",
            Some(_) => "[^/?#]+",
        };
        rest = after;
    }
    pattern += &regex::escape(rest);
    pattern.push('$');
    Regex::new(&pattern).map_err(|error| error.to_string())
}

// === impl Describing ===

impl Border for Describing {
    fn limits(&self) -> HostLimits {
        HostLimits {
            argument_bytes_max: 1 << 20,
            output_bytes_max: OUTPUT_BYTES_MAX,
        }
    }

    fn tick(&self) -> Result<(), Abort> {
        let calls = self.calls.fetch_add(1, Ordering::Relaxed);
        if calls >= HOST_CALLS_MAX {
            return Err(Abort::new(
                AbortReason::Effects,
                format!("it called the host more than {HOST_CALLS_MAX} times"),
            ));
        }
        Ok(())
    }

    fn effect(&self, effect: EffectId, _: &[u8]) -> Result<Vec<u8>, Abort> {
        Ok(json!({
            "status": "error",
            "value": {
                "code": "unavailable",
                "message": format!("`{}`: a plugin that describes itself has no effects", effect.name()),
            },
        })
        .to_string()
        .into_bytes())
    }

    fn var_get(&self, _: &[u8]) -> Result<Option<Vec<u8>>, Abort> {
        Ok(None)
    }

    fn var_set(&self, _: &[u8], _: Option<&[u8]>) -> Result<(), Abort> {
        Err(Abort::new(
            AbortReason::Bytes,
            "a plugin that describes itself has no Vars",
        ))
    }

    fn config_get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Abort> {
        let key = std::str::from_utf8(key)
            .map_err(|_| Abort::new(AbortReason::Trap, "a key is not UTF-8"))?;
        Ok(self.config.get(key).cloned())
    }

    fn log(&self, _: LogLevel, message: &[u8]) -> Result<(), Abort> {
        tracing::debug!(target: "sinew::guest", "{}", String::from_utf8_lossy(message));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_matches_what_it_makes() {
        let cases = [
            (
                "test://template/{id}/data",
                "test://template/123/data",
                true,
            ),
            (
                "test://template/{id}/data",
                "test://template/1/2/data",
                false,
            ),
            ("test://template/{id}/data", "test://template//data", false),
            ("file://{+path}", "file:///a/b", true),
            ("a.b{x}", "aXb1", false),
            ("list{?page}", "list?page=2", true),
        ];
        for (template, uri, fits) in cases {
            assert_eq!(
                matcher(template).unwrap().is_match(uri),
                fits,
                "{template} {uri}"
            );
        }
        for broken in ["a{b", "a}b", "a{}b", "a}{b"] {
            assert!(matcher(broken).is_err(), "{broken}");
        }
    }
}
