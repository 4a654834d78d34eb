//! A [`Step`]: one thing the probe is told to do.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// A step, or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Steps {
    /// Several, in order.
    Many(Vec<Step>),
    /// One.
    One(Box<Step>),
}

/// One thing to do, named by `do`: `{"do": "deny", "reason": "because"}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    // --- answers: the steps after one are not run ---
    /// Answers `none`.
    None {
        /// Context for the model.
        context: Option<String>,
        /// Further fields.
        #[serde(default)]
        fields: Map<String, Value>,
    },
    /// Answers `allow`.
    Allow {
        /// Why.
        reason: Option<String>,
        /// Context for the model.
        context: Option<String>,
        /// Further fields.
        #[serde(default)]
        fields: Map<String, Value>,
    },
    /// Answers `deny`.
    Deny {
        /// Why.
        reason: String,
        /// Context for the model.
        context: Option<String>,
    },
    /// Answers `ask`.
    Ask {
        /// Why.
        reason: String,
        /// Context for the model.
        context: Option<String>,
    },
    /// Answers `defer`.
    Defer {
        /// Why.
        reason: Option<String>,
    },
    /// Answers `rewrite`.
    Rewrite {
        /// The replacement.
        replacement: Value,
        /// Why.
        reason: Option<String>,
    },
    /// Answers `none`, with what the entry point was called with as its context: every byte of it.
    Echo {},
    /// Answers an MCP call with text; without one, with the results so far.
    Text {
        /// The text.
        text: Option<String>,
    },
    /// Leaves exactly this text as the output.
    Output {
        /// The output.
        text: String,
    },
    /// Leaves exactly these bytes as the output.
    Bytes {
        /// The output.
        bytes: Vec<u8>,
    },
    /// Leaves an output of this many bytes, which is no JSON.
    Big {
        /// How many.
        bytes: usize,
    },
    /// Returns 0 and leaves no output.
    Empty {},
    /// Returns this code and leaves no output.
    Exit {
        /// The code.
        code: i32,
    },
    /// Returns this code, and leaves a decision (`none`) as the output.
    ExitWithOutput {
        /// The code.
        code: i32,
    },
    /// Reports an error, as an entry point does that returns one.
    Error {
        /// The error.
        message: String,
    },

    // --- ends ---
    /// Executes `unreachable`.
    Trap {},
    /// Panics.
    Panic {
        /// The message.
        message: String,
    },
    /// Loops without end.
    Loop {},
    /// Fills memory without end: much work in few instructions.
    Fill {},
    /// Recurses without end.
    Recurse {},
    /// Takes memory until there is none.
    Memory {},

    // --- steps with a result ---
    /// Performs an effect; the result is the host's answer.
    Effect {
        /// The effect's name.
        effect: String,
        /// The request. Text is sent as it stands, so that it may be no JSON at all.
        request: Value,
        /// How often; the result is the last answer. Without end where it is absent and `endless` is set.
        times: Option<u64>,
        /// Whether to go on without end.
        #[serde(default)]
        endless: bool,
    },
    /// Asks for HTTP by the functions of the stock PDK; the result is the answer's status, headers and body as text.
    Http {
        /// The URL.
        url: String,
        /// The method. Absent means `GET`.
        method: Option<String>,
        /// Headers by name.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// The body. Absent means none.
        body: Option<String>,
    },
    /// Sets a Var.
    VarSet {
        /// The key.
        key: String,
        /// The value.
        value: Value,
    },
    /// Sets a Var to a string of this many bytes.
    VarFill {
        /// The key. `#` in it stands for the number of the turn's round, from 0.
        key: String,
        /// How many bytes.
        bytes: usize,
        /// How often, each time with the next number. Absent means once.
        times: Option<u64>,
    },
    /// Reads a Var; the result is its value, or `null`.
    VarGet {
        /// The key.
        key: String,
    },
    /// Removes a Var.
    VarRemove {
        /// The key.
        key: String,
    },
    /// Adds one to a Var; the result is the sum.
    Count {
        /// The key.
        key: String,
    },
    /// Adds one to a global of the module; the result is the sum, 1 in every fresh instance.
    CountGlobal {},
    /// Reads a setting; the result is its value, or `null`.
    Config {
        /// The key.
        key: String,
    },
    /// Spends about this many loop rounds of fuel.
    Spend {
        /// How many.
        rounds: u64,
    },
    /// Takes and touches this many bytes of memory, for the rest of the turn.
    Take {
        /// How many.
        bytes: usize,
    },
}
