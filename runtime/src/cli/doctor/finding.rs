//! What was found: one line each, and the command that mends what is wrong.

use std::fmt::{self, Write as _};
use std::path::Path;

use serde::Serialize;

use crate::cli::paint;
use crate::cli::printable::printable;
use crate::cli::shell_word::word;
use crate::cli::wiring::House;

/// One thing that holds, or does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    ok: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    warning: bool,
    about: &'static str,
    text: String,
    /// What mends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Fix>,
}

/// What is to be thought of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Well,
    /// As it can be here, or as it was set, and less than elsewhere.
    Limited,
    Wrong,
}

/// The command that mends something, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Fix {
    command: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// Everything that was found.
#[derive(Debug)]
pub(super) struct Findings {
    findings: Vec<Finding>,
    /// How a command about the house begins.
    sinew: String,
}

// === impl Fix ===

impl Fix {
    /// A command of a shell, which mends it or leads to where it is mended.
    pub(super) fn run(command: impl Into<String>) -> Self {
        Self {
            command: command.into(),
            note: None,
        }
    }

    /// Looking at a file and changing it.
    pub(super) fn edit(file: &Path) -> Self {
        Self::run(format!("${{EDITOR:-vi}} {}", word(file)))
    }

    /// Says more, as the sentence goes on.
    pub(super) fn and(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Has every command of ours begin as it does in this house.
    fn begun(mut self, sinew: &str) -> Self {
        if let Some(rest) = self.command.strip_prefix("sinew ") {
            self.command = format!("{sinew} {rest}");
        }
        let note = self.note.as_mut();
        let begun = note.map(|note| note.replace("`sinew ", &format!("`{sinew} ")));
        self.note = begun;
        self
    }
}

impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "run `{}`", self.command)?;
        self.note.iter().try_for_each(|note| write!(f, ", {note}"))
    }
}

// === impl Findings ===

impl Findings {
    /// Nothing is found yet in this house. Fixes say `sinew …`; what is needed to reach this very house is put in here.
    pub(super) fn new(house: &House) -> Self {
        Self {
            findings: Vec::new(),
            sinew: house.sinew(),
        }
    }

    pub(super) fn ok(&mut self, about: &'static str, text: impl Into<String>) {
        self.add(Verdict::Well, about, &text.into(), None);
    }

    /// Names what nothing can be done about on this machine.
    pub(super) fn warn(&mut self, about: &'static str, text: &str) {
        self.add(Verdict::Limited, about, text, None);
    }

    /// Names what was set so, and how it is set otherwise.
    pub(super) fn warn_of_setting(&mut self, about: &'static str, text: &str, fix: Fix) {
        self.add(Verdict::Limited, about, text, Some(fix));
    }

    pub(super) fn fail(&mut self, about: &'static str, text: impl Into<String>, fix: Fix) {
        self.add(Verdict::Wrong, about, &text.into(), Some(fix));
    }

    fn add(&mut self, verdict: Verdict, about: &'static str, text: &str, fix: Option<Fix>) {
        // A reason may come in several lines; a finding is one.
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        let finding = Finding {
            ok: verdict != Verdict::Wrong,
            warning: verdict == Verdict::Limited,
            about,
            text: lines.join(" "),
            fix: fix.map(|fix| fix.begun(&self.sinew)),
        };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// Tells whether nothing is wrong, of one kind of finding or of all.
    pub(super) fn well(&self, about: Option<&str>) -> bool {
        let mut these = self.findings.iter();
        these.all(|finding| finding.ok || about.is_some_and(|about| about != finding.about))
    }

    /// How many things are wrong.
    pub(super) fn failures(&self) -> usize {
        self.findings.iter().filter(|finding| !finding.ok).count()
    }

    pub(super) fn json(&self) -> String {
        serde_json::json!({ "ok": self.well(None), "findings": self.findings }).to_string()
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for finding in &self.findings {
            let (word, painted): (_, fn(&str) -> String) = match (finding.ok, finding.warning) {
                (true, false) => ("ok", paint::good),
                (true, true) => ("warn", paint::limited),
                (false, _) => ("fail", paint::bad),
            };
            let word = painted(&format!("{word:<6}"));
            let fix = finding.fix.as_ref().map(|fix| format!(": {fix}"));
            let line = printable(&(finding.text.clone() + &fix.unwrap_or_default()));
            let _ = writeln!(text, "{word}{:<11}{line}", finding.about);
        }
        text.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mends_it_is_a_command_in_a_sentence() {
        let fix = Fix::run("sinew serve").and("which takes over");
        assert_eq!(fix.to_string(), "run `sinew serve`, which takes over");
        let fix = Fix::run("sinew serve").and("then `sinew doctor` again");
        assert_eq!(
            fix.begun("sinew --state /s").to_string(),
            "run `sinew --state /s serve`, then `sinew --state /s doctor` again"
        );
        let fix = Fix::edit(Path::new("/etc/sinew.toml"));
        assert_eq!(fix.to_string(), "run `${EDITOR:-vi} /etc/sinew.toml`");
    }
}
