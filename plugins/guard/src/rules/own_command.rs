//! `sinew`'s own command line, read as `sinew` reads it: which command that is, and whether an agent may give it.
//!
//! What is not listed as reading is the person's. A test compares this list with what the program really takes, so that a
//! new command has to be put into it.

use Manner::{Reads, ReadsWith, Reserved};

use crate::analysis::{Argument, Invocation};

/// One command of `sinew`.
#[derive(Debug)]
pub struct OwnCommand {
    /// The words that name it.
    pub words: &'static [&'static str],
    /// Whose it is.
    pub manner: Manner,
    /// Its options that take a value, beside [`EVERYWHERE`].
    pub with_value: &'static [&'static str],
}

/// Whose a command is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It only reads: anybody's.
    Reads,
    /// It only reads with this switch.
    ReadsWith(&'static str),
    /// It only reads without this option.
    ReadsWithout(&'static str),
    /// The person's: it changes the gate or what that runs, acts in its name, or hands out all that it has recorded.
    Reserved,
}

/// Options that take a value and may stand anywhere.
pub const EVERYWHERE: &[&str] = &["--config", "--state"];

/// Options whose value is a file or a folder that is written.
const WRITTEN: &[&str] = &["--out"];

/// Every command.
pub const OWN_COMMANDS: &[OwnCommand] = &[
    own(&["allow"], Reserved, &["--socket"]),
    own(&["budget", "show"], Reads, &["--session"]),
    own(&["call"], Reserved, &["--input", "--cache"]),
    own(&["completions"], Reads, &[]),
    own(&["confine"], Reserved, &[]),
    own(&["doctor"], Reads, &["--dir"]),
    own(&["effects"], Reads, &[]),
    own(&["explain"], Reads, &["--cache"]),
    own(
        &["hook"],
        Reserved,
        &["--event", "--socket", "--timeout-ms"],
    ),
    own(&["init"], ReadsWith("--dry-run"), &["--dir", "--client"]),
    own(&["ledger", "export"], Reserved, &["--out"]),
    own(
        &["ledger", "in-doubt"],
        Manner::ReadsWithout("--settle"),
        &["--settle", "--socket"],
    ),
    own(&["ledger", "show"], Reads, &[]),
    own(&["ledger", "tail"], Reads, &["--lines", "-n"]),
    own(&["ledger", "verify"], Reads, &["--against", "--key"]),
    own(&["man"], Reads, &["--out"]),
    own(&["mcp"], Reserved, &["--view", "--folder"]),
    own(&["permit", "diff"], Reads, &[]),
    own(&["permit", "grant"], Reserved, &["--socket"]),
    own(&["plugin", "build"], Reserved, &["--out", "--cache"]),
    own(&["plugin", "check"], Reads, &[]),
    own(&["plugin", "inspect"], Reads, &["--compat"]),
    own(&["plugin", "list"], Reads, &["--socket"]),
    own(&["plugin", "new"], Reserved, &["--template", "--dir"]),
    own(&["plugin", "reload"], Reserved, &["--socket", "--override"]),
    own(&["plugin", "test"], Reserved, &["--cache"]),
    own(&["serve"], Reserved, &["--listen", "--socket", "--cache"]),
    own(
        &["service", "install"],
        ReadsWith("--dry-run"),
        &["--manager"],
    ),
    own(
        &["service", "remove"],
        ReadsWith("--dry-run"),
        &["--manager"],
    ),
    own(&["service", "status"], Reads, &["--manager"]),
    own(
        &["trial"],
        Reserved,
        &[
            "--fuel",
            "--memory-bytes",
            "--wasm-bytes-max",
            "--instances",
            "--cache-config",
            "--compat",
        ],
    ),
];

const fn own(
    words: &'static [&'static str],
    manner: Manner,
    with_value: &'static [&'static str],
) -> OwnCommand {
    OwnCommand {
        words,
        manner,
        with_value,
    }
}

/// A command line of `sinew`, taken apart.
pub(super) struct OwnLine<'a> {
    /// The words that were to name a command.
    words: Vec<&'a str>,
    /// Options as they were written, without their values.
    options: Vec<&'a str>,
    /// Files and folders that it writes.
    pub(super) written: Vec<Argument>,
}

// === impl OwnLine ===

impl<'a> OwnLine<'a> {
    /// `None` where another program is started.
    pub(super) fn of(invocation: &'a Invocation) -> Option<Self> {
        if invocation.name != "sinew" {
            return None;
        }
        let mut line = Self {
            words: Vec::new(),
            options: Vec::new(),
            written: Vec::new(),
        };
        let mut only_words = false;
        let mut arguments = invocation.arguments.iter();
        while let Some(argument) = arguments.next() {
            if only_words || !argument.is_option() {
                line.words.push(&argument.text);
            } else if argument.text == "--" {
                only_words = true;
            } else {
                let (name, joined) = match argument.text.split_once('=') {
                    Some((name, value)) => (name, Some(Argument::of(value))),
                    None => (argument.text.as_str(), None),
                };
                line.options.push(name);
                let value = joined.or_else(|| {
                    line.takes_value(name)
                        .then(|| arguments.next().cloned())
                        .flatten()
                });
                line.written
                    .extend(value.filter(|_| WRITTEN.contains(&name)));
            }
        }
        Some(line)
    }

    /// Whether an option takes the next argument as its value, as far as the command is known by now.
    fn takes_value(&self, option: &str) -> bool {
        let of_command = self.command().map_or(&[][..], |command| command.with_value);
        let is_known = |option: &str| EVERYWHERE.contains(&option) || of_command.contains(&option);
        // The last of a cluster of letters may take one: `-fn 20`.
        let last = option.chars().last().map(|letter| format!("-{letter}"));
        is_known(option) || !option.starts_with("--") && last.is_some_and(|last| is_known(&last))
    }

    fn command(&self) -> Option<&'static OwnCommand> {
        OWN_COMMANDS
            .iter()
            .find(|command| self.words.starts_with(command.words))
    }

    /// What is the person's to do; `None` for what only reads.
    pub(super) fn reserved(&self) -> Option<String> {
        let asks_for_help = ["--help", "-h", "--version", "-V"]
            .iter()
            .any(|option| self.options.contains(option));
        if asks_for_help || self.is_help() {
            return None;
        }
        let reads = self.command().is_some_and(|command| match command.manner {
            Reads => true,
            ReadsWith(switch) => self.options.contains(&switch),
            Manner::ReadsWithout(option) => !self.options.contains(&option),
            Reserved => false,
        });
        (!reads).then(|| self.words.join(" "))
    }

    /// Whether it only tells how it is used: `sinew`, `sinew plugin`, `sinew help …`, `sinew plugin help …`.
    fn is_help(&self) -> bool {
        let help = self.words.iter().position(|word| *word == "help");
        let groups = &self.words[..help.unwrap_or(self.words.len())];
        OWN_COMMANDS
            .iter()
            .any(|command| command.words.len() > groups.len() && command.words.starts_with(groups))
    }
}
