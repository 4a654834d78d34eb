//! Native tests for plugins: a scripted host, and calls to pass to an entry point.
//!
//! The plugin's code is compiled for the machine the test runs on, so it needs no wasm and no running host. A [`FakeHost`] belongs to the
//! thread that made it: tests run in parallel, each with its own. At its end it fails the test on anything that was expected and did not
//! happen; what was not expected fails the test when it happens.

mod fake_host;
mod input;
mod mcp;
pub(crate) mod script;

pub use fake_host::{FakeHost, IntoAnswer, Performed};
pub use input::{Input, bash, refusal};
