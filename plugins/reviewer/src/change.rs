//! What an edit changed, as lines that were taken away and lines that were added.

use std::fmt::Write as _;

use serde_json::Value;
use sinew_pdk::PostToolUse;

use crate::glob;
use crate::settings::Settings;

/// One change to one file.
#[derive(Debug)]
pub(crate) struct Change {
    /// Where it is: below the project's root, where it lies below it.
    pub(crate) path: String,
    /// The lines, with `-`, `+` or a space before each.
    pub(crate) lines: String,
}

/// The parts of an input that a change is read from.
const READ: [&str; 5] = [
    "/tool_input/content",
    "/tool_input/edits",
    "/tool_input/new_string",
    "/tool_input/old_string",
    "/tool_input/new_source",
];
const PATCH: &str = "/tool_response/structuredPatch";

// === impl Change ===

impl Change {
    /// Reads what an edit changed; `None` where it is nobody's business, or nothing.
    ///
    /// # Errors
    ///
    /// Why it cannot be looked at, in words.
    pub(crate) fn of(call: &PostToolUse, settings: &Settings) -> Result<Option<Self>, String> {
        let Some(path) = path(call)? else {
            return Ok(None);
        };
        let wanted = settings.paths.is_empty()
            || settings.paths.iter().any(|glob| glob::covers(glob, &path));
        if !wanted {
            return Ok(None);
        }
        // What the host took out for its size is larger than any change that is looked at.
        let elided = call.elided().any(|elided| {
            READ.iter().chain([&PATCH]).any(|read| {
                elided == *read
                    || elided
                        .strip_prefix(read)
                        .is_some_and(|rest| rest.starts_with('/'))
            })
        });
        let mut lines = Lines::new(settings.max_bytes);
        if !elided {
            read(call, &mut lines)?;
        }
        if elided || lines.full {
            return Err(format!(
                "the change to `{path}` is larger than {} bytes",
                settings.max_bytes
            ));
        }
        let change = Self {
            path,
            lines: lines.text,
        };
        Ok(Some(change).filter(|change| !change.lines.is_empty()))
    }
}

/// The file's path, as people say it in the project.
fn path(call: &PostToolUse) -> Result<Option<String>, String> {
    let path = match call.argument("file_path").map_err(said)? {
        Some(path) => Some(path),
        None => call.argument("notebook_path").map_err(said)?,
    };
    Ok(path.map(|path| {
        let below = call
            .project()
            .and_then(|root| path.strip_prefix(root)?.strip_prefix('/'));
        below.unwrap_or(&path).to_owned()
    }))
}

/// Takes the client's own patch, where it made one, and else what it was asked to write.
fn read(call: &PostToolUse, lines: &mut Lines) -> Result<(), String> {
    if let Some(Value::Array(hunks)) = call.value(PATCH).map_err(said)?
        && !hunks.is_empty()
    {
        for hunk in &hunks {
            lines.hunk(hunk);
        }
        return Ok(());
    }
    let text = |pointer| call.text(pointer).map_err(said);
    if let Some(Value::Array(edits)) = call.value("/tool_input/edits").map_err(said)? {
        for edit in &edits {
            lines.replaced(member(edit, "old_string"), member(edit, "new_string"));
        }
    } else if let Some(new) = text("/tool_input/new_string")? {
        lines.replaced(&text("/tool_input/old_string")?.unwrap_or_default(), &new);
    } else if let Some(new) = text("/tool_input/content")? {
        lines.replaced("", &new);
    } else if let Some(new) = text("/tool_input/new_source")? {
        lines.replaced("", &new);
    }
    Ok(())
}

fn member<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn said(error: sinew_pdk::EffectError) -> String {
    error.message
}

/// Lines, up to so many bytes.
struct Lines {
    text: String,
    bytes_max: usize,
    full: bool,
}

impl Lines {
    fn new(bytes_max: usize) -> Self {
        Self {
            text: String::new(),
            bytes_max,
            full: false,
        }
    }

    fn line(&mut self, sign: &str, line: &str) {
        if self.text.len() + sign.len() + line.len() + 1 > self.bytes_max {
            self.full = true;
        } else {
            // A string takes every write.
            let _ = writeln!(self.text, "{sign}{line}");
        }
    }

    fn replaced(&mut self, old: &str, new: &str) {
        for (sign, text) in [("-", old), ("+", new)] {
            for line in text.lines() {
                self.line(sign, line);
            }
        }
    }

    /// A part of the client's patch: its lines have their signs already.
    fn hunk(&mut self, hunk: &Value) {
        if let Some(start) = hunk.get("newStart").and_then(Value::as_u64) {
            self.line("@@ ", &format!("line {start}"));
        }
        for line in hunk
            .get("lines")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            self.line("", line.as_str().unwrap_or_default());
        }
    }
}
