//! Budgets that would not last, in the words of the contract.

use serde_json::Map;
use sinew_schema::{BudgetShortage, EffectError};

use super::purse::Refusal;
use super::undertaking::unrecorded;
use crate::plugin::Unit;

/// What a budget calls itself, where and in what.
pub(super) struct Shortage<'a> {
    pub(super) period: &'a str,
    pub(super) unit: Unit,
    pub(super) needed: u64,
    pub(super) left: u64,
    pub(super) renews: Option<String>,
}

// === impl EffectError ===

impl From<Refusal> for EffectError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Store(error) => unrecorded(&error),
            Refusal::Short {
                period,
                unit,
                needed,
                left,
            } => Shortage {
                period: period.name,
                unit,
                needed,
                left,
                renews: period.renews,
            }
            .into(),
        }
    }
}

impl From<Shortage<'_>> for EffectError {
    fn from(shortage: Shortage<'_>) -> Self {
        let Shortage {
            period,
            unit,
            needed,
            left,
            renews,
        } = shortage;
        let name = format!("budgets.{period}.{}", unit.key());
        let until = match &renews {
            Some(renews) => format!(" until {renews}"),
            None => format!(" for this {period}"),
        };
        let message = format!(
            "it can take {}, and of `{name}` {} are left{until}",
            unit.said(needed),
            unit.said(left)
        );
        let mut error = Self::new(Self::CODE_BUDGET_EXCEEDED, message);
        error.budget = Some(BudgetShortage {
            name,
            needed,
            left,
            renews,
            extra: Map::new(),
        });
        error
    }
}
