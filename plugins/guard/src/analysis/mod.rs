//! Turns a syntax tree into *effective invocations*: which programs would be started, with which arguments, where, and
//! fed with what, seen through everything that merely starts other programs.
//!
//! This is not a shell: nothing is run. Variables, functions, aliases and `cd` are followed as far as the command itself
//! determines them; what only running it would tell is kept as [`UNKNOWN`], and judged by the rules.

mod argument;
mod code;
mod container;
mod escapes;
mod expand;
mod files;
mod filter;
mod found;
mod git;
mod handed;
mod invocation;
mod launch;
mod links;
mod literals;
mod redirect;
mod run;
mod runner;
mod script;
mod shells;
mod signs;
mod state;
mod substitution;
mod variables;
mod wrapper;
mod xargs;

pub(crate) use argument::{Argument, UNKNOWN};
pub(crate) use files::writes_environment;
pub(crate) use found::found;
pub(crate) use invocation::{Input, Invocation, Redirect};
pub(crate) use script::Analysis;
pub(crate) use shells::SHELLS;
