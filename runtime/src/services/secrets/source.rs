//! Where a secret comes from.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::Secret;

/// Shortest value, in bytes. Anything shorter turns up by chance, and replacing it would garble what it turns up in.
const BYTES_MIN: usize = 8;
/// Longest value, in bytes: a private key or an account's credentials in JSON.
const BYTES_MAX: usize = 16 << 10;
/// Mode bits that let others than the owner read, write or run.
const OTHERS: u32 = 0o077;

/// Where the operator put a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// A variable of the server's environment, which was read at the door.
    Environment {
        /// The variable's name.
        variable: String,
        /// What it held; `None` where it was not set, or is not UTF-8.
        value: Option<Secret>,
    },
    /// A file, which is read at start and at every reload.
    File(PathBuf),
}

/// Why a secret cannot be used. Never holds any of it.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The variable is not there.
    #[error("the environment variable `{0}` is not set")]
    NotSet(String),
    /// The file cannot be read.
    #[error("its file cannot be read: {0}")]
    File(#[from] io::Error),
    /// Others than the owner may use the file.
    #[error("its file can be read or changed by others than its owner; run `chmod 600` on it")]
    Mode,
    /// It is no text.
    #[error("it is not UTF-8")]
    Text,
    /// It is too short to be told apart from what is no secret, or longer than any is.
    #[error("it has to have {} to {} bytes", BYTES_MIN, BYTES_MAX)]
    Length,
}

// === impl SecretSource ===

impl SecretSource {
    /// Reads the secret, without the newline that an editor leaves at its end.
    ///
    /// # Errors
    /// See [`SecretError`].
    pub fn read(&self) -> Result<Secret, SecretError> {
        let secret = match self {
            Self::Environment { variable, value } => value
                .clone()
                .ok_or_else(|| SecretError::NotSet(variable.clone()))?,
            Self::File(path) => Secret::new(file(path)?),
        };
        let value = secret.reveal();
        let trimmed = value.strip_suffix('\n').unwrap_or(value);
        let trimmed = trimmed.strip_suffix('\r').unwrap_or(trimmed);
        if !(BYTES_MIN..=BYTES_MAX).contains(&trimmed.len()) {
            return Err(SecretError::Length);
        }
        Ok(if trimmed.len() == value.len() {
            secret
        } else {
            Secret::new(trimmed)
        })
    }
}

/// Reads a file that its owner alone may use. The mode that is looked at is that of the file that is read.
fn file(path: &Path) -> Result<String, SecretError> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file").into());
    }
    if metadata.mode() & OTHERS != 0 {
        return Err(SecretError::Mode);
    }
    let mut bytes = Vec::new();
    // Room for the newline, and for one byte too many.
    file.take(BYTES_MAX as u64 + 3).read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|_| SecretError::Text)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn read(content: &[u8], mode: u32) -> Result<Secret, SecretError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        SecretSource::File(path).read()
    }

    #[test]
    fn a_file_is_read_without_its_last_newline() {
        for (content, expected) in [
            (&b"a secret"[..], "a secret"),
            (b"a secret\n", "a secret"),
            (b"a secret\r\n", "a secret"),
            (b"a secret\n\n", "a secret\n"),
            (b" a secret ", " a secret "),
        ] {
            assert_eq!(read(content, 0o600).unwrap().reveal(), expected);
        }
        assert_eq!(read(b"a secret", 0o400).unwrap().reveal(), "a secret");
    }

    #[test]
    fn what_is_no_secret_is_refused() {
        let long = vec![b'x'; BYTES_MAX + 1];
        assert!(read(&long[1..], 0o600).is_ok());
        for (content, mode, expected) in [
            (&b"a secret"[..], 0o640, "by others"),
            (b"a secret", 0o602, "by others"),
            (b"short\n\n", 0o600, "8 to"),
            (b"", 0o600, "8 to"),
            (&long, 0o600, "8 to"),
            (b"\xff\xff\xff\xff\xff\xff\xff\xff", 0o600, "UTF-8"),
        ] {
            let error = read(content, mode).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        let folder = SecretSource::File(PathBuf::from("/"));
        assert!(folder.read().unwrap_err().to_string().contains("no file"));
    }
}
