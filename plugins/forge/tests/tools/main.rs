//! What a model reads when it calls a tool.

#![allow(
    clippy::expect_used,
    clippy::needless_pass_by_value,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, and the macros of `serde_json` make values"
)]

mod described;
mod github;
mod local;
mod scene;
