//! What `init` is going to do, worked out before the first byte is written.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use jsonc_parser::cst::CstInputValue;

use super::change::Change;
use super::project::Registry;
use crate::cli::wiring::{Folder, SETTINGS_BYTES_MAX, Settings};
use crate::services::files;
use crate::services::wired::{Before, Excluded, Wired, WiredSettings, digest};

/// A new file that is nobody else's business.
const PRIVATE: u32 = 0o600;
/// A new file like any other.
const USUAL: u32 = 0o644;
const EXCLUDE_BYTES_MAX: u64 = 1 << 20;
const CONFIGURATION_BYTES_MAX: u64 = 1 << 20;

/// What is going to be done.
#[derive(Debug)]
pub(super) struct Plan {
    /// Settings files, each with what is said about it.
    pub(super) settings: Vec<Change>,
    /// Lists of what is not committed.
    pub(super) excludes: Vec<Change>,
    /// The operator's configuration.
    pub(super) configuration: Option<Change>,
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
            projects: BTreeMap::new(),
            wired,
            notes: Vec::new(),
        }
    }

    /// Wires one settings file: our entries are exactly these, everything else stays.
    pub(super) fn wire(
        &mut self,
        folder: &Folder,
        entries: &BTreeMap<String, CstInputValue>,
    ) -> anyhow::Result<()> {
        let path = &folder.settings;
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
                before: before_ours,
                // What others wrote since is not what we made, so that undoing does not take it along.
                after: match kept {
                    Some(kept) if as_it_is => kept.after,
                    _ => digest(&after),
                },
                excluded,
            },
        );
        self.settings.push(Change {
            path: path.clone(),
            before,
            mode_before,
            after: Some(after),
            mode: PRIVATE,
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

    /// Registers roots in the operator's configuration; `made` is its text where there is none yet.
    pub(super) fn register(
        &mut self,
        file: &Path,
        made: Option<&str>,
        roots: &[PathBuf],
        home: Option<&Path>,
    ) -> anyhow::Result<()> {
        let (before, mode_before) = current(file, CONFIGURATION_BYTES_MAX)?;
        let text = before.as_deref().or(made).unwrap_or_default();
        let mut registry =
            Registry::parse(text).with_context(|| format!("`{}`", file.display()))?;
        let wired = self
            .wired
            .configurations
            .entry(file.to_owned())
            .or_default();
        for root in roots {
            if let Some(name) = registry.add(root, home)? {
                wired.projects.insert(name.clone(), root.clone());
                self.projects.insert(name, root.clone());
            }
        }
        if before.is_none() {
            wired.created = made.map(digest);
        }
        if wired.projects.is_empty() && wired.created.is_none() {
            self.wired.configurations.remove(file);
        }
        self.configuration = Some(Change {
            path: file.to_owned(),
            after: Some(registry.text().to_owned()),
            mode: if before.is_some() {
                mode_before
            } else {
                PRIVATE
            },
            before,
            mode_before,
        });
        Ok(())
    }

    /// Takes those of our projects out of the operator's configuration that lie in these folders, or all of them.
    pub(super) fn unregister(&mut self, file: &Path, roots: &[PathBuf]) -> anyhow::Result<()> {
        let (Some(before), mode_before) = current(file, CONFIGURATION_BYTES_MAX)? else {
            return Ok(());
        };
        let Some(wired) = self.wired.configurations.get_mut(file) else {
            return Ok(());
        };
        let mut registry =
            Registry::parse(&before).with_context(|| format!("`{}`", file.display()))?;
        let ours: BTreeMap<String, PathBuf> = wired
            .projects
            .iter()
            .filter(|(_, root)| roots.contains(root))
            .map(|(name, root)| (name.clone(), root.clone()))
            .collect();
        let left = registry.remove(&ours)?;
        for (name, root) in &ours {
            if left.contains(name) {
                self.notes.push(format!(
                    "the project `{name}` was changed since it was registered, and stays in `{}`",
                    file.display()
                ));
            } else {
                self.projects.insert(name.clone(), root.clone());
            }
        }
        wired.projects.retain(|name, _| !ours.contains_key(name));
        let text = registry.text().to_owned();
        let ends = wired.projects.is_empty() && self.wired.settings.is_empty();
        let as_made = wired.created.as_deref() == Some(&digest(&text));
        let after = (!(ends && as_made)).then_some(text);
        if wired.projects.is_empty() && (wired.created.is_none() || after.is_none()) {
            self.wired.configurations.remove(file);
        }
        self.configuration = Some(Change {
            path: file.to_owned(),
            before: Some(before),
            mode_before,
            after,
            mode: mode_before,
        });
        Ok(())
    }

    /// Every file that changes, in the order in which they are written: nothing holds a token before it is kept out of
    /// commits.
    pub(super) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.excludes
            .iter()
            .chain(&self.configuration)
            .chain(&self.settings)
            .filter(|change| change.changes())
    }
}

/// A file's text and mode; no text where there is no file.
fn current(path: &Path, bytes_max: u64) -> anyhow::Result<(Option<String>, u32)> {
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
