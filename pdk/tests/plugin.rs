//! A plugin as an author writes it, tested natively.

#![allow(
    clippy::items_after_statements,
    clippy::needless_pass_by_value,
    clippy::unwrap_used,
    reason = "entry points have the host's signature, and stand beside what they show"
)]

use serde_json::json;
use sinew_pdk::schema::{GitGetBranchRequest, GitGetBranchResponse};
use sinew_pdk::testing::{FakeHost, Input, bash, refusal};
use sinew_pdk::{
    Decision, EffectError, HookEvent, Phase, PostToolUse, PreToolUse, UserPromptSubmit, config,
    git_get_branch, hook_event, log_info, post_tool_use, pre_tool_use, user_prompt_submit, var,
};

/// Asks before anything is pushed to a protected branch.
#[pre_tool_use]
fn decide(call: PreToolUse) -> Result<Decision, EffectError> {
    let Some(command) = call.shell_command() else {
        return Ok(Decision::none());
    };
    if !command.starts_with("git push") {
        return Ok(Decision::none());
    }
    let branch = git_get_branch(&call.cwd)?.branch.unwrap_or_default();
    if branch == "main" {
        return Ok(Decision::ask(format!("pushing to `{branch}`")));
    }
    Ok(Decision::none())
}

/// Counts tool calls, and speaks up at a limit.
#[post_tool_use]
fn count(call: PostToolUse) -> Result<Decision, sinew_pdk::StateError> {
    let count = var::update("calls", |calls: &mut u32| {
        *calls += 1;
        *calls
    })?;
    let limit: u32 = config::get("limit")?.unwrap_or(100);
    // A refused log line is no reason to fail.
    let _ = log_info(&format!("call {count} of {}", call.tool_name));
    if count >= limit {
        Ok(Decision::none().with_context(format!("{count} tool calls so far")))
    } else {
        Ok(Decision::none())
    }
}

#[user_prompt_submit]
fn prompt_length(call: UserPromptSubmit) -> Decision {
    Decision::none().with_context(format!("{} bytes", call.prompt.len()))
}

/// Rewrites every written file to end in a line break.
fn end_in_line_break(call: PreToolUse) -> Result<Decision, EffectError> {
    if call.phase() != Phase::Rewrite {
        return Ok(Decision::none());
    }
    let Some(content) = call.argument("content")? else {
        return Ok(Decision::none());
    };
    let Some(mut input) = call.whole_tool_input()? else {
        return Ok(Decision::none());
    };
    input["content"] = json!(format!("{content}\n"));
    Ok(Decision::rewrite(input))
}

/// What a careless rewrite looks like.
fn careless(call: PreToolUse) -> Decision {
    let mut input = call.tool_input.clone();
    input["file_path"] = json!("/elsewhere");
    Decision::rewrite(input)
}

#[hook_event]
fn newer(call: HookEvent) -> Decision {
    Decision::none().with_context(format!("{} in {}", call.event(), call.cwd))
}

fn write(bytes: usize) -> Input {
    Input::new(
        json!({"tool_name": "Write", "tool_input": {"file_path": "/f", "content": "x".repeat(bytes)}}),
    )
}

#[test]
fn an_entry_point_is_an_ordinary_function_in_a_test() {
    let _host = FakeHost::new().expect::<GitGetBranchRequest>(
        "/home/dev/project",
        json!({"branch": "main", "detached": false}),
    );
    assert_eq!(
        decide(bash("git push")),
        Ok(Decision::ask("pushing to `main`"))
    );
}

