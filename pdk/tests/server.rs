//! A server as an author writes it, tested natively.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    clippy::unwrap_used,
    reason = "handlers have the signature of handlers"
)]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sinew_pdk::mcp::{
    self, Contents, Elicited, Failure, Json, McpServer, NoArguments, Prompt, Resource,
    ResourceTemplate, TextAndJson, Tool,
};
use sinew_pdk::schema::{
    GitGetBranchRequest, McpCapability, McpElicitRequest, McpResourceContents, McpToolScope,
};
use sinew_pdk::testing::{FakeHost, refusal};
use sinew_pdk::{
    EffectError, McpCall, McpCompletion, McpContent, McpPromptCall, McpPromptMessage,
    McpPromptResult, McpRead, McpResult, config, git_get_branch, mcp_progress, mcp_server, var,
};

/// What `count` is called with.
#[derive(Deserialize, JsonSchema)]
struct Text {
    /// The text whose words are counted.
    text: String,
    /// The most that are counted.
    #[serde(default)]
    limit: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct Counts {
    /// How many.
    words: usize,
}

#[derive(Deserialize)]
struct Issue {
    number: u64,
}

#[derive(Deserialize, JsonSchema)]
struct Review {
    /// The change.
    topic: String,
    /// The branch.
    branch: String,
    /// What to look for.
    focus: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct Sure {
    /// Whether to go on.
    sure: bool,
}

#[mcp_server]
fn server() -> Result<McpServer, sinew_pdk::StateError> {
    let mut server = McpServer::new()
        .instructions("Counts and reads.")
        .tool(
            Tool::new("count", "Counts the words of a text.")
                .title("Count")
                .read_only()
                .idempotent()
                .open_world(false),
            count,
        )
        .tool(
            Tool::new("branch", "Names the branch.").with("icons", json!([{"src": "a.png"}])),
            branch,
        )
        .tool(
            Tool::new("visit", "Counts visits.").scope(McpToolScope::Session),
            |_: &McpCall, NoArguments {}| {
                let visits = var::update("visits", |visits: &mut u32| {
                    *visits += 1;
                    *visits
                })?;
                Ok::<_, sinew_pdk::StateError>(mcp::text(visits.to_string()))
            },
        )
        .tool(
            Tool::new("remove", "Removes everything.")
                .destructive(true)
                .needs(McpCapability::Elicitation),
            remove,
        )
        .tool(
            Tool::new("show", "Shows a picture.").raw_input_schema(
                || json!({"type": "object", "properties": {"big": {"type": "boolean"}}}),
            ),
            |_: &McpCall, _: Value| {
                let note = McpResourceContents::text("a://note", "n");
                mcp::answer([
                    "two".into(),
                    McpContent::image(mcp::base64(b"png"), "image/png"),
                    McpContent::resource(&note),
                ])
            },
        )
        .resource(
            Resource::new("forge://status", "status").mime_type("text/plain"),
            |_: &McpRead| Contents::text("fine"),
        )
        .resource_template(
            ResourceTemplate::new("forge://issue/{number}", "issue")
                .description("An issue.")
                .completes("number", |_: &McpCompletion| ["1", "12", "2"]),
            issue,
        )
        .prompt(
            Prompt::new("review", "Reviews a change.").completes("branch", branches),
            review,
        );
    if config::get("more")?.unwrap_or(false) {
        server = server.tool(
            Tool::new("more", "Does more."),
            |_: &McpCall, NoArguments {}| mcp::text("more"),
        );
    }
    Ok(server)
}

fn count(_: &McpCall, Text { text, limit }: Text) -> Json<Counts> {
    let words = text.split_whitespace().count();
    let most = limit.map_or(usize::MAX, |limit| limit as usize);
    Json(Counts {
        words: words.min(most),
    })
}

fn branch(call: &McpCall, _: NoArguments) -> Result<TextAndJson<OnBranch>, Failure> {
    let Some(project) = call.project() else {
        return Err(mcp::failure("The call belongs to no project."));
    };
    let branch = git_get_branch(project)?.branch.unwrap_or_default();
    mcp_progress((1, 1))?;
    Ok(TextAndJson(format!("On `{branch}`."), OnBranch { branch }))
}

#[derive(Serialize, JsonSchema)]
struct OnBranch {
    branch: String,
}

fn remove(_: &McpCall, _: NoArguments) -> Result<McpResult, EffectError> {
    Ok(match mcp::elicit::<Sure>("sure", "Remove everything?")? {
        Elicited::Accepted(Sure { sure: true }) => mcp::text("removed"),
        _ => mcp::failure("The person does not want it.").into(),
    })
}

fn issue(_: &McpRead, Issue { number }: Issue) -> Option<Contents> {
    (number < 100).then(|| Contents::text(format!("# {number}")).with_mime_type("text/markdown"))
}

fn review(call: &McpPromptCall, review: Review) -> McpPromptResult {
    let focus = review.focus.unwrap_or_else(|| "everything".to_owned());
    mcp::prompt([
        McpPromptMessage::user(format!(
            "Review {} on `{}`: {focus}.",
            review.topic, review.branch
        )),
        McpPromptMessage::assistant(format!("`{}`", call.prompt)),
    ])
}

fn branches(completion: &McpCompletion) -> Result<Vec<String>, EffectError> {
    let project = completion.project.as_deref().unwrap_or("/");
    let branch = git_get_branch(project)?.branch;
    Ok(branch.into_iter().chain(["topic".to_owned()]).collect())
}

fn text(result: &McpResult) -> &str {
    result.content[0].text.as_deref().unwrap()
}

#[test]
fn clients_are_told_of_what_handlers_take_and_return() {
    let host = FakeHost::new();
    let told = json!(host.describe(server).unwrap());
    assert_eq!(told["instructions"], "Counts and reads.");
    assert_eq!(
        told["tools"][0],
        json!({
            "name": "count",
            "title": "Count",
            "description": "Counts the words of a text.",
            "annotations": {"readOnlyHint": true, "idempotentHint": true, "openWorldHint": false},
            "inputSchema": {
                "type": "object",
                "properties": {
                    "text": {"type": "string", "description": "The text whose words are counted."},
                    "limit": {"type": ["integer", "null"], "minimum": 0, "description": "The most that are counted."},
                },
                "required": ["text"],
            },
            "outputSchema": {
                "type": "object",
                "properties": {"words": {"type": "integer", "minimum": 0, "description": "How many."}},
                "required": ["words"],
            },
        })
    );
    assert_eq!(told["tools"][1]["icons"][0]["src"], "a.png");
    assert_eq!(
        told["tools"][1]["inputSchema"],
        json!({"type": "object", "properties": {}})
    );
    assert_eq!(told["tools"][2]["scope"], "session");
    assert_eq!(told["tools"][3]["needs"], json!(["elicitation"]));
    assert_eq!(
        told["tools"][3]["annotations"],
        json!({"destructiveHint": true})
    );
    assert_eq!(
        told["tools"][4]["inputSchema"]["properties"],
        json!({"big": {"type": "boolean"}})
    );
    assert_eq!(
        told["resources"],
        json!([{"uri": "forge://status", "name": "status", "mimeType": "text/plain"}])
    );
    assert_eq!(
        told["resource_templates"],
        json!([{"uriTemplate": "forge://issue/{number}", "name": "issue", "description": "An issue."}])
    );
    assert_eq!(
        told["prompts"],
        json!([{
            "name": "review",
            "description": "Reviews a change.",
            "arguments": [
                {"name": "topic", "description": "The change.", "required": true},
                {"name": "branch", "description": "The branch.", "required": true},
                {"name": "focus", "description": "What to look for."},
            ],
        }])
    );
}

#[test]
fn what_is_offered_may_depend_on_the_settings() {
    let host = FakeHost::new().with_config("more", true);
    assert_eq!(host.describe(server).unwrap().tools.len(), 6);
    assert_eq!(
        text(&host.run_tool(server, "more", &json!({})).unwrap()),
        "more"
    );
    drop(host);
    let host = FakeHost::new().with_config("more", "yes");
    assert!(host.describe(server).unwrap_err().contains("`more`"));
}

#[test]
fn a_tool_takes_typed_arguments_and_answers_in_text_and_structure() {
    let host = FakeHost::new();
    let result = host
        .run_tool(server, "count", &json!({"text": "a b"}))
        .unwrap();
    assert_eq!(
        json!(result),
        json!({"content": [{"type": "text", "text": "{\"words\":2}"}], "structured": {"words": 2}})
    );
    let unfit = host.run_tool(server, "count", &json!({})).unwrap();
    assert_eq!(unfit.is_error, Some(true));
    assert_eq!(
        text(&unfit),
        "the arguments of `count`: missing field `text`"
    );
    assert_eq!(
        host.run_tool(server, "weigh", &json!({})),
        Err("there is no tool `weigh`".to_owned())
    );
}

#[test]
fn a_failure_is_an_answer_and_an_error_ends_the_turn() {
    let host = FakeHost::new();
    let lost = host.run_tool(server, "branch", &json!({})).unwrap();
    assert_eq!(
        json!(lost),
        json!({"content": [{"type": "text", "text": "The call belongs to no project."}], "is_error": true})
    );
    drop(host);

    let host = FakeHost::new()
        .with_project("/p")
        .answer(|_: GitGetBranchRequest| Err(refusal("denied", "no permit")));
    let denied = host.run_tool(server, "branch", &json!({})).unwrap();
    assert!(
        text(&denied).starts_with("No permit. Ask the person"),
        "{denied:?}"
    );
    drop(host);

    let host = FakeHost::new()
        .with_project("/p")
        .answer(|_: GitGetBranchRequest| json!({"branch": "main", "detached": false}));
    let on = host.run_tool(server, "branch", &json!({})).unwrap();
    assert_eq!(
        (text(&on), &on.structured["branch"]),
        ("On `main`.", &json!("main"))
    );
    let heard = host.performed();
    assert_eq!(heard.last().map(|last| last.effect), Some("mcp_progress"));
    drop(host);

    let host = FakeHost::new()
        .answer(|_: McpElicitRequest| Err(refusal("unavailable", "the client cannot ask")));
    assert_eq!(
        host.run_tool(server, "remove", &json!({})),
        Err("the client cannot ask".to_owned())
    );
}

#[test]
fn a_person_is_asked_in_an_ordinary_call() {
    for (answer, expected) in [
        (
            json!({"action": "accept", "content": {"sure": true}}),
            "removed",
        ),
        (json!({"action": "decline"}), "The person does not want it."),
    ] {
        let host = FakeHost::new().answer(move |request: McpElicitRequest| {
            assert_eq!(request.message, "Remove everything?");
            assert_eq!(request.schema["required"], json!(["sure"]));
            answer.clone()
        });
        let result = host.run_tool(server, "remove", &json!({})).unwrap();
        assert_eq!(text(&result), expected);
    }
}

#[test]
fn a_tools_vars_are_there_for_its_next_call() {
    let host = FakeHost::new().with_session("s");
    for expected in ["1", "2"] {
        let result = host.run_tool(server, "visit", &json!({})).unwrap();
        assert_eq!(text(&result), expected);
    }
    assert_eq!(host.var::<u32>("visits"), Some(2));
}

#[test]
fn an_answer_may_be_of_several_blocks() {
    let host = FakeHost::new();
    let result = host
        .run_tool(server, "show", &json!({"big": true}))
        .unwrap();
    assert_eq!(
        json!(result.content),
        json!([
            {"type": "text", "text": "two"},
            {"type": "image", "data": "cG5n", "mimeType": "image/png"},
            {"type": "resource", "resource": {"uri": "a://note", "text": "n"}},
        ])
    );
}

#[test]
fn a_read_finds_the_resource_or_the_template_or_nothing() {
    let host = FakeHost::new();
    let cases = [
        (
            "forge://status",
            json!([{"uri": "forge://status", "mimeType": "text/plain", "text": "fine"}]),
        ),
        (
            "forge://issue/7",
            json!([{"uri": "forge://issue/7", "mimeType": "text/markdown", "text": "# 7"}]),
        ),
        ("forge://issue/100", json!([])),
        ("forge://issue/seven", json!([])),
        ("forge://other", json!([])),
    ];
    for (uri, contents) in cases {
        assert_eq!(
            json!(host.run_read(server, uri).unwrap().contents),
            contents,
            "{uri}"
        );
    }
}

#[test]
fn a_prompt_is_filled_in() {
    let host = FakeHost::new();
    let arguments = json!({"topic": "it", "branch": "main"});
    assert_eq!(
        json!(host.run_prompt(server, "review", &arguments).unwrap()),
        json!({"messages": [
            {"role": "user", "content": {"type": "text", "text": "Review it on `main`: everything."}},
            {"role": "assistant", "content": {"type": "text", "text": "`review`"}},
        ]})
    );
    assert_eq!(
        host.run_prompt(server, "review", &json!({"topic": "it"})),
        Err("the arguments of `review`: missing field `branch`".to_owned())
    );
    assert_eq!(
        host.run_prompt(server, "rebase", &json!({})),
        Err("there is no prompt `rebase`".to_owned())
    );
}

#[test]
fn what_was_typed_is_completed_where_somebody_knows_how() {
    let host = FakeHost::new()
        .with_project("/p")
        .answer(|request: GitGetBranchRequest| {
            assert_eq!(request.path, "/p");
            json!({"branch": "main", "detached": false})
        });
    let cases = [
        ("prompt", "review", "branch", "M", json!(["main"])),
        ("prompt", "review", "focus", "", json!([])),
        ("prompt", "rebase", "branch", "", json!([])),
        (
            "resource_template",
            "forge://issue/{number}",
            "number",
            "1",
            json!(["1", "12"]),
        ),
        (
            "resource_template",
            "forge://other",
            "number",
            "1",
            json!([]),
        ),
    ];
    for (kind, name, argument, value, expected) in cases {
        let completion = json!({kind: name, "argument": argument, "value": value});
        let completion: McpCompletion = serde_json::from_value(completion).unwrap();
        let result = host.run_completion(server, &completion).unwrap();
        assert_eq!(json!(result.values), expected, "{name} {argument}");
    }
}

#[test]
fn what_contradicts_itself_is_found_when_it_describes_itself() {
    fn answer(_: &McpCall, _: NoArguments) -> McpResult {
        mcp::text("")
    }
    fn contradictory() -> McpServer {
        let long = "x".repeat(65);
        McpServer::new()
            .tool(Tool::new("twice", ""), answer)
            .tool(Tool::new("twice", ""), answer)
            .tool(Tool::new(long, ""), answer)
            .tool(Tool::new("no name", ""), answer)
            .tool(Tool::new("list", ""), |_: &McpCall, _: Vec<u8>| {
                mcp::text("")
            })
            .tool(Tool::new("lists", ""), |_: &McpCall, NoArguments {}| {
                Json(vec![1])
            })
            .resource(Resource::new("a://b", "b"), |_: &McpRead| {
                Contents::text("")
            })
            .resource(Resource::new("a://b", "c"), |_: &McpRead| {
                Contents::text("")
            })
            .resource_template(
                ResourceTemplate::new("a://{x}", "x").completes("y", |_: &McpCompletion| ["z"]),
                |_: &McpRead, NoArguments {}| Contents::text(""),
            )
            .resource_template(
                ResourceTemplate::new("a://{?x}", "x"),
                |_: &McpRead, NoArguments {}| Contents::text(""),
            )
            .prompt(
                Prompt::new("p", "").completes("q", |_: &McpCompletion| ["z"]),
                |_: &McpPromptCall, NoArguments {}| mcp::prompt([]),
            )
    }
    let problems = FakeHost::new().describe(contradictory).unwrap_err();
    for expected in [
        "the tool `twice` is offered twice",
        "xxx` is no name",
        "`no name` is no name",
        "the arguments of `list` are no object",
        "what `lists` answers is no object",
        "the resource `a://b` is offered twice",
        "`a://{x}` has no `{y}`",
        "`{?x}` in `a://{?x}` is neither",
        "`p` has no argument `q`",
    ] {
        assert!(problems.contains(expected), "{expected}: {problems}");
    }
    assert_eq!(problems.split("; ").count(), 9, "{problems}");
}
