//! The engine in this process, without HTTP: with its ledger on the disk, or in memory.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use sinew_runtime::app::{Host, Reach, StateFolder};
use sinew_runtime::config::{Config, prepare_wasm_cache};
use sinew_runtime::engine::{Gate as _, HookRequest, Loader, Verdict};
use sinew_runtime::plugin::Trial;
use tempfile::TempDir;

use crate::daemon;
use crate::load::Asked;
use crate::timing::Timing;

/// A host with the plugins of a configuration.
pub(crate) struct InProcess {
    host: Arc<Host>,
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
            _state: state,
            _folder: folder,
        }
    }

    /// Measures `count` decisions, one after the other.
    pub(crate) async fn one_at_a_time(&self, asked: &'static Asked, count: usize) -> Timing {
        for _ in 0..count / 10 {
            decide(&self.host, asked).await;
        }
        let mut timing = Timing::default();
        for _ in 0..count {
            let start = Instant::now();
            decide(&self.host, asked).await;
            timing.push(start.elapsed());
        }
        timing
    }

    /// Returns how many decisions a second come about with `callers` at once.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(crate) async fn together(
        &self,
        asked: &'static Asked,
        count: usize,
        callers: usize,
    ) -> f64 {
        let left = Arc::new(AtomicI64::new(
            i64::try_from(count).expect("a count is small"),
        ));
        let start = Instant::now();
        let mut workers = tokio::task::JoinSet::new();
        for _ in 0..callers {
            let (left, host) = (Arc::clone(&left), Arc::clone(&self.host));
            workers.spawn(async move {
                while left.fetch_sub(1, Ordering::Relaxed) > 0 {
                    decide(&host, asked).await;
                }
            });
        }
        workers.join_all().await;
        count as f64 / start.elapsed().as_secs_f64()
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
