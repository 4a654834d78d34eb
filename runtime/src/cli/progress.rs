//! A sign of life on whatever takes longer than a second: one line on a terminal, which is gone when the work is done.

use std::future::Future;
use std::io::{IsTerminal as _, Write as _};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// What is quicker than this needs no words; then the line counts by it.
const BEAT: Duration = Duration::from_secs(1);

/// Says what is being done until it is dropped. Nothing is said where standard error is read by a program.
#[derive(Debug)]
pub(crate) struct Progress(Option<Line>);

/// The line, and the thread that writes it.
#[derive(Debug)]
struct Line {
    what: Arc<Mutex<String>>,
    /// Goes when the work is done.
    working: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Waits for `work`, and says on a terminal what takes so long.
pub(crate) async fn during<T>(what: &str, work: impl Future<Output = T>) -> T {
    let _progress = Progress::of(what);
    work.await
}

// === impl Progress ===

impl Progress {
    /// Begins to do `what`. Nothing else may be written to standard error until this is dropped.
    pub(crate) fn of(what: impl Into<String>) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let what = Arc::new(Mutex::new(what.into()));
        let (working, done) = sync_channel::<()>(0);
        let shown = Arc::clone(&what);
        let show = move || {
            let (mut seconds, mut width) = (0_u64, 0);
            while done.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                seconds += 1;
                let what = shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let line = format!("{what} … {seconds} s");
                let _ = write!(std::io::stderr(), "\r{line:<width$}");
                width = width.max(line.chars().count());
            }
            if width > 0 {
                // Spaces and not a control sequence: any terminal understands them.
                let _ = write!(std::io::stderr(), "\r{:width$}\r", "");
            }
        };
        let thread = std::thread::Builder::new().name("progress".to_owned());
        Self(Some(Line {
            what,
            working: Some(working),
            thread: thread.spawn(show).ok(),
        }))
    }

    /// Goes on to do something else.
    pub(crate) fn now(&self, what: impl Into<String>) {
        if let Some(line) = &self.0 {
            *line.what.lock().unwrap_or_else(PoisonError::into_inner) = what.into();
        }
    }
}

// === impl Line ===

impl Drop for Line {
    fn drop(&mut self) {
        drop(self.working.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
