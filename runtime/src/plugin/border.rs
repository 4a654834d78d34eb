//! What the host does for a running guest: the trait the engine implements, and the call that is running on this thread.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use super::http::Head;
use crate::effects::{EffectId, LogLevel};

/// Why a turn was cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AbortReason {
    /// The guest trapped: an unreachable instruction, a bad access, a stack overflow, a wild pointer at the border.
    Trap,
    /// The guest used up its fuel.
    Fuel,
    /// The guest asked for more memory than its limit.
    Memory,
    /// The turn's wall time passed.
    Wall,
    /// The entry point returned a code other than 0.
    Exit,
    /// The output was missing, too large, or not what the schema says.
    Output,
    /// The guest went on calling the host after its budget of calls was spent.
    Effects,
    /// A limit on bytes that are written for the turn (Vars, records) was passed.
    Bytes,
    /// Another turn changed the same state first.
    Conflict,
    /// The turn could not be made durable.
    Store,
    /// The guest asked a client for something: the turn runs again when the answer is there.
    Suspended,
    /// The caller took the call back.
    Cancelled,
    /// The host failed: a defect of ours, or of the machine.
    Host,
}

impl AbortReason {
    /// The word for it in the ledger.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Trap => "trap",
            Self::Fuel => "fuel",
            Self::Memory => "memory",
            Self::Wall => "wall",
            Self::Exit => "exit",
            Self::Output => "output",
            Self::Effects => "effects",
            Self::Bytes => "bytes",
            Self::Conflict => "conflict",
            Self::Store => "store",
            Self::Suspended => "suspended",
            Self::Cancelled => "cancelled",
            Self::Host => "host",
        }
    }
}

/// The end of a turn that cannot go on, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Abort {
    /// The kind of end.
    pub reason: AbortReason,
    /// A sentence for people; no secret, no host path.
    pub message: String,
}

impl Abort {
    /// Names the end and says why.
    pub fn new(reason: AbortReason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
        }
    }
}

/// Byte limits at the border, per host call.
#[derive(Debug, Clone, Copy)]
pub struct HostLimits {
    /// Longest request, name, message or value a guest may hand over in one call, in bytes.
    pub argument_bytes_max: u64,
    /// Longest output of an entry point, in bytes.
    pub output_bytes_max: u64,
}

/// What the engine does for the guest of one turn. Called on the turn's own thread, one call at a time.
///
/// An `Err` ends the turn: what a plugin could handle is part of the answer instead.
pub trait Border: Send + Sync {
    /// The byte limits of this turn.
    fn limits(&self) -> HostLimits;
    /// Counts a host call and looks at the clock: the first thing of every call, before its arguments are read.
    ///
    /// # Errors
    /// The turn cannot go on.
    fn tick(&self) -> Result<(), Abort>;
    /// Performs an effect; the answer is the JSON of an effect result.
    ///
    /// # Errors
    /// The turn cannot go on.
    fn effect(&self, effect: EffectId, request: &[u8]) -> Result<Vec<u8>, Abort>;
    /// Reads a Var.
    ///
    /// # Errors
    /// The turn cannot go on.
    fn var_get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Abort>;
    /// Writes a Var, or removes it.
    ///
    /// # Errors
    /// The turn cannot go on.
    fn var_set(&self, key: &[u8], value: Option<&[u8]>) -> Result<(), Abort>;
    /// Reads one of the operator's settings for the plugin.
    ///
    /// # Errors
    /// The turn cannot go on.
    fn config_get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Abort>;
    /// Takes a message of Extism's own log functions.
    ///
    /// # Errors
    /// The turn cannot go on.
    fn log(&self, level: LogLevel, message: &[u8]) -> Result<(), Abort>;
}

