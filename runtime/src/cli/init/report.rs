//! What `init` says: what it did, and what to do next.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::change::Change;
use super::plan::Plan;
use crate::cli::wiring::{ClientProgram, Endpoint, Server, Subscribed, Way};

/// What was done, or would be.
#[derive(Debug)]
pub(super) struct Report {
    dry_run: bool,
    remove: bool,
    events: Vec<(String, Way, bool)>,
    server: Option<Server>,
    plan: Option<Plan>,
    notes: Vec<String>,
    next: Vec<String>,
    /// How a command about this house begins.
    sinew: String,
}

// === impl Report ===

impl Report {
    pub(super) fn new(dry_run: bool, remove: bool, sinew: String) -> Self {
        Self {
            dry_run,
            remove,
            events: Vec::new(),
            server: None,
            plan: None,
            notes: Vec::new(),
            next: Vec::new(),
            sinew,
        }
    }

    pub(super) fn client(&mut self, client: &ClientProgram, shim: bool) {
        let oldest = ClientProgram::oldest_blocking();
        let sinew = &self.sinew;
        let note = match client {
            _ if shim => return,
            ClientProgram::Installed(version) if client.goes_on() => format!(
                "claude {version} goes on when a server does not answer, so every event starts the shim; {oldest} and \
                 newer refuse: run `{sinew} init` again after an update"
            ),
            ClientProgram::Installed(_) => return,
            ClientProgram::Unreadable => format!(
                "`claude --version` says no version, so every event starts the shim, as for those that go on when a server \
                 does not answer; {oldest} and newer refuse: run `{sinew} init` again once it says one"
            ),
            ClientProgram::Absent => format!(
                "no `claude` was found, so the hooks are for {oldest} and newer; for an older one run `{sinew} init --shim`"
            ),
        };
        self.notes.push(note);
    }

    pub(super) fn events(&mut self, endpoint: &Endpoint, events: &BTreeMap<String, Subscribed>) {
        self.events = events
            .iter()
            .map(|(event, subscribed)| (event.clone(), endpoint.way(event), subscribed.guarded))
            .collect();
    }

    pub(super) fn server(&mut self, server: Server) {
        self.server = Some(server);
    }

    /// Takes what was planned, and works out what is to be done next.
    pub(super) fn plan(&mut self, mut plan: Plan, running: bool, user: bool) {
        self.notes.append(&mut plan.notes);
        let configured = plan.configuration.as_ref().is_some_and(Change::changes);
        let changed = plan.changes().next().is_some();
        if !self.remove && !user {
            self.notes.push(
                "clients read these settings only when they are started in the folder itself, not below it".to_owned(),
            );
        }
        if self.dry_run {
            if changed {
                self.next.push("run it without --dry-run".to_owned());
            }
        } else if self.remove {
            if changed && running {
                self.next
                    .push("the daemon runs on; stop it where nobody needs it any more".to_owned());
            }
        } else {
            match (running, configured) {
                (false, _) => self
                    .next
                    .push(format!("start the daemon: {} serve", self.sinew)),
                (true, true) => self.next.push(format!(
                    "let the daemon read its configuration: start `{} serve` again, it takes over from the one that runs",
                    self.sinew
                )),
                (true, false) => {}
            }
            self.next
                .push(format!("check everything: {} doctor", self.sinew));
            if changed {
                self.next
                    .push("start a new session of the client".to_owned());
            }
        }
        self.plan = Some(plan);
    }

    pub(super) fn json(&self) -> String {
        let mut files = Vec::new();
        for (kind, change) in self.files() {
            files.push(json!({ "path": change.path, "kind": kind, "change": word(change) }));
        }
        let projects: Vec<Value> = self
            .plan
            .iter()
            .flat_map(|plan| &plan.projects)
            .map(|(name, root)| json!({ "name": name, "root": root }))
            .collect();
        let events: Vec<Value> = self
            .events
            .iter()
            .map(|(event, way, guarded)| json!({ "event": event, "way": way.as_str(), "guarded": guarded }))
            .collect();
        json!({
            "dry_run": self.dry_run,
            "changed": self.changed(),
            "events": events,
            "mcp": self.server.as_ref().map(Server::value),
            "files": files,
            "projects": projects,
            "notes": self.notes,
            "next": self.next,
        })
        .to_string()
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        if self.dry_run {
            for change in self.plan.iter().flat_map(Plan::changes) {
                text += &change.diff();
            }
        } else {
            for (kind, change) in self.files() {
                let _ = writeln!(
                    text,
                    "{:<10} {} ({kind})",
                    word(change),
                    change.path.display()
                );
            }
            let done = if self.remove { "removed" } else { "registered" };
            for (name, root) in self.plan.iter().flat_map(|plan| &plan.projects) {
                let _ = writeln!(text, "{done:<10} project {name}: {}", root.display());
            }
        }
        if !self.changed() {
            text += if self.remove {
                "nothing of sinew's is here: nothing was changed\n"
            } else {
                "everything is wired already: nothing was changed\n"
            };
        }
        for way in [Way::Http, Way::Shim] {
            let events: Vec<&str> = self
                .events
                .iter()
                .filter(|(_, used, _)| *used == way)
                .map(|(event, ..)| event.as_str())
                .collect();
            if !events.is_empty() {
                let _ = writeln!(text, "{:<10} {}", way.as_str(), events.join(", "));
            }
        }
        if let Some(server) = &self.server {
            let command = server.arguments().join(" ");
            let _ = writeln!(text, "{:<10} {} {command}", "mcp", server.program.display());
        }
        for note in &self.notes {
            let _ = writeln!(text, "note       {note}");
        }
        for next in &self.next {
            let _ = writeln!(text, "next       {next}");
        }
        text.trim_end().to_owned()
    }

    fn changed(&self) -> bool {
        self.plan
            .as_ref()
            .is_some_and(|plan| plan.changes().next().is_some())
    }

    /// Every file that was looked at and is worth a line.
    fn files(&self) -> Vec<(&'static str, &Change)> {
        let Some(plan) = &self.plan else {
            return Vec::new();
        };
        let mut files: Vec<_> = plan
            .settings
            .iter()
            .map(|change| ("settings", change))
            .collect();
        let servers = plan.servers.iter().map(|change| ("MCP servers", change));
        let servers = servers.filter(|(_, change)| change.before.is_some() || change.changes());
        files.extend(servers);
        let also = plan
            .excludes
            .iter()
            .map(|change| ("kept out of git", change));
        let configuration = plan
            .configuration
            .iter()
            .map(|change| ("the operator's configuration", change));
        files.extend(
            also.chain(configuration)
                .filter(|(_, change)| change.changes()),
        );
        files
    }
}

/// What happened to a file.
fn word(change: &Change) -> &'static str {
    match (&change.before, &change.after) {
        _ if !change.changes() => "unchanged",
        (None, Some(_)) => "made",
        (Some(_), None) => "removed",
        _ => "changed",
    }
}
