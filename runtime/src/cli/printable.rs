//! Words that a plugin or a client chose, made safe for a terminal.

use std::fmt::Write as _;

/// Escapes what a terminal would obey.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .fold(String::with_capacity(text.len()), |mut line, char| {
            if char.is_control() && char != '\n' {
                _ = write!(line, "{}", char.escape_default());
            } else {
                line.push(char);
            }
            line
        })
}
