//! How long the gate takes, beside what the same machine needs in the same minutes for the parts that it is made of.
//! Absolute times say little about another machine; the ratios travel better.
//!
//! It drives the release binary from outside (real HTTP, real wasm, ledger on) and the engine from inside, where the ledger
//! can be left out. `just bench` builds both first, and the plugins; `just bench reload start` measures those parts alone.
//! Every part has a time by which its measurements end, and together they take less than ten minutes.

#![allow(
    clippy::expect_used,
    reason = "a measurement that cannot be made has failed"
)]

mod connection;
mod daemon;
mod decisions;
mod effect;
mod growth;
mod host;
mod ledger;
mod load;
mod mcp;
mod memory;
mod parts;
mod permits;
mod process;
mod reload;
mod report;
mod setting;
mod timing;

use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use daemon::Daemon;
use load::{Asked, TOOL_CALL};
use report::{Report, Row};
use setting::Settings;
use timing::{Ms, Span};

/// The allocator of the binary, so that the parts have it, too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measured one at a time, after a tenth of it to warm up.
const ALONE: Span = Span {
    most: 3_000,
    wall: Duration::from_secs(4),
};
/// Measured with [`IN_FLIGHT`] at once.
const TOGETHER: Span = Span {
    most: 1_000_000,
    wall: Duration::from_secs(3),
};
const IN_FLIGHT: usize = 8;

/// What a part needs: configurations, and where to put what it finds.
struct Bench {
    settings: Settings,
    report: Report,
    baseline: Option<decisions::Baseline>,
}

/// A part of the whole, which can be measured by itself.
struct Part {
    name: &'static str,
    what: &'static str,
    /// Its measurements end after this long.
    seconds: u64,
    run: for<'a> fn(&'a mut Bench) -> Pin<Box<dyn Future<Output = ()> + 'a>>,
}

static PARTS: [Part; 11] = [
    Part {
        name: "decisions",
        what: "decisions over HTTP beside the baseline",
        seconds: 70,
        run: |bench| Box::pin(decisions::over_http(bench)),
    },
    Part {
        name: "ledger",
        what: "decisions with the ledger on and off, and its records a second",
        seconds: 70,
        run: |bench| Box::pin(ledger::on_and_off(bench)),
    },
    Part {
        name: "calls",
        what: "used and fresh instances in this process",
        seconds: 15,
        run: |bench| Box::pin(async move { decisions::calls(bench) }),
    },
    Part {
        name: "effect",
        what: "one effect of each class through the bridge",
        seconds: 40,
        run: |bench| Box::pin(effect::one(bench)),
    },
    Part {
        name: "permits",
        what: "permit checks",
        seconds: 5,
        run: |bench| Box::pin(async move { permits::checks(bench) }),
    },
    Part {
        name: "start",
        what: "start with a warm cache, and whole processes",
        seconds: 35,
        run: |bench| Box::pin(start(bench)),
    },
    Part {
        name: "reload",
        what: "reload under load",
        seconds: 20,
        run: |bench| Box::pin(reload::under_load(bench)),
    },
    Part {
        name: "mcp",
        what: "calls of a tool over MCP, and memory after 250,000",
        seconds: 110,
        run: |bench| Box::pin(mcp::calls(bench)),
    },
    Part {
        name: "plugins",
        what: "more plugins beside guard",
        seconds: 45,
        run: |bench| Box::pin(growth::plugins(bench)),
    },
    Part {
        name: "rules",
        what: "more of guard's rules",
        seconds: 30,
        run: |bench| Box::pin(growth::rules(bench)),
    },
    Part {
        name: "memory",
        what: "memory after 200,000 decisions, and of 10,000 sessions",
        seconds: 100,
        run: |bench| Box::pin(memory::grown(bench)),
    },
];

/// What is measured takes at most this long; the rest of ten minutes is for starting and compiling what is measured.
const SECONDS_MAX: u64 = 540;

const _: () = {
    let (mut sum, mut index) = (0, 0);
    while index < PARTS.len() {
        sum += PARTS[index].seconds;
        index += 1;
    }
    assert!(sum <= SECONDS_MAX, "the parts take too long together");
};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs it, too, and wants no numbers.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let wanted: Vec<&String> = arguments
        .iter()
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let known = |name: &str| PARTS.iter().any(|part| part.name == name);
    if let Some(unknown) = wanted.iter().find(|name| !known(name)) {
        let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        panic!("there is no part `{unknown}`, but {}", names.join(", "));
    }
    let parts: Vec<&Part> = PARTS
        .iter()
        .filter(|part| wanted.is_empty() || wanted.iter().any(|name| *name == part.name))
        .collect();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let mut bench = Bench {
        settings: Settings::new(),
        report: Report::default(),
        baseline: None,
    };
    for (index, part) in parts.iter().enumerate() {
        Report::part(index + 1, parts.len(), part.what, part.seconds);
        timing::begin_part(Duration::from_secs(part.seconds));
        runtime.block_on((part.run)(&mut bench));
    }
    bench.report.tables();
}

/// Start to the first decision, and whole processes.
async fn start(bench: &mut Bench) {
    let (_state, daemon) = started(&bench.settings.guard(), &TOOL_CALL).await;
    let ms = daemon.start_ms();
    let row = Row::new("start to the first decision, warm cache").figure(Ms(ms));
    bench.report.add(row.goal("≤ 150 ms", Ms(ms), ms <= 150.0));
    tokio::task::block_in_place(|| process::whole_processes(&daemon, &mut bench.report));
}

/// Starts the release binary twice: the first start compiles, and what is measured is the second.
async fn started(config: &Path, asked: &'static Asked) -> (tempfile::TempDir, Daemon) {
    let state = tempfile::tempdir().expect("a folder can be made");
    drop(Daemon::start(config, state.path(), asked).await);
    let daemon = Daemon::start(config, state.path(), asked).await;
    (state, daemon)
}
