//! The limits of everything that comes in.

use std::collections::BTreeMap;

/// What the operator can set about serving; `config` fills it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransportSettings {
    /// The largest hook body. The client sends whole files, twice.
    pub body_bytes_max: usize,
    /// The memory that all hook bodies together may take while they are read and decided.
    pub body_bytes_in_flight_max: usize,
    /// How long a body may take to arrive, if the deadline does not end it first.
    pub body_ms_max: u64,
    /// How much of a refused body is read and thrown away, so that a client that is still sending sees its answer.
    pub drain_bytes_max: u64,
    /// How long that may take.
    pub drain_ms_max: u64,
    /// How many hook events may be with the engine at once; more are refused at once.
    pub hooks_in_flight_max: usize,
    /// How long the client waits for an answer, where neither it nor `timeout_ms` says.
    pub timeout_ms_default: u64,
    /// The same by event, where the client waits less for one.
    pub timeout_ms: BTreeMap<String, u64>,
    /// The longest wait that a client may announce.
    pub timeout_ms_max: u64,
    /// How much earlier than the client's patience the answer leaves; a fifth of a short one.
    pub margin_ms: u64,
    /// How long an answer waits for the ledger to take a note about it.
    pub note_ms_max: u64,
    /// The same for an event that was refused because there are too many: it is to be told at once.
    pub note_ms_overload: u64,
    /// How many notes may wait for the ledger at once; more are only logged.
    pub notes_in_flight_max: usize,
    /// Open connections per listener; more wait in the kernel.
    pub connections_max: usize,
    /// How long a connection may stay silent, and how long the head of a request may take.
    pub idle_ms_max: u64,
    /// The largest head of a request.
    pub head_bytes_max: usize,
    /// Names under which this server is reached besides loopback: `name` or `name:port`.
    pub hosts: Vec<String>,
    /// Web origins that may call; usually none.
    pub origins: Vec<String>,
    /// How long requests in flight may take to finish when another process takes over.
    pub handover_drain_ms_max: u64,
    /// How long one step of a handover may take: the other process has only to read and answer.
    pub handover_step_ms_max: u64,
    /// How long the process that takes over may prepare itself: it may have to compile plugins.
    pub handover_prepare_ms_max: u64,
}

impl Default for TransportSettings {
    fn default() -> Self {
        Self {
            body_bytes_max: 32 << 20,
            body_bytes_in_flight_max: 256 << 20,
            body_ms_max: 10_000,
            drain_bytes_max: 256 << 20,
            drain_ms_max: 5_000,
            hooks_in_flight_max: 64,
            timeout_ms_default: 25_000,
            timeout_ms: BTreeMap::from([
                // The client's own, where it is shorter than what is usual.
                ("SessionEnd".to_owned(), 1_500),
                ("MessageDisplay".to_owned(), 10_000),
            ]),
            timeout_ms_max: 600_000,
            margin_ms: 250,
            note_ms_max: 1_000,
            note_ms_overload: 50,
            notes_in_flight_max: 256,
            connections_max: 1_024,
            idle_ms_max: 75_000,
            head_bytes_max: 64 << 10,
            hosts: Vec::new(),
            origins: Vec::new(),
            handover_drain_ms_max: 10_000,
            handover_step_ms_max: 5_000,
            handover_prepare_ms_max: 120_000,
        }
    }
}
