//! [`McpServer`]: all that a plugin offers over MCP, and who answers it.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use sinew_schema::{
    Description, McpCompletion, McpCompletionResult, McpPromptCall, McpPromptResult, McpRead,
    McpReadResult, McpResult,
};

use super::answer::IntoMcpResult;
use super::call::McpCall;
use super::consistency;
use super::failure::failure;
use super::prompt::{IntoPromptResult, Prompt};
use super::resource::{IntoContents, Resource, ResourceTemplate};
use super::schema::{self, Describe};
use super::template::UriTemplate;
use super::texts;
use super::tool::Tool;

/// What a plugin offers over MCP. It is put together anew for every call, so it holds what clients are told and functions, and
/// nothing that is costly to make; it may depend on the operator's settings, and on nothing else.
#[derive(Default)]
pub struct McpServer {
    instructions: Option<String>,
    tools: Vec<OfferedTool>,
    resources: Vec<(Resource, Handler<McpRead, McpReadResult>)>,
    templates: Vec<OfferedTemplate>,
    prompts: Vec<OfferedPrompt>,
}

/// Answers a call.
type Handler<C, R> = Box<dyn Fn(&C) -> Result<R, String>>;

/// Answers a read, with what the template's names stand for.
type TemplateHandler = dyn Fn(&McpRead, &BTreeMap<String, String>) -> Result<McpReadResult, String>;

struct OfferedTool {
    tool: Tool,
    input: Describe,
    output: Option<Describe>,
    answer: Handler<McpCall, McpResult>,
}

struct OfferedTemplate {
    template: ResourceTemplate,
    answer: Box<TemplateHandler>,
}

struct OfferedPrompt {
    prompt: Prompt,
    arguments: Describe,
    answer: Handler<McpPromptCall, McpPromptResult>,
}

/// What a function with `#[mcp_server]` may return.
#[diagnostic::on_unimplemented(
    message = "`#[mcp_server]` belongs on a function that returns `McpServer`, or a `Result` of one, not `{Self}`",
    label = "this is no server",
    note = "the error of a `Result` needs `Display`: its text becomes the turn's error"
)]
pub trait IntoServer {
    /// The server, or why the turn fails.
    ///
    /// # Errors
    ///
    /// What the function returned as its error, as text.
    fn into_server(self) -> Result<McpServer, String>;
}

// === impl McpServer ===

impl McpServer {
    /// Offers nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says what a model should know about all of it together.
    #[must_use]
    pub fn instructions(mut self, text: impl Into<String>) -> Self {
        self.instructions = Some(text.into());
        self
    }

