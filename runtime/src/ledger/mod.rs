//! The hash-chained record: records, checkpoints, the journal for a full disk, verification.

mod error;
#[allow(
    clippy::module_inception,
    reason = "the room's one noun; its siblings are its parts"
)]
mod ledger;
mod settings;

pub use error::LedgerError;
pub use ledger::{Ledger, Noted};
pub use settings::LedgerSettings;
