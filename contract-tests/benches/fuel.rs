//! How long a unit of fuel takes, instruction by instruction: what stands behind the prices in the plugin room and the
//! figure by which a manifest's fuel and wall time are held against each other. `just bench` prints it last.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement that cannot be made has failed, and printing is what it is for"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use sinew_runtime::effects::{EffectId, LogLevel};
use sinew_runtime::plugin::{Abort, AbortReason, Border, Build, BuildSettings, HostLimits};

/// Fuel of one run.
const FUEL: u64 = 30_000_000;
/// The same for the chain of reads, which is laid out first.
const FUEL_CHAIN: u64 = 100_000_000;
/// Runs of each guest; the slowest counts.
const RUNS: usize = 3;
/// Instructions in a row inside the loop, so that the loop itself weighs nothing.
const IN_A_ROW: usize = 64;

/// Operators of one operand, applied to their own result: name, the type it works on.
const UNARY: [(&str, &str); 29] = [
    ("i32.eqz", "i32"),
    ("i64.popcnt", "i64"),
    ("i64.clz", "i64"),
    ("f32.sqrt", "f32"),
    ("f64.sqrt", "f64"),
    ("f32.nearest", "f32"),
    ("f64.ceil", "f64"),
    ("f64.floor", "f64"),
    ("f64.trunc", "f64"),
    ("f64.nearest", "f64"),
    ("f64.abs", "f64"),
    ("f64x2.sqrt", "v128"),
    ("f32x4.sqrt", "v128"),
    ("f64x2.nearest", "v128"),
    ("f32x4.ceil", "v128"),
    ("i8x16.popcnt", "v128"),
    ("i64x2.abs", "v128"),
    ("i32x4.trunc_sat_f32x4_s", "v128"),
    ("i32x4.trunc_sat_f32x4_u", "v128"),
    ("i32x4.trunc_sat_f64x2_u_zero", "v128"),
    ("f32x4.convert_i32x4_u", "v128"),
    ("f64x2.convert_low_i32x4_u", "v128"),
    ("f64x2.promote_low_f32x4", "v128"),
    ("f32x4.demote_f64x2_zero", "v128"),
    ("i32x4.extadd_pairwise_i16x8_u", "v128"),
    ("i16x8.neg", "v128"),
    ("i32.load offset=65536", "i32"),
    ("table.get $t", "table"),
    ("call $same", "i64"),
];

/// Operators of two operands, the second one a constant.
const BINARY: [(&str, &str); 34] = [
    ("i32.add", "i32"),
    ("i64.mul", "i64"),
    ("i32.div_s", "i32"),
    ("i32.rem_u", "i32"),
    ("i64.div_s", "i64"),
    ("i64.div_u", "i64"),
    ("i64.rem_s", "i64"),
    ("i64.rem_u", "i64"),
    ("i64.rotl", "i64"),
    ("f32.div", "f32"),
    ("f64.div", "f64"),
    ("f64.add", "f64"),
    ("f64.mul", "f64"),
    ("f64.min", "f64"),
    ("f32.max", "f32"),
    ("f64.copysign", "f64"),
    ("f64x2.div", "v128"),
    ("f32x4.div", "v128"),
    ("f64x2.add", "v128"),
    ("f64x2.min", "v128"),
    ("f32x4.max", "v128"),
    ("f64x2.pmin", "v128"),
    ("i64x2.mul", "v128"),
    ("i32x4.mul", "v128"),
    ("i8x16.swizzle", "v128"),
    ("i8x16.relaxed_swizzle", "v128"),
    ("i16x8.q15mulr_sat_s", "v128"),
    ("i32x4.dot_i16x8_s", "v128"),
    ("i64x2.extmul_high_i32x4_s", "v128"),
    ("i8x16.avgr_u", "v128"),
    ("i8x16.narrow_i16x8_s", "v128"),
    ("f64x2.lt", "v128"),
    ("i64x2.gt_s", "v128"),
    (
        "i8x16.shuffle 0 17 2 19 4 21 6 23 8 25 10 27 12 29 14 31",
        "v128",
    ),
];

