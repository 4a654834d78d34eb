//! Paths as the file system sees them.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, percent_encode};

/// What a path in a header cannot hold as it is.
const NOT_IN_HEADERS: &AsciiSet = &CONTROLS.add(b'%').add(b' ');

/// The absolute path without symbolic links, `.` or `..`.
///
/// # Errors
/// What the file system says, for example that there is no such path.
pub fn canonical(path: &Path) -> io::Result<PathBuf> {
    std::fs::canonicalize(path)
}
/// A path as the value of a header: whatever is no visible ASCII is percent-encoded.
#[must_use]
pub fn to_header(path: &Path) -> String {
    percent_encode(path.as_os_str().as_bytes(), NOT_IN_HEADERS).to_string()
}

/// The path that a header's value names.
#[must_use]
pub fn from_header(value: &str) -> PathBuf {
    let bytes: Vec<u8> = percent_decode_str(value).collect();
    PathBuf::from(OsStr::from_bytes(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_survives_a_header() {
        for path in ["/home/dev/project", "/tmp/a b%20c", "/tmp/é\n"] {
            let value = to_header(Path::new(path));
            assert!(value.bytes().all(|byte| byte.is_ascii_graphic()), "{value}");
            assert_eq!(from_header(&value), Path::new(path));
        }
    }
}
