//! One file that is written, moved away or left as it is: everything is decided before the first byte is written.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use crate::services::files;

/// Stands for the token in what is shown.
pub(super) const HIDDEN: &str = "(the hook token)";

/// What becomes of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// The file, behind symbolic links.
    pub(super) path: PathBuf,
    /// Its text; none where it does not exist.
    pub(super) before: Option<String>,
    /// Its mode.
    pub(super) mode_before: u32,
    /// What it becomes; none where it goes.
    pub(super) after: Option<String>,
    /// The mode it gets.
    pub(super) mode: u32,
    /// Its folder is made for it, and goes with it.
    pub(super) parent_made: bool,
    /// What may be shown of it before and after, where that is not all.
    pub(super) shown: Option<[String; 2]>,
}

// === impl Change ===

impl Change {
    /// Tells whether there is anything to do.
    pub(super) fn changes(&self) -> bool {
        self.before != self.after || (self.after.is_some() && self.mode != self.mode_before)
    }

    /// Does it.
    pub(super) fn write(&self) -> io::Result<()> {
        if !self.changes() {
            return Ok(());
        }
        if let Some(text) = &self.after {
            return files::replace(&self.path, text, self.mode);
        }
        fs::remove_file(&self.path)?;
        if self.parent_made {
            // It stays where something else lies in it by now.
            let _ = self.path.parent().map(fs::remove_dir);
        }
        Ok(())
    }

    /// What undoes it.
    pub(super) fn undone(&self) -> Self {
        Self {
            path: self.path.clone(),
            before: self.after.clone(),
            mode_before: self.mode,
            after: self.before.clone(),
            mode: self.mode_before,
            parent_made: self.parent_made,
            shown: None,
        }
    }

    /// Tells whether the file is still as it was read.
    pub(super) fn is_current(&self) -> bool {
        let bytes_max = self.before.as_ref().map_or(0, String::len) as u64;
        match files::text(&self.path, bytes_max) {
            Ok(text) => self.before.as_ref() == Some(&text),
            Err(error) => self.before.is_none() && error.kind() == io::ErrorKind::NotFound,
        }
    }

    /// Shows it as a unified diff, without the tokens in it.
    pub(super) fn diff(&self) -> String {
        let name = |side: &str, exists: bool| {
            if exists {
                format!("{side}{}", Path::new("/").join(&self.path).display())
            } else {
                "/dev/null".to_owned()
            }
        };
        let hidden = |text: &Option<String>| without_tokens(text.as_deref().unwrap_or_default());
        let [before, after] = match &self.shown {
            Some(shown) => shown.clone(),
            None => [hidden(&self.before), hidden(&self.after)],
        };
        let mut shown = TextDiff::from_lines(&before, &after)
            .unified_diff()
            .header(
                &name("a", self.before.is_some()),
                &name("b", self.after.is_some()),
            )
            .to_string();
        if self.before.is_some() && self.after.is_some() && self.mode != self.mode_before {
            // A string takes every write.
            let _ = writeln!(
                shown,
                "mode of {}: {:o} becomes {:o}",
                self.path.display(),
                self.mode_before,
                self.mode
            );
        }
        shown
    }
}

/// Tells whether a file's folder has to be made for it.
pub(super) fn parent_is_missing(path: &Path) -> bool {
    path.parent().is_some_and(|parent| !parent.exists())
}

/// A text whose bearer tokens, ours and others', are not shown.
fn without_tokens(text: &str) -> String {
    const BEFORE: &str = "Bearer ";
    let mut parts = text.split(BEFORE);
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(['"', '\n']).unwrap_or(part.len());
        shown = shown + BEFORE + HIDDEN + &part[end..];
    }
    shown
}
