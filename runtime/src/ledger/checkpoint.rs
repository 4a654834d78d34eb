//! Checkpoints: signed statements of how long the log is and what its Merkle root is.
//!
//! A checkpoint is a signed note in the C2SP `tlog-checkpoint` form. Its text is five lines, each ended by a line feed: the
//! origin; the size in decimal; the root in base64; `previous ` and, in base64, SHA-256 over the text of the checkpoint before
//! it, or 32 zero bytes for the first; `time ` and the microseconds since 1970. A blank line follows, then the signature
//! line. A reader accepts further lines in the text and further signatures.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::{LedgerKey, PublicKey};

/// What stands for the checkpoint before the first.
pub const NO_PREVIOUS: [u8; 32] = [0; 32];

/// What a checkpoint says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the key that signs.
    pub origin: String,
    /// How many records it covers.
    pub size: u64,
    /// The Merkle root over them.
    pub root: [u8; 32],
    /// The digest of the checkpoint before it ([`Checkpoint::digest`]).
    pub previous: [u8; 32],
    /// When it was signed, in microseconds since 1970.
    pub unix_micros: i64,
}

// === impl Checkpoint ===

impl Checkpoint {
    /// Returns the text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        let Self {
            origin,
            size,
            root,
            previous,
            unix_micros,
        } = self;
        let (root, previous) = (STANDARD.encode(root), STANDARD.encode(previous));
        format!("{origin}\n{size}\n{root}\nprevious {previous}\ntime {unix_micros}\n")
    }

    /// Returns the whole signed note.
    #[must_use]
    pub fn sign(&self, key: &LedgerKey) -> String {
        let text = self.text();
        format!("{text}\n{}", key.signature_line(&text))
    }

    /// Reads a signed note.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub fn verify(note: &str, key: &PublicKey) -> Result<Self, String> {
        let (checkpoint, text, signatures) = Self::read(note).ok_or("is not a checkpoint")?;
        if !key.verifies(text, signatures) {
            return Err(format!("is not signed by `{}`", key.name()));
        }
        if checkpoint.origin != key.name() {
            return Err(format!("is of another log, `{}`", checkpoint.origin));
        }
        Ok(checkpoint)
    }

    /// Reads a note and leaves its signatures to others.
    #[must_use]
    pub fn parse(note: &str) -> Option<Self> {
        Self::read(note).map(|(checkpoint, ..)| checkpoint)
    }

    /// Returns the digest of a note's text, which the next checkpoint names; `None` when it is no note.
    #[must_use]
    pub fn digest(note: &str) -> Option<[u8; 32]> {
        let (text, _) = split(note)?;
        Some(Sha256::digest(text).into())
    }

    fn read(note: &str) -> Option<(Self, &str, &str)> {
        let (text, signatures) = split(note)?;
        let mut lines = text.lines();
        let origin = lines.next().filter(|origin| !origin.is_empty())?.to_owned();
        let size = decimal(lines.next()?)?;
        let root = decode(lines.next()?)?;
        let mut named = |name: &str| lines.next()?.strip_prefix(name);
        let previous = decode(named("previous ")?)?;
        let unix_micros = named("time ")?.parse().ok()?;
        Some((
            Self {
                origin,
                size,
                root,
                previous,
                unix_micros,
            },
            text,
            signatures,
        ))
    }
}

/// Cuts a file of notes, each followed by an empty line, into notes. What follows the last whole one is returned apart.
#[must_use]
pub fn split_notes(file: &str) -> (Vec<&str>, &str) {
    let (mut notes, mut rest) = (Vec::new(), file);
    while let Some(text) = rest.find("\n\n") {
        let signatures = text + 2;
        let Some(end) = rest[signatures..].find("\n\n") else {
            break;
        };
        let (note, after) = rest.split_at(signatures + end + 1);
        notes.push(note);
        rest = &after[1..];
    }
    (notes, rest)
}

/// Cuts a note into the text that is signed and the signatures.
pub(super) fn split(note: &str) -> Option<(&str, &str)> {
    let end = note.find("\n\n")?;
    Some((&note[..=end], &note[end + 2..]))
}

/// Reads a number. There is one way to write it, so that a note cannot be changed and still mean the same.
pub(super) fn decimal(text: &str) -> Option<u64> {
    let parsed = text.parse::<u64>().ok()?;
    (parsed.to_string() == text).then_some(parsed)
}

/// Reads a digest.
pub(super) fn decode(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint(size: u64) -> Checkpoint {
        let key = LedgerKey::new(&[1; 32]);
        let origin = key.public().name().to_owned();
        Checkpoint {
            origin,
            size,
            root: [7; 32],
            previous: NO_PREVIOUS,
            unix_micros: 12,
        }
    }

    #[test]
    fn a_signed_note_reads_back() {
        let key = LedgerKey::new(&[1; 32]);
        let note = checkpoint(42).sign(&key);
        assert_eq!(Checkpoint::verify(&note, key.public()), Ok(checkpoint(42)));
        assert_eq!(
            Checkpoint::digest(&note).unwrap()[..],
            Sha256::digest(checkpoint(42).text())[..]
        );
    }

    #[test]
    fn every_byte_of_the_text_and_of_the_signature_counts() {
        let key = LedgerKey::new(&[1; 32]);
        let note = checkpoint(42).sign(&key);
        for at in 0..note.len() {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else {
                continue;
            };
            let read = Checkpoint::verify(&changed, key.public());
            // The line feed that ends the signature line is outside of what is signed.
            assert!(
                read.is_err() || at == note.len() - 1,
                "byte {at}: {changed}"
            );
        }
    }

    #[test]
    fn another_key_is_named_in_the_refusal() {
        let note = checkpoint(1).sign(&LedgerKey::new(&[1; 32]));
        let refused = Checkpoint::verify(&note, LedgerKey::new(&[2; 32]).public());
        assert!(
            refused
                .unwrap_err()
                .starts_with("is not signed by `sinew-ledger/")
        );
    }

    #[test]
    fn a_file_of_notes_is_cut_where_they_end() {
        let key = LedgerKey::new(&[1; 32]);
        let notes: Vec<_> = (1..4).map(|size| checkpoint(size).sign(&key)).collect();
        let file = notes.join("\n") + "\n";
        assert_eq!(
            split_notes(&file),
            (notes.iter().map(String::as_str).collect(), "")
        );
        for cut in 1..notes[2].len() {
            let Some(cut_file) = file.get(..file.len() - cut) else {
                continue;
            };
            let (whole, rest) = split_notes(cut_file);
            assert_eq!((whole.len(), rest.len()), (2, notes[2].len() + 1 - cut));
        }
        assert_eq!(split_notes(""), (vec![], ""));
    }
}
