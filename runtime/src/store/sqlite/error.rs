//! Turns `SQLite`'s errors into the store's: the one place that knows its codes.

use std::path::Path;

use rusqlite::ErrorCode;

use crate::store::StoreError;

/// A file system with less room than this has none left to write with.
const ROOM_BYTES_MIN: u64 = 64 << 10;

/// Reads an error of any statement but `COMMIT`: nothing has happened, and the transaction is rolled back.
pub(super) fn statement(error: &rusqlite::Error, database: &Path) -> StoreError {
    let text = error.to_string();
    match error {
        rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DiskFull => StoreError::Full(text),
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt(text),
            // SQLite reports a full disk as a plain I/O error where it was not writing (syncing, growing shared memory).
            ErrorCode::SystemIoFailure | ErrorCode::CannotOpen if disk_is_full(database) => {
                StoreError::Full(text)
            }
            _ => StoreError::Unavailable(text),
        },
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::QueryReturnedNoRows => StoreError::Corrupt(text),
        _ => StoreError::Unavailable(text),
    }
}

/// Reads an error of `COMMIT`. A write that found no room wrote no commit frame, and a busy database was never written;
/// after anything else the frame may be in the log, where a restart would find it.
pub(super) fn commit(error: &rusqlite::Error) -> StoreError {
    let text = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full(text),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Unavailable(text),
        _ => StoreError::Unknown(text),
    }
}

fn disk_is_full(database: &Path) -> bool {
    let folder = database
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."));
    rustix::fs::statvfs(folder)
        .is_ok_and(|room| room.f_bavail.saturating_mul(room.f_frsize) < ROOM_BYTES_MIN)
}
