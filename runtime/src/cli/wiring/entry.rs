//! One hook entry of a client's settings: how it is written, and how ours is known again.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use jsonc_parser::cst::CstInputValue;
use serde_json::Value;

use super::Subscribed;
use super::house::is_sinew;

/// The client never sends these over HTTP.
const COMMANDS_ONLY: [&str; 2] = ["SessionStart", "Setup"];

/// Nobody should wait longer than this for a session to end, or for a message to be shown.
const BRIEFLY: [&str; 2] = ["SessionEnd", "MessageDisplay"];
const BRIEFLY_MS_MAX: u64 = 5_000;

/// How much longer the client waits than the daemon takes: starting a process or a slow disk has room in it.
const CLIENT_EXTRA_SECONDS: u64 = 5;

/// By this header the daemon knows the client's patience, and `init` its own entries.
const PATIENCE: &str = "sinew-timeout-ms";

/// How an event reaches the daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Way {
    /// The client sends it.
    Http,
    /// The client starts `sinew hook`.
    Shim,
}

/// The daemon, as a client has to know it.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Endpoint {
    /// Where it listens.
    pub(in crate::cli) address: SocketAddr,
    /// The token for hook events.
    pub(in crate::cli) token: String,
    /// This program.
    pub(in crate::cli) program: PathBuf,
    /// The state folder, where the shim would look into another one.
    pub(in crate::cli) state: Option<PathBuf>,
    /// The socket, where it does not lie in the state folder.
    pub(in crate::cli) socket: Option<PathBuf>,
    /// How long the daemon may take, in milliseconds.
    pub(in crate::cli) patience_ms: u64,
    /// Only the shim, for clients that go on when a server does not answer.
    pub(in crate::cli) shim_only: bool,
}

// === impl Way ===

impl Way {
    /// The word for it.
    pub(in crate::cli) const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Shim => "shim",
        }
    }
}

// === impl Endpoint ===

impl Endpoint {
    /// How an event has to reach this daemon.
    pub(in crate::cli) fn way(&self, event: &str) -> Way {
        if self.shim_only || COMMANDS_ONLY.contains(&event) {
            Way::Shim
        } else {
            Way::Http
        }
    }

    /// Where an event is sent.
    pub(in crate::cli) fn url(&self, event: &str) -> String {
        format!("http://{}/hooks/{event}", self.address)
    }

    /// Tells whether an event is refused when this daemon cannot be asked: over HTTP the client refuses it in any case.
    pub(in crate::cli) fn guards(&self, event: &str, subscribed: &Subscribed) -> bool {
        subscribed.guarded || self.way(event) == Way::Http
    }

    /// The entry for an event.
    pub(in crate::cli) fn entry(&self, event: &str, subscribed: &Subscribed) -> CstInputValue {
        let patience_ms = if BRIEFLY.contains(&event) {
            self.patience_ms.min(BRIEFLY_MS_MAX)
        } else {
            self.patience_ms
        };
        let timeout = patience_ms.div_ceil(1_000) + CLIENT_EXTRA_SECONDS;
        match self.way(event) {
            Way::Http => object([
                ("type", "http".into()),
                ("url", self.url(event).into()),
                (
                    "headers",
                    object([
                        ("Authorization", format!("Bearer {}", self.token).into()),
                        (PATIENCE, patience_ms.to_string().into()),
                    ]),
                ),
                ("timeout", timeout.into()),
                ("onFailure", "block".into()),
            ]),
            Way::Shim => {
                let mut parts = vec![
                    ("type", "command".into()),
                    ("command", text(&self.program).into()),
                    (
                        "args",
                        self.shim_arguments(event, subscribed.guarded, patience_ms)
                            .into(),
                    ),
                    ("timeout", timeout.into()),
                ];
                if subscribed.guarded {
                    // The shim refuses by itself; this is for the day when its program is gone.
                    parts.push(("onFailure", "block".into()));
                }
                object(parts)
            }
        }
    }

    /// The entry as a reader of JSON sees it.
    pub(in crate::cli) fn value(&self, event: &str, subscribed: &Subscribed) -> Value {
        plain(&self.entry(event, subscribed))
    }

    /// The arguments of the shim for an event.
    pub(in crate::cli) fn shim_arguments(
        &self,
        event: &str,
        guarded: bool,
        patience_ms: u64,
    ) -> Vec<String> {
        let mut arguments = vec!["hook".to_owned(), "--event".to_owned(), event.to_owned()];
        if guarded {
            arguments.push("--guarded".to_owned());
        }
        arguments.extend(["--timeout-ms".to_owned(), patience_ms.to_string()]);
        for (name, path) in [("--state", &self.state), ("--socket", &self.socket)] {
            if let Some(path) = path {
                arguments.extend([name.to_owned(), text(path)]);
            }
        }
        arguments
    }
}

/// Tells whether `init` wrote a handler, and how it reaches the daemon.
pub(super) fn ours(event: &str, handler: &Value) -> Option<Way> {
    let text = |key: &str| handler.get(key).and_then(Value::as_str);
    match text("type")? {
        "http" => {
            let path = text("url")?.strip_prefix("http://")?.split_once('/')?.1;
            let marked = handler.get("headers")?.get(PATIENCE).is_some();
            (marked && path == format!("hooks/{event}")).then_some(Way::Http)
        }
        "command" => {
            let program = Path::new(text("command")?);
            let arguments = handler.get("args")?.as_array()?;
            let marked = arguments.iter().any(|argument| argument == "--timeout-ms");
            let hook = arguments.first().is_some_and(|first| first == "hook");
            (is_sinew(program) && hook && marked).then_some(Way::Shim)
        }
        _ => None,
    }
}

/// The value as a reader of JSON sees it.
pub(super) fn plain(value: &CstInputValue) -> Value {
    match value {
        CstInputValue::Null => Value::Null,
        CstInputValue::Bool(value) => Value::Bool(*value),
        CstInputValue::Number(text) => serde_json::from_str(text).unwrap_or_default(),
        CstInputValue::String(text) => Value::String(text.clone()),
        CstInputValue::Array(values) => values.iter().map(plain).collect(),
        CstInputValue::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), plain(value)))
            .collect(),
    }
}

fn object<'a>(members: impl IntoIterator<Item = (&'a str, CstInputValue)>) -> CstInputValue {
    CstInputValue::Object(
        members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

/// A path as JSON can say it. One that is no UTF-8 is refused before it comes here.
pub(super) fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
