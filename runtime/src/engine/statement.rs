//! What an operator may read of budgets and of effects in doubt, from the store itself: beside a running host or without.

use std::collections::BTreeMap;

use super::amounts::Amounts;
use super::open_effect::{self, EffectName, OpenEffect, OpenState};
use super::period;
use super::purse::{account_key, used};
use crate::plugin::PeriodBudget;
use crate::store::{Scopes, StoreError};

/// Accounts that are listed at a time.
const PAGE: usize = 256;

/// What one period has used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The session; none for the day.
    pub session: Option<String>,
    /// Used, reservations not included.
    pub used: Amounts,
    /// Reserved for effects that run. After a crash it counts as used, with the next start at the latest.
    pub reserved: Amounts,
}

/// Tells what the day of `unix_micros` has used, when it is over, and how it is called.
///
/// # Errors
/// As for reads of a store.
pub fn day(
    store: &dyn Scopes,
    plugin: &str,
    unix_micros: i64,
) -> Result<(Statement, String, Option<String>), StoreError> {
    let period = period::day(unix_micros, &PeriodBudget::default());
    let statement = statement(store, plugin, &period.scope, &reserved(store)?)?;
    let name = period.scope.trim_start_matches("day:").to_owned();
    Ok((statement, name, period.renews))
}

/// Tells what sessions have used: this one, or all of which an account is kept.
///
/// # Errors
/// As for reads of a store.
pub fn sessions(
    store: &dyn Scopes,
    plugin: &str,
    session: Option<&str>,
) -> Result<Vec<Statement>, StoreError> {
    let reserved = reserved(store)?;
    let prefix = period::session_scope("");
    let named = |scope: &str| -> Result<Statement, StoreError> {
        let mut statement = statement(store, plugin, scope, &reserved)?;
        statement.session = scope.strip_prefix(&prefix).map(str::to_owned);
        Ok(statement)
    };
    if let Some(session) = session {
        return Ok(vec![named(&period::session_scope(session))?]);
    }
    let plugin_key = account_key(plugin, "").plugin;
    let (mut found, mut after) = (Vec::new(), prefix.clone());
    loop {
        let page = store.scopes(&plugin_key, &after, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        after.clone_from(last);
        for scope in page {
            if !scope.starts_with(&prefix) {
                return Ok(found);
            }
            found.push(named(&scope)?);
        }
    }
}

/// Lists the effects of which nobody knows whether they were done, oldest first. While a host serves the store, what its
/// turns are doing just now is none of them; without one, it is.
///
/// # Errors
/// As for reads of a store.
pub fn in_doubt(
    store: &dyn Scopes,
    serving: bool,
) -> Result<Vec<(EffectName, OpenEffect)>, StoreError> {
    let mut found = Vec::new();
    for turn in open_effect::open_turns(store)? {
        for (ordinal, effect) in turn.effects {
            if effect.state == OpenState::InDoubt || !serving {
                let turn = turn.turn.clone();
                found.push((EffectName { turn, ordinal }, effect));
            }
        }
    }
    found.sort_by(|(_, one), (_, other)| one.at.cmp(&other.at));
    Ok(found)
}

/// What is reserved, by plugin and account.
fn reserved(store: &dyn Scopes) -> Result<BTreeMap<(String, String), Amounts>, StoreError> {
    let mut reserved = BTreeMap::<_, Amounts>::new();
    for turn in open_effect::open_turns(store)? {
        for held in turn.held.into_values() {
            for account in held.accounts {
                let sum = reserved.entry((held.plugin.clone(), account)).or_default();
                *sum = sum.plus(&held.amounts);
            }
        }
    }
    Ok(reserved)
}

fn statement(
    store: &dyn Scopes,
    plugin: &str,
    scope: &str,
    reserved: &BTreeMap<(String, String), Amounts>,
) -> Result<Statement, StoreError> {
    let (used, _) = used(store, &account_key(plugin, scope))?;
    let account = (plugin.to_owned(), scope.to_owned());
    let reserved = reserved.get(&account).copied().unwrap_or_default();
    Ok(Statement {
        session: None,
        used: used.minus(&reserved),
        reserved,
    })
}
