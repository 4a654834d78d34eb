//! What an effect costs beside time: what budgets count.

use std::ops::AddAssign;

/// Amounts that budgets count. The sum of two is both of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Tokens that a model read and wrote.
    pub llm_tokens: u64,
    /// Money, in millionths of a US dollar.
    pub usd_micros: u64,
}

/// A response, and what it cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Performed {
    /// The response, as JSON.
    pub response: Vec<u8>,
    /// What it cost in the end.
    pub cost: Cost,
}

// === impl Cost ===

impl Cost {
    /// Whether it is free.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        self.llm_tokens = self.llm_tokens.saturating_add(other.llm_tokens);
        self.usd_micros = self.usd_micros.saturating_add(other.usd_micros);
    }
}
