//! A sign of life on whatever takes longer than a second: one line on a terminal, which is gone when the work is done.

use std::future::Future;
use std::io::{self, IsTerminal as _, Write};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// What is quicker than this needs no words; then the line counts by it.
const BEAT: Duration = Duration::from_secs(1);

/// How wide the line is that stands on standard error now.
static SHOWN: Mutex<usize> = Mutex::new(0);

/// Standard error for whoever writes there meanwhile: the line goes first, and comes again with the next beat.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beside;

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
    /// Begins to do `what`. Who writes to standard error before this is dropped does so by way of [`Beside`]; what a child
    /// process writes there runs over the line.
    pub(crate) fn of(what: impl Into<String>) -> Self {
        if !io::stderr().is_terminal() {
            return Self(None);
        }
        let what = Arc::new(Mutex::new(what.into()));
        let (working, done) = sync_channel::<()>(0);
        let shown = Arc::clone(&what);
        let show = move || {
            let mut seconds = 0_u64;
            while done.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                seconds += 1;
                let what = shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let line = format!("{what} … {seconds} s");
                let mut shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
                let width = *shown;
                // What comes next begins where the line does.
                let _ = write!(io::stderr(), "\r{line:<width$}\r");
                *shown = width.max(line.chars().count());
            }
            wipe();
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

// === impl Beside ===

impl Write for Beside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        wipe();
        io::stderr().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Takes the line away, where one stands there.
fn wipe() {
    let mut shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let width = std::mem::take(&mut *shown);
    if width > 0 {
        // Spaces and not a control sequence: any terminal understands them.
        let _ = write!(io::stderr(), "\r{:width$}\r", "");
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
