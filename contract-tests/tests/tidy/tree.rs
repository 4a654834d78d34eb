//! The repository's text files, read once, or a few made-up ones.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

/// One text file.
pub(crate) struct File {
    /// Relative to the root, with forward slashes.
    pub(crate) path: String,
    /// All of it.
    pub(crate) text: String,
}

/// Files and folders below one root.
pub(crate) struct Tree {
    files: Vec<File>,
    folders: BTreeSet<String>,
    /// Files that are not text: they can be linked to, but have no lines.
    others: BTreeSet<String>,
}

/// A place that breaks a rule.
#[derive(Debug)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    /// What is wrong and why the rule exists, as a sentence.
    why: String,
}

// === impl Tree ===

impl Tree {
    /// Reads this repository, without what is built or ignored.
    pub(crate) fn of_repository() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("the crate lies in the repository");
        let mut tree = Self {
            files: Vec::new(),
            folders: BTreeSet::new(),
            others: BTreeSet::new(),
        };
        tree.read(root, "");
        tree.files.sort_by(|left, right| left.path.cmp(&right.path));
        tree
    }

    /// A tree of made-up files, for checks to be tried on.
    pub(crate) fn made_up(files: &[(&str, &str)]) -> Self {
        let mut tree = Self {
            files: Vec::new(),
            folders: BTreeSet::new(),
            others: BTreeSet::new(),
        };
        for (path, text) in files {
            for (slash, _) in path.match_indices('/') {
                tree.folders.insert(path[..slash].to_owned());
            }
            tree.files.push(File {
                path: (*path).to_owned(),
                text: (*text).to_owned(),
            });
        }
        tree
    }

    /// Every text file, sorted by path.
    pub(crate) fn files(&self) -> &[File] {
        &self.files
    }

    /// The files whose name ends in `ending`.
    pub(crate) fn ending(&self, ending: &str) -> impl Iterator<Item = &File> {
        self.files
            .iter()
            .filter(move |file| file.path.ends_with(ending))
    }

    /// The text file at `path`.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Folders, sorted, without a slash at the end.
    pub(crate) fn folders(&self) -> &BTreeSet<String> {
        &self.folders
    }

    /// Whether `path` is a file or a folder; the root is the empty path.
    pub(crate) fn has(&self, path: &str) -> bool {
        path.is_empty()
            || self.file(path).is_some()
            || self.folders.contains(path)
            || self.others.contains(path)
    }

    fn read(&mut self, folder: &Path, prefix: &str) {
        for entry in folder.read_dir().expect("the repository can be listed") {
            let entry = entry.expect("the repository can be listed");
            let name = entry.file_name().into_string().expect("names are UTF-8");
            let path = format!("{prefix}{name}");
            let kind = entry.file_type().expect("entries have a type");
            if kind.is_dir() {
                if !matches!(name.as_str(), ".git" | "target" | "__pycache__") {
                    self.read(&entry.path(), &format!("{path}/"));
                    self.folders.insert(path);
                }
            } else if !matches!(name.as_str(), ".git") {
                match std::fs::read(entry.path()).map(String::from_utf8) {
                    Ok(Ok(text)) if !text.contains('\0') => self.files.push(File { path, text }),
                    _ => drop(self.others.insert(path)),
                }
            }
        }
    }
}

// === impl Finding ===

impl Finding {
    /// A finding in `file` at `line`, counted from 1.
    pub(crate) fn new(file: &File, line: usize, why: impl Into<String>) -> Self {
        Self {
            path: file.path.clone(),
            line,
            why: why.into(),
        }
    }

    /// A finding about something that is missing where `path` should have it.
    pub(crate) fn missing(path: &str, why: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line: 1,
            why: why.into(),
        }
    }

    /// `path:line`.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.why)
    }
}
