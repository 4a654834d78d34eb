//! Permits: what a plugin may do, which is what its manifest requests ∩ what the operator grants − what either denies.
//!
//! This room is pure. It reads no file, no environment and no clock: it judges canonical values that somebody else has
//! resolved. An effect says what it is about to do as a [`Need`], in values that are already canonical; [`Permits::check`]
//! answers with the rule that allows it or with a [`Denial`] that says what would.
//!
//! ```
//! use sinew_permits::{Need, PermitScope, PermitSet, Permits};
//!
//! let rules = serde_json::json!({ "git": { "read": ["/repo/**"] } });
//! let requested = PermitSet::parse(&rules, "permits")?;
//! let granted = PermitSet::parse(&rules, "plugins.brief.permits")?;
//! let permits = Permits::new("brief", requested, granted);
//! let need = Need::git_read("/repo/api", ["/repo/api", "/repo/api/.git"]);
//! assert!(permits.check(&PermitScope::nowhere(), &need).is_ok());
//! # Ok::<(), sinew_permits::PermitError>(())
//! ```
//!
//! Adding a permit family is one more rule file beside `git.rs`, one more [`Need`] and one more entry in the list of
//! `set.rs`.

mod address;
mod denial;
mod diff;
mod docker;
mod error;
mod family;
mod fs;
mod git;
mod github;
mod glob;
mod grant;
mod host_pattern;
mod judge;
mod llm;
mod lsp;
mod mcp;
mod name_pattern;
mod need;
mod net;
mod path_pattern;
mod process;
mod push_url;
mod ref_pattern;
mod remote_url;
mod rule;
mod scope;
mod send;
mod set;
mod spelling;
mod table;
mod tui;
mod url_path;
mod url_pattern;
mod web_url;

pub use denial::{Allowed, Denial};
pub use diff::{Change, PermitDiff};
pub use error::PermitError;
pub use github::GITHUB_RIGHTS;
pub use grant::Grant;
pub use mcp::MCP_ASKS;
pub use need::{DockerNeed, Mount, Need, NetNeed, SendNeed, Variable};
pub use push_url::{PushUrl, PushUrlError};
pub use remote_url::{RemoteUrl, Scheme};
pub use scope::PermitScope;
pub use set::{PermitSet, Permits, diff};
pub use web_url::{WebUrl, WebUrlError};
