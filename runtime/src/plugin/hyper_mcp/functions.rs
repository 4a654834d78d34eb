//! What modules may call of hyper-mcp, answered by the effects that do it here.

use extism::{EXTISM_USER_MODULE, Function, ValType};
use serde_json::{Map, Value, json};
use sinew_schema::{Answer, EffectError};

use crate::effects::{EffectId, LogLevel};
use crate::plugin::border::{self, Abort, AbortReason, Border};
use crate::plugin::guest_memory::{read, write};
use crate::plugin::host_functions::{argument, function, give};

/// The longest name of a question.
const KEY_CHARACTERS_MAX: usize = 64;

type Object = Map<String, Value>;
type Answered = Result<Value, EffectError>;

/// A function of hyper-mcp's.
pub(in crate::plugin) struct Import {
    name: &'static str,
    /// Whether it is handed something.
    takes: bool,
    behind: Behind,
    /// What it hands back; none where it hands nothing back.
    gives: Option<fn(Answered) -> Vec<u8>>,
}

/// What is behind it here.
enum Behind {
    /// An effect, and how it is asked for.
    Effect(EffectId, fn(Object) -> Value),
    /// The same, where it is a question to the client.
    Question(EffectId, fn(Object) -> Value),
    /// Nothing, for this reason.
    Nothing(&'static str),
}

static IMPORTS: [Import; 12] = [
    Import {
        name: "create_elicitation",
        takes: true,
        behind: Behind::Question(EffectId::McpElicit, elicitation),
        gives: Some(elicited),
    },
    Import {
        name: "create_message",
        takes: true,
        behind: Behind::Question(EffectId::McpSample, Value::Object),
        gives: Some(sampled),
    },
    Import {
        name: "list_roots",
        takes: false,
        behind: Behind::Question(EffectId::McpListRoots, |_| json!({})),
        gives: Some(|answer| json(&answer.unwrap_or_else(|_| json!({ "roots": [] })))),
    },
    Import {
        name: "notify_logging_message",
        takes: true,
        behind: Behind::Effect(EffectId::McpLog, |said| {
            fields(said, &["level", "logger", "data"])
        }),
        gives: None,
    },
    Import {
        name: "notify_progress",
        takes: true,
        behind: Behind::Effect(EffectId::McpProgress, |said| {
            fields(said, &["progress", "total", "message"])
        }),
        gives: None,
    },
    Import {
        name: "notify_tool_list_changed",
        takes: false,
        behind: Behind::Effect(EffectId::McpChanged, |_| json!({ "what": "tools" })),
        gives: None,
    },
    Import {
        name: "notify_prompt_list_changed",
        takes: false,
        behind: Behind::Effect(EffectId::McpChanged, |_| json!({ "what": "prompts" })),
        gives: None,
    },
    Import {
        name: "notify_resource_list_changed",
        takes: false,
        behind: Behind::Effect(EffectId::McpChanged, |_| json!({ "what": "resources" })),
        gives: None,
    },
    Import {
        name: "notify_resource_updated",
        takes: true,
        behind: Behind::Effect(EffectId::McpChanged, |said| {
            let mut changed = fields(said, &["uri"]);
            changed["what"] = "resource".into();
            changed
        }),
        gives: None,
    },
    Import {
        name: "notify_url_elicitation_completed",
        takes: true,
        behind: Behind::Nothing("clients are not told when an address was dealt with"),
        gives: None,
    },
    Import {
        name: "get_access_token",
        takes: true,
        behind: Behind::Nothing(
            "it is answered without a token; a grant of `net` can put a secret into requests",
        ),
        gives: Some(|_| json(&Value::Null)),
    },
    Import {
        name: "get_keyring_secret",
        takes: true,
        behind: Behind::Nothing(
            "it is answered without a secret; a grant of `net` can put one into requests",
        ),
        gives: Some(|_| Vec::new()),
    },
];

/// What modules may import of hyper-mcp under this name.
pub(in crate::plugin) fn import(name: &str) -> Option<&'static Import> {
    IMPORTS.iter().find(|import| import.name == name)
}

