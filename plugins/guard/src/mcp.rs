//! Tools of MCP servers. Nobody can list them, but what their arguments are called says what they do with them.
//!
//! A tool without such arguments is not judged.

use sinew_pdk::{EffectError, PreToolUse};

use crate::place::normal;
use crate::rules::Access;
use crate::tool::Says;

/// How the names of such tools begin.
pub(crate) const PREFIX: &str = "mcp__";

/// Arguments that are text for a shell, whatever the tool.
const COMMANDS: [&str; 4] = ["command", "cmd", "shell_command", "command_line"];
/// Arguments that are text for a shell, of a tool whose name says that it runs something.
const SCRIPTS: [&str; 5] = ["script", "code", "input", "commands", "text"];
const RUNS: [&str; 6] = ["shell", "bash", "terminal", "exec", "ssh", "command"];

/// Arguments that name a folder to run in.
const FOLDERS: [&str; 5] = [
    "cwd",
    "workdir",
    "working_directory",
    "workingDirectory",
    "working_dir",
];

/// Arguments that name a file.
const PATHS: [&str; 8] = [
    "path",
    "file_path",
    "filepath",
    "filePath",
    "filename",
    "file",
    "source",
    "destination",
];
/// Arguments that are what is written into it.
const CONTENTS: [&str; 7] = [
    "content",
    "contents",
    "new_string",
    "new_str",
    "file_text",
    "edits",
    "insert_text",
];
/// Words in the names of tools that change a file, that delete it, and that read it.
const CHANGES: [&str; 7] = [
    "write", "edit", "create", "move", "append", "patch", "rename",
];
const DELETES: [&str; 3] = ["delete", "remove", "unlink"];
const READS: [&str; 4] = ["read", "cat", "open", "view"];

/// Arguments that are statements, of a tool whose name says that it asks a database.
const STATEMENTS: [&str; 4] = ["sql", "query", "statement", "queries"];
const DATABASES: [&str; 12] = [
    "sql",
    "postgres",
    "mysql",
    "maria",
    "database",
    "supabase",
    "neon",
    "duckdb",
    "snowflake",
    "bigquery",
    "clickhouse",
    "_db",
];

/// What a call of such a tool says.
pub(crate) fn says(call: &PreToolUse) -> Result<Says, EffectError> {
    let name = call.tool_name.to_lowercase();
    let own = name.rsplit("__").next().unwrap_or_default();
    let is = |words: &[&str], name: &str| words.iter().any(|word| name.contains(word));
    let text = |arguments: &[&str]| -> Result<Vec<String>, EffectError> {
        let mut texts = Vec::new();
        for argument in arguments {
            texts.extend(call.argument(argument)?.map(std::borrow::Cow::into_owned));
        }
        Ok(texts)
    };
    let mut commands = text(&COMMANDS)?;
    if let Some(command) = commands.first_mut() {
        for argument in list(call, "args") {
            command.push(' ');
            command.push_str(&quoted(&argument));
        }
    }
    if is(&RUNS, &name) {
        commands.extend(text(&SCRIPTS)?);
        commands.extend(list(call, "commands"));
    }
    let statements = if is(&DATABASES, &name) {
        text(&STATEMENTS)?
    } else {
        Vec::new()
    };
    let written = text(&CONTENTS)?;
    let mut named = text(&PATHS)?;
    named.extend(list(call, "paths"));
    if is(&DELETES, own) {
        commands.extend(
            named
                .iter()
                .map(|path| format!("rm -r -- {}", quoted(path))),
        );
    }
    let edits = call.tool_input.get("edits").is_some();
    let access = if !written.is_empty() || edits || is(&CHANGES, own) {
        Some(Access::Writes)
    } else {
        is(&READS, own).then_some(Access::Reads)
    };
    let files = named
        .iter()
        .map(|path| path.strip_prefix("file://").unwrap_or(path))
        .filter(|path| !path.contains("://"))
        .filter_map(|path| Some((normal(&call.cwd, path), access?)))
        .collect();
    Ok(Says {
        folder: text(&FOLDERS)?
            .first()
            .map(|folder| normal(&call.cwd, folder)),
        commands,
        files,
        written,
        statements,
    })
}

/// The texts of an argument that is a list.
fn list(call: &PreToolUse, argument: &str) -> Vec<String> {
    let values = call
        .tool_input
        .get(argument)
        .and_then(|value| value.as_array());
    values
        .into_iter()
        .flatten()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}
