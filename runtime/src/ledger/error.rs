//! Why a ledger cannot be opened or signed.

use std::path::{Path, PathBuf};

use crate::store::StoreError;

/// A failure of the ledger outside a commit.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The store failed.
    #[error("the ledger's store failed")]
    Store(#[from] StoreError),
    /// A file of the ledger could not be used.
    #[error("{operation} `{}`", path.display())]
    File {
        /// What was tried, for example `reading`.
        operation: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file of the ledger does not hold what it should.
    #[error("`{}` {problem}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// There are records but no key. A new key would hide that somebody took the old one, so none is made.
    #[error("the ledger has records, but its key `{}` is missing: restore it, or move the state folder away to start anew", path.display())]
    KeyMissing {
        /// Where the key should be.
        path: PathBuf,
    },
    /// Records that are old enough to go are not those that were checkpointed, so they stay.
    #[error(
        "the records up to {size} are not those of their checkpoint, and are kept: run `sinew ledger verify`"
    )]
    Altered {
        /// What the checkpoint covers.
        size: u64,
    },
}

impl LedgerError {
    /// Returns a function that says which operation on which file failed.
    pub(super) fn file(
        operation: &'static str,
        path: &Path,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File {
            operation,
            path,
            source,
        }
    }

    pub(super) fn malformed(path: &Path, problem: impl Into<String>) -> Self {
        Self::Malformed {
            path: path.to_owned(),
            problem: problem.into(),
        }
    }
}
