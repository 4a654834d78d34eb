//! What `init` is going to do, worked out before the first byte is written.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use jsonc_parser::cst::CstInputValue;

use super::change::{Change, parent_is_missing};
use crate::cli::wiring::{Folder, SETTINGS_BYTES_MAX, Settings};
use crate::services::files;
use crate::services::wired::{Before, Excluded, Wired, WiredSettings, digest};

/// A new file that is nobody else's business.
pub(super) const PRIVATE: u32 = 0o600;
/// A new file like any other.
const USUAL: u32 = 0o644;
const EXCLUDE_BYTES_MAX: u64 = 1 << 20;

/// What is wanted in a settings file.
pub(super) struct Wanted {
    /// The entry for each event.
    pub(super) entries: BTreeMap<String, CstInputValue>,
    /// The events that are refused when the daemon cannot be asked.
    pub(super) guarded: Vec<String>,
    /// The sessions get no MCP server.
    pub(super) without_mcp: bool,
}

/// What is going to be done.
#[derive(Debug)]
pub(super) struct Plan {
    /// Settings files, each with what is said about it.
    pub(super) settings: Vec<Change>,
    /// Lists of what is not committed.
    pub(super) excludes: Vec<Change>,
    /// The operator's configuration.
    pub(super) configuration: Option<Change>,
    /// The client's file that lists MCP servers.
    pub(super) servers: Option<Change>,
    /// Names of projects that are registered, or removed, with their roots.
    pub(super) projects: BTreeMap<String, PathBuf>,
    /// What is wired afterwards.
    pub(super) wired: Wired,
    /// What is worth knowing about the files.
    pub(super) notes: Vec<String>,
}

// === impl Plan ===

impl Plan {
    pub(super) fn new(wired: Wired) -> Self {
        Self {
            settings: Vec::new(),
            excludes: Vec::new(),
            configuration: None,
            servers: None,
            projects: BTreeMap::new(),
            wired,
            notes: Vec::new(),
        }
    }

    /// Wires one settings file: our entries are exactly these, everything else stays.
    pub(super) fn wire(&mut self, folder: &Folder, wanted: &Wanted) -> anyhow::Result<()> {
        let path = &folder.settings;
        let entries = &wanted.entries;
        let (before, mode_before) = current(path, SETTINGS_BYTES_MAX)?;
        let read = |text: &str| {
            Settings::parse(text)
                .map_err(|why| anyhow!("`{}`: {why}; nothing was changed", path.display()))
        };
        let settings = read(before.as_deref().unwrap_or_default())?;
        if before.as_deref().is_some_and(has_comments) {
            self.notes.push(format!(
                "`{}` has comments, which not every client reads: check with its /hooks command that it sees the hooks",
                path.display()
            ));
        }
        let kept = self.wired.settings.get(path).cloned();
        let parent_made = kept.as_ref().is_some_and(|kept| kept.parent_made)
            || (before.is_none() && parent_is_missing(path));
        let as_it_is = settings.has(entries);
        let (origin, after) = if as_it_is {
            let origin = kept.as_ref().map(|kept| kept.before.clone());
            (origin, before.clone())
        } else {
            let (origin, origin_mode) =
                self.origin(path, before.as_deref(), mode_before, &settings);
            let settings = read(origin.as_deref().unwrap_or_default())?;
            for (event, entry) in entries {
                settings.add(event, entry.clone());
            }
            let remembered = origin.map(|text| Before {
                text,
                mode: origin_mode,
            });
            (Some(remembered), Some(settings.text()))
        };
        let after = after.unwrap_or_default();
        let excluded = match &folder.exclude {
            Some((file, line)) => {
                self.exclude(file, line, true)?;
                Some(Excluded {
                    file: file.clone(),
                    line: line.clone(),
                })
            }
            None => kept.as_ref().and_then(|kept| kept.excluded.clone()),
        };
        // Where our own record is lost, what was there before is what is there without our entries.
        let before_ours = origin.unwrap_or_else(|| {
            settings.strip();
            (!settings.is_empty()).then(|| Before {
                text: settings.text(),
                mode: mode_before,
            })
        });
        self.wired.settings.insert(
            path.clone(),
            WiredSettings {
                folder: folder.path.clone(),
                events: entries.keys().cloned().collect(),
                guarded: Some(wanted.guarded.clone()),
                before: before_ours,
                // What others wrote since is not what we made, so that undoing does not take it along.
                after: match kept {
                    Some(kept) if as_it_is => kept.after,
                    _ => digest(&after),
                },
                parent_made,
                excluded,
                without_mcp: wanted.without_mcp,
            },
        );
        self.settings.push(Change {
            path: path.clone(),
            before,
            mode_before,
            after: Some(after),
            mode: PRIVATE,
            parent_made,
            shown: None,
        });
        Ok(())
    }

