//! The guard on a scripted host, with the real parser.

use guard::decide;
use serde_json::{Value, json};
use sinew_pdk::schema::{
    GateStatusRequest, GitGetBranchRequest, ShellParseRequest, ShellParseResponse,
};
use sinew_pdk::testing::{FakeHost, Input, refusal};

/// The workspace of [`said_of`].
pub const HERE: &str = "/home/dev/project";

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

/// What is said of a command in [`HERE`]: `-` for nothing, else the verdict and the rule.
pub fn said_of(command: &str) -> String {
    let host = parser().answer(|request: GitGetBranchRequest| match request.path.as_str() {
        HERE => Ok(serde_json::from_value(json!({"branch": "topic", "detached": false})).unwrap()),
        "/home/dev/project/on-main" => {
            Ok(serde_json::from_value(json!({"branch": "main", "detached": false})).unwrap())
        }
        _ => Err(refusal("not_found", "no repository")),
    });
    let input = json!({"tool_name": "Bash", "cwd": HERE, "tool_input": {"command": command}});
    let said = said(&host, &input, Some(HERE));
    if said == "none" { "-".to_owned() } else { said }
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
