//! One effect of each class through the bridge, and what a host function of Extism costs that does nothing of the kind.

use std::time::Duration;

use crate::Bench;
use crate::host::InProcess;
use crate::load::TOOL_CALL;
use crate::parts;
use crate::report::Row;
use crate::setting::Asking;
use crate::timing::{Ms, Span};

/// Turns with so many effects each, and as many without.
const TURNS: Span = Span {
    most: 300,
    wall: Duration::from_secs(3),
};

/// Nothing has to be permitted, and nothing is looked at but a clock.
const CLOCK: Asking = Asking {
    name: "clock",
    effect: "clock_now",
    request: "{}",
    permits: "",
    times: 1_000,
};

/// The cheapest effect that needs a permit: one look at one folder.
const STAT: Asking = Asking {
    name: "stat",
    effect: "fs_stat",
    request: r#"{"path":"${folder}"}"#,
    permits: r#"fs = { read = ["${folder}"] }"#,
    times: 1_000,
};

/// Adds nothing to a file, so that the file does not grow.
const APPEND: Asking = Asking {
    name: "append",
    effect: "fs_append",
    request: r#"{"path":"${folder}/appended","text":""}"#,
    permits: r#"fs = { write = ["${folder}/*"] }"#,
    times: 100,
};

/// Nothing is asked of GitHub, since there are no credentials: what is measured are the intent, which is on the disk
/// first, and the record.
const COMMENT: Asking = Asking {
    name: "comment",
    effect: "github_comment",
    request: r#"{"repository":"acme/api","number":1,"body":"x"}"#,
    permits: r#"github = ["acme/api:issues.write"]"#,
    times: 20,
};

/// Nothing is run, since there is no such program; otherwise as before.
const RUN: Asking = Asking {
    name: "run",
    effect: "process_run",
    request: r#"{"argv":["no-such-program"],"cwd":"${folder}"}"#,
    permits: r#"process = [{ argv = ["no-such-program"], cwd = "${folder}" }]"#,
    times: 20,
};

/// Measures them, recorded on the disk.
pub(crate) async fn one(bench: &mut Bench) {
    let mut bare = Vec::new();
    for effects in [0, CLOCK.times] {
        let (_, guest) = bench.settings.asking(CLOCK, effects);
        let calls = tokio::task::block_in_place(|| parts::used_calls(&guest, TURNS));
        bare.push(calls.p50_ms());
    }
    let bare = each(&bare, CLOCK.times);
    let row = Row::new("a bare host function of Extism");
    bench.report.add(row.figure(Ms(bare)));
    for (what, asking) in [
        ("`clock_now` through the bridge, recorded", CLOCK),
        ("`fs_stat` (read), permitted and recorded", STAT),
        ("`fs_append` (write_local)", APPEND),
        (
            "`github_comment` (write_remote_idempotent), not sent",
            COMMENT,
        ),
        ("`process_run` (write_remote), not started", RUN),
    ] {
        let ms = through_the_bridge(bench, asking).await;
        let row = Row::new(what).figure(Ms(ms));
        let row = row.beside(format!("{:.1} × bare", ms / bare));
        bench.report.add(if asking.effect == STAT.effect {
            row.goal("≤ 5 µs", Ms(ms), ms <= 0.005)
        } else {
            row
        });
    }
}

async fn through_the_bridge(bench: &Bench, asking: Asking) -> f64 {
    let mut turns = Vec::new();
    for effects in [0, asking.times] {
        let (config, _) = bench.settings.asking(asking, effects);
        let host = InProcess::start(&config, true).await;
        turns.push(host.one_at_a_time(&TOOL_CALL, TURNS).await.p50_ms());
    }
    each(&turns, asking.times)
}

/// What one of them takes, in milliseconds.
#[expect(clippy::cast_precision_loss, reason = "it is a thousand at most")]
fn each(ms: &[f64], times: usize) -> f64 {
    (ms[1] - ms[0]) / times as f64
}
