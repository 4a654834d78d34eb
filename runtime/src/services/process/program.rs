//! Where a program lies.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// The file of a program: what its absolute path names, or the first one of its name in the folders.
pub(super) fn find(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let is_program = |path: &Path| {
        path.metadata()
            .is_ok_and(|status| status.is_file() && status.permissions().mode() & 0o111 != 0)
    };
    if name.starts_with('/') {
        return Some(PathBuf::from(name)).filter(|path| is_program(path));
    }
    folders
        .iter()
        .map(|folder| folder.join(name))
        .find(|path| is_program(path))
}
