//! Whatever the contract allows crosses the border unchanged: requests and answers of every effect from guest to host and
//! back, inputs of every hook from the host to the guest and back, unknown fields included.
//!
//! The values are made from the schema itself, so a new effect or a new event is tested by being in it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "this is a test"
)]

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use sinew_runtime::effects::{EffectId, Effects, LogLevel};
use sinew_runtime::engine::{Gate as _, HookRequest, Kind, Verdict};
use sinew_runtime::plugin::{Abort, Border, Build, BuildSettings, HostLimits};
use sinew_schema::{EFFECTS, ENTRY_POINTS, EffectResult, for_each_effect, for_each_hook};

#[path = "hostile/gate.rs"]
#[allow(dead_code, reason = "the hostile suite uses the rest")]
mod gate;
#[path = "hostile/guest.rs"]
#[allow(dead_code, reason = "the hostile suite uses the rest")]
mod guest;
#[path = "border/schema_values.rs"]
mod schema_values;

/// Values that are tried of each type.
const CASES: usize = 16;
const PLUGIN: &str = "echo";

/// Makes the same values in every run: a failure can be looked at.
fn runner() -> TestRunner {
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    TestRunner::new_with_rng(Config::default(), seed)
}

fn values(definition: &str) -> Vec<Value> {
    let strategy = schema_values::of(definition);
    let mut runner = runner();
    (0..CASES)
        .map(|_| strategy.new_tree(&mut runner).unwrap().current())
        .collect()
}

#[test]
fn requests_and_answers_of_every_effect_cross_unchanged() {
    let build = Build::compile(&passing_on(), settings()).expect("the guest loads");
    macro_rules! cross {
        ($([$name:ident $effect:ident $request:ident $response:ident])*) => {$(
            let requests = values(stringify!($request));
            let responses = values(stringify!($response));
            let errors = values("EffectError");
            for ((request, response), error) in requests.iter().zip(&responses).zip(&errors) {
                for answer in [json!({"status": "ok", "value": response}), json!({"status": "error", "value": error})] {
                    let host = Arc::new(Scripted { answer: answer.to_string().into_bytes(), seen: Mutex::default() });
                    let sent = request.to_string();
                    let mut instance = build.instances().fresh().expect("an instance");
                    let end = instance.call(stringify!($name), sent.as_bytes(), Arc::clone(&host) as Arc<dyn Border>);
                    let received = end.output.expect(stringify!($name));
                    let seen = host.seen.lock().unwrap().clone();
                    assert_eq!(seen, [(stringify!($name), sent.clone().into_bytes())], "the host saw another request");
                    assert_eq!(received, host.answer, "the guest saw another answer to {sent}");
                    // And as the types on both sides of the border read them.
                    if let Err(error) = Effects::decode(EffectId::$effect, &seen[0].1) {
                        // Only what no schema can say may be wrong with it.
                        assert_eq!(error.code, "invalid_request", "{sent}");
                    }
                    let typed: sinew_schema::$request = serde_json::from_slice(&seen[0].1).expect(&sent);
                    assert_eq!(json!(typed), *request, "the request loses something as a type");
                    match serde_json::from_slice(&received).expect("an effect's result") {
                        EffectResult::Ok(value) => {
                            let typed: sinew_schema::$response = serde_json::from_value(json!(value)).expect(&sent);
                            assert_eq!(json!(typed), *response, "the response loses something as a type");
                        }
                        EffectResult::Error(value) => assert_eq!(json!(value), *error),
                    }
                }
            }
        )*};
    }
    for_each_effect!(cross);
}

#[test]
fn inputs_of_every_hook_cross_unchanged() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (wasm, manifest) = echo();
        let plugin = gate::Plugin {
            name: PLUGIN.into(),
            manifest,
            wasm,
        };
        let gate = gate::Gate::open(vec![plugin], "").await;
        gate.plugin(PLUGIN).expect("the echo is loaded");
        macro_rules! cross {
            ($([$export:ident $event:ident $call:ident $input:ident])*) => {$(
                for input in values(stringify!($input)) {
                    let seen = echoed(&gate, stringify!($event), &input).await;
                    let call: sinew_schema::$call = serde_json::from_str(&seen).expect(&seen);
                    assert_eq!(json!(call), serde_json::from_str::<Value>(&seen).unwrap(), "the call loses something as a type");
                    assert_eq!(json!(call.input), input, "the input loses something as a type");
                }
            )*};
        }
        for_each_hook!(cross);
        for input in values("PreToolUseInput") {
            let seen = echoed(&gate, "SomethingNew", &input).await;
            let call: sinew_schema::HookEventCall = serde_json::from_str(&seen).expect(&seen);
            assert_eq!(json!(call.input), input);
        }
        gate.verify();
    });
}

#[test]
fn calls_results_and_decisions_cross_unchanged() {
    let build = Build::compile(&passing_on(), settings()).expect("the guest loads");
    macro_rules! cross {
        ($($name:ident)*) => {$(
            for value in values(stringify!($name)) {
                let host = Arc::new(Scripted { answer: Vec::new(), seen: Mutex::default() });
                let sent = value.to_string();
                let mut instance = build.instances().fresh().expect("an instance");
                let end = instance.call("handle_mcp_call", sent.as_bytes(), host);
                let received = end.output.expect(&sent);
                assert_eq!(received, sent.as_bytes());
                let typed: sinew_schema::$name = serde_json::from_slice(&received).expect(&sent);
                assert_eq!(json!(typed), value, "it loses something as a type");
            }
        )*};
    }
    cross!(McpCall McpResult HookDecision);
}

