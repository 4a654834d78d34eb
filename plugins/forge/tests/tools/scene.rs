//! A project whose remote is at GitHub, and tools that are called in it.

use forge::server;
use serde_json::{Value, json};
use sinew_pdk::McpResult;
use sinew_pdk::schema::{GitGetBranchRequest, GitGetRemoteRequest};
use sinew_pdk::testing::FakeHost;

pub(crate) const PROJECT: &str = "/home/dev/project";

/// A host in whose repositories `origin` is `acme/api` at GitHub, and `bot/fix` is checked out.
pub(crate) fn host() -> FakeHost {
    FakeHost::new()
        .with_project(PROJECT)
        .answer(|request: GitGetRemoteRequest| {
            assert_eq!(request.path, PROJECT);
            json!({ "remote": request.remote.unwrap_or_else(|| "origin".to_owned()), "url": "https://github.com/acme/api.git",
                "host": "github.com", "repository": "acme/api" })
        })
        .answer(|request: GitGetBranchRequest| {
            assert_eq!(request.path, PROJECT);
            json!({ "branch": "bot/fix", "detached": false, "head": "4b825dc642cb6eb9a060e54bf8d69288fbee4904" })
        })
}

pub(crate) fn ran(host: &FakeHost, tool: &str, arguments: Value) -> McpResult {
    host.run_tool(server, tool, &arguments)
        .expect("a tool always answers")
}

/// The text of an answer that is no failure.
pub(crate) fn told(host: &FakeHost, tool: &str, arguments: Value) -> String {
    let result = ran(host, tool, arguments);
    assert_eq!(result.is_error, None, "{result:?}");
    assert!(!result.structured.is_empty(), "{result:?}");
    text(&result)
}

/// The text of a failure.
pub(crate) fn failed(host: &FakeHost, tool: &str, arguments: Value) -> String {
    let result = ran(host, tool, arguments);
    assert_eq!(result.is_error, Some(true), "{result:?}");
    text(&result)
}

pub(crate) fn text(result: &McpResult) -> String {
    result.content[0].text.clone().expect("a text")
}
