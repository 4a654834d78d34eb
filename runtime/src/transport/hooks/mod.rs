//! The hook gate: what a client is answered, whatever happens.

mod answer;
mod body;
mod deadline;
mod gate;
mod route;
mod table;
mod text;
mod trace;

pub use answer::{Answer, Unanswerable};
pub use table::{TableError, Tables};
pub use text::TEXT_CHARACTERS_MAX;

pub(super) use gate::HookGate;
pub(super) use route::{by_body, by_path};
pub(super) use trace::trace_id;
