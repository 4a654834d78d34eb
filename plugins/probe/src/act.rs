//! Carries out steps.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use sinew_pdk::raw::{self, Output};
use sinew_pdk::{config, var};

use crate::step::{Step, Steps};

/// A global of the module: what a host must not carry from one turn to the next.
static TURNS: AtomicU64 = AtomicU64::new(0);

/// Does what an entry point's input tells it.
#[must_use]
pub fn behave(input: &[u8]) -> Output {
    ended(read(input).and_then(|(call, steps)| run(input, &call, steps)))
}

/// Describes itself as its configuration tells it; where nothing is told, as something that does anything.
#[must_use]
pub fn describe(input: &[u8]) -> Output {
    let told = config::get::<Value>("describe").map_err(|error| error.to_string());
    ended(told.and_then(|told| match told {
        Some(told) => run(input, &Value::Null, steps(told)?),
        None => Ok(encoded(&json!({
            "tools": [{ "name": "any", "description": "Does what `probe` says.", "inputSchema": { "type": "object" } }],
            "resource_templates": [{ "uriTemplate": "probe://{+steps}", "name": "any" }],
            "prompts": [{ "name": "any", "arguments": [{ "name": "probe" }] }],
        }))),
    }))
}

fn ended(result: Result<Output, String>) -> Output {
    result.unwrap_or_else(|message| Output {
        error: Some(message),
        code: 1,
        ..Output::default()
    })
}

fn read(input: &[u8]) -> Result<(Value, Vec<Step>), String> {
    let call: Value =
        serde_json::from_slice(input).map_err(|error| format!("the input is no JSON: {error}"))?;
    let told = [
        "/input/tool_input/probe",
        "/arguments/probe",
        "/input/probe",
    ]
    .into_iter()
    .find_map(|pointer| call.pointer(pointer).cloned());
    let told = match told.map_or_else(|| told_as_text(&call), |told| Ok(Some(told)))? {
        Some(told) => Some(told),
        None => config::get::<Value>("behaviour").map_err(|error| error.to_string())?,
    };
    let rewriting = call["phase"] == "rewrite";
    let told = match told {
        Some(Value::Object(mut phases))
            if phases.contains_key("rewrite") || phases.contains_key("decide") =>
        {
            phases.remove(if rewriting { "rewrite" } else { "decide" })
        }
        _ if rewriting => None,
        told => told,
    };
    let Some(told) = told else {
        return Ok((call, Vec::new()));
    };
    Ok((call, steps(told)?))
}

/// Where MCP passes nothing but text, steps are JSON: in the address of a resource, and in what is to be completed.
fn told_as_text(call: &Value) -> Result<Option<Value>, String> {
    let text = match (call["uri"].as_str(), call["value"].as_str()) {
        (Some(uri), _) => uri.strip_prefix("probe://"),
        (None, completed) => completed,
    };
    let told = text.filter(|text| text.starts_with(['{', '[']));
    told.map(parsed).transpose()
}

fn parsed(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("these are no steps: {error}"))
}

fn steps(told: Value) -> Result<Vec<Step>, String> {
    // The arguments of a prompt are texts.
    let told = match told {
        Value::String(text) => parsed(&text)?,
        told => told,
    };
    match serde_json::from_value(told).map_err(|error| format!("these are no steps: {error}"))? {
        Steps::One(step) => Ok(vec![*step]),
        Steps::Many(steps) => Ok(steps),
    }
}

fn run(input: &[u8], call: &Value, steps: Vec<Step>) -> Result<Output, String> {
    let mut results = Vec::new();
    let mut taken = Vec::new();
    for step in steps {
        if let Step::Take { bytes } = step {
            taken.push(black_box(vec![1_u8; bytes]));
            continue;
        }
        let step = match act(step)? {
            Acted::Result(result) => {
                results.push(result);
                continue;
            }
            Acted::Answer(step) => step,
        };
        return answer(input, call, step, results);
    }
    drop(taken);
    if is_mcp(call) {
        return answer(input, call, Step::Text { text: None }, results);
    }
    let context = (!results.is_empty()).then(|| Value::Array(results).to_string());
    Ok(decision("none", json!({"context": context})))
}

