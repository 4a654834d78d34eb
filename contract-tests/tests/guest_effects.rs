//! A guest in wasm, under a running server, with effects that reach the machine: what was granted is done and recorded.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;

use serde_json::{Value, json};
use sinew_contract_tests::daemon::Installation;
use sinew_contract_tests::ledger_rows::rows;
use sinew_contract_tests::probe_plugin::ProbePlugin;

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_reaches_files_and_programs_as_far_as_it_was_granted() {
    let probe = ProbePlugin {
        budgets: "wall = \"20s\"",
        ..ProbePlugin::default()
    };
    let Some(installation) = Installation::new("", &[probe]).unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let at = |name: &str| root.join(name).to_str().unwrap().to_owned();
    fs::create_dir(root.join("work")).unwrap();
    fs::write(root.join("secret"), "secret").unwrap();
    let permits = format!(
        "fs = {{ read = [\"{0}/**\"], write = [\"{0}/**\"], deny = [\"**/.env\"] }}\n\
         process = [{{ argv = [\"cat\", \"*\"], cwd = \"{0}\" }}]\n",
        at("work")
    );
    installation.grant("probe", &permits).unwrap();

    let daemon = installation.serve(0).await.unwrap();
    let effect =
        |name: &str, request: Value| json!({ "do": "effect", "effect": name, "request": request });
    let steps = json!([
        effect(
            "fs_write",
            json!({ "path": at("work/a.txt"), "text": "from the guest\n" })
        ),
        effect("fs_read", json!({ "path": at("work/a.txt") })),
        effect(
            "fs_search",
            json!({ "path": at("work"), "pattern": "guest" })
        ),
        effect(
            "process_run",
            json!({ "argv": ["cat", "a.txt"], "cwd": at("work") })
        ),
        effect("fs_read", json!({ "path": at("secret") })),
        effect("fs_write", json!({ "path": at("work/.env"), "text": "x" })),
        effect(
            "process_run",
            json!({ "argv": ["cat", "a.txt"], "cwd": at("") })
        ),
    ]);
    let body = json!({
        "session_id": "s", "cwd": at("work"), "hook_event_name": "PreToolUse", "tool_name": "Bash",
        "tool_input": { "command": "ls" }, "tool_use_id": "1", "probe": steps,
    });
    let reply = daemon
        .post(
            "/hooks/PreToolUse",
            &daemon.headers(),
            body.to_string().as_bytes(),
        )
        .await
        .unwrap();
    let answer = reply.json().unwrap();
    let context = answer["hookSpecificOutput"]["additionalContext"].as_str();
    let results: Vec<Value> = serde_json::from_str(context.unwrap_or_default()).unwrap_or_default();
    assert_eq!(results.len(), 7, "{answer}\n{}", installation.log());
    let values: Vec<&Value> = results.iter().map(|result| &result["value"]).collect();
    assert_eq!(values[1]["text"], "from the guest\n");
    assert_eq!(values[2]["matches"][0]["path"], "a.txt");
    assert_eq!(
        values[3]["stdout"]["text"], "from the guest\n",
        "{}",
        values[3]
    );
    assert_eq!(values[3]["exit_code"], 0);
    for denied in &values[4..] {
        assert_eq!(denied["code"], "denied", "{denied}");
    }
    assert_eq!(
        fs::read_to_string(root.join("work/a.txt")).unwrap(),
        "from the guest\n"
    );
    assert!(!root.join("work/.env").exists());

    let rows = rows(&installation.state(), 0).unwrap();
    let of = |kind: &str| -> Vec<String> {
        let these = rows.iter().filter(|row| row.kind == kind);
        these.map(|row| row.text("/effect").to_owned()).collect()
    };
    assert_eq!(
        of("intent"),
        ["fs_write", "process_run"],
        "what writes is recorded before, what is denied is not begun"
    );
    assert_eq!(of("effect").len(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_look_below_a_folder_withholds_is_logged_in_one_line() {
    let probe = ProbePlugin {
        budgets: "wall = \"20s\"",
        ..ProbePlugin::default()
    };
    let Some(installation) = Installation::new("", &[probe]).unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    for name in ["a.pem", "b.pem", "c.pem", "open"] {
        fs::write(root.join(name), "word").unwrap();
    }
    let at = root.to_str().unwrap();
    let permits = format!("fs = {{ read = [\"{at}/**\"], deny = [\"**/*.pem\"] }}\n");
    installation.grant("probe", &permits).unwrap();
    let daemon = installation.serve(0).await.unwrap();
    for (call, effect, request) in [
        ("1", "fs_list", json!({ "path": at })),
        ("2", "fs_search", json!({ "path": at, "pattern": "word" })),
        ("3", "fs_list", json!({ "path": at, "globs": ["open"] })),
    ] {
        let body = json!({
            "session_id": "s", "cwd": at, "hook_event_name": "PreToolUse", "tool_name": "Bash",
            "tool_input": { "command": "ls" }, "tool_use_id": call,
            "probe": [{ "do": "effect", "effect": effect, "request": request }],
        });
        let body = body.to_string();
        let headers = daemon.headers();
        let reply = daemon.post("/hooks/PreToolUse", &headers, body.as_bytes());
        let said = reply.await.unwrap().json().unwrap().to_string();
        assert!(said.contains("open"), "{said}");
    }
    daemon.terminate().await.unwrap();
    let log = installation.log();
    let lines: Vec<&str> = log.lines().filter(|it| it.contains("withheld")).collect();
    assert!((2..=3).contains(&lines.len()), "{log}");
    for line in &lines {
        assert!(
            line.contains("may not read") && line.contains(".pem"),
            "{line}"
        );
        assert!(line.contains("3 withheld in all"), "{line}");
    }
    let refusals = log.lines().filter(|line| line.contains("may not read"));
    assert_eq!(refusals.count(), lines.len(), "{log}");
}

/// Everything is granted, and the gate's own is refused all the same.
#[tokio::test(flavor = "multi_thread")]
async fn no_grant_reaches_the_gates_own_places() {
    let probe = ProbePlugin {
        budgets: "wall = \"20s\"",
        ..ProbePlugin::default()
    };
    let Some(house) = Installation::new("", &[probe]).unwrap() else {
        return;
    };
    let permits = "fs = { read = [\"/**\"], write = [\"/**\"] }\ngit = { read = [\"/**\"] }\n\
                   process = [{ argv = [\"cat\", \"**\"], cwd = \"/**\" }]\n";
    house.grant("probe", permits).unwrap();
    let (state, config) = (house.state(), house.config());
    let around = config.parent().unwrap();
    let daemon = house.serve(0).await.unwrap();
    git2::Repository::init(&state).unwrap();
    let token = house.token("admin").unwrap();
    let effect =
        |name: &str, request: Value| json!({ "do": "effect", "effect": name, "request": request });
    let admin = state.join("tokens/admin");
    let steps = [
        effect("fs_read", json!({ "path": admin })),
        effect("fs_stat", json!({ "path": admin })),
        effect("fs_list", json!({ "path": state })),
        effect("fs_append", json!({ "path": config, "text": "# mine\n" })),
        effect(
            "fs_write",
            json!({ "path": around.join("permits.d/more.toml"), "text": "" }),
        ),
        effect("fs_remove", json!({ "path": state, "recursive": true })),
        effect("git_status", json!({ "path": state })),
        effect(
            "process_run",
            json!({ "argv": ["cat", admin], "cwd": state }),
        ),
        effect(
            "process_run",
            json!({ "argv": ["cat", admin], "cwd": around }),
        ),
        effect("fs_search", json!({ "path": around, "pattern": token })),
    ];
    let body = json!({
        "session_id": "s", "cwd": "/", "hook_event_name": "PreToolUse", "tool_name": "Bash",
        "tool_input": { "command": "ls" }, "tool_use_id": "1", "probe": steps,
    });
    let headers = daemon.headers();
    let body = body.to_string();
    let reply = daemon.post("/hooks/PreToolUse", &headers, body.as_bytes());
    let answer = reply.await.unwrap().json().unwrap();
    let context = answer["hookSpecificOutput"]["additionalContext"].as_str();
    let results: Vec<Value> = serde_json::from_str(context.unwrap_or_default()).unwrap_or_default();
    assert_eq!(results.len(), steps.len(), "{answer}\n{}", house.log());
    let (search, refused) = results.split_last().unwrap();
    for (result, step) in refused.iter().zip(&steps) {
        assert_eq!(result["value"]["code"], "denied", "{step}: {result}");
    }
    assert_eq!(search["status"], "ok", "{search}");
    assert_eq!(search["value"]["matches"], json!([]), "{search}");
    assert!(!answer.to_string().contains(&token));
    let said = "is the gate's own, whatever is granted";
    assert!(house.log().contains(said), "{}", house.log());
    assert_eq!(house.token("admin").unwrap(), token);
    daemon.terminate().await.unwrap();
}
