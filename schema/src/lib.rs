//! The contract between Sinew's host and its plugins.
//!
//! JSON Schema files are the source of truth: one per effect (`effects/`), per entry point (`entry/`) and per
//! record (`records/`), with what they share in `types/`. From them `just codegen` writes [`BUNDLE`] and every
//! type, constant and list of this crate; a test regenerates and compares. The crate knows no transport and
//! no wasm: host, guests and tools use the same types.
//!
//! # How the files are written
//!
//! - `title` is the file's name; everything has a `description`, which says units, limits and what absence means;
//!   every request, response, input and output has `examples`.
//! - What a guest sends and what people configure is closed (`additionalProperties: false`): an unknown field
//!   is an error. What the host or a client sends is open (`additionalProperties: {}`): unknown fields survive
//!   in `extra`, and a vocabulary that may grow is a string. Its known words (`x-words`) become constants,
//!   such as [`EffectError::CODE_DENIED`].
//! - Nothing is nullable. What may be missing is optional, and an absent list is an empty one.
//! - Unions are adjacently tagged, by `kind` or `status`, with the content in `value`.
//! - `pattern`, lengths and ranges do not shape the types. For requests of effects [`Limited`] checks them, for
//!   everything else there is validation with the bundle.
//! - The contract only grows: a field is added as an optional one, and never renamed, retyped or removed.
//!
//! # How to add an effect
//!
//! An effect has one snake-case name, family first, and five places carry it. The compiler, led by
//! [`for_each_effect!`], names the places that are missing.
//!
//! 1. Its schema file, `schema/effects/git_get_branch.json`: `title`, `description`,
//!    `"x-effect": {"class": "read", "permit": "git.read"}` (`none` where no permit is needed), and the `$defs`
//!    `GitGetBranchRequest` and `GitGetBranchResponse`.
//! 2. The regenerated types: `just codegen`, and commit what it writes.
//! 3. Its effect file in the host, `runtime/src/effects/…/git_get_branch.rs`, with `impl Effect for GitGetBranch`.
//! 4. Its entry in the list of the room `effects`.
//! 5. Its contract test, by the same name.
//!
//! The pdk's function and the probe guest's case come from the list by themselves.
//!
//! # Lists
//!
//! [`EFFECTS`] and [`ENTRY_POINTS`] are for programs that describe the contract. [`for_each_effect!`] and
//! [`for_each_hook!`] hand the same lists to a macro, so that code is written for every entry:
//!
//! ```
//! use sinew_schema::for_each_effect;
//!
//! macro_rules! count {
//!     ($([$name:ident $effect:ident $request:ident $response:ident])*) => {
//!         const NAMES: &[&str] = &[$(stringify!($name)),*];
//!     };
//! }
//! for_each_effect!(count);
//!
//! assert_eq!(NAMES.len(), sinew_schema::EFFECTS.len());
//! ```

mod answer;
mod effect_error;
mod gate;
#[allow(
    missing_docs,
    unreachable_pub,
    clippy::large_enum_variant,
    clippy::pedantic,
    reason = "generated: descriptions become documentation, but for `extra` and variants; and it has a module of its own"
)]
#[rustfmt::skip]
mod generated;
mod ledger_record;
mod limit;
mod llm;
mod mcp;
mod meta;
mod process_run;

pub use answer::Answer;
pub use generated::*;
pub use limit::{LimitError, Limited};
pub use meta::{EffectMeta, EntryMeta};

/// All schema files as one draft-07 document: the definitions by name, with limits, patterns and examples.
pub const BUNDLE: &str = include_str!("../bundle.json");

/// The decision table, in the form of [`GateDecisionTable`]: the exact answer for each decision on each event.
pub const GATE_DECISION: &str = include_str!("../gate/decision.json");

/// The failure table, in the form of [`GateFailureTable`]: the exact answer when no decision could be reached.
pub const GATE_FAILURE: &str = include_str!("../gate/failure.json");
