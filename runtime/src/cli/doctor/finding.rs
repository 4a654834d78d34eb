//! What was found: one line each, and the command that mends what is wrong.

use std::env;
use std::fmt::Write as _;
use std::io::IsTerminal as _;

use serde::Serialize;

use crate::cli::printable::printable;

/// One thing that holds, or does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    ok: bool,
    about: &'static str,
    text: String,
    /// What mends it, as it is said behind the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

/// Everything that was found.
#[derive(Debug, Default, Serialize)]
pub(super) struct Findings {
    findings: Vec<Finding>,
}

// === impl Findings ===

impl Findings {
    pub(super) fn ok(&mut self, about: &'static str, text: impl Into<String>) {
        self.add(true, about, text.into(), None);
    }

    pub(super) fn fail(
        &mut self,
        about: &'static str,
        text: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.add(false, about, text.into(), Some(fix.into()));
    }

    fn add(&mut self, ok: bool, about: &'static str, text: String, fix: Option<String>) {
        let finding = Finding {
            ok,
            about,
            text,
            fix,
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
        let coloured = std::io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none();
        let mut text = String::new();
        for finding in &self.findings {
            let (word, colour) = if finding.ok {
                ("ok", "32")
            } else {
                ("fail", "31")
            };
            let word = format!("{word:<6}");
            let word = if coloured {
                format!("\u{1b}[{colour}m{word}\u{1b}[0m")
            } else {
                word
            };
            let fix = finding.fix.as_ref().map(|fix| format!(": {fix}"));
            let line = printable(&(finding.text.clone() + &fix.unwrap_or_default()));
            let _ = writeln!(text, "{word}{:<11}{line}", finding.about);
        }
        text.trim_end().to_owned()
    }
}
