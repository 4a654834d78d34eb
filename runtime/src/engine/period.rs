//! The periods whose budgets a turn spends from.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::bridge::Bridge;
use crate::plugin::PeriodBudget;

/// A period, and what may be used in it.
#[derive(Debug, Clone)]
pub(super) struct Period {
    /// `session` or `day`.
    pub(super) name: &'static str,
    /// The scope of its account.
    pub(super) scope: String,
    pub(super) limits: PeriodBudget,
    /// When it is over, as records write it; none where nobody knows.
    pub(super) renews: Option<String>,
}

impl Bridge {
    /// The periods in which this plugin is limited.
    pub(super) fn periods(&self) -> Vec<Period> {
        let manifest = &self.loaded.manifest;
        let mut periods = Vec::new();
        if !manifest.session_budget.is_empty() {
            // A call without a session is a session of its own, however often it asks its client.
            let session = self.facts.session.as_deref();
            let session = session.unwrap_or_else(|| self.facts.first_turn());
            periods.push(Period {
                name: "session",
                scope: session_scope(session),
                limits: manifest.session_budget.clone(),
                renews: None,
            });
        }
        if !manifest.day_budget.is_empty() {
            periods.push(day(self.tools.clock.unix_micros(), &manifest.day_budget));
        }
        periods
    }
}

/// The scope of a session's account, which goes with the session's others.
pub(super) fn session_scope(session: &str) -> String {
    format!("session:{session}")
}

/// The day, in UTC, of a time in microseconds.
pub(super) fn day(unix_micros: i64, limits: &PeriodBudget) -> Period {
    let today = Timestamp::from_microsecond(unix_micros)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned(TimeZone::UTC)
        .date();
    let renews = today
        .checked_add(1.day())
        .and_then(|tomorrow| tomorrow.to_zoned(TimeZone::UTC))
        .map(|tomorrow| tomorrow.timestamp().to_string());
    Period {
        name: "day",
        scope: format!("day:{today}"),
        limits: limits.clone(),
        renews: renews.ok(),
    }
}
