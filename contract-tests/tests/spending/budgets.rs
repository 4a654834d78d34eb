//! Budgets of sessions and days, through restarts and kills.

use serde_json::{Value, json};

use crate::scene::{Scene, answers, ask};

#[tokio::test(flavor = "multi_thread")]
async fn a_days_budget_outlives_sessions_builds_and_processes() {
    let budgets = "[budgets.day]\neffects = 3\n[budgets.session]\neffects = 2\n";
    let Some(scene) = Scene::new("", budgets) else {
        return;
    };
    let daemon = scene.installation.serve(0).await.unwrap();
    let thrice = json!([scene.read(), scene.read(), scene.read()]);
    let got = answers(&ask(&daemon, "one", "toolu_1", &thrice).await);
    let words: Vec<&Value> = got
        .as_array()
        .unwrap()
        .iter()
        .map(|answer| &answer["status"])
        .collect();
    assert_eq!(words, ["ok", "ok", "error"]);
    let error = &got[2]["value"];
    assert_eq!(error["code"], "budget_exceeded");
    assert_eq!(
        error["budget"],
        json!({ "name": "budgets.session.effects", "needed": 1, "left": 0 })
    );
    daemon.kill().await.unwrap();

    let daemon = scene.installation.serve(0).await.unwrap();
    let got = answers(
        &ask(
            &daemon,
            "two",
            "toolu_2",
            &json!([scene.read(), scene.read()]),
        )
        .await,
    );
    assert_eq!(got[0]["status"], "ok");
    let budget = &got[1]["value"]["budget"];
    assert_eq!(
        (&budget["name"], &budget["left"]),
        (&json!("budgets.day.effects"), &json!(0))
    );
    let renews = budget["renews"].as_str().unwrap();
    assert!(renews.ends_with("T00:00:00Z"), "{renews}");

    // Beside the server, and without it, the same is shown.
    let (code, with) = scene.asked(&["budget", "show", "probe"]).await;
    assert_eq!(code, Some(0), "{with}");
    daemon.terminate().await.unwrap();
    let (_, without) = scene.asked(&["budget", "show", "probe"]).await;
    assert_eq!(with, without);
    let probe = &with["plugins"]["probe"];
    assert_eq!(probe["day"]["limits"], json!({ "effects": 3 }));
    assert_eq!(probe["day"]["left"], json!({ "effects": 0 }));
    assert_eq!(probe["day"]["used"]["effects"], 3);
    assert_eq!(probe["day"]["renews"], renews);
    let sessions: Vec<_> = probe["session"]["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|session| {
            (
                session["session"].as_str().unwrap(),
                &session["used"]["effects"],
            )
        })
        .collect();
    assert_eq!(sessions, [("one", &json!(2)), ("two", &json!(1))]);
    let (_, one) = scene.asked(&["budget", "show", "--session", "one"]).await;
    assert_eq!(
        one["plugins"]["probe"]["session"]["sessions"][0]["left"],
        json!({ "effects": 0 })
    );

    // The turn's record says what was left before and after.
    let rows = scene.rows();
    let turn = rows
        .iter()
        .find(|row| row.text("/tool_use_id") == "toolu_1")
        .unwrap();
    let left = |when: &str, name: &str| turn.value["budget"][when][name].as_u64();
    assert_eq!(left("before", "session.effects"), Some(2));
    assert_eq!(left("after", "session.effects"), Some(0));
    assert_eq!(left("before", "day.effects"), Some(3));
    assert_eq!(left("after", "day.effects"), Some(1));
    scene.verifies().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_reserved_when_the_host_is_killed_counts_as_spent() {
    let budgets = "wall = \"50s\"\n[budgets.day]\neffects = 9\nwall = \"40s\"\n";
    let Some(scene) = Scene::new("", budgets) else {
        return;
    };
    let daemon = scene.installation.serve(0).await.unwrap();
    let mut hanging = scene.hang();
    let (steps, address, headers) = (json!([scene.push()]), daemon.address, daemon.headers());
    tokio::spawn(async move {
        let body = json!({
            "hook_event_name": "PreToolUse", "session_id": "s", "cwd": "/", "tool_name": "Bash",
            "tool_use_id": "toolu_1", "tool_input": { "probe": steps },
        });
        let request = sinew_contract_tests::exchange::post(
            "/hooks/PreToolUse",
            &headers,
            body.to_string().as_bytes(),
        );
        let mut connection = sinew_contract_tests::exchange::Connection::tcp(address).await?;
        connection.send(&request).await
    });
    scene.recorded(|row| row.kind == "intent").await;
    let day = |shown: Value| shown["plugins"]["probe"]["day"].clone();
    let (_, shown) = scene.asked(&["budget", "show"]).await;
    let running = day(shown);
    assert_eq!(running["used"]["effects"], 0);
    assert_eq!(running["reserved"]["effects"], 1);
    assert_eq!(running["left"]["effects"], 8);
    hanging.met().await;
    daemon.kill().await.unwrap();
    hanging.release().await;
    let daemon = scene.installation.serve(0).await.unwrap();
    let (_, shown) = scene.asked(&["budget", "show"]).await;
    let after = day(shown);
    assert_eq!(after["used"]["effects"], 1);
    assert_eq!(after["reserved"]["effects"], 0);
    assert_eq!(after["used"]["wall_us"], running["reserved"]["wall_us"]);
    let noted = scene.recorded(|row| row.text("/what") == "budget").await;
    assert_eq!(noted.text("/plugin"), "probe");
    daemon.terminate().await.unwrap();
    scene.verifies().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_lowers_a_budget_and_a_reload_does_not_widen_it() {
    let Some(scene) = Scene::new("", "[budgets.day]\neffects = 5\n") else {
        return;
    };
    let config = scene.installation.config();
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(
        &config,
        format!("{text}\n[plugins.probe.budgets.day]\neffects = 1\n"),
    )
    .unwrap();
    let daemon = scene.installation.serve(0).await.unwrap();
    let got = answers(
        &ask(
            &daemon,
            "s",
            "toolu_1",
            &json!([scene.read(), scene.read()]),
        )
        .await,
    );
    assert_eq!(got[1]["value"]["budget"]["name"], "budgets.day.effects");

    let manifest = scene.installation.plugins().join("probe/plugin.toml");
    let written = std::fs::read_to_string(&manifest).unwrap();
    let reload = ["plugin", "reload", "probe"];
    std::fs::write(&manifest, written.replace("effects = 5", "effects = 500")).unwrap();
    let reloaded = scene.sinew(&reload).await;
    assert_eq!(
        reloaded.code,
        Some(0),
        "the operator's limit holds: {reloaded:?}"
    );
    let dearer = written.replace("[budgets.day]", "usd = 900.0\n[budgets.day]");
    std::fs::write(&manifest, dearer).unwrap();
    let reloaded = scene.sinew(&reload).await;
    assert_eq!(reloaded.code, Some(1), "{reloaded:?}");
    assert!(
        reloaded
            .stderr
            .contains("`budgets.turn.usd` from $0.25 to $900.00"),
        "{reloaded:?}"
    );
    daemon.terminate().await.unwrap();
}
