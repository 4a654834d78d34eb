//! [`Prompt`]: what clients are told of a prompt, and what its handler returns.

use std::fmt;

use serde_json::{Map, Value};
use sinew_schema::{
    McpCompletion, McpCompletionResult, McpPrompt, McpPromptArgument, McpPromptMessage,
    McpPromptResult,
};

use super::completion::{Completer, IntoCompletion, completer};

/// A prompt as clients see it, but for its arguments: these are made of the type that its handler takes.
pub struct Prompt {
    pub(super) told: McpPrompt,
    pub(super) completers: Vec<(String, Completer)>,
}

/// What a prompt's handler may return.
#[diagnostic::on_unimplemented(
    message = "a prompt's handler returns `McpPromptResult`, or a `Result` of one, not `{Self}`",
    label = "this is no prompt",
    note = "`mcp::prompt([McpPromptMessage::user(…)])` makes one; the error of a `Result` needs `Display`"
)]
pub trait IntoPromptResult {
    /// The prompt, filled in, or why the turn fails.
    ///
    /// # Errors
    ///
    /// What the handler returned as its error, as text.
    fn into_prompt(self) -> Result<McpPromptResult, String>;
}

/// Answers with messages.
pub fn prompt(messages: impl IntoIterator<Item = McpPromptMessage>) -> McpPromptResult {
    McpPromptResult {
        description: None,
        messages: messages.into_iter().collect(),
    }
}

// === impl Prompt ===

impl Prompt {
    /// Starts from a name, unique within the plugin, and from what the prompt is for.
    pub fn new(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            told: McpPrompt {
                name: name.into(),
                description: Some(description.into()),
                ..McpPrompt::default()
            },
            completers: Vec::new(),
        }
    }

    /// Sets the name for people.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.told.title = Some(title.into());
        self
    }

    /// Completes what was typed for one of the arguments.
    #[must_use]
    pub fn completes<R: IntoCompletion>(
        mut self,
        argument: impl Into<String>,
        handler: impl Fn(&McpCompletion) -> R + 'static,
    ) -> Self {
        self.completers.push((argument.into(), completer(handler)));
        self
    }

    /// Sets one of MCP's further fields, such as `icons` or `_meta`.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.told.extra.insert(field.to_owned(), value.into());
        self
    }

    pub(super) fn complete(
        &self,
        completion: &McpCompletion,
    ) -> Option<Result<McpCompletionResult, String>> {
        super::completion::complete(&self.completers, completion)
    }

    /// The prompt with its arguments: those that it requires in the order of the type's fields, then the others by name.
    pub(super) fn describe(&self, schema: &Map<String, Value>) -> Result<McpPrompt, String> {
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let properties = schema.get("properties").and_then(Value::as_object);
        let mut arguments: Vec<McpPromptArgument> = properties
            .into_iter()
            .flatten()
            .map(|(name, schema)| {
                let text = |key: &str| schema[key].as_str().map(str::to_owned);
                McpPromptArgument {
                    name: name.clone(),
                    title: text("title"),
                    description: text("description"),
                    required: required.contains(&name.as_str()).then_some(true),
                    ..McpPromptArgument::default()
                }
            })
            .collect();
        arguments.sort_by_key(|argument| {
            let place = required.iter().position(|name| *name == argument.name);
            place.unwrap_or(required.len())
        });
        let mut completed = self.completers.iter().map(|(argument, _)| argument);
        match completed.find(|name| arguments.iter().all(|known| known.name != **name)) {
            Some(missing) => Err(format!("`{}` has no argument `{missing}`", self.told.name)),
            None => Ok(McpPrompt {
                arguments,
                ..self.told.clone()
            }),
        }
    }
}

// === impl IntoPromptResult ===

impl IntoPromptResult for McpPromptResult {
    fn into_prompt(self) -> Result<McpPromptResult, String> {
        Ok(self)
    }
}

impl<T: IntoPromptResult, E: fmt::Display> IntoPromptResult for Result<T, E> {
    fn into_prompt(self) -> Result<McpPromptResult, String> {
        // The alternate form of `Display` is where many errors name their causes.
        self.map_err(|error| format!("{error:#}"))?.into_prompt()
    }
}
