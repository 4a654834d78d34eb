//! Permits: hand-written cases for what people get wrong, and a naive second implementation that must agree.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "permits/cases.rs"]
mod cases;
#[path = "permits/oracle.rs"]
mod oracle;