#[test]
fn effects_can_be_scripted_by_name_with_typed_answers() {
    let host = FakeHost::new().answer(|request: GitGetBranchRequest| {
        let branch = if request.path == "/home/dev/project" {
            "main"
        } else {
            "topic"
        };
        Ok(GitGetBranchResponse {
            branch: Some(branch.into()),
            detached: false,
            head: None,
            extra: serde_json::Map::new(),
        })
    });
    assert_eq!(
        decide(bash("git push")),
        Ok(Decision::ask("pushing to `main`"))
    );
    assert_eq!(decide(bash("ls")), Ok(Decision::none()));
    assert_eq!(host.performed().len(), 1);
    assert_eq!(
        host.performed()[0].request,
        json!({"path": "/home/dev/project"})
    );
}

#[test]
fn a_refusal_reaches_the_plugin_as_an_error_with_its_code() {
    let _host = FakeHost::new()
        .expect::<GitGetBranchRequest>("/home/dev/project", Err(refusal("denied", "no permit")));
    let error = decide(bash("git push")).unwrap_err();
    assert_eq!(
        (error.code.as_str(), error.to_string().as_str()),
        (EffectError::CODE_DENIED, "no permit")
    );
}

#[test]
fn vars_and_settings_are_typed() {
    let host = FakeHost::new().with_var("calls", 4).with_config("limit", 6);
    let call =
        || Input::new(json!({"tool_name": "Bash", "tool_input": {}, "tool_response": {}})).call();
    assert_eq!(count(call()).unwrap(), Decision::none());
    assert_eq!(
        count(call()).unwrap(),
        Decision::none().with_context("6 tool calls so far")
    );
    assert_eq!(host.var::<u32>("calls"), Some(6));
    var::remove("calls").unwrap();
    assert_eq!(host.var::<u32>("calls"), None);
}

#[test]
fn a_var_of_another_form_is_an_error_that_names_it() {
    let _host = FakeHost::new().with_var("calls", "many");
    let error = var::get::<u32>("calls").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the value of `calls` does not have the expected form"
    );
    assert_eq!(error.key(), "calls");
}

#[test]
fn an_entry_point_runs_from_json_to_json_as_the_host_runs_it() {
    let host = FakeHost::new();
    let output = host
        .run(prompt_length, &Input::new(json!({"prompt": "hello"})))
        .unwrap();
    assert_eq!(
        output,
        json!({"kind": "none", "value": {"context": "5 bytes"}})
    );
    let output = host
        .run(
            newer,
            &Input::new(json!({"hook_event_name": "PostLunch", "menu": ["soup"]})),
        )
        .unwrap();
    assert_eq!(
        output,
        json!({"kind": "none", "value": {"context": "PostLunch in /home/dev/project"}})
    );
}

#[test]
fn an_elided_field_of_the_contract_arrives_whole() {
    let host = FakeHost::new();
    let prompt = "ü".repeat(500);
    let output = host
        .run(
            prompt_length,
            &Input::new(json!({"prompt": prompt})).elide("/prompt"),
        )
        .unwrap();
    assert_eq!(
        output,
        json!({"kind": "none", "value": {"context": "1000 bytes"}})
    );
}

#[test]
fn an_elided_command_arrives_whole_or_fails_the_turn() {
    let long = format!("git push # {}", "x".repeat(300));
    let input = Input::new(json!({"tool_name": "Bash", "tool_input": {"command": long}}))
        .elide("/tool_input/command");
    let host = FakeHost::new()
        .answer(|_: GitGetBranchRequest| json!({"branch": "main", "detached": false}));
    let output = host.run(decide, &input).unwrap();
    assert_eq!(output["kind"], "ask");
    drop(host);

    let host = FakeHost::new()
        .answer(|_: sinew_pdk::schema::InputReadRequest| Err(refusal("deadline", "too late")));
    assert_eq!(
        host.run(decide, &input),
        Err("the input does not decode: too late".to_owned())
    );
}

