//! What is printed: figures side by side, as ratios, with the goals beside them.

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use crate::timing::Timing;

/// Begins a part of the table.
pub(crate) fn section(title: &str) {
    println!("\n{title}");
}

/// One row: what, and what it came to.
pub(crate) fn row(what: &str, figure: impl std::fmt::Display, beside: &str) {
    println!("  {what:<46} {figure:>24}   {beside}");
}

/// One row of times, as a ratio to another's half.
pub(crate) fn times(what: &str, timing: &Timing, to: Option<(&str, &Timing)>) {
    let beside = to.map_or_else(String::new, |(name, to)| {
        format!("p50 is {:.2} × {name}", timing.p50_ms() / to.p50_ms())
    });
    row(what, timing, &beside);
}

/// Says a goal, and whether it is met.
pub(crate) fn goal(what: &str, figure: f64, met: bool) {
    let word = if met { "met" } else { "MISSED" };
    println!("    goal: {what}: {figure:.2}, {word}");
}
