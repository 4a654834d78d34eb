//! What an effect knows of the turn it runs in.

use std::fmt;
use std::time::Instant;

use sinew_schema::{
    EffectError, GatePlace, GatePlugin, McpChangedRequest, McpLogRequest, McpProgressRequest,
};

use super::{Fields, InputDocument, Question};
use crate::permits::Need;

/// One call of one effect by one guest.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The plugin that calls.
    pub plugin: &'a str,
    /// The turn it calls from.
    pub turn: &'a str,
    /// Names this effect of this input, in lower-case hexadecimal: the same where a request is repeated after a crash, and
    /// another for everything else.
    pub repeat_key: &'a str,
    /// When the turn's time is up, on the monotonic clock.
    pub deadline: Instant,
    /// The rest of what the engine lends.
    pub host: &'a dyn Host,
}

/// What an effect needs of the engine. One value serves one turn.
pub trait Host: Send + Sync {
    /// The turn's original input, nothing elided.
    fn input(&self) -> &InputDocument;

    /// Microseconds since 1970-01-01T00:00:00Z, never less than what an earlier call in this turn returned.
    fn unix_micros(&self) -> i64;

    /// Fills `bytes` with cryptographic randomness.
    fn random(&self, bytes: &mut [u8]);

    /// The configured plugins as they are now, by name.
    fn plugins(&self) -> Vec<GatePlugin>;

    /// The places that are the gate's own.
    fn places(&self) -> Vec<GatePlace>;

    /// Judges what an effect only learns while it runs, such as where a redirect leads.
    ///
    /// # Errors
    ///
    /// `denied`, in words that are meant for the guest.
    fn permit(&self, need: &Need) -> Result<(), EffectError>;

    /// Judges what an effect passes by, and logs nothing: the refusal in the operator's words, where it is one.
    fn refusal(&self, need: &Need) -> Option<String>;

    /// Writes a line to the host's log, under the names of plugin, build, turn and trace.
    ///
    /// # Errors
    ///
    /// `budget_exceeded`, when the turn may log no more.
    fn log(&self, level: LogLevel, message: &str, fields: &Fields) -> Result<(), EffectError>;

    /// Emits a telemetry event on the turn's trace.
    ///
    /// # Errors
    ///
    /// `budget_exceeded`, when the turn may emit no more.
    fn emit(&self, name: &str, attributes: &Fields) -> Result<(), EffectError>;

    /// Tells the MCP client that waits for the turn how far it is; tells nobody where none waits.
    ///
    /// # Errors
    ///
    /// `budget_exceeded`, when the turn may log no more.
    fn progress(&self, progress: &McpProgressRequest) -> Result<(), EffectError>;

    /// Sends a line of log to the MCP client that waits for the turn; to nobody where none waits.
    ///
    /// # Errors
    ///
    /// `budget_exceeded`, when the turn may log no more.
    fn log_to_client(&self, line: &McpLogRequest) -> Result<(), EffectError>;

    /// Tells MCP clients that something the plugin offers has changed.
    fn changed(&self, what: &McpChangedRequest);

    /// Asks the MCP client that waits for the turn, and returns its answers by their keys. Where it has not answered yet,
    /// the turn ends and the effect never returns to its guest, whatever this returns.
    ///
    /// # Errors
    ///
    /// `unavailable`, when nobody waits over MCP or the client cannot answer one of the questions.
    fn ask(&self, questions: &[Question]) -> Result<Fields, EffectError>;
}

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// For the plugin's author.
    Debug,
    /// For an operator who looks.
    Info,
    /// Something is odd, and the turn goes on.
    Warn,
    /// Something failed that the plugin cannot repair.
    Error,
}

// === impl Call ===

impl Call<'_> {
    /// Logs a message of at most `bytes_max` bytes; `Some(true)` when it was cut, as the log effects answer it.
    pub(super) fn log(
        &self,
        level: LogLevel,
        message: &str,
        fields: &Fields,
        bytes_max: usize,
    ) -> Result<Option<bool>, EffectError> {
        let kept = &message[..message.floor_char_boundary(bytes_max)];
        self.host.log(level, kept, fields)?;
        Ok((kept.len() < message.len()).then_some(true))
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("plugin", &self.plugin)
            .field("turn", &self.turn)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
