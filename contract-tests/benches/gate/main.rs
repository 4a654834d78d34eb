//! How long the gate takes, beside what the same machine needs in the same minutes for the parts that it is made of.
//! Absolute times say little about another machine; the ratios travel better.
//!
//! It drives the release binary from outside (real HTTP, real wasm, ledger on) and the engine from inside, where the ledger
//! can be left out. `just bench` builds both first, and the plugins.

#![allow(
    clippy::expect_used,
    reason = "a measurement that cannot be made has failed"
)]

mod daemon;
mod host;
mod load;
mod parts;
mod process;
mod report;
mod setting;
mod timing;

use std::path::Path;

use daemon::Daemon;
use host::InProcess;
use load::{Asked, PROMPT, SESSIONS, TOOL_CALL, Target};
use report::{goal, row, section, times};
use setting::Settings;
use timing::Timing;

/// The allocator of the binary, so that the parts have it, too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measured one at a time, after as many again divided by ten to warm up.
const ONE_AT_A_TIME: usize = 3_000;
/// Measured with [`IN_FLIGHT`] at once.
const TOGETHER: usize = 12_000;
const IN_FLIGHT: usize = 8;
/// Calls in this process.
const CALLS: usize = 2_000;
/// Decisions after which memory is looked at, and the sessions it is looked at with.
const DECISIONS: usize = 200_000;
const SESSION_COUNT: usize = 10_000;

fn main() {
    // `cargo test --benches` runs it, too, and wants no numbers.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let settings = Settings::new();
    let baseline = runtime.block_on(of_parts());
    runtime.block_on(over_http(&settings, &baseline));
    runtime.block_on(in_process(&settings));
    runtime.block_on(one_effect(&settings));
    let (state, daemon) = runtime.block_on(started(&settings.guard(), &TOOL_CALL));
    section("start, warm cache");
    row(
        "to the first decision of guard",
        format!("{:.1} ms", daemon.start_ms()),
        "",
    );
    goal("≤ 150 ms", daemon.start_ms(), daemon.start_ms() <= 150.0);
    process::whole_processes(&daemon);
    drop((daemon, state));
    runtime.block_on(growth(&settings));
    runtime.block_on(memory(&settings));
}

/// What the baseline came to.
struct Baseline {
    guard: (Timing, f64),
    hello: (Timing, f64),
}

async fn of_parts() -> Baseline {
    let guard = setting::guest("guard", "handle_pre_tool_use", &TOOL_CALL);
    let hello = setting::guest("hello", "handle_user_prompt_submit", &PROMPT);
    section("parts, in this process                                     p50        p99");
    for (name, guest) in [("guard", &guard), ("hello", &hello)] {
        let used = tokio::task::block_in_place(|| parts::used_calls(guest, CALLS));
        times(&format!("{name}: call of a used instance"), &used, None);
        let fresh = tokio::task::block_in_place(|| parts::fresh_calls(guest, CALLS));
        let what = format!("{name}: a fresh instance, called, dropped");
        times(&what, &fresh, Some(("used", &used)));
    }
    section("parts, over HTTP                                           p50        p99");
    let target = |address, asked| Target {
        address,
        path: "/",
        asked,
        token: None,
    };
    let echo = target(parts::echo().await, &TOOL_CALL);
    let bare = echo.one_at_a_time(ONE_AT_A_TIME).await;
    times("echo over axum", &bare, None);
    let bare_together = echo.together(TOGETHER, IN_FLIGHT).await;
    row(
        "echo over axum, 8 in flight",
        format!("{bare_together:.0} /s"),
        "",
    );
    let mut measured = Vec::new();
    for (name, guest, asked) in [("guard", &guard, &TOOL_CALL), ("hello", &hello, &PROMPT)] {
        let target = target(parts::baseline(guest).await, asked);
        let timing = target.one_at_a_time(ONE_AT_A_TIME).await;
        times(
            &format!("baseline {name}: fresh instance"),
            &timing,
            Some(("echo", &bare)),
        );
        let together = target.together(TOGETHER, IN_FLIGHT).await;
        row(
            &format!("baseline {name}, 8 in flight"),
            format!("{together:.0} /s"),
            "",
        );
        measured.push((timing, together));
    }
    let hello = measured.pop().expect("both were measured");
    let guard = measured.pop().expect("both were measured");
    Baseline { guard, hello }
}

/// Decisions of the release binary, recorded, over connections that are kept.
async fn over_http(settings: &Settings, baseline: &Baseline) {
    section("decisions over HTTP, recorded                              p50        p99");
    for (name, config, asked, (alone, together)) in [
        (
            "guard, two turns",
            settings.guard(),
            &TOOL_CALL,
            &baseline.guard,
        ),
        (
            "hello, one turn",
            settings.hello(),
            &PROMPT,
            &baseline.hello,
        ),
        ("hello, reuse", settings.reuse(), &PROMPT, &baseline.hello),
    ] {
        let (_state, daemon) = started(&config, asked).await;
        let target = daemon.target(asked);
        let decided = target.one_at_a_time(ONE_AT_A_TIME).await;
        times(name, &decided, Some(("baseline", alone)));
        let ratio = decided.p50_ms() / alone.p50_ms();
        goal("p50 ≤ 0.6 × baseline", ratio, ratio <= 0.6);
        goal("p99 < 2 ms", decided.p99_ms(), decided.p99_ms() < 2.0);
        let decided = target.together(TOGETHER, IN_FLIGHT).await;
        let ratio = decided / together;
        let what = format!("{name}, 8 in flight");
        row(
            &what,
            format!("{decided:.0} /s"),
            &format!("{ratio:.2} × baseline"),
        );
        if name.ends_with("reuse") {
            goal("≥ 15,000 /s", decided, decided >= 15_000.0);
        } else {
            goal("≥ 1.2 × baseline", ratio, ratio >= 1.2);
        }
    }
}

