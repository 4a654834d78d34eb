//! Code that would run before any turn does. Without WASI it is refused on sight; with WASI it may run, and a host function
//! it calls has to fail cleanly: Extism's own pointers lead nowhere at that time.

use super::case::Case;
use super::case::Ending::{Aborted, Harmless, Refused};
use super::guest;

/// Ways to run unasked.
const STARTS: [(&str, &str); 4] = [
    ("a start section", "(func $run @) (start $run)"),
    ("_initialize", "(func (export \"_initialize\") @)"),
    (
        "__wasm_call_ctors",
        "(func (export \"__wasm_call_ctors\") @)",
    ),
    ("hs_init", "(func (export \"hs_init\") (param i32 i32) @)"),
];

/// What needs a turn.
const CALLS: [(&str, &str); 8] = [
    ("reads a Var", "(drop (call $var_get (call $message)))"),
    (
        "reads a Var at a wild offset",
        "(drop (call $var_get (i64.const -1)))",
    ),
    (
        "writes a Var",
        "(call $var_set (call $message) (call $message))",
    ),
    (
        "asks for an effect",
        "(drop (call $clock_now (call $empty)))",
    ),
    ("logs", "(call $env_log_error (call $message))"),
    ("sets an output", "(call $decision)"),
    ("sets an error", "(call $error_set (call $message))"),
    (
        "asks for HTTP",
        "(drop (call $http_request (call $message) (i64.const 0)))",
    ),
];

const TURN: &str =
    "(func (export \"handle_pre_tool_use\") (result i32) (call $decision) (i32.const 0))";

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (way, start) in STARTS {
        let starting = |does: &str| guest::fields(&format!("{} {TURN}", start.replace('@', does)));
        let word = if way.starts_with('a') {
            "start section"
        } else {
            way
        };
        cases.push(Case::new(
            format!("{way} without WASI"),
            &starting(""),
            Refused(match word {
                "start section" => "it has a start section",
                "_initialize" => "it exports `_initialize`",
                "hs_init" => "it exports `hs_init`",
                _ => "it exports `__wasm_call_ctors`",
            }),
        ));
        cases.push(
            Case::new(
                format!("{way} that minds its own business"),
                &starting("(drop (call $empty))"),
                Harmless,
            )
            .wasi(),
        );
        for (does, call) in CALLS {
            cases.push(
                Case::new(
                    format!("{way} that {does}"),
                    &starting(call),
                    Refused("while no turn runs"),
                )
                .wasi(),
            );
        }
        cases.push(
            Case::new(
                format!("{way} that never ends"),
                &starting("(loop $next (br $next))"),
                Refused(""),
            )
            .wasi(),
        );
        cases.push(
            Case::new(
                format!("{way} that traps"),
                &starting("unreachable"),
                Refused(""),
            )
            .wasi(),
        );
        cases.push(poisoned(way, start));
    }
    // Only its exports decide when such a module's start section runs.
    cases.push(
        Case::new(
            "a command whose start section reads a Var",
            &guest::fields(&format!(
                "(func $run (drop (call $var_get (call $message)))) (start $run) (func (export \"_start\")) {TURN}"
            )),
            Refused("while no turn runs"),
        )
        .wasi(),
    );
    cases.push(Case::new(
        "an export that nobody runs",
        &guest::fields(&format!("(func (export \"_start\") unreachable) {TURN}")),
        Harmless,
    ));
    cases
}

/// Damages the kernel before the first input is put into its memory: see `kernel_memory`.
fn poisoned(way: &str, start: &str) -> Case {
    let poison = format!("(local $a i64) (local $b i64) {}", guest::POISON);
    Case::new(
        format!("{way} that damages the kernel for the first input"),
        &guest::fields(&format!("{} {TURN}", start.replace('@', &poison))),
        Aborted("trap"),
    )
    .wasi()
    .with("whole_inputs", "true")
    .budget("memory", "\"8MiB\"")
    .padding(3 << 20)
    .hopeless()
}
