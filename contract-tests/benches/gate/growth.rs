//! How start, memory and a decision change with the number of plugins that judge a tool call, and with guard's rules.

use crate::load::TOOL_CALL;
use crate::report::Row;
use crate::setting::packs;
use crate::timing::Ms;
use crate::{ALONE, Bench, IN_FLIGHT, TOGETHER, started};

/// Plugins that are asked about every tool call, `guard` among them.
pub(crate) async fn plugins(bench: &mut Bench) {
    let mut one = None;
    for plugins in [1_u32, 10, 50] {
        let (_state, daemon) = started(&bench.settings.many(plugins), &TOOL_CALL).await;
        let memory = daemon.memory_mib();
        let target = daemon.target(&TOOL_CALL);
        let timing = target.one_at_a_time(ALONE).await;
        let together = target.together(TOGETHER, IN_FLIGHT).await;
        let words = if plugins == 1 {
            "plugin judges"
        } else {
            "plugins judge"
        };
        let mut row = Row::new(format!("{plugins} {words} each tool call"))
            .times(&timing)
            .in_flight(together)
            .beside(format!("start {}", Ms(daemon.start_ms())))
            .beside(format!("{memory:.0} MiB"));
        let (p50, before) = *one.get_or_insert((timing.p50_ms(), memory));
        if plugins > 1 {
            let more = f64::from(plugins) - 1.0;
            row = row
                .beside(format!(
                    "{} for one more plugin",
                    Ms((timing.p50_ms() - p50) / more)
                ))
                .beside(format!("{:.2} MiB for one more", (memory - before) / more));
        }
        bench.report.add(row);
    }
}

/// More and more of guard's packs, on a call that none of them stops.
pub(crate) async fn rules(bench: &mut Bench) {
    let all = packs().len();
    let mut one = None;
    for on in [1, all / 2, all] {
        let (_state, daemon) = started(&bench.settings.packs(on), &TOOL_CALL).await;
        let target = daemon.target(&TOOL_CALL);
        let timing = target.one_at_a_time(ALONE).await;
        let together = target.together(TOGETHER, IN_FLIGHT).await;
        let ratio = timing.p50_ms() / *one.get_or_insert(timing.p50_ms());
        let row = Row::new(format!("`guard` with {on} of its {all} packs"));
        let row = row.times(&timing).in_flight(together);
        bench
            .report
            .add(row.beside(format!("{ratio:.2} × one pack")));
    }
}
