//! The composition: the one place that sees every room, puts them together, and takes them apart in order.

mod error;
mod host;
mod serving;
mod state_folder;

pub use error::StartError;
pub use host::{Host, Reach};
pub use serving::{ServeOptions, Serving};
pub use state_folder::StateFolder;
