//! [`Resource`] and [`ResourceTemplate`]: what clients are told of them, and [`Contents`], which is what they read.

use std::fmt;

use serde_json::Value;
use sinew_schema::{
    McpCompletion, McpCompletionResult, McpRead, McpReadResult, McpResource, McpResourceContents,
    McpResourceTemplate,
};

use super::completion::{Completer, IntoCompletion, completer};
use super::template::UriTemplate;

/// A resource as clients see it.
#[derive(Debug, Clone)]
pub struct Resource {
    pub(super) told: McpResource,
}

/// A template of resources that are made when they are read.
pub struct ResourceTemplate {
    pub(super) told: McpResourceTemplate,
    pub(super) completers: Vec<(String, Completer)>,
}

/// What a resource holds: a text or bytes, under the address that was read, in the media type that was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    text: Option<String>,
    blob: Option<String>,
    mime_type: Option<String>,
}

/// What the handler of a resource may return.
#[diagnostic::on_unimplemented(
    message = "a resource's handler returns `Contents`, an `Option` of them, `McpReadResult`, or a `Result` of one, not `{Self}`",
    label = "this is nothing that can be read",
    note = "`None` means that there is no such resource; the error of a `Result` needs `Display`"
)]
pub trait IntoContents {
    /// The result of a read, or why the turn fails.
    ///
    /// # Errors
    ///
    /// What the handler returned as its error, as text.
    fn into_contents(
        self,
        read: &McpRead,
        mime_type: Option<&str>,
    ) -> Result<McpReadResult, String>;
}

/// What both kinds of resources are told with.
macro_rules! told {
    ($kind:ident $uri:literal) => {
        impl $kind {
            #[doc = concat!("Starts from ", $uri, ", and from a name.")]
            pub fn new(uri: impl Into<String>, name: impl Into<String>) -> Self {
                Self::start(uri.into(), name.into())
            }

            /// Sets the name for people.
            #[must_use]
            pub fn title(mut self, title: impl Into<String>) -> Self {
                self.told.title = Some(title.into());
                self
            }

            /// Says what it holds.
            #[must_use]
            pub fn description(mut self, description: impl Into<String>) -> Self {
                self.told.description = Some(description.into());
                self
            }

            /// Sets the media type, also of what is read.
            #[must_use]
            pub fn mime_type(mut self, mime_type: impl Into<String>) -> Self {
                self.told.mime_type = Some(mime_type.into());
                self
            }

            /// Sets one of MCP's further fields, such as `icons`, `annotations` or `_meta`.
            #[must_use]
            pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
                self.told.extra.insert(field.to_owned(), value.into());
                self
            }
        }
    };
}

told!(Resource "an address, unique among all plugins");
told!(ResourceTemplate "a template of addresses: `{name}` stands for one or more characters of one segment, `{+name}` for any");

// === impl Resource ===

impl Resource {
    fn start(uri: String, name: String) -> Self {
        Self {
            told: McpResource {
                uri,
                name,
                ..McpResource::default()
            },
        }
    }
}

// === impl ResourceTemplate ===

impl ResourceTemplate {
    fn start(uri_template: String, name: String) -> Self {
        Self {
            told: McpResourceTemplate {
                uri_template,
                name,
                ..McpResourceTemplate::default()
            },
            completers: Vec::new(),
        }
    }

    /// Completes what was typed for one of the template's names.
    #[must_use]
    pub fn completes<R: IntoCompletion>(
        mut self,
        name: impl Into<String>,
        handler: impl Fn(&McpCompletion) -> R + 'static,
    ) -> Self {
        self.completers.push((name.into(), completer(handler)));
        self
    }

    /// The template, when everything that is completed has its place in it.
    pub(super) fn describe(&self) -> Result<McpResourceTemplate, String> {
        let told = &self.told.uri_template;
        let template = UriTemplate::parse(told)?;
        let mut completed = self.completers.iter().map(|(name, _)| name.as_str());
        match completed.find(|name| template.names().all(|known| known != *name)) {
            Some(missing) => Err(format!("`{told}` has no `{{{missing}}}`")),
            None => Ok(self.told.clone()),
        }
    }

    pub(super) fn complete(
        &self,
        completion: &McpCompletion,
    ) -> Option<Result<McpCompletionResult, String>> {
        super::completion::complete(&self.completers, completion)
    }
}

// === impl Contents ===

impl Contents {
    /// Holds a text.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: Some(text.into()),
            blob: None,
            mime_type: None,
        }
    }

    /// Holds bytes, in standard base64.
    pub fn blob(base64: impl Into<String>) -> Self {
        Self {
            text: None,
            blob: Some(base64.into()),
            mime_type: None,
        }
    }

    /// Sets the media type, where it is not the one that was told.
    #[must_use]
    pub fn with_mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }
}

// === impl IntoContents ===

impl IntoContents for Contents {
    fn into_contents(self, read: &McpRead, told: Option<&str>) -> Result<McpReadResult, String> {
        let contents = McpResourceContents {
            uri: read.uri.clone(),
            text: self.text,
            blob: self.blob,
            mime_type: self.mime_type.or_else(|| told.map(str::to_owned)),
            ..McpResourceContents::default()
        };
        Ok(McpReadResult {
            contents: vec![contents],
        })
    }
}

impl IntoContents for McpReadResult {
    fn into_contents(self, _: &McpRead, _: Option<&str>) -> Result<Self, String> {
        Ok(self)
    }
}

impl<T: IntoContents> IntoContents for Option<T> {
    fn into_contents(self, read: &McpRead, told: Option<&str>) -> Result<McpReadResult, String> {
        match self {
            Some(contents) => contents.into_contents(read, told),
            // The host answers that there is no such resource.
            None => Ok(McpReadResult::default()),
        }
    }
}

impl<T: IntoContents, E: fmt::Display> IntoContents for Result<T, E> {
    fn into_contents(self, read: &McpRead, told: Option<&str>) -> Result<McpReadResult, String> {
        // The alternate form of `Display` is where many errors name their causes.
        self.map_err(|error| format!("{error:#}"))?
            .into_contents(read, told)
    }
}
