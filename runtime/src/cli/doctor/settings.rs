//! Clients' settings: is every event asked about, once, at this daemon, with the token that counts?

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::daemon::count;
use super::finding::{Findings, Fix, word};
use crate::cli::wiring::{
    Endpoint, Folder, Folders, Handler, SETTINGS_BYTES_MAX, Settings, Subscribed, Unfit, Way,
    settings_of_person,
};
use crate::services::files;
use crate::services::wired::Wired;

/// What is compared with what is wanted.
pub(super) struct Wiring<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) events: &'a BTreeMap<String, Subscribed>,
    /// What the sessions of everybody read besides.
    person: Vec<Handler>,
    /// Events that some client still sends over HTTP.
    pub(super) http: bool,
}

/// The settings that are compared.
struct Whose<'a> {
    named: &'a str,
    file: &'a Path,
    /// How `sinew init` is told of them.
    option: &'a str,
}

impl<'a> Wiring<'a> {
    pub(super) fn new(endpoint: &'a Endpoint, events: &'a BTreeMap<String, Subscribed>) -> Self {
        Self {
            endpoint,
            events,
            person: Vec::new(),
            http: false,
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
            self.person = self.read(&path, findings).unwrap_or_default();
        }
        let everybody = self.person.iter().any(|handler| handler.ours.is_some());
        if everybody {
            let handlers = self.person.clone();
            let file = settings_of_person().unwrap_or_default();
            let whose = Whose {
                named: "your own settings",
                file: &file,
                option: "--user",
            };
            self.compare(&handlers, &whose, findings);
        }
        let mut seen = BTreeSet::new();
        let mut folders = 0_usize;
        for folder in self
            .folders(dir, projects, wired, everybody, findings)
            .await
        {
            if !seen.insert(folder.settings.clone()) {
                continue;
            }
            let Some(path) = &folder.path else { continue };
            folders += 1;
            let own = self.read(&folder.settings, findings);
            let Some(mut handlers) = own else { continue };
            if folder.exclude.is_some() && handlers.iter().any(|handler| handler.ours.is_some()) {
                let text = format!("git would commit `{}`", folder.settings.display());
                findings.fail("settings", text, init(&format!("--dir {}", word(path))));
            }
            if everybody && handlers.iter().all(|handler| handler.ours.is_none()) {
                continue;
            }
            let both = everybody && handlers.iter().any(|handler| handler.ours.is_some());
            if both {
                let text = format!(
                    "`{}` and your own settings are both wired, so events are asked about twice",
                    path.display()
                );
                let fix = init(&format!("--remove --dir {}", word(path)));
                findings.fail("settings", text, fix);
            }
            let person = self.person.iter();
            handlers.extend(
                person
                    .filter(|handler| !both || handler.ours.is_none())
                    .cloned(),
            );
            let named = format!("`{}`", path.display());
            let whose = Whose {
                named: &named,
                file: &folder.settings,
                option: &format!("--dir {}", word(path)),
            };
            self.compare(&handlers, &whose, findings);
        }
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

    /// The folders to look at. The working directory counts where it belongs to a project, or where it was named.
    async fn folders(
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

    /// The handlers of one file. None where it cannot be read, which is a finding.
    fn read(&self, path: &Path, findings: &mut Findings) -> Option<Vec<Handler>> {
        let text = match files::text(path, SETTINGS_BYTES_MAX) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Some(Vec::new()),
            Err(error) => {
                let text = format!("`{}` cannot be read: {error}", path.display());
                let fix = Fix::run(format!("ls -l {}", word(path)));
                findings.fail("settings", text, fix);
                return None;
            }
        };
        let settings = match Settings::parse(&text) {
            Ok(settings) => settings,
            Err(why) => {
                let text = format!("`{}`: {why}", path.display());
                let fix = Fix::edit(path).and("then `sinew init`");
                findings.fail("settings", text, fix);
                return None;
            }
        };
        let handlers = settings.handlers();
        let ours = handlers.iter().any(|handler| handler.ours.is_some());
        if ours && files::mode(path).is_ok_and(|mode| mode & 0o077 != 0) {
            let text = format!("`{}` holds a token and is open to others", path.display());
            let fix = Fix::run(format!("chmod 600 {}", word(path)));
            findings.fail("settings", text, fix);
        }
        if settings.value("disableAllHooks") == Some(Value::Bool(true)) {
            let text = format!("`{}` switches all hooks off", path.display());
            let fix = Fix::edit(path).and("and take `disableAllHooks` out");
            findings.fail("settings", text, fix);
        }
        if let Some(Value::Array(allowed)) = settings.value("allowedHttpHookUrls") {
            let address = format!("http://{}/", self.endpoint.address);
            let covers = |allowed: &Value| {
                allowed
                    .as_str()
                    .and_then(|allowed| allowed.split('*').next())
                    .is_some_and(|start| start.starts_with(&address) || address.starts_with(start))
            };
            if !allowed.iter().any(covers) {
                let text = format!("`{}` does not let the client ask {address}", path.display());
                let fix = Fix::edit(path)
                    .and(format!("and add `{address}*` to its `allowedHttpHookUrls`"));
                findings.fail("settings", text, fix);
            }
        }
        Some(handlers)
    }

    /// Compares what a session would ask with what it should.
    fn compare(&mut self, handlers: &[Handler], whose: &Whose<'_>, findings: &mut Findings) {
        let Whose {
            named: whose,
            file,
            option,
        } = *whose;
        let fix = init(option);
        for (event, subscribed) in self.events {
            let of_event = || {
                handlers
                    .iter()
                    .filter(move |handler| handler.event == *event)
            };
            let ours: Vec<&Handler> = of_event()
                .filter(|handler| handler.ours.is_some())
                .collect();
            if ours.is_empty() {
                findings.fail(
                    "settings",
                    format!("{event} is not wired in {whose}"),
                    fix.clone(),
                );
                continue;
            }
            for handler in &ours {
                self.http |= handler.ours == Some(Way::Http);
                if let Some(why) = self.wrong(handler, event, subscribed) {
                    findings.fail("settings", format!("{event} in {whose} {why}"), fix.clone());
                }
            }
            let url = self.endpoint.url(event);
            let by_hand =
                |handler: &Handler| handler.ours.is_none() && handler.value["url"] == url.as_str();
            let text = format!("{event} in {whose} is asked about twice");
            if of_event().any(by_hand) {
                let theirs = self.person.iter().filter(|handler| handler.event == *event);
                let own = settings_of_person().filter(|_| { theirs }.any(by_hand));
                let fix = Fix::edit(own.as_deref().unwrap_or(file)).and(format!(
                    "and take out the entry for {url} without `sinew-timeout-ms`"
                ));
                findings.fail("settings", text, fix);
            } else if ours.len() > 1 {
                findings.fail("settings", text, fix.clone());
            }
        }
        for handler in handlers.iter().filter(|handler| handler.ours.is_some()) {
            if !self.events.contains_key(&handler.event) {
                let text = format!(
                    "{} in {whose} is wired, and nobody subscribes to it",
                    handler.event
                );
                findings.fail("settings", text, fix.clone());
            }
        }
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
fn init(options: &str) -> Fix {
    Fix::run(format!("sinew init {options}"))
}
