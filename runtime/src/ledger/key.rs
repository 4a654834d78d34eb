//! The key that signs checkpoints, and the public half that verifies them.
//!
//! Both are kept as one line of text in the form of Go's `sumdb/note` package, which other tools read: `ledger.key` holds
//! `PRIVATE+KEY+<name>+<hash>+<base64 of 0x01 and the seed>`, `ledger.pub` holds `<name>+<hash>+<base64 of 0x01 and the
//! public key>`. The hash is the first four bytes of SHA-256 over the name, a line feed, 0x01 and the public key, in
//! hexadecimal. The name, which is also the origin of every checkpoint, is `sinew-ledger/` and the first eight bytes of
//! SHA-256 over the public key, in hexadecimal.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::LedgerError;
use crate::world::Random;

/// The file of the private key, in the ledger's folder.
pub const KEY_FILE: &str = "ledger.key";

/// The file of the public key, in the ledger's folder.
pub const PUBLIC_KEY_FILE: &str = "ledger.pub";

/// Says that a key is an Ed25519 key.
const ALGORITHM: u8 = 1;

const PRIVATE_PREFIX: &str = "PRIVATE+KEY+";

/// Signs checkpoints.
pub struct LedgerKey {
    signing: SigningKey,
    public: PublicKey,
}

/// Verifies checkpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    hash: [u8; 4],
    verifying: VerifyingKey,
}

// === impl LedgerKey ===

impl fmt::Debug for LedgerKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("LedgerKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

impl LedgerKey {
    /// Makes a key from its seed.
    #[must_use]
    pub fn new(seed: &[u8; 32]) -> Self {
        let signing = SigningKey::from_bytes(seed);
        let public = PublicKey::new(signing.verifying_key());
        Self { signing, public }
    }

    /// Reads the key in `dir`. When there is none and `may_make` says so, makes one: written whole and synced under another
    /// name first, so that a crash leaves either no key or a good one.
    ///
    /// # Errors
    /// [`LedgerError::KeyMissing`] when there is none and none may be made; otherwise what is wrong with the file.
    pub fn load_or_make(
        dir: &Path,
        random: &dyn Random,
        may_make: bool,
    ) -> Result<Self, LedgerError> {
        let path = dir.join(KEY_FILE);
        let key = match fs::read_to_string(&path) {
            Ok(line) => Self::parse(line.trim_end())
                .ok_or_else(|| LedgerError::malformed(&path, "holds no key"))?,
            Err(error) if error.kind() == ErrorKind::NotFound && may_make => {
                let mut seed = [0; 32];
                random.fill(&mut seed);
                let key = Self::new(&seed);
                write_whole(&path, 0o600, &format!("{}\n", key.line()))?;
                key
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(LedgerError::KeyMissing { path });
            }
            Err(error) => return Err(LedgerError::file("reading", &path)(error)),
        };
        let public = dir.join(PUBLIC_KEY_FILE);
        let line = format!("{}\n", key.public.line());
        if fs::read_to_string(&public).ok().as_ref() != Some(&line) {
            write_whole(&public, 0o644, &line)?;
        }
        Ok(key)
    }

    /// Returns the half that verifies.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Returns the signature line of a note over `text`.
    #[must_use]
    pub fn signature_line(&self, text: &str) -> String {
        let signature = self.signing.sign(text.as_bytes()).to_bytes();
        let blob = STANDARD.encode([&self.public.hash[..], &signature].concat());
        format!("\u{2014} {} {blob}\n", self.public.name)
    }

    fn line(&self) -> String {
        let seed = STANDARD.encode([&[ALGORITHM][..], self.signing.as_bytes()].concat());
        format!(
            "{PRIVATE_PREFIX}{}+{}+{seed}",
            self.public.name,
            hex::encode(self.public.hash)
        )
    }

    fn parse(line: &str) -> Option<Self> {
        let (name, hash, seed) = parts(line.strip_prefix(PRIVATE_PREFIX)?)?;
        let key = Self::new(&seed);
        (key.public.name == name && key.public.hash == hash).then_some(key)
    }
}

// === impl PublicKey ===

impl PublicKey {
    fn new(verifying: VerifyingKey) -> Self {
        let fingerprint: [u8; 32] = Sha256::digest(verifying.as_bytes()).into();
        let name = format!("sinew-ledger/{}", hex::encode(&fingerprint[..8]));
        let hash = key_hash(&name, &verifying);
        Self {
            name,
            hash,
            verifying,
        }
    }

    /// Reads the public key of the ledger in `dir`; the private key will do where its file is missing.
    ///
    /// # Errors
    /// [`LedgerError::KeyMissing`] when there is neither; otherwise what is wrong with the file.
    pub fn load(dir: &Path) -> Result<Self, LedgerError> {
        let path = dir.join(PUBLIC_KEY_FILE);
        match fs::read_to_string(&path) {
            Ok(line) => Self::parse(line.trim_end())
                .ok_or_else(|| LedgerError::malformed(&path, "holds no public key")),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let path = dir.join(KEY_FILE);
                let line = fs::read_to_string(&path)
                    .map_err(|_| LedgerError::KeyMissing { path: path.clone() })?;
                let key = LedgerKey::parse(line.trim_end())
                    .ok_or_else(|| LedgerError::malformed(&path, "holds no key"))?;
                Ok(key.public)
            }
            Err(error) => Err(LedgerError::file("reading", &path)(error)),
        }
    }

    /// Reads a key from its line; `None` when it is none. Names that others chose are fine.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let (name, hash, public) = parts(line)?;
        let verifying = VerifyingKey::from_bytes(&public).ok()?;
        (key_hash(name, &verifying) == hash).then(|| Self {
            name: name.to_owned(),
            hash,
            verifying,
        })
    }

    /// Returns the key as one line.
    #[must_use]
    pub fn line(&self) -> String {
        let public = STANDARD.encode([&[ALGORITHM][..], self.verifying.as_bytes()].concat());
        format!("{}+{}+{public}", self.name, hex::encode(self.hash))
    }

    /// Returns the key's name, which is the origin of its checkpoints.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Says whether one of `signature_lines` is this key's signature over `text`. Others' signatures do not matter.
    #[must_use]
    pub fn verifies(&self, text: &str, signature_lines: &str) -> bool {
        signature_lines.lines().any(|line| {
            let blob = line
                .strip_prefix("\u{2014} ")
                .and_then(|rest| rest.strip_prefix(&self.name)?.strip_prefix(' '));
            let blob = blob
                .and_then(|blob| STANDARD.decode(blob).ok())
                .unwrap_or_default();
            let Some((hash, signature)) = blob.split_at_checked(4) else {
                return false;
            };
            let signature = Signature::from_slice(signature);
            hash == self.hash
                && signature.is_ok_and(|signature| {
                    self.verifying
                        .verify_strict(text.as_bytes(), &signature)
                        .is_ok()
                })
        })
    }
}

