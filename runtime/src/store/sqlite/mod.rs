//! The embedded store: `SQLite` in WAL mode, one connection that writes and a few that read.
//!
//! `writer` owns the connection and its transactions, `apply` does one commit, `heads` knows where chains end, `combiner`
//! makes many callers' commits one transaction, `reader` reads, `maintenance` empties the write-ahead log, `schema` is the
//! tables, `error` turns `SQLite`'s errors into the store's.

mod apply;
mod combiner;
mod error;
mod heads;
mod maintenance;
mod reader;
mod schema;
mod settings;
mod shorten;
mod store;
mod writer;

pub use reader::SqliteReader;
pub use settings::SqliteSettings;
pub use store::SqliteStore;
