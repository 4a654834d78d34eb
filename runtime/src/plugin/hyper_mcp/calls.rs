//! This host's entry points, answered by what hyper-mcp would call.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::exports::{DESCRIBE, Exports, FIRST_CALL, FIRST_LIST};
use crate::plugin::border::{Abort, AbortReason, Border};
use crate::plugin::instance::{GuestEnd, Instance};

/// Id of a request whose client gave it none.
const NO_ID: &str = "call";

type Object = Map<String, Value>;

/// Calls what answers an entry point.
pub(in crate::plugin) fn call(
    instance: &mut Instance,
    exports: &Exports,
    entry_point: &str,
    input: &[u8],
    border: Arc<dyn Border>,
) -> GuestEnd {
    if entry_point == DESCRIBE {
        return describe(instance, exports, &border);
    }
    let asked = object(input).and_then(|input| {
        let export = exports
            .answering(entry_point)
            .ok_or_else(|| format!("nothing of the module answers `{entry_point}`"))?;
        Ok((export, request(export, input)))
    });
    let (export, request) = match asked {
        Ok(asked) => asked,
        Err(why) => return ended(Abort::new(AbortReason::Host, why)),
    };
    let mut end = instance.run(export, request.to_string().as_bytes(), border);
    end.output = end
        .output
        .and_then(|output| result(export, &output).map_err(|why| unreadable(export, &why)));
    end
}

/// Puts all lists together.
fn describe(instance: &mut Instance, exports: &Exports, border: &Arc<dyn Border>) -> GuestEnd {
    let mut description = Object::new();
    let mut fuel = 0;
    for list in exports.lists() {
        let request = if list.export == FIRST_LIST {
            String::new()
        } else {
            json!({ "context": context(NO_ID) }).to_string()
        };
        let end = instance.run(list.export, request.as_bytes(), Arc::clone(border));
        fuel += end.fuel;
        let listed = end.output.and_then(|output| {
            let mut answer = object(&output).map_err(|why| unreadable(list.export, &why))?;
            Ok(answer.remove(list.array))
        });
        match listed {
            Ok(Some(items)) => description.insert(list.described.to_owned(), items),
            Ok(None) => None,
            // The instance is damaged: nothing more can be asked of it.
            Err(mut abort) => {
                abort.message = format!("`{}`: {}", list.export, abort.message);
                return GuestEnd {
                    output: Err(abort),
                    fuel,
                };
            }
        };
    }
    GuestEnd {
        output: Ok(Value::Object(description).to_string().into_bytes()),
        fuel,
    }
}

/// What an export is handed, made of this host's input.
fn request(export: &str, mut input: Object) -> Value {
    let mut take = |name: &str| input.remove(name).unwrap_or_default();
    let id = take("tool_use_id");
    let request = match export {
        "read_resource" => json!({ "uri": take("uri") }),
        "get_prompt" => json!({ "name": take("prompt"), "arguments": take("arguments") }),
        "complete" => {
            let of = match (take("prompt"), take("resource_template")) {
                (Value::Null, template) => json!({ "type": "resource", "uri": template }),
                (prompt, _) => json!({ "type": "prompt", "name": prompt }),
            };
            let mut request = json!({
                "ref": of,
                "argument": { "name": take("argument"), "value": take("value") },
            });
            if let Value::Object(others) = take("others") {
                request["context"] = json!({ "arguments": others });
            }
            request
        }
        _ => json!({ "name": take("tool"), "arguments": take("arguments") }),
    };
    if export == FIRST_CALL {
        return json!({ "params": request });
    }
    json!({ "request": request, "context": context(id.as_str().unwrap_or(NO_ID)) })
}

/// The context of a request. It always has a progress token: whether the client wants to know is the host's business.
fn context(id: &str) -> Value {
    json!({ "id": id, "_meta": { "progressToken": id } })
}

/// This host's output, made of what an export answered. That it is one is checked by who reads it.
fn result(export: &str, output: &[u8]) -> Result<Vec<u8>, String> {
    let answer = object(output)?;
    let (answer, words): (_, &[_]) = match export {
        "read_resource" => (answer, &[("contents", "contents")]),
        "get_prompt" => (
            answer,
            &[("description", "description"), ("messages", "messages")],
        ),
        "complete" => (
            within(answer, "completion")?,
            &[
                ("values", "values"),
                ("total", "total"),
                ("hasMore", "has_more"),
            ],
        ),
        _ => (
            answer,
            &[
                ("content", "content"),
                ("structuredContent", "structured"),
                ("isError", "is_error"),
            ],
        ),
    };
    Ok(Value::Object(in_words(answer, words))
        .to_string()
        .into_bytes())
}

