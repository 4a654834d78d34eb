//! Plugins that ask their client back in the middle of a call: what is done once, what comes after, and what never runs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::mcp_house::{
    accepted, describing, effect, fetch, one_tool, question, reaching, records,
};
use sinew_contract_tests::mcp_http::{Answer, McpClient, capabilities, results};
use sinew_contract_tests::probe_plugin::ProbePlugin;
use sinew_contract_tests::sinew_binary::run;
use sinew_contract_tests::web_server::{Reply, WebServer};
use tempfile::TempDir;

/// A house whose probe reaches a server that counts, and may write below a folder.
struct Stage {
    house: Installation,
    daemon: Daemon,
    server: WebServer,
    folder: TempDir,
}

impl Stage {
    async fn new(head: &str) -> Option<Self> {
        let server = WebServer::start(Ipv4Addr::LOCALHOST, 0, |_| Reply::ok("yes")).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let house = reaching(head, &server, folder.path()).unwrap()?;
        let daemon = house.serve(0).await.unwrap();
        Some(Self {
            house,
            daemon,
            server,
            folder,
        })
    }

    fn client(&self) -> McpClient {
        McpClient::newest(&self.daemon).unwrap()
    }

    fn post(&self, path: &str) -> Value {
        fetch(&self.server, "POST", path)
    }

    /// Writes to the world, asks, and writes again.
    fn steps(&self) -> Value {
        let path = self.folder.path().join("log");
        let line = json!({"path": path, "text": "one line\n"});
        json!([
            self.post("/a"),
            effect("fs_append", &line),
            question("who"),
            self.post("/b")
        ])
    }

    /// What was asked for at the server.
    fn asked(&self) -> Vec<String> {
        let seen = self.server.seen();
        seen.iter().map(|seen| seen.target().to_owned()).collect()
    }

