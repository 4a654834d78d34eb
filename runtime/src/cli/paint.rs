//! Colours. Whoever prints through `say` or `mention` has them taken out again where nobody would see them: in a file, in
//! a pipe, and where `NO_COLOR` is set.

use anstyle::{AnsiColor, Style};

pub(crate) fn good(text: &str) -> String {
    painted(AnsiColor::Green, text)
}

pub(crate) fn bad(text: &str) -> String {
    painted(AnsiColor::Red, text)
}

pub(crate) fn limited(text: &str) -> String {
    painted(AnsiColor::Yellow, text)
}

/// Whether standard error shows colours, for whoever writes there without `mention`.
pub(crate) fn on_stderr() -> bool {
    anstream::stderr().current_choice() != anstream::ColorChoice::Never
}

fn painted(colour: AnsiColor, text: &str) -> String {
    let style = Style::new().bold().fg_color(Some(colour.into()));
    format!("{style}{text}{style:#}")
}
