//! The terminal that `sinew serve` was started in, for what only the person before it may see.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};

use super::progress::Beside;
use crate::engine::Terminal;

/// Lines that wait while the terminal takes none; further ones are not shown.
const WAITING_MAX: usize = 64;

/// Standard error, behind a thread of its own: a terminal that was halted must not hold up an answer.
#[derive(Debug)]
struct StandardError(SyncSender<String>);

/// Standard error, when it is a terminal and nothing else: a log or a journal is read by whoever comes along.
///
/// Keeps the process's memory from other processes of the same person, too, since that is where the codes are. Called once
/// everything has started: what wasmtime reads of this process in `/proc` it has opened by then.
pub(super) fn attended() -> Option<Arc<dyn Terminal>> {
    if !std::io::stderr().is_terminal() || !hidden() {
        return None;
    }
    let (lines, waiting) = sync_channel::<String>(WAITING_MAX);
    let show = move || {
        for line in waiting {
            let _ = writeln!(Beside, "{line}");
        }
    };
    std::thread::Builder::new()
        .name("terminal".to_owned())
        .spawn(show)
        .ok()?;
    Some(Arc::new(StandardError(lines)))
}

/// Takes this process's memory, descriptors and environment out of the reach of debuggers and `/proc`.
#[cfg(target_os = "linux")]
fn hidden() -> bool {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
}

/// Elsewhere only the system's own rules keep debuggers away: macOS asks for a privilege.
#[cfg(not(target_os = "linux"))]
fn hidden() -> bool {
    true
}

// === impl StandardError ===

impl Terminal for StandardError {
    fn show(&self, line: &str) {
        // A line that finds no room is shown when the call is made again after its code is over.
        let _ = self.0.try_send(line.to_owned());
    }
}
