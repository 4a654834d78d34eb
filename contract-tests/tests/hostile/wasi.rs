//! Guests with WASI: it lets nobody wait, and every call of it is one of the turn's.

use super::case::Case;
use super::case::Ending::{Aborted, Harmless, Refused};
use super::guest;

const IMPORTS: &str = "
  (import \"wasi_snapshot_preview1\" \"poll_oneoff\" (func $poll (param i32 i32 i32 i32) (result i32)))
  (import \"wasi_snapshot_preview1\" \"sched_yield\" (func $yield (result i32)))
  (import \"wasi_snapshot_preview1\" \"random_get\" (func $random (param i32 i32) (result i32)))
  (import \"wasi_snapshot_preview1\" \"fd_write\" (func $write (param i32 i32 i32 i32) (result i32)))
  (import \"wasi_snapshot_preview1\" \"clock_time_get\" (func $clock (param i32 i64 i32) (result i32)))
  (type $plain (func (result i32)))
  (table $wasi 2 funcref) (elem (table $wasi) (i32.const 0) func $yield $sleeps)
  (global $elsewhere (mut funcref) (ref.func $yield))
  ;; An hour, on a clock.
  (func $sleeps (result i32)
    (i64.store (i32.const 3072) (i64.const 0)) (i64.store (i32.const 3080) (i64.const 0))
    (i32.store (i32.const 3088) (i32.const 1)) (i64.store (i32.const 3096) (i64.const 3600000000000))
    (call $poll (i32.const 3072) (i32.const 3200) (i32.const 1) (i32.const 3300)))
  (func $writes (result i32)
    (i32.store (i32.const 3400) (i32.const 2048)) (i32.store (i32.const 3404) (i32.const 1000))
    (call $write (i32.const 1) (i32.const 3400) (i32.const 1) (i32.const 3500)))";

/// What is done over and over.
const CALLS: [(&str, &str); 7] = [
    ("sleep", "(drop (call $sleeps))"),
    ("yield", "(drop (call $yield))"),
    (
        "draw random bytes",
        "(drop (call $random (i32.const 2048) (i32.const 8)))",
    ),
    ("write", "(drop (call $writes))"),
    (
        "read the clock",
        "(drop (call $clock (i32.const 1) (i64.const 0) (i32.const 2048)))",
    ),
    (
        "yield through a table",
        "(drop (call_indirect $wasi (type $plain) (i32.const 0)))",
    ),
    (
        "sleep through a table",
        "(drop (call_indirect $wasi (type $plain) (i32.const 1)))",
    ),
];

fn with_wasi(text: &str) -> String {
    // Imports stand first, and so do what is meant by these names.
    let (imports, rest) = IMPORTS.split_once("(type $plain").unwrap_or((IMPORTS, ""));
    let end = text.rfind(')').unwrap_or(text.len());
    let module = text[..end].replacen("(module", &format!("(module{imports}"), 1);
    format!("{module}(type $plain{rest})")
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (does, call) in CALLS {
        let text = with_wasi(&guest::body(call));
        cases.push(Case::new(format!("it does {does}, with WASI"), &text, Harmless).wasi());
        let endless = with_wasi(&guest::body(&format!("(loop $next {call} (br $next))")));
        let name = format!("without end it does {does}");
        cases.push(Case::new(name, &endless, Aborted("effects")).wasi());
        for (way, start) in [
            ("a start section", "(func $run @) (start $run)"),
            ("_initialize", "(func (export \"_initialize\") @)"),
        ] {
            let starting = |does: &str| {
                let start = start.replace('@', does);
                with_wasi(&guest::fields(&format!(
                    "{start} (func (export \"handle_pre_tool_use\") (result i32) (call $decision) (i32.const 0))"
                )))
            };
            let name = format!("{way} does {does}");
            cases.push(Case::new(name, &starting(call), Harmless).wasi());
            let endless = format!("(loop $next {call} (br $next))");
            let name = format!("without end {way} does {does}");
            cases.push(Case::new(name, &starting(&endless), Refused("too often")).wasi());
        }
    }
    cases.push(Case::new(
        "WASI without a word of it in the manifest",
        &with_wasi(&guest::body("")),
        Refused("it imports WASI"),
    ));
    cases.push(
        Case::new(
            "what counts WASI's calls, called by the guest",
            "(module (import \"sinew:host\" \"tick\" (func)) (func (export \"handle_pre_tool_use\") (result i32) (i32.const 0)))",
            Refused("which the host does not provide"),
        )
        .wasi()
        .hooks(&["pre_tool_use"]),
    );
    cases
}
