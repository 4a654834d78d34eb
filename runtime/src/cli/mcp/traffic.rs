//! What has passed, as far as a change of the other end needs it: what still waits for an answer, how the session was
//! begun, and what its client has set in it since.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::questions::Questions;
use super::refusals;

/// Requests that may wait for an answer at once; of more, those that came first are forgotten.
const WAITING_MAX: usize = 10_000;

/// Things set in a session that are set again with the next host.
const SET_MAX: usize = 2_048;

/// Requests that a host answers without knowing by them in which era its client is.
const UNDECIDED: [&str; 2] = ["ping", "server/discover"];

/// As much of a message as matters here.
#[derive(Deserialize)]
struct Message<'a> {
    #[serde(default, borrow)]
    method: Option<Cow<'a, str>>,
    #[serde(default)]
    id: Option<Value>,
    #[serde(default)]
    params: Params,
}

/// As much of its parameters; those of other methods may have any form.
#[derive(Default)]
struct Params {
    request_id: Option<Value>,
    uri: Option<String>,
}

/// A request without an answer.
#[derive(Debug)]
struct Waiting {
    /// Which one it was.
    number: u64,
    id: Value,
    /// Whether it is answered when its client wants nothing more, and not before.
    listens: bool,
}

/// What has passed so far.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    /// The client's requests without an answer, by the JSON of their ids.
    waiting: BTreeMap<String, Waiting>,
    requests: u64,
    /// The client's `initialize`, in the eras that have it, and the JSON of its id.
    begun: Option<(String, String)>,
    initialized: Option<String>,
    /// Requests that set something in the session, by what they set.
    set: BTreeMap<String, Value>,
    /// Ids of requests that the pipe makes again by itself, whose answers the client has had before.
    repeated: BTreeSet<String>,
    /// What the host asks the client.
    questions: Questions,
    /// Whether the host has had a request by which it knows its client's era.
    decided: bool,
}

// === impl Params ===

impl<'de> Deserialize<'de> for Params {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut params = Value::deserialize(deserializer)?;
        Ok(Self {
            request_id: params.get_mut("requestId").map(Value::take),
            uri: params["uri"].as_str().map(str::to_owned),
        })
    }
}

// === impl Traffic ===

