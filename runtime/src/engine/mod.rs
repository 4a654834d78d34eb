//! Turns: admission, scopes, the bridge between guests and effects, and what a hook event comes to.

mod hook;

pub use hook::{Column, HookOutcome, HookRequest, Kind, Verdict};
