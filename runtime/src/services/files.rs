//! Small files of the operator's, read whole and within a limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Reads a file of at most `bytes_max` bytes.
///
/// # Errors
/// What the file system says, or that the file is larger.
pub fn bytes(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(bytes_max.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it is larger than {bytes_max} bytes"),
        ));
    }
    Ok(bytes)
}

/// Reads a text file of at most `bytes_max` bytes.
///
/// # Errors
/// As [`bytes`], and that it is not UTF-8.
pub fn text(path: &Path, bytes_max: u64) -> io::Result<String> {
    String::from_utf8(bytes(path, bytes_max)?)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}

/// Reads a text file that has to lie inside `folder`, wherever its links lead.
///
/// # Errors
/// As [`text`], and that it lies elsewhere.
pub fn text_inside(folder: &Path, name: &str, bytes_max: u64) -> io::Result<String> {
    let folder = folder.canonicalize()?;
    let file = folder.join(name).canonicalize()?;
    if !file.starts_with(&folder) {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it lies outside the plugin's folder",
        ));
    }
    text(&file, bytes_max)
}
