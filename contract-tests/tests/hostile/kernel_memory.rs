//! Offsets and lengths that lie: outside memory, overlapping, huge, null, already freed, and block headers that were forged.
//!
//! A block of the kernel's memory lies behind a header of 12 bytes: its status at -12 (1 is in use, 2 is free), its size at
//! -8, the bytes used at -4. The kernel's own root lies at 1 to 65. Guests can write all of it from 57 on, and the rest
//! through a forged header of a free block.

use super::case::Case;
use super::case::Ending::{Aborted, Harmless};
use super::guest;

/// Every host function that takes an offset, with `@` in its place.
const TAKERS: [(&str, &str); 10] = [
    ("an effect's request", "(drop (call $clock_now @))"),
    (
        "a denied effect's request",
        "(drop (call $git_get_branch @))",
    ),
    ("a Var's key to read", "(drop (call $var_get @))"),
    ("a Var's key to write", "(call $var_set @ (call $empty))"),
    ("a Var's value", "(call $var_set (call $empty) @)"),
    ("a setting's key", "(drop (call $config_get @))"),
    ("a log message", "(call $env_log_error @)"),
    ("an error message", "(call $error_set @)"),
    (
        "an HTTP request",
        "(drop (call $http_request @ (i64.const 0)))",
    ),
    (
        "an HTTP body",
        "(drop (call $http_request (call $empty) @))",
    ),
];

/// Offsets that name no block, and how a guest comes by them.
const WILD: [(&str, &str, &str); 8] = [
    ("an offset far outside memory", "", "(i64.const 0x7fffffff)"),
    ("an offset past 32 bits", "", "(i64.const 0x100000001)"),
    (
        "the largest positive offset",
        "",
        "(i64.const 0x7fffffffffffffff)",
    ),
    ("an offset of -1", "", "(i64.const -1)"),
    ("an offset into the kernel's root", "", "(i64.const 17)"),
    (
        "an offset into the middle of a block",
        "(local.set $a (i64.add (call $message) (i64.const 3)))",
        "(local.get $a)",
    ),
    (
        "a block that was freed",
        "(local.set $a (call $message)) (call $free (local.get $a))",
        "(local.get $a)",
    ),
    (
        "a block from before a reset",
        "(local.set $a (call $message)) (call $reset)",
        "(local.get $a)",
    ),
];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (taker, call) in TAKERS {
        for (wild, before, offset) in WILD {
            // One taker is enough for offsets that differ in their number alone.
            if taker != TAKERS[0].0 && before.is_empty() && offset != "(i64.const -1)" {
                continue;
            }
            let body = format!("{before} {}", call.replace('@', offset));
            cases.push(Case::body(
                format!("{taker} at {wild}"),
                &body,
                Aborted("trap"),
            ));
        }
        cases.push(Case::body(
            format!("{taker} whose forged length reaches outside memory"),
            &format!(
                "(local.set $a (call $message))
                 (call $store_u64 (i64.sub (local.get $a) (i64.const 8)) (i64.const 0x00600000_00000013))
                 {}",
                call.replace('@', "(local.get $a)")
            ),
            Aborted("trap"),
        ));
        cases.push(Case::body(
            format!("{taker} whose forged length is 2 GiB"),
            &format!(
                "(local.set $a (call $message))
                 (call $store_u64 (i64.sub (local.get $a) (i64.const 8)) (i64.const 0x7fffffff_00000013))
                 {}",
                call.replace('@', "(local.get $a)")
            ),
            Aborted("bytes"),
        ));
    }
    cases.extend(harmless());
    cases.extend(outputs());
    cases.extend(damage());
    cases
}

fn harmless() -> Vec<Case> {
    vec![
        Case::body(
            "null for every offset",
            "(drop (call $clock_now (i64.const 0)))
             (drop (call $var_get (i64.const 0)))
             (call $var_set (i64.const 0) (i64.const 0))
             (drop (call $config_get (i64.const 0)))
             (call $env_log_error (i64.const 0))
             (call $error_set (i64.const 0))
             (call $output_set (i64.const 0) (i64.const 0))",
            Harmless,
        ),
        Case::body(
            "one block as key and as value",
            "(local.set $a (call $message)) (call $var_set (local.get $a) (local.get $a))",
            Harmless,
        ),
        Case::body(
            "blocks that overlap",
            // The first block is made shorter, and a second header forged inside it.
            "(local.set $a (call $alloc (i64.const 64)))
             (call $store_u64 (i64.sub (local.get $a) (i64.const 8)) (i64.const 0x00000040_00000008))
             (call $store_u8 (i64.add (local.get $a) (i64.const 8)) (i32.const 1))
             (call $store_u64 (i64.add (local.get $a) (i64.const 12)) (i64.const 0x00000200_0000002c))
             (drop (call $log_info (i64.add (local.get $a) (i64.const 20))))
             (drop (call $log_info (local.get $a)))",
            Harmless,
        ),
        Case::body(
            "the input as a request, and freed twice",
            "(drop (call $log_info (call $input_offset)))
             (call $free (call $input_offset)) (call $free (call $input_offset))
             (call $free (i64.const 0)) (call $free (i64.const 70)) (call $free (i64.const -5))",
            Harmless,
        ),
        Case::body(
            "another input for itself",
            "(call $input_set (i64.const 0xffffffff00000000) (i64.const -1))
             (drop (call $input_length))",
            Harmless,
        ),
    ]
}

