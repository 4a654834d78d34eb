//! The only room that knows HTTP: listeners, tokens, hook answers, problems.

pub mod hooks;