/// All of them.
pub(in crate::plugin) fn functions() -> impl Iterator<Item = Function> {
    IMPORTS.iter().map(|import| {
        function(
            EXTISM_USER_MODULE,
            import.name,
            usize::from(import.takes),
            import.gives.map(|_| ValType::I64),
            |border, plugin, inputs, outputs| {
                let asked = if import.takes {
                    let limit = border.limits().argument_bytes_max;
                    read(plugin, argument(inputs, 0)?, limit)?
                } else {
                    b"{}".to_vec()
                };
                let given = import.call(border, &asked)?;
                match given {
                    Some(given) => give(outputs, write(plugin, &given)?),
                    None => Ok(()),
                }
            },
        )
    })
}

/// A setting as modules read it: of a text the characters, of everything else its JSON.
pub(in crate::plugin) fn setting(json: Vec<u8>) -> Vec<u8> {
    serde_json::from_slice::<String>(&json).map_or(json, String::into_bytes)
}

// === impl Import ===

impl Import {
    /// The effect behind it; none where there is none.
    pub(in crate::plugin) fn effect(&self) -> Option<EffectId> {
        match self.behind {
            Behind::Effect(effect, _) | Behind::Question(effect, _) => Some(effect),
            Behind::Nothing(_) => None,
        }
    }

    fn call(&self, border: &dyn Border, asked: &[u8]) -> Result<Option<Vec<u8>>, Abort> {
        let asked = serde_json::from_slice(asked).map_err(|error| {
            let name = self.name;
            Abort::new(
                AbortReason::Trap,
                format!("`{name}` was handed what is no request: {error}"),
            )
        })?;
        let answered = match self.behind {
            Behind::Effect(effect, request) => perform(border, effect, &request(asked))?,
            Behind::Question(effect, request) => {
                let mut question = request(asked);
                if question.get("key").is_none() {
                    question["key"] = self.key().into();
                }
                perform(border, effect, &question)?
            }
            Behind::Nothing(why) => {
                let said = format!("`{}` does nothing here: {why}", self.name);
                border.log(LogLevel::Warn, said.as_bytes())?;
                Ok(Value::Null)
            }
        };
        Ok(self.gives.map(|gives| gives(answered)))
    }

    /// A name for the next question of the call. It goes by their order, not their words: modules have clocks of their own,
    /// and a call that runs again may ask a little differently.
    fn key(&self) -> String {
        let questions = border::with_frame(|frame| {
            frame.questions += 1;
            frame.questions
        });
        format!("{}-{}", self.name, questions.unwrap_or_default())
    }
}

fn perform(border: &dyn Border, effect: EffectId, request: &Value) -> Result<Answered, Abort> {
    let answer = border.effect(effect, request.to_string().as_bytes())?;
    let answer: Answer<Value> = serde_json::from_slice(&answer).map_err(|error| {
        Abort::new(
            AbortReason::Host,
            format!("the host's own answer cannot be read: {error}"),
        )
    })?;
    Ok(answer.into())
}

/// A form or an address, as `mcp_elicit` asks for it. How long a plugin would wait is not asked: waiting costs nothing here.
fn elicitation(mut asked: Object) -> Value {
    let mut question = Object::new();
    for (theirs, ours) in [
        ("message", "message"),
        ("requestedSchema", "schema"),
        ("url", "url"),
    ] {
        if let Some(value) = asked.remove(theirs) {
            question.insert(ours.to_owned(), value);
        }
    }
    if let Some(schema) = question.get_mut("schema") {
        rename_formats(schema);
    }
    // Of an address the client learns this name, and the plugin has one already.
    let id = asked.get("elicitationId").and_then(Value::as_str);
    if let Some(id) = id.filter(|id| (1..=KEY_CHARACTERS_MAX).contains(&id.len())) {
        question.insert("key".to_owned(), id.into());
    }
    Value::Object(question)
}