fn key_hash(name: &str, verifying: &VerifyingKey) -> [u8; 4] {
    let digest = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', ALGORITHM])
        .chain_update(verifying.as_bytes())
        .finalize();
    [digest[0], digest[1], digest[2], digest[3]]
}

/// Takes `name+hash+base64` apart; the base64 part may itself contain plus signs.
fn parts(line: &str) -> Option<(&str, [u8; 4], [u8; 32])> {
    let (name, rest) = line.split_once('+')?;
    let (hash, key) = rest.split_once('+')?;
    let key = STANDARD.decode(key).ok()?;
    let key = key.strip_prefix(&[ALGORITHM])?.try_into().ok()?;
    let hash = u32::from_str_radix(hash, 16)
        .ok()
        .filter(|_| hash.len() == 8)?;
    Some((name, hash.to_be_bytes(), key))
}

/// Makes a file that is never seen half-written.
fn write_whole(path: &Path, mode: u32, text: &str) -> Result<(), LedgerError> {
    let new = path.with_extension("new");
    let write = || {
        // Left over from a crash; nobody else writes here while the store is ours.
        _ = fs::remove_file(&new);
        let mut file = OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(mode)
            .open(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, path)?;
        path.parent()
            .map_or(Ok(()), |dir| File::open(dir)?.sync_all())
    };
    write().map_err(LedgerError::file("writing", path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::SeededRandom;

    #[test]
    fn a_key_is_made_once_and_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let made = LedgerKey::load_or_make(dir.path(), &SeededRandom::new(1), true).unwrap();
        let read = LedgerKey::load_or_make(dir.path(), &SeededRandom::new(2), true).unwrap();
        assert_eq!(made.public(), read.public());
        assert_eq!(PublicKey::load(dir.path()).unwrap(), *made.public());
        fs::remove_file(dir.path().join(PUBLIC_KEY_FILE)).unwrap();
        assert_eq!(PublicKey::load(dir.path()).unwrap(), *made.public());
    }

    #[test]
    fn the_private_key_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        LedgerKey::load_or_make(dir.path(), &SeededRandom::new(1), true).unwrap();
        let mode = fs::metadata(dir.path().join(KEY_FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_missing_key_is_not_replaced_where_there_are_records() {
        let dir = tempfile::tempdir().unwrap();
        let missing = LedgerKey::load_or_make(dir.path(), &SeededRandom::new(1), false);
        assert!(matches!(missing, Err(LedgerError::KeyMissing { .. })));
        assert!(!dir.path().join(KEY_FILE).exists());
    }

    #[test]
    fn a_damaged_key_is_an_error_and_stays_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        LedgerKey::load_or_make(dir.path(), &SeededRandom::new(1), true).unwrap();
        let path = dir.path().join(KEY_FILE);
        let damaged = fs::read_to_string(&path)
            .unwrap()
            .replace("sinew-ledger", "other-ledger");
        fs::write(&path, &damaged).unwrap();
        let refused = LedgerKey::load_or_make(dir.path(), &SeededRandom::new(2), true);
        assert!(matches!(refused, Err(LedgerError::Malformed { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), damaged);
    }

    #[test]
    fn a_signature_verifies_for_its_text_and_key_only() {
        let (key, other) = (LedgerKey::new(&[1; 32]), LedgerKey::new(&[2; 32]));
        let line = key.signature_line("text\n");
        assert!(key.public().verifies("text\n", &line));
        assert!(
            key.public()
                .verifies("text\n", &format!("\u{2014} witness AAAA\n{line}"))
        );
        assert!(!key.public().verifies("texts\n", &line));
        assert!(!other.public().verifies("text\n", &line));
        assert!(!key.public().verifies("text\n", ""));
    }

    #[test]
    fn a_public_key_line_reads_back() {
        let key = LedgerKey::new(&[9; 32]);
        let line = key.public().line();
        assert_eq!(PublicKey::parse(&line).as_ref(), Some(key.public()));
        assert_eq!(PublicKey::parse(&line.replace("sinew", "sinev")), None);
        assert_eq!(PublicKey::parse("nonsense"), None);
    }
}
