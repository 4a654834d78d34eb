//! What plugins spend and change outside, through a daemon that is killed and a store that is full: budgets hold, what
//! cannot be recorded is not done, and what is in doubt is not done again.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "spending/budgets.rs"]
mod budgets;
#[path = "spending/granting.rs"]
mod granting;
#[path = "spending/in_doubt.rs"]
mod in_doubt;
#[path = "spending/repeated.rs"]
mod repeated;
#[path = "spending/scene.rs"]
mod scene;
#[path = "spending/unrecorded.rs"]
mod unrecorded;
