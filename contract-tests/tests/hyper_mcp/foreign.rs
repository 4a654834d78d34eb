//! Guests that speak hyper-mcp's plugin interface, assembled from text.

use std::fmt::Write as _;

/// What every guest starts with.
const PRELUDE: &str = include_str!("../../guests/hyper_mcp.wat");
/// Where its texts lie.
const TEXTS: usize = 64;

/// A guest that is being written.
#[derive(Default)]
pub(crate) struct Guest {
    texts: String,
    exports: String,
}

/// A part of an export's answer.
pub(crate) enum Part {
    /// This text.
    Text(&'static str),
    /// What it was handed.
    Input,
    /// What a function hands back that is handed these texts.
    Given(&'static str, &'static [&'static str]),
    /// Nothing: a function that hands nothing back is called with these texts.
    Told(&'static str, &'static [&'static str]),
    /// What is fetched by this request.
    Fetched(&'static str),
    /// Nothing: these instructions run.
    Run(&'static str),
}

use Part::{Fetched, Given, Input, Run, Text, Told};

/// A question that can be asked twice.
const SURE: &str = r#"{"mode":"form","message":"Sure?","requestedSchema":{"type":"object","properties":{"sure":{"type":"boolean"}}}}"#;

/// The tools of [`everything`], each with what its answer is made of.
const TOOLS: &[(&str, &[Part])] = &[
    (
        "hears",
        &[
            Text(r#"{"content":[{"type":"text","text":"heard"}],"structuredContent":"#),
            Input,
            Text("}"),
        ],
    ),
    (
        "shows",
        &[Text(
            r#"{"content":[{"type":"image","data":"aGk=","mimeType":"image/png"}]}"#,
        )],
    ),
    (
        "fails",
        &[Text(
            r#"{"content":[{"type":"text","text":"no such town"}],"isError":true}"#,
        )],
    ),
    (
        "breaks",
        &[
            Told("error_set", &["it is broken"]),
            Run("(return (i32.const -1))"),
        ],
    ),
    ("babbles", &[Text("well")]),
    (
        "asks",
        &[
            Text(r#"{"content":[],"structuredContent":"#),
            Given(
                "create_elicitation",
                &[
                    r#"{"mode":"form","message":"When?","requestedSchema":{"type":"object","properties":{"day":{"type":"string","format":"date_time"}},"required":["day"]},"timeout":60000}"#,
                ],
            ),
            Text("}"),
        ],
    ),
    (
        "insists",
        &[
            Told(
                "notify_progress",
                &[r#"{"progress":1,"progressToken":"any"}"#],
            ),
            Text(r#"{"content":[],"structuredContent":{"first":"#),
            Given("create_elicitation", &[SURE]),
            Text(r#","second":"#),
            Given("create_elicitation", &[SURE]),
            Text("}}"),
        ],
    ),
    (
        "samples",
        &[
            Text(r#"{"content":[],"structuredContent":"#),
            Given(
                "create_message",
                &[
                    r#"{"messages":[{"role":"user","content":{"type":"text","text":"Hm?"}}],"maxTokens":9}"#,
                ],
            ),
            Text("}"),
        ],
    ),
    (
        "roots",
        &[
            Text(r#"{"content":[],"structuredContent":"#),
            Given("list_roots", &[]),
            Text("}"),
        ],
    ),
    (
        "tells",
        &[
            Told(
                "notify_progress",
                &[r#"{"progress":1,"total":2,"progressToken":"any"}"#],
            ),
            Told(
                "notify_logging_message",
                &[r#"{"level":"notice","data":{"half":true}}"#],
            ),
            Told("notify_tool_list_changed", &[]),
            Told("notify_prompt_list_changed", &[]),
            Told("notify_resource_list_changed", &[]),
            Told("notify_resource_updated", &[r#"{"uri":"town://bell"}"#]),
            Told(
                "notify_url_elicitation_completed",
                &[r#"{"elicitationId":"e1"}"#],
            ),
            Text(r#"{"content":[]}"#),
        ],
    ),
    (
        "fetches",
        &[
            Fetched(r#"{"url":"https://town.example/bell","method":"GET","headers":{}}"#),
            Text(r#"{"content":[]}"#),
        ],
    ),
    (
        "greets",
        &[
            Text(r#"{"content":[{"type":"text","text":""#),
            Given("config_get", &["greeting"]),
            Text(r#""}]}"#),
        ],
    ),
    (
        "remembers",
        &[
            Text(r#"{"content":[{"type":"text","text":"was "#),
            Given("var_get", &["seen"]),
            Text(r#""}]}"#),
            Told("var_set", &["seen", "here"]),
        ],
    ),
    (
        "hides",
        &[
            Text(r#"{"content":[{"type":"text","text":"token "#),
            Given("get_access_token", &["{}"]),
            Text(", secret "),
            Given("get_keyring_secret", &[r#"{"service":"s","user":"u"}"#]),
            Text(r#""}]}"#),
        ],
    ),
    (
        "wakes",
        &[
            Run("(drop (call $clock (i32.const 0) (i64.const 0) (i32.const 0)))"),
            Text(r#"{"content":[]}"#),
        ],
    ),
];

/// A guest of the first interface, with one tool.
pub(crate) fn first() -> Vec<u8> {
    Guest::default()
        .says(
            "describe",
            r#"{"tools":[{"name":"hears","description":"It hears.","inputSchema":{"type":"object"}}]}"#,
        )
        .answers("call", &TOOLS[..1])
        .wasm()
}

/// A guest with every export and every import of the current interface.
pub(crate) fn everything() -> Vec<u8> {
    let listed: Vec<_> = TOOLS
        .iter()
        .map(|(name, _)| {
            format!(
                r#"{{"name":"{name}","title":"It {name}","inputSchema":{{"type":"object","properties":{{"town":{{"type":"string"}}}}}}}}"#
            )
        })
        .collect();
    Guest::default()
        .says(
            "list_tools",
            &format!(r#"{{"tools":[{}]}}"#, listed.join(",")),
        )
        .says(
            "list_prompts",
            r#"{"prompts":[{"name":"letter","arguments":[{"name":"to","required":true}]}]}"#,
        )
        .says(
            "list_resources",
            r#"{"resources":[{"uri":"town://bell","name":"bell"}]}"#,
        )
        .says(
            "list_resource_templates",
            r#"{"resourceTemplates":[{"uriTemplate":"town://house/{number}","name":"house"}]}"#,
        )
        .says(
            "get_prompt",
            r#"{"messages":[{"role":"user","content":{"type":"text","text":"Dear you"}}]}"#,
        )
        .says(
            "read_resource",
            r#"{"contents":[{"uri":"town://bell","mimeType":"text/plain","text":"dong"}]}"#,
        )
        .says(
            "complete",
            r#"{"completion":{"values":["you"],"total":1,"hasMore":false}}"#,
        )
        .says("on_roots_list_changed", "")
        .answers("call_tool", TOOLS)
        .wasm()
}

impl Guest {
    /// An export that says the same whatever it is asked.
    pub(crate) fn says(mut self, export: &str, text: &str) -> Self {
        let place = self.place(text);
        self.export(export, &format!("(call $put {place}) (call $answer)"))
    }

    /// An export that answers by the name in its input.
    pub(crate) fn answers(mut self, export: &str, named: &[(&str, &[Part])]) -> Self {
        let mut body = String::new();
        for (name, parts) in named {
            let name = self.place(&format!(r#""name":"{name}""#));
            let parts: String = parts.iter().map(|part| self.part(part)).collect();
            write!(
                body,
                "(if (call $asked {name}) (then {parts} (call $answer) (return (i32.const 0))))"
            )
            .expect("text");
        }
        self.export(export, &format!("{body} (unreachable)"))
    }

    /// The wasm.
    pub(crate) fn wasm(self) -> Vec<u8> {
        let mut texts = String::new();
        for byte in self.texts.bytes() {
            write!(texts, "\\{byte:02x}").expect("text");
        }
        let text = format!(
            "(module\n{PRELUDE}\n(data (i32.const {TEXTS}) \"{texts}\")\n{})",
            self.exports
        );
        wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    fn export(mut self, export: &str, body: &str) -> Self {
        writeln!(
            self.exports,
            "(func (export \"{export}\") (result i32) {body} (i32.const 0))"
        )
        .expect("text");
        self
    }

    fn part(&mut self, part: &Part) -> String {
        match part {
            Text(text) => format!("(call $put {})", self.place(text)),
            Input => "(call $put_input)".to_owned(),
            Given(function, texts) => format!("(call $put_block {})", self.call(function, texts)),
            Told(function, texts) => self.call(function, texts),
            Fetched(request) => format!(
                "(call $put_block (call $http_request {} (i64.const 0)))",
                self.block(request)
            ),
            Run(code) => (*code).to_owned(),
        }
    }

    fn call(&mut self, function: &str, texts: &[&str]) -> String {
        let blocks: String = texts.iter().map(|text| self.block(text)).collect();
        format!("(call ${function} {blocks})")
    }

    fn block(&mut self, text: &str) -> String {
        format!("(call $text {})", self.place(text))
    }

    /// Puts a text among the others; its offset and its length.
    fn place(&mut self, text: &str) -> String {
        let at = TEXTS + self.texts.len();
        self.texts.push_str(text);
        format!("(i32.const {at}) (i32.const {})", text.len())
    }
}
