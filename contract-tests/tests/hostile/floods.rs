//! Guests that never stop: in wasm, where fuel ends them, and in the host, where its own limits have to.

use super::case::Case;
use super::case::Ending::{Aborted, Refused};
use super::guest;

/// What is done over and over, and what puts an end to it.
const LOOPS: [(&str, &str, &str); 24] = [
    ("an endless loop", "(br $next)", "fuel"),
    (
        "endless division",
        "(local.set $n (i64.div_u (i64.const -1) (i64.add (local.get $n) (i64.const 3))))",
        "fuel",
    ),
    (
        "endless memory.fill",
        "(memory.fill (i32.const 2048) (i32.const 1) (i32.const 60000))",
        "fuel",
    ),
    (
        "endless memory.copy",
        "(memory.copy (i32.const 2048) (i32.const 4096) (i32.const 60000))",
        "fuel",
    ),
    (
        "endless memory.grow by nothing",
        "(drop (memory.grow (i32.const 0)))",
        "fuel",
    ),
    (
        "endless allocation and freeing",
        "(call $free (call $message))",
        "fuel",
    ),
    (
        "endless lengths",
        "(drop (call $length (call $input_offset)))",
        "fuel",
    ),
    (
        "endless requests that the kernel cannot hold",
        "(drop (call $alloc (i64.const 0x7fffffff)))",
        "memory",
    ),
    (
        "endless looks at the log level",
        "(drop (call $get_log_level))",
        "effects",
    ),
    (
        "endless outputs",
        "(call $output_set (local.get $a) (i64.const 19))",
        "effects",
    ),
    (
        "endless errors",
        "(call $error_set (local.get $a))",
        "effects",
    ),
    (
        "endless logs through Extism's own functions",
        "(call $env_log_error (local.get $a))",
        "effects",
    ),
    (
        "endless logs of nothing",
        "(call $env_log_error (i64.const 0))",
        "effects",
    ),
    (
        "endless log effects",
        "(drop (call $log_info (local.get $a)))",
        "effects",
    ),
    (
        "endless clock readings",
        "(drop (call $clock_now (i64.const 0)))",
        "effects",
    ),
    (
        "endless effects that are refused",
        "(drop (call $git_get_branch (local.get $b)))",
        "effects",
    ),
    (
        "endless requests that are no JSON",
        "(drop (call $git_get_branch (call $input_offset)))",
        "effects",
    ),
    (
        "endless randomness",
        "(drop (call $random_bytes (local.get $c)))",
        "effects",
    ),
    (
        "endless Vars under new names",
        "(call $store_u64 (local.get $a) (i64.or (i64.and (i64.mul (local.get $n) (i64.const 0x0101010101010101)) (i64.const 0x3f3f3f3f3f3f3f3f)) (i64.const 0x4040404040404040))) (call $var_set (local.get $a) (local.get $b))",
        "bytes",
    ),
    (
        "endless writes of one Var",
        "(call $var_set (local.get $a) (local.get $b))",
        "bytes",
    ),
    (
        "endless removals of one Var",
        "(call $var_set (local.get $a) (i64.const 0))",
        "bytes",
    ),
    (
        "endless readings of one Var",
        "(drop (call $var_get (local.get $a)))",
        "effects",
    ),
    (
        "endless readings of one setting",
        "(drop (call $config_get (local.get $a)))",
        "effects",
    ),
    (
        "endless removals of a Var without a name",
        "(call $var_set (i64.const 0) (i64.const 0))",
        "bytes",
    ),
];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases: Vec<_> = LOOPS
        .into_iter()
        .map(|(name, step, reason)| {
            let body = format!(
                "(local.set $a (call $message)) (local.set $b (call $path)) (local.set $c (call $kilobyte))
                 (loop $next
                   {step}
                   (local.set $n (i64.add (local.get $n) (i64.const 1)))
                   (br $next))"
            );
            Case::body(name, &body, Aborted(reason))
        })
        .collect();
    cases.push(different_names());
    cases.push(large_requests());
    cases.push(large_outputs());
    cases.extend(bulk());
    cases
}

