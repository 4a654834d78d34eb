//! Carrying out what was planned: one run at a time, and all of it or nothing.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, anyhow};

use super::change::Change;
use super::plan::{PRIVATE, Plan};
use crate::cli::progress::Progress;
use crate::config::Places;
use crate::services::files;
use crate::services::wired::Wired;

/// How far it came.
struct Writing<'a> {
    done: Vec<&'a Change>,
    /// What is wired is said already.
    said: bool,
    /// What was wired before.
    known: &'a Wired,
    /// The file that says so.
    record: &'a Path,
}

/// Waits until no other run changes what is wired; none begins to before the file is dropped. What two runs write of one file
/// would be lost otherwise.
pub(super) fn alone(places: &Places, progress: &Progress) -> anyhow::Result<File> {
    let path = places.wiring_lock();
    let locked = || {
        files::private_folder(&places.state)?;
        let mut options = OpenOptions::new();
        options.write(true).create(true).mode(PRIVATE);
        let file = options.open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                progress.now("waiting for another `sinew init` to end");
                file.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        Ok(file)
    };
    locked().with_context(|| format!("locking `{}`", path.display()))
}

/// Writes what was planned, and what is wired then. Where something fails, everything is put back as it was.
///
/// What is wired is said before the first file is written, and forgotten after the last one is taken back: whenever the run
/// is cut short, `--remove` knows of all it has done.
pub(super) fn carry_out(
    plan: &Plan,
    known: &Wired,
    record: &Path,
    remove: bool,
) -> anyhow::Result<()> {
    let mut changes: Vec<&Change> = plan.changes().collect();
    if remove {
        changes.reverse();
    }
    let mut writing = Writing {
        done: Vec::new(),
        said: false,
        known,
        record,
    };
    let mut all = || {
        if let Some(change) = changes.iter().find(|change| !change.is_current()) {
            return Err(changed_meanwhile(change));
        }
        if !remove {
            writing.say(&plan.wired)?;
        }
        for change in &changes {
            writing.write(change)?;
        }
        if remove {
            writing.say(&plan.wired)?;
        }
        Ok(())
    };
    all().map_err(|why| writing.put_back(&why, remove))
}

// === impl Writing ===

impl<'a> Writing<'a> {
    /// Says what is wired now.
    fn say(&mut self, wired: &Wired) -> anyhow::Result<()> {
        if wired != self.known {
            let written = wired.write(self.record);
            written.with_context(|| format!("writing `{}`", self.record.display()))?;
            self.said = true;
        }
        Ok(())
    }

    fn write(&mut self, change: &'a Change) -> anyhow::Result<()> {
        // The client may be at work meanwhile, and it writes into some of these files, too.
        if !change.is_current() {
            return Err(changed_meanwhile(change));
        }
        let written = change.write();
        written.with_context(|| format!("writing `{}`", change.path.display()))?;
        self.done.push(change);
        Ok(())
    }

    /// Puts back what was written, and says why, and what is left.
    fn put_back(self, why: &anyhow::Error, remove: bool) -> anyhow::Error {
        let mut left = Vec::new();
        for change in self.done.into_iter().rev().map(Change::undone) {
            // What somebody else wrote since is theirs.
            if !change.is_current() || change.write().is_err() {
                left.push(format!("`{}`", change.path.display()));
            }
        }
        // As long as something is left, so is the record of it.
        if left.is_empty() && self.said && self.known.write(self.record).is_err() {
            left.push(format!("`{}`", self.record.display()));
        }
        if left.is_empty() {
            return anyhow!("{why:#}; nothing was changed");
        }
        let left = left.join(", ");
        let next = if remove {
            "mend that, and run this again"
        } else {
            "run this again once that is mended, or with --remove, which takes all of it back"
        };
        anyhow!("{why:#}; not everything could be put back as it was ({left}): {next}")
    }
}

fn changed_meanwhile(change: &Change) -> anyhow::Error {
    anyhow!(
        "`{}` was changed meanwhile by somebody else; run this again",
        change.path.display()
    )
}
