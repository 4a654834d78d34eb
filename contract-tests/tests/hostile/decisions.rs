//! Outputs that are no decision: not text, not JSON, not the schema, too much.

use super::case::Case;
use super::case::Ending::Aborted;
use super::guest;

const OUTPUTS: [(&str, &str); 29] = [
    ("bytes that are not UTF-8", r"\ff\fe\00"),
    (
        "a decision whose text is not UTF-8",
        r#"{"kind":"deny","value":{"reason":"\ff"}}"#,
    ),
    ("text that is not JSON", "hello"),
    ("a single NUL", r"\00"),
    ("white space", "   "),
    ("null", "null"),
    ("a number", "7"),
    ("a string", r#""deny""#),
    ("an empty object", "{}"),
    ("an array of decisions", r#"[{"kind":"none","value":{}}]"#),
    (
        "two decisions",
        r#"{"kind":"none","value":{}}{"kind":"none","value":{}}"#,
    ),
    (
        "a decision and a word behind it",
        r#"{"kind":"none","value":{}} x"#,
    ),
    (
        "a decision that is cut short",
        r#"{"kind":"none","value":{}"#,
    ),
    ("an unknown kind", r#"{"kind":"permit","value":{}}"#),
    (
        "a kind in capitals",
        r#"{"kind":"Deny","value":{"reason":"x"}}"#,
    ),
    ("a kind that is a number", r#"{"kind":1,"value":{}}"#),
    ("a kind and no value", r#"{"kind":"none"}"#),
    ("a value and no kind", r#"{"value":{}}"#),
    ("two kinds", r#"{"kind":"none","kind":"allow","value":{}}"#),
    (
        "an unknown field beside the value",
        r#"{"kind":"none","value":{},"extra":1}"#,
    ),
    (
        "an unknown field inside the value",
        r#"{"kind":"none","value":{"extra":1}}"#,
    ),
    ("a denial without a reason", r#"{"kind":"deny","value":{}}"#),
    (
        "a denial whose reason is a number",
        r#"{"kind":"deny","value":{"reason":7}}"#,
    ),
    (
        "a question without a reason",
        r#"{"kind":"ask","value":{}}"#,
    ),
    (
        "a context that is an object",
        r#"{"kind":"none","value":{"context":{}}}"#,
    ),
    (
        "a rewrite from a deciding turn",
        r#"{"kind":"rewrite","value":{"replacement":{}}}"#,
    ),
    (
        "a field that the event's answer does not have",
        r#"{"kind":"allow","value":{"fields":{"permissionDecision":"allow"}}}"#,
    ),
    (
        "a client's own answer",
        r#"{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"allow"}}"#,
    ),
    (
        "a lone surrogate",
        r#"{"kind":"deny","value":{"reason":"\ud800"}}"#,
    ),
];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases: Vec<_> = OUTPUTS
        .into_iter()
        .map(|(name, output)| says(name, output))
        .collect();
    cases.push(says("a thousand open brackets", &"[".repeat(1000)));
    let deep = format!(
        r#"{{"kind":"rewrite","value":{{"replacement":{}1{}}}}}"#,
        "[".repeat(20_000),
        "]".repeat(20_000)
    );
    cases.push(says("a decision 20,000 brackets deep", &deep));
    let long = format!(
        r#"{{"kind":"deny","value":{{"reason":"{}"}}}}"#,
        "x".repeat(64 << 10)
    );
    cases.push(says("a decision longer than its budget", &long));
    cases.push(
        Case::body(
            "100 MiB that are really there",
            "(local.set $a (call $alloc (i64.const 104857600)))
             (call $output_set (local.get $a) (i64.const 104857600))",
            Aborted("output"),
        )
        .budget("memory", "\"128MiB\""),
    );
    cases
}

/// A guest that hands this out.
fn says(name: &str, output: &str) -> Case {
    let text = output.replace('"', r"\22").replace(r"\ud800", r"\5cud800");
    let length = wat_length(&text);
    let text = guest::fields(&format!(
        "(data (i32.const 1024) \"{text}\")
         (func (export \"handle_pre_tool_use\") (result i32)
           (call $output (i32.const 1024) (i32.const {length}))
           (i32.const 0))"
    ))
    .replace(
        "(memory (export \"memory\") 1)",
        "(memory (export \"memory\") 4)",
    );
    Case::new(name, &text, Aborted("output"))
}

/// The number of bytes that a string literal of the text format stands for.
fn wat_length(literal: &str) -> usize {
    literal.len() - 2 * literal.matches('\\').count()
}
