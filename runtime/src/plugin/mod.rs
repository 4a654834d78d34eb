//! The only room that knows Extism: builds, instances and the hostile border.
//!
//! A guest can try anything, and a new build can be broken. What this room guarantees:
//! - Guest code runs only inside [`Instance::call`], and every host function it can reach is one of ours. Each one looks
//!   for the running call before it touches Extism's memory, and fails cleanly when there is none.
//! - No length or offset a guest wrote is trusted: a block is read only after its last byte was proved to be mapped.
//! - No panic crosses from host code into wasm or out of a call.
//! - An instance that ended badly is dropped, and every pool slot is counted.
//!
//! A module may speak another host's plugin interface (`hyper_mcp`): it is translated here, and nobody else knows.
//!
//! What stands elsewhere: what an effect does (`effects/`), what a guest may do (`permits/`), what a call means (`engine/`).

mod border;
mod budgets;
mod build;
mod compat;
mod fuel;
mod guest_memory;
mod host_functions;
mod http;
mod hyper_mcp;
mod inspect;
mod instance;
mod instances;
mod manifest;
mod period_budget;
mod self_test;
mod settings_schema;
mod subscription;
mod trial;
mod wasi;

pub use border::{Abort, AbortReason, Border, HostLimits};
pub use budgets::{BudgetCaps, Budgets};
pub use build::{Build, BuildError, BuildSettings, Engine};
pub use compat::Compat;
pub use inspect::{Inspection, inspect};
pub use instance::{GuestEnd, Instance};
pub use instances::Instances;
pub use manifest::{Manifest, ManifestError, Scope};
pub use period_budget::{PeriodBudget, Unit};
pub use self_test::shadowing;
pub use settings_schema::{SettingsSchema, SettingsViolation};
pub use subscription::{OnFailure, Rewrites, Subscription};
pub use trial::Trial;
