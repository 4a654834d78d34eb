//! How much of everything that a period's budget counts.

use serde::{Deserialize, Serialize};

use crate::plugin::Unit;

/// One amount for each [`Unit`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Amounts {
    /// Effects.
    pub effects: u64,
    /// Bytes of requests and responses.
    pub bytes: u64,
    /// Microseconds.
    pub wall_us: u64,
    /// Tokens.
    pub llm_tokens: u64,
    /// Millionths of a US dollar.
    pub usd_micros: u64,
}

// === impl Amounts ===

impl Amounts {
    /// Returns the amount of a unit.
    #[must_use]
    pub fn of(&self, unit: Unit) -> u64 {
        match unit {
            Unit::Effects => self.effects,
            Unit::Bytes => self.bytes,
            Unit::Wall => self.wall_us,
            Unit::LlmTokens => self.llm_tokens,
            Unit::Usd => self.usd_micros,
        }
    }

    /// Returns both together; what is beyond counting stays there.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        self.with(other, u64::saturating_add)
    }

    /// Returns this without `other`, and never less than nothing.
    #[must_use]
    pub(super) fn minus(&self, other: &Self) -> Self {
        self.with(other, u64::saturating_sub)
    }

    /// Lowers the amount of a unit to `most`.
    pub(super) fn lower(&mut self, unit: Unit, most: u64) {
        let amount = match unit {
            Unit::Effects => &mut self.effects,
            Unit::Bytes => &mut self.bytes,
            Unit::Wall => &mut self.wall_us,
            Unit::LlmTokens => &mut self.llm_tokens,
            Unit::Usd => &mut self.usd_micros,
        };
        *amount = most.min(*amount);
    }

    fn with(&self, other: &Self, each: impl Fn(u64, u64) -> u64) -> Self {
        Self {
            effects: each(self.effects, other.effects),
            bytes: each(self.bytes, other.bytes),
            wall_us: each(self.wall_us, other.wall_us),
            llm_tokens: each(self.llm_tokens, other.llm_tokens),
            usd_micros: each(self.usd_micros, other.usd_micros),
        }
    }
}
