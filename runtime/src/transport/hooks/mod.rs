//! The hook gate: what a client is answered, whatever happens.

mod answer;
mod table;
mod text;

pub use answer::{Answer, Unanswerable};
pub use table::{TableError, Tables};
pub use text::TEXT_CHARACTERS_MAX;
