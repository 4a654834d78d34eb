//! How much one call of an effect may ask for or return, where no service sets the limit.

use sinew_shell::ShellLimits;

/// Limits on single calls. What a whole turn may use is the engine's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectLimits {
    /// The most bytes one `input_read` returns.
    pub input_read_bytes_max: usize,
    /// The most bytes one `random_bytes` draws; the schema promises no more than 65,536.
    pub random_bytes_max: usize,
    /// The most bytes of one log message; what is longer is cut.
    pub log_message_bytes_max: usize,
    /// The most attributes of one event; what is more is dropped.
    pub event_attributes_max: usize,
    /// How much shell text one `shell_parse` reads.
    pub shell: ShellLimits,
}

impl Default for EffectLimits {
    fn default() -> Self {
        Self {
            input_read_bytes_max: 256 * 1024,
            random_bytes_max: 65_536,
            log_message_bytes_max: 16 * 1024,
            event_attributes_max: 64,
            shell: ShellLimits::default(),
        }
    }
}