enum Acted {
    Result(Value),
    /// The step is an answer, and was not carried out yet.
    Answer(Step),
}

/// Carries out the steps that do not answer.
fn act(step: Step) -> Result<Acted, String> {
    let state = |error: sinew_pdk::StateError| error.to_string();
    Ok(Acted::Result(match step {
        Step::Trap {} => trap(),
        Step::Panic { message } => panic!("{message}"),
        Step::Loop {} => spend(u64::MAX),
        Step::Fill {} => fill(),
        Step::Recurse {} => json!(recurse(1)),
        Step::Memory {} => take_all(),
        Step::Spend { rounds } => spend(rounds),
        Step::Effect {
            effect,
            request,
            times,
            endless,
        } => perform(&effect, &request, times, endless)?,
        Step::Http {
            url,
            method,
            headers,
            body,
        } => http(url, method, headers, body)?,
        Step::VarSet { key, value } => {
            var::set(&key, &value).map_err(state)?;
            Value::Null
        }
        Step::VarFill { key, bytes, times } => {
            for round in 0..times.unwrap_or(1) {
                var::set(&key.replace('#', &round.to_string()), &"x".repeat(bytes))
                    .map_err(state)?;
            }
            Value::Null
        }
        Step::VarGet { key } => var::get(&key).map_err(state)?.unwrap_or_default(),
        Step::VarRemove { key } => {
            var::remove(&key).map_err(state)?;
            Value::Null
        }
        Step::Count { key } => json!(
            var::update(&key, |count: &mut u64| {
                *count += 1;
                *count
            })
            .map_err(state)?
        ),
        Step::CountGlobal {} => json!(TURNS.fetch_add(1, Ordering::Relaxed) + 1),
        Step::Config { key } => config::get(&key).map_err(state)?.unwrap_or_default(),
        answer => return Ok(Acted::Answer(answer)),
    }))
}

/// Carries out a step that answers.
fn answer(input: &[u8], call: &Value, step: Step, results: Vec<Value>) -> Result<Output, String> {
    Ok(match step {
        Step::None { context, fields } => {
            decision("none", json!({"context": context, "fields": fields}))
        }
        Step::Allow {
            reason,
            context,
            fields,
        } => decision(
            "allow",
            json!({"reason": reason, "context": context, "fields": fields}),
        ),
        Step::Deny { reason, context } => {
            decision("deny", json!({"reason": reason, "context": context}))
        }
        Step::Ask { reason, context } => {
            decision("ask", json!({"reason": reason, "context": context}))
        }
        Step::Defer { reason } => decision("defer", json!({"reason": reason})),
        Step::Rewrite {
            replacement,
            reason,
        } => {
            let mut output = json!({"replacement": null, "reason": reason});
            without_nulls(&mut output);
            // The replacement's own nulls are the tool's.
            output["replacement"] = replacement;
            encoded(&json!({"kind": "rewrite", "value": output}))
        }
        Step::Echo {} => {
            let text = String::from_utf8(input.to_owned()).map_err(|error| error.to_string())?;
            decision("none", json!({"context": text}))
        }
        Step::Text { text } => {
            let text = text.unwrap_or_else(|| Value::Array(results).to_string());
            encoded(&said(call, &text))
        }
        Step::Output { text } => bytes(text.into_bytes()),
        Step::Bytes { bytes: raw } => bytes(raw),
        Step::Big { bytes: length } => bytes(vec![b'x'; length]),
        Step::Exit { code } => Output {
            code,
            ..Output::default()
        },
        Step::ExitWithOutput { code } => Output {
            code,
            ..decision("none", json!({}))
        },
        Step::Error { message } => Output {
            error: Some(message),
            code: 1,
            ..Output::default()
        },
        // `Empty`, and what `act` carried out already.
        _ => Output::default(),
    })
}

