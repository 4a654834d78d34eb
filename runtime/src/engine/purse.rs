//! What sessions and days have left: reserved before an effect, settled after it.
//!
//! A purse is one plugin's. What its accounts have used, reservations included, is a scope each, written before anything
//! is spent: after a crash whatever was reserved has been spent, since somebody may have been paid. While something is
//! reserved the account in memory decides, under a lock that is held until the store has answered, so that turns on many
//! threads never spend together what each of them alone may; an account that nobody uses is forgotten, and read again.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::amounts::Amounts;
use super::period::Period;
use crate::plugin::Unit;
use crate::store::{Receipt, ScopeKey, ScopeWrite, Scopes, StoreError};

/// The Var of an account.
const USED: &str = "used";

/// The purses of all plugins, whatever build of them runs.
#[derive(Debug, Default)]
pub(super) struct Purses {
    by_plugin: Mutex<HashMap<String, Arc<Purse>>>,
}

/// One plugin's accounts.
#[derive(Debug)]
pub(super) struct Purse {
    plugin: String,
    accounts: Mutex<BTreeMap<String, Account>>,
}

/// What one session, or one day, has used.
#[derive(Debug, Default)]
struct Account {
    used: Amounts,
    revision: u64,
    /// Reservations that are not settled.
    holds: u32,
    /// The store may hold something else, under another revision: what is here counts.
    stale: bool,
}

/// What an effect wants: not less than the one, and not more than the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    pub(super) least: Amounts,
    pub(super) most: Amounts,
}

/// A reservation. One that is dropped has been spent in full.
#[derive(Debug)]
pub(super) struct Hold {
    purse: Arc<Purse>,
    periods: Vec<Period>,
    granted: Amounts,
    /// What was left before it, by budget.
    before: Vec<(String, u64)>,
    settled: bool,
}

/// Why nothing was reserved.
#[derive(Debug)]
pub(super) enum Refusal {
    /// A budget would not last.
    Short {
        /// Whose.
        period: Period,
        unit: Unit,
        needed: u64,
        left: u64,
    },
    /// It could not be made durable.
    Store(StoreError),
}

/// Names the account of a plugin in a period.
pub(super) fn account_key(plugin: &str, scope: &str) -> ScopeKey {
    ScopeKey {
        // No plugin's name has a colon.
        plugin: format!("budget:{plugin}"),
        scope: scope.to_owned(),
    }
}

/// Reads what an account has used, reservations included.
pub(super) fn used(store: &dyn Scopes, key: &ScopeKey) -> Result<(Amounts, u64), StoreError> {
    let state = store.load(key)?;
    let used = match state.vars.get(USED) {
        None => Amounts::default(),
        Some(value) => serde_json::from_slice(value).map_err(|error| {
            StoreError::Corrupt(format!("the account of `{}`: {error}", key.scope))
        })?,
    };
    Ok((used, state.revision))
}

// === impl Purses ===

impl Purses {
    /// The purse of a plugin.
    pub(super) fn of(&self, plugin: &str) -> Arc<Purse> {
        let mut purses = self
            .by_plugin
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let purse = purses.entry(plugin.to_owned()).or_insert_with(|| {
            Arc::new(Purse {
                plugin: plugin.to_owned(),
                accounts: Mutex::default(),
            })
        });
        Arc::clone(purse)
    }
}

// === impl Purse ===

impl Purse {
    /// Reserves in every period, or in none. `commit` makes the writes that it is given durable, before anything else of
    /// its commit's scopes, together with whatever has to be durable before the effect is performed.
    ///
    /// # Errors
    /// A budget would not last, or the commit failed: then nothing is reserved, though the store may hold it.
    pub(super) fn reserve(
        self: &Arc<Self>,
        store: &dyn Scopes,
        periods: Vec<Period>,
        wish: &Wish,
        commit: impl FnOnce(&Amounts, Vec<ScopeWrite>) -> Result<Receipt, StoreError>,
    ) -> Result<Hold, Refusal> {
        let mut accounts = self.accounts();
        let granted = self.grant(&mut accounts, store, &periods, wish);
        let reserved = granted.and_then(|granted| {
            let before = accounts.left(&periods);
            let after = |account: &Account| account.used.plus(&granted);
            let writes = self.writes(&accounts, &periods, after);
            match commit(&granted, writes) {
                Ok(receipt) => {
                    accounts.written(&periods, &receipt);
                    for account in accounts.of(&periods) {
                        account.used = account.used.plus(&granted);
                        account.holds += 1;
                    }
                    Ok(Hold {
                        purse: Arc::clone(self),
                        periods,
                        granted,
                        before,
                        settled: false,
                    })
                }
                Err(error) => {
                    for account in accounts.of(&periods) {
                        account.stale |= match error {
                            // It may be there all the same; the next write says what is true.
                            StoreError::Unknown(_) => true,
                            StoreError::Conflict { .. } => account.holds > 0,
                            _ => false,
                        };
                    }
                    Err(Refusal::Store(error))
                }
            }
        });
        accounts.forget_idle();
        reserved
    }