impl Traffic {
    /// Takes a message of the client down, and returns what the host is to have of it.
    ///
    /// # Errors
    /// The answer to what is no message at all; the host need not see it.
    pub(super) fn asked(&mut self, line: String) -> Result<Option<String>, String> {
        let message = match serde_json::from_str::<Message<'_>>(&line) {
            Ok(message) => message,
            // What is JSON, the host refuses in its own words.
            Err(_) if serde_json::from_str::<IgnoredAny>(&line).is_ok() => return Ok(Some(line)),
            Err(why) => return Err(refusals::no_json(&why)),
        };
        let Some(method) = message.method else {
            return Ok(self.questions.answered(line));
        };
        let heard = message.id.is_some() || self.decided;
        self.decided |= message.id.is_some() && !UNDECIDED.contains(&&*method);
        let id = message.id.as_ref().map(Value::to_string);
        let set = match (&*method, message.params.uri) {
            ("logging/setLevel", _) => Some("level".to_owned()),
            ("resources/subscribe" | "resources/unsubscribe", Some(uri)) => {
                Some(format!("uri {uri}"))
            }
            _ => None,
        };
        match (&*method, set, &id) {
            ("initialize", _, Some(id)) => self.begun = Some((line.clone(), id.clone())),
            ("notifications/initialized", ..) => self.initialized = Some(line.clone()),
            ("notifications/cancelled", ..) => {
                let cancelled = message.params.request_id;
                cancelled.and_then(|id| self.waiting.remove(&id.to_string()));
            }
            ("resources/unsubscribe", Some(set), _) => drop(self.set.remove(&set)),
            (_, Some(set), _) if self.set.len() < SET_MAX => {
                let request = serde_json::from_str(&line).unwrap_or_default();
                self.set.insert(set, request);
            }
            _ => {}
        }
        if let Some((key, id)) = id.zip(message.id) {
            self.wait(key, id, method == "subscriptions/listen");
        }
        // A host ends a connection that begins with a notification; there is nothing yet that one could be about.
        Ok(heard.then_some(line))
    }

    fn wait(&mut self, key: String, id: Value, listens: bool) {
        if self.waiting.len() >= WAITING_MAX {
            let first = self
                .waiting
                .iter()
                .min_by_key(|(_, waiting)| waiting.number);
            let first = first.map(|(key, _)| key.clone());
            first.and_then(|key| self.waiting.remove(&key));
        }
        self.requests += 1;
        let number = self.requests;
        let waiting = Waiting {
            number,
            id,
            listens,
        };
        self.waiting.insert(key, waiting);
    }

    /// Takes a message of the host down, and returns what the client is to have of it.
    pub(super) fn answered(&mut self, line: String) -> Option<String> {
        let Ok(message) = serde_json::from_str::<Message<'_>>(&line) else {
            return Some(line);
        };
        match (message.method.as_deref(), message.id) {
            (None, Some(id)) => {
                let id = id.to_string();
                self.waiting.remove(&id);
                (!self.repeated.remove(&id)).then_some(line)
            }
            (Some(_), Some(id)) => Some(self.questions.asked(&line, id)),
            (Some("notifications/cancelled"), None) => {
                let id = message.params.request_id;
                Some(self.questions.taken_back(line, id.as_ref()))
            }
            _ => Some(line),
        }
    }

    /// Whether anything is still to be answered for a client that sends nothing more.
    pub(super) fn waits(&self) -> bool {
        self.waiting.values().any(|waiting| !waiting.listens)
    }

    /// The requests among messages that a host that went away never had, and which the next one may have as they are: they
    /// wait for nothing until then. What belongs to the session's beginning is said again anyway.
    pub(super) fn kept(&mut self, unsaid: Vec<String>) -> Vec<String> {
        let begin = self.begun.as_ref().map(|(_, id)| id.clone());
        let mut kept = unsaid;
        kept.retain(|line| {
            let Ok(message) = serde_json::from_str::<Message<'_>>(line) else {
                return false;
            };
            let sets = matches!(
                message.method.as_deref(),
                None | Some("logging/setLevel" | "resources/subscribe" | "resources/unsubscribe")
            );
            let id = message.id.as_ref().map(Value::to_string);
            let waits = id.filter(|id| !sets && begin.as_ref() != Some(id));
            waits.is_some_and(|id| self.waiting.remove(&id).is_some())
        });
        kept
    }

    /// The answers to what waited when the host went away, and that what it asked is taken back; the session's beginning
    /// waits for the next one.
    pub(super) fn lost(&mut self) -> Vec<String> {
        self.repeated.clear();
        self.decided = false;
        let begin = self.begun.as_ref().map(|(_, id)| id);
        let begin = begin.and_then(|id| self.waiting.remove_entry(id));
        let mut lost: Vec<_> = std::mem::take(&mut self.waiting).into_values().collect();
        self.waiting.extend(begin);
        lost.sort_by_key(|waiting| waiting.number);
        let lost = lost.iter().map(|waiting| refusals::lost(&waiting.id));
        lost.chain(self.questions.lost()).collect()
    }

    /// What begins the session again with the next host.
    pub(super) fn again(&mut self) -> Vec<String> {
        let Some((begin, id)) = &self.begun else {
            return Vec::new();
        };
        self.decided = true;
        let mut again = vec![begin.clone()];
        if !self.waiting.contains_key(id) {
            self.repeated.insert(id.clone());
        }
        let Some(initialized) = &self.initialized else {
            return again;
        };
        again.push(initialized.clone());
        for (number, request) in self.set.values().enumerate() {
            let mut request = request.clone();
            // No client's id looks like this.
            request["id"] = format!("sinew/again/{number}").into();
            self.repeated.insert(request["id"].to_string());
            again.push(request.to_string());
        }
        again
    }

    /// What a client in a session is told after a change of hosts: everything may be another.
    pub(super) fn changed(&self) -> Vec<String> {
        if self.initialized.is_none() {
            return Vec::new();
        }
        ["tools", "prompts", "resources"]
            .map(|list| {
                json!({"jsonrpc": "2.0", "method": format!("notifications/{list}/list_changed")})
                    .to_string()
            })
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}"#;
    const BEGUN: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;

    fn asked(traffic: &mut Traffic, lines: &[&str]) {
        for line in lines {
            traffic.asked((*line).to_owned()).unwrap();
        }
    }

    fn answered(traffic: &mut Traffic, line: &str) -> bool {
        traffic.answered(line.to_owned()).is_some()
    }

    fn in_session() -> Traffic {
        let mut traffic = Traffic::default();
        asked(&mut traffic, &[BEGIN]);
        assert!(answered(
            &mut traffic,
            r#"{"jsonrpc":"2.0","id":0,"result":{}}"#
        ));
        asked(&mut traffic, &[BEGUN]);
        traffic
    }

    #[test]
    fn what_waits_is_told_and_the_session_begins_again() {
        let mut traffic = in_session();
        let requests = [
            r#"{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{}}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#,
        ];
        asked(&mut traffic, &requests);
        assert!(answered(
            &mut traffic,
            r#"{"jsonrpc":"2.0","id":1,"result":{}}"#
        ));
        let lost = traffic.lost();
        assert_eq!(lost.len(), 1, "{lost:?}");
        assert!(lost[0].contains(r#""id":"a""#), "{lost:?}");
        assert!(!traffic.waits());
        assert_eq!(traffic.again(), [BEGIN, BEGUN]);
        assert!(!answered(
            &mut traffic,
            r#"{"jsonrpc":"2.0","id":0,"result":{}}"#
        ));
        assert!(answered(
            &mut traffic,
            r#"{"jsonrpc":"2.0","id":0,"result":{}}"#
        ));
        assert_eq!(traffic.changed().len(), 3);
    }

    #[test]
    fn what_no_host_had_is_for_the_next_one() {
        let mut traffic = in_session();
        let call = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}"#;
        let unsaid = [
            call,
            r#"{"jsonrpc":"2.0","id":2,"method":"logging/setLevel","params":{"level":"error"}}"#,
            r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}"#,
            r#"{"jsonrpc":"2.0","id":3,"result":{}}"#,
            BEGIN,
        ];
        asked(&mut traffic, &unsaid[..2]);
        let kept = traffic.kept(unsaid.map(str::to_owned).into());
        assert_eq!(kept, [call]);
        let lost = traffic.lost();
        assert_eq!(lost.len(), 1, "{lost:?}");
        assert!(lost[0].contains(r#""id":2"#), "{lost:?}");
        asked(&mut traffic, &[call]);
        assert!(traffic.waits());
    }

    #[test]
    fn a_beginning_that_waits_is_answered_by_the_next_host() {
        let mut traffic = Traffic::default();
        asked(&mut traffic, &[BEGIN]);
        assert_eq!(traffic.lost(), Vec::<String>::new());
        assert_eq!(traffic.again(), [BEGIN]);
        assert_eq!(traffic.changed(), Vec::<String>::new());
        assert!(answered(
            &mut traffic,
            r#"{"jsonrpc":"2.0","id":0,"result":{}}"#
        ));
    }

    #[test]
    fn what_a_client_has_set_is_set_again() {
        let mut traffic = in_session();
        let requests = [
            r#"{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"error"}}"#,
            r#"{"jsonrpc":"2.0","id":2,"method":"resources/subscribe","params":{"uri":"a://1"}}"#,
            r#"{"jsonrpc":"2.0","id":3,"method":"resources/subscribe","params":{"uri":"a://2"}}"#,
            r#"{"jsonrpc":"2.0","id":4,"method":"resources/unsubscribe","params":{"uri":"a://1"}}"#,
            r#"{"jsonrpc":"2.0","id":5,"method":"logging/setLevel","params":{"level":"info"}}"#,
        ];
        asked(&mut traffic, &requests);
        assert_eq!(traffic.lost().len(), 5);
        let again = traffic.again();
        let set: Vec<Value> = again[2..]
            .iter()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["params"].take())
            .collect();
        assert_eq!(json!(set), json!([{"level": "info"}, {"uri": "a://2"}]));
        for number in 0..2 {
            let answer =
                json!({"jsonrpc": "2.0", "id": format!("sinew/again/{number}"), "result": {}});
            assert!(!answered(&mut traffic, &answer.to_string()), "{answer}");
        }
    }

    #[test]
    fn what_was_taken_back_or_only_listens_is_not_waited_for() {
        let mut traffic = Traffic::default();
        let requests = [
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#,
            r#"{"jsonrpc":"2.0","id":2,"method":"subscriptions/listen","params":{"notifications":{}}}"#,
        ];
        asked(&mut traffic, &requests);
        assert!(traffic.waits());
        let cancelled =
            r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#;
        asked(&mut traffic, &[cancelled]);
        assert!(!traffic.waits());
        let lost = traffic.lost();
        assert_eq!(lost.len(), 1, "{lost:?}");
        assert!(lost[0].contains(r#""id":2"#), "{lost:?}");
    }

    #[test]
    fn a_client_without_a_session_has_nothing_to_begin_again() {
        let mut traffic = Traffic::default();
        let request = r#"{"jsonrpc":"2.0","id":1,"method":"server/discover"}"#;
        asked(
            &mut traffic,
            &[request, "[]", "7", r#"{"id":1,"params":3}"#],
        );
        assert_eq!(traffic.lost().len(), 1);
        assert_eq!(traffic.again(), Vec::<String>::new());
        assert_eq!(traffic.changed(), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_message_is_answered_at_once() {
        let refusal = Traffic::default()
            .asked("{\"id\":1,".to_owned())
            .unwrap_err();
        let refusal: Value = serde_json::from_str(&refusal).unwrap();
        assert_eq!(refusal["error"]["code"], -32700);
        assert_eq!(refusal["id"], Value::Null);
    }

    #[test]
    fn a_request_of_the_host_is_no_answer() {
        let mut traffic = Traffic::default();
        asked(
            &mut traffic,
            &[r#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#],
        );
        assert!(answered(
            &mut traffic,
            r#"{"jsonrpc":"2.0","id":1,"method":"elicitation/create"}"#
        ));
        assert!(traffic.waits());
        let answer = r#"{"id":1,"jsonrpc":"2.0","result":{}}"#;
        assert_eq!(
            traffic.asked(answer.to_owned()).unwrap().as_deref(),
            Some(answer)
        );
        assert_eq!(traffic.asked(answer.to_owned()), Ok(None), "nobody asks");
    }

    #[test]
    fn a_notification_waits_for_no_host_that_does_not_know_its_client() {
        let cancelled = r#"{"method":"notifications/cancelled","params":{"requestId":9}}"#;
        let mut traffic = Traffic::default();
        let passes = |traffic: &mut Traffic| traffic.asked(cancelled.to_owned()).unwrap().is_some();
        assert!(!passes(&mut traffic));
        asked(&mut traffic, &[r#"{"id":1,"method":"server/discover"}"#]);
        assert!(!passes(&mut traffic));
        asked(&mut traffic, &[r#"{"id":2,"method":"tools/list"}"#]);
        assert!(passes(&mut traffic));
        traffic.lost();
        assert!(!passes(&mut traffic));
    }
}
