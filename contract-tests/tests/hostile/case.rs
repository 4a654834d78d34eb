//! One hostile guest: what it is, how it is loaded, and what has to come of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::guest;

/// A row of a table.
pub(crate) struct Case {
    /// A sentence.
    pub(crate) name: String,
    pub(crate) wasm: Vec<u8>,
    pub(crate) ending: Ending,
    /// Further keys of `[plugin]`.
    identity: BTreeMap<&'static str, &'static str>,
    /// `[budgets.turn]`.
    budgets: BTreeMap<&'static str, &'static str>,
    /// The hooks it subscribes to.
    pub(crate) hooks: Vec<&'static str>,
    /// Bytes of padding in the event's input.
    pub(crate) padding: usize,
    /// A second event on the same session.
    pub(crate) again: Option<Again>,
    /// Whether every turn of it fails, whatever the event.
    hopeless: bool,
}

/// What a second event of the same session brings.
pub(crate) struct Again {
    pub(crate) padding: usize,
    pub(crate) ending: Ending,
}

/// What has to come of a guest.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending {
    /// Its turn is aborted for this reason, and its event is denied.
    Aborted(&'static str),
    /// It does itself no good and nobody harm: it gets to its answer, `none`.
    Harmless,
    /// It is not loaded, for a reason that says this, and its event is denied.
    Refused(&'static str),
}

// === impl Case ===

impl Case {
    /// A guest of this text.
    pub(crate) fn new(name: impl Into<String>, text: &str, ending: Ending) -> Self {
        Self::of_wasm(name, guest::assemble(text), ending)
    }

    /// A guest that does this in its turn.
    pub(crate) fn body(name: impl Into<String>, body: &str, ending: Ending) -> Self {
        Self::new(name, &guest::body(body), ending)
    }

    /// A guest of this wasm.
    pub(crate) fn of_wasm(name: impl Into<String>, wasm: Vec<u8>, ending: Ending) -> Self {
        Self {
            name: name.into(),
            wasm,
            ending,
            identity: BTreeMap::from([("scope", "\"session\"")]),
            // Small, so that the whole suite takes a minute; the wall is wide, so that nothing depends on the machine.
            budgets: BTreeMap::from([
                ("fuel", "40_000_000"),
                ("memory", "\"2MiB\""),
                ("wall", "\"60s\""),
                ("effects", "16"),
                ("log_bytes", "\"8KiB\""),
                ("vars_bytes", "\"64KiB\""),
                ("output_bytes", "\"64KiB\""),
                ("record_bytes", "\"256KiB\""),
            ]),
            hooks: vec!["pre_tool_use", "post_tool_use"],
            padding: 0,
            again: None,
            hopeless: false,
        }
    }

    /// Sets a key of `[plugin]`, written in TOML.
    pub(crate) fn with(mut self, key: &'static str, value: &'static str) -> Self {
        self.identity.insert(key, value);
        self
    }

    /// Gives it WASI.
    pub(crate) fn wasi(self) -> Self {
        self.with("wasi", "true")
    }

    /// Sets a budget, written in TOML.
    pub(crate) fn budget(mut self, key: &'static str, value: &'static str) -> Self {
        self.budgets.insert(key, value);
        self
    }

    /// Subscribes it to these hooks alone.
    pub(crate) fn hooks(mut self, hooks: &[&'static str]) -> Self {
        self.hooks = hooks.to_vec();
        self
    }

    /// Makes the event's input this much larger.
    pub(crate) fn padding(mut self, bytes: usize) -> Self {
        self.padding = bytes;
        self
    }

    /// Sends the session a second event.
    pub(crate) fn again(mut self, padding: usize, ending: Ending) -> Self {
        self.again = Some(Again { padding, ending });
        self
    }

    /// Says that every turn of it fails.
    pub(crate) fn hopeless(mut self) -> Self {
        self.hopeless = true;
        self
    }

    /// Whether it can behave, too.
    pub(crate) fn recovers(&self) -> bool {
        !self.hopeless
            && !matches!(self.ending, Ending::Refused(_))
            && self.hooks.contains(&"post_tool_use")
    }

    /// Its `plugin.toml`, under a name that also is the tool it is asked about.
    pub(crate) fn manifest(&self, plugin: &str) -> String {
        let mut text = format!("[plugin]\nname = \"{plugin}\"\nversion = \"1.0.0\"\n");
        for (key, value) in &self.identity {
            writeln!(text, "{key} = {value}").expect("text");
        }
        text += "[budgets.turn]\n";
        for (key, value) in &self.budgets {
            writeln!(text, "{key} = {value}").expect("text");
        }
        for hook in &self.hooks {
            writeln!(text, "[hooks.{hook}]\non_failure = \"deny\"").expect("text");
            if hook.ends_with("tool_use") {
                writeln!(text, "matcher = \"{plugin}\"").expect("text");
            }
        }
        text
    }
}
