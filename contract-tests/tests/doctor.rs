//! `sinew doctor`, run as a person runs it: a house in order, and every way in which one is not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod doctor {
    mod broken;
    mod canary;
    mod machine;
    mod mcp;
    mod other;
    pub(crate) mod place;
    mod shim;
    mod well;
    mod worktrees;
}
