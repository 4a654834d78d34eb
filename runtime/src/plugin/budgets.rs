//! What one turn may use: `[budgets.turn]` with what is absent filled in.

use std::time::Duration;

use bytesize::ByteSize;
use jiff::SignedDuration;
use serde_json::Value;
use sinew_schema::{Budgets as Written, TurnBudget};

use super::fuel;
use super::manifest::{ManifestError, validate_budgets};
use super::period_budget::{PeriodBudget, Unit, usd_micros};

/// What one turn may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budgets {
    /// Units of wasm fuel.
    pub fuel: u64,
    /// Guest memory in bytes.
    pub memory_bytes: u64,
    /// From the call to the answer.
    pub wall: Duration,
    /// Effects, refused ones included.
    pub effects: u32,
    /// Bytes of log lines and telemetry events.
    pub log_bytes: u64,
    /// Bytes of Vars written, keys and values.
    pub vars_bytes: u64,
    /// Bytes of the output.
    pub output_bytes: u64,
    /// Bytes of requests and responses that go into the ledger.
    pub record_bytes: u64,
    /// Tokens that models read and write.
    pub llm_tokens: u64,
    /// What effects cost, in millionths of a US dollar.
    pub usd_micros: u64,
}

/// What the operator allows a plugin at most, whatever its manifest says.
#[derive(Debug, Clone)]
pub struct BudgetCaps {
    turn: Budgets,
    session: PeriodBudget,
    day: PeriodBudget,
}

// === impl Budgets ===

impl Default for Budgets {
    fn default() -> Self {
        Self {
            fuel: 200_000_000,
            memory_bytes: 64 << 20,
            wall: Duration::from_secs(5),
            effects: 64,
            log_bytes: 64 << 10,
            vars_bytes: 1 << 20,
            output_bytes: 1 << 20,
            record_bytes: 8 << 20,
            // A plugin that needs more says so, and then its operator can read it.
            llm_tokens: 32_768,
            usd_micros: 250_000,
        }
    }
}

impl Budgets {
    /// As much as there can be.
    const UNLIMITED: Self = Self {
        fuel: u64::MAX,
        memory_bytes: u64::MAX,
        wall: Duration::MAX,
        effects: u32::MAX,
        log_bytes: u64::MAX,
        vars_bytes: u64::MAX,
        output_bytes: u64::MAX,
        record_bytes: u64::MAX,
        llm_tokens: u64::MAX,
        usd_micros: u64::MAX,
    };

    /// Fills in what is not written.
    pub(super) fn with(written: TurnBudget, usual: &Self) -> Result<Self, ManifestError> {
        const KEY: &str = "budgets.turn";
        let size = |written: Option<String>, usual, key| {
            written.map_or(Ok(usual), |text| bytes(&text, KEY, key))
        };
        let usd = written.usd.map(|usd| usd_micros(&usd, KEY));
        Ok(Self {
            fuel: written.fuel.unwrap_or(usual.fuel),
            memory_bytes: size(written.memory, usual.memory_bytes, "memory")?,
            wall: match written.wall {
                None => usual.wall,
                Some(text) => duration(&text, KEY, "wall")?,
            },
            effects: written.effects.unwrap_or(usual.effects),
            log_bytes: size(written.log_bytes, usual.log_bytes, "log_bytes")?,
            vars_bytes: size(written.vars_bytes, usual.vars_bytes, "vars_bytes")?,
            output_bytes: size(written.output_bytes, usual.output_bytes, "output_bytes")?,
            record_bytes: size(written.record_bytes, usual.record_bytes, "record_bytes")?,
            llm_tokens: written.llm_tokens.unwrap_or(usual.llm_tokens),
            usd_micros: usd.transpose()?.unwrap_or(usual.usd_micros),
        })
    }

