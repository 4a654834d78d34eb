//! Wasm that cannot be a plugin: refused when it is loaded, and its events fail as long as it is configured.

use super::case::Case;
use super::case::Ending::Refused;
use super::guest;

const TURN: &str = "(func (export \"handle_pre_tool_use\") (result i32) (i32.const 0))";

/// Imports that the host does not offer.
const IMPORTS: [(&str, &str, &str); 15] = [
    (
        "an effect that does not exist",
        "\"extism:host/user\" \"git_destroy\" (func (param i64) (result i64))",
        "no such effect",
    ),
    (
        "a kernel function that does not exist",
        "\"extism:host/env\" \"alloc_more\" (func (param i64) (result i64))",
        "does not provide",
    ),
    (
        "a function of nobody's module",
        "\"env\" \"abort\" (func)",
        "does not provide",
    ),
    (
        "a function of a module without a name",
        "\"\" \"\" (func)",
        "does not provide",
    ),
    (
        "a function of itself",
        "\"main\" \"handle_pre_tool_use\" (func (result i32))",
        "does not provide",
    ),
    (
        "the host's view of an output",
        "\"extism:host/env\" \"output_offset\" (func (result i64))",
        "does not provide",
    ),
    (
        "the host's view of an error",
        "\"extism:host/env\" \"error_get\" (func (result i64))",
        "does not provide",
    ),
    (
        "an effect with another signature",
        "\"extism:host/user\" \"clock_now\" (func (param i32) (result i32))",
        "",
    ),
    (
        "a Var with another signature",
        "\"extism:host/env\" \"var_get\" (func (param i64 i64))",
        "",
    ),
    (
        "the kernel's memory",
        "\"extism:host/env\" \"memory\" (memory 1)",
        "not a function",
    ),
    (
        "the kernel's context",
        "\"extism:host/env\" \"extism_context\" (global (mut externref))",
        "not a function",
    ),
    (
        "a table",
        "\"extism:host/env\" \"table\" (table 1 funcref)",
        "not a function",
    ),
    (
        "JavaScript",
        "\"__wbindgen_placeholder__\" \"__wbindgen_throw\" (func (param i32 i32))",
        "expects JavaScript",
    ),
    (
        "WASI without saying so",
        "\"wasi_snapshot_preview1\" \"fd_write\" (func (param i32 i32 i32 i32) (result i32))",
        "wasi = true",
    ),
    (
        "the second WASI",
        "\"wasi:clocks/wall-clock@0.2.0\" \"now\" (func (param i32))",
        "does not provide",
    ),
];

/// Entry points of other shapes.
const SHAPES: [(&str, &str); 7] = [
    (
        "takes a parameter",
        "(func (export \"handle_pre_tool_use\") (param i32) (result i32) (i32.const 0))",
    ),
    ("returns nothing", "(func (export \"handle_pre_tool_use\"))"),
    (
        "returns 64 bits",
        "(func (export \"handle_pre_tool_use\") (result i64) (i64.const 0))",
    ),
    (
        "returns a float",
        "(func (export \"handle_pre_tool_use\") (result f32) (f32.const 0))",
    ),
    (
        "returns two numbers",
        "(func (export \"handle_pre_tool_use\") (result i32 i32) (i32.const 0) (i32.const 0))",
    ),
    (
        "returns a reference",
        "(func (export \"handle_pre_tool_use\") (result externref) (ref.null extern))",
    ),
    (
        "is an import handed on",
        "(import \"extism:host/env\" \"input_length\" (func (result i64))) (export \"handle_pre_tool_use\" (func 0))",
    ),
];

pub(crate) fn cases() -> Vec<Case> {
    let refused = |name: &str, wasm: Vec<u8>, why| {
        Case::of_wasm(name, wasm, Refused(why)).hooks(&["pre_tool_use"])
    };
    let healthy = guest::healthy();
    let mut cases = vec![
        refused("an empty file", Vec::new(), "not valid"),
        refused("text", b"fn main() {}".to_vec(), "not valid"),
        refused("the magic number alone", b"\0asm".to_vec(), "not valid"),
        refused("another version", b"\0asm\x02\0\0\0".to_vec(), "not valid"),
        refused(
            "half a plugin",
            healthy[..healthy.len() / 2].to_vec(),
            "not valid",
        ),
        refused(
            "a plugin without its last byte",
            healthy[..healthy.len() - 1].to_vec(),
            "not valid",
        ),
        refused(
            "a plugin and one byte more",
            [healthy.as_slice(), &[7]].concat(),
            "not valid",
        ),
        refused(
            "a module that does nothing",
            guest::assemble("(module)"),
            "no entry point",
        ),
        refused(
            "valid wasm that is not a plugin",
            guest::assemble("(module (func (export \"main\") (result i32) (i32.const 0)))"),
            "no entry point",
        ),
        refused(
            "an entry point that is a global",
            guest::assemble("(module (global (export \"handle_pre_tool_use\") i32 (i32.const 0)))"),
            "no entry point",
        ),
        refused(
            "an empty component",
            guest::assemble("(component)"),
            "component",
        ),
        refused(
            "a component around a plugin",
            guest::assemble(&format!("(component (core module {TURN}))")),
            "component",
        ),
        refused(
            "a module without the entry point it subscribes to",
            guest::assemble("(module (func (export \"handle_stop\") (result i32) (i32.const 0)))"),
            "handle_",
        ),
        refused(
            "an entry point that it does not subscribe to",
            guest::assemble(&format!(
                "(module {TURN} (func (export \"handle_stop\") (result i32) (i32.const 0)))"
            )),
            "handle_stop",
        ),
    ];
    cases.extend(IMPORTS.map(|(name, import, why)| {
        let text = format!("(module (import {import}) {TURN})");
        refused(&format!("an import of {name}"), guest::assemble(&text), why)
    }));
    cases.extend(SHAPES.map(|(name, entry)| {
        let text = format!("(module {entry})");
        refused(
            &format!("an entry point that {name}"),
            guest::assemble(&text),
            "`handle_pre_tool_use`",
        )
    }));
    cases
}