    /// Takes our entries out of one settings file; what it was before comes back exactly, if nobody changed it since.
    pub(super) fn unwire(&mut self, path: &Path) -> anyhow::Result<()> {
        let (before, mode_before) = current(path, SETTINGS_BYTES_MAX)?;
        let kept = self.wired.settings.get(path).cloned();
        if let Some(text) = &before {
            let settings = Settings::parse(text)
                .map_err(|why| anyhow!("`{}`: {why}; nothing was changed", path.display()))?;
            let ours = settings
                .handlers()
                .iter()
                .any(|handler| handler.ours.is_some());
            if ours {
                let (after, mode) = self.origin(path, before.as_deref(), mode_before, &settings);
                self.settings.push(Change {
                    path: path.to_owned(),
                    before: before.clone(),
                    mode_before,
                    after,
                    mode,
                    parent_made: kept.as_ref().is_some_and(|kept| kept.parent_made),
                    shown: None,
                });
            }
        }
        if let Some(excluded) = kept.and_then(|kept| kept.excluded)
            && !self.wired.settings.iter().any(|(other, settings)| {
                other != path && settings.excluded.as_ref() == Some(&excluded)
            })
        {
            self.exclude(&excluded.file, &excluded.line, false)?;
        }
        self.wired.settings.remove(path);
        Ok(())
    }

    /// Forgets settings that have gone since with their folder, and takes back what was done for them elsewhere.
    pub(super) fn forget_gone(&mut self) -> anyhow::Result<()> {
        let known = self.wired.settings.keys();
        let gone: Vec<PathBuf> = known.filter(|path| !path.exists()).cloned().collect();
        for path in gone {
            self.unwire(&path)?;
        }
        self.wired.servers.retain(|file, _| file.exists());
        Ok(())
    }

    /// The settings without our entries, and their mode: exactly what they were, where nobody touched them since.
    fn origin(
        &self,
        path: &Path,
        now: Option<&str>,
        mode_now: u32,
        settings: &Settings,
    ) -> (Option<String>, u32) {
        let Some(now) = now else {
            return (None, PRIVATE);
        };
        let kept = self.wired.settings.get(path);
        if let Some(kept) = kept.filter(|kept| kept.after == digest(now)) {
            return match &kept.before {
                Some(before) => (Some(before.text.clone()), before.mode),
                None => (None, PRIVATE),
            };
        }
        let mode = kept
            .and_then(|kept| kept.before.as_ref())
            .map_or(mode_now, |before| before.mode);
        let ours = settings
            .handlers()
            .iter()
            .any(|handler| handler.ours.is_some());
        if !ours {
            return (Some(now.to_owned()), mode);
        }
        settings.strip();
        let made_by_us = kept.is_some_and(|kept| kept.before.is_none());
        if made_by_us && settings.is_empty() {
            return (None, mode);
        }
        (Some(settings.text()), mode)
    }

    /// Adds a line to a list of what is not committed, or takes it away.
    fn exclude(&mut self, file: &Path, line: &str, wanted: bool) -> anyhow::Result<()> {
        let known = self.excludes.iter().position(|change| change.path == file);
        let index = known.unwrap_or(self.excludes.len());
        if known.is_none() {
            let (before, mode_before) = current(file, EXCLUDE_BYTES_MAX)?;
            self.excludes.push(Change {
                path: file.to_owned(),
                after: before.clone(),
                mode: if before.is_some() { mode_before } else { USUAL },
                before,
                mode_before,
                parent_made: false,
                shown: None,
            });
        }
        let change = &mut self.excludes[index];
        let text = change.after.clone().unwrap_or_default();
        let has = text.lines().any(|present| present == line);
        change.after = match (wanted, has) {
            (true, false) => {
                let gap = if text.is_empty() || text.ends_with('\n') {
                    ""
                } else {
                    "\n"
                };
                Some(format!("{text}{gap}{line}\n"))
            }
            (false, true) => {
                let kept = text
                    .split_inclusive('\n')
                    .filter(|present| present.trim_end_matches('\n') != line);
                Some(kept.collect())
            }
            _ => change.after.clone(),
        };
        Ok(())
    }

    /// Every file that changes, in the order in which they are written: nothing holds a token before it is kept out of
    /// commits.
    pub(super) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.excludes
            .iter()
            .chain(&self.configuration)
            .chain(&self.settings)
            .chain(&self.servers)
            .filter(|change| change.changes())
    }
}

/// A file's text and mode; no text where there is no file.
pub(super) fn current(path: &Path, bytes_max: u64) -> anyhow::Result<(Option<String>, u32)> {
    match files::text(path, bytes_max) {
        Ok(text) => {
            let mode = files::mode(path).with_context(|| format!("`{}`", path.display()))?;
            Ok((Some(text), mode))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((None, PRIVATE)),
        Err(error) => Err(anyhow!(
            "`{}` cannot be read: {error}; nothing was changed",
            path.display()
        )),
    }
}

/// Whether a reader of plain JSON would refuse this.
fn has_comments(text: &str) -> bool {
    !text.trim().is_empty() && serde_json::from_str::<serde::de::IgnoredAny>(text).is_err()
}
