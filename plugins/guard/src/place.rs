//! A [`Place`]: where a command runs, and which folders are the agent's to change.

use crate::shell::Word;

/// Where a command runs.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The current folder; unknown after a `cd` that cannot be read.
    pub(crate) folder: Option<String>,
    /// The workspace: the registered project, else the folder the session works in.
    pub(crate) workspace: String,
    home: Option<String>,
}

impl Place {
    /// Starts in `folder`, with `workspace` as the agent's own.
    pub(crate) fn new(folder: &str, workspace: Option<&str>) -> Self {
        let workspace = normal("/", workspace.unwrap_or(folder));
        Self {
            home: home_of(&workspace),
            folder: Some(normal("/", folder)),
            workspace,
        }
    }

    /// The absolute path a word names here, without `.` and `..`; `None` where that cannot be known.
    ///
    /// A home folder that is not known stays `~`. Symbolic links are not followed: a guest has no file system.
    pub(crate) fn path(&self, word: &Word) -> Option<String> {
        let text = word.known()?;
        if word.home && (text == "~" || text.starts_with("~/")) {
            let rest = text.trim_start_matches('~').trim_start_matches('/');
            return Some(match &self.home {
                Some(home) => normal(home, rest),
                None => format!("~/{rest}").trim_end_matches('/').to_owned(),
            });
        }
        if text.starts_with('/') {
            return Some(normal("/", text));
        }
        self.folder.as_ref().map(|folder| normal(folder, text))
    }

    /// Follows a `cd`.
    ///
    /// Without arguments to read (`popd`), nobody knows where it leads.
    pub(crate) fn change(&mut self, arguments: Option<&[Word]>) {
        let Some(arguments) = arguments else {
            self.folder = None;
            return;
        };
        let target = arguments.iter().find(|word| !word.is_option());
        self.folder = match target {
            None => self.home.clone(),
            Some(word) if word.text == "-" || word.glob => None,
            Some(word) => self.path(word),
        };
    }

    /// Whether a path is the workspace or lies in it.
    pub(crate) fn is_inside(&self, path: &str) -> bool {
        holds(&self.workspace, path)
    }

    /// Whether a path lies in the workspace and is not all of it.
    pub(crate) fn is_below_workspace(&self, path: &str) -> bool {
        path != self.workspace && self.is_inside(path)
    }

    /// Whether removing a path would take the workspace or the current folder along.
    pub(crate) fn is_under_us(&self, path: &str) -> bool {
        holds(path, &self.workspace)
            || self
                .folder
                .as_ref()
                .is_some_and(|folder| holds(path, folder))
    }

    /// Whether a path is the home folder, as far as it is known.
    pub(crate) fn is_home(&self, path: &str) -> bool {
        path == "~" || self.home.as_deref() == Some(path)
    }
}

/// Whether `path` is `folder` or lies in it.
pub(crate) fn holds(folder: &str, path: &str) -> bool {
    folder == "/"
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Joins and removes `.`, `..` and repeated slashes.
fn normal(base: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let bases = if path.starts_with('/') { "" } else { base };
    for part in bases.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The home folder that a path lies in, by the usual layouts.
fn home_of(path: &str) -> Option<String> {
    let mut parts = path.trim_start_matches('/').split('/');
    match (parts.next(), parts.next()) {
        (Some(parent @ ("home" | "Users")), Some(user)) if !user.is_empty() => {
            Some(format!("/{parent}/{user}"))
        }
        (Some("root"), _) => Some(String::from("/root")),
        _ => None,
    }
}
