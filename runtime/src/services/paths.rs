//! Paths as the file system sees them.

use std::io;
use std::path::{Path, PathBuf};

/// The absolute path without symbolic links, `.` or `..`.
///
/// # Errors
/// What the file system says, for example that there is no such path.
pub fn canonical(path: &Path) -> io::Result<PathBuf> {
    std::fs::canonicalize(path)
}
