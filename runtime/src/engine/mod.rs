//! Turns: admission, scopes, the bridge between guests and effects, and what a hook event comes to.

pub mod admin;
mod gate;
mod hook;

pub use gate::{Answering, Check, Difference, Gate, GateNote, Guard, Readiness, Refusal};
pub use hook::{Column, HookOutcome, HookRequest, Kind, Verdict};