    fn written(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// How the turns ended.
    fn endings(&self) -> Vec<String> {
        let turns = records(&self.house, "turn").unwrap();
        let ending = |reason: &str| match reason {
            "" => "committed".to_owned(),
            reason => reason.to_owned(),
        };
        turns
            .iter()
            .map(|turn| ending(turn.text("/abort/reason")))
            .collect()
    }

    async fn restart(&mut self) {
        let next = self.house.serve(0).await.unwrap();
        std::mem::replace(&mut self.daemon, next)
            .ended()
            .await
            .unwrap();
    }
}

/// The state of a call that asks.
fn state(answer: &Value) -> String {
    let result = &answer["result"];
    assert_eq!(result["resultType"], "input_required", "{answer}");
    let state = result["requestState"].as_str();
    state
        .unwrap_or_else(|| panic!("no state: {answer}"))
        .to_owned()
}

fn going_on(steps: &Value, state: &str, answers: &Value) -> Value {
    json!({
        "name": "probe_any", "arguments": {"probe": steps}, "inputResponses": answers, "requestState": state,
    })
}

async fn go_on(client: &McpClient, steps: &Value, state: &str, answers: &Value) -> Value {
    let params = going_on(steps, state, answers);
    client.ask("tools/call", params).await.unwrap()
}

fn assert_refused(answer: &Value, why: &str) {
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    let said = answer["error"]["message"].as_str().unwrap();
    assert!(said.contains(why), "{said}");
}

/// Waits for the host's question, and sends back this result or error.
async fn reply(client: &McpClient, call: &mut Answer, key: &str, said: &Value) {
    let asked = loop {
        let message = call.next().await.unwrap().unwrap();
        if message["method"] == "elicitation/create" {
            break message;
        }
        assert!(message.get("method").is_some(), "it did not ask: {message}");
    };
    let answer = json!({"jsonrpc": "2.0", "id": asked["id"], key: said});
    assert_eq!(client.post(&answer).await.unwrap().status, 202);
}

async fn called(client: &McpClient, steps: &Value) -> Answer {
    let params = json!({"name": "probe_any", "arguments": {"probe": steps}});
    client
        .post(&client.request("tools/call", params))
        .await
        .unwrap()
}

fn assert_done_once(stage: &Stage, answer: &Value) {
    let results = results(answer);
    assert_eq!(results[2]["value"], accepted("Ada"), "{answer}");
    assert_eq!(results[3]["value"]["status"], 200);
    assert_eq!(stage.asked(), ["/a", "/b"]);
    assert_eq!(stage.written(), "one line\n");
    assert_eq!(stage.endings(), ["suspended", "committed"]);
    let turns = records(&stage.house, "turn").unwrap();
    assert_eq!(turns[1].value["resumes"], json!([turns[0].text("/turn")]));
    assert_eq!(turns[0].value.get("resumes"), None);
    let effects = records(&stage.house, "effect").unwrap();
    let effects = effects.iter().map(|effect| {
        let run = usize::from(effect.text("/turn") == turns[1].text("/turn"));
        (
            run,
            effect.text("/effect").to_owned(),
            effect.value["ordinal"].clone(),
        )
    });
    let expected = [
        (0, "net_fetch", 0),
        (0, "fs_append", 1),
        (1, "mcp_elicit", 2),
        (1, "net_fetch", 3),
    ];
    let expected = expected.map(|(run, name, ordinal)| (run, name.to_owned(), json!(ordinal)));
    assert_eq!(effects.collect::<Vec<_>>(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_before_the_question_is_done_once() {
    let Some(stage) = Stage::new("").await else {
        return;
    };
    let (client, steps) = (stage.client(), stage.steps());
    let asks = client.probe(steps.clone()).await.unwrap();
    let asked = &asks["result"]["inputRequests"]["who"];
    assert_eq!(asked["method"], "elicitation/create", "{asks}");
    assert_eq!(asked["params"]["message"], "Who?", "{asks}");
    assert_eq!(stage.asked(), ["/a"]);
    let answers = json!({"who": accepted("Ada")});
    let answer = go_on(&client, &steps, &state(&asks), &answers).await;
    assert_done_once(&stage, &answer);
    // Both turns belong together, whichever one looks at.
    let turns = records(&stage.house, "turn").unwrap();
    for turn in &turns {
        let shown = shown(&stage.house, turn.text("/turn")).await;
        for other in &turns {
            assert!(
                shown.contains(&format!("\"turn\": \"{}\"", other.text("/turn"))),
                "{shown}"
            );
        }
    }
    stage.daemon.terminate().await.unwrap();
}

/// What `sinew ledger show` says of a turn.
async fn shown(house: &Installation, turn: &str) -> String {
    let state = house.state().to_string_lossy().into_owned();
    let arguments = ["ledger", "show", turn, "--state", &state];
    let shown = run(&house.binary, Path::new("/"), &arguments, b"").await;
    shown.unwrap().stdout
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_come_twice_do_nothing_twice() {
    let Some(stage) = Stage::new("").await else {
        return;
    };
    let client = stage.client();
    let (first, second, third) = (stage.post("/a"), stage.post("/b"), stage.post("/c"));
    let steps = json!([first, question("who"), second, question("why"), third]);
    let asks = client.probe(steps.clone()).await.unwrap();
    let (who, why) = (
        json!({"who": accepted("Ada")}),
        json!({"why": accepted("Bea")}),
    );
    let asks_again = go_on(&client, &steps, &state(&asks), &who).await;
    for _ in 0..2 {
        let repeated = go_on(&client, &steps, &state(&asks), &who).await;
        let requests = |answer: &Value| answer["result"]["inputRequests"].clone();
        assert_eq!(requests(&repeated), requests(&asks_again), "{repeated}");
        assert!(requests(&repeated).get("why").is_some(), "{repeated}");
    }
    assert_eq!(stage.asked(), ["/a", "/b"]);
    let done = go_on(&client, &steps, &state(&asks_again), &why).await;
    let repeated = go_on(&client, &steps, &state(&asks_again), &why).await;
    assert_eq!(results(&repeated), results(&done), "{repeated}");
    assert_eq!(results(&done)[4]["value"]["status"], 200, "{done}");
    assert_eq!(stage.asked(), ["/a", "/b", "/c"]);
    assert_eq!(stage.endings(), ["suspended", "suspended", "committed"]);
    stage.daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_a_session_is_asked_while_its_call_waits() {
    let Some(stage) = Stage::new("").await else {
        return;
    };
    let client = McpClient::in_session(&stage.daemon).await.unwrap();
    let mut call = called(&client, &stage.steps()).await;
    reply(&client, &mut call, "result", &accepted("Ada")).await;
    assert_done_once(&stage, &call.last().await.unwrap());
    stage.daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_outlives_the_process() {
    let Some(mut stage) = Stage::new("").await else {
        return;
    };
    let steps = stage.steps();
    let asks = stage.client().probe(steps.clone()).await.unwrap();
    stage.restart().await;
    let answers = json!({"who": accepted("Ada")});
    let answer = go_on(&stage.client(), &steps, &state(&asks), &answers).await;
    assert_done_once(&stage, &answer);
    stage.daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_is_not_the_call_s_runs_nothing() {
    let Some(stage) = Stage::new("").await else {
        return;
    };
    let (client, steps) = (stage.client(), stage.steps());
    let asks = client.probe(steps.clone()).await.unwrap();
    let good = state(&asks);
    let answers = json!({"who": accepted("Ada")});

    let other = json!([question("who"), stage.post("/other")]);
    let refused = go_on(&client, &other, &good, &answers).await;
    assert_refused(&refused, "the answers belong to another request");
    let prompt = json!({
        "name": "probe_any", "arguments": {"probe": steps.to_string()}, "inputResponses": answers, "requestState": good,
    });
    let refused = client.ask("prompts/get", prompt).await.unwrap();
    assert_refused(&refused, "`requestState` is not this call's");
    for at in [0, good.len() / 2, good.len() - 2] {
        let mut tampered = good.clone().into_bytes();
        tampered[at] = if tampered[at] == b'A' { b'B' } else { b'A' };
        let tampered = String::from_utf8(tampered).unwrap();
        let refused = go_on(&client, &steps, &tampered, &answers).await;
        assert_refused(&refused, "`requestState` is not this call's");
    }
    for none in ["", "null", &good[..good.len() / 2]] {
        let refused = go_on(&client, &steps, none, &answers).await;
        assert_refused(&refused, "`requestState` is not this call's");
    }

    ProbePlugin {
        budgets: "effects = 63",
        ..ProbePlugin::default()
    }
    .write(&stage.house.plugins())
    .unwrap();
    reload(&stage.house).await;
    let refused = go_on(&client, &steps, &good, &answers).await;
    assert_refused(&refused, "or the plugin was changed meanwhile");
    assert_eq!(stage.asked(), ["/a"]);
    assert_eq!(stage.endings(), ["suspended"]);
    stage.daemon.terminate().await.unwrap();
}

async fn reload(house: &Installation) {
    let state = house.state().to_string_lossy().into_owned();
    let arguments = ["plugin", "reload", "probe", "--state", &state];
    let reloaded = run(&house.binary, Path::new("/"), &arguments, b"");
    let reloaded = reloaded.await.unwrap();
    assert_eq!(reloaded.code, Some(0), "{reloaded:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_good_for_a_while() {
    let Some(stage) = Stage::new("[mcp]\nanswer_timeout = \"500ms\"").await else {
        return;
    };
    let (client, steps) = (stage.client(), stage.steps());
    let asks = client.probe(steps.clone()).await.unwrap();
    // The seal is the clock's: nothing else could tell when it has ended.
    tokio::time::sleep(Duration::from_millis(600)).await;
    let answers = json!({"who": accepted("Ada")});
    let refused = go_on(&client, &steps, &state(&asks), &answers).await;
    assert_refused(&refused, "or its time is over");
    assert_eq!(stage.asked(), ["/a"]);
    assert_eq!(stage.endings(), ["suspended"]);
    stage.daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn vars_that_changed_meanwhile_are_a_conflict() {
    let head = describing("probe", &one_tool(json!({"scope": "global"})));
    let Some(stage) = Stage::new(&head).await else {
        return;
    };
    let client = stage.client();
    let count = json!({"do": "count", "key": "n"});
    let steps = json!([count, stage.post("/a"), question("who"), stage.post("/b")]);
    let asks = client.probe(steps.clone()).await.unwrap();
    let counted = client.probe(count).await.unwrap();
    assert_eq!(results(&counted), json!([1]), "what asked left no trace");
    let answers = json!({"who": accepted("Ada")});
    let answer = go_on(&client, &steps, &state(&asks), &answers).await;
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    let said = results(&answer);
    assert!(
        said.as_str().unwrap().contains("state was changed while"),
        "{said}"
    );
    assert_eq!(stage.asked(), ["/a"]);
    assert_eq!(stage.endings(), ["suspended", "committed"]);

    let asks = client.probe(steps.clone()).await.unwrap();
    let answer = go_on(&client, &steps, &state(&asks), &answers).await;
    assert_eq!(results(&answer)[0], 2, "{answer}");
    stage.daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_asks_sixteen_times_and_no_more() {
    let Some(stage) = Stage::new("").await else {
        return;
    };
    let mut steps = vec![stage.post("/a")];
    steps.extend((0..20).map(|round| question(&format!("q{round}"))));
    let steps = Value::from(steps);
    let client = stage.client();
    let mut answer = client.probe(steps.clone()).await.unwrap();
    let mut rounds = 0;
    while answer.get("result").is_some() {
        let answers = json!({format!("q{rounds}"): accepted("Ada")});
        answer = go_on(&client, &steps, &state(&answer), &answers).await;
        rounds += 1;
    }
    assert_refused(&answer, "the call has asked more than 16 times");
    assert_eq!(rounds, 16);

    let client = McpClient::in_session(&stage.daemon).await.unwrap();
    let mut call = called(&client, &steps).await;
    for _ in 0..16 {
        reply(&client, &mut call, "result", &accepted("Ada")).await;
    }
    let answer = call.last().await.unwrap();
    assert_refused(&answer, "the call has asked more than 16 times");
    assert_eq!(stage.asked(), ["/a", "/a"]);
    stage.daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_says_no_is_an_answer_and_one_that_says_nothing_is_an_error() {
    let head = "[mcp]\nanswer_timeout = \"1s\"\ncalls = 1";
    let Some(stage) = Stage::new(head).await else {
        return;
    };
    let client = McpClient::in_session(&stage.daemon).await.unwrap();
    let steps = question("who");
    for action in ["decline", "cancel"] {
        let mut call = called(&client, &steps).await;
        reply(&client, &mut call, "result", &json!({"action": action})).await;
        let answer = call.last().await.unwrap();
        assert_eq!(results(&answer)[0]["value"]["action"], action, "{answer}");
    }
    let error = json!({"code": -1, "message": "nobody is here"});
    let broken = [
        ("error", error, "nobody is here"),
        (
            "result",
            accepted("Ada")["content"].clone(),
            "did not answer",
        ),
        (
            "result",
            json!({"action": "accept", "content": {"name": 7}}),
            "what it said does not fit the question",
        ),
    ];
    for (key, said, why) in broken {
        let mut call = called(&client, &steps).await;
        reply(&client, &mut call, key, &said).await;
        let answer = call.last().await.unwrap();
        assert_eq!(answer["error"]["code"], -32603, "{answer}");
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains(why), "{message}");
    }
    let silent = called(&client, &steps).await.last().await.unwrap();
    let message = silent["error"]["message"].as_str().unwrap();
    assert!(message.ends_with("it took too long"), "{message}");
    // Its place is free again.
    let next = client.probe(json!({"do": "text", "text": "next"})).await;
    assert_eq!(results(&next.unwrap()), "next");
    stage.daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_does_not_fit_is_asked_for_again() {
    let Some(stage) = Stage::new("").await else {
        return;
    };
    let (client, steps) = (stage.client(), stage.steps());
    let asks = client.probe(steps.clone()).await.unwrap();
    let wrong = json!({"who": {"action": "accept", "content": {"name": 7}}, "another": 1});
    let again = go_on(&client, &steps, &state(&asks), &wrong).await;
    let answers = json!({"who": accepted("Ada")});
    let answer = go_on(&client, &steps, &state(&again), &answers).await;
    assert_eq!(results(&answer)[2]["value"], accepted("Ada"), "{answer}");
    assert_eq!(stage.asked(), ["/a", "/b"]);
    assert_eq!(stage.endings(), ["suspended", "suspended", "committed"]);
    let turns = records(&stage.house, "turn").unwrap();
    let before = json!([turns[0].text("/turn"), turns[1].text("/turn")]);
    assert_eq!(turns[2].value["resumes"], before);
    stage.daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_cannot_be_asked_is_not_asked() {
    let Some(stage) = Stage::new("").await else {
        return;
    };
    let client = stage.client();
    // What a client says that it can do, and the code of the refusal; a client that names no way of asking has forms.
    let cases = [
        (Value::Null, Some("unavailable")),
        (json!({"url": {}}), Some("invalid_request")),
        (json!({}), None),
        (json!({"form": {}}), None),
    ];
    for (elicitation, refused) in cases {
        let mut can = capabilities();
        let can_do = can.as_object_mut().unwrap();
        match &elicitation {
            Value::Null => can_do.remove("elicitation"),
            elicitation => can_do.insert("elicitation".to_owned(), elicitation.clone()),
        };
        let meta = json!({"io.modelcontextprotocol/clientCapabilities": can});
        let arguments = json!({"probe": question("who")});
        let params = json!({"name": "probe_any", "arguments": arguments, "_meta": meta});
        let answer = client.ask("tools/call", params).await.unwrap();
        match refused {
            Some(code) => assert_eq!(results(&answer)[0]["value"]["code"], code, "{answer}"),
            None => assert!(
                answer["result"]["inputRequests"]["who"].is_object(),
                "{answer}"
            ),
        }
    }
    stage.daemon.terminate().await.unwrap();
}
