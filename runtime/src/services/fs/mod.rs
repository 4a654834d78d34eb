//! The file service: files and folders on this machine.
//!
//! Whoever calls names a *place*: a canonical path, which somebody judged. The service opens exactly that path and follows
//! no symbolic link on the way (`folder.rs`), and everything else it does is relative to the folder it holds open. So an
//! agent that swaps folders and links while an effect runs gets `conflict`, or the old folder, and never another place.
//!
//! What lies below a place that is listed, searched or removed is judged by whoever calls, entry by entry, before it is
//! opened (`asking.rs`). What is no regular file is never opened. A hard link is a name like any other: reading it reads
//! the file, replacing it leaves the other names alone, and adding to it is refused.

mod append;
mod asking;
mod digest;
mod error;
mod folder;
mod ignored;
mod list;
mod place;
mod read;
mod remove;
mod search;
mod service;
mod settings;
mod stat;
mod walk;
mod write;

pub use append::AppendQuery;
pub use error::FsError;
pub(super) use folder::hold;
pub use folder::{Opening, opening};
pub use list::{ListQuery, Listed};
pub use place::Last;
pub use read::{ReadFile, ReadQuery};
pub use remove::RemoveQuery;
pub use search::{Match, SearchLimit, SearchQuery, Searched};
pub use service::FsService;
pub use settings::FsSettings;
pub use stat::{Kind, Status};
pub use walk::Entry;
pub use write::{Condition, WriteQuery, Written};