fn outputs() -> Vec<Case> {
    let cases = [
        (
            "an output of 2^40 bytes",
            "(call $output_set (call $message) (i64.const 0x10000000000))",
            "output",
        ),
        (
            "an output of 2^63 bytes",
            "(call $output_set (call $message) (i64.const 0x8000000000000000))",
            "output",
        ),
        (
            "an output of 2^64 - 1 bytes",
            "(call $output_set (call $message) (i64.const -1))",
            "output",
        ),
        (
            "an output of 100 MiB that is not there",
            "(call $output_set (call $message) (i64.const 104857600))",
            "output",
        ),
        (
            "an output at 2^40",
            "(call $output_set (i64.const 0x10000000000) (i64.const 8))",
            "trap",
        ),
        (
            "an output at -8 that wraps around",
            "(call $output_set (i64.const -8) (i64.const 16))",
            "trap",
        ),
        (
            "an output past the end of memory",
            "(call $output_set (i64.const 0x1000000) (i64.const 100))",
            "trap",
        ),
        (
            "an output that begins inside memory and ends outside",
            "(loop $next (br_if $next (i64.ne (call $alloc (i64.const 65000)) (i64.const 0))))
             (call $output_set (i64.const 2095000) (i64.const 65000))",
            "trap",
        ),
        (
            "an output that is the kernel's root",
            "(call $output_set (i64.const 0) (i64.const 64)) (return (i32.const 0))",
            "output",
        ),
    ];
    cases
        .into_iter()
        .map(|(name, body, reason)| Case::body(name, body, Aborted(reason)))
        .collect()
}

/// Guests that damage the kernel's own bookkeeping, and then have the host work with it.
fn damage() -> Vec<Case> {
    vec![
        Case::body(
            "every word of the kernel's root that a guest can reach",
            "(local.set $n (i64.const 50))
             (loop $next
               (call $store_u64 (local.get $n) (i64.const -1))
               (local.set $n (i64.add (local.get $n) (i64.const 1)))
               (br_if $next (i64.lt_u (local.get $n) (i64.const 66))))
             (drop (call $clock_now (call $empty)))",
            Aborted("trap"),
        ),
        Case::body(
            "a block that is its own successor",
            "(local.set $a (call $alloc (i64.const 8)))
             (local.set $b (call $empty))
             (call $store_u64 (i64.sub (local.get $a) (i64.const 8)) (i64.const 0x00000008_fffffff4))
             (drop (call $clock_now (local.get $b)))",
            Aborted("fuel"),
        ),
        Case::body(
            "an allocation whose length does not fit 32 bits",
            "(drop (call $alloc (i64.const 0x1000000020000)))
             (drop (call $clock_now (call $empty)))",
            Harmless,
        ),
        Case::body(
            "allocations that lead the kernel outside memory, for the host's answer",
            // As in `guest::POISON`: the host's block would begin in the last page and end behind it.
            "(local.set $a (call $empty))
             (local.set $b (i64.sub (i64.add (local.get $a) (i64.const 2)) (i64.const 65)))
             (drop (call $alloc (i64.add (i64.const 0x1000000000000) (i64.sub (i64.const 65408) (local.get $b)))))
             (drop (call $alloc (i64.const 1048590)))
             (drop (call $clock_now (local.get $a)))",
            Aborted("trap"),
        ),
        Case::body(
            "allocations that lead the kernel to its own root, for the host's answer",
            &format!("{} (drop (call $clock_now (i64.const 0)))", guest::POISON),
            Harmless,
        ),
        Case::body(
            "a forged free block at the end of memory, for the host's answer",
            // The first block's size leads to the forged header; the block behind it lies outside memory.
            "(local.set $a (call $empty))
             (call $store_u8 (i64.const 65524) (i32.const 2))
             (call $store_u64 (i64.const 65528) (i64.const 0x00000000_00000060))
             (local.set $b (call $alloc (i64.const 8)))
             (call $store_u64 (i64.sub (local.get $b) (i64.const 8))
               (i64.or (i64.shl (i64.const 8) (i64.const 32)) (i64.sub (i64.const 65524) (local.get $b))))
             (drop (call $clock_now (local.get $a)))",
            Harmless,
        ),
        Case::body(
            "a forged free block of 1 GiB, for the host's answer",
            "(local.set $a (call $alloc (i64.const 64)))
             (local.set $b (call $empty))
             (call $store_u8 (i64.sub (local.get $a) (i64.const 12)) (i32.const 2))
             (call $store_u64 (i64.sub (local.get $a) (i64.const 8)) (i64.const 0x00000000_40000000))
             (drop (call $clock_now (local.get $b)))",
            Aborted("trap"),
        ),
        poisoned("a kernel that believes in more memory than there is, and the next turn's input", 1 << 20),
        poisoned("a kernel that believes in more memory than there is, and a small input", 100),
    ]
}

/// Damages the kernel and answers all the same; the session's next turn runs on the same instance.
fn poisoned(name: &str, next_input: usize) -> Case {
    let body = format!("(call $decision) {} (return (i32.const 0))", guest::POISON);
    Case::body(name, &body, Harmless)
        .with("instance", "\"reuse\"")
        .with("whole_inputs", "true")
        .budget("memory", "\"8MiB\"")
        .again(next_input, Aborted("trap"))
}
