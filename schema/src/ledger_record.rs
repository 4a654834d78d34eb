//! What all kinds of ledger records have in common.

use crate::LedgerRecord;

// === impl LedgerRecord ===

impl LedgerRecord {
    /// Tells when the record was made, in RFC 3339.
    #[must_use]
    pub fn at(&self) -> &str {
        match self {
            Self::Turn { at, .. }
            | Self::Effect { at, .. }
            | Self::Intent { at, .. }
            | Self::Answer { at, .. }
            | Self::Gate { at, .. }
            | Self::Reload { at, .. } => at,
        }
    }

    /// Tells the kind of the record, as it stands in the record.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Turn { .. } => "turn",
            Self::Effect { .. } => "effect",
            Self::Intent { .. } => "intent",
            Self::Answer { .. } => "answer",
            Self::Gate { .. } => "gate",
            Self::Reload { .. } => "reload",
        }
    }
}
