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
