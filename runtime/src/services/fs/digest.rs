//! Digests of contents: how a caller says which content it means.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{ErrorKind, Read as _};

use rustix::fs::OFlags;
use sha2::{Digest as _, Sha256};

use super::FsError;
use super::error::Doing as _;
use super::folder::Folder;
use crate::services::threads::Wanted;

/// SHA-256 in lower-case hexadecimal.
pub(super) fn of_bytes(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Reads a file to its end, from where it is.
pub(super) fn of(file: &mut File, bytes_max: u64, wanted: &Wanted) -> Result<String, FsError> {
    let mut hash = Sha256::new();
    let mut chunk = vec![0; 64 * 1024];
    let mut total = 0_u64;
    loop {
        wanted.check()?;
        let count = match file.read(&mut chunk) {
            Ok(0) => return Ok(hex::encode(hash.finalize())),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error).doing("read the file"),
        };
        total += count as u64;
        if total > bytes_max {
            return Err(FsError::TooLarge(format!(
                "digests are computed of files of at most {bytes_max} bytes"
            )));
        }
        hash.update(&chunk[..count]);
    }
}

/// Fails unless the file has the content that a caller expects, if it expects one.
pub(super) fn expect(
    folder: &Folder,
    name: &OsStr,
    expected: Option<&str>,
    bytes_max: u64,
    wanted: &Wanted,
) -> Result<(), FsError> {
    let Some(expected) = expected else {
        return Ok(());
    };
    let found = match folder.file(name, OFlags::RDONLY, "read the file") {
        Ok((mut file, _)) => of(&mut file, bytes_max, wanted)?,
        Err(FsError::NotFound(_)) => {
            return Err(FsError::Conflict(
                "the file is gone, so it has not the expected content".to_owned(),
            ));
        }
        Err(error) => return Err(error),
    };
    if found == expected {
        return Ok(());
    }
    Err(FsError::Conflict(format!(
        "the file has another content than was expected: its digest is {found}"
    )))
}
