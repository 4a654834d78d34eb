//! Shell text as a tree: what stands behind the effect `shell_parse`.
//!
//! [`parse`] is a pure function: no I/O, no clock, no configuration but its [`ShellLimits`]. It answers a
//! [`ShellScript`] of the schema, in which every construct is kept, or marked as unknown with its source text.
//!
//! The grammar of commands is `brush-parser`'s. Its tokens are made here (`lexeme`), since a gate needs more of
//! them than an interpreter: places in the text, the parts of words, comments, linear time, and a limited depth
//! on hostile input. So the way is: text → lexemes, with the words already taken apart (`word`, `expansion`) →
//! `brush-parser` → its tree, translated (`tree`).

mod ansi;
mod assignment;
mod compound;
mod context;
mod expansion;
mod here_document;
mod lexeme;
mod reader;
mod script;
mod tree;
mod word;

use std::panic::{AssertUnwindSafe, catch_unwind};

use sinew_schema::ShellScript;

use reader::{Problem, Reader, Work};

/// How much text is parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShellLimits {
    /// The longest text.
    pub bytes_max: usize,
    /// How deep commands, substitutions, expansions and quotes may be nested in one another.
    pub depth_max: u32,
}

/// Why there is no tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShellError {
    /// The text is longer than is parsed.
    #[error("the command is {bytes} bytes long, and at most {bytes_max} are parsed")]
    TooLong {
        /// How long it is.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// It is nested too deeply.
    #[error("the command is nested more than {depth_max} deep at {place}")]
    TooDeep {
        /// The limit.
        depth_max: u32,
        /// Where the limit was reached.
        place: Place,
    },
    /// It is written so that reading it takes too many attempts.
    #[error("the command takes too many attempts to read; it was given up at {place}")]
    TooTangled {
        /// Where it was given up.
        place: Place,
    },
    /// It is not shell.
    #[error("{what} at {place}")]
    Syntax {
        /// What is wrong.
        what: &'static str,
        /// Where.
        place: Place,
    },
    /// A defect of the parser.
    #[error("the parser failed")]
    Failed,
}

/// A place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// In bytes, from 0.
    pub byte: usize,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

/// Up to here a text can nest nothing that the caller's stack would not hold.
const SHALLOW: usize = 16;

/// The stack of the thread that parses what may be deep; only what is used of it is ever mapped.
const STACK_BYTES: usize = 256 * 1024 * 1024;

/// Parses shell text as bash reads it.
///
/// # Errors
///
/// The text is beyond a limit, or bash would not accept it either.
pub fn parse(command: &str, limits: ShellLimits) -> Result<ShellScript, ShellError> {
    if command.len() > limits.bytes_max || u32::try_from(command.len()).is_err() {
        return Err(ShellError::TooLong {
            bytes: command.len(),
            bytes_max: limits.bytes_max,
        });
    }
    let guarded = || catch_unwind(AssertUnwindSafe(|| read(command, limits)));
    let result = if openers(command) <= SHALLOW {
        guarded()
    } else {
        std::thread::scope(|scope| {
            std::thread::Builder::new()
                .name("shell".to_owned())
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, guarded)
                .map_err(|_| ShellError::Failed)?
                .join()
                .map_err(|_| ShellError::Failed)
        })?
    };
    result.unwrap_or(Err(ShellError::Failed))
}

fn read(command: &str, limits: ShellLimits) -> Result<ShellScript, ShellError> {
    let work = Work::new(command.len(), limits.depth_max.min(ShellLimits::DEPTH_MAX));
    let result = Reader::new(command, &work).script();
    result.map_err(|problem| match problem {
        Problem::Syntax(what, at) => ShellError::Syntax {
            what,
            place: Place::of(command, at),
        },
        Problem::TooDeep(at) => ShellError::TooDeep {
            depth_max: limits.depth_max,
            place: Place::of(command, at),
        },
        Problem::TooTangled(at) => ShellError::TooTangled {
            place: Place::of(command, at),
        },
    })
}

/// How many things in a text could open another level, at most.
fn openers(command: &str) -> usize {
    let marks = command
        .bytes()
        .filter(|byte| matches!(byte, b'(' | b'{' | b'`'))
        .count();
    let words = ["if", "do", "case", "coproc", "\""]
        .iter()
        .map(|word| command.matches(word).count())
        .sum::<usize>();
    marks + words / 2
}

// === impl ShellLimits ===

impl ShellLimits {
    /// The most that `depth_max` may be: what the stack of the parser's thread holds.
    pub const DEPTH_MAX: u32 = 256;
}

impl Default for ShellLimits {
    fn default() -> Self {
        Self {
            bytes_max: 256 * 1024,
            depth_max: 64,
        }
    }
}

// === impl Place ===

impl Place {
    fn of(text: &str, byte: usize) -> Self {
        let byte = text.floor_char_boundary(byte);
        let before = &text[..byte];
        Self {
            byte,
            line: before.matches('\n').count() + 1,
            column: before
                .rsplit('\n')
                .next()
                .unwrap_or_default()
                .chars()
                .count()
                + 1,
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { byte, line, column } = self;
        write!(f, "byte {byte} (line {line}, column {column})")
    }
}