/// Whole statements, which may use the locals `$i` and `$j` (32 bits), `$n` (64 bits) and `$v` (vector).
const STATEMENTS: [(&str, &str); 38] = [
    ("nothing", "(nop)"),
    ("a branch to itself", "(block (br 0))"),
    ("memory.size", "(drop (memory.size))"),
    (
        "memory.grow by nothing",
        "(drop (memory.grow (i32.const 0)))",
    ),
    (
        "memory.fill of nothing",
        "(memory.fill (i32.const 9) (i32.const 0) (local.get $i))",
    ),
    (
        "memory.fill of a byte",
        "(memory.fill (i32.const 9) (i32.const 0) (i32.const 1))",
    ),
    (
        "memory.fill of 200 bytes",
        "(memory.fill (i32.const 9) (i32.const 0) (i32.const 200))",
    ),
    (
        "memory.fill of 4 KiB",
        "(memory.fill (i32.const 9) (i32.const 0) (i32.const 4096))",
    ),
    (
        "memory.fill of 1 MiB",
        "(memory.fill (i32.const 9) (i32.const 0) (i32.const 1048576))",
    ),
    (
        "memory.fill of 32 MiB",
        "(memory.fill (i32.const 9) (i32.const 0) (i32.const 33554432))",
    ),
    (
        "memory.copy of nothing",
        "(memory.copy (i32.const 9) (i32.const 0) (local.get $i))",
    ),
    (
        "memory.copy of a byte",
        "(memory.copy (i32.const 9) (i32.const 0) (i32.const 1))",
    ),
    (
        "memory.copy of 200 bytes",
        "(memory.copy (i32.const 9) (i32.const 0) (i32.const 200))",
    ),
    (
        "memory.copy of 4 KiB",
        "(memory.copy (i32.const 9) (i32.const 0) (i32.const 4096))",
    ),
    (
        "memory.copy of 1 MiB",
        "(memory.copy (i32.const 2097161) (i32.const 0) (i32.const 1048576))",
    ),
    (
        "memory.copy of 30 MiB",
        "(memory.copy (i32.const 33554432) (i32.const 3) (i32.const 31457280))",
    ),
    (
        "memory.copy of 30 MiB over itself",
        "(memory.copy (i32.const 33) (i32.const 0) (i32.const 31457280))",
    ),
    (
        "memory.init of nothing",
        "(memory.init $d (i32.const 9) (i32.const 0) (i32.const 0))",
    ),
    (
        "memory.init of 16 bytes",
        "(memory.init $d (i32.const 9) (i32.const 0) (i32.const 16))",
    ),
    ("data.drop", "(data.drop $e)"),
    ("elem.drop", "(elem.drop $l)"),
    ("table.size", "(drop (table.size $t))"),
    ("table.set", "(table.set $t (i32.const 1) (ref.null func))"),
    (
        "table.grow by nothing",
        "(drop (table.grow $t (ref.null func) (i32.const 0)))",
    ),
    (
        "table.fill of one",
        "(table.fill $t (i32.const 0) (ref.null func) (i32.const 1))",
    ),
    (
        "table.fill of 1000",
        "(table.fill $t (i32.const 0) (ref.null func) (i32.const 1000))",
    ),
    (
        "table.copy of one",
        "(table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 1))",
    ),
    (
        "table.copy of 1000",
        "(table.copy $t $t (i32.const 0) (i32.const 10) (i32.const 1000))",
    ),
    (
        "table.init of one",
        "(table.init $t $l2 (i32.const 0) (i32.const 0) (i32.const 1))",
    ),
    ("ref.func", "(table.set $t (i32.const 2) (ref.func $same))"),
    ("call", "(call $nothing)"),
    (
        "call_indirect",
        "(call_indirect $t (type $u) (i32.const 0))",
    ),
    (
        "call_indirect to either of two",
        "(local.set $n (i64.add (i64.mul (local.get $n) (i64.const 6364136223846793005)) (i64.const 1))) (call_indirect $t (type $u) (i32.wrap_i64 (i64.shr_u (local.get $n) (i64.const 63))))",
    ),
    (
        "br_table anywhere",
        "(local.set $n (i64.add (i64.mul (local.get $n) (i64.const 6364136223846793005)) (i64.const 1))) (block (block (block (block (br_table 0 1 2 3 (i32.wrap_i64 (i64.shr_u (local.get $n) (i64.const 62)))))) (local.set $i (i32.const 0))) (local.set $j (i32.const 1)))",
    ),
    (
        "a store anywhere in 32 MiB",
        "(local.set $n (i64.add (i64.mul (local.get $n) (i64.const 6364136223846793005)) (i64.const 1))) (i32.store (i32.wrap_i64 (i64.shr_u (local.get $n) (i64.const 39))) (i32.const 1))",
    ),
    (
        "a copy of 8 bytes from anywhere",
        "(local.set $n (i64.add (i64.mul (local.get $n) (i64.const 6364136223846793005)) (i64.const 1))) (memory.copy (i32.const 0) (i32.wrap_i64 (i64.shr_u (local.get $n) (i64.const 39))) (i32.const 8))",
    ),
    (
        "i64.trunc_sat_f64_u",
        "(local.set $n (i64.trunc_sat_f64_u (f64.convert_i64_u (local.get $n))))",
    ),
    (
        "i32.trunc_f64_s",
        "(local.set $i (i32.trunc_f64_s (f64.convert_i32_s (local.get $i))))",
    ),
];

