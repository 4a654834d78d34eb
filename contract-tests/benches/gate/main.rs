//! How long the gate takes, beside what the same machine needs in the same minute to echo a body over HTTP and to start
//! a process that does nothing. Absolute times say little about another machine; the ratios travel better.
//!
//! It drives the release binary from outside: real HTTP, real wasm, ledger on. `just bench` builds it first.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement that cannot be made has failed, and printing is what it is for"
)]

mod daemon;
mod echo;
mod load;
mod timing;

use std::process::{Command, Stdio};
use std::time::Instant;

use daemon::Daemon;
use load::Target;
use timing::Timing;

/// Requests measured one at a time, after as many again divided by ten to warm up.
const ONE_AT_A_TIME: usize = 3_000;
/// Requests measured with [`IN_FLIGHT`] connections.
const TOGETHER: usize = 16_000;
const IN_FLIGHT: usize = 8;
/// Processes started for the shim.
const PROCESSES: usize = 100;

/// What an agent's client sends before most tool calls: nothing that anybody objects to.
const BODY: &str = r#"{"session_id":"bench","transcript_path":"/tmp/t.jsonl","cwd":"/tmp","permission_mode":"default","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"cargo test --workspace","description":"Run the tests"},"tool_use_id":"toolu_${n}"}"#;

fn main() {
    // `cargo test --benches` runs it, too, and wants no numbers.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let state = tempfile::tempdir().expect("a folder can be made");
    // The first start compiles the plugins; what is measured is the second.
    drop(runtime.block_on(Daemon::start(state.path())));
    let daemon = runtime.block_on(Daemon::start(state.path()));
    println!(
        "start to ready                   {:>8.1} ms",
        daemon.start_ms()
    );
    runtime.block_on(requests(&daemon));
    whole_processes(&daemon);
}

async fn requests(daemon: &Daemon) {
    let echo = Target {
        address: echo::serve().await,
        path: "/",
        token: None,
    };
    let hook = Target {
        address: daemon.address(),
        path: "/hooks/PreToolUse",
        token: Some(daemon.token()),
    };

    let bare = echo.one_at_a_time(ONE_AT_A_TIME).await;
    let decided = hook.one_at_a_time(ONE_AT_A_TIME).await;
    println!("\none at a time                         p50        p99");
    println!("  echo over axum                 {bare}");
    println!(
        "  PreToolUse, decided, recorded  {decided}   p50 is {:.1} × echo",
        decided.p50_ms() / bare.p50_ms()
    );

    let bare = echo.together(TOGETHER, IN_FLIGHT).await;
    let decided = hook.together(TOGETHER, IN_FLIGHT).await;
    println!("\n{IN_FLIGHT} in flight");
    println!("  echo over axum                 {bare:>8.0} /s");
    println!(
        "  PreToolUse, decided, recorded  {decided:>8.0} /s   {:.3} × echo",
        decided / bare
    );
}

fn whole_processes(daemon: &Daemon) {
    let nothing = processes(|| Command::new("true"));
    let shim = processes(|| daemon.shim());
    println!("\nwhole process                         p50        p99");
    println!("  true                           {nothing}");
    println!(
        "  sinew hook                     {shim}   p50 is {:.1} × true",
        shim.p50_ms() / nothing.p50_ms()
    );
}

fn processes(command: impl Fn() -> Command) -> Timing {
    let mut timing = Timing::default();
    for _ in 0..PROCESSES {
        let mut command = command();
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let start = Instant::now();
        let mut child = command.spawn().expect("the process starts");
        // `true` may be gone before it could read.
        let _ = std::io::Write::write_all(
            &mut child.stdin.take().expect("standard input is piped"),
            load::body().as_bytes(),
        );
        child.wait().expect("the process ends");
        timing.push(start.elapsed());
    }
    timing
}
