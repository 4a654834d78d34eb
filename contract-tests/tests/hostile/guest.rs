//! Guests, assembled from text.

/// What every guest starts with.
const PRELUDE: &str = include_str!("../../guests/prelude.wat");
/// The guest whose turns run beside all the others.
pub(crate) const HEALTHY: &str = include_str!("../../guests/healthy.wat");

/// Leaves behind a kernel that believes in more memory than there is, where the next input would be put without a look.
///
/// The kernel adds up lengths of 64 bits and computes addresses of 32. One allocation of a little more than 2^48 bytes moves
/// its position past that, growing memory by one page; from there a second one moves it to 13 modulo 2^32, so that the
/// third one's header lies over the kernel's own length. Needs the locals `$a` and `$b`, and `$a` to be the last block.
pub(crate) const POISON: &str = "
    (local.set $a (call $alloc (i64.const 8)))
    ;; The position behind that block, counted from 65, where blocks begin.
    (local.set $b (i64.sub (i64.add (local.get $a) (i64.const 8)) (i64.const 65)))
    (drop (call $alloc (i64.add (i64.const 0x1000000000000) (i64.sub (i64.const 65408) (local.get $b)))))
    ;; Now it is 2^48 + 65420.
    (drop (call $alloc (i64.sub (i64.const 0x100000000) (i64.add (i64.const 64) (i64.const 65420)))))
    (drop (call $alloc (i64.const 0x10000)))";

/// A guest that does this in `handle_pre_tool_use`, and answers `none` if it gets to the end of it. It has the locals
/// `$a`, `$b`, `$c` and `$n` (64 bits) and `$i` (32 bits).
pub(crate) fn body(body: &str) -> String {
    fields(&format!(
        "(func (export \"handle_pre_tool_use\") (result i32)
           (local $a i64) (local $b i64) (local $c i64) (local $n i64) (local $i i32)
           {body}
           (call $decision)
           (i32.const 0))"
    ))
}

/// A guest with these module fields behind the prelude.
pub(crate) fn fields(fields: &str) -> String {
    format!("(module\n{PRELUDE}\n{fields})")
}

/// The healthy guest.
pub(crate) fn healthy() -> Vec<u8> {
    assemble(&fields(HEALTHY))
}

/// The wasm of a text.
pub(crate) fn assemble(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}