fn main() {
    // `cargo test --benches` runs it, too, and wants no numbers.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let only = std::env::var("ONLY").unwrap_or_default();
    let mut all = Vec::new();
    for (name, kind) in UNARY {
        all.push((name.to_owned(), unary(name, kind)));
    }
    for (name, kind) in BINARY {
        all.push((name.to_owned(), binary(name, kind)));
    }
    for (name, text) in STATEMENTS {
        all.push((name.to_owned(), text.repeat(IN_A_ROW)));
    }
    all.push(("a chain of reads across 32 MiB".into(), String::new()));
    let mut table: Vec<(f64, String)> = all
        .into_iter()
        .filter(|(name, _)| name.contains(&only))
        .map(|(name, body)| (nanoseconds_per_fuel(&name, &body), name))
        .collect();
    table.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (nanoseconds, name) in table {
        println!("{nanoseconds:>9.3} ns/fuel  {name}");
    }
}

fn unary(operator: &str, kind: &str) -> String {
    let (start, end) = (
        format!("({operator} ").repeat(IN_A_ROW),
        ")".repeat(IN_A_ROW),
    );
    match kind {
        "i32" => format!("(local.set $i {start}(local.get $i){end})"),
        "i64" => format!("(local.set $n {start}(local.get $n){end})"),
        "f32" => format!("(local.set $f {start}(local.get $f){end})"),
        "f64" => format!("(local.set $g {start}(local.get $g){end})"),
        "table" => format!("(drop ({operator} (i32.const 1)))").repeat(IN_A_ROW),
        _ => format!("(local.set $v {start}(local.get $v){end})"),
    }
}

fn binary(operator: &str, kind: &str) -> String {
    let (local, constant) = match kind {
        "i32" => ("$i", "(i32.const 3)"),
        "i64" => ("$n", "(i64.const 3)"),
        "f32" => ("$f", "(f32.const 1.000001)"),
        "f64" => ("$g", "(f64.const 1.000001)"),
        _ => ("$v", "(local.get $w)"),
    };
    let start = format!("({operator} ").repeat(IN_A_ROW);
    let end = format!(" {constant})").repeat(IN_A_ROW);
    format!("(local.set {local} {start}(local.get {local}){end})")
}