fn is_mcp(call: &Value) -> bool {
    ["tool", "uri", "prompt", "argument"]
        .iter()
        .any(|field| call.get(field).is_some())
}

/// A text in the form that the entry point answers.
fn said(call: &Value, text: &str) -> Value {
    let block = json!({"type": "text", "text": text});
    if call.get("uri").is_some() {
        json!({"contents": [{"uri": call["uri"], "text": text}]})
    } else if call.get("argument").is_some() {
        json!({"values": [text]})
    } else if call.get("prompt").is_some() {
        json!({"messages": [{"role": "user", "content": block}]})
    } else {
        json!({"content": [block]})
    }
}

fn bytes(bytes: Vec<u8>) -> Output {
    Output {
        bytes: Some(bytes),
        ..Output::default()
    }
}

fn encoded(value: &Value) -> Output {
    bytes(value.to_string().into_bytes())
}

fn decision(kind: &str, mut value: Value) -> Output {
    without_nulls(&mut value);
    encoded(&json!({"kind": kind, "value": value}))
}

/// Absent is absent: the contract has no nulls.
fn without_nulls(value: &mut Value) {
    if let Value::Object(object) = value {
        object.retain(|_, value| !value.is_null());
    }
}

fn perform(
    effect: &str,
    request: &Value,
    times: Option<u64>,
    endless: bool,
) -> Result<Value, String> {
    let request = match request {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut last = Value::Null;
    let mut left = if endless {
        u64::MAX
    } else {
        times.unwrap_or(1)
    };
    while left > 0 {
        left -= 1;
        let answer = raw::perform(effect, request.as_bytes())
            .ok_or_else(|| format!("there is no effect `{effect}`"))??;
        last = match serde_json::from_slice(&answer) {
            Ok(answer) => answer,
            Err(error) => json!({"unreadable": error.to_string()}),
        };
    }
    Ok(last)
}

#[cfg(target_arch = "wasm32")]
fn http(
    url: String,
    method: Option<String>,
    headers: BTreeMap<String, String>,
    body: Option<String>,
) -> Result<Value, String> {
    let mut request = extism_pdk::HttpRequest::new(url);
    (request.method, request.headers) = (method, headers);
    let response = extism_pdk::http::request(&request, body).map_err(|error| error.to_string())?;
    Ok(json!({
        "status": response.status_code(),
        "headers": response.headers(),
        "body": String::from_utf8_lossy(&response.body()),
    }))
}

#[cfg(not(target_arch = "wasm32"))]
#[allow(
    clippy::needless_pass_by_value,
    reason = "it is the same function as in wasm"
)]
fn http(
    url: String,
    _method: Option<String>,
    _headers: BTreeMap<String, String>,
    _body: Option<String>,
) -> Result<Value, String> {
    Err(format!("`{url}` can be asked for in wasm alone"))
}

// === ways to end ===

#[cfg(target_arch = "wasm32")]
fn trap() -> Value {
    core::arch::wasm32::unreachable()
}

#[cfg(not(target_arch = "wasm32"))]
fn trap() -> Value {
    panic!("trap")
}

fn spend(rounds: u64) -> Value {
    let mut sum = 0_u64;
    for round in 0..rounds {
        sum = black_box(sum.wrapping_add(round));
    }
    json!(sum)
}

fn fill() -> Value {
    let mut block = vec![0_u8; 16 * 1024 * 1024];
    let mut byte = 0_u8;
    loop {
        block.fill(byte);
        black_box(&mut block);
        byte = byte.wrapping_add(1);
    }
}

#[allow(unconditional_recursion, reason = "that is the point")]
fn recurse(depth: u64) -> u64 {
    let frame = black_box([depth; 64]);
    black_box(recurse(depth + 1) + frame[1])
}

fn take_all() -> Value {
    let mut taken: Vec<Vec<u8>> = Vec::new();
    loop {
        taken.push(black_box(vec![1; 1024 * 1024]));
    }
}
