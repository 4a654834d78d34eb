//! Effects of which nobody knows whether they were done.

use serde_json::{Value, json};
use sinew_contract_tests::daemon::Daemon;
use sinew_contract_tests::ledger_rows::Row;

use crate::scene::{BRANCH, Scene, answers, ask};

/// Room for a push to hang in.
const PATIENT: &str = "wall = \"50s\"";

/// The turn fails after its effects, so that its answer is not kept, and who asks again makes it run again.
fn then_fail(step: &Value) -> Value {
    json!([step, { "do": "exit", "code": 1 }])
}

fn is_intent(row: &Row) -> bool {
    row.kind == "intent" && row.text("/effect") == "git_push"
}

/// Kills the daemon while a push hangs, and returns the effect's name.
async fn killed(scene: &Scene, tool_use_id: &'static str, daemon: Daemon) -> String {
    let mut hanging = scene.hang();
    let before = scene.rows().len();
    let steps = then_fail(&scene.push());
    let (address, headers) = (daemon.address, daemon.headers());
    let asking = tokio::spawn(async move {
        let body = json!({
            "hook_event_name": "PreToolUse", "session_id": "s", "cwd": "/", "tool_name": "Bash",
            "tool_use_id": tool_use_id, "tool_input": { "probe": steps },
        });
        let request = sinew_contract_tests::exchange::post(
            "/hooks/PreToolUse",
            &headers,
            body.to_string().as_bytes(),
        );
        let mut connection = sinew_contract_tests::exchange::Connection::tcp(address).await?;
        connection.send(&request).await?;
        connection.reply().await
    });
    let intent = scene
        .recorded(|row| is_intent(row) && row.position > before as u64)
        .await;
    let (code, listed) = scene.asked(&["ledger", "in-doubt"]).await;
    assert_eq!(
        (code, listed),
        (Some(0), json!({ "in_doubt": [] })),
        "it is on its way"
    );
    hanging.met().await;
    daemon.kill().await.unwrap();
    assert!(asking.await.unwrap().is_err(), "there was an answer");
    hanging.release().await;
    assert_eq!(scene.pushed(), "");
    format!("{}/{}", intent.text("/turn"), intent.value["ordinal"])
}