/// One running call: the turn it belongs to, and what the guest has left behind so far.
pub(super) struct Frame {
    pub(super) border: Arc<dyn Border>,
    pub(super) output: Option<Vec<u8>>,
    pub(super) error: Option<String>,
    pub(super) abort: Option<Abort>,
    /// Questions to a client that came through another host's functions.
    pub(super) questions: u32,
    /// Of the last answer that came through Extism's own HTTP functions.
    pub(super) http: Option<Head>,
    /// Every byte of the guest's memory below this offset was proved to be mapped.
    pub(super) proved_end: u64,
    /// Whether guest code ran in this instance before, so that its memory may be damaged.
    pub(super) used: bool,
    /// Whether Extism has begun to set the call up, which it does once the instance is there.
    pub(super) begun: bool,
}

/// What a call has to know of the instance that it runs on; see [`Frame`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Past {
    pub(super) proved_end: u64,
    pub(super) used: bool,
}

/// Calls of WASI while an instance is made: runtimes of languages make some hundred.
const PREPARING_CALLS_MAX: u32 = 10_000;

thread_local! {
    static RUNNING: RefCell<Option<Frame>> = const { RefCell::new(None) };
    static PREPARING: Cell<bool> = const { Cell::new(false) };
    static PREPARING_CALLS: Cell<u32> = const { Cell::new(0) };
}

/// Makes `border` the running call of this thread while `body` runs, and hands back what the guest left behind.
///
/// Calls may nest (a turn that sends to another): the outer call is put back afterwards, also when `body` panics.
pub(super) fn enter<T>(
    border: Arc<dyn Border>,
    past: Past,
    body: impl FnOnce() -> T,
) -> (T, Frame) {
    let frame = |border| Frame {
        border,
        output: None,
        error: None,
        abort: None,
        questions: 0,
        http: None,
        proved_end: past.proved_end,
        used: past.used,
        begun: false,
    };
    let spare = Arc::clone(&border);
    let outer = RUNNING.with(|running| running.borrow_mut().replace(frame(border)));
    let put_back = PutBack(outer);
    let value = body();
    let left = RUNNING.with(|running| running.borrow_mut().take());
    drop(put_back);
    (value, left.unwrap_or_else(|| frame(spare)))
}

/// Runs `body` as if no call ran on this thread: it makes an instance, and what runs in that by itself belongs to no turn.
pub(super) fn outside<T>(body: impl FnOnce() -> T) -> T {
    let _put_back = PutBack(RUNNING.with(|running| running.borrow_mut().take()));
    let _prepared = Prepared(PREPARING.replace(true));
    PREPARING_CALLS.set(0);
    body()
}

/// Whether an instance is being made on this thread.
pub(super) fn preparing() -> bool {
    PREPARING.get()
}

/// Counts a call of an instance that is being made on this thread, and says whether it may go on; none when there is none.
pub(super) fn prepares() -> Option<bool> {
    preparing().then(|| PREPARING_CALLS.replace(PREPARING_CALLS.get() + 1) < PREPARING_CALLS_MAX)
}

/// Whether an instance was being made before; it comes back when this is dropped.
struct Prepared(bool);

impl Drop for Prepared {
    fn drop(&mut self) {
        PREPARING.set(self.0);
    }
}

/// The outer call, which comes back when this is dropped.
struct PutBack(Option<Frame>);

impl Drop for PutBack {
    fn drop(&mut self) {
        let outer = self.0.take();
        RUNNING.with(|running| *running.borrow_mut() = outer);
    }
}

/// The border of the call that runs on this thread, if one does and guest code may run in it.
pub(super) fn running() -> Option<Arc<dyn Border>> {
    RUNNING.with(|running| {
        running
            .borrow()
            .as_ref()
            .filter(|frame| frame.begun)
            .map(|frame| Arc::clone(&frame.border))
    })
}

/// Changes the running call; `None` when no call runs on this thread.
pub(super) fn with_frame<T>(change: impl FnOnce(&mut Frame) -> T) -> Option<T> {
    RUNNING.with(|running| running.borrow_mut().as_mut().map(change))
}
