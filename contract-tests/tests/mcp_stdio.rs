//! `sinew mcp`: who serves it, what becomes of it when that one goes, and how it ends.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};
use sinew_contract_tests::daemon::Installation;
use sinew_contract_tests::mcp_house::{accepted, describing, effect, question, records};
use sinew_contract_tests::mcp_http::results;
use sinew_contract_tests::mcp_process::McpProcess;
use sinew_contract_tests::probe_plugin::ProbePlugin;

/// A house whose probe has a tool for each place that Vars can live in.
fn house(head: &str) -> Option<Installation> {
    let tool = |name: &str, scope: &str| json!({"name": name, "inputSchema": {"type": "object"}, "scope": scope});
    let tools = json!({
        "tools": [tool("any", "none"), tool("ours", "session"), tool("all", "global")],
        "resources": [{"uri": "probe://one", "name": "one"}],
    });
    let head = format!("{head}\n{}", describing("probe", &tools));
    Installation::new(&head, &[ProbePlugin::default()]).unwrap()
}

async fn counted(process: &mut McpProcess, tool: &str) -> Value {
    let arguments = json!({"probe": {"do": "count", "key": "n"}});
    let params = json!({"name": format!("probe_{tool}"), "arguments": arguments});
    let answer = process.ask("tools/call", params).await.unwrap();
    assert!(answer.get("result").is_some(), "{answer}");
    results(&answer)[0].clone()
}

/// How often a host has stopped in order.
fn stops(house: &Installation) -> usize {
    let gate = records(house, "gate").unwrap();
    let stops = gate.iter().filter(|record| record.text("/what") == "stop");
    stops.count()
}

