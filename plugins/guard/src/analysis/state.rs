//! What a shell knows at one point of a script.

use std::collections::BTreeMap;
use std::rc::Rc;

use sinew_pdk::schema::ShellCommand;

use super::{Argument, Input};

/// The state of a shell. Cloning it is what `( … )` does.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) folder: Option<String>,
    /// The branch that was checked out on the way.
    pub(crate) branch: Option<String>,
    /// Where it runs instead if a `cd` failed that nobody checked.
    pub(crate) fallback: Option<String>,
    /// Whether `set -e` ends the shell where something fails.
    pub(crate) strict: bool,
    pub(crate) variables: BTreeMap<String, Vec<Argument>>,
    pub(crate) functions: BTreeMap<String, Rc<ShellCommand>>,
    pub(crate) aliases: BTreeMap<String, String>,
    /// `$0`, `$1`, …
    pub(crate) positional: Vec<Argument>,
    pub(crate) input: Input,
    pub(crate) upstream: String,
    pub(crate) remote: bool,
    pub(crate) contained: bool,
    pub(crate) mounted: bool,
    /// The text that the tree's places are places of.
    pub(crate) source: Rc<str>,
    /// Whether that is the tool's own command.
    pub(crate) outermost: bool,
    /// How many scripts and functions this one is in.
    pub(crate) depth: u8,
    /// The functions that are being called, and whether that is beside each other (`f | f &`).
    pub(crate) calling: Vec<String>,
    pub(crate) beside: bool,
    /// The workspace and the home folder, as far as they are known.
    pub(crate) workspace: Rc<str>,
    pub(crate) home: Rc<str>,
}

// === impl State ===

impl State {
    pub(crate) fn new(source: &str, folder: &str, workspace: &str, home: &str) -> Self {
        Self {
            folder: Some(folder.to_owned()),
            branch: None,
            fallback: None,
            strict: false,
            variables: BTreeMap::new(),
            functions: BTreeMap::new(),
            aliases: BTreeMap::new(),
            positional: Vec::new(),
            input: Input::Inherited,
            upstream: String::new(),
            remote: false,
            contained: false,
            mounted: false,
            source: source.into(),
            outermost: true,
            depth: 0,
            calling: Vec::new(),
            beside: false,
            workspace: workspace.into(),
            home: home.into(),
        }
    }

    /// The values of a variable; `None` where nobody can know it.
    pub(crate) fn variable(&self, name: &str) -> Option<Vec<Argument>> {
        if let Some(values) = self.variables.get(name) {
            return Some(values.clone());
        }
        let text = match name {
            "HOME" => self.home.to_string(),
            "PWD" => self.folder.clone()?,
            "IFS" => " \t\n".to_owned(),
            "PATH" => "/usr/local/bin:/usr/bin:/bin".to_owned(),
            "TMPDIR" | "TMP" | "TEMP" => "/tmp".to_owned(),
            "RUNNER_TEMP" => "/tmp/runner".to_owned(),
            "XDG_STATE_HOME" => format!("{}/.local/state", self.home),
            "XDG_CONFIG_HOME" => format!("{}/.config", self.home),
            "XDG_CACHE_HOME" => format!("{}/.cache", self.home),
            "CARGO_TARGET_DIR" => "target".to_owned(),
            "CLAUDE_PROJECT_DIR" => self.workspace.to_string(),
            "@" | "*" => {
                return (!self.positional.is_empty()).then(|| self.positional[1..].to_vec());
            }
            _ => {
                let number: usize = name.parse().ok()?;
                return self
                    .positional
                    .get(number)
                    .map(|argument| vec![argument.clone()]);
            }
        };
        Some(vec![Argument::of(text)])
    }

    /// The path that an argument names here; `None` where that cannot be known.
    pub(crate) fn path(&self, argument: &Argument) -> Option<String> {
        crate::place::resolved(argument, self.folder.as_deref())
    }

    /// A shell that runs a text of its own.
    pub(crate) fn inner(&self, source: &str) -> Self {
        Self {
            source: source.into(),
            outermost: false,
            depth: self.depth + 1,
            ..self.clone()
        }
    }
}