    /// Offers a tool. Its schemas are made of what the handler takes and returns.
    #[must_use]
    pub fn tool<A, R>(mut self, tool: Tool, handler: impl Fn(&McpCall, A) -> R + 'static) -> Self
    where
        A: DeserializeOwned + JsonSchema,
        R: IntoMcpResult,
    {
        self.tools.push(OfferedTool {
            tool,
            input: schema::input::<A>,
            output: R::OUTPUT,
            answer: Box::new(move |call| {
                match call.arguments().map_err(|error| error.to_string())? {
                    Ok(arguments) => handler(call, arguments).into_result(),
                    Err(problem) => Ok(failure(problem).into()),
                }
            }),
        });
        self
    }

    /// Offers a resource.
    #[must_use]
    pub fn resource<R: IntoContents>(
        mut self,
        resource: Resource,
        handler: impl Fn(&McpRead) -> R + 'static,
    ) -> Self {
        let mime_type = resource.told.mime_type.clone();
        let answer = move |read: &McpRead| handler(read).into_contents(read, mime_type.as_deref());
        self.resources.push((resource, Box::new(answer)));
        self
    }

    /// Offers the resources of a template. What its names stand for is read as the type that the handler takes; where it cannot be, there is
    /// no such resource.
    #[must_use]
    pub fn resource_template<V: DeserializeOwned, R: IntoContents>(
        mut self,
        template: ResourceTemplate,
        handler: impl Fn(&McpRead, V) -> R + 'static,
    ) -> Self {
        let mime_type = template.told.mime_type.clone();
        self.templates.push(OfferedTemplate {
            template,
            answer: Box::new(move |read, values| match texts::read(values) {
                Ok(values) => handler(read, values).into_contents(read, mime_type.as_deref()),
                Err(misread) if misread.is_unfit => Ok(McpReadResult::default()),
                Err(misread) => Err(misread.to_string()),
            }),
        });
        self
    }

    /// Offers a prompt. Its arguments are the fields of the type that the handler takes: texts, numbers, booleans or choices.
    #[must_use]
    pub fn prompt<A, R>(
        mut self,
        prompt: Prompt,
        handler: impl Fn(&McpPromptCall, A) -> R + 'static,
    ) -> Self
    where
        A: DeserializeOwned + JsonSchema,
        R: IntoPromptResult,
    {
        self.prompts.push(OfferedPrompt {
            prompt,
            arguments: schema::input::<A>,
            answer: Box::new(move |call| match texts::read(&call.arguments) {
                Ok(arguments) => handler(call, arguments).into_prompt(),
                Err(misread) => Err(format!("the arguments of `{}`: {misread}", call.prompt)),
            }),
        });
        self
    }

    /// What clients are told.
    pub(crate) fn describe(&self) -> Result<Description, String> {
        let mut description = Description {
            instructions: self.instructions.clone(),
            ..Description::default()
        };
        let mut problems = Vec::new();
        for offered in &self.tools {
            let output = offered.output.map(|make| make()).unwrap_or_default();
            match offered.tool.describe((offered.input)(), output) {
                Ok(tool) => description.tools.push(tool),
                Err(problem) => problems.push(problem),
            }
        }
        for (resource, _) in &self.resources {
            description.resources.push(resource.told.clone());
        }
        for offered in &self.templates {
            match offered.template.describe() {
                Ok(template) => description.resource_templates.push(template),
                Err(problem) => problems.push(problem),
            }
        }
        for offered in &self.prompts {
            match offered.prompt.describe(&(offered.arguments)()) {
                Ok(prompt) => description.prompts.push(prompt),
                Err(problem) => problems.push(problem),
            }
        }
        problems.extend(consistency::problems(&description));
        if problems.is_empty() {
            Ok(description)
        } else {
            Err(problems.join("; "))
        }
    }

    /// Answers a call of a tool.
    pub(crate) fn call(&self, call: &McpCall) -> Result<McpResult, String> {
        let mut offered = self.tools.iter();
        match offered.find(|offered| offered.tool.told.name == call.tool()) {
            Some(offered) => (offered.answer)(call),
            None => Err(format!("there is no tool `{}`", call.tool())),
        }
    }

    /// Answers a read: with nothing, where there is no such resource.
    pub(crate) fn read(&self, read: &McpRead) -> Result<McpReadResult, String> {
        let mut resources = self.resources.iter();
        if let Some((_, answer)) = resources.find(|(resource, _)| resource.told.uri == read.uri) {
            return answer(read);
        }
        for offered in &self.templates {
            let template = UriTemplate::parse(&offered.template.told.uri_template)?;
            if let Some(values) = template.values(&read.uri) {
                return (offered.answer)(read, &values);
            }
        }
        Ok(McpReadResult::default())
    }

    /// Fills a prompt in.
    pub(crate) fn fill_in(&self, call: &McpPromptCall) -> Result<McpPromptResult, String> {
        let mut offered = self.prompts.iter();
        match offered.find(|offered| offered.prompt.told.name == call.prompt) {
            Some(offered) => (offered.answer)(call),
            None => Err(format!("there is no prompt `{}`", call.prompt)),
        }
    }

    /// Completes what was typed: with nothing, where nobody knows how.
    pub(crate) fn complete(
        &self,
        completion: &McpCompletion,
    ) -> Result<McpCompletionResult, String> {
        let completed = if let Some(name) = &completion.prompt {
            let mut prompts = self.prompts.iter().map(|offered| &offered.prompt);
            prompts
                .find(|prompt| prompt.told.name == *name)
                .and_then(|prompt| prompt.complete(completion))
        } else {
            let wanted = completion.resource_template.as_deref().unwrap_or_default();
            let mut templates = self.templates.iter().map(|offered| &offered.template);
            templates
                .find(|template| template.told.uri_template == wanted)
                .and_then(|template| template.complete(completion))
        };
        completed.unwrap_or_else(|| Ok(McpCompletionResult::default()))
    }
}

// === impl IntoServer ===

impl IntoServer for McpServer {
    fn into_server(self) -> Result<McpServer, String> {
        Ok(self)
    }
}

impl<E: fmt::Display> IntoServer for Result<McpServer, E> {
    fn into_server(self) -> Result<McpServer, String> {
        // The alternate form of `Display` is where many errors name their causes.
        self.map_err(|error| format!("{error:#}"))
    }
}
