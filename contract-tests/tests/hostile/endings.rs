//! The ways a turn can end without an answer.

use super::case::Case;
use super::case::Ending::{Aborted, Harmless};
use super::guest;

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case::body("an unreachable instruction", "unreachable", Aborted("trap")),
        Case::body(
            "a division by zero after the output was set",
            "(call $decision) (drop (i32.div_u (i32.const 1) (local.get $i)))",
            Aborted("trap"),
        ),
        Case::body(
            "a read outside its own memory",
            "(drop (i32.load (i32.const -8)))",
            Aborted("trap"),
        ),
        Case::new(
            "an indirect call to nobody",
            &guest::fields(
                "(table 1 funcref)
                 (func (export \"handle_pre_tool_use\") (result i32)
                   (call_indirect (result i32) (i32.const 0)))",
            ),
            Aborted("trap"),
        ),
        Case::body(
            "code 1 without an output",
            "(return (i32.const 1))",
            Aborted("exit"),
        ),
        Case::body(
            "code -1 without an output",
            "(return (i32.const -1))",
            Aborted("exit"),
        ),
        Case::body(
            "code 7 after an output was set",
            "(call $decision) (return (i32.const 7))",
            Aborted("exit"),
        ),
        Case::body(
            "code 7 after an error was set",
            "(call $error_set (call $message)) (return (i32.const 7))",
            Aborted("exit"),
        ),
        Case::body(
            "code 0 after an error and an output were set",
            "(call $error_set (call $message))",
            Aborted("exit"),
        ),
        Case::body(
            "an error that is taken back",
            "(call $error_set (call $message)) (call $error_set (i64.const 0))",
            Harmless,
        ),
        Case::body(
            "code 0 without an output",
            "(return (i32.const 0))",
            Aborted("output"),
        ),
        Case::body(
            "an output that is taken back",
            "(call $decision) (call $output_set (i64.const 0) (i64.const 0)) (return (i32.const 0))",
            Aborted("output"),
        ),
        Case::body(
            "Vars written before a trap",
            "(call $var_set (call $message) (call $message)) unreachable",
            Aborted("trap"),
        ),
        Case::body(
            "the HTTP door",
            "(drop (call $http_request (call $message) (i64.const 0)))",
            Aborted("trap"),
        ),
        Case::body(
            "the HTTP door's status",
            "(drop (call $http_status_code))",
            Aborted("trap"),
        ),
        Case::body(
            "the HTTP door's headers",
            "(drop (call $http_headers))",
            Aborted("trap"),
        ),
        Case::body(
            "a Var's key that is not UTF-8",
            "(local.set $a (call $message)) (call $store_u8 (local.get $a) (i32.const 255))
             (drop (call $var_get (local.get $a)))",
            Aborted("trap"),
        ),
        Case::body(
            "a Var of a plugin without state",
            "(call $var_set (call $message) (call $message))",
            Aborted("bytes"),
        )
        .with("scope", "\"none\""),
    ];
    // What a guest calls its functions is no reason for anything.
    for (lie, name) in [
        ("fuel", "ran out of fuel"),
        ("memory", "oom"),
        ("code", "Returned non-zero exit code: 0"),
    ] {
        let text = guest::fields(&format!(
            "(func $lie (@name \"{name}\") unreachable)
             (func (export \"handle_pre_tool_use\") (result i32) (call $lie) (i32.const 0))"
        ));
        cases.push(Case::new(
            format!("a trap in a function whose name speaks of {lie}"),
            &text,
            Aborted("trap"),
        ));
    }
    cases
}
