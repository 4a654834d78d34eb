//! The contract's own example of an entry point's input.

use anyhow::Context as _;
use serde_json::{Map, Value};
use sinew_schema::{BUNDLE, EntryMeta};

/// The first example of what a client sends. Paths in it are somebody else's: `cwd` is left out, to be filled in.
pub(crate) fn example(entry: &EntryMeta) -> anyhow::Result<Map<String, Value>> {
    let bundle: Value = serde_json::from_str(BUNDLE).context("the bundled schema is no JSON")?;
    let call = bundle
        .pointer(&format!("/definitions/{}/examples/0", entry.input))
        .with_context(|| format!("the schema has no example for `{}`", entry.export))?;
    // What an MCP client asks arrives as it is; a hook's input stands inside what the host says about it.
    let input = if is_mcp(entry) { call } else { &call["input"] };
    let mut input = input.as_object().cloned().unwrap_or_default();
    input.remove("cwd");
    Ok(input)
}

/// Whether this is an entry point that an MCP client is answered by.
pub(crate) fn is_mcp(entry: &EntryMeta) -> bool {
    entry.export.starts_with("handle_mcp_")
}