/// Reads Vars under names that are all different, as many as it may: each would stand in the turn's record.
fn different_names() -> Case {
    Case::body(
        "endless readings of Vars under names of a kilobyte",
        "(local.set $a (call $alloc (i64.const 1000)))
         (loop $fill
           (call $store_u8 (i64.add (local.get $a) (local.get $n)) (i32.const 65))
           (local.set $n (i64.add (local.get $n) (i64.const 1)))
           (br_if $fill (i64.lt_u (local.get $n) (i64.const 1000))))
         (loop $next
           (call $store_u64 (local.get $a)
             (i64.or (i64.and (local.get $n) (i64.const 0x3f)) (i64.or
               (i64.shl (i64.and (local.get $n) (i64.const 0xfc0)) (i64.const 2))
               (i64.const 0x4040404040404040))))
           (drop (call $var_get (local.get $a)))
           (local.set $n (i64.add (local.get $n) (i64.const 1)))
           (br $next))",
        Aborted("bytes"),
    )
}

/// Sends requests of 4 MiB, far over its budget of bytes that are recorded, as often as it may.
fn large_requests() -> Case {
    Case::body(
        "requests of 4 MiB where 256 KiB may be recorded",
        "(local.set $a (call $alloc (i64.const 4194304)))
         (loop $next (drop (call $log_info (local.get $a))) (br $next))",
        Aborted("effects"),
    )
    .budget("memory", "\"8MiB\"")
}

/// Hands out an output of 60,000 bytes over and over: a copy by the host for two instructions of the guest.
fn large_outputs() -> Case {
    Case::body(
        "endless outputs of 60,000 bytes",
        "(local.set $a (call $alloc (i64.const 60000)))
         (loop $next (call $output_set (local.get $a) (i64.const 60000)) (br $next))",
        Aborted("effects"),
    )
}

/// Instructions that do much at once.
fn bulk() -> Vec<Case> {
    let endless = |fields: &str, step: &str| {
        guest::fields(&format!(
            "{fields}
             (func (export \"handle_pre_tool_use\") (result i32) (loop $next {step} (br $next)) (i32.const 0))"
        ))
    };
    let table = "(table $t 10000 funcref) (elem $e func $decision)";
    vec![
        Case::new("endless table.fill", &endless(table, "(table.fill $t (i32.const 0) (ref.null func) (i32.const 10000))"), Aborted("fuel")),
        Case::new("endless table.copy", &endless(table, "(table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 9999))"), Aborted("fuel")),
        Case::new("endless table.grow by nothing", &endless(table, "(drop (table.grow $t (ref.null func) (i32.const 0)))"), Aborted("fuel")),
        Case::new(
            "endless table.init",
            &endless(&format!("{table} (elem $l func {})", "$decision ".repeat(1000)), "(table.init $t $l (i32.const 0) (i32.const 0) (i32.const 1000))"),
            Aborted("fuel"),
        ),
        Case::new(
            "endless memory.init",
            &endless(&format!("(data $d \"{}\")", "x".repeat(30_000)), "(memory.init $d (i32.const 2048) (i32.const 0) (i32.const 30000))"),
            Aborted("fuel"),
        ),
        Case::new(
            "endless new arrays",
            &endless("(type $bytes (array (mut i8)))", "(drop (array.new $bytes (i32.const 1) (i32.const 10000)))"),
            Refused("gc"),
        ),
        Case::new(
            "endless array.fill",
            &endless(
                "(type $bytes (array (mut i8))) (global $g (mut (ref null $bytes)) (ref.null $bytes))
                 (func $make (global.set $g (array.new $bytes (i32.const 1) (i32.const 100000))))",
                "(if (ref.is_null (global.get $g)) (then (call $make)))
                 (array.fill $bytes (global.get $g) (i32.const 0) (i32.const 2) (i32.const 100000))",
            ),
            Refused("gc"),
        ),
    ]
}
