//! The host itself panics: in an effect, in the middle of a guest's call.
//!
//! No configuration makes the host panic, so here the engine runs in this process, with effects that do.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::json;
use sinew_contract_tests::daemon::Installation;
use sinew_contract_tests::gate_cells;
use sinew_contract_tests::probe_plugin::ProbePlugin;
use sinew_contract_tests::test_server::TestServer;
use sinew_runtime::config::{Config, Places};
use sinew_runtime::effects::{Call, Cost, EffectRequest, Performed};
use sinew_runtime::engine::{EffectSource, Engine, EngineParts, Loader};
use sinew_runtime::ledger::Ledger;
use sinew_runtime::permits::Need;
use sinew_runtime::plugin::Trial;
use sinew_runtime::services::secrets::Secrets;
use sinew_runtime::store::SqliteStore;
use sinew_runtime::transport::TransportSettings;
use sinew_runtime::world::{Clock, Random, SystemClock, SystemRandom};
use sinew_schema::{EffectClass, EffectError};

use crate::{
    Findings, INSTANCES, UNKNOWN, asking, body, denying, events, ledger, optional, positions,
};

/// Panics wherever it is asked.
struct Panicking;

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, EffectError>> + Send + 'a>>;

impl EffectSource for Panicking {
    fn need<'a>(&'a self, _call: &'a Call<'a>, request: &'a mut EffectRequest) -> Answer<'a, Need> {
        let early = request.id().name() == "clock_now";
        Box::pin(async move {
            assert!(!early, "on purpose, before the permit");
            Ok(Need::None)
        })
    }

    fn class(&self, request: &EffectRequest) -> EffectClass {
        request.id().class()
    }
    fn cost_max(&self, _request: &EffectRequest) -> Cost {
        Cost::default()
    }

    fn perform<'a>(
        &'a self,
        _call: &'a Call<'a>,
        _request: EffectRequest,
        _need: &'a Need,
    ) -> Answer<'a, Performed> {
        Box::pin(async { unreachable!("on purpose, after the permit") })
    }
}

/// Serves an installation from this process.
pub(crate) async fn panicking(installation: &Installation) -> TestServer {
    let config = Config::read(&installation.config()).unwrap();
    let places = Places::new(installation.state());
    std::fs::create_dir_all(&places.state).unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    let store = SqliteStore::open(&places.database(), config.store()).unwrap();
    let settings = config.ledger(&places).unwrap();
    let recorded = Ledger::open(
        Arc::new(store),
        settings,
        Arc::clone(&clock),
        Arc::clone(&random),
    );
    let engine = Engine::start(EngineParts {
        reread: None,
        settings: config.engine.clone(),
        configured: config.plugins.clone(),
        loader: Loader::new(config.load.clone(), Trial::new(installation.binary.clone())),
        projects: Vec::new(),
        home: None,
        own: Vec::new(),
        wired: None,
        effects: Arc::new(Panicking),
        secrets: Secrets::default(),
        ledger: Arc::new(recorded.unwrap()),
        clock,
        random,
    });
    let engine = engine.await.unwrap();
    TestServer::start(&engine, TransportSettings::default()).unwrap()
}

async fn panics(plugin: ProbePlugin) {
    let Some(installation) = Installation::new(INSTANCES, std::slice::from_ref(&plugin)).unwrap()
    else {
        return;
    };
    let server = panicking(&installation).await;
    let mut findings = Findings::default();
    let mut replies = Vec::new();
    for event in events() {
        for (effect, request) in [
            ("clock_now", json!({})),
            ("random_bytes", json!({"length": 1})),
        ] {
            let case = format!("{event} × the host panics in {effect}");
            let told = json!([{"do": "count", "key": "n"}, {"do": "effect", "effect": effect, "request": request}]);
            let reply = server
                .post(&format!("/hooks/{event}"), &body(event, &case, &told))
                .await
                .unwrap();
            let says = format!("plugin `probe` could not decide: the host panicked in `{effect}`");
            let column = (plugin.on_failure)(if event == UNKNOWN { "" } else { event });
            findings.answer(
                &case,
                event,
                &gate_cells::failure(event, column, &says),
                &reply,
            );
            replies.push((case, event, positions(&reply)));
        }
    }
    // More healthy turns than there are slots.
    for round in 0..20 {
        let body = body(
            "PreToolUse",
            &format!("after {round}"),
            &json!({"do": "deny", "reason": "healthy"}),
        );
        let reply = server.post("/hooks/PreToolUse", &body).await.unwrap();
        let expected = gate_cells::decision("PreToolUse", "deny", "healthy");
        findings.answer("afterwards", "PreToolUse", &expected, &reply);
    }
    let ledger = ledger(&installation.state());
    for (case, event, positions) in replies {
        let row = positions.last().and_then(|position| ledger.get(position));
        let said = row.map(|row| {
            [
                row.text("/event"),
                row.text("/outcome"),
                row.text("/abort/reason"),
            ]
        });
        findings.same(&case, Some([event, "aborted", "host"]), said);
        let delta = row.map(|row| row.value["vars_delta"].clone());
        findings.same(&case, Some(json!([])), delta);
    }
    findings.none();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_panics_denies_what_somebody_guards() {
    panics(denying()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_panics_asks_where_the_guard_says_so() {
    panics(asking()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_panics_lets_by_what_nobody_guards() {
    panics(optional()).await;
}
