//! Clients' settings: is every event asked about, once, at this daemon, with the token that counts?

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::daemon::count;
use super::file::{SettingsFile, allowed};
use super::finding::{Findings, Fix};
use crate::cli::shell_word::word;
use crate::cli::wiring::{
    Endpoint, Folder, Folders, Handler, PRIVATE_SETTINGS, SHARED_SETTINGS, Subscribed, Unfit, Way,
    settings_of_person,
};
use crate::services::files;
use crate::services::wired::Wired;

/// What is compared with what is wanted.
pub(super) struct Wiring<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) events: &'a BTreeMap<String, Subscribed>,
    /// What the sessions of everybody read besides.
    person: Option<SettingsFile>,
    /// Events that some client still sends over HTTP.
    pub(super) http: bool,
    /// A person's own settings are wired.
    pub(super) everybody: bool,
    /// The folders that were looked at.
    pub(super) folders: Vec<Folder>,
}

/// The settings that are compared.
struct Whose<'a> {
    named: &'a str,
    /// How `sinew init` is told of them.
    option: &'a str,
}

impl<'a> Wiring<'a> {
    pub(super) fn new(endpoint: &'a Endpoint, events: &'a BTreeMap<String, Subscribed>) -> Self {
        Self {
            endpoint,
            events,
            person: None,
            http: false,
            everybody: false,
            folders: Vec::new(),
        }
    }

    /// Looks at a person's own settings, at the named folder's worktrees, and at every folder that was wired.
    pub(super) async fn look(
        &mut self,
        dir: Option<&Path>,
        projects: &[PathBuf],
        wired: &Wired,
        findings: &mut Findings,
    ) {
        let before = findings.failures();
        if let Some(path) = settings_of_person().and_then(|path| files::real(&path).ok()) {
            self.person = SettingsFile::read(&path, findings);
        }
        let person = self.person.clone().filter(SettingsFile::has_ours);
        let everybody = person.is_some();
        self.everybody = everybody;
        if let Some(person) = person {
            let whose = Whose {
                named: "your own settings",
                option: "--user",
            };
            self.compare(&person, &[], &whose, findings);
            allowed(&[&person], findings);
        }
        let mut seen = BTreeSet::new();
        let mut folders = 0_usize;
        let mut found = self.found(dir, projects, wired, everybody, findings).await;
        found.retain(|folder| seen.insert(folder.settings.clone()));
        for folder in &found {
            if let Some(path) = &folder.path {
                folders += 1;
                self.folder(folder, path, findings);
            }
        }
        self.folders = found;
        if findings.failures() > before {
            return;
        }
        if folders == 0 && !everybody {
            let fix = Fix::run("sinew init").and("in a project");
            findings.fail("settings", "no client is wired", fix);
        } else {
            let mut places = Vec::new();
            if everybody {
                places.push("your own settings".to_owned());
            }
            if folders > 0 {
                places.push(count(folders, "folder"));
            }
            let text = format!(
                "{}, {} wired",
                places.join(" and "),
                count(self.events.len(), "event")
            );
            findings.ok("settings", text);
        }
    }

    /// Looks at what a session in a folder reads.
    fn folder(&mut self, folder: &Folder, path: &Path, findings: &mut Findings) {
        let shared = self.shared(path, findings);
        let Some(own) = SettingsFile::read(&folder.settings, findings) else {
            return;
        };
        if folder.exclude.is_some() && own.has_ours() {
            let text = format!("git would commit `{}`", own.path.display());
            findings.fail("settings", text, init(&format!("--dir {}", word(path))));
        }
        let named = format!("`{}`", path.display());
        let whose = Whose {
            named: &named,
            option: &format!("--dir {}", word(path)),
        };
        let person = self.person.clone();
        let besides: Vec<&SettingsFile> = shared.iter().chain(&person).collect();
        let session: Vec<&SettingsFile> = [&own].into_iter().chain(besides.clone()).collect();
        allowed(&session, findings);
        if self.everybody && !own.has_ours() {
            for handler in person.iter().flat_map(SettingsFile::ours) {
                self.doubled(&handler.event, &session, &whose, findings);
            }
            return;
        }
        if self.everybody {
            let text = format!(
                "{named} and your own settings are both wired, so events are asked about twice"
            );
            let fix = init(&format!("--remove {}", whose.option));
            findings.fail("settings", text, fix);
        }
        self.compare(&own, &besides, &whose, findings);
    }

    /// Reads the settings of a folder that are shared with others. An entry of ours has no place there: it would be
    /// committed, and `sinew init` does not bring it up to date.
    fn shared(&self, folder: &Path, findings: &mut Findings) -> Option<SettingsFile> {
        let path = files::real(&folder.join(SHARED_SETTINGS)).ok()?;
        if self.person.as_ref().is_some_and(|it| it.path == path) {
            return None;
        }
        let shared = SettingsFile::read(&path, findings)?;
        for handler in shared.ours() {
            let event = &handler.event;
            let text = format!(
                "{event} is asked about in `{}`, too, which is shared with others",
                path.display()
            );
            let fix = Fix::edit(&path).and(format!(
                "and take out the entry of {event}: `sinew init` writes into `{PRIVATE_SETTINGS}`"
            ));
            findings.fail("settings", text, fix);
        }
        Some(shared)
    }

