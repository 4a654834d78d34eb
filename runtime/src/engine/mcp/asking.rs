//! The MCP side of one turn: who waits, what the client has answered, and what the ledger holds of the turn's earlier runs.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};
use sinew_schema::{EffectError, McpQuestion};

use super::McpCaller;
use super::recorded::Recorded;
use crate::effects::{Cost, EffectId, Question};
use crate::plugin::{Abort, AbortReason};

/// What questions are told from an answer by: no guest's answer begins so, since it is JSON.
const ASKS: &[u8] = b"\0asks";

/// One turn's dealings with its client.
#[derive(Debug)]
pub(in crate::engine) struct Asking {
    pub(in crate::engine) caller: Arc<dyn McpCaller>,
    /// Effects of earlier runs, in order.
    recorded: Vec<Recorded>,
    /// How many of them this run has asked for again.
    repeated: AtomicUsize,
    /// Answers that no question has taken yet.
    answers: Mutex<BTreeMap<String, Value>>,
    /// What the turn has to ask before it can go on.
    asked: Mutex<Vec<Question>>,
}

// === impl Asking ===

impl Asking {
    pub(super) fn new(
        caller: Arc<dyn McpCaller>,
        recorded: Vec<Recorded>,
        answers: BTreeMap<String, Value>,
    ) -> Self {
        Self {
            caller,
            recorded,
            repeated: AtomicUsize::new(0),
            answers: Mutex::new(answers),
            asked: Mutex::default(),
        }
    }

    /// What an earlier run's effect at this place answered, and what it cost.
    ///
    /// # Errors
    /// The turn asks for something else than it did then.
    pub(in crate::engine) fn replayed(
        &self,
        ordinal: u32,
        effect: EffectId,
        request: &[u8],
    ) -> Result<Option<(Vec<u8>, Cost)>, Abort> {
        let Some(recorded) = self.recorded.get(ordinal as usize) else {
            return Ok(None);
        };
        if recorded.effect == effect.name() && recorded.request == request {
            self.repeated.fetch_add(1, Ordering::Relaxed);
            return Ok(Some((recorded.response.clone(), recorded.cost)));
        }
        Err(Abort::new(
            AbortReason::Conflict,
            format!(
                "run again after the client's answer, it asked for `{}` where it had asked for `{}` before, or in other words",
                effect.name(),
                recorded.effect
            ),
        ))
    }

    /// Whether this run asked for all that the earlier runs did.
    ///
    /// # Errors
    /// It ended without.
    pub(super) fn whole(&self) -> Result<(), Abort> {
        match self.recorded.get(self.repeated.load(Ordering::Relaxed)) {
            None => Ok(()),
            Some(left) => Err(Abort::new(
                AbortReason::Conflict,
                format!(
                    "run again after the client's answer, it did not ask for `{}` as it had before",
                    left.effect
                ),
            )),
        }
    }

    /// The client's answers to these questions; none of them is taken where one is missing.
    pub(in crate::engine) fn ask(
        &self,
        questions: &[Question],
    ) -> Result<Map<String, Value>, EffectError> {
        if let Some(question) = questions
            .iter()
            .find(|question| !self.caller.can(question.needs()))
        {
            return Err(unavailable(&format!(
                "the client did not say that it can do `{}`",
                question.needs()
            )));
        }
        for question in questions {
            self.caller
                .takes(question)
                .map_err(|why| EffectError::new(EffectError::CODE_INVALID_REQUEST, why))?;
        }
        let mut answers = lock(&self.answers);
        let answered = questions.iter().all(|question| {
            let answer = answers.get(&question.key);
            answer.is_some_and(|answer| question.is_answered_by(answer))
        });
        if !answered {
            questions.clone_into(&mut lock(&self.asked));
            return Err(unavailable("the client has not answered yet"));
        }
        let taken = questions.iter().filter_map(|question| {
            let answer = answers.remove(&question.key)?;
            Some((question.key.clone(), answer))
        });
        Ok(taken.collect())
    }

    /// Whether the turn has to wait for the client.
    pub(in crate::engine) fn waits(&self) -> bool {
        !lock(&self.asked).is_empty()
    }

    pub(super) fn questions(&self) -> Vec<Question> {
        std::mem::take(&mut *lock(&self.asked))
    }

    /// What is kept as the answer of a run that asks: its questions, so that they are asked once more and nothing else is
    /// done when the same answers come again.
    pub(in crate::engine) fn left(&self) -> Vec<u8> {
        let asked = lock(&self.asked);
        let questions: Vec<_> = asked.iter().map(|it| (&it.key, &it.asked)).collect();
        let mut left = ASKS.to_vec();
        left.extend(serde_json::to_vec(&questions).unwrap_or_default());
        left
    }

    /// Takes the place of an earlier run with the same answers, by what that one left: its questions, or, with `false`, its
    /// answer.
    pub(in crate::engine) fn takes_up(&self, answer: &[u8]) -> bool {
        self.repeated.store(self.recorded.len(), Ordering::Relaxed);
        let Some(left) = answer.strip_prefix(ASKS) else {
            return false;
        };
        let questions: Vec<(String, McpQuestion)> =
            serde_json::from_slice(left).unwrap_or_default();
        let questions = questions.into_iter();
        *lock(&self.asked) = questions
            .map(|(key, asked)| Question { key, asked })
            .collect();
        true
    }
}

pub(in crate::engine) fn unavailable(message: &str) -> EffectError {
    EffectError::new(EffectError::CODE_UNAVAILABLE, message)
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::super::Nobody;
    use super::*;

    #[test]
    fn a_second_run_asks_for_what_the_first_one_did() {
        let recorded = ["clock_now", "random_bytes"].map(|effect| Recorded {
            effect: effect.to_owned(),
            ordinal: 0,
            request: b"{}".to_vec(),
            cost: Cost::default(),
            response: effect.as_bytes().to_vec(),
        });
        let asking = Asking::new(Arc::new(Nobody), recorded.into(), BTreeMap::new());
        let first = asking.replayed(0, EffectId::ClockNow, b"{}").unwrap();
        assert_eq!(first.unwrap().0, b"clock_now");
        for (effect, request) in [
            (EffectId::ClockNow, b"{}".as_slice()),
            (EffectId::RandomBytes, b"{ }"),
        ] {
            let other = asking.replayed(1, effect, request).unwrap_err();
            assert_eq!(other.reason, AbortReason::Conflict);
        }
        let short = asking.whole().unwrap_err();
        assert_eq!(short.reason, AbortReason::Conflict);
        assert!(short.message.contains("`random_bytes`"), "{short:?}");
        asking.replayed(1, EffectId::RandomBytes, b"{}").unwrap();
        asking.whole().unwrap();
        let beyond = asking.replayed(2, EffectId::ClockNow, b"{}").unwrap();
        assert_eq!(beyond, None);
    }

    #[test]
    fn questions_are_taken_up_as_they_were_left() {
        let asking = || Asking::new(Arc::new(Nobody), Vec::new(), BTreeMap::new());
        let question = serde_json::json!({ "kind": "list_roots", "value": {} });
        let question = Question {
            key: "roots".to_owned(),
            asked: serde_json::from_value(question).unwrap(),
        };
        let first = asking();
        lock(&first.asked).push(question.clone());
        let again = asking();
        assert!(again.takes_up(&first.left()));
        assert_eq!(again.questions(), [question]);
        assert!(!asking().takes_up(b"{}"));
    }
}
