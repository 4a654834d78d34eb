//! What was found: one line each, and the command that mends what is wrong.

use std::env;
use std::fmt::{self, Write as _};
use std::io::IsTerminal as _;
use std::path::Path;

use serde::Serialize;

use crate::cli::printable::printable;

/// One thing that holds, or does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    ok: bool,
    about: &'static str,
    text: String,
    /// What mends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Fix>,
}

/// The command that mends something, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Fix {
    command: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// Everything that was found.
#[derive(Debug, Default, Serialize)]
pub(super) struct Findings {
    findings: Vec<Finding>,
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
}

impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "run `{}`", self.command)?;
        self.note.iter().try_for_each(|note| write!(f, ", {note}"))
    }
}

/// A path as one word of a shell.
pub(super) fn word(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%,".contains(c);
    if !path.is_empty() && path.chars().all(plain) {
        path
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

// === impl Findings ===

impl Findings {
    pub(super) fn ok(&mut self, about: &'static str, text: impl Into<String>) {
        self.add(true, about, &text.into(), None);
    }

    pub(super) fn fail(&mut self, about: &'static str, text: impl Into<String>, fix: Fix) {
        self.add(false, about, &text.into(), Some(fix));
    }

    fn add(&mut self, ok: bool, about: &'static str, text: &str, fix: Option<Fix>) {
        // A reason may come in several lines; a finding is one.
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        let finding = Finding {
            ok,
            about,
            text: lines.join(" "),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        for (path, expected) in [
            ("/home/me/api", "/home/me/api"),
            ("/home/me/my api", "'/home/me/my api'"),
            ("/it's", "'/it'\\''s'"),
            ("/a$(b)", "'/a$(b)'"),
        ] {
            assert_eq!(word(Path::new(path)), expected);
        }
    }

    #[test]
    fn what_mends_it_is_a_command_in_a_sentence() {
        let fix = Fix::run("sinew serve").and("which takes over");
        assert_eq!(fix.to_string(), "run `sinew serve`, which takes over");
        let fix = Fix::edit(Path::new("/etc/sinew.toml"));
        assert_eq!(fix.to_string(), "run `${EDITOR:-vi} /etc/sinew.toml`");
    }
}
