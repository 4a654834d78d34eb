//! What a turn has used of its budget, and what it may still use.

use crate::effects::Cost;
use crate::plugin::{Abort, AbortReason, Budgets, Unit};

/// Refused effects that a turn may still ask for once its budget of effects is spent, before it is ended.
const REFUSALS_MAX: u32 = 64;

/// What writing a Var costs beside its bytes: it becomes a row of its own, and a part of the record.
const VAR_BYTES_MIN: usize = 64;

/// Counts one turn's use of the host.
#[derive(Debug, Default)]
pub(super) struct Meter {
    pub(super) host_calls: u32,
    pub(super) effects: u32,
    pub(super) log_bytes: u64,
    pub(super) vars_bytes: u64,
    pub(super) record_bytes: u64,
    /// What effects cost, or can cost while they run.
    pub(super) cost: Cost,
    /// What effects of earlier runs of the same call did cost.
    pub(super) earlier: Cost,
}

/// What came of asking for a part of a budget.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Granted {
    /// It is taken.
    Yes,
    /// The budget does not hold that much any more; nothing was taken.
    No,
}

impl Meter {
    /// Counts a host call of any kind.
    ///
    /// # Errors
    /// The turn made more of them than any turn may.
    pub(super) fn host_call(&mut self, limit: u32) -> Result<(), Abort> {
        self.host_calls += 1;
        if self.host_calls > limit {
            return Err(Abort::new(
                AbortReason::Effects,
                format!("the guest called the host more than {limit} times"),
            ));
        }
        Ok(())
    }

    /// Counts an effect, refused ones included.
    ///
    /// # Errors
    /// The turn goes on asking long after its budget was spent.
    pub(super) fn effect(&mut self, budgets: &Budgets) -> Result<Granted, Abort> {
        self.effects += 1;
        if self.effects <= budgets.effects {
            return Ok(Granted::Yes);
        }
        if self.effects > budgets.effects.saturating_add(REFUSALS_MAX) {
            return Err(Abort::new(
                AbortReason::Effects,
                format!(
                    "the guest went on asking for effects after its {} were spent",
                    budgets.effects
                ),
            ));
        }
        Ok(Granted::No)
    }

    pub(super) fn log(&mut self, bytes: usize, budgets: &Budgets) -> Granted {
        take(&mut self.log_bytes, bytes, budgets.log_bytes)
    }

    pub(super) fn record(&mut self, bytes: usize, budgets: &Budgets) -> Granted {
        take(&mut self.record_bytes, bytes, budgets.record_bytes)
    }

    /// Takes the most that an effect can cost.
    ///
    /// # Errors
    /// What does not last, how much of it is needed, and how much is left.
    pub(super) fn cost(&mut self, most: Cost, budgets: &Budgets) -> Result<(), (Unit, u64, u64)> {
        let units = [
            (
                Unit::LlmTokens,
                most.llm_tokens,
                budgets.llm_tokens,
                self.cost.llm_tokens + self.earlier.llm_tokens,
            ),
            (
                Unit::Usd,
                most.usd_micros,
                budgets.usd_micros,
                self.cost.usd_micros + self.earlier.usd_micros,
            ),
        ];
        for (unit, needed, limit, used) in units {
            let left = limit.saturating_sub(used);
            if needed > left {
                return Err((unit, needed, left));
            }
        }
        self.cost += most;
        Ok(())
    }

    /// Puts what an effect did cost in the place of what it could.
    pub(super) fn settle(&mut self, most: Cost, actual: Cost) {
        self.cost.llm_tokens = self.cost.llm_tokens.saturating_sub(most.llm_tokens);
        self.cost.usd_micros = self.cost.usd_micros.saturating_sub(most.usd_micros);
        self.cost += actual;
    }

    /// Counts one Var that is written: key, value, and what keeping it costs.
    ///
    /// # Errors
    /// The turn writes more than it may: `var_set` has no answer that could say so, so the turn ends.
    pub(super) fn vars(&mut self, bytes: usize, budgets: &Budgets) -> Result<(), Abort> {
        let bytes = bytes.saturating_add(VAR_BYTES_MIN);
        match take(&mut self.vars_bytes, bytes, budgets.vars_bytes) {
            Granted::Yes => Ok(()),
            Granted::No => Err(Abort::new(
                AbortReason::Bytes,
                format!(
                    "the guest wrote more than {} bytes of Vars",
                    budgets.vars_bytes
                ),
            )),
        }
    }
}

fn take(used: &mut u64, bytes: usize, limit: u64) -> Granted {
    let wanted = used.saturating_add(bytes as u64);
    if wanted > limit {
        return Granted::No;
    }
    *used = wanted;
    Granted::Yes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_empty_vars_are_not_free() {
        let budgets = Budgets {
            vars_bytes: 10 * VAR_BYTES_MIN as u64,
            ..Budgets::default()
        };
        let mut meter = Meter::default();
        for _ in 0..10 {
            meter.vars(0, &budgets).unwrap();
        }
        assert_eq!(
            meter.vars(0, &budgets).unwrap_err().reason,
            AbortReason::Bytes
        );
    }

    #[test]
    fn what_an_effect_can_cost_is_taken_and_what_it_did_not_is_given_back() {
        let budgets = Budgets {
            llm_tokens: 100,
            usd_micros: 10,
            ..Budgets::default()
        };
        let cost = |llm_tokens, usd_micros| Cost {
            llm_tokens,
            usd_micros,
        };
        let mut meter = Meter::default();
        meter.cost(cost(60, 6), &budgets).unwrap();
        assert_eq!(
            meter.cost(cost(41, 1), &budgets),
            Err((Unit::LlmTokens, 41, 40))
        );
        assert_eq!(meter.cost(cost(40, 5), &budgets), Err((Unit::Usd, 5, 4)));
        assert_eq!(meter.cost, cost(60, 6), "a refusal takes nothing");
        meter.settle(cost(60, 6), cost(10, 1));
        meter.earlier = cost(1, 0);
        assert_eq!(
            meter.cost(cost(90, 9), &budgets),
            Err((Unit::LlmTokens, 90, 89))
        );
        meter.earlier = Cost::default();
        meter.cost(cost(90, 9), &budgets).unwrap();
    }

    #[test]
    fn refused_effects_end_the_turn_in_the_end() {
        let budgets = Budgets {
            effects: 1,
            ..Budgets::default()
        };
        let mut meter = Meter::default();
        assert_eq!(meter.effect(&budgets).unwrap(), Granted::Yes);
        for _ in 0..REFUSALS_MAX {
            assert_eq!(meter.effect(&budgets).unwrap(), Granted::No);
        }
        assert_eq!(
            meter.effect(&budgets).unwrap_err().reason,
            AbortReason::Effects
        );
    }
}
