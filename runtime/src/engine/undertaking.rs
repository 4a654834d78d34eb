//! What stands around an effect that costs or changes something: what is made durable before it, what is settled after.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sinew_schema::{EffectClass, EffectError};

use super::amounts::Amounts;
use super::asked::Asked;
use super::bridge::Bridge;
use super::open_effect::{HeldNote, OpenEffect, effect_var, hold_var, turn_key, value};
use super::purse::{Hold, Wish};
use super::shortage::Shortage;
use crate::effects::{Cost, Performed};
use crate::permits::Need;
use crate::store::{Commit, Receipt, ScopeWrite, StoreError};

/// Time that an effect gets at least, or it is not begun.
const WALL_MIN: Duration = Duration::from_millis(1);

/// An effect that may be performed now.
pub(super) struct Undertaking {
    /// When it has to be over.
    pub(super) deadline: Instant,
    /// When it was begun.
    since: Instant,
    cost_max: Cost,
    hold: Option<Hold>,
    /// What is noted of it, where it changes something outside.
    open: Option<OpenEffect>,
}

impl Bridge {
    /// Reserves what the effect can cost at most, and makes its intent durable where it changes something. What cannot be
    /// recorded is not done.
    pub(super) fn undertake(
        &self,
        asked: &Asked,
        need: &Need,
        cost_max: Cost,
    ) -> Result<Undertaking, EffectError> {
        self.afford(cost_max)?;
        let class = asked.class;
        let mut undertaking = Undertaking {
            deadline: self.deadline,
            since: self.now(),
            cost_max,
            hold: None,
            open: None,
        };
        if *need == Need::None {
            return Ok(undertaking);
        }
        let outside = matches!(
            class,
            EffectClass::WriteRemote | EffectClass::WriteRemoteIdempotent
        );
        let begun = if outside {
            let open = self.open_effect(asked);
            undertaking.open = Some(open.clone());
            self.tools.doubts.begin(self.name_of(asked), open, class)
        } else {
            Ok(())
        };
        let reserved = begun.and_then(|()| {
            self.reserve(asked, &mut undertaking).inspect_err(|_| {
                self.tools.doubts.end(&self.name_of(asked));
            })
        });
        match reserved {
            Ok(()) => Ok(undertaking),
            Err(error) => {
                self.lock().meter.settle(cost_max, Cost::default());
                Err(error)
            }
        }
    }

    /// Settles what was reserved for an effect, by what came of it.
    pub(super) fn settle(
        &self,
        asked: &mut Asked,
        undertaking: Undertaking,
        performed: &Result<Performed, EffectError>,
    ) {
        asked.cost = match performed {
            Ok(performed) => performed.cost,
            Err(error) if costs_nothing(error) => Cost::default(),
            // Nobody knows; somebody may have been paid.
            Err(_) => undertaking.cost_max,
        };
        self.lock().meter.settle(undertaking.cost_max, asked.cost);
        if let Some(open) = undertaking.open {
            self.close(asked, open, performed);
        }
        let Some(hold) = undertaking.hold else {
            return;
        };
        let wall = self.now().saturating_duration_since(undertaking.since);
        let response = performed.as_ref().map_or(0, |done| done.response.len());
        let actual = Amounts {
            effects: 1,
            bytes: asked.request_bytes() + response as u64,
            wall_us: u64::try_from(wall.as_micros()).unwrap_or(u64::MAX),
            llm_tokens: asked.cost.llm_tokens,
            usd_micros: asked.cost.usd_micros,
        };
        asked.overdrawn = actual.bytes > hold.granted().bytes;
        let left = hold.settle(&**self.tools.ledger.store(), &actual, |scopes| {
            let delta = BTreeMap::from([(hold_var(asked.ordinal), None)]);
            self.commit_open(
                delta,
                Commit {
                    scopes,
                    ..Commit::default()
                },
            )
        });
        self.lock().budget_left.extend(left);
    }

    /// Takes the most that an effect can cost from the turn's own budget.
    fn afford(&self, cost: Cost) -> Result<(), EffectError> {
        let budgets = &self.loaded.manifest.budgets;
        let taken = self.lock().meter.cost(cost, budgets);
        taken.map_err(|(unit, needed, left)| {
            Shortage {
                period: "turn",
                unit,
                needed,
                left,
                renews: None,
            }
            .into()
        })
    }

