//! Reloads under load: from the signal to the first turn on the new build, and what failed meanwhile.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::load::{JUDGED, Target};
use crate::report::Row;
use crate::timing::{Ms, Span, Timing};
use crate::{Bench, daemon::Daemon};

/// Reloads, after two that compile.
const RELOADS: Span = Span {
    most: 40,
    wall: Duration::from_secs(15),
};
const WARM_UP: usize = 2;

/// Who asks meanwhile, and how long each waits before it asks again: the reload is measured, and not the load.
const CLIENTS: usize = 4;
const PAUSE: Duration = Duration::from_millis(2);

/// What the two builds answer.
const REASONS: [&str; 2] = ["the build of the even", "the build of the odd"];

const RELOAD: &str = "/v1/plugins/denying/reload";

/// What the load came to.
#[derive(Default)]
struct Load {
    stop: AtomicBool,
    answered: AtomicUsize,
    failed: AtomicUsize,
}

/// Measures them.
pub(crate) async fn under_load(bench: &mut Bench) {
    let (config, module, builds) = bench.settings.denying(REASONS);
    let state = tempfile::tempdir().expect("a folder can be made");
    let daemon = Daemon::start(&config, state.path(), &JUDGED).await;
    let target = daemon.target(&JUDGED);
    let operator = daemon.reload(RELOAD, &JUDGED);
    let load = Arc::new(Load::default());
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| tokio::spawn(client(target.clone(), Arc::clone(&load))))
        .collect();
    let mut timing = Timing::default();
    let (bound, mut round) = (RELOADS.begin(), 0);
    while bound.goes_on(timing.len()) {
        round += 1;
        let build = round % 2;
        put(&module, &builds[build]);
        let took = reloaded(&operator, &target, REASONS[build]).await;
        if round > WARM_UP {
            timing.push(took);
        }
    }
    load.stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.expect("the client goes on to the end");
    }
    let (answered, failed) = (
        load.answered.load(Ordering::Relaxed),
        load.failed.load(Ordering::Relaxed),
    );
    let p50 = timing.p50_ms();
    let row = Row::new("reload of a cached build, to the first turn on it").times(&timing);
    let row = row.beside(format!("{answered} turns meanwhile"));
    let row = row.goal("≤ 20 ms", Ms(p50), p50 <= 20.0);
    bench
        .report
        .add(row.goal("0 failed turns", failed, failed == 0));
}

/// Puts a module in the other's place, whole.
fn put(module: &Path, wasm: &[u8]) {
    let draft = module.with_extension("new");
    std::fs::write(&draft, wasm).expect("the module can be written");
    std::fs::rename(draft, module).expect("the module can be moved");
}

/// Asks for a reload, and again and again about a tool call, until the new build answers. Returns how long that took.
async fn reloaded(operator: &Target, target: &Target, reason: &str) -> Duration {
    let mut asking = target.way.connect().await;
    let mut signal = operator.way.connect().await;
    let start = Instant::now();
    let operator = operator.clone();
    let reload = tokio::spawn(async move { operator.ask(&mut signal, String::new()).await });
    let took = loop {
        let answer = target.ask(&mut asking, target.asked.body()).await;
        if String::from_utf8_lossy(&answer).contains(reason) {
            break start.elapsed();
        }
    };
    reload.await.expect("the reload is answered");
    took
}

async fn client(target: Target, load: Arc<Load>) {
    let mut connection = target.way.connect().await;
    while !load.stop.load(Ordering::Relaxed) {
        let answer = target.ask(&mut connection, target.asked.body()).await;
        let answer = String::from_utf8_lossy(&answer);
        load.answered.fetch_add(1, Ordering::Relaxed);
        if !REASONS.iter().any(|reason| answer.contains(reason)) {
            load.failed.fetch_add(1, Ordering::Relaxed);
        }
        tokio::time::sleep(PAUSE).await;
    }
}
