//! The network: one HTTP request, one hop at a time.
//!
//! Whoever fetches says each step: [`NetService::resolve`] where a hop leads, judge every address, [`NetService::send`] the
//! hop to exactly those, and ask `Hop::redirected` for the next. So a name is resolved once and the connection goes
//! nowhere else; nothing is followed, and nothing is looked up, that nobody judged.
//!
//! Every hop has a connection of its own, made here to an address that was passed in. There is no pool, so no hop rides on
//! a connection that another plugin's permit opened; there are no cookies, no proxy (the environment is not asked for one)
//! and no decompression (so a small answer stays small). Certificates are always verified.
//!
//! Secrets are put into header values at the last moment ([`Headers`]), and taken out of whatever comes back before
//! anybody reads it.

mod answer;
mod connect;
mod error;
mod headers;
mod hop;
mod redirect;
mod resolver;
mod service;
mod settings;
mod tls;

pub use answer::{Answer, Sent, Wanted};
pub use error::NetError;
pub use headers::Headers;
pub use hop::{Hop, is_idempotent, is_safe};
pub use resolver::{Resolver, Resolving, SystemResolver};
pub use service::NetService;
pub use settings::NetSettings;
