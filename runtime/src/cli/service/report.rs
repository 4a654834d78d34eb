//! What `sinew service` says: what became of each unit, what was run, and what to do next.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;

use super::unit::{Command, Manager, Unit};

/// What was done, or would be.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    manager: Manager,
    dry_run: bool,
    units: Vec<Row>,
    commands: Vec<String>,
    /// Whether it runs, where that was asked.
    pub(super) running: Option<bool>,
    /// What is to be said of the whole.
    pub(super) said: Option<&'static str>,
    pub(super) note: Option<&'static str>,
    pub(super) next: Option<String>,
}

/// What became of a unit, or would.
#[derive(Debug, Serialize)]
struct Row {
    path: String,
    state: &'static str,
    /// What would be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

// === impl Report ===

impl Report {
    pub(super) fn new(manager: Manager, dry_run: bool) -> Self {
        Self {
            manager,
            dry_run,
            units: Vec::new(),
            commands: Vec::new(),
            running: None,
            said: None,
            note: None,
            next: None,
        }
    }

    pub(super) fn written(&mut self, unit: &Unit) {
        let text = self.dry_run.then(|| unit.text.clone());
        self.row(&unit.path, "written", text);
    }

    pub(super) fn removed(&mut self, unit: &Unit) {
        self.row(&unit.path, "removed", None);
    }

    /// How a unit was found.
    pub(super) fn found(&mut self, unit: &Unit, state: &'static str) {
        self.row(&unit.path, state, None);
    }

    /// What was run, or would be.
    pub(super) fn command(&mut self, command: &Command) {
        self.commands.push(command.join(" "));
    }

    /// 1 where it was asked whether it runs, and it does not.
    pub(super) fn code(&self) -> ExitCode {
        ExitCode::from(u8::from(self.running == Some(false)))
    }

    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for Row {
            path,
            state,
            text: content,
        } in &self.units
        {
            let _ = match content {
                Some(content) => writeln!(text, "would write {path}:\n\n{content}"),
                None if self.dry_run => writeln!(text, "would remove {path}"),
                None => writeln!(text, "{state:<10} {path}"),
            };
        }
        let word = if self.dry_run { "would run" } else { "done" };
        for command in &self.commands {
            let _ = writeln!(text, "{word:<10} {command}");
        }
        if let Some(said) = self.said {
            let _ = writeln!(text, "{said}");
        }
        if let Some(note) = self.note {
            let _ = writeln!(text, "note       {note}");
        }
        if let Some(next) = &self.next {
            let _ = writeln!(text, "next       {next}");
        }
        text.trim_end().to_owned()
    }

    fn row(&mut self, path: &Path, state: &'static str, text: Option<String>) {
        self.units.push(Row {
            path: path.display().to_string(),
            state,
            text,
        });
    }
}
