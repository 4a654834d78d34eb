//! Rule patterns for canonical absolute paths.

use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path};

use super::glob::{Glob, literal};
use super::rule::Subject;
use super::scope::PermitScope;

/// What `${project}` is written as in a rule.
pub(super) const PROJECT: &str = "${project}";

/// A glob over canonical absolute paths, below the filesystem's root or below the session's project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PathPattern {
    below_project: bool,
    glob: Glob,
}

/// A pattern for paths that may be written: what lies in a `.git` is code that git runs (hooks, configuration), so only
/// a pattern that spells out `.git` reaches into one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WritePattern(PathPattern);

// === impl PathPattern ===

impl PathPattern {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (below_project, rest) = match text.strip_prefix(PROJECT) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let glob = match rest.strip_prefix('/') {
            Some("") if below_project => return Err("ends with `/`".to_owned()),
            Some(below) => below,
            None if below_project && rest.is_empty() => "",
            None if below_project => {
                return Err(format!("goes on after `{PROJECT}` without a `/`"));
            }
            // Written for any depth, as in `**/secret`.
            None if rest == "**" || rest.starts_with("**/") => rest,
            None => {
                return Err(format!(
                    "`{text}` is no absolute path and starts neither with `{PROJECT}` nor `**`"
                ));
            }
        };
        if glob.contains("${") {
            return Err(format!(
                "only `{PROJECT}` can be a placeholder, and only as the start"
            ));
        }
        Ok(Self {
            below_project,
            glob: Glob::parse(glob, '/')?,
        })
    }

    /// Whether the path itself matches.
    pub(super) fn matches(&self, scope: &PermitScope, path: &Path) -> bool {
        self.segments(scope, path)
            .is_some_and(|segments| self.glob.matches(&segments))
    }

    /// Whether the folder matches, or is the `.git` of one that does: a rule for a repository is one for its contents.
    pub(super) fn covers_repository(&self, scope: &PermitScope, path: &Path) -> bool {
        self.matches(scope, path)
            || own_parent(path).is_some_and(|parent| self.matches(scope, parent))
    }

    /// Whether the path matches, or lies in a folder that does: what is denied is denied with all that is in it.
    pub(super) fn denies(&self, scope: &PermitScope, path: &Path) -> bool {
        path.ancestors().any(|path| self.matches(scope, path))
    }

    /// What the glob is held against; `None` where the path is not canonical or lies outside of the project.
    fn segments<'p>(&self, scope: &PermitScope, path: &'p Path) -> Option<Vec<&'p [u8]>> {
        let mut segments = segments(path)?;
        if self.below_project {
            // The root is taken off as a whole and never becomes part of the glob: a `*` in its name stays a `*`.
            let root = scope.project().filter(|root| path.starts_with(root))?;
            segments.drain(..root.components().count() - 1);
        }
        Some(segments)
    }
}

impl Subject for PathPattern {
    fn includes(&self, other: &Self) -> bool {
        if self.below_project == other.below_project {
            self.glob.includes(&other.glob)
        } else {
            !self.below_project && self.glob.is_everything()
        }
    }
}

// === impl WritePattern ===

impl WritePattern {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        PathPattern::parse(text).map(Self)
    }

    pub(super) fn matches(&self, scope: &PermitScope, path: &Path) -> bool {
        self.0
            .segments(scope, path)
            .is_some_and(|segments| self.0.glob.matches_guarded(&segments, is_git_folder))
    }
}

impl Subject for WritePattern {
    fn includes(&self, other: &Self) -> bool {
        self.0.below_project == other.0.below_project
            && self.0.glob.includes_guarded(&other.0.glob, is_git_folder)
    }
}

/// The folder around a `.git`.
pub(super) fn own_parent(path: &Path) -> Option<&Path> {
    path.parent()
        .filter(|_| path.file_name() == Some(".git".as_ref()))
}

/// Whether some filesystem takes this name for `.git`: one that folds case, or ignores what cannot be seen.
fn is_git_folder(name: &[u8]) -> bool {
    let Ok(name) = str::from_utf8(name) else {
        return false;
    };
    name.chars()
        .filter(|character| !is_ignorable(*character))
        .map(|character| character.to_ascii_lowercase())
        .eq(".git".chars())
}

/// The characters that HFS+ leaves out when it compares names.
fn is_ignorable(character: char) -> bool {
    matches!(
        character,
        '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}'
    )
}

/// An absolute path's segments as bytes; `None` where it is relative, has `..` in it or a NUL, and so is not canonical.
fn segments(path: &Path) -> Option<Vec<&[u8]>> {
    let mut parts = path.components();
    if parts.next() != Some(Component::RootDir) {
        return None;
    }
    parts
        .map(|part| match part {
            Component::Normal(name) => Some(name.as_bytes()).filter(|name| !name.contains(&0)),
            _ => None,
        })
        .collect()
}

/// The pattern that covers exactly this path, or the narrowest that can be written.
pub(super) fn path_rule(path: &Path) -> String {
    literal(&path.to_string_lossy())
}
