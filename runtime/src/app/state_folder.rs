//! The state folder: private, and served by one process at a time.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::Path;

use super::StartError;
use crate::config::Places;

/// A state folder that this process alone serves.
#[derive(Debug)]
pub struct StateFolder {
    /// What lies where.
    pub places: Places,
    /// Held as long as the folder is served; the system lets go of it when the process ends, however it ends.
    _lock: File,
}

// === impl StateFolder ===

impl StateFolder {
    /// Makes the folder where there is none, and locks it.
    ///
    /// # Errors
    /// It cannot be made, others can write to it, or another process holds it.
    pub fn open(path: &Path) -> Result<Self, StartError> {
        let wrong = |error| StartError::State {
            path: path.to_owned(),
            error,
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(wrong)?;
        make_private(path).map_err(wrong)?;
        let places = Places::new(path.canonicalize().map_err(wrong)?);
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(places.lock())
            .map_err(wrong)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                places,
                _lock: lock,
            }),
            // By its real name, as the process that serves it knows it.
            Err(fs::TryLockError::WouldBlock) => Err(StartError::Served(places.state)),
            Err(fs::TryLockError::Error(error)) => Err(wrong(error)),
        }
    }
}

/// Closes a folder to others, unless it is somebody else's: what lies in the state folder is nobody's business.
fn make_private(folder: &Path) -> io::Result<()> {
    if fs::metadata(folder)?.permissions().mode().trailing_zeros() >= 6 {
        return Ok(());
    }
    let mine = folder.join(Places::LOCK).exists() || fs::read_dir(folder)?.next().is_none();
    if !mine {
        let message = "others can read it, and it holds other files; name a folder of its own, or `chmod 700` it";
        return Err(io::Error::other(message));
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}
