//! The guard on a scripted host, with the real parser.

use guard::decide;
use serde_json::{Value, json};
use sinew_pdk::schema::{
    GateStatusRequest, GitGetBranchRequest, ShellParseRequest, ShellParseResponse,
};
use sinew_pdk::testing::{FakeHost, Input, refusal};

/// A host that parses shell text, and says that every folder is on `branch`.
pub fn host(branch: &str) -> FakeHost {
    let branch = branch.to_owned();
    parser().answer(move |_: GitGetBranchRequest| json!({"branch": branch, "detached": false}))
}

/// A host that parses shell text, and knows no git and no place of its own.
pub fn parser() -> FakeHost {
    let host = FakeHost::new().answer(|_: GateStatusRequest| json!({"plugins": []}));
    host.answer(|request: ShellParseRequest| {
        match sinew_shell::parse(&request.command, sinew_shell::ShellLimits::default()) {
            Ok(script) => Ok(ShellParseResponse {
                script,
                ..ShellParseResponse::default()
            }),
            Err(error) => Err(refusal("invalid_request", error.to_string())),
        }
    })
}

/// What the host makes of a call: both phases, as it does it. The verdict, and the reason's rule.
pub fn said(host: &FakeHost, input: &Value, project: Option<&str>) -> String {
    let placed = |input: Value| match project {
        Some(project) => Input::new(input).in_project(project),
        None => Input::new(input),
    };
    let rewritten = host
        .run(decide, &placed(input.clone()).rewriting())
        .expect("the turn ends well");
    if rewritten["kind"] != "rewrite" {
        return shown(
            &host
                .run(decide, &placed(input.clone()))
                .expect("the turn ends well"),
        );
    }
    let mut again = input.clone();
    again["tool_input"] = rewritten["value"]["replacement"].clone();
    let output = host
        .run(decide, &placed(again))
        .expect("the turn ends well");
    if output["kind"] == "none" {
        "rewrite forced-push".to_owned()
    } else {
        shown(&output)
    }
}

fn shown(output: &Value) -> String {
    let reason = output["value"]["reason"].as_str().unwrap_or_default();
    let rule = reason
        .split(']')
        .next()
        .unwrap_or_default()
        .trim_start_matches('[');
    format!("{} {rule}", output["kind"].as_str().unwrap_or_default())
        .trim_end()
        .to_owned()
}