    /// The smaller of both, budget by budget.
    pub(super) fn lowered(&self, cap: &Self) -> Self {
        Self {
            fuel: self.fuel.min(cap.fuel),
            memory_bytes: self.memory_bytes.min(cap.memory_bytes),
            wall: self.wall.min(cap.wall),
            effects: self.effects.min(cap.effects),
            log_bytes: self.log_bytes.min(cap.log_bytes),
            vars_bytes: self.vars_bytes.min(cap.vars_bytes),
            output_bytes: self.output_bytes.min(cap.output_bytes),
            record_bytes: self.record_bytes.min(cap.record_bytes),
            llm_tokens: self.llm_tokens.min(cap.llm_tokens),
            usd_micros: self.usd_micros.min(cap.usd_micros),
        }
    }

    /// Refuses fuel that could outlast the wall time: fuel has to end a guest that host calls do not.
    pub(super) fn check(&self) -> Result<(), ManifestError> {
        let needed = Duration::from_nanos(self.fuel.saturating_mul(fuel::NANOSECONDS_MAX));
        if needed > self.wall {
            return Err(ManifestError::Contradiction(format!(
                "`budgets.turn`: {} fuel can take {} ms, longer than the wall time of {} ms; lower `fuel` to {} or raise `wall`",
                self.fuel,
                needed.as_millis(),
                self.wall.as_millis(),
                self.wall.as_nanos() / u128::from(fuel::NANOSECONDS_MAX),
            )));
        }
        Ok(())
    }

    /// What of it costs something outside, and is more than `other` allows, as reasons for people.
    pub(super) fn wider_than(&self, other: &Self) -> Vec<String> {
        let spent = [
            (Unit::LlmTokens, other.llm_tokens, self.llm_tokens),
            (Unit::Usd, other.usd_micros, self.usd_micros),
        ];
        let wider = spent.into_iter().filter(|(_, before, now)| now > before);
        wider
            .map(|(unit, before, now)| {
                format!(
                    "`budgets.turn.{}` from {} to {}",
                    unit.key(),
                    unit.said(before),
                    unit.said(now)
                )
            })
            .collect()
    }
}

// === impl BudgetCaps ===

impl Default for BudgetCaps {
    fn default() -> Self {
        Self {
            turn: Budgets::UNLIMITED,
            session: PeriodBudget::default(),
            day: PeriodBudget::default(),
        }
    }
}

impl BudgetCaps {
    /// Reads them from where an operator writes them, in the words of a manifest's `budgets`.
    ///
    /// # Errors
    /// An unknown key, a value outside its bounds.
    pub fn parse(written: Value) -> Result<Self, ManifestError> {
        validate_budgets(&written)?;
        let written: Written =
            serde_json::from_value(written).map_err(|error| ManifestError::Schema {
                pointer: String::new(),
                message: error.to_string(),
            })?;
        Ok(Self {
            turn: Budgets::with(written.turn.unwrap_or_default(), &Budgets::UNLIMITED)?,
            session: PeriodBudget::parse(written.session, "budgets.session")?,
            day: PeriodBudget::parse(written.day, "budgets.day")?,
        })
    }

    pub(super) fn turn(&self) -> &Budgets {
        &self.turn
    }

    pub(super) fn session(&self) -> &PeriodBudget {
        &self.session
    }

    pub(super) fn day(&self) -> &PeriodBudget {
        &self.day
    }
}

pub(super) fn bytes(text: &str, place: &str, key: &str) -> Result<u64, ManifestError> {
    text.parse::<ByteSize>()
        .map(|size| size.as_u64())
        .map_err(|error| ManifestError::Contradiction(format!("`{place}.{key}`: {error}")))
}

pub(super) fn duration(text: &str, place: &str, key: &str) -> Result<Duration, ManifestError> {
    text.parse::<SignedDuration>()
        .ok()
        .and_then(|wall| Duration::try_from(wall).ok())
        .ok_or_else(|| {
            ManifestError::Contradiction(format!("`{place}.{key}`: `{text}` is no duration"))
        })
}
