//! What stays in memory after many decisions, and of sessions that keep something and are idle.

use std::time::Duration;

use crate::load::{PROMPT, SESSIONS};
use crate::report::Row;
use crate::timing::Span;
use crate::{Bench, IN_FLIGHT, started};

/// Decisions after which memory is looked at first, and then as many more as make it 200,000.
const WARM: Span = Span {
    most: 20_000,
    wall: Duration::from_secs(15),
};
const LATE: Span = Span {
    most: 180_000,
    wall: Duration::from_secs(55),
};
const IDLE: Span = Span {
    most: 10_000,
    wall: Duration::from_secs(15),
};

/// Measures the release binary.
pub(crate) async fn grown(bench: &mut Bench) {
    let (_state, daemon) = started(&bench.settings.hello(), &PROMPT).await;
    let target = daemon.target(&PROMPT);
    let fresh = daemon.memory_mib();
    let first = target.through(WARM, IN_FLIGHT).await;
    let warm = daemon.memory_mib();
    let more = target.through(LATE, IN_FLIGHT).await;
    let late = daemon.memory_mib();
    let row = Row::new(format!("memory after {} decisions", first + more));
    let row = row
        .figure(format!("{late:.0} MiB"))
        .beside(format!("{fresh:.0} MiB after the first"))
        .beside(format!("{:.2} × {warm:.0} MiB after {first}", late / warm));
    bench.report.add(row);
    drop(daemon);

    let (_state, daemon) = started(&bench.settings.keeping(), &SESSIONS).await;
    // What the process needs anyway for so many requests is no session's.
    daemon.target(&PROMPT).through(WARM, IN_FLIGHT).await;
    let before = daemon.memory_mib();
    let sessions = daemon.target(&SESSIONS).through(IDLE, IN_FLIGHT).await;
    #[expect(clippy::cast_precision_loss, reason = "it is ten thousand")]
    let each = (daemon.memory_mib() - before) * 1024.0 / sessions as f64;
    let row = Row::new(format!(
        "memory of an idle session with a Var, of {sessions}"
    ));
    bench.report.add(row.figure(format!("{each:.2} KiB")));
}
