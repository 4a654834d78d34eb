//! One effect through the bridge, and what a host function of Extism costs that does nothing of the kind.

use std::time::Duration;

use crate::Bench;
use crate::host::InProcess;
use crate::load::TOOL_CALL;
use crate::parts;
use crate::report::Row;
use crate::setting::{Asking, EFFECTS};
use crate::timing::{Ms, Span};

/// Turns with a thousand effects each, and as many without.
const TURNS: Span = Span {
    most: 300,
    wall: Duration::from_secs(6),
};

/// Nothing has to be permitted, and nothing is looked at but a clock.
const CLOCK: Asking = Asking {
    name: "clock",
    effect: "clock_now",
    request: "{}",
    permits: "",
};

/// The cheapest effect that needs a permit: one look at one folder.
const STAT: Asking = Asking {
    name: "stat",
    effect: "fs_stat",
    request: r#"{"path":"${folder}"}"#,
    permits: r#"fs = { read = ["${folder}"] }"#,
};

/// Measures them, recorded on the disk.
pub(crate) async fn one(bench: &mut Bench) {
    let mut bare = Vec::new();
    for effects in [0, EFFECTS] {
        let (_, guest) = bench.settings.asking(CLOCK, effects);
        let calls = tokio::task::block_in_place(|| parts::used_calls(&guest, TURNS));
        bare.push(calls.p50_ms());
    }
    let bare = each(&bare);
    let row = Row::new("a bare host function of Extism");
    bench.report.add(row.figure(Ms(bare)));
    let clock = through_the_bridge(bench, CLOCK).await;
    let row = Row::new("`clock_now` through the bridge, recorded").figure(Ms(clock));
    let row = row.beside(format!("{:.1} × bare", clock / bare));
    bench.report.add(row);
    let stat = through_the_bridge(bench, STAT).await;
    let row = Row::new("`fs_stat` through the bridge, permitted and recorded").figure(Ms(stat));
    let row = row.beside(format!("{:.1} × bare", stat / bare));
    bench
        .report
        .add(row.goal("≤ 5 µs", Ms(stat), stat <= 0.005));
}

async fn through_the_bridge(bench: &Bench, asking: Asking) -> f64 {
    let mut turns = Vec::new();
    for effects in [0, EFFECTS] {
        let (config, _) = bench.settings.asking(asking, effects);
        let host = InProcess::start(&config, true).await;
        turns.push(host.one_at_a_time(&TOOL_CALL, TURNS).await.p50_ms());
    }
    each(&turns)
}

/// What one of them takes, in milliseconds.
#[expect(clippy::cast_precision_loss, reason = "it is a thousand")]
fn each(ms: &[f64]) -> f64 {
    (ms[1] - ms[0]) / EFFECTS as f64
}