/// The fields that this host has a word for, under that word. What is null counts as absent.
fn in_words(mut answer: Object, words: &[(&str, &str)]) -> Object {
    let said = words.iter().filter_map(|(theirs, ours)| {
        let value = answer.remove(*theirs).filter(|value| !value.is_null())?;
        Some(((*ours).to_owned(), value))
    });
    said.collect()
}

fn object(json: &[u8]) -> Result<Object, String> {
    serde_json::from_slice(json).map_err(|error| error.to_string())
}

fn within(mut outer: Object, field: &str) -> Result<Object, String> {
    match outer.remove(field) {
        Some(Value::Object(inner)) => Ok(inner),
        _ => Err(format!("it has no object `{field}`")),
    }
}

fn unreadable(export: &str, why: &str) -> Abort {
    Abort::new(
        AbortReason::Output,
        format!("what `{export}` answered cannot be read: {why}"),
    )
}

fn ended(abort: Abort) -> GuestEnd {
    GuestEnd {
        output: Err(abort),
        fuel: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(export: &str, input: &Value) -> Value {
        request(export, input.as_object().unwrap().clone())
    }

    fn said(export: &str, answer: &Value) -> Result<Value, String> {
        let output = result(export, answer.to_string().as_bytes())?;
        Ok(serde_json::from_slice(&output).unwrap())
    }

    #[test]
    fn an_input_becomes_the_request_of_the_export() {
        let context = json!({ "id": "call", "_meta": { "progressToken": "call" } });
        let cases = [
            (
                "call_tool",
                json!({ "tool": "add", "arguments": { "a": 1 }, "tool_use_id": "t1", "project": "/p" }),
                json!({
                    "request": { "name": "add", "arguments": { "a": 1 } },
                    "context": { "id": "t1", "_meta": { "progressToken": "t1" } },
                }),
            ),
            (
                "call",
                json!({ "tool": "add", "arguments": {} }),
                json!({ "params": { "name": "add", "arguments": {} } }),
            ),
            (
                "read_resource",
                json!({ "uri": "a://b" }),
                json!({ "request": { "uri": "a://b" }, "context": context }),
            ),
            (
                "get_prompt",
                json!({ "prompt": "review", "arguments": { "branch": "main" } }),
                json!({
                    "request": { "name": "review", "arguments": { "branch": "main" } },
                    "context": context,
                }),
            ),
            (
                "complete",
                json!({ "prompt": "review", "argument": "branch", "value": "ma" }),
                json!({
                    "request": {
                        "ref": { "type": "prompt", "name": "review" },
                        "argument": { "name": "branch", "value": "ma" },
                    },
                    "context": context,
                }),
            ),
            (
                "complete",
                json!({
                    "resource_template": "a://{b}", "argument": "b", "value": "", "others": { "c": "d" },
                }),
                json!({
                    "request": {
                        "ref": { "type": "resource", "uri": "a://{b}" },
                        "argument": { "name": "b", "value": "" },
                        "context": { "arguments": { "c": "d" } },
                    },
                    "context": context,
                }),
            ),
        ];
        for (export, input, expected) in cases {
            assert_eq!(asked(export, &input), expected, "{export}");
        }
    }

    #[test]
    fn an_answer_becomes_the_output_of_the_entry_point() {
        let image = json!([{ "type": "image", "data": "aGk=", "mimeType": "image/png" }]);
        let cases = [
            (
                "call_tool",
                json!({ "content": image, "isError": true, "structuredContent": { "a": 1 }, "_meta": {} }),
                json!({ "content": image, "is_error": true, "structured": { "a": 1 } }),
            ),
            (
                "call",
                json!({ "content": [], "isError": null }),
                json!({ "content": [] }),
            ),
            (
                "read_resource",
                json!({ "contents": [{ "uri": "a://b", "text": "c" }] }),
                json!({ "contents": [{ "uri": "a://b", "text": "c" }] }),
            ),
            (
                "get_prompt",
                json!({ "messages": [], "description": "d" }),
                json!({ "messages": [], "description": "d" }),
            ),
            (
                "complete",
                json!({ "completion": { "values": ["main"], "total": 1, "hasMore": false } }),
                json!({ "values": ["main"], "total": 1, "has_more": false }),
            ),
        ];
        for (export, answer, expected) in cases {
            assert_eq!(said(export, &answer).unwrap(), expected, "{export}");
        }
        assert_eq!(
            said("complete", &json!({})).unwrap_err(),
            "it has no object `completion`"
        );
        assert!(said("call_tool", &json!([])).is_err());
    }
}
