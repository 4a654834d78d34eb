//! How many needs are judged in a second, by few rules and by many.

use std::hint::black_box;
use std::time::Duration;

use serde_json::json;
use sinew_runtime::permits::{Need, PermitScope, PermitSet, Permits};

use crate::Bench;
use crate::report::{Row, rate};
use crate::timing::{Ms, Span, Timing};

/// Measured together, since a clock takes as long as one of them.
const CHECKS: u32 = 100;
const BATCHES: Span = Span {
    most: 5_000,
    wall: Duration::from_millis(500),
};

/// The one rule that covers what is asked for stands last.
pub(crate) fn checks(bench: &mut Bench) {
    for rules in [1, 100, 1_000] {
        let mut read: Vec<String> = (1..rules)
            .map(|number| format!("/srv/{number}/**"))
            .collect();
        read.push("/repo/**".to_owned());
        let table = json!({ "fs": { "read": read } });
        let set = PermitSet::parse(&table, "permits").expect("the rules are right");
        let permits = Permits::new("bench", set.clone(), set);
        let allowed = each(&permits, "/repo/src/main.rs");
        let refused = each(&permits, "/etc/passwd");
        let row = Row::new(format!("a permit check, rules of each side: {rules}"));
        let row = row.figure(Ms(allowed)).beside(rate(1e3 / allowed));
        bench
            .report
            .add(row.beside(format!("a refusal {}", Ms(refused))));
    }
}

/// What one check takes, in milliseconds.
fn each(permits: &Permits, path: &str) -> f64 {
    let need = Need::FsRead {
        asked: vec![path.to_owned()],
        path: path.into(),
    };
    let scope = PermitScope::nowhere();
    let timing = Timing::of(BATCHES, || {
        for _ in 0..CHECKS {
            drop(black_box(permits.check(&scope, black_box(&need))));
        }
    });
    timing.p50_ms() / f64::from(CHECKS)
}
