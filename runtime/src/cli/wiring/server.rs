//! Our entry among a client's MCP servers: how it is written, and how it is known again.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::entry::text;
use super::house::is_sinew;

/// The name that the client knows the server by: its tools are called `mcp__sinew__…`.
pub(in crate::cli) const SERVER_NAME: &str = "sinew";

/// Options that `init` may write, each with a value.
const OPTIONS: [&str; 2] = ["--config", "--state"];

/// The command by which a client reaches the plugins' tools.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Server {
    /// This program.
    pub(in crate::cli) program: PathBuf,
    /// The configuration, where the command would read another one.
    pub(in crate::cli) config: Option<PathBuf>,
    /// The state folder, where it would look into another one.
    pub(in crate::cli) state: Option<PathBuf>,
}

// === impl Server ===

impl Server {
    /// What the program is started with.
    pub(in crate::cli) fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["mcp".to_owned()];
        for (name, path) in OPTIONS.into_iter().zip([&self.config, &self.state]) {
            if let Some(path) = path {
                arguments.extend([name.to_owned(), text(path)]);
            }
        }
        arguments
    }

    /// The entry, in the order in which it is written.
    pub(super) fn members(&self) -> [(&'static str, Value); 3] {
        [
            ("type", json!("stdio")),
            ("command", json!(text(&self.program))),
            ("args", json!(self.arguments())),
        ]
    }

    /// The entry as a reader of JSON sees it.
    pub(in crate::cli) fn value(&self) -> Value {
        let members = self.members().into_iter();
        members
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

/// The program and the arguments of an entry that `init` wrote. None for what somebody else wrote, or made their own: with
/// a view, say, or with variables.
pub(in crate::cli) fn ours(entry: &Value) -> Option<(PathBuf, Vec<String>)> {
    let members = entry.as_object()?;
    let known = |(name, value): (&String, &Value)| match name.as_str() {
        "type" => value == "stdio",
        "command" | "args" => true,
        // The client may add it.
        "env" => *value == json!({}),
        _ => false,
    };
    if !members.contains_key("type") || !members.iter().all(known) {
        return None;
    }
    let program = Path::new(entry.get("command")?.as_str()?);
    let arguments: Option<Vec<&str>> = entry
        .get("args")?
        .as_array()?
        .iter()
        .map(Value::as_str)
        .collect();
    let arguments = arguments?;
    let (first, options) = arguments.split_first()?;
    let usual = options.len() % 2 == 0
        && options
            .iter()
            .step_by(2)
            .all(|option| OPTIONS.contains(option));
    let named = program.is_absolute() && is_sinew(program);
    (named && *first == "mcp" && usual).then(|| {
        let arguments = arguments.iter().map(|&argument| argument.to_owned());
        (program.to_owned(), arguments.collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_known_again() {
        for (config, state) in [
            (None, None),
            (Some("/etc/sinew.toml"), None),
            (Some("/a"), Some("/b c")),
        ] {
            let server = Server {
                program: "/opt/sinew".into(),
                config: config.map(PathBuf::from),
                state: state.map(PathBuf::from),
            };
            let (program, arguments) = ours(&server.value()).unwrap();
            assert_eq!(
                (program, arguments),
                (server.program.clone(), server.arguments())
            );
        }
    }

    #[test]
    fn what_somebody_made_their_own_is_theirs() {
        let good = json!({"type": "stdio", "command": "/opt/sinew", "args": ["mcp"]});
        assert!(ours(&good).is_some());
        let with = |key: &str, value: Value| {
            let mut entry = good.clone();
            entry[key] = value;
            entry
        };
        assert!(ours(&with("env", json!({}))).is_some());
        for theirs in [
            with("env", json!({"A": "b"})),
            with("type", json!("http")),
            with("command", json!("sinew")),
            with("command", json!("/opt/other")),
            with("args", json!(["mcp", "--view", "review"])),
            with("args", json!(["mcp", "--config"])),
            with("args", json!(["serve"])),
            with("args", json!([])),
            with("args", json!([1])),
            with("timeout", json!(5)),
            json!({"command": "/opt/sinew", "args": ["mcp"]}),
            json!("sinew"),
        ] {
            assert!(ours(&theirs).is_none(), "{theirs}");
        }
    }
}
