//! What cannot be recorded is not done.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sinew_contract_tests::daemon::Daemon;
use sinew_contract_tests::test_server::TestServer;
use sinew_runtime::app::services;
use sinew_runtime::config::{Config, Places};
use sinew_runtime::effects::Effects;
use sinew_runtime::engine::{Engine, EngineParts, Loader};
use sinew_runtime::ledger::Ledger;
use sinew_runtime::plugin::Trial;
use sinew_runtime::store::{Fault, MemoryStore};
use sinew_runtime::transport::TransportSettings;
use sinew_runtime::world::{Clock, Random, SystemClock, SystemRandom};

use crate::scene::{BRANCH, Scene, answers, ask};

/// Asks until the store takes nothing more.
async fn fill(daemon: &Daemon) {
    let end = Instant::now() + Duration::from_secs(60);
    let blob = "x".repeat(64 << 10);
    let mut size = blob.len();
    let mut round = 0;
    // Large pieces first, then ever smaller ones, until not even a page is left.
    while size > 16 {
        assert!(Instant::now() < end, "the store does not fill up");
        round += 1;
        let steps = json!([{ "do": "var_set", "key": "k", "value": &blob[..size] }]);
        let reply = ask(
            daemon,
            &format!("fill {round}"),
            &format!("fill_{round}"),
            &steps,
        )
        .await;
        if reply.header("sinew-ledger").is_none() {
            size /= 2;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_a_full_store_cannot_record_never_happens() {
    let Some(scene) = Scene::new("[store]\ndatabase = \"300KiB\"\n", "") else {
        return;
    };
    let daemon = scene.installation.serve(0).await.unwrap();
    fill(&daemon).await;
    ask(&daemon, "s", "toolu_1", &json!([scene.push()])).await;
    assert_eq!(scene.pushed(), "");
    daemon.terminate().await.unwrap();
    // With room again the journal says what was asked, and why it was not done.
    scene
        .installation
        .configure("", &[crate::scene::probe("")])
        .unwrap();
    let daemon = scene.installation.serve(0).await.unwrap();
    let effect = scene
        .recorded(|row| row.kind == "effect" && row.text("/effect") == "git_push")
        .await;
    assert_eq!(effect.text("/code"), "unavailable", "{effect:?}");
    // Nothing was done, so nothing is in doubt, and it may be done now.
    let (code, listed) = scene.asked(&["ledger", "in-doubt"]).await;
    assert_eq!((code, listed), (Some(0), json!({ "in_doubt": [] })));
    let reply = ask(&daemon, "s", "toolu_1", &json!([scene.push()])).await;
    assert_eq!(
        answers(&reply).pointer("/0/status"),
        Some(&Value::from("ok"))
    );
    assert_eq!(scene.pushed(), BRANCH);
    daemon.terminate().await.unwrap();
    scene.verifies().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_whose_intent_may_not_be_durable_never_happens() {
    let Some(scene) = Scene::new("", "") else {
        return;
    };
    let config = Config::read(&scene.installation.config()).unwrap();
    let places = Places::new(scene.installation.state());
    let (clock, random): (Arc<dyn Clock>, Arc<dyn Random>) =
        (Arc::new(SystemClock), Arc::new(SystemRandom));
    let store = Arc::new(MemoryStore::default());
    let ledger = Ledger::open(
        store.clone(),
        config.ledger(&places).unwrap(),
        Arc::clone(&clock),
        Arc::clone(&random),
    );
    let services = services(&config).unwrap();
    let binary = scene.installation.binary.clone();
    let engine = Engine::start(EngineParts {
        reread: None,
        settings: config.engine.clone(),
        configured: config.plugins.clone(),
        loader: Loader::new(config.load.clone(), Trial::new(binary)),
        projects: Vec::new(),
        home: None,
        own: Vec::new(),
        wired: None,
        effects: Arc::new(Effects::new(&services, &config.effects)),
        secrets: services.secrets.clone(),
        ledger: Arc::new(ledger.unwrap()),
        clock,
        random,
    });
    let engine = engine.await.unwrap();
    let server = TestServer::start(&engine, TransportSettings::default()).unwrap();
    let push = async |session: &str| {
        let body = json!({
            "hook_event_name": "PreToolUse", "session_id": session, "tool_name": "Bash",
            "tool_use_id": "toolu_1", "tool_input": { "probe": [scene.push()] },
        });
        let body = body.to_string();
        server
            .post("/hooks/PreToolUse", body.as_bytes())
            .await
            .unwrap()
    };
    for fault in [
        Fault::Full,
        Fault::Unavailable,
        Fault::UnknownBefore,
        Fault::UnknownAfter,
    ] {
        store.stand(Some(fault));
        push(&format!("{fault:?}")).await;
        assert_eq!(scene.pushed(), "", "{fault:?}");
    }
    // A store that takes it lets it happen.
    store.stand(None);
    let reply = push("none").await;
    assert_eq!(answers(&reply)[0]["status"], "ok", "{}", answers(&reply));
    assert_eq!(scene.pushed(), BRANCH);
}
