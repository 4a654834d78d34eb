//! What all turns of a session, or of a day, may use together: `[budgets.session]` and `[budgets.day]`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Number;
use sinew_schema::PeriodBudget as Written;

use super::budgets::{bytes, duration};
use super::manifest::ManifestError;

/// Millionths of a US dollar in one.
const USD_MICROS: u64 = 1_000_000;

/// What a period's budget counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Effects that were performed.
    Effects,
    /// Bytes of their requests and responses.
    Bytes,
    /// Microseconds that they took.
    Wall,
    /// Tokens that models read and wrote.
    LlmTokens,
    /// Millionths of a US dollar.
    Usd,
}

/// Limits by what they limit; what is absent has none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PeriodBudget {
    limits: BTreeMap<Unit, u64>,
}

// === impl Unit ===

impl Unit {
    /// Every unit, in the order of its values.
    pub const ALL: [Self; 5] = [
        Self::Effects,
        Self::Bytes,
        Self::Wall,
        Self::LlmTokens,
        Self::Usd,
    ];

    /// The key of a budget in the manifest.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Effects => "effects",
            Self::Bytes => "bytes",
            Self::Wall => "wall",
            Self::LlmTokens => "llm_tokens",
            Self::Usd => "usd",
        }
    }

    /// The name of an amount in a record, with the unit that it is counted in.
    #[must_use]
    pub fn record_key(self) -> &'static str {
        match self {
            Self::Wall => "wall_us",
            Self::Usd => "usd_micros",
            Self::Effects | Self::Bytes | Self::LlmTokens => self.key(),
        }
    }

    /// An amount as people read it.
    #[must_use]
    pub fn said(self, amount: u64) -> String {
        match self {
            Self::Effects => format!("{amount} effects"),
            Self::Bytes => format!("{amount} bytes"),
            Self::Wall => format!("{} ms", amount / 1000),
            Self::LlmTokens => format!("{amount} tokens"),
            Self::Usd => {
                let (whole, rest) = (amount / USD_MICROS, amount % USD_MICROS);
                let digits = format!("{rest:06}");
                let shown = digits.trim_end_matches('0').len().max(2);
                format!("${whole}.{}", &digits[..shown])
            }
        }
    }
}

// === impl PeriodBudget ===

impl PeriodBudget {
    /// Reads one as it is written; `key` is where, for errors.
    ///
    /// # Errors
    /// An amount that is none.
    pub(super) fn parse(written: Option<Written>, key: &str) -> Result<Self, ManifestError> {
        let Some(written) = written else {
            return Ok(Self::default());
        };
        let mut limits = BTreeMap::new();
        let mut limit = |unit, amount: Option<u64>| {
            if let Some(amount) = amount {
                limits.insert(unit, amount);
            }
        };
        limit(Unit::Effects, written.effects);
        limit(Unit::LlmTokens, written.llm_tokens);
        limit(
            Unit::Bytes,
            written
                .bytes
                .map(|text| bytes(&text, key, "bytes"))
                .transpose()?,
        );
        let wall = written.wall.map(|text| duration(&text, key, "wall"));
        limit(Unit::Wall, wall.transpose()?.map(micros));
        limit(
            Unit::Usd,
            written.usd.map(|usd| usd_micros(&usd, key)).transpose()?,
        );
        Ok(Self { limits })
    }

    /// The limit of a unit, where there is one.
    #[must_use]
    pub fn limit(&self, unit: Unit) -> Option<u64> {
        self.limits.get(&unit).copied()
    }

    /// Every limit there is.
    pub fn limits(&self) -> impl Iterator<Item = (Unit, u64)> + '_ {
        self.limits.iter().map(|(unit, limit)| (*unit, *limit))
    }

    /// Whether nothing is limited.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.limits.is_empty()
    }

    /// The smaller of both, limit by limit.
    #[must_use]
    pub fn lowered(mut self, cap: &Self) -> Self {
        for (unit, most) in cap.limits() {
            self.limits
                .entry(unit)
                .and_modify(|limit| *limit = most.min(*limit))
                .or_insert(most);
        }
        self
    }

    /// The units of which this allows more than `other`, as reasons for people; `key` is where both are written.
    pub(super) fn wider_than(&self, other: &Self, key: &str) -> Vec<String> {
        let wider = other.limits().filter_map(|(unit, before)| {
            let now = self.limit(unit);
            let said = match now {
                Some(now) if now <= before => return None,
                Some(now) => unit.said(now),
                None => "no limit".to_owned(),
            };
            Some(format!(
                "`{key}.{}` from {} to {said}",
                unit.key(),
                unit.said(before)
            ))
        });
        wider.collect()
    }
}

/// A duration in microseconds.
pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// An amount of money in millionths, digit by digit: a float's own arithmetic rounds.
pub(super) fn usd_micros(usd: &Number, key: &str) -> Result<u64, ManifestError> {
    // A number of JSON may have an exponent, and a float of Rust is written without.
    let text = usd.as_f64().unwrap_or(f64::NAN).to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let parsed = || {
        let whole = whole.parse::<u64>().ok()?;
        let fraction = format!("{fraction:0<6}");
        let fraction = Some(&fraction).filter(|digits| digits.len() == 6)?;
        whole
            .checked_mul(USD_MICROS)?
            .checked_add(fraction.parse().ok()?)
    };
    parsed().ok_or_else(|| {
        ManifestError::Contradiction(format!(
            "`{key}.usd`: `{text}` is no amount of dollars with at most six digits after the point"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_become_millionths_without_rounding() {
        let cases = [
            (0.0, Some(0)),
            (0.5, Some(500_000)),
            (0.1, Some(100_000)),
            (5.0, Some(5_000_000)),
            (0.000_001, Some(1)),
            (1_000_000_000.0, Some(1_000_000_000_000_000)),
            (0.000_000_1, None),
            (-1.0, None),
            (1e300, None),
        ];
        for (usd, micros) in cases {
            let usd = Number::from_f64(usd).unwrap();
            assert_eq!(usd_micros(&usd, "budgets.day").ok(), micros, "{usd}");
        }
    }

    #[test]
    fn money_reads_as_money() {
        for (micros, said) in [
            (0, "$0.00"),
            (500_000, "$0.50"),
            (20_000, "$0.02"),
            (1, "$0.000001"),
            (12_345_678, "$12.345678"),
        ] {
            assert_eq!(Unit::Usd.said(micros), said);
        }
    }

    #[test]
    fn the_smaller_limit_counts_and_an_absent_one_is_none() {
        let budget = |limits: &[(Unit, u64)]| PeriodBudget {
            limits: limits.iter().copied().collect(),
        };
        let plugin = budget(&[(Unit::Effects, 5), (Unit::Usd, 10)]);
        let operator = budget(&[(Unit::Usd, 3), (Unit::Wall, 7)]);
        let both = budget(&[(Unit::Effects, 5), (Unit::Usd, 3), (Unit::Wall, 7)]);
        assert_eq!(plugin.clone().lowered(&operator), both);
        assert_eq!(operator.clone().lowered(&plugin), both);
        assert_eq!(both.wider_than(&plugin, "budgets.day"), [""; 0]);
        assert_eq!(
            plugin.wider_than(&both, "budgets.day"),
            [
                "`budgets.day.wall` from 0 ms to no limit",
                "`budgets.day.usd` from $0.000003 to $0.00001"
            ]
        );
    }
}
