//! Turns the JSON Schema files of `schema/` into one bundle and into Rust types.
//!
//! [`bundle`] reads the files and joins them to one document; [`generate`] writes the Rust module for it.
//! Both are pure of everything but the files they read, so that a test can run them again and compare.
//! What the schema files have to look like is said in the documentation of `sinew-schema`.

mod bundle;
mod defaults;
mod docs;
mod generate;
mod limits;
mod lists;
mod plain;
mod words;

pub use bundle::bundle;
pub use generate::generate;
