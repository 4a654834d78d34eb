//! Reads shell text, well enough to judge it and honest where it is not.
//!
//! This is not a shell: nothing is expanded and nothing is run. [`invocations`] lists every program a script would start that
//! can be read off its text, looking through `sudo`, `env`, `bash -c`, `$( … )`, `xargs` and `find -exec`. What cannot be
//! read is said so in [`Script::unreadable`] or by [`Word::expands`], and judged by the rules.

mod bracket;
mod invocation;
mod quoting;
mod reader;
mod word;

pub(crate) use invocation::{Event, Invocation, Reading, SHELLS, invocations};
pub(crate) use word::Word;

/// How deep scripts inside scripts are followed; whoever writes the command decides how deep they go.
const DEPTH_MAX: u8 = 8;

/// A script as read: its parts in the order in which they stand in the text.
#[derive(Debug, Default)]
struct Script {
    parts: Vec<Part>,
    /// Why a part of the text could not be read.
    unreadable: Option<&'static str>,
}

/// A part of a script. What stands between `Open` and `Close` runs in a shell of its own.
#[derive(Debug)]
enum Part {
    Open,
    Close,
    Command(Command),
}

/// A simple command: words and redirections, up to the next operator.
#[derive(Debug, Default)]
struct Command {
    words: Vec<Word>,
    redirects: Vec<Redirect>,
    /// Whether its standard input is another command's output.
    piped: bool,
    /// What stands between it and the next command.
    end: End,
}

/// What ends a command.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// `&&`: the next command runs only if this one succeeded.
    And,
    /// `||`: the next command runs only if this one failed.
    Or,
    /// `|`: the next command reads what this one writes.
    Pipe,
    /// Anything else: the next command runs in any case.
    #[default]
    Other,
}

/// A redirection, such as `> out.txt`.
#[derive(Debug, Clone)]
pub(crate) struct Redirect {
    /// Whether the target is written to.
    pub(crate) writes: bool,
    /// The file, or for a here-document the text itself.
    pub(crate) target: Word,
    /// Whether `target` is text that the command reads, not a file.
    pub(crate) inline: bool,
}