/// Spells formats as JSON Schema does: hyper-mcp's types have an underscore where it has a hyphen.
fn rename_formats(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if let Some(format) = fields.get_mut("format")
                && format == "date_time"
            {
                *format = "date-time".into();
            }
            fields.values_mut().for_each(rename_formats);
        }
        Value::Array(items) => items.iter_mut().for_each(rename_formats),
        _ => {}
    }
}

fn elicited(answer: Answered) -> Vec<u8> {
    json(&answer.unwrap_or_else(
        |error| json!({ "action": "decline", "content": { "error": error.to_string() } }),
    ))
}

fn sampled(answer: Answered) -> Vec<u8> {
    json(&answer.unwrap_or_else(|error| {
        json!({
            "role": "assistant",
            "content": { "type": "text", "text": error.to_string() },
            "model": "",
            "stopReason": "error",
        })
    }))
}

/// Those of the fields that are there.
fn fields(mut said: Object, names: &[&str]) -> Value {
    let kept = names.iter().filter_map(|name| {
        let value = said.remove(*name).filter(|value| !value.is_null())?;
        Some(((*name).to_owned(), value))
    });
    Value::Object(kept.collect())
}

fn json(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &str, handed: &Value) -> Value {
        let import = import(name).unwrap();
        let (Behind::Effect(_, request) | Behind::Question(_, request)) = import.behind else {
            panic!("`{name}` has no effect")
        };
        request(handed.as_object().unwrap().clone())
    }

    fn given(name: &str, answered: Answered) -> Value {
        let import = import(name).unwrap();
        serde_json::from_slice(&import.gives.unwrap()(answered)).unwrap()
    }

    #[test]
    fn a_form_is_asked_for_in_the_words_of_json_schema() {
        let form = |format: &str| {
            let day = json!({ "type": "string", "format": format });
            json!({ "type": "object", "properties": { "day": day } })
        };
        let handed = json!({
            "mode": "form", "message": "When?", "requestedSchema": form("date_time"), "timeout": 9,
        });
        assert_eq!(
            asked("create_elicitation", &handed),
            json!({ "message": "When?", "schema": form("date-time") })
        );
    }

    #[test]
    fn a_setting_that_is_a_text_is_read_as_it_stands() {
        for (json, expected) in [
            (r#""a\"b""#, r#"a"b"#),
            ("7", "7"),
            (r#"["a"]"#, r#"["a"]"#),
            ("", ""),
        ] {
            assert_eq!(setting(json.into()), expected.as_bytes(), "{json}");
        }
    }

    #[test]
    fn requests_have_what_the_effect_knows() {
        let cases = [
            (
                "create_elicitation",
                json!({ "mode": "url", "message": "m", "url": "https://a.example", "elicitationId": "e1" }),
                json!({ "message": "m", "url": "https://a.example", "key": "e1" }),
            ),
            (
                "notify_progress",
                json!({ "progress": 1, "progressToken": "t", "message": null }),
                json!({ "progress": 1 }),
            ),
            (
                "notify_logging_message",
                json!({ "level": "info", "data": [1], "_meta": {} }),
                json!({ "level": "info", "data": [1] }),
            ),
            (
                "notify_resource_updated",
                json!({ "uri": "a://b" }),
                json!({ "what": "resource", "uri": "a://b" }),
            ),
            ("list_roots", json!({}), json!({})),
        ];
        for (name, handed, expected) in cases {
            assert_eq!(asked(name, &handed), expected, "{name}");
        }
    }

    #[test]
    fn what_fails_is_an_answer_that_says_no() {
        let failed = || Answered::Err(EffectError::new("unavailable", "nobody is there"));
        let cases = [
            (
                "create_elicitation",
                json!({ "action": "decline", "content": { "error": failed().unwrap_err().to_string() } }),
            ),
            (
                "create_message",
                json!({
                    "role": "assistant",
                    "content": { "type": "text", "text": failed().unwrap_err().to_string() },
                    "model": "",
                    "stopReason": "error",
                }),
            ),
            ("list_roots", json!({ "roots": [] })),
            ("get_access_token", Value::Null),
        ];
        for (name, expected) in cases {
            assert_eq!(given(name, failed()), expected, "{name}");
        }
    }
}
