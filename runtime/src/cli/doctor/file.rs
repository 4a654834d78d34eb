//! One settings file that a session reads: what it says of hooks, and what is wrong with it by itself.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::finding::{Findings, Fix};
use crate::cli::shell_word::word;
use crate::cli::wiring::{Handler, SETTINGS_BYTES_MAX, Settings, Way};
use crate::services::files;

/// What one file says.
#[derive(Debug, Clone)]
pub(super) struct SettingsFile {
    /// The file.
    pub(super) path: PathBuf,
    /// Its handlers, in order.
    pub(super) handlers: Vec<Handler>,
    /// The addresses that hooks may be sent to, where it has a list of them.
    allowed: Option<Vec<String>>,
}

// === impl SettingsFile ===

impl SettingsFile {
    /// A file that says nothing, as one that is not there does.
    fn silent(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            handlers: Vec::new(),
            allowed: None,
        }
    }

    /// Reads a file, and names what is wrong with it. None where it cannot be read, which is a finding, too.
    pub(super) fn read(path: &Path, findings: &mut Findings) -> Option<Self> {
        let text = match files::text(path, SETTINGS_BYTES_MAX) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Some(Self::silent(path));
            }
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
        if settings.value("disableAllHooks") == Some(Value::Bool(true)) {
            let text = format!("`{}` switches all hooks off", path.display());
            let fix = Fix::edit(path).and("and take `disableAllHooks` out");
            findings.fail("settings", text, fix);
        }
        let file = Self {
            handlers: settings.handlers(),
            allowed: match settings.value("allowedHttpHookUrls") {
                Some(Value::Array(allowed)) => Some(texts(&allowed)),
                _ => None,
            },
            ..Self::silent(path)
        };
        if file.has_ours() && files::mode(path).is_ok_and(|mode| mode & 0o077 != 0) {
            let text = format!("`{}` holds a token and is open to others", path.display());
            let fix = Fix::run(format!("chmod 600 {}", word(path)));
            findings.fail("settings", text, fix);
        }
        Some(file)
    }

    /// Tells whether `sinew init` wrote something in it.
    pub(super) fn has_ours(&self) -> bool {
        self.ours().next().is_some()
    }

    /// The handlers that `sinew init` wrote.
    pub(super) fn ours(&self) -> impl Iterator<Item = &Handler> {
        self.handlers.iter().filter(|it| it.ours.is_some())
    }
}

/// Names an address of ours that the files of one session, taken together, do not let the client ask.
pub(super) fn allowed(session: &[&SettingsFile], findings: &mut Findings) {
    let lists = || session.iter().filter(|file| file.allowed.is_some());
    let Some(first) = lists().next() else {
        return;
    };
    // The client puts the lists of all its files together.
    let patterns: Vec<&String> = lists().flat_map(|file| &file.allowed).flatten().collect();
    let ours = session.iter().flat_map(|file| file.ours());
    let sent = ours
        .filter(|handler| handler.ours == Some(Way::Http))
        .filter_map(|handler| handler.value["url"].as_str());
    for url in sent {
        if patterns.iter().any(|pattern| covers(pattern, url)) {
            continue;
        }
        let address = url.split_once("hooks/").map_or(url, |(address, _)| address);
        let path = first.path.display();
        let text = format!("`{path}` does not let the client ask {address}");
        let fix = Fix::edit(&first.path)
            .and(format!("and add `{address}*` to its `allowedHttpHookUrls`"));
        findings.fail("settings", text, fix);
    }
}

/// Tells whether a pattern covers an address; `*` stands for any text.
fn covers(pattern: &str, url: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == url;
    };
    let Some(left) = url.strip_prefix(start) else {
        return false;
    };
    // Wherever the text ends that the star stands for.
    let ends = left.char_indices().map(|(at, _)| at).chain([left.len()]);
    ends.into_iter().any(|at| covers(rest, &left[at..]))
}

fn texts(values: &[Value]) -> Vec<String> {
    let texts = values.iter().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text_and_nothing_else_does() {
        let url = "http://127.0.0.1:7717/hooks/PreToolUse";
        for pattern in [
            url,
            "*",
            "http://127.0.0.1:7717/*",
            "http://*/hooks/*",
            "*PreToolUse",
            "http://127.0.0.1:*/hooks/PreToolUse",
        ] {
            assert!(covers(pattern, url), "{pattern}");
        }
        for pattern in [
            "",
            "http://127.0.0.1:7717/",
            "http://*.example.org/*",
            "http://127.0.0.1:7717/*/Stop",
            "*/hooks",
            "http://127.0.0.1:77?7/*",
        ] {
            assert!(!covers(pattern, url), "{pattern}");
        }
    }
}