/// Whether an answer is one, or the error that says that there will be none.
fn answered(message: &Value) -> bool {
    if message.get("result").is_some() {
        return true;
    }
    let lost = "the host went away while it answered; make the request again";
    assert_eq!(message["error"]["message"], lost, "{message}");
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn the_one_that_comes_first_serves_and_the_next_one_takes_over_when_it_goes() {
    let Some(house) = house("") else {
        return;
    };
    let signals = [Signal::TERM, Signal::INT, Signal::HUP, Signal::KILL];
    for end in std::iter::once(None).chain(signals.map(Some)) {
        let mut first = McpProcess::start(&house, &[]).unwrap();
        let before = counted(&mut first, "all").await.as_u64().unwrap();
        let mut second = McpProcess::start(&house, &[]).unwrap();
        second.begin().await.unwrap();
        // The same state: one of the two serves the other one.
        assert_eq!(counted(&mut second, "all").await, before + 1);
        assert_eq!(counted(&mut second, "ours").await, 1);
        let stopped = stops(&house);
        match end {
            None => assert!(first.leave().await.unwrap().success()),
            Some(signal) => {
                first.signal(signal).unwrap();
                let status = first.ended().await.unwrap();
                assert_eq!(status.success(), signal != Signal::KILL, "{status}");
            }
        }
        if end != Some(Signal::KILL) {
            assert_eq!(stops(&house), stopped + 1, "{end:?}");
        }
        let alone = Instant::now();
        assert_eq!(counted(&mut second, "all").await, before + 2);
        assert_eq!(
            counted(&mut second, "ours").await,
            2,
            "it is the same session"
        );
        let waited = alone.elapsed();
        assert!(waited < Duration::from_secs(20), "{waited:?}");
        assert!(second.leave().await.unwrap().success());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_comes_later_takes_over_and_no_session_is_lost() {
    let Some(house) = house("") else {
        return;
    };
    let mut process = McpProcess::start(&house, &[]).unwrap();
    process.begin().await.unwrap();
    assert_eq!(counted(&mut process, "ours").await, 1);
    let params = json!({"uri": "probe://one"});
    let subscribed = process.ask("resources/subscribe", params).await.unwrap();
    assert!(subscribed.get("result").is_some(), "{subscribed}");

    let daemon = house.serve(0).await.unwrap();
    // A session is told that everything may be another.
    for list in ["tools", "prompts", "resources"] {
        let told = process.next().await.unwrap().unwrap();
        assert_eq!(
            told["method"],
            format!("notifications/{list}/list_changed"),
            "{told}"
        );
    }
    assert_eq!(counted(&mut process, "ours").await, 2);
    assert!(!house.log().contains("panicked"), "{}", house.log());
    // What it subscribed to, it still hears of.
    let what = json!({"what": "resource", "uri": "probe://one"});
    let arguments = json!({"probe": effect("mcp_changed", &what)});
    let params = json!({"name": "probe_any", "arguments": arguments});
    process.request("tools/call", params).await.unwrap();
    let told = loop {
        let message = process.next().await.unwrap().unwrap();
        if message.get("method").is_some() {
            break message;
        }
    };
    assert_eq!(told["method"], "notifications/resources/updated", "{told}");

    daemon.kill().await.unwrap();
    assert_eq!(
        counted(&mut process, "ours").await,
        3,
        "it serves by itself again"
    );
    assert!(process.leave().await.unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_by_the_next_host() {
    let Some(house) = house("") else {
        return;
    };
    house.grant("probe", "mcp = [\"elicit\"]").unwrap();
    let daemon = house.serve(0).await.unwrap();
    let mut process = McpProcess::start(&house, &[]).unwrap();
    let steps =
        json!([{"do": "count", "key": "n"}, effect("clock_now", &json!({})), question("who")]);
    let params = json!({"name": "probe_ours", "arguments": {"probe": steps}});
    let asks = process.ask("tools/call", params.clone()).await.unwrap();
    let state = &asks["result"]["requestState"];
    assert!(state.is_string(), "{asks}");

    let next = house.serve(0).await.unwrap();
    daemon.ended().await.unwrap();
    let mut answered = params;
    answered["requestState"] = state.clone();
    answered["inputResponses"] = json!({"who": accepted("Ada")});
    let answer = process.ask("tools/call", answered).await.unwrap();
    assert_eq!(results(&answer)[2]["value"], accepted("Ada"), "{answer}");
    assert!(process.leave().await.unwrap().success());
    next.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_of_a_host_that_is_gone_is_taken_back_and_its_answer_goes_nowhere() {
    let Some(house) = house("") else {
        return;
    };
    house.grant("probe", "mcp = [\"elicit\"]").unwrap();
    let daemon = house.serve(0).await.unwrap();
    let mut process = McpProcess::start(&house, &[]).unwrap();
    process.begin().await.unwrap();
    let asks = json!({"name": "probe_any", "arguments": {"probe": [question("who")]}});
    let lost = process.request("tools/call", asks.clone()).await.unwrap();
    let old = asked(&mut process).await;
    daemon.kill().await.unwrap();
    let taken_back = loop {
        let message = process.next().await.unwrap().unwrap();
        if message["method"] == "notifications/cancelled" {
            break message;
        }
        assert_eq!(message["id"], lost, "{message}");
        assert!(!answered(&message));
    };
    assert_eq!(taken_back["params"]["requestId"], old, "{taken_back}");

    let call = process.request("tools/call", asks).await.unwrap();
    let new = asked(&mut process).await;
    for (id, name) in [(&old, "Eve"), (&new, "Ada")] {
        let answer = json!({"jsonrpc": "2.0", "id": id, "result": accepted(name)});
        process.send(&answer).await.unwrap();
    }
    let answer = process.answer(call).await.unwrap();
    assert_eq!(results(&answer)[0]["value"], accepted("Ada"), "{answer}");
    assert!(process.leave().await.unwrap().success());
}

/// The id of the question that comes next.
async fn asked(process: &mut McpProcess) -> Value {
    loop {
        let message = process.next().await.unwrap().unwrap();
        if message["method"] == "elicitation/create" {
            return message["id"].clone();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_takes_back_that_no_host_knows_of_ends_nothing() {
    let Some(house) = house("") else {
        return;
    };
    let daemon = house.serve(0).await.unwrap();
    let mut process = McpProcess::start(&house, &[]).unwrap();
    let params = json!({"requestId": 99});
    let cancelled =
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params});
    process.send(&cancelled).await.unwrap();
    let discovered = process.ask("server/discover", json!({})).await.unwrap();
    assert!(answered(&discovered), "{discovered}");
    process.send(&cancelled).await.unwrap();
    let listed = process.ask("tools/list", json!({})).await.unwrap();
    assert!(answered(&listed), "{listed}");
    assert!(process.leave().await.unwrap().success());
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_stuck_keeps_no_client() {
    let Some(house) = house("") else {
        return;
    };
    let daemon = house.serve(0).await.unwrap();
    let mut attached = McpProcess::start(&house, &[]).unwrap();
    attached.begin().await.unwrap();
    daemon.signal(Signal::STOP).unwrap();
    let mut process = McpProcess::start(&house, &[]).unwrap();
    assert!(process.leave().await.unwrap().success());
    // More than the connection holds.
    let params = json!({"padding": "x".repeat(1 << 20)});
    attached.request("tools/list", params).await.unwrap();
    assert!(attached.leave().await.unwrap().success());
    daemon.signal(Signal::CONT).unwrap();
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_much_and_reads_much_at_once_gets_every_answer() {
    let Some(house) = house("") else {
        return;
    };
    let daemon = house.serve(0).await.unwrap();
    let mut process = McpProcess::start(&house, &[]).unwrap();
    process.begin().await.unwrap();
    let said = json!({"do": "text", "text": "x".repeat(8 << 10)});
    let requests: Vec<_> = (1_000..2_500)
        .map(|id| {
            let params = json!({"name": "probe_any", "arguments": {"probe": said}});
            json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params})
        })
        .collect();
    let answers = process.flood(&requests).await.unwrap();
    let mut ids: Vec<_> = answers.iter().map(|answer| answer["id"].as_u64()).collect();
    ids.sort_unstable();
    assert!(ids.into_iter().eq((1_000..2_500).map(Some)));
    assert!(process.leave().await.unwrap().success());
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn under_load_each_request_has_an_answer_or_the_error_that_says_so() {
    const REQUESTS: u64 = 300;
    let Some(house) = house("") else {
        return;
    };
    for in_session in [false, true] {
        let mut daemon = house.serve(0).await.unwrap();
        let mut process = McpProcess::start(&house, &[]).unwrap();
        if in_session {
            process.begin().await.unwrap();
        }
        let mut ids = Vec::new();
        let mut answers = 0;
        for round in 0..3 {
            for _ in 0..REQUESTS / 3 {
                let arguments = json!({"probe": {"do": "spend", "rounds": 100_000}});
                let params = json!({"name": "probe_any", "arguments": arguments});
                ids.push(process.request("tools/call", params).await.unwrap());
            }
            match round {
                0 => {
                    let next = house.serve(0).await.unwrap();
                    std::mem::replace(&mut daemon, next).ended().await.unwrap();
                }
                1 => {
                    daemon.kill().await.unwrap();
                    // Until then the process serves by itself; while it begins to, nobody can take over.
                    daemon = loop {
                        if let Ok(daemon) = house.serve(0).await {
                            break daemon;
                        }
                    };
                }
                _ => {}
            }
        }
        while !ids.is_empty() {
            let message = process.next().await.unwrap().unwrap();
            if message.get("method").is_none() {
                let before = ids.len();
                ids.retain(|id| message["id"] != *id);
                assert_eq!(ids.len() + 1, before, "nobody waits for this: {message}");
                answers += u64::from(answered(&message));
            }
        }
        assert!(answers >= REQUESTS / 3, "{answers}");
        let last = process
            .probe(json!({"do": "text", "text": "last"}))
            .await
            .unwrap();
        assert_eq!(results(&last), "last");
        assert!(process.leave().await.unwrap().success());
        daemon.terminate().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_start_together_agree() {
    let Some(house) = house("") else {
        return;
    };
    let mut processes: Vec<_> = (0..3)
        .map(|_| McpProcess::start(&house, &[]).unwrap())
        .collect();
    let mut counts = Vec::new();
    for process in &mut processes {
        counts.push(counted(process, "all").await.as_u64());
    }
    assert_eq!(counts, [1, 2, 3].map(Some));
    // Whoever serves, the others go on.
    while let Some(mut process) = processes.pop() {
        assert!(counted(&mut process, "all").await.is_u64());
        assert!(process.leave().await.unwrap().success());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_asked_for_by_its_name() {
    let Some(house) = house("[mcp.views.empty]\nplugins = []") else {
        return;
    };
    let daemon = house.serve(0).await.unwrap();
    for (arguments, count) in [([].as_slice(), 3), (&["--view", "empty"], 0)] {
        let mut process = McpProcess::start(&house, arguments).unwrap();
        let listed = process.ask("tools/list", json!({})).await.unwrap();
        let tools = listed["result"]["tools"].as_array();
        assert_eq!(tools.map(Vec::len), Some(count), "{arguments:?}: {listed}");
        assert!(process.leave().await.unwrap().success());
    }
    let mut process = McpProcess::start(&house, &["--view", "absent"]).unwrap();
    assert_eq!(process.ended().await.unwrap().code(), Some(1));
    let said = process.log();
    assert!(said.contains("there is no such view"), "{said}");
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_folder_gives_the_project() {
    let project = tempfile::tempdir().unwrap();
    let root = project.path().canonicalize().unwrap();
    std::fs::create_dir(root.join("deep")).unwrap();
    std::fs::write(root.join("note"), "hello").unwrap();
    let root = root.to_str().unwrap();
    let Some(house) = house(&format!("[projects.one]\nroot = \"{root}\"")) else {
        return;
    };
    let permit = "fs = { read = [\"${project}/**\"] }";
    house.grant("probe", permit).unwrap();
    let daemon = house.serve(0).await.unwrap();
    let note = Path::new(root).join("note");
    let read = effect("fs_read", &json!({"path": note}));
    let deep = Path::new(root).join("deep");
    let cases = [
        ("/", "denied"),
        (root, "ok"),
        (deep.to_str().unwrap(), "ok"),
        ("/nonexistent", "denied"),
    ];
    for (folder, expected) in cases {
        let mut process = McpProcess::start(&house, &["--folder", folder]).unwrap();
        let answer = process.probe(read.clone()).await.unwrap();
        let result = results(&answer)[0].clone();
        let said = result["value"]["code"].as_str().unwrap_or("ok");
        assert_eq!(said, expected, "{folder}: {answer}");
        assert!(process.leave().await.unwrap().success());
    }
    daemon.terminate().await.unwrap();
    let turns = records(&house, "turn").unwrap();
    let projects: Vec<_> = turns.iter().map(|turn| turn.text("/project")).collect();
    assert_eq!(projects, ["", root, root, ""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_before_the_end_is_answered() {
    let Some(house) = house("") else {
        return;
    };
    let mut process = McpProcess::start(&house, &[]).unwrap();
    let request =
        json!({"name": "probe_any", "arguments": {"probe": {"do": "text", "text": "last"}}});
    let id = process.request("tools/call", request).await.unwrap();
    // It listens as well, and that is nothing to wait for.
    let wanted = json!({"notifications": {"toolsListChanged": true}});
    process
        .request("subscriptions/listen", wanted)
        .await
        .unwrap();
    process.close();
    let answer = process.answer(id).await.unwrap();
    assert_eq!(results(&answer), "last");
    let answered = Instant::now();
    assert!(process.ended().await.unwrap().success());
    assert!(answered.elapsed() < Duration::from_secs(4));

    // Nobody has the folder any more.
    let daemon = house.serve(0).await.unwrap();
    daemon.terminate().await.unwrap();
}
