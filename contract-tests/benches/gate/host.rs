//! The engine in this process, without HTTP: with its ledger on the disk, or in memory.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sinew_contract_tests::test_server::TestServer;
use sinew_runtime::app::{Host, Reach, StateFolder};
use sinew_runtime::config::{Config, prepare_wasm_cache};
use sinew_runtime::engine::{Gate as _, HookRequest, Loader, Verdict};
use sinew_runtime::plugin::Trial;
use sinew_runtime::transport::TransportSettings;
use tempfile::TempDir;

use crate::connection::Way;
use crate::daemon;
use crate::load::{Asked, Target};
use crate::timing::{Span, Timing};

/// A host with the plugins of a configuration.
pub(crate) struct InProcess {
    host: Arc<Host>,
    transport: TransportSettings,
    _state: Option<StateFolder>,
    _folder: TempDir,
}

impl InProcess {
    /// Starts one whose ledger is on the disk, or else in memory.
    pub(crate) async fn start(config: &Path, ledger_on: bool) -> Self {
        let config = Config::read(config).expect("the configuration is right");
        let folder = tempfile::tempdir().expect("a folder can be made");
        let cache = prepare_wasm_cache(&folder.path().join("cache"));
        let mut load = config.load.clone();
        load.build.cache_config = Some(cache.expect("a cache can be made"));
        let loader = Loader::new(load, Trial::new(daemon::binary()));
        let (host, state) = if ledger_on {
            let state = StateFolder::open(&folder.path().join("state"));
            let state = state.expect("a state folder can be made");
            (Host::start(&state, &config, loader).await, Some(state))
        } else {
            let scratch = folder.path().join("scratch");
            let host = Host::in_memory(&scratch, &config, loader, Reach::Everything).await;
            (host, None)
        };
        Self {
            host: Arc::new(host.expect("the host starts")),
            transport: config.transport.clone(),
            _state: state,
            _folder: folder,
        }
    }

    /// Serves it over HTTP in this process, with the binary's own server.
    pub(crate) fn served(&self, asked: &'static Asked) -> (TestServer, Target) {
        let server = TestServer::start(&self.host.engine, self.transport.clone());
        let server = server.expect("the server starts");
        let target = Target {
            way: Way::Http(server.address),
            path: asked.path,
            asked,
            token: Some(server.hook_token.clone()),
        };
        (server, target)
    }

    /// Measures decisions, one after the other.
    pub(crate) async fn one_at_a_time(&self, asked: &'static Asked, span: Span) -> Timing {
        let (warm_up, mut done) = (span.warm_up().begin(), 0);
        while warm_up.goes_on(done) {
            decide(&self.host, asked).await;
            done += 1;
        }
        let mut timing = Timing::default();
        let bound = span.begin();
        while bound.goes_on(timing.len()) {
            let start = Instant::now();
            decide(&self.host, asked).await;
            timing.push(start.elapsed());
        }
        timing
    }

    /// Returns how many decisions a second come about with `callers` at once.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(crate) async fn together(&self, asked: &'static Asked, span: Span, callers: usize) -> f64 {
        let done = Arc::new(AtomicUsize::new(0));
        let (bound, start) = (span.begin(), Instant::now());
        let mut workers = tokio::task::JoinSet::new();
        for _ in 0..callers {
            let (done, host) = (Arc::clone(&done), Arc::clone(&self.host));
            workers.spawn(async move {
                while bound.goes_on(done.load(Ordering::Relaxed)) {
                    decide(&host, asked).await;
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        workers.join_all().await;
        done.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64()
    }
}

async fn decide(host: &Host, asked: &Asked) {
    let body = asked.body();
    let request = HookRequest {
        event: asked.event.to_owned(),
        input: Arc::new(serde_json::from_str(&body).expect("the body is JSON")),
        body: body.into_bytes().into(),
        deadline: Instant::now() + Duration::from_secs(20),
        trace_id: None,
    };
    let outcome = Arc::clone(&host.engine).hook(request).await;
    assert!(
        matches!(outcome.verdict, Verdict::Decided { .. }),
        "a failure measures nothing: {outcome:?}"
    );
}
