//! The composition: the one place that sees every room, puts them together, and takes them apart in order.

mod activation;
mod error;
mod granted;
mod host;
mod services;
mod serving;
mod state_folder;

pub use activation::activated;
pub use error::StartError;
pub use granted::record_grant;
pub use host::{Host, Reach};
pub use services::services;
pub use serving::{ServeOptions, Serving};
pub use state_folder::StateFolder;

pub use crate::transport::Listeners;
