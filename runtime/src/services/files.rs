//! Small files of the operator's, read whole and within a limit, and replaced whole or not at all.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, Read, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

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

/// Names a file as it is now: another one in its place has another name.
///
/// # Errors
/// What the file system says.
pub fn identity(path: &Path) -> io::Result<String> {
    let metadata = path.metadata()?;
    let changed = metadata
        .modified()?
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    // The number tells files apart that were written in one tick of the file system's clock.
    let (number, length) = (metadata.ino(), metadata.len());
    Ok(format!("file {number} of {length} bytes at {changed:?}"))
}

/// Leaves an empty file, with its folder, as a sign that something was done.
///
/// # Errors
/// What the file system says.
pub fn mark(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        private_folder(folder)?;
    }
    File::create(path).map(drop)
}

/// Makes a folder that is its owner's alone, with what is missing above it; one that is there stays as it is.
///
/// # Errors
/// What the file system says.
pub fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
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

/// Where a file lies in truth: behind symbolic links, and at its place in an existing folder where there is none yet.
///
/// # Errors
/// What the file system says, for example of a link that leads nowhere.
pub fn real(path: &Path) -> io::Result<PathBuf> {
    if fs::symlink_metadata(path).is_ok() {
        return fs::canonicalize(path);
    }
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) if folder.exists() => Ok(fs::canonicalize(folder)?.join(name)),
        _ => Ok(path.to_owned()),
    }
}

/// The permission bits of a file.
///
/// # Errors
/// What the file system says.
pub fn mode(path: &Path) -> io::Result<u32> {
    Ok(fs::metadata(path)?.permissions().mode() & 0o7777)
}

/// Puts a file in the place of another: readers see the old one or the new one, whatever happens meanwhile. Missing
/// folders are made.
///
/// # Errors
/// What the file system says; the old file is then untouched.
pub fn replace(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(folder)?;
    let mut draft = tempfile::Builder::new()
        .prefix(".sinew-")
        .permissions(Permissions::from_mode(mode & 0o600))
        .tempfile_in(folder)?;
    draft.write_all(text.as_bytes())?;
    draft
        .as_file()
        .set_permissions(Permissions::from_mode(mode))?;
    draft.as_file().sync_all()?;
    draft.persist(path).map_err(|error| error.error)?;
    Ok(())
}
