//! The checkpoints by themselves: signed, linked, in order, and the same in every place.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Notes, Run};
use crate::ledger::checkpoint::split_notes;
use crate::ledger::{Checkpoint, LedgerError, NO_PREVIOUS};
use crate::store::{Log, StoredCheckpoint};

/// The roots that valid checkpoints state, by size, each with who states it.
pub(super) type Stated = BTreeMap<u64, Vec<(String, [u8; 32])>>;

/// What the database's own list is called.
const DATABASE: &str = "the database";

/// Reads each note once, however many places hold it.
#[derive(Default)]
struct Read {
    notes: HashMap<String, Result<Checkpoint, String>>,
}

// === impl Run ===

impl Run<'_> {
    /// Judges all checkpoints and returns what the valid ones state.
    ///
    /// Those below `dropped` may be gone, together with the records they covered.
    pub(super) fn notes(&mut self, log: &dyn Log, dropped: u64) -> Result<Stated, LedgerError> {
        let (mut read, mut stated) = (Read::default(), Stated::new());
        let stored = self.stored(log)?;
        let texts: Vec<&str> = stored
            .iter()
            .map(|checkpoint| checkpoint.note.as_str())
            .collect();
        self.sequence(DATABASE, &texts, Some(dropped), &mut read, &mut stated);
        for checkpoint in &stored {
            if Checkpoint::parse(&checkpoint.note).is_some_and(|read| read.size != checkpoint.size)
            {
                self.altered(
                    Some(checkpoint.size),
                    format!("a checkpoint in {DATABASE} stands under another size than its own"),
                );
            }
        }
        for file in &self.verification.files {
            let (notes, rest) = split_notes(&file.text);
            if !rest.trim().is_empty() {
                let remark = format!(
                    "{} ends in half a checkpoint, which says nothing: it was being written, or was cut",
                    file.label
                );
                self.report.remarks.push(remark);
            }
            let first = file.own.then_some(dropped);
            self.sequence(&file.label, &notes, first, &mut read, &mut stated);
            self.compare_places(file, &notes, &texts, dropped);
        }
        Ok(stated)
    }

    /// Judges the notes of one place, in its order. Where `first` is given, the place has to hold all checkpoints but those
    /// below that size.
    fn sequence(
        &mut self,
        label: &str,
        notes: &[&str],
        first: Option<u64>,
        read: &mut Read,
        stated: &mut Stated,
    ) {
        let mut before: Option<(u64, [u8; 32])> = None;
        for note in notes {
            let checkpoint = match read.read(note, self) {
                Ok(checkpoint) => checkpoint,
                Err(problem) => {
                    let size = Checkpoint::parse(note).map(|checkpoint| checkpoint.size);
                    self.altered(size, format!("a checkpoint in {label} {problem}"));
                    // What links to it cannot be judged; that it cannot be read is reported already.
                    before = None;
                    continue;
                }
            };
            let size = checkpoint.size;
            match before {
                Some((before, _)) if size <= before => {
                    self.missing(
                        Some(size),
                        format!(
                            "in {label} a checkpoint of {size} records follows one of {before}"
                        ),
                    );
                }
                Some((before, digest)) if checkpoint.previous != digest => {
                    self.missing(
                        Some(size),
                        format!(
                            "in {label} checkpoints are missing between {before} and {size} records"
                        ),
                    );
                }
                None if first.is_some_and(|first| size > first)
                    && checkpoint.previous != NO_PREVIOUS
                    && note == &notes[0] =>
                {
                    self.missing(
                        Some(size),
                        format!(
                            "in {label} checkpoints are missing before the one of {size} records"
                        ),
                    );
                }
                _ => {}
            }
            before = Checkpoint::digest(note).map(|digest| (size, digest));
            stated
                .entry(size)
                .or_default()
                .push((label.to_owned(), checkpoint.root));
        }
    }

    /// Compares a file with the database's list, which is to hold every checkpoint there is.
    fn compare_places(&mut self, file: &Notes, notes: &[&str], database: &[&str], dropped: u64) {
        let size = |note: &str| Checkpoint::parse(note).map(|checkpoint| checkpoint.size);
        let in_database: BTreeSet<&str> = database.iter().copied().collect();
        let mut before_stub = 0;
        for note in notes.iter().filter(|note| !in_database.contains(*note)) {
            if size(note).is_some_and(|size| size < dropped) {
                before_stub += 1;
                continue;
            }
            self.missing(
                size(note),
                format!("a checkpoint in {} is not in {DATABASE}", file.label),
            );
        }
        if before_stub > 0 {
            self.report.remarks.push(format!(
                "{before_stub} checkpoints in {} cover only records that were dropped, which cannot be compared any more",
                file.label
            ));
        }
        if !file.own {
            return;
        }
        let in_file: BTreeSet<&str> = notes.iter().copied().collect();
        let absent = |note: &&&str| !in_file.contains(**note);
        // The last one may be on its way: the database gets a checkpoint first.
        for note in database
            .split_last()
            .map_or(&[][..], |(_, before)| before)
            .iter()
            .filter(absent)
        {
            self.missing(
                size(note),
                format!("a checkpoint in {DATABASE} is not in {}", file.label),
            );
        }
        if database.last().is_some_and(|last| !in_file.contains(last)) {
            self.report.remarks.push(format!(
                "the last checkpoint has not reached {} yet",
                file.label
            ));
        }
    }

    fn stored(&mut self, log: &dyn Log) -> Result<Vec<StoredCheckpoint>, LedgerError> {
        let mut stored: Vec<StoredCheckpoint> = Vec::new();
        loop {
            let above = stored.last().map_or(0, |checkpoint| checkpoint.size);
            let page = log.checkpoints(above, self.verification.page);
            let Some(page) = self.readable(None, "a stored checkpoint", page)? else {
                return Ok(stored);
            };
            if page.is_empty() {
                return Ok(stored);
            }
            stored.extend(page);
        }
    }
}

// === impl Read ===

impl Read {
    fn read(&mut self, note: &str, run: &Run<'_>) -> Result<Checkpoint, String> {
        let read = self.notes.entry(note.to_owned());
        read.or_insert_with(|| Checkpoint::verify(note, &run.verification.key))
            .clone()
    }
}