fn codes(scene: &Scene, tool_use_id: &str) -> Vec<String> {
    let rows = scene.rows();
    let turns: Vec<&str> = rows
        .iter()
        .filter(|row| row.kind == "turn" && row.text("/tool_use_id") == tool_use_id)
        .map(|row| row.text("/turn"))
        .collect();
    rows.iter()
        .filter(|row| row.kind == "effect" && turns.contains(&row.text("/turn")))
        .map(|row| match row.text("/outcome") {
            "ok" => "ok".to_owned(),
            _ => row.text("/code").to_owned(),
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_a_kill_cut_short_is_not_done_again_before_somebody_has_looked() {
    let Some(scene) = Scene::new("", PATIENT) else {
        return;
    };
    let daemon = scene.installation.serve(0).await.unwrap();
    let first = killed(&scene, "toolu_1", daemon).await;

    // Without a host, and with one, it is listed.
    let (code, without) = scene.asked(&["ledger", "in-doubt"]).await;
    assert_eq!(code, Some(1));
    let effect = &without["in_doubt"][0];
    for (key, expected) in [
        ("plugin", "probe"),
        ("effect", "git_push"),
        ("session", "s"),
        ("tool_use_id", "toolu_1"),
    ] {
        assert_eq!(effect[key], expected, "{effect}");
    }
    assert_eq!(
        format!("{}/{}", effect["turn"].as_str().unwrap(), effect["ordinal"]),
        first
    );
    let intent = scene.rows().into_iter().find(is_intent).unwrap();
    assert_eq!(effect["request"], intent.text("/request/digest"));
    let daemon = scene.installation.serve(0).await.unwrap();
    let (code, with) = scene.asked(&["ledger", "in-doubt"]).await;
    assert_eq!((code, &with), (Some(1), &without));
    let noted = |rows: Vec<Row>| {
        let noted = |row: &&Row| row.text("/what") == "in_doubt";
        rows.iter().filter(noted).count()
    };
    assert_eq!(noted(scene.rows()), 1);

    // The client asks again, and a new start changes nothing.
    ask(&daemon, "s", "toolu_1", &then_fail(&scene.push())).await;
    assert_eq!(codes(&scene, "toolu_1"), ["in_doubt"]);
    daemon.terminate().await.unwrap();
    let daemon = scene.installation.serve(0).await.unwrap();
    ask(&daemon, "s", "toolu_1", &then_fail(&scene.push())).await;
    assert_eq!(codes(&scene, "toolu_1"), ["in_doubt", "in_doubt"]);
    assert_eq!((scene.pushed(), noted(scene.rows())), (String::new(), 1));

    // What another call asks for is no repetition. It was not done, says the operator: then it may be.
    let settled = scene
        .sinew(&["ledger", "in-doubt", "--settle", &first, "undone"])
        .await;
    assert_eq!(settled.code, Some(0), "{settled:?}");
    let twice = scene
        .sinew(&["ledger", "in-doubt", "--settle", &first, "done"])
        .await;
    assert_eq!(twice.code, Some(2), "{twice:?}");
    ask(&daemon, "s", "toolu_1", &then_fail(&scene.push())).await;
    assert_eq!(codes(&scene, "toolu_1"), ["in_doubt", "in_doubt", "ok"]);
    assert_eq!(scene.pushed(), BRANCH);
    assert_eq!(scene.asked(&["ledger", "in-doubt"]).await.0, Some(0));
    let settled = scene.recorded(|row| row.text("/what") == "settled").await;
    assert!(settled.text("/detail").contains(&first), "{settled:?}");
    daemon.terminate().await.unwrap();
    scene.verifies().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_found_to_be_done_is_not_done_again() {
    let Some(scene) = Scene::new("", PATIENT) else {
        return;
    };
    let daemon = scene.installation.serve(0).await.unwrap();
    let name = killed(&scene, "toolu_1", daemon).await;
    let daemon = scene.installation.serve(0).await.unwrap();
    let (code, settled) = scene
        .asked(&["ledger", "in-doubt", "--settle", &name, "done"])
        .await;
    assert_eq!(
        (code, &settled["done"]),
        (Some(0), &json!(true)),
        "{settled}"
    );
    daemon.terminate().await.unwrap();
    let daemon = scene.installation.serve(0).await.unwrap();
    ask(&daemon, "s", "toolu_1", &then_fail(&scene.push())).await;
    assert_eq!(codes(&scene, "toolu_1"), ["conflict"]);
    assert_eq!(scene.pushed(), "");
    // Another call is another push.
    let reply = ask(&daemon, "s", "toolu_2", &json!([scene.push()])).await;
    assert_eq!(answers(&reply)[0]["status"], "ok", "{}", answers(&reply));
    assert_eq!(scene.pushed(), BRANCH);
    daemon.terminate().await.unwrap();
    scene.verifies().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_whose_time_was_over_is_in_doubt_too() {
    let Some(scene) = Scene::new("", "wall = \"2s\"\nfuel = 50_000_000") else {
        return;
    };
    let daemon = scene.installation.serve(0).await.unwrap();
    let hanging = scene.hang();
    ask(&daemon, "s", "toolu_1", &json!([scene.push()])).await;
    let doubt = scene.recorded(|row| row.text("/what") == "in_doubt").await;
    hanging.forget();
    let (code, listed) = scene.asked(&["ledger", "in-doubt"]).await;
    assert_eq!(code, Some(1), "{listed}");
    assert_eq!(listed["in_doubt"][0]["effect"], "git_push");
    assert!(doubt.text("/detail").contains("git_push"), "{doubt:?}");
    ask(&daemon, "s", "toolu_1", &json!([scene.push()])).await;
    assert_eq!(codes(&scene, "toolu_1"), ["deadline", "in_doubt"]);
    assert_eq!(scene.pushed(), "");
    daemon.terminate().await.unwrap();
    scene.verifies().await;
}