    /// As much of the wish as every period has left.
    fn grant(
        &self,
        accounts: &mut BTreeMap<String, Account>,
        store: &dyn Scopes,
        periods: &[Period],
        wish: &Wish,
    ) -> Result<Amounts, Refusal> {
        let mut granted = wish.most;
        for period in periods {
            let account = self
                .account(accounts, store, &period.scope)
                .map_err(Refusal::Store)?;
            for (unit, limit) in period.limits.limits() {
                let left = limit.saturating_sub(account.used.of(unit));
                let needed = wish.least.of(unit);
                if left < needed {
                    return Err(Refusal::Short {
                        period: period.clone(),
                        unit,
                        needed,
                        left,
                    });
                }
                granted.lower(unit, left);
            }
        }
        Ok(granted)
    }

    fn account<'a>(
        &self,
        accounts: &'a mut BTreeMap<String, Account>,
        store: &dyn Scopes,
        scope: &str,
    ) -> Result<&'a mut Account, StoreError> {
        let account = accounts.entry(scope.to_owned()).or_default();
        if account.holds == 0 || account.stale {
            let (used, revision) = used(store, &account_key(&self.plugin, scope))?;
            account.revision = revision;
            if !account.stale {
                account.used = used;
            }
        }
        Ok(account)
    }

    fn writes(
        &self,
        accounts: &BTreeMap<String, Account>,
        periods: &[Period],
        used: impl Fn(&Account) -> Amounts,
    ) -> Vec<ScopeWrite> {
        let write = |period: &Period| {
            let account = accounts.get(&period.scope)?;
            // Numbers by name: nothing that JSON cannot say.
            let value = serde_json::to_vec(&used(account)).unwrap_or_default();
            Some(ScopeWrite {
                key: account_key(&self.plugin, &period.scope),
                base_revision: account.revision,
                delta: BTreeMap::from([(USED.to_owned(), Some(value))]),
            })
        };
        periods.iter().filter_map(write).collect()
    }

    fn accounts(&self) -> Accounts<'_> {
        Accounts(self.accounts.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

// === impl Hold ===

impl Hold {
    /// What was reserved.
    pub(super) fn granted(&self) -> &Amounts {
        &self.granted
    }

    /// What was left of each budget before it.
    pub(super) fn before(&self) -> &[(String, u64)] {
        &self.before
    }

    /// Puts what was really used in the place of what was reserved, and returns what is left of each budget then. A
    /// `commit` that fails changes nothing of that: the account is written again with the next reservation.
    pub(super) fn settle(
        mut self,
        store: &dyn Scopes,
        actual: &Amounts,
        commit: impl FnOnce(Vec<ScopeWrite>) -> Result<Receipt, StoreError>,
    ) -> Vec<(String, u64)> {
        self.settled = true;
        let purse = Arc::clone(&self.purse);
        let mut accounts = purse.accounts();
        for account in accounts.of(&self.periods) {
            account.used = account.used.minus(&self.granted).plus(actual);
        }
        let readable = self
            .periods
            .iter()
            .try_for_each(|period| purse.account(&mut accounts, store, &period.scope).map(drop));
        let writes = purse.writes(&accounts, &self.periods, |account| account.used);
        match readable.and_then(|()| commit(writes)) {
            Ok(receipt) => accounts.written(&self.periods, &receipt),
            Err(error) => {
                tracing::warn!(plugin = purse.plugin, %error, "what an effect cost could not be settled yet");
                for account in accounts.of(&self.periods) {
                    account.stale = true;
                }
            }
        }
        for account in accounts.of(&self.periods) {
            account.holds -= 1;
        }
        let left = accounts.left(&self.periods);
        accounts.forget_idle();
        left
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if !self.settled {
            let mut accounts = self.purse.accounts();
            for account in accounts.of(&self.periods) {
                account.holds -= 1;
            }
            accounts.forget_idle();
        }
    }
}

/// The accounts of a purse, while nobody else may touch them.
struct Accounts<'a>(MutexGuard<'a, BTreeMap<String, Account>>);

// === impl Accounts ===

impl std::ops::Deref for Accounts<'_> {
    type Target = BTreeMap<String, Account>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl std::ops::DerefMut for Accounts<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl Accounts<'_> {
    /// The accounts of these periods.
    fn of<'a>(&'a mut self, periods: &'a [Period]) -> impl Iterator<Item = &'a mut Account> {
        let wanted = |scope: &str| periods.iter().any(|period| period.scope == scope);
        self.0
            .iter_mut()
            .filter_map(move |(scope, account)| wanted(scope).then_some(account))
    }

    /// Takes over the revisions of the first writes of a commit, which were these periods'.
    fn written(&mut self, periods: &[Period], receipt: &Receipt) {
        for (period, revision) in periods.iter().zip(&receipt.revisions) {
            if let Some(account) = self.0.get_mut(&period.scope) {
                account.revision = *revision;
                account.stale = false;
            }
        }
    }

    /// What each limit of these periods has left, by the name that records use.
    fn left(&self, periods: &[Period]) -> Vec<(String, u64)> {
        let mut left = Vec::new();
        for period in periods {
            let used = self.0.get(&period.scope).map(|account| account.used);
            for (unit, limit) in period.limits.limits() {
                let used = used.unwrap_or_default().of(unit);
                let name = format!("{}.{}", period.name, unit.record_key());
                left.push((name, limit.saturating_sub(used)));
            }
        }
        left
    }

    /// Forgets what the store knows as well.
    fn forget_idle(&mut self) {
        self.0
            .retain(|_, account| account.holds > 0 || account.stale);
    }
}

#[cfg(test)]
#[path = "purse_tests.rs"]
mod tests;
