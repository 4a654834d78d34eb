//! Decisions of the release binary, recorded, over connections that are kept; and the parts they are made of.

use crate::connection::Way;
use crate::load::{Asked, PROMPT, TOOL_CALL, Target};
use crate::parts::{self, Guest};
use crate::report::{Row, rate};
use crate::setting;
use crate::timing::{Ms, Timing};
use crate::{ALONE, Bench, IN_FLIGHT, TOGETHER, started};

/// What the baseline came to: one at a time, and how many a second.
#[derive(Debug, Clone)]
pub(crate) struct Baseline {
    guard: (Timing, f64),
    hello: (Timing, f64),
}

fn guard() -> Guest {
    setting::guest("guard", "handle_pre_tool_use", &TOOL_CALL)
}

fn hello() -> Guest {
    setting::guest("hello", "handle_user_prompt_submit", &PROMPT)
}

/// Calls of the same guests in this process: an instance that was used before, and a fresh one.
pub(crate) fn calls(bench: &mut Bench) {
    for (name, guest) in [("hello", hello()), ("guard", guard())] {
        let (used, fresh) = tokio::task::block_in_place(|| {
            let used = parts::used_calls(&guest, ALONE);
            (used, parts::fresh_calls(&guest, ALONE))
        });
        let row = Row::new(format!("`{name}` in process: a used instance is called"));
        bench.report.add(row.times(&used));
        let row = Row::new(format!(
            "`{name}` in process: a fresh instance, called, dropped"
        ));
        let ratio = fresh.p50_ms() / used.p50_ms();
        bench
            .report
            .add(row.times(&fresh).beside(format!("{ratio:.1} × used")));
    }
}

/// The echo and the baseline, measured once.
pub(crate) async fn baseline(bench: &mut Bench) -> Baseline {
    if let Some(measured) = &bench.baseline {
        return measured.clone();
    }
    let target = |address, asked| Target {
        way: Way::Http(address),
        path: "/",
        asked,
        token: None,
    };
    let echo = target(parts::echo().await, &TOOL_CALL);
    let (bare, together) = measured(&echo).await;
    let row = Row::new("bare axum echo").times(&bare);
    bench.report.add(row.in_flight(together));
    let mut both = Vec::new();
    for (name, guest, asked) in [("hello", hello(), &PROMPT), ("guard", guard(), &TOOL_CALL)] {
        let served = target(parts::baseline(&guest).await, asked);
        let (timing, together) = measured(&served).await;
        let ratio = timing.p50_ms() / bare.p50_ms();
        let row = Row::new(format!("baseline, `{name}`")).times(&timing);
        let row = row.in_flight(together);
        bench.report.add(row.beside(format!("{ratio:.1} × echo")));
        both.push((timing, together));
    }
    let guard = both.pop().expect("both were measured");
    let hello = both.pop().expect("both were measured");
    let baseline = Baseline { guard, hello };
    bench.baseline = Some(baseline.clone());
    baseline
}

/// One at a time, and eight at once.
pub(crate) async fn measured(target: &Target) -> (Timing, f64) {
    let alone = target.one_at_a_time(ALONE).await;
    (alone, target.together(TOGETHER, IN_FLIGHT).await)
}

/// Measures them, each beside its baseline.
pub(crate) async fn over_http(bench: &mut Bench) {
    let baseline = baseline(bench).await;
    let settings = &bench.settings;
    let cases: [(&str, _, &'static Asked, _); 3] = [
        (
            "a prompt through `hello`: one turn, recorded",
            settings.hello(),
            &PROMPT,
            &baseline.hello,
        ),
        (
            "the same with `instance = \"reuse\"`",
            settings.reuse(),
            &PROMPT,
            &baseline.hello,
        ),
        (
            "a tool call through `guard`: one turn, recorded",
            settings.guard(),
            &TOOL_CALL,
            &baseline.guard,
        ),
    ];
    for (name, config, asked, (alone, together)) in cases {
        let (_state, daemon) = started(&config, asked).await;
        let (timing, each_second) = measured(&daemon.target(asked)).await;
        let (p50, p99) = (timing.p50_ms(), timing.p99_ms());
        let (of_p50, of_rate) = (p50 / alone.p50_ms(), each_second / together);
        let row = Row::new(name).times(&timing).in_flight(each_second);
        let row = row.ratio_goal("p50 ≤ 0.6 × baseline", Ms(p50), of_p50, of_p50 <= 0.6);
        let row = row.goal("p99 < 2 ms", Ms(p99), p99 < 2.0);
        let figure = rate(each_second);
        bench.report.add(if name.contains("reuse") {
            let met = each_second >= 15_000.0;
            row.goal("≥ 15,000 /s in flight", figure, met)
        } else {
            let met = of_rate >= 1.2;
            row.ratio_goal("≥ 1.2 × baseline in flight", figure, of_rate, met)
        });
    }
}
