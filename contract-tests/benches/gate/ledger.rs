//! What the ledger costs: decisions with it on the disk and without a disk, and how many records it makes durable.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sinew_runtime::ledger::{Ledger, LedgerSettings};
use sinew_runtime::store::{Commit, Durability, Entry, SqliteSettings, SqliteStore};
use sinew_runtime::world::{SystemClock, SystemRandom};

use crate::host::InProcess;
use crate::load::{Asked, PROMPT, TOOL_CALL};
use crate::report::{Row, rate};
use crate::timing::{Ms, Span, Timing};
use crate::{ALONE, Bench, IN_FLIGHT, TOGETHER};

/// Who commits at once, each one record after the other.
const COMMITTERS: usize = 64;

/// How long they do.
const COMMITTING: Span = Span {
    most: 1_000_000,
    wall: Duration::from_secs(4),
};

/// A record as long as most.
const BODY_BYTES: usize = 512;

/// Measures the engine in this process, and behind the same server; then the ledger by itself.
pub(crate) async fn on_and_off(bench: &mut Bench) {
    for (name, config, asked) in [
        ("hello", bench.settings.hello(), &PROMPT),
        ("guard", bench.settings.guard(), &TOOL_CALL),
    ] {
        let on = both_ways(bench, name, &config, asked, true).await;
        let off = both_ways(bench, name, &config, asked, false).await;
        for (way, on, off) in [("in process", &on.0, &off.0), ("over HTTP", &on.1, &off.1)] {
            let ratio = on.p99_ms() / off.p99_ms();
            let figures = format!("{} to {}", Ms(on.p99_ms()), Ms(off.p99_ms()));
            let row = Row::new(format!("`{name}` {way}: what the ledger adds to p99"));
            bench
                .report
                .add(row.ratio_goal("< 1.5 × without a disk", figures, ratio, ratio < 1.5));
        }
    }
    let each_second = tokio::task::block_in_place(durable);
    let row = Row::new("durable records, 64 committers, `durability = \"full\"`");
    let row = row.figure(rate(each_second));
    let met = each_second >= 10_000.0;
    bench
        .report
        .add(row.goal("≥ 10,000 /s", rate(each_second), met));
}

async fn both_ways(
    bench: &mut Bench,
    name: &str,
    config: &Path,
    asked: &'static Asked,
    ledger_on: bool,
) -> (Timing, Timing) {
    let word = if ledger_on {
        "ledger on the disk"
    } else {
        "ledger in memory"
    };
    let host = InProcess::start(config, ledger_on).await;
    let inside = host.one_at_a_time(asked, ALONE).await;
    let together = host.together(asked, TOGETHER, IN_FLIGHT).await;
    let row = Row::new(format!("`{name}` in process, {word}")).times(&inside);
    bench.report.add(row.in_flight(together));
    let (_server, target) = host.served(asked);
    let outside = target.one_at_a_time(ALONE).await;
    let together = target.together(TOGETHER, IN_FLIGHT).await;
    let row = Row::new(format!("`{name}` over HTTP, {word}")).times(&outside);
    bench.report.add(row.in_flight(together));
    (inside, outside)
}

/// Records a second of a ledger that syncs every commit, signer and all.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn durable() -> f64 {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let settings = SqliteSettings {
        durability: Durability::Full,
        ..SqliteSettings::default()
    };
    let store = SqliteStore::open(&folder.path().join("ledger.db"), settings);
    let ledger = Ledger::open(
        Arc::new(store.expect("a store can be made")),
        LedgerSettings::new(folder.path()),
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
    );
    let ledger = ledger.expect("a ledger can be made");
    let done = AtomicUsize::new(0);
    let (bound, start) = (COMMITTING.begin(), Instant::now());
    std::thread::scope(|scope| {
        for committer in 0..COMMITTERS {
            let (ledger, done) = (&ledger, &done);
            scope.spawn(move || {
                let entry = Entry {
                    chain: format!("bench/{committer}"),
                    body: vec![b'x'; BODY_BYTES],
                };
                while bound.goes_on(done.load(Ordering::Relaxed)) {
                    let commit = Commit::of_entries(vec![entry.clone()]);
                    ledger.commit(commit).expect("the disk takes it");
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    done.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64()
}