/// Sends an event and returns what the guest was called with, byte by byte.
async fn echoed(gate: &gate::Gate, event: &str, input: &Value) -> String {
    let body = input.to_string();
    let request = HookRequest {
        event: event.to_owned(),
        body: body.clone().into_bytes().into(),
        input: Arc::new(input.clone()),
        deadline: Instant::now() + Duration::from_secs(60),
        trace_id: None,
    };
    let outcome = Arc::clone(gate.engine()).hook(request).await;
    let Verdict::Decided {
        kind: Kind::Deny,
        reason,
        ..
    } = outcome.verdict
    else {
        panic!("{event} with {body}: {:?}", outcome.verdict);
    };
    assert!(
        reason.ends_with(&format!(",\"input\":{body}}}")),
        "{event}: the guest was called with {reason}, where the client sent {body}"
    );
    reason
}

/// A guest that hands its input to an effect and the effect's answer out, under the effect's name.
fn passing_on() -> Vec<u8> {
    let mut text = String::from(
        "(module
         (import \"extism:host/env\" \"length\" (func $length (param i64) (result i64)))
         (import \"extism:host/env\" \"input_offset\" (func $input_offset (result i64)))
         (import \"extism:host/env\" \"output_set\" (func $output_set (param i64 i64)))\n",
    );
    for effect in EFFECTS {
        let name = effect.name;
        writeln!(
            text,
            "(import \"extism:host/user\" \"{name}\" (func ${name} (param i64) (result i64)))"
        )
        .unwrap();
    }
    for effect in EFFECTS {
        let name = effect.name;
        writeln!(
            text,
            "(func (export \"{name}\") (result i32) (local $answer i64)
               (local.set $answer (call ${name} (call $input_offset)))
               (call $output_set (local.get $answer) (call $length (local.get $answer)))
               (i32.const 0))"
        )
        .unwrap();
    }
    text += "(func (export \"handle_mcp_call\") (result i32)
               (call $output_set (call $input_offset) (call $length (call $input_offset)))
               (i32.const 0)))";
    guest::assemble(&text)
}

/// A guest that denies everything, with the bytes it was called with as the reason; and its manifest.
fn echo() -> (Vec<u8>, String) {
    let entries: Vec<_> = ENTRY_POINTS
        .iter()
        .filter(|entry| entry.event.is_some() || entry.export == "handle_hook_event")
        .collect();
    let mut exports = String::new();
    let mut manifest =
        format!("[plugin]\nname = \"{PLUGIN}\"\nversion = \"1.0.0\"\nscope = \"session\"\n");
    for entry in entries {
        writeln!(exports, "(export \"{}\" (func $echo))", entry.export).unwrap();
        let key = entry.export.trim_start_matches("handle_");
        writeln!(manifest, "[hooks.{key}]\non_failure = \"none\"").unwrap();
    }
    let text = guest::fields(&format!("{}{exports}", guest::HEALTHY))
        .replace(
            "(func (export \"handle_post_tool_use\") (result i32)",
            "(func (result i32)",
        )
        .replace(
            "(func (export \"handle_pre_tool_use\") (result i32)",
            "(func $echo (result i32)",
        )
        .replace(
            "(memory (export \"memory\") 1)",
            "(memory (export \"memory\") 16)",
        );
    (guest::assemble(&text), manifest)
}

/// Without these prices, fuel would say nothing about time.
#[test]
fn slow_instructions_cost_what_they_take() {
    for (statement, price) in [
        ("(drop (i32.add (i32.const 1) (i32.const 2)))", 3),
        ("(drop (i32.load (i32.const 2048)))", 9),
        ("(drop (f64.sqrt (f64.const 2)))", 5),
        ("(drop (memory.grow (i32.const 0)))", 25),
        (
            "(memory.fill (i32.const 2048) (i32.const 0) (i32.const 100))",
            127,
        ),
    ] {
        let fuel = |times: usize| {
            let wasm = guest::assemble(&guest::body(&statement.repeat(times)));
            let build = Build::compile(&wasm, settings()).expect("the guest loads");
            let mut instance = build.instances().fresh().unwrap();
            let host = Arc::new(Scripted {
                answer: Vec::new(),
                seen: Mutex::default(),
            });
            instance.call("handle_pre_tool_use", b"{}", host).fuel
        };
        assert_eq!((fuel(110) - fuel(10)) / 100, price, "{statement}");
    }
}

fn settings() -> BuildSettings {
    BuildSettings {
        instances_max: 4,
        ..BuildSettings::default()
    }
}

/// A host that gives one answer, and remembers what it was asked.
struct Scripted {
    answer: Vec<u8>,
    seen: Mutex<Vec<(&'static str, Vec<u8>)>>,
}

impl Border for Scripted {
    fn limits(&self) -> HostLimits {
        HostLimits {
            argument_bytes_max: 8 << 20,
            output_bytes_max: 8 << 20,
        }
    }
    fn tick(&self) -> Result<(), Abort> {
        Ok(())
    }
    fn effect(&self, effect: EffectId, request: &[u8]) -> Result<Vec<u8>, Abort> {
        self.seen
            .lock()
            .unwrap()
            .push((effect.name(), request.to_vec()));
        Ok(self.answer.clone())
    }
    fn var_get(&self, _: &[u8]) -> Result<Option<Vec<u8>>, Abort> {
        Ok(None)
    }
    fn var_set(&self, _: &[u8], _: Option<&[u8]>) -> Result<(), Abort> {
        Ok(())
    }
    fn config_get(&self, _: &[u8]) -> Result<Option<Vec<u8>>, Abort> {
        Ok(None)
    }
    fn log(&self, _: LogLevel, _: &[u8]) -> Result<(), Abort> {
        Ok(())
    }
}
