//! The hash-chained record: records, checkpoints, the journal for a full disk, verification.
//!
//! The store keeps the chains and the Merkle tree; this room signs checkpoints over them, keeps those outside the database
//! as well, holds records in a journal while the disk is full, drops old ones behind a
//! signed stub, and verifies all of it. What a record says is the engine's
//! business: here it is bytes.
//!
#![doc = include_str!("format.md")]

mod anchor;
mod backlog;
mod canonical;
mod checkpoint;
mod error;
mod frame;
mod journal;
mod key;
#[allow(
    clippy::module_inception,
    reason = "the room's one noun; its siblings are its parts"
)]
mod ledger;
mod settings;
mod shortening;
mod signer;
mod stub;
mod time;
mod verify;

pub use anchor::CHECKPOINTS_FILE;
pub use canonical::canonical_json;
pub use checkpoint::{Checkpoint, NO_PREVIOUS, split_notes};
pub use error::LedgerError;
pub use journal::JOURNAL_FILE;
pub use key::{KEY_FILE, LedgerKey, PUBLIC_KEY_FILE, PublicKey};
pub use ledger::{Ledger, Noted};
pub use settings::LedgerSettings;
pub use shortening::Retention;
pub use time::timestamp;
pub use verify::{Finding, Notes, Report, Verification, verify};

/// The chain of what happens at the gate, outside any turn.
pub const GATE_CHAIN: &str = "gate";

/// The file of the database, in the state folder.
pub const DATABASE_FILE: &str = "sinew.db";