#[test]
fn an_elided_argument_is_null_until_an_accessor_reads_it() {
    let host = FakeHost::new();
    fn look(call: PreToolUse) -> Result<Decision, EffectError> {
        assert_eq!(call.tool_input["content"], json!(null));
        assert_eq!(call.elided().collect::<Vec<_>>(), ["/tool_input/content"]);
        assert_eq!(call.argument("content")?.map(|text| text.len()), Some(1000));
        assert_eq!(call.argument("file_path")?.as_deref(), Some("/f"));
        assert_eq!(call.argument("missing")?, None);
        let whole = call.value("")?.unwrap();
        assert_eq!(
            whole["tool_input"]["content"].as_str().map(str::len),
            Some(1000)
        );
        Ok(Decision::none())
    }
    host.run(look, &write(1000).elide("/tool_input/content"))
        .unwrap();
}

#[test]
fn an_elided_object_is_read_as_a_value() {
    let host = FakeHost::new();
    fn look(call: PreToolUse) -> Result<Decision, EffectError> {
        assert_eq!(call.tool_input, json!(null));
        assert_eq!(call.argument("content")?.map(|text| text.len()), Some(200));
        assert_eq!(call.whole_tool_input()?.unwrap()["file_path"], "/f");
        Ok(Decision::none())
    }
    host.run(look, &write(200).elide("/tool_input")).unwrap();
    // A host may take a part out first and then what is left of the whole.
    host.run(
        look,
        &write(200).elide("/tool_input/content").elide("/tool_input"),
    )
    .unwrap();
}

#[test]
fn a_rewrite_cannot_lose_what_was_elided() {
    let host = FakeHost::new();
    let elided = write(200).rewriting().elide("/tool_input/content");
    let output = host.run(end_in_line_break, &elided).unwrap();
    assert_eq!(
        output["value"]["replacement"]["content"],
        json!(format!("{}\n", "x".repeat(200)))
    );
    assert_eq!(
        host.run(careless, &elided),
        Err(
            "the rewrite loses `/tool_input/content`, which was elided: start from `call.value(…)`"
                .to_owned()
        )
    );
    assert!(host.run(careless, &write(200)).is_ok());
}

#[test]
fn an_input_that_is_not_the_contracts_fails_the_turn() {
    let host = FakeHost::new();
    let error = host
        .run(decide, &Input::new(json!({"tool_input": {}})))
        .unwrap_err();
    assert!(error.contains("missing field `tool_name`"), "{error}");
}

/// Runs on a thread of its own and returns the panic's message.
fn failure(test: fn()) -> String {
    let panic = std::thread::spawn(test).join().unwrap_err();
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}

#[test]
fn what_was_not_scripted_fails_the_test_and_says_what_was_asked() {
    let message = failure(|| {
        let _host = FakeHost::new();
        let _ = decide(bash("git push"));
    });
    assert_eq!(
        message,
        "`git_get_branch` was not expected\n    sent: {\"path\":\"/home/dev/project\"}"
    );

    let message = failure(|| {
        let _host =
            FakeHost::new().expect::<GitGetBranchRequest>("/elsewhere", json!({"detached": true}));
        let _ = decide(bash("git push"));
    });
    assert!(
        message.starts_with("`git_get_branch` was expected with another request"),
        "{message}"
    );

    let message = failure(|| {
        let _host = FakeHost::new()
            .expect::<GitGetBranchRequest>("/home/dev/project", json!({"detached": true}));
        let _ = decide(bash("ls"));
    });
    assert_eq!(
        message,
        "expected and never asked for: `git_get_branch` {\"path\":\"/home/dev/project\"}"
    );

    let message = failure(|| {
        let _host = FakeHost::new().expect::<GitGetBranchRequest>("/p", json!({"branch": 1}));
    });
    assert!(
        message.starts_with("this is no response of `git_get_branch`"),
        "{message}"
    );
}

#[test]
fn without_a_host_an_effect_is_an_error_that_says_what_to_do() {
    let error = decide(bash("git push")).unwrap_err();
    assert_eq!(error.code, EffectError::CODE_INTERNAL);
    assert!(error.message.contains("FakeHost"), "{error}");
}
