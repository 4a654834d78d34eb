//! The checkpoints file: where truncation of the database shows, because it lies outside of it.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::checkpoint::split_notes;
use super::{Checkpoint, LedgerError};

/// The file of the checkpoints, in the ledger's folder.
pub const CHECKPOINTS_FILE: &str = "checkpoints";

/// The checkpoints file, open for appending.
#[derive(Debug)]
pub(super) struct Anchor {
    file: File,
    path: PathBuf,
    last: Option<String>,
}

// === impl Anchor ===

impl Anchor {
    /// Opens the file in `dir`, and makes it when there is none. Half a note at its end, left by a power cut, is cut off:
    /// it said nothing, and what follows it would be unreadable.
    pub(super) fn open(dir: &Path) -> Result<Self, LedgerError> {
        let path = dir.join(CHECKPOINTS_FILE);
        let open = || {
            let mut file = OpenOptions::new()
                .create(true)
                .append(true)
                .read(true)
                .mode(0o600)
                .open(&path)?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Ok((file, bytes))
        };
        let (file, bytes) = open().map_err(LedgerError::file("opening", &path))?;
        // A cut may go through a character. Anything else that is no text was put there, and stays for `verify` to report.
        let (text, cut) = match str::from_utf8(&bytes) {
            Ok(text) => (text, true),
            Err(error) => (
                str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
                error.error_len().is_none(),
            ),
        };
        let (notes, rest) = split_notes(text);
        let last = notes.last().map(|note| (*note).to_owned());
        let whole = text.len() - rest.len();
        if cut && whole < bytes.len() {
            tracing::warn!(file = %path.display(), bytes = bytes.len() - whole, "cutting half a checkpoint off");
            file.set_len(whole as u64)
                .map_err(LedgerError::file("cutting", &path))?;
        }
        Ok(Self { file, path, last })
    }

    /// Returns the last note in the file.
    pub(super) fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// Returns what the last checkpoint in the file covers.
    pub(super) fn size(&self) -> u64 {
        self.last()
            .and_then(Checkpoint::parse)
            .map_or(0, |checkpoint| checkpoint.size)
    }

    /// Appends a note and presses it onto the disk.
    pub(super) fn append(&mut self, note: &str) -> Result<(), LedgerError> {
        let write = |mut file: &File| {
            file.write_all(format!("{note}\n").as_bytes())?;
            file.sync_all()
        };
        write(&self.file).map_err(LedgerError::file("appending to", &self.path))?;
        self.last = Some(note.to_owned());
        Ok(())
    }
}
