//! Permits: what a plugin may do, which is what its manifest requests ∩ what the operator grants − what either denies.
//!
//! This room is pure. It reads no file, no environment and no clock: it judges canonical values that somebody else has
//! resolved. An effect says what it is about to do as a [`Need`], in values that are already canonical; [`Permits::check`]
//! answers with the rule that allows it or with a [`Denial`] that says what would.
//!
//! ```
//! use sinew_runtime::permits::{Need, PermitScope, PermitSet, Permits};
//!
//! let rules = serde_json::json!({ "git": { "read": ["/repo/**"] } });
//! let requested = PermitSet::parse(&rules, "permits")?;
//! let granted = PermitSet::parse(&rules, "plugins.brief.permits")?;
//! let permits = Permits::new("brief", requested, granted);
//! let need = Need::git_read("/repo/api", ["/repo/api", "/repo/api/.git"]);
//! assert!(permits.check(&PermitScope::nowhere(), &need).is_ok());
//! # Ok::<(), sinew_runtime::permits::PermitError>(())
//! ```
//!
//! Adding a permit family is one more rule file beside `git.rs`, one more [`Need`] and one more key in [`PermitSet`].

mod address;
mod denial;
mod error;
mod git;
mod glob;
mod need;
mod pattern;
mod push_url;
mod remote_url;
mod scope;
mod set;
mod web_url;

pub use denial::{Allowed, Denial};
pub use error::PermitError;
pub use need::{Need, NetNeed};
pub use push_url::{PushUrl, PushUrlError};
pub use remote_url::{RemoteUrl, Scheme};
pub use scope::PermitScope;
pub use set::{PermitSet, Permits};
pub use web_url::{WebUrl, WebUrlError};
