//! The journal: where records go while the disk is full.
//!
//! One file, allocated before it is needed and then only written in place. All numbers are big-endian. At 0 and at 4,096 lie
//! two copies of the header, of which the valid one with the higher version counts, so that a torn write of one leaves the
//! other: `SNWJRNL1`, the journal's random id (16 bytes), version (8), generation (8), offset of the first frame (8), its
//! sequence number (8), records lost (8), CRC-32 of all that (4). From 8,192 on lie frames, one after another: generation
//! (8), sequence number (8), length of the content (4), CRC-32 of these three and the content (4), content. A frame counts
//! when its generation is the header's, its number the next one, and its sum right; the first that does not ends the list.
//! Emptying the journal is a new header with another generation, which no old frame has.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::LedgerError;
use super::frame::{decode_entries, encode_entries};
use crate::store::Entry;
use crate::world::Random;

/// The file of the journal, in the ledger's folder.
pub const JOURNAL_FILE: &str = "journal";

const MAGIC: &[u8; 8] = b"SNWJRNL1";
const HEADER_BYTES: usize = 8 + 16 + 5 * 8 + 4;
const HEADER_STRIDE: u64 = 4_096;
const FRAMES_START: u64 = 2 * HEADER_STRIDE;
const FRAME_HEADER_BYTES: usize = 8 + 8 + 4 + 4;

/// The journal, open for writing.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    path: PathBuf,
    bytes: u64,
    header: Header,
    /// Where the next frame goes.
    end: u64,
    next_sequence: u64,
}

/// One frame: records that were refused together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) sequence: u64,
    pub(super) entries: Vec<Entry>,
    /// Where the next frame starts.
    after: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Header {
    id: [u8; 16],
    version: u64,
    generation: u64,
    start: u64,
    sequence: u64,
    lost: u64,
}

// === impl Journal ===

impl Journal {
    /// Opens the journal in `dir`, and makes one of `bytes` when there is none. One that exists keeps its size.
    pub(super) fn open(dir: &Path, bytes: u64, random: &dyn Random) -> Result<Self, LedgerError> {
        let path = dir.join(JOURNAL_FILE);
        if !path.exists() {
            make(&path, bytes.max(FRAMES_START + HEADER_STRIDE), random)
                .map_err(LedgerError::file("making", &path))?;
        }
        let open = || {
            let file = OpenOptions::new().read(true).write(true).open(&path)?;
            let bytes = file.metadata()?.len();
            Ok((file, bytes))
        };
        let (file, bytes) = open().map_err(LedgerError::file("opening", &path))?;
        let headers = [0, HEADER_STRIDE]
            .into_iter()
            .filter_map(|at| Header::read(&file, at));
        // Only one of the two can be torn by a crash. If neither is whole, something else happened, and records may be in there.
        let header = headers.max_by_key(|header| header.version);
        let header = header.ok_or_else(|| {
            LedgerError::malformed(&path, "has no valid header: move it away to start another")
        })?;
        let (end, next_sequence) = (header.start, header.sequence);
        let mut journal = Self {
            file,
            path,
            bytes,
            header,
            end,
            next_sequence,
        };
        let mut last = None;
        while let Some(frame) = journal.frame_after(last.as_ref())? {
            (journal.end, journal.next_sequence) = (frame.after, frame.sequence + 1);
            last = Some(frame);
        }
        Ok(journal)
    }

    /// Says whether there is something to chain.
    pub(super) fn pending(&self) -> bool {
        self.next_sequence > self.header.sequence || self.header.lost > 0
    }

    /// Returns how many records did not fit.
    pub(super) fn lost(&self) -> u64 {
        self.header.lost
    }

    /// Returns a name for the journal's state that no other state shares, for deduplication.
    pub(super) fn state(&self) -> ([u8; 16], u64) {
        (self.header.id, self.header.generation)
    }

    /// Keeps `entries` together. When this returns true they survive a crash at any later moment; when false there was no
    /// room, and they are counted as lost.
    pub(super) fn append(&mut self, entries: &[Entry]) -> bool {
        let content = encode_entries(entries);
        let frame = self
            .frame(&content)
            .filter(|frame| self.end + frame.len() as u64 <= self.bytes);
        let written = frame.as_ref().map(|frame| {
            self.file
                .write_all_at(frame, self.end)
                .and_then(|()| self.file.sync_data())
        });
        match (frame, written) {
            (Some(frame), Some(Ok(()))) => {
                self.end += frame.len() as u64;
                self.next_sequence += 1;
                true
            }
            (_, failure) => {
                if let Some(Err(error)) = failure {
                    tracing::error!(%error, file = %self.path.display(), "the journal cannot be written");
                }
                self.header.lost += entries.len() as u64;
                if let Err(error) = self.write_header(false) {
                    tracing::error!(%error, "the count of lost records could not be kept");
                }
                false
            }
        }
    }