/// The slowest of some runs to the end of the fuel.
fn nanoseconds_per_fuel(name: &str, body: &str) -> f64 {
    let chain = name.starts_with("a chain");
    let body = if chain {
        unary("i32.load", "i32")
    } else {
        body.to_owned()
    };
    // A permutation with one cycle through every cache line of 32 MiB, by a generator of full period.
    let prepare = if chain {
        "(loop $fill
           (local.set $j (i32.and (i32.add (i32.mul (local.get $i) (i32.const 1664525)) (i32.const 1013904223)) (i32.const 0x7ffff)))
           (i32.store (i32.shl (local.get $i) (i32.const 6)) (i32.shl (local.get $j) (i32.const 6)))
           (local.set $i (local.get $j))
           (br_if $fill (local.get $i)))"
    } else {
        ""
    };
    let text = format!(
        "(module
           (type $u (func))
           (memory (export \"memory\") 1024) (table $t 2000 funcref)
           (data $d \"sixteen bytes ..\") (data $e \"\") (elem $l func $same) (elem $l2 func $same)
           (elem (table $t) (i32.const 0) func $nothing $nothing2)
           (global $kept (mut i32) (i32.const 0))
           (func $same (param i64) (result i64) (local.get 0))
           (func $nothing) (func $nothing2 (global.set $kept (i32.const 1)))
           (func (export \"handle_hook_event\") (result i32)
             (local $i i32) (local $j i32) (local $n i64) (local $f f32) (local $g f64) (local $v v128) (local $w v128)
             (local.set $n (i64.const -1)) (local.set $f (f32.const 3.7e30)) (local.set $g (f64.const 3.7e300))
             (local.set $v (v128.const i64x2 0x7fe0123456789abc 0x7fe0123456789abc))
             (local.set $w (v128.const i64x2 0x3ff0000123456789 0x3ff0000123456789))
             {prepare}
             (loop $next {body} (br $next))
             (i32.const 0)))"
    );
    let wasm = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}"));
    let settings = BuildSettings {
        fuel: if chain { FUEL_CHAIN } else { FUEL },
        memory_bytes: 128 << 20,
        instances_max: 1,
        ..BuildSettings::default()
    };
    let build = Build::compile(&wasm, settings).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut slowest = 0.0_f64;
    for _ in 0..RUNS {
        let mut instance = build.instances().fresh().expect("an instance");
        let begin = (busy(), Instant::now());
        let end = instance.call("handle_hook_event", b"{}", Arc::new(Nobody));
        let took = match (begin.0, busy()) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => begin.1.elapsed(),
        };
        let reason = end.output.err().map(|abort| abort.reason);
        if reason != Some(AbortReason::Fuel) {
            println!("{name} ended with {reason:?} after {} fuel", end.fuel);
        }
        #[allow(clippy::cast_precision_loss, reason = "a figure for people")]
        let one = took.as_nanos() as f64 / end.fuel as f64;
        if std::env::var_os("DEBUG").is_some() {
            println!("{one:>9.3} {name}");
        }
        slowest = slowest.max(one);
    }
    slowest
}

/// How long this thread has had a processor, where the system says so: what others do on the machine is not the guest's.
fn busy() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

/// A host that these guests never call.
struct Nobody;

impl Border for Nobody {
    fn limits(&self) -> HostLimits {
        HostLimits {
            argument_bytes_max: 64,
            output_bytes_max: 64,
        }
    }
    fn tick(&self) -> Result<(), Abort> {
        Ok(())
    }
    fn effect(&self, effect: EffectId, _request: &[u8]) -> Result<Vec<u8>, Abort> {
        Err(called(effect.name()))
    }
    fn var_get(&self, _key: &[u8]) -> Result<Option<Vec<u8>>, Abort> {
        Err(called("var_get"))
    }
    fn var_set(&self, _key: &[u8], _value: Option<&[u8]>) -> Result<(), Abort> {
        Err(called("var_set"))
    }
    fn config_get(&self, _key: &[u8]) -> Result<Option<Vec<u8>>, Abort> {
        Err(called("config_get"))
    }
    fn log(&self, _level: LogLevel, _message: &[u8]) -> Result<(), Abort> {
        Err(called("log"))
    }
}

fn called(function: &str) -> Abort {
    Abort::new(AbortReason::Host, format!("`{function}` was called"))
}
