//! What the server tells the process that is to become a program, and what that answers.
//!
//! Over one socket: the length of the plan in four bytes, the plan as JSON, then the program's standard input to the end.
//! The answer is one line of JSON before the program starts, and a second one if it does not.

use std::ffi::OsString;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::confinement::Confinement;

/// The longest plan, in bytes.
pub(super) const PLAN_BYTES_MAX: u32 = 16 << 20;

/// What to become.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Plan {
    /// The program's file.
    #[serde(with = "path")]
    pub(super) program: PathBuf,
    /// The argument list, the program's name first.
    pub(super) argv: Vec<String>,
    /// The canonical working directory.
    #[serde(with = "path")]
    pub(super) cwd: PathBuf,
    /// The whole environment.
    pub(super) environment: Vec<(String, OsString)>,
    /// What it may read beside what every program may.
    pub(super) read: Vec<OsString>,
    /// What it may write beside its working directory.
    pub(super) write: Vec<OsString>,
    /// A folder of its own.
    #[serde(with = "path")]
    pub(super) temporary: PathBuf,
    /// Whether it may use the network.
    pub(super) network: bool,
    /// Whether it must not run where the kernel confines nothing.
    pub(super) required: bool,
}

/// A line of the answer.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Report {
    /// It is about to become the program.
    Confined(Confinement),
    /// The working directory does not exist, or is closed to us.
    NoFolder(String),
    /// The working directory is not what it was.
    Moved(String),
    /// There is no such program, or it is none.
    NoProgram(String),
    /// Something else failed.
    Failed(String),
}

/// A path as an `OsString`, since JSON's strings cannot hold every path.
mod path {
    use std::ffi::OsString;
    use std::path::{Path, PathBuf};

    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    pub(super) fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
        path.as_os_str().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<PathBuf, D::Error> {
        OsString::deserialize(deserializer).map(PathBuf::from)
    }
}
