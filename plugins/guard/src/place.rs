//! Paths, as text: a guest has no file system, so symbolic links are not followed.

use crate::analysis::{Argument, UNKNOWN};
use crate::rules::fits;

/// The folders that a call is judged by.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The workspace: the registered project, else the folder the session works in.
    pub(crate) workspace: String,
    /// The home folder, `~` where it is not known.
    pub(crate) home: String,
}

/// Folders for files that nobody will miss.
const SCRATCH: [&str; 6] = [
    "/tmp",
    "/var/tmp",
    "/private/tmp",
    "/private/var/tmp",
    "/dev/shm",
    "/var/folders",
];

/// What a path is to the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    /// `/`.
    Root,
    /// A home folder, all of it.
    Home,
    /// A folder of the system, or something right in it.
    System,
    /// The workspace or what it lies in.
    AroundWorkspace,
    /// In the workspace.
    Workspace,
    /// In a folder for temporary files.
    Scratch,
    /// All temporary files.
    AllScratch,
    /// A device that is a stream.
    Stream,
    /// Anywhere else.
    Outside,
}

const SYSTEM: [&str; 22] = [
    "bin",
    "boot",
    "dev",
    "etc",
    "lib",
    "lib32",
    "lib64",
    "opt",
    "proc",
    "root",
    "run",
    "sbin",
    "srv",
    "sys",
    "usr",
    "var",
    "home",
    "Users",
    "System",
    "Library",
    "Applications",
    "mnt",
];

// === impl Place ===

impl Place {
    pub(crate) fn new(folder: &str, project: Option<&str>) -> Self {
        let workspace = normal("/", project.unwrap_or(folder));
        let home = home_of(&workspace)
            .or_else(|| home_of(folder))
            .unwrap_or_else(|| "~".to_owned());
        Self { workspace, home }
    }

    /// Whether a path lies in a folder for temporary files, wherever the workspace is.
    pub(crate) fn is_scratch(&self, path: &str) -> bool {
        !holds(path, &self.workspace) && !holds(&self.workspace, path) && in_scratch(path)
    }

    /// What a normal path is.
    pub(crate) fn zone(&self, path: &str) -> Zone {
        let inner = path.trim_start_matches('/');
        let segments = inner
            .split('/')
            .filter(|segment| !segment.is_empty())
            .count();
        let first = inner.split('/').next().unwrap_or_default();
        if path == "/" {
            Zone::Root
        } else if is_home(path) || path == self.home {
            Zone::Home
        } else if holds(path, &self.workspace) {
            Zone::AroundWorkspace
        } else if holds(&self.workspace, path) {
            Zone::Workspace
        } else if matches!(path, "/dev/null" | "/dev/tty" | "/dev/zero" | "/dev/full")
            || path.starts_with("/dev/std")
            || path.starts_with("/dev/fd/")
        {
            Zone::Stream
        } else if SCRATCH.contains(&path) {
            Zone::AllScratch
        } else if SCRATCH.iter().any(|scratch| holds(scratch, path)) {
            Zone::Scratch
        } else if path.starts_with('/') && SYSTEM.contains(&first) && segments <= 2
            || path.starts_with("/var/lib/")
            || path.starts_with("/usr/")
        {
            Zone::System
        } else {
            Zone::Outside
        }
    }
}

/// Whether a pattern of a normal path may cover a path, or a folder that this lies in. `**` stands for any folders.
pub(crate) fn covers(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    let mut wanted = pattern.split('/');
    while let Some(part) = wanted.next() {
        if part == "**" {
            let last = wanted.next_back().unwrap_or("*");
            return parts.any(|part| fits(last, part));
        }
        if !parts.next().is_some_and(|name| fits(part, name)) {
            return false;
        }
    }
    true
}

/// The normal path that an argument names in a folder, which is normal; `None` where that cannot be known.
pub(crate) fn resolved(argument: &Argument, folder: Option<&str>) -> Option<String> {
    let text = argument.known()?;
    if text.starts_with('/') || text == "~" || text.starts_with("~/") {
        return Some(normal("/", text));
    }
    let folder = folder?;
    // Most names are one plain part, and the folder is normal.
    let plain = !text.contains('/') && !matches!(text, "" | "." | "..") && folder != "/";
    Some(if plain {
        format!("{folder}/{text}")
    } else {
        normal(folder, text)
    })
}

/// The part of a path before its first pattern or unknown part, as a folder, and whether there was one.
pub(crate) fn settled(text: &str) -> (&str, bool) {
    let Some(at) = text.find(['*', '?', '[', '{', UNKNOWN]) else {
        return (text, false);
    };
    match text[..at].rfind('/') {
        Some(0) => ("/", true),
        Some(slash) => (&text[..slash], true),
        None => (".", true),
    }
}

/// Whether `path` is `folder` or lies in it.
pub(crate) fn holds(folder: &str, path: &str) -> bool {
    folder == "/"
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a path is a folder for temporary files, or lies in one.
pub(crate) fn in_scratch(path: &str) -> bool {
    SCRATCH.iter().any(|scratch| holds(scratch, path))
}

/// Whether a normal path is a home folder, by the usual layouts.
pub(crate) fn is_home(path: &str) -> bool {
    let mut parts = path.trim_start_matches('/').split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("~" | "root"), None, _) => true,
        (Some("home" | "Users"), Some(user), None) => !user.is_empty(),
        _ => false,
    }
}

/// Joins, and removes `.`, `..` and repeated slashes. A home folder that is not known stays `~`.
pub(crate) fn normal(base: &str, path: &str) -> String {
    let is_home = |path: &str| path == "~" || path.starts_with("~/");
    let from_base = if path.starts_with('/') || is_home(path) {
        ""
    } else {
        base
    };
    let homely = is_home(path) || is_home(from_base);
    let mut parts: Vec<&str> = Vec::new();
    for part in from_base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                if parts.len() > usize::from(homely) {
                    parts.pop();
                } else if homely {
                    // Above a home folder, wherever that is.
                    return "/home".to_owned();
                }
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if homely { joined } else { format!("/{joined}") }
}

/// The home folder that a path lies in, by the usual layouts.
fn home_of(path: &str) -> Option<String> {
    let mut parts = path.trim_start_matches('/').split('/');
    match (parts.next(), parts.next()) {
        (Some(parent @ ("home" | "Users")), Some(user)) if !user.is_empty() => {
            Some(format!("/{parent}/{user}"))
        }
        (Some("root"), _) => Some("/root".to_owned()),
        _ => None,
    }
}
