//! `sinew hook`: the command shim between a client that can only start processes and the daemon's socket.
//!
//! It runs for every event, so it starts nothing that it does not need: no runtime, no logging, no configuration.
//! When the daemon cannot be asked, a guarded event is refused with exit code 2 and the reason on stderr, which the
//! client takes for a refusal whatever stands on stdout. Any other code would let the event through. An event that is
//! not guarded goes on, and the person is told.

mod arguments;
mod daemon;
mod event;
mod input;

use std::io::{self, Write as _};
use std::panic::catch_unwind;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use super::Global;
use crate::config::{Places, default_state_folder};
use crate::world::{Clock as _, SystemClock};

pub(super) use daemon::check_owner;

/// How long the shim waits where `--timeout-ms` does not say; the client's own patience is longer.
const TIMEOUT_MS_DEFAULT: u64 = 28_000;

/// How much earlier than the client's patience the shim gives up: less than the daemon's margin, which wins.
const MARGIN_MS: u64 = 60;

/// The client takes this code for a refusal, with stderr as the reason.
const REFUSE: u8 = 2;

/// Run one hook event through the daemon's socket.
///
/// Reads the event from stdin and writes the answer to stdout.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
#[command(after_help = "\
Examples:
  sinew hook --event SessionStart --guarded --timeout-ms 25000 <event.json
  sinew hook <event.json

Exit codes: 0 with an answer, also when the daemon could not be asked about an event that is not guarded; 2 when a
guarded event is refused because the daemon could not be asked, with the reason on standard error.")]
pub(crate) struct Args {
    /// The event's name [default: the input's `hook_event_name`].
    #[arg(long, value_name = "NAME")]
    event: Option<String>,
    /// Refuse the event when the daemon cannot be asked.
    #[arg(long)]
    guarded: bool,
    /// The daemon's socket [default: `sinew.sock` in the state folder].
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// How long the client waits for this command.
    #[arg(long, value_name = "N")]
    timeout_ms: Option<u64>,
}

/// Why there is no answer: for the person, and the model.
#[derive(Debug)]
struct Unanswered {
    event: Option<String>,
    reason: String,
}

/// Runs the shim at once when the command line is a plain `sinew hook …`; anything else is left to the real parser.
pub(crate) fn run_if_plain() -> Option<ExitCode> {
    let (arguments, state) = arguments::plain(std::env::args_os().skip(1))?;
    Some(answer(&arguments, state))
}

pub(crate) fn run(arguments: &Args, global: &Global) -> ExitCode {
    answer(arguments, global.state.clone())
}

fn answer(arguments: &Args, state: Option<PathBuf>) -> ExitCode {
    let asked = catch_unwind(|| ask(arguments, state)).unwrap_or_else(|_reported| {
        Err(Unanswered {
            event: arguments.event.clone(),
            reason: "the shim failed".to_owned(),
        })
    });
    match asked.and_then(|(event, answer)| print(&answer).map_err(|reason| lost(event, &reason))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(unanswered) => give_up(arguments.guarded, &unanswered),
    }
}

/// Sends the event to the daemon and returns its name and the answer.
fn ask(arguments: &Args, state: Option<PathBuf>) -> Result<(String, Vec<u8>), Unanswered> {
    let timeout_ms = arguments.timeout_ms.unwrap_or(TIMEOUT_MS_DEFAULT);
    let until = SystemClock.instant() + Duration::from_millis(timeout_ms.saturating_sub(MARGIN_MS));
    let failed = |reason: String| Unanswered {
        event: arguments.event.clone(),
        reason,
    };
    let body = input::read(until).map_err(failed)?;
    let event = match &arguments.event {
        Some(event) => event.clone(),
        None => event::of(&body)
            .ok_or_else(|| failed("the input names no `hook_event_name`".to_owned()))?,
    };
    let failed = |reason: String| lost(event.clone(), &reason);
    if !event::is_name(&event) {
        return Err(failed("the event has no name that could be one".to_owned()));
    }
    let state = state.or_else(default_state_folder).ok_or_else(|| {
        failed("the state folder is unknown: neither HOME nor XDG_STATE_HOME is set".to_owned())
    })?;
    let places = Places::new(state);
    let question = daemon::Question {
        event: &event,
        body: &body,
        timeout_ms: arguments.timeout_ms,
        tokens: &places.tokens(),
    };
    let socket = arguments.socket.clone().unwrap_or_else(|| places.socket());
    let answer = daemon::ask(&socket, &question, until).map_err(failed)?;
    Ok((event, answer))
}

fn lost(event: String, reason: &str) -> Unanswered {
    Unanswered {
        event: Some(event),
        reason: reason.to_owned(),
    }
}

/// Answers without the daemon.
fn give_up(guarded: bool, unanswered: &Unanswered) -> ExitCode {
    let reason = format!("sinew: {}", unanswered.reason);
    let event = unanswered.event.as_deref();
    if guarded && !event.is_some_and(event::block_means_continue) {
        // Should stderr be closed, the code alone refuses.
        let _ = writeln!(io::stderr(), "{reason}");
        return ExitCode::from(REFUSE);
    }
    let answer = serde_json::json!({ "systemMessage": reason }).to_string();
    match print(answer.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_closed) => ExitCode::FAILURE,
    }
}

fn print(answer: &[u8]) -> Result<(), String> {
    if nobody_reads() {
        return Err("the answer could not be written: nobody reads standard output".to_owned());
    }
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(answer)
        .and_then(|()| stdout.write_all(b"\n"))
        .and_then(|()| stdout.flush())
        .map_err(|error| format!("the answer could not be written: {error}"))
}

/// Tells whether standard output is the null device, which stands there, too, where it was closed before the process started.
fn nobody_reads() -> bool {
    let stdout = rustix::fs::fstat(io::stdout());
    let null = rustix::fs::stat("/dev/null");
    matches!((stdout, null), (Ok(stdout), Ok(null))
        if (stdout.st_mode, stdout.st_rdev) == (null.st_mode, null.st_rdev))
}