    /// Reads the frame after `previous`, or the first that is not chained yet; `None` past the last. One at a time, because
    /// every commit tries the first again for as long as the disk is full.
    pub(super) fn frame_after(
        &self,
        previous: Option<&Frame>,
    ) -> Result<Option<Frame>, LedgerError> {
        let (at, sequence) = match previous {
            Some(frame) => (frame.after, frame.sequence + 1),
            None => (self.header.start, self.header.sequence),
        };
        let fails = |error| LedgerError::file("reading", &self.path)(error);
        let content_at = at + FRAME_HEADER_BYTES as u64;
        if content_at > self.bytes {
            return Ok(None);
        }
        let mut head = [0; FRAME_HEADER_BYTES];
        self.file.read_exact_at(&mut head, at).map_err(fails)?;
        let number = |from: usize| {
            head[from..]
                .first_chunk()
                .map_or(0, |bytes| u64::from_be_bytes(*bytes))
        };
        // The length and the sum are the two halves of the third number.
        let (length, expected) = (number(16) >> 32, number(16) & u64::from(u32::MAX));
        let ours = number(0) == self.header.generation && number(8) == sequence;
        let after = content_at + length;
        if !ours || after > self.bytes {
            return Ok(None);
        }
        let mut content = vec![0; usize::try_from(length).unwrap_or(0)];
        self.file
            .read_exact_at(&mut content, content_at)
            .map_err(fails)?;
        if u64::from(sum(&head[..20], &content)) != expected {
            return Ok(None);
        }
        Ok(decode_entries(&content).map(|entries| Frame {
            sequence,
            entries,
            after,
        }))
    }

    /// Notes that everything up to and with `frame` is chained.
    pub(super) fn chained(&mut self, frame: &Frame) -> Result<(), LedgerError> {
        (self.header.start, self.header.sequence) = (frame.after, frame.sequence + 1);
        self.write_header(true)
    }

    /// Empties the journal; everything in it is chained, and the lost are recorded.
    pub(super) fn reset(&mut self) -> Result<(), LedgerError> {
        self.header.generation += 1;
        (self.header.start, self.header.sequence, self.header.lost) =
            (FRAMES_START, self.next_sequence, 0);
        self.end = FRAMES_START;
        self.write_header(true)
    }

    fn write_header(&mut self, sync: bool) -> Result<(), LedgerError> {
        let header = Header {
            version: self.header.version + 1,
            ..self.header.clone()
        };
        let write = || {
            // Never over the copy that counts now: a write that fails, or is torn, must leave that one.
            self.file
                .write_all_at(&header.bytes(), header.version % 2 * HEADER_STRIDE)?;
            if sync { self.file.sync_data() } else { Ok(()) }
        };
        write().map_err(LedgerError::file("writing", &self.path))?;
        self.header = header;
        Ok(())
    }

    fn frame(&self, content: &[u8]) -> Option<Vec<u8>> {
        let length = u32::try_from(content.len()).ok()?;
        let mut frame = Vec::with_capacity(FRAME_HEADER_BYTES + content.len());
        frame.extend(self.header.generation.to_be_bytes());
        frame.extend(self.next_sequence.to_be_bytes());
        frame.extend(length.to_be_bytes());
        let sum = sum(&frame, content);
        frame.extend(sum.to_be_bytes());
        frame.extend(content);
        Some(frame)
    }
}

// === impl Header ===

impl Header {
    fn bytes(&self) -> Vec<u8> {
        let numbers = [
            self.version,
            self.generation,
            self.start,
            self.sequence,
            self.lost,
        ];
        let mut bytes = [&MAGIC[..], &self.id].concat();
        bytes.extend(numbers.into_iter().flat_map(u64::to_be_bytes));
        bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
        bytes
    }

    fn read(file: &File, at: u64) -> Option<Self> {
        let mut bytes = [0; HEADER_BYTES];
        file.read_exact_at(&mut bytes, at).ok()?;
        let (content, expected) = bytes.split_at(HEADER_BYTES - 4);
        let rest = content
            .strip_prefix(MAGIC)
            .filter(|_| crc32fast::hash(content).to_be_bytes() == expected)?;
        let (id, numbers) = rest.split_first_chunk()?;
        let mut numbers = numbers
            .as_chunks()
            .0
            .iter()
            .map(|number| u64::from_be_bytes(*number));
        let mut next = || numbers.next();
        Some(Self {
            id: *id,
            version: next()?,
            generation: next()?,
            start: next()?,
            sequence: next()?,
            lost: next()?,
        })
    }
}

fn sum(head: &[u8], content: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(head);
    hasher.update(content);
    hasher.finalize()
}

/// Makes a journal under another name, writes every byte of it, and gives it its name when it is safe.
fn make(path: &Path, bytes: u64, random: &dyn Random) -> std::io::Result<()> {
    let new = path.with_extension("new");
    match fs::remove_file(&new) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(&new)?;
    // Written rather than reserved: what is only reserved may still need room for its bookkeeping later.
    let zeros = vec![0; 64 << 10];
    let mut at = 0;
    while at < bytes {
        let length = (bytes - at).min(zeros.len() as u64);
        file.write_all_at(&zeros[..usize::try_from(length).unwrap_or(zeros.len())], at)?;
        at += length;
    }
    let mut id = [0; 16];
    random.fill(&mut id);
    let header = Header {
        id,
        version: 0,
        generation: 1,
        start: FRAMES_START,
        sequence: 1,
        lost: 0,
    };
    file.write_all_at(&header.bytes(), 0)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    path.parent()
        .map_or(Ok(()), |dir| File::open(dir)?.sync_all())
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;