    /// The folders to look at. The working directory counts where it belongs to a project, or where it was named.
    async fn found(
        &self,
        dir: Option<&Path>,
        projects: &[PathBuf],
        wired: &Wired,
        everybody: bool,
        findings: &mut Findings,
    ) -> Vec<Folder> {
        let mut folders = Vec::new();
        let mut roots: Vec<PathBuf> = wired
            .settings
            .values()
            .filter_map(|settings| settings.folder.clone())
            .collect();
        if let Some(dir) = dir {
            roots.push(dir.to_owned());
        } else if !everybody {
            let here = std::env::current_dir().and_then(std::fs::canonicalize);
            let of_a_project =
                |here: &PathBuf| projects.iter().any(|project| here.starts_with(project));
            roots.extend(here.ok().filter(of_a_project));
        }
        for root in roots {
            if !root.exists() {
                continue;
            }
            match Folders::find(&root).await {
                Ok(found) => folders.extend(found.folders),
                Err(error) => {
                    let fix = unfit(&error, &root);
                    findings.fail("settings", format!("{error:#}"), fix);
                }
            }
        }
        folders
    }

    /// Compares what a session would ask with what it should: with what `sinew init` wrote for it, and with what it reads
    /// besides.
    fn compare(
        &mut self,
        own: &SettingsFile,
        besides: &[&SettingsFile],
        whose: &Whose<'_>,
        findings: &mut Findings,
    ) {
        let named = whose.named;
        let fix = init(whose.option);
        let session: Vec<&SettingsFile> = [own].into_iter().chain(besides.to_vec()).collect();
        for (event, subscribed) in self.events {
            let ours: Vec<&Handler> = own.ours().filter(|it| it.event == *event).collect();
            if ours.is_empty() {
                let text = format!("{event} is not wired in {named}");
                findings.fail("settings", text, fix.clone());
                continue;
            }
            for handler in &ours {
                self.http |= handler.ours == Some(Way::Http);
                if let Some(why) = self.wrong(handler, event, subscribed) {
                    findings.fail("settings", format!("{event} in {named} {why}"), fix.clone());
                }
            }
            let by_hand = self.doubled(event, &session, whose, findings);
            if !by_hand && ours.len() > 1 {
                let text = format!("{event} in {named} is asked about twice");
                findings.fail("settings", text, fix.clone());
            }
        }
        for handler in own.ours() {
            if !self.events.contains_key(&handler.event) {
                let text = format!(
                    "{} in {named} is wired, and nobody subscribes to it",
                    handler.event
                );
                findings.fail("settings", text, fix.clone());
            }
        }
    }

    /// Names entries that somebody wrote by hand for an event that is wired; tells whether there are any.
    fn doubled(
        &self,
        event: &str,
        session: &[&SettingsFile],
        whose: &Whose<'_>,
        findings: &mut Findings,
    ) -> bool {
        let url = self.endpoint.url(event);
        let by_hand = |handler: &Handler| {
            handler.event == event && handler.ours.is_none() && handler.value["url"] == *url
        };
        let mut files = session.iter();
        let Some(file) = files.find(|file| file.handlers.iter().any(by_hand)) else {
            return false;
        };
        let fix = Fix::edit(&file.path).and(format!(
            "and take out the entry for {url} without `sinew-timeout-ms`"
        ));
        let text = format!("{event} in {} is asked about twice", whose.named);
        findings.fail("settings", text, fix);
        true
    }

    /// What is wrong with an entry of ours, as the end of a sentence.
    fn wrong(&self, handler: &Handler, event: &str, subscribed: &Subscribed) -> Option<String> {
        let text = |key: &str| handler.value.get(key).and_then(Value::as_str);
        if handler.matched {
            return Some("has a matcher, so some calls pass unasked".to_owned());
        }
        match handler.ours? {
            Way::Http => {
                if text("url") != Some(&self.endpoint.url(event)) {
                    let url = text("url").unwrap_or("nobody");
                    return Some(format!("asks {url}, and not {}", self.endpoint.url(event)));
                }
                let bearer = format!("Bearer {}", self.endpoint.token);
                let sent = handler.value.pointer("/headers/Authorization");
                if sent != Some(&Value::String(bearer)) {
                    return Some("has a token that is no longer accepted".to_owned());
                }
            }
            Way::Shim => {
                let program = Path::new(text("command")?);
                if !program.is_file() {
                    return Some(format!("starts `{}`, which is gone", program.display()));
                }
                let same = |path: &Path| std::fs::canonicalize(path).ok();
                if same(program) != same(&self.endpoint.program) {
                    return Some(format!(
                        "starts `{}`, another program than this",
                        program.display()
                    ));
                }
            }
        }
        let mut either = self.endpoint.clone();
        either.shim_only = handler.ours == Some(Way::Shim);
        if either.way(event) != handler.ours? {
            return Some("is sent over HTTP, which the client never does".to_owned());
        }
        let mut expected = either.value(event, subscribed);
        if either.shim_only {
            // The same program may be named in several ways.
            expected["command"] = handler.value["command"].clone();
        }
        (expected != handler.value).then(|| "is not as `sinew init` writes it".to_owned())
    }
}

/// Making a folder one that can be wired.
fn unfit(error: &anyhow::Error, root: &Path) -> Fix {
    let init = format!("sinew init --dir {}", word(root));
    match error.downcast_ref::<Unfit>() {
        Some(Unfit::Committed(settings)) => {
            let (folder, name) = (settings.parent(), settings.file_name());
            let command = format!(
                "git -C {} rm --cached {}",
                word(folder.unwrap_or(root)),
                word(Path::new(name.unwrap_or_default()))
            );
            Fix::run(command).and(format!("then `{init}`"))
        }
        Some(Unfit::Unreadable(folder)) => {
            Fix::run(format!("git -C {} status", word(folder))).and("which says why")
        }
        None => Fix::run(init),
    }
}

/// Wiring again, or less.
pub(super) fn init(options: &str) -> Fix {
    Fix::run(format!("sinew init {options}"))
}
