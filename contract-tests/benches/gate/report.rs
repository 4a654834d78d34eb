//! What is printed: a line as soon as it is known, and in the end the tables of `README.md` and `deploy/README.md`, to be
//! pasted there as they are.

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::fmt::Write as _;

use crate::timing::{Ms, Timing};

/// Everything that was measured.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

/// One thing that was measured.
#[derive(Debug, Default)]
pub(crate) struct Row {
    what: String,
    p50: String,
    p99: String,
    in_flight: String,
    /// What stands beside it: a ratio, another figure.
    beside: Vec<String>,
    goals: Vec<Goal>,
}

/// What was hoped for.
#[derive(Debug)]
struct Goal {
    wanted: &'static str,
    figure: String,
    ratio: Option<f64>,
    met: bool,
}

// === impl Report ===

impl Report {
    /// Says what is measured next, and for how long at most.
    pub(crate) fn part(number: usize, count: usize, name: &str, seconds: u64) {
        println!("\n[{number}/{count}] {name} (at most {seconds} s)");
    }

    /// Adds a row, and says it.
    pub(crate) fn add(&mut self, row: Row) {
        let mut line = format!(
            "  {:<52} {:>10} {:>10} {:>12}   {}",
            row.what,
            row.p50,
            row.p99,
            row.in_flight,
            row.beside.join(", ")
        );
        for goal in &row.goals {
            let _ = write!(line, "\n    goal {}: {goal}", goal.wanted);
        }
        println!("{}", line.trim_end());
        self.rows.push(row);
    }

    /// Prints the tables.
    pub(crate) fn tables(&self) {
        println!("\nfor deploy/README.md:\n");
        println!("| | p50 | p99 | 8 in flight | beside it, and goals |\n|---|---|---|---|---|");
        for row in &self.rows {
            let goals = row
                .goals
                .iter()
                .map(|goal| format!("{}: {goal}", goal.wanted));
            let beside: Vec<String> = row.beside.iter().cloned().chain(goals).collect();
            let Row {
                what,
                p50,
                p99,
                in_flight,
                ..
            } = row;
            println!(
                "| {what} | {p50} | {p99} | {in_flight} | {} |",
                beside.join("; ")
            );
        }
        println!("\nfor README.md:\n");
        println!("| | goal | measured | |\n|---|---|---|---|");
        for row in &self.rows {
            for (index, goal) in row.goals.iter().enumerate() {
                let what = if index == 0 { row.what.as_str() } else { "" };
                let wanted = goal.wanted;
                let ratio = goal
                    .ratio
                    .map_or(String::new(), |ratio| format!(" ({ratio:.2})"));
                let word = if goal.met { "met" } else { "**missed**" };
                let what = format!("| {what}").trim_end().to_owned();
                println!("{what} | {wanted} | {}{ratio} | {word} |", goal.figure);
            }
        }
    }
}

// === impl Row ===

impl Row {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            ..Self::default()
        }
    }

    /// Each one by itself, one after the other.
    pub(crate) fn times(mut self, timing: &Timing) -> Self {
        self.p50 = Ms(timing.p50_ms()).to_string();
        self.p99 = Ms(timing.p99_ms()).to_string();
        self
    }

    /// A figure of which there is one.
    pub(crate) fn figure(mut self, figure: impl std::fmt::Display) -> Self {
        self.p50 = figure.to_string();
        self
    }

    /// How many a second, with eight at once.
    pub(crate) fn in_flight(mut self, each_second: f64) -> Self {
        self.in_flight = rate(each_second);
        self
    }

    pub(crate) fn beside(mut self, what: impl Into<String>) -> Self {
        self.beside.push(what.into());
        self
    }

    /// A goal for a figure.
    pub(crate) fn goal(
        mut self,
        wanted: &'static str,
        figure: impl std::fmt::Display,
        met: bool,
    ) -> Self {
        self.goals.push(Goal {
            wanted,
            figure: figure.to_string(),
            ratio: None,
            met,
        });
        self
    }

    /// A goal for what a figure is of another.
    pub(crate) fn ratio_goal(
        mut self,
        wanted: &'static str,
        figure: impl std::fmt::Display,
        ratio: f64,
        met: bool,
    ) -> Self {
        self.goals.push(Goal {
            wanted,
            figure: figure.to_string(),
            ratio: Some(ratio),
            met,
        });
        self
    }
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = if self.met { "met" } else { "**missed**" };
        match self.ratio {
            Some(ratio) => write!(f, "{word} ({ratio:.2})"),
            None => write!(f, "{word} ({})", self.figure),
        }
    }
}

/// So many a second, in groups of three digits.
pub(crate) fn rate(each_second: f64) -> String {
    let digits = format!("{each_second:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text + " /s"
}
