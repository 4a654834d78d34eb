//! The checkpoints file: where truncation of the database shows, because it lies outside of it.

use std::fs::{self, File, OpenOptions};
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
    /// What the first checkpoint covers, so that nothing is read again to find that nothing is to go.
    first: Option<u64>,
    last: Option<String>,
    /// How much of the file is whole notes; what lies past it is what a failed append left.
    whole: Option<u64>,
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
        let (first, last) = (
            size_of_first(&notes),
            notes.last().map(|note| (*note).to_owned()),
        );
        let whole = cut.then(|| (text.len() - rest.len()) as u64);
        let mut anchor = Self {
            file,
            path,
            first,
            last,
            whole,
        };
        anchor.cut_off()?;
        Ok(anchor)
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

    /// Appends a note and presses it onto the disk. One that does not fit leaves nothing behind.
    pub(super) fn append(&mut self, note: &str) -> Result<(), LedgerError> {
        self.cut_off()?;
        let text = format!("{note}\n");
        let write = |mut file: &File| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        let written = write(&self.file).map_err(LedgerError::file("appending to", &self.path));
        if written.is_err() {
            // A full disk takes a part. If it cannot be cut off now, it is before the next note.
            _ = self.cut_off();
            return written;
        }
        self.whole = self.whole.map(|whole| whole + text.len() as u64);
        if self.first.is_none() {
            self.first = size_of_first(&[note]);
        }
        self.last = Some(note.to_owned());
        Ok(())
    }

    /// Rewrites the file without the checkpoints below `size`, whole or not at all. Does nothing when there are none, or when
    /// the file holds something that is no text.
    pub(super) fn drop_below(&mut self, size: u64) -> Result<(), LedgerError> {
        if self.whole.is_none() {
            return Ok(());
        }
        self.cut_off()?;
        let text =
            fs::read_to_string(&self.path).map_err(LedgerError::file("reading", &self.path))?;
        let (notes, _) = split_notes(&text);
        let below = |note: &&&str| Checkpoint::parse(note).is_some_and(|read| read.size < size);
        let gone: usize = notes
            .iter()
            .take_while(below)
            .map(|note| note.len() + 1)
            .sum();
        if gone == 0 {
            return Ok(());
        }
        let beside = self.path.with_extension("new");
        let rewrite = || {
            let mut file = OpenOptions::new()
                .create(true)
                .write(true)
                .truncate(true)
                .mode(0o600)
                .open(&beside)?;
            file.write_all(&text.as_bytes()[gone..])?;
            file.sync_all()?;
            fs::rename(&beside, &self.path)?;
            File::open(self.path.parent().unwrap_or(Path::new(".")))?.sync_all()?;
            OpenOptions::new().append(true).read(true).open(&self.path)
        };
        self.file = rewrite().map_err(LedgerError::file("rewriting", &self.path))?;
        self.whole = Some((text.len() - gone) as u64);
        self.first = size_of_first(&split_notes(&text[gone..]).0);
        Ok(())
    }

    /// Cuts half a note off the file's end.
    fn cut_off(&mut self) -> Result<(), LedgerError> {
        let Some(whole) = self.whole else {
            return Ok(());
        };
        let length = self.file.metadata().map(|metadata| metadata.len());
        if length.map_err(LedgerError::file("reading", &self.path))? > whole {
            tracing::warn!(file = %self.path.display(), whole, "cutting half a checkpoint off");
            let cut = self.file.set_len(whole);
            cut.map_err(LedgerError::file("cutting", &self.path))?;
        }
        Ok(())
    }
}

fn size_of_first(notes: &[&str]) -> Option<u64> {
    Some(Checkpoint::parse(notes.first()?)?.size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::LedgerKey;

    #[test]
    fn what_a_failed_append_left_is_cut_off_before_the_next_note() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(CHECKPOINTS_FILE);
        let mut anchor = Anchor::open(dir.path()).unwrap();
        anchor.append("one\n\nsigned\n").unwrap();
        let mut other = OpenOptions::new().append(true).open(&path).unwrap();
        other.write_all("two\n\nsig\u{2014}".as_bytes()).unwrap();
        anchor.append("three\n\nsigned\n").unwrap();
        let expected = "one\n\nsigned\n\nthree\n\nsigned\n\n";
        assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    }

    #[test]
    fn checkpoints_of_dropped_records_leave_the_file_and_the_rest_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let key = LedgerKey::new(&[1; 32]);
        let note = |size| {
            let origin = key.public().name().to_owned();
            let (root, previous) = ([0; 32], [0; 32]);
            let checkpoint = Checkpoint {
                origin,
                size,
                root,
                previous,
                unix_micros: 0,
            };
            checkpoint.sign(&key)
        };
        let mut anchor = Anchor::open(dir.path()).unwrap();
        for size in [3, 5, 9] {
            anchor.append(&note(size)).unwrap();
        }
        anchor.drop_below(5).unwrap();
        anchor.drop_below(5).unwrap();
        anchor.append(&note(12)).unwrap();
        let expected = [5, 9, 12].map(|size| note(size) + "\n").concat();
        let file = fs::read_to_string(dir.path().join(CHECKPOINTS_FILE)).unwrap();
        assert_eq!(file, expected);
    }

    #[test]
    fn what_is_no_text_stays_for_verification_to_report() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(CHECKPOINTS_FILE);
        let bytes = b"one\n\nsigned\n\n\xff\xfe put there\n\n";
        fs::write(&path, bytes).unwrap();
        let mut anchor = Anchor::open(dir.path()).unwrap();
        assert_eq!(anchor.last(), Some("one\n\nsigned\n"));
        anchor.append("two\n\nsigned\n").unwrap();
        assert!(fs::read(&path).unwrap().starts_with(bytes));
    }
}
