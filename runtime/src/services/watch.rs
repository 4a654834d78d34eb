//! Watches folders for changed files, by looking at them again and again.
//!
//! A look costs a few microseconds a file, and works alike on every system, on network mounts and in containers, whatever
//! an editor does to save a file. What no plugin is made of is not looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How folders are watched.
#[derive(Debug, Clone)]
pub struct WatchSettings {
    /// From one look to the next.
    pub every: Duration,
    /// What has not changed for this long is complete.
    pub quiet: Duration,
    /// Most looks that are waited for until it is quiet.
    pub looks_max: u32,
    /// Most files of one folder, all below it included; more are not watched.
    pub files_max: usize,
    /// Folders inside folders that are looked into.
    pub depth_max: usize,
}

impl Default for WatchSettings {
    fn default() -> Self {
        Self {
            every: Duration::from_millis(150),
            quiet: Duration::from_millis(50),
            looks_max: 40,
            files_max: 10_000,
            depth_max: 16,
        }
    }
}

/// Watches some folders.
#[derive(Debug)]
pub struct Watch {
    folders: Vec<PathBuf>,
    settings: WatchSettings,
    seen: Look,
}

/// What a file looked like: time of change, inode and size.
type Stamp = (i64, i64, u64, u64);
type Look = BTreeMap<PathBuf, Stamp>;

// === impl Watch ===

impl Watch {
    /// Takes a first look; what changes from here on is reported.
    #[must_use]
    pub fn new(folders: Vec<PathBuf>, settings: WatchSettings) -> Self {
        let seen = look(&folders, &settings);
        Self {
            folders,
            settings,
            seen,
        }
    }

    /// Waits until files were changed, made or removed, and it is quiet again. Returns their paths.
    ///
    /// Nothing is lost when the future is dropped, and nothing that changes between two calls.
    pub async fn changed(&mut self) -> BTreeSet<PathBuf> {
        loop {
            tokio::time::sleep(self.settings.every).await;
            let mut now = self.look().await;
            if now == self.seen {
                continue;
            }
            // Whoever saves several files, or one in several steps, is waited for.
            for _ in 0..self.settings.looks_max {
                tokio::time::sleep(self.settings.quiet).await;
                let next = self.look().await;
                if std::mem::replace(&mut now, next) == now {
                    break;
                }
            }
            let before = std::mem::replace(&mut self.seen, now);
            let changed = differences(&before, &self.seen);
            if !changed.is_empty() {
                return changed;
            }
        }
    }

    async fn look(&self) -> Look {
        let (folders, settings) = (self.folders.clone(), self.settings.clone());
        tokio::task::spawn_blocking(move || look(&folders, &settings))
            .await
            .unwrap_or_else(|_| self.seen.clone())
    }
}

fn differences(before: &Look, after: &Look) -> BTreeSet<PathBuf> {
    let changed = after
        .iter()
        .filter(|(path, stamp)| before.get(*path) != Some(stamp));
    let removed = before.keys().filter(|path| !after.contains_key(*path));
    changed
        .map(|(path, _)| path)
        .chain(removed)
        .cloned()
        .collect()
}

fn look(folders: &[PathBuf], settings: &WatchSettings) -> Look {
    let mut seen = Look::new();
    for folder in folders {
        let limit = seen.len() + settings.files_max;
        let mut next = vec![(folder.clone(), 0)];
        while let Some((folder, depth)) = next.pop() {
            // A folder that is gone has no files, and one that comes back has them again.
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                let Ok(metadata) = entry.metadata() else {
                    continue;
                };
                if is_noise(&path) || seen.len() >= limit {
                    continue;
                }
                if metadata.is_dir() {
                    if depth < settings.depth_max {
                        next.push((path, depth + 1));
                    }
                } else {
                    let stamp = (
                        metadata.mtime(),
                        metadata.mtime_nsec(),
                        metadata.ino(),
                        metadata.len(),
                    );
                    seen.insert(path, stamp);
                }
            }
        }
    }
    seen
}

/// What compilers, editors and version control leave behind.
fn is_noise(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let endings = ["~", ".swp", ".swx", ".swo", ".tmp", ".bak", ".orig"];
    // vim tries with a file of this name whether it may write to a folder.
    matches!(&*name, "target" | "node_modules" | "4913")
        || name.starts_with(['.', '#'])
        || endings.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn changes_are_seen_whole_and_noise_is_not() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path();
        for folder in ["src/deep", "target"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        fs::write(root.join("src/lib.rs"), "1").unwrap();
        let settings = WatchSettings {
            every: Duration::from_millis(1),
            quiet: Duration::from_millis(5),
            ..WatchSettings::default()
        };
        let mut watch = Watch::new(vec![root.to_owned()], settings);
        for noise in [
            "target/x",
            "src/.lib.rs.swp",
            "src/lib.rs~",
            "src/4913",
            ".git",
        ] {
            fs::write(root.join(noise), "noise").unwrap();
        }
        let write = |path: &str, text: &str| fs::write(root.join(path), text).unwrap();
        // Written, renamed over, made in a folder of its own, removed.
        write("src/lib.rs", "22");
        assert_eq!(
            watch.changed().await,
            BTreeSet::from([root.join("src/lib.rs")])
        );
        write("src/.new", "333");
        fs::rename(root.join("src/.new"), root.join("src/lib.rs")).unwrap();
        fs::create_dir(root.join("more")).unwrap();
        write("more/a.rs", "a");
        let both = BTreeSet::from([root.join("src/lib.rs"), root.join("more/a.rs")]);
        let mut seen = watch.changed().await;
        if seen != both {
            // The looks fell between the two.
            seen.extend(watch.changed().await);
        }
        assert_eq!(seen, both);
        fs::remove_file(root.join("more/a.rs")).unwrap();
        assert_eq!(
            watch.changed().await,
            BTreeSet::from([root.join("more/a.rs")])
        );
    }
}