/// The engine without HTTP, with its ledger on the disk and without a disk.
async fn in_process(settings: &Settings) {
    section("decisions in this process                                  p50        p99");
    for (name, config, asked) in [
        ("guard", settings.guard(), &TOOL_CALL),
        ("hello", settings.hello(), &PROMPT),
    ] {
        let mut p99 = Vec::new();
        for ledger_on in [true, false] {
            let host = InProcess::start(&config, ledger_on).await;
            let ledger = if ledger_on {
                "ledger on"
            } else {
                "ledger in memory"
            };
            let decided = host.one_at_a_time(asked, ONE_AT_A_TIME).await;
            times(&format!("{name}, {ledger}"), &decided, None);
            p99.push(decided.p99_ms());
            let decided = host.together(asked, TOGETHER, IN_FLIGHT).await;
            row(
                &format!("{name}, {ledger}, 8 in flight"),
                format!("{decided:.0} /s"),
                "",
            );
        }
        let ratio = p99[0] / p99[1];
        goal("ledger on: p99 < 1.5 × without", ratio, ratio < 1.5);
    }
}

/// One effect through the bridge, and what a host function of Extism costs that does nothing of the kind.
async fn one_effect(settings: &Settings) {
    const COUNT: usize = 300;
    section("one effect (`clock_now`)");
    let mut bridge = Vec::new();
    let mut bare = Vec::new();
    for effects in [0, setting::EFFECTS] {
        let (config, guest) = settings.asking(effects);
        let host = InProcess::start(&config, false).await;
        bridge.push(host.one_at_a_time(&TOOL_CALL, COUNT).await.p50_ms());
        let calls = tokio::task::block_in_place(|| parts::used_calls(&guest, COUNT));
        bare.push(calls.p50_ms());
    }
    #[expect(clippy::cast_precision_loss, reason = "it is a thousand")]
    let each = |ms: &[f64]| (ms[1] - ms[0]) * 1e3 / setting::EFFECTS as f64;
    row(
        "a bare host function of Extism",
        format!("{:.2} µs", each(&bare)),
        "",
    );
    let ratio = format!("{:.1} × bare", each(&bridge) / each(&bare));
    row(
        "through the bridge, permitted and recorded",
        format!("{:.2} µs", each(&bridge)),
        &ratio,
    );
    goal("≤ 5 µs", each(&bridge), each(&bridge) <= 5.0);
}

/// How start, memory and a decision of `guard` change with the number of plugins that are loaded beside it.
async fn growth(settings: &Settings) {
    section("with more plugins loaded                                   p50        p99");
    let mut before: Option<f64> = None;
    for plugins in [1, 10, 50] {
        let (_state, daemon) = started(&settings.many(plugins), &TOOL_CALL).await;
        let memory = daemon.memory_mib();
        let decided = daemon
            .target(&TOOL_CALL)
            .one_at_a_time(ONE_AT_A_TIME / 3)
            .await;
        let beside = format!("start {:.0} ms, {memory:.0} MiB", daemon.start_ms());
        row(
            &format!("{plugins} plugins: guard decides"),
            &decided,
            &beside,
        );
        if plugins == 50
            && let Some(one) = before
        {
            row(
                "memory of one more plugin",
                format!("{:.2} MiB", (memory - one) / 49.0),
                "",
            );
        }
        before = before.or(Some(memory));
    }
}

/// What stays in memory after many decisions and many sessions.
async fn memory(settings: &Settings) {
    section("memory of the process");
    let (_state, daemon) = started(&settings.hello(), &PROMPT).await;
    let fresh = daemon.memory_mib();
    daemon
        .target(&PROMPT)
        .together(DECISIONS / 10, IN_FLIGHT)
        .await;
    let warm = daemon.memory_mib();
    row("after the first decision", format!("{fresh:.1} MiB"), "");
    row("after 20,000 decisions", format!("{warm:.1} MiB"), "");
    daemon
        .target(&PROMPT)
        .together(DECISIONS - DECISIONS / 10, IN_FLIGHT)
        .await;
    let late = daemon.memory_mib();
    row(
        "after 200,000 decisions",
        format!("{late:.1} MiB"),
        &format!("{:.2} × after 20,000", late / warm),
    );
    daemon
        .target(&SESSIONS)
        .together(SESSION_COUNT, IN_FLIGHT)
        .await;
    #[expect(clippy::cast_precision_loss, reason = "it is ten thousand")]
    let each = (daemon.memory_mib() - late) * 1024.0 / SESSION_COUNT as f64;
    row("an idle session, of 10,000", format!("{each:.2} KiB"), "");
}

/// Starts the release binary twice: the first start compiles, and what is measured is the second.
async fn started(config: &Path, asked: &'static Asked) -> (tempfile::TempDir, Daemon) {
    let state = tempfile::tempdir().expect("a folder can be made");
    drop(Daemon::start(config, state.path(), asked).await);
    let daemon = Daemon::start(config, state.path(), asked).await;
    (state, daemon)
}
