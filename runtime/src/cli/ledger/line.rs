//! One record as one line, for people and for programs.

use serde_json::{Value, json};

use crate::cli::printable::printable;
use crate::store::Record;

/// A line for people is cut after this many characters of what the record says.
const SUMMARY_CHARS_MAX: usize = 160;

/// Returns the record as one JSON object, its body as a value.
pub(super) fn json_line(record: &Record) -> Value {
    let body = serde_json::from_slice(&record.body)
        .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&record.body)));
    json!({
        "type": "record", "position": record.position, "chain": record.chain, "seq": record.seq,
        "hash": hex::encode(record.hash), "record": body,
    })
}

/// Returns the record as one line: position, time, chain, kind, what happened.
pub(super) fn human_line(record: &Record) -> String {
    let body: Value = serde_json::from_slice(&record.body).unwrap_or_default();
    let at = body["at"].as_str().unwrap_or("-");
    let kind = body["kind"].as_str().unwrap_or("-");
    let line = format!(
        "{:>8}  {at}  {}  {kind}  {}",
        record.position,
        record.chain,
        summary(kind, &body)
    );
    // A line feed in a record would let it forge the line after it.
    printable(&line).replace('\n', "\\n")
}

/// Says in a few words what a record of `kind` says. A word that is not known falls back on the record itself.
fn summary(kind: &str, body: &Value) -> String {
    let value = &body["value"];
    let word = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
    let words: &[&str] = match kind {
        "turn" => &[
            "/entry",
            "/tool",
            "/decision",
            "/outcome",
            "/abort/reason",
            "/turn",
        ],
        "effect" => &["/effect", "/outcome", "/code", "/turn"],
        "intent" => &["/effect", "/turn"],
        "answer" => &["/event", "/answered", "/reason", "/turn"],
        "gate" => &["/what", "/event", "/plugin", "/detail"],
        "reload" => &["/plugin", "/to", "/by", "/reason"],
        _ => &[],
    };
    let said: Vec<_> = words.iter().filter_map(|pointer| word(pointer)).collect();
    let text = if said.is_empty() {
        value.to_string()
    } else {
        said.join("  ")
    };
    match text.char_indices().nth(SUMMARY_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(body: &Value) -> Record {
        let body = serde_json::to_vec(body).unwrap();
        Record {
            position: 7,
            chain: "guard/session:1".to_owned(),
            seq: 3,
            hash: [0xab; 32],
            body,
        }
    }

    #[test]
    fn a_line_says_what_happened() {
        let lines = [
            json!({"at": "T", "kind": "turn", "value": {"entry": "handle_pre_tool_use", "decision": "ask", "outcome": "committed", "turn": "01k"}}),
            json!({"at": "T", "kind": "gate", "value": {"what": "refused", "detail": "a \u{1b}[31mtoken\u{7}\nis not known"}}),
            json!({"at": "T", "kind": "new", "value": {"x": 1}}),
            json!([]),
        ]
        .map(|body| human_line(&record(&body)));
        assert_eq!(
            lines,
            [
                "       7  T  guard/session:1  turn  handle_pre_tool_use  ask  committed  01k",
                "       7  T  guard/session:1  gate  refused  a \\u{1b}[31mtoken\\u{7}\\nis not known",
                "       7  T  guard/session:1  new  {\"x\":1}",
                "       7  -  guard/session:1  -  null",
            ]
        );
    }

    #[test]
    fn a_long_record_is_cut_between_characters() {
        let line = human_line(&record(
            &json!({"kind": "gate", "value": {"detail": "é".repeat(500)}}),
        ));
        assert!(line.ends_with("é…") && line.chars().count() < 220);
    }
}
