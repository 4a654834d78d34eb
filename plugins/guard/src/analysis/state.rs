//! What a shell knows at one point of a script.

use std::collections::BTreeMap;
use std::rc::Rc;

use sinew_pdk::schema::{ShellCommand, ShellWord};

use super::links::Links;
use super::script::DEPTH_MAX;
use super::{Argument, Input, UNKNOWN};

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
    /// Other names that files were given.
    pub(crate) links: Links,
    /// `$0`, `$1`, …
    pub(crate) positional: Vec<Argument>,
    pub(crate) input: Input,
    pub(crate) upstream: String,
    pub(crate) remote: bool,
    pub(crate) contained: bool,
    pub(crate) mounted: bool,
    /// Whether it is a container that was there before, and stays.
    pub(crate) kept: bool,
    /// Whether what is written becomes settings of other programs, and is not shown.
    pub(crate) loads: bool,
    /// Whether what is written goes to another program, or into a variable.
    pub(crate) captured: bool,
    /// Whether the command in hand shows or sends its words.
    pub(crate) shows: bool,
    /// Whether what is written becomes a word of a command that does not, or is how one logs in.
    pub(crate) withheld: bool,
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
    /// The same for a command that is started by one that has it.
    pub(crate) fn within(&self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self.clone()
        }
    }

    pub(crate) fn new(source: &str, folder: &str, workspace: &str, home: &str) -> Self {
        Self {
            folder: Some(crate::place::normal("/", folder)),
            branch: None,
            fallback: None,
            strict: false,
            variables: BTreeMap::new(),
            functions: BTreeMap::new(),
            aliases: BTreeMap::new(),
            links: Links::default(),
            positional: Vec::new(),
            input: Input::Inherited,
            upstream: String::new(),
            remote: false,
            contained: false,
            mounted: false,
            kept: false,
            loads: false,
            captured: false,
            shows: false,
            withheld: false,
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
            "IFS" => self.separators().to_owned(),
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

    /// The characters at which the value of a variable becomes several words.
    pub(crate) fn separators(&self) -> &str {
        let set = self.variables.get("IFS").and_then(|values| values.first());
        set.and_then(Argument::known).unwrap_or(" \t\n")
    }

    /// The variables that say where a program works, or on what: `GIT_DIR`, `RAILS_ENV`, `AWS_ENDPOINT_URL`.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let says =
            |name: &str| name == "GIT_DIR" || name.ends_with("_ENV") || name.contains("ENDPOINT");
        let variables = self.variables.iter().filter(|(name, _)| says(name));
        variables
            .filter_map(|(name, values)| {
                let value = values.first()?.known()?;
                Some((name.clone(), value.to_owned()))
            })
            .collect()
    }

    /// A part of the text that the tree is of.
    pub(super) fn text_of(&self, start: u32, end: u32) -> &str {
        self.source
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    /// The name of the alias that a command begins with, and the text that it makes of the command.
    pub(super) fn alias(
        &self,
        first: &ShellWord,
        command: &ShellCommand,
    ) -> Option<(String, String)> {
        let name = self.source.get(first.start as usize..first.end as usize)?;
        let text = self.aliases.get(name)?;
        let rest = self.source.get(first.end as usize..command.end as usize)?;
        (!text.contains(UNKNOWN) && self.depth < DEPTH_MAX)
            .then(|| (name.to_owned(), format!("{text}{rest}")))
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
