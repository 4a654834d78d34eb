//! Memory, stack and tables to the limit and past it.

use super::case::Case;
use super::case::Ending::{Aborted, Harmless, Refused};
use super::guest;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::body(
            "its own memory, page by page",
            "(loop $next (br_if $next (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))",
            Aborted("memory"),
        ),
        Case::body(
            "all 65,536 pages at once",
            "(drop (memory.grow (i32.const 65535)))",
            Aborted("memory"),
        ),
        Case::body(
            "the kernel's memory, block by block",
            "(loop $next (br_if $next (i64.ne (call $alloc (i64.const 65000)) (i64.const 0))))
             (call $reset)",
            Harmless,
        ),
        Case::body(
            "answers of the host that fill the kernel's memory",
            "(drop (call $alloc (i64.const 1900000)))
             (local.set $c (call $kilobyte))
             (loop $next (drop (call $random_bytes (local.get $c))) (br $next))",
            Aborted("memory"),
        )
        .budget("effects", "1000")
        .budget("record_bytes", "\"8MiB\""),
        Case::body("an input larger than its memory", "", Aborted("memory"))
            .with("whole_inputs", "true")
            .padding(3 << 20),
        recursion("endless recursion", ""),
        recursion("endless recursion that looks at the log level", "(drop (call $get_log_level))"),
        recursion("endless recursion that allocates", "(drop (call $alloc (i64.const 1)))"),
        recursion("endless recursion that reads a Var", "(drop (call $var_get (global.get $g)))"),
        recursion_of_effects(),
        Case::new(
            "a table that grows as long as it can",
            &guest::fields(
                "(table $t 1 funcref)
                 (func (export \"handle_pre_tool_use\") (result i32)
                   (loop $next (br_if $next (i32.ne (table.grow $t (ref.null func) (i32.const 1000)) (i32.const -1))))
                   (call $decision) (i32.const 0))",
            ),
            Harmless,
        ),
        Case::new(
            "ever more objects that are all kept",
            &guest::fields(
                "(type $link (struct (field (ref null $link)) (field i64) (field i64)))
                 (func (export \"handle_pre_tool_use\") (result i32) (local $l (ref null $link))
                   (loop $next
                     (local.set $l (struct.new $link (local.get $l) (i64.const 1) (i64.const 2)))
                     (br $next))
                   (i32.const 0))",
            ),
            Refused("the GC proposal is disabled"),
        ),
        Case::new(
            "an array larger than its memory",
            &guest::fields(
                "(type $bytes (array (mut i8)))
                 (func (export \"handle_pre_tool_use\") (result i32)
                   (drop (array.new $bytes (i32.const 1) (i32.const 0x7fffffff)))
                   (i32.const 0))",
            ),
            Refused("gc"),
        ),
        Case::new(
            "an exception through every frame",
            &guest::fields(&format!("(tag $e) (func $throw (throw $e)) {NOTHING}")),
            Refused("exceptions"),
        ),
        Case::new("a table of 10,000,000 entries", &guest::fields(&format!("(table 10000000 funcref) {NOTHING}")), Refused("table")),
        Case::new(
            "a memory of 4 GiB from the start",
            &guest::body("").replace("(memory (export \"memory\") 1)", "(memory (export \"memory\") 65536)"),
            Refused("memory"),
        ),
        Case::new("a second memory", &guest::fields(&format!("(memory 1) {NOTHING}")), Refused("memor")),
        Case::new(
            "a memory of 64 bits that grows without end",
            "(module (memory i64 1)
               (func (export \"handle_pre_tool_use\") (result i32)
                 (drop (memory.grow (i64.const 0x7fffffffffff)))
                 (drop (i64.load (i64.const 0x7fffffffffffffff)))
                 (i32.const 0)))",
            Aborted("memory"),
        )
        .hooks(&["pre_tool_use"]),
        Case::new(
            "a thread that waits for ever",
            &guest::fields(&format!("(memory $shared 1 1 shared) {NOTHING}")),
            Refused("threads"),
        ),
        Case::body(
            "waiting for ever on memory that nobody shares",
            "(drop (memory.atomic.wait32 (i32.const 2048) (i32.const 0) (i64.const -1)))",
            Refused("threads"),
        ),
    ]
}

const NOTHING: &str =
    "(func (export \"handle_pre_tool_use\") (result i32) (call $decision) (i32.const 0))";

/// Recurses without end, and does this on every level: the last time, where hardly any stack is left.
fn recursion(name: &str, step: &str) -> Case {
    Case::new(
        name,
        &guest::fields(&format!(
            "(global $g (mut i64) (i64.const 0))
             (func $down (param $n i64) (result i64)
               {step}
               (i64.add (call $down (i64.add (local.get $n) (i64.const 1))) (local.get $n)))
             (func (export \"handle_pre_tool_use\") (result i32)
               (global.set $g (call $message))
               (drop (call $down (i64.const 0)))
               (i32.const 0))"
        )),
        Aborted("trap"),
    )
}

/// Goes down until hardly any stack is left, and asks for an effect on its way back up, level by level.
fn recursion_of_effects() -> Case {
    Case::new(
        "effects where hardly any stack is left",
        &guest::fields(
            "(global $g (mut i64) (i64.const 0))
             (global $left (mut i64) (i64.const 0))
             (global $empty (mut i64) (i64.const 0))
             (global $path (mut i64) (i64.const 0))
             (func $down (param $n i64) (result i64)
               (if (i64.gt_u (local.get $n) (global.get $left))
                 (then
                   (call $free (call $clock_now (global.get $empty)))
                   (call $free (call $git_get_branch (global.get $path)))
                   (return (i64.const 0))))
               (i64.add (call $down (i64.add (local.get $n) (i64.const 1))) (local.get $n)))
             (func (export \"handle_pre_tool_use\") (result i32)
               (global.set $empty (call $empty))
               (global.set $path (call $path))
               (global.set $left (i64.const 1000))
               (loop $deeper
                 (drop (call $down (i64.const 0)))
                 (global.set $left (i64.add (global.get $left) (i64.const 50)))
                 (br $deeper))
               (i32.const 0))",
        ),
        Aborted("trap"),
    )
    .budget("effects", "100_000")
    .budget("fuel", "200_000_000")
    .budget("record_bytes", "\"64MiB\"")
}
