//! What one turn may use: `[budgets.turn]` with what is absent filled in.

use std::time::Duration;

use bytesize::ByteSize;
use jiff::SignedDuration;
use sinew_schema::TurnBudget;

use super::fuel;
use super::manifest::ManifestError;

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
        }
    }
}

impl Budgets {
    pub(super) fn with(written: TurnBudget) -> Result<Self, ManifestError> {
        let usual = Self::default();
        Ok(Self {
            fuel: written.fuel.unwrap_or(usual.fuel),
            memory_bytes: bytes(written.memory, usual.memory_bytes, "memory")?,
            wall: match written.wall {
                None => usual.wall,
                Some(text) => text
                    .parse::<SignedDuration>()
                    .ok()
                    .and_then(|wall| Duration::try_from(wall).ok())
                    .ok_or_else(|| {
                        ManifestError::Contradiction(format!(
                            "`budgets.turn.wall`: `{text}` is no duration"
                        ))
                    })?,
            },
            effects: written.effects.unwrap_or(usual.effects),
            log_bytes: bytes(written.log_bytes, usual.log_bytes, "log_bytes")?,
            vars_bytes: bytes(written.vars_bytes, usual.vars_bytes, "vars_bytes")?,
            output_bytes: bytes(written.output_bytes, usual.output_bytes, "output_bytes")?,
            record_bytes: bytes(written.record_bytes, usual.record_bytes, "record_bytes")?,
        })
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
}

fn bytes(written: Option<String>, usual: u64, key: &str) -> Result<u64, ManifestError> {
    let Some(text) = written else {
        return Ok(usual);
    };
    text.parse::<ByteSize>()
        .map(|size| size.as_u64())
        .map_err(|error| ManifestError::Contradiction(format!("`budgets.turn.{key}`: {error}")))
}
