//! What hosts ask the client. Each host counts its requests from the beginning, so a client could take the question of one
//! for that of another: here every one gets a number of its own, and an answer goes to the host that asked, or nowhere.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Questions that may wait for the client at once; of more, those that came first are forgotten.
const WAITING_MAX: usize = 1_000;

/// The questions of the host that is connected.
#[derive(Debug, Default)]
pub(super) struct Questions {
    /// How many there have been, of all hosts.
    asked: u64,
    /// The host's own ids of those without an answer, by their numbers.
    waiting: BTreeMap<u64, Value>,
}

// === impl Questions ===

impl Questions {
    /// The host's request as the client gets it.
    pub(super) fn asked(&mut self, line: &str, id: Value) -> String {
        if self.waiting.len() >= WAITING_MAX {
            self.waiting.pop_first();
        }
        self.asked += 1;
        self.waiting.insert(self.asked, id);
        with(line, "/id", self.asked.into())
    }

    /// What the client says without asking anything, as the host gets it; none where no host waits for it any more.
    pub(super) fn answered(&mut self, line: String) -> Option<String> {
        let message: Value = serde_json::from_str(&line).unwrap_or_default();
        if message.get("result").is_none() && message.get("error").is_none() {
            // What it is instead, the host says.
            return Some(line);
        }
        let id = self.waiting.remove(&message["id"].as_u64()?)?;
        Some(with(&line, "/id", id))
    }

    /// The host's word that it takes something back, as the client gets it: a question has another number there, and what
    /// is no question of the host's has not.
    pub(super) fn taken_back(&mut self, line: String, id: Option<&Value>) -> String {
        let question = self.waiting.iter().find(|(_, own)| Some(*own) == id);
        let Some(number) = question.map(|(number, _)| *number) else {
            return line;
        };
        self.waiting.remove(&number);
        with(&line, "/params/requestId", number.into())
    }

    /// Takes everything back that a host asked which has gone away: the words for the client.
    pub(super) fn lost(&mut self) -> Vec<String> {
        let lost = std::mem::take(&mut self.waiting).into_keys();
        let taken_back = lost.map(|number| {
            let params = json!({"requestId": number, "reason": "the host that asked went away"});
            json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params})
        });
        taken_back.map(|message| message.to_string()).collect()
    }
}

/// The message with another value at this place, which it has.
fn with(line: &str, place: &str, value: Value) -> String {
    let mut message: Value = serde_json::from_str(line).unwrap_or_default();
    if let Some(old) = message.pointer_mut(place) {
        *old = value;
    }
    message.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(id: u64) -> String {
        json!({"jsonrpc": "2.0", "id": id, "method": "elicitation/create"}).to_string()
    }

    fn answer(id: &Value) -> String {
        json!({"jsonrpc": "2.0", "id": id, "result": {"action": "cancel"}}).to_string()
    }

    #[test]
    fn an_answer_goes_to_the_host_that_asked_or_nowhere() {
        let mut questions = Questions::default();
        assert_eq!(questions.asked(&question(0), json!(0)), question(1));
        let lost = questions.lost();
        assert_eq!(lost.len(), 1, "{lost:?}");
        assert!(lost[0].contains(r#""requestId":1"#), "{lost:?}");
        assert_eq!(questions.asked(&question(0), json!(0)), question(2));
        for stale in [json!(1), json!(0), json!("2"), Value::Null] {
            assert_eq!(questions.answered(answer(&stale)), None, "{stale}");
        }
        let passed = questions.answered(answer(&json!(2)));
        assert_eq!(passed, Some(answer(&json!(0))));
        assert_eq!(questions.answered(answer(&json!(2))), None);
        assert_eq!(questions.lost(), Vec::<String>::new());
    }

    #[test]
    fn what_answers_nothing_is_for_the_host_to_refuse() {
        let mut questions = Questions::default();
        for line in ["{}", r#"{"id":1,"params":3}"#] {
            assert_eq!(questions.answered(line.to_owned()).as_deref(), Some(line));
        }
    }

    #[test]
    fn a_question_that_its_host_takes_back_has_the_client_s_number() {
        let taken_back = |id: u64| {
            json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}}).to_string()
        };
        let mut questions = Questions::default();
        questions.asked(&question(7), json!(7));
        let said = questions.taken_back(taken_back(7), Some(&json!(7)));
        assert_eq!(said, taken_back(1));
        let said = questions.taken_back(taken_back(7), Some(&json!(7)));
        assert_eq!(said, taken_back(7), "it is no question");
    }
}
