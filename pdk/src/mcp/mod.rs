//! What a plugin offers over MCP: tools, resources and prompts, each with the function that answers it.
//!
//! [`McpServer`] is the list, and `#[mcp_server]` makes a function that returns one the plugin's entry points. Every handler takes
//! the call and its arguments, in a type of the plugin's own from which what clients are told is made.

mod answer;
mod call;
mod completion;
mod consistency;
mod elicit;
mod failure;
mod prompt;
mod resource;
mod schema;
mod server;
mod template;
mod texts;
mod tool;

pub use answer::{IntoMcpResult, Json, TextAndJson, answer, base64, text};
pub use call::McpCall;
pub use completion::IntoCompletion;
pub use elicit::{Elicited, elicit};
pub use failure::{Failure, failure};
pub use prompt::{IntoPromptResult, Prompt, prompt};
pub use resource::{Contents, IntoContents, Resource, ResourceTemplate};
pub use schema::NoArguments;
pub use server::{IntoServer, McpServer};
pub use tool::Tool;
