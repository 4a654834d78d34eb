//! Tools of MCP servers. Nobody can list them, but what their arguments are called says what they do with them, and their
//! names may say that they take something away.
//!
//! A tool without such arguments and such a name is not judged.

use sinew_pdk::{EffectError, PreToolUse};

use crate::place::normal;
use crate::rules::Access;
use crate::tool::Says;

/// How the names of such tools begin.
pub(crate) const PREFIX: &str = "mcp__";

/// Arguments that are text for a shell, whatever the tool.
const COMMANDS: [&str; 5] = [
    "command",
    "cmd",
    "shell_command",
    "command_line",
    "cli_command",
];
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

const MOVES: [&str; 2] = ["move", "rename"];
/// Tools that change a branch of a repository at a forge.
const PUSHES: [&str; 8] = [
    "push",
    "push_files",
    "create_file",
    "update_file",
    "create_or_update_file",
    "delete_file",
    "create_commit",
    "commit_files",
];

/// Words in the names of tools that take something away for good.
const TAKES: [&str; 8] = [
    "delete",
    "drop",
    "destroy",
    "purge",
    "truncate",
    "wipe",
    "terminate",
    "uninstall",
];
/// What they take away that others may be using, as the last word of the name; the plural counts as well.
const SHARED: [&str; 37] = [
    "repository",
    "repositorie",
    "repo",
    "project",
    "organization",
    "org",
    "team",
    "database",
    "db",
    "table",
    "collection",
    "schema",
    "keyspace",
    "bucket",
    "namespace",
    "cluster",
    "instance",
    "volume",
    "disk",
    "stack",
    "environment",
    "deployment",
    "server",
    "vm",
    "droplet",
    "service",
    "app",
    "topic",
    "queue",
    "stream",
    "workspace",
    "site",
    "domain",
    "zone",
    "account",
    "tenant",
    "backup",
];
/// Names of what runs infrastructure: there, whatever is taken away counts.
const OPERATORS: [&str; 9] = [
    "kube",
    "k8s",
    "helm",
    "terraform",
    "tofu",
    "pulumi",
    "argocd",
    "nomad",
    "cloudformation",
];

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
    for argument in COMMANDS {
        let words = list(call, argument);
        if !words.is_empty() {
            commands.push(line(&words));
        }
    }
    if let Some(command) = commands.first_mut() {
        let arguments = list(call, "args");
        if !arguments.is_empty() {
            *command = format!("{command} {}", line(&arguments));
        }
        if name.contains("terraform") && !command.starts_with("terraform") {
            *command = format!("terraform {command}");
        }
        if is(&["redis", "valkey"], &name) {
            *command = format!("redis-cli {command}");
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
    named.extend(list(call, "attachments"));
    if is(&DELETES, own) {
        commands.extend(
            named
                .iter()
                .map(|path| format!("rm -r -- {}", quoted(path))),
        );
    }
    if let [from, to] = text(&["source", "destination"])?.as_slice()
        && is(&MOVES, own)
    {
        commands.push(format!("mv -- {} {}", quoted(from), quoted(to)));
    }
    // What a forge is handed without a repository at hand is a push all the same.
    if let Some(branch) = text(&["branch"])?.first()
        && PUSHES.contains(&own)
    {
        commands.push(format!("git push origin HEAD:{}", quoted(branch)));
    }
    let edits = call.tool_input.get("edits").is_some();
    let access = if !written.is_empty() || edits || is(&CHANGES, own) {
        Some(Access::Writes)
    } else {
        let sends = call.tool_input.get("attachments").is_some();
        (sends || is(&READS, own)).then_some(Access::Reads)
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
        destroys: destroys(call),
    })
}

/// Whether a tool's name says that it takes away something that others may be using.
fn destroys(call: &PreToolUse) -> bool {
    let own = call.tool_name.rsplit("__").next().unwrap_or_default();
    let words = words(own);
    let argument = |name: &&str| call.tool_input.get(*name);
    let is_set = |names: &[&str]| {
        let mut values = names.iter().filter_map(argument);
        values.any(|value| value.as_bool() == Some(true))
    };
    let says = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    if is_set(&["dry_run", "dryRun", "dryrun"]) {
        return false;
    }
    let name = call.tool_name.to_lowercase();
    let is_operator = OPERATORS.iter().any(|operator| name.contains(operator));
    // `delete_bucket`, and `kv_namespace_delete`.
    let is_verb = |word: &&String| TAKES.contains(&word.as_str());
    let what = words.iter().rfind(|word| !is_verb(word));
    let is_shared = what.is_some_and(|what| SHARED.contains(&what.trim_end_matches('s')));
    let deletes = says(&["delete"]);
    let is = |name: &str, texts: &[&str]| {
        argument(&name).is_some_and(|value| texts.contains(&value.to_string().as_str()))
    };
    let everything = is("filter", &["{}"]) || is("query", &["{}"]);
    let volumes = name.contains("docker") && says(&["volume", "volumes"]);
    says(&TAKES) && (is_operator || is_shared)
        || says(&["flushall", "flushdb"])
        || says(&["remove", "prune"]) && volumes
        || deletes && says(&["many"]) && everything
        || deletes && is("branch", &["\"main\"", "\"master\""])
        || is_operator
            && says(&["apply", "up"])
            && is_set(&["auto_approve", "autoApprove", "destroy"])
}

/// The words of a tool's name, in lower case: `delete_repository`, `drop-collection`, `deleteBucket`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || lower && c.is_uppercase() {
            words.push(String::new());
        }
        lower = c.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words
}

/// Words as a command line.
fn line(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    words.join(" ")
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