    /// One commit of everything that has to be durable first: what is reserved, and the intent.
    fn reserve(&self, asked: &Asked, undertaking: &mut Undertaking) -> Result<(), EffectError> {
        let mut commit = Commit::default();
        if asked.class != EffectClass::Read {
            self.intend(asked, &mut commit);
        }
        let mut delta = BTreeMap::new();
        if let Some(open) = &undertaking.open {
            delta.insert(effect_var(asked.ordinal), Some(value(open)));
        }
        let periods = self.periods();
        if periods.is_empty() {
            if !(delta.is_empty() && commit.entries.is_empty()) {
                self.commit_open(delta, commit)
                    .map_err(|error| unrecorded(&error))?;
            }
        } else {
            let now = self.now();
            let wish = self.wish(
                asked,
                undertaking.cost_max,
                self.deadline.saturating_duration_since(now),
            );
            let accounts = periods.iter().map(|period| period.scope.clone()).collect();
            let purse = self.tools.purses.of(&self.loaded.manifest.name);
            let store = &**self.tools.ledger.store();
            let hold = purse.reserve(store, periods, &wish, |granted, scopes| {
                let note = HeldNote {
                    plugin: self.loaded.manifest.name.clone(),
                    accounts,
                    amounts: *granted,
                };
                delta.insert(hold_var(asked.ordinal), Some(value(&note)));
                self.commit_open(delta, Commit { scopes, ..commit })
            })?;
            let wall = Duration::from_micros(hold.granted().wall_us);
            undertaking.deadline = self.deadline.min(now + wall);
            let mut state = self.lock();
            for (name, left) in hold.before() {
                state.budget_before.entry(name.clone()).or_insert(*left);
                state.budget_left.entry(name.clone()).or_insert(*left);
            }
            drop(state);
            undertaking.hold = Some(hold);
        }
        if asked.class != EffectClass::Read {
            self.lock().wrote = true;
        }
        Ok(())
    }

    fn wish(&self, asked: &Asked, cost: Cost, wall: Duration) -> Wish {
        let strict = Amounts {
            effects: 1,
            bytes: asked.request_bytes(),
            wall_us: u64::try_from(WALL_MIN.as_micros()).unwrap_or(u64::MAX),
            llm_tokens: cost.llm_tokens,
            usd_micros: cost.usd_micros,
        };
        let budgets = &self.loaded.manifest.budgets;
        let response = budgets
            .record_bytes
            .saturating_sub(self.lock().meter.record_bytes);
        Wish {
            least: strict,
            most: Amounts {
                bytes: strict.bytes.saturating_add(response),
                wall_us: u64::try_from(wall.max(WALL_MIN).as_micros()).unwrap_or(u64::MAX),
                ..strict
            },
        }
    }

    /// Commits, with changes to what the turn has open. Those come last, since who made the others reads the revisions of
    /// the first.
    fn commit_open(
        &self,
        delta: BTreeMap<String, Option<Vec<u8>>>,
        mut commit: Commit,
    ) -> Result<Receipt, StoreError> {
        if delta.is_empty() {
            return self.tools.ledger.commit(commit);
        }
        let key = turn_key(&self.facts.turn);
        let revision = {
            let mut state = self.lock();
            state.open.touched = true;
            match state.open.revision {
                Some(revision) => revision,
                None => self.tools.ledger.store().load(&key)?.revision,
            }
        };
        commit.scopes.push(ScopeWrite {
            key,
            base_revision: revision,
            delta,
        });
        let done = self.tools.ledger.commit(commit);
        // After a failure the store knows better.
        self.lock().open.revision = done
            .as_ref()
            .ok()
            .and_then(|receipt| receipt.revisions.last().copied());
        done
    }

    fn now(&self) -> Instant {
        self.tools.clock.instant()
    }
}

/// Whether an error says that nothing was done that could cost money.
fn costs_nothing(error: &EffectError) -> bool {
    [
        EffectError::CODE_INVALID_REQUEST,
        EffectError::CODE_DENIED,
        EffectError::CODE_BUDGET_EXCEEDED,
        EffectError::CODE_NOT_FOUND,
        EffectError::CODE_CONFLICT,
        EffectError::CODE_TOO_LARGE,
        EffectError::CODE_UNAVAILABLE,
        EffectError::CODE_RATE_LIMITED,
    ]
    .contains(&error.code.as_str())
}

pub(super) fn unrecorded(error: &StoreError) -> EffectError {
    EffectError::new(
        EffectError::CODE_UNAVAILABLE,
        format!("it was not done, because it cannot be recorded: {error}"),
    )
}
