//! The case table (`cases/README.md`), natively. `contract-tests/tests/guard_cases.rs` does it through the real engine.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    unreachable_pub,
    dead_code,
    reason = "a test that cannot go on fails"
)]

mod gate;

use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;
use sinew_pdk::schema::GitGetBranchRequest;
use sinew_pdk::testing::refusal;

#[test]
fn every_case_gets_its_verdict() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let files = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut wrong = String::new();
    for file in files.filter(|path| path.extension().is_some_and(|ending| ending == "toml")) {
        let table: toml::Table = toml::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for case in table["case"].as_array().unwrap() {
            let said = said(case);
            let (kind, rule) = said.split_once(' ').unwrap_or((said.as_str(), ""));
            let expected = case["expect"].as_str().unwrap();
            let expected_rule = case.get("rule").and_then(toml::Value::as_str);
            let right = match expected {
                "stop" => matches!(kind, "deny" | "ask"),
                expected => kind == expected,
            };
            if !right || expected_rule.is_some_and(|expected| expected != rule) {
                let expected_rule = expected_rule.unwrap_or_default();
                let _ = writeln!(
                    wrong,
                    "{}: expected {expected} {expected_rule}, was {said}",
                    case["id"]
                );
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn said(case: &toml::Value) -> String {
    let text = |key: &str| case.get(key).and_then(toml::Value::as_str);
    let cwd = text("cwd").unwrap_or("/srv/project/acme");
    let project = text("project").unwrap_or("/srv/project/acme");
    let input = match text("command") {
        Some(command) => {
            json!({"tool_name": "Bash", "cwd": cwd, "tool_input": {"command": command}})
        }
        None => {
            json!({"tool_name": text("tool"), "cwd": cwd, "tool_input": serde_json::to_value(&case["input"]).unwrap()})
        }
    };
    let host = if project.is_empty() {
        // Git is asked only about registered projects, and only about what is in them.
        gate::parser().answer(|_: GitGetBranchRequest| Err(refusal("denied", "no permit")))
    } else {
        let branch = text("branch").unwrap_or("feature/login").to_owned();
        let project = project.to_owned();
        gate::parser().answer(move |request: GitGetBranchRequest| {
            if Path::new(&request.path).starts_with(&project) {
                Ok(serde_json::from_value(json!({"branch": branch, "detached": false})).unwrap())
            } else {
                Err(refusal("denied", "no permit"))
            }
        })
    };
    gate::said(&host, &input, (!project.is_empty()).then_some(project))
}
