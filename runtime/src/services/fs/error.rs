//! Why an operation on files failed.

use rustix::io::Errno;

use crate::services::threads::Stopped;

/// A failure, in words that a caller with a permit for the place may read.
#[derive(Debug, thiserror::Error)]
pub enum FsError {
    /// There is no such file or folder.
    #[error("{0}")]
    NotFound(String),
    /// The state of things does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// The request names nothing that can exist, or the wrong kind of thing.
    #[error("{0}")]
    Invalid(String),
    /// More than a limit allows.
    #[error("{0}")]
    TooLarge(String),
    /// Something below the place may not be touched; whoever was asked knows why.
    #[error("something below it may not be touched")]
    Withheld,
    /// The operating system does not let us, or fails.
    #[error("{0}")]
    Unavailable(String),
    /// The threads have as much to do as they may.
    #[error("the file service is too busy")]
    Busy,
    /// Time was up first. What was under way may still be finished, but nothing new is begun.
    #[error("the time was up before the file system was done")]
    Deadline,
    /// A defect: an operation panicked.
    #[error("a file operation failed inside the host")]
    Panicked,
}

impl FsError {
    /// Puts what the operating system says into our words. `doing` completes "cannot".
    pub(super) fn of(doing: &str, errno: Errno) -> Self {
        let say = |why: &str| format!("cannot {doing}: {why}");
        match errno {
            Errno::NOENT => Self::NotFound(say("there is no such file or folder")),
            Errno::NOTDIR => Self::NotFound(say("a part of the path is no folder")),
            Errno::LOOP => Self::Conflict(say(
                "a symbolic link is on a path that had none when its permit was checked",
            )),
            Errno::EXIST => Self::Conflict(say("it exists already")),
            Errno::NOTEMPTY => Self::Conflict(say("the folder is not empty")),
            Errno::ISDIR => Self::Invalid(say("it is a folder")),
            Errno::NAMETOOLONG => Self::Invalid(say("the name is too long")),
            Errno::INVAL | Errno::ILSEQ => Self::Invalid(say("no such name can exist there")),
            Errno::FBIG => Self::TooLarge(say("the file would be too large")),
            Errno::ACCESS | Errno::PERM => {
                Self::Unavailable(say("the operating system does not let the host"))
            }
            Errno::ROFS => Self::Unavailable(say("the file system is read-only")),
            Errno::NOSPC | Errno::DQUOT => Self::Unavailable(say("there is no space left")),
            other => Self::Unavailable(say(&other.to_string())),
        }
    }

    /// What stands where a regular file has to be.
    pub(super) fn no_file(doing: &str) -> Self {
        Self::Conflict(format!("cannot {doing}: it is no regular file"))
    }
}

impl From<Stopped> for FsError {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Busy => Self::Busy,
            Stopped::Deadline => Self::Deadline,
            Stopped::Panicked => Self::Panicked,
        }
    }
}

/// Says what was being done when the operating system failed.
pub(super) trait Doing<T> {
    fn doing(self, what: &str) -> Result<T, FsError>;
}

impl<T> Doing<T> for rustix::io::Result<T> {
    fn doing(self, what: &str) -> Result<T, FsError> {
        self.map_err(|errno| FsError::of(what, errno))
    }
}

impl<T> Doing<T> for std::io::Result<T> {
    fn doing(self, what: &str) -> Result<T, FsError> {
        self.map_err(|error| match Errno::from_io_error(&error) {
            Some(errno) => FsError::of(what, errno),
            None => FsError::Unavailable(format!("cannot {what}: {error}")),
        })
    }
}
