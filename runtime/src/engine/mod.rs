//! Turns: admission, scopes, the bridge between guests and effects, and what a hook event comes to.
//!
//! A turn is one run of one entry point of one build in one scope. It is all or nothing: its Vars and its record are
//! committed together, and only then does its answer leave. Nothing here knows HTTP, SQL or Extism.

pub mod admin;
mod admission;
mod allow;
mod amounts;
mod asked;
mod bridge;
mod catalog;
mod decision;
mod doubts;
mod elide;
mod ending;
#[allow(
    clippy::module_inception,
    reason = "the room's one noun; its siblings are its parts"
)]
mod engine;
mod event;
mod gate;
mod gathered;
mod hook;
mod hook_gate;
mod input;
mod intent;
mod load;
mod mcp;
mod meter;
mod notes;
mod open_effect;
mod operator;
mod own;
mod passing;
mod period;
mod project;
mod purse;
mod record;
mod regrant;
mod scopes;
mod shortage;
mod source;
mod statement;
mod turn;
mod undertaking;
mod unwired;
mod upkeep;
mod verdict;

pub use allow::{AllowSettings, Terminal};
pub use amounts::Amounts;
pub use bridge::TurnLimits;
pub use catalog::{Catalog, Configured, Loaded, PluginState};
pub use engine::{Engine, EngineParts, EngineSettings};
pub use gate::{Answering, Check, Difference, Gate, GateNote, Guard, Readiness, Refusal};
pub use hook::{Column, HookOutcome, HookRequest, Kind, Verdict};
pub use load::{LoadError, LoadSettings, Loader};
pub use mcp::{
    DESCRIBE, McpAsked, McpCaller, McpChange, McpEnd, McpFailure, McpRequest, McpResume, McpView,
    Nobody, Offer, Offered,
};
pub use open_effect::{EffectName, OpenEffect, OpenState};
pub use regrant::{Reread, note_grant};
pub use source::{EffectSource, ReadOnly};
pub use statement::{
    Statement, day as day_statement, in_doubt as effects_in_doubt, sessions as session_statements,
};
pub use upkeep::UpkeepSettings;
