//! The process service: programs on this machine, run to their end.
//!
//! A program is an argument list, never a shell's text. The server does not start it itself: it starts `sinew confine`
//! (`confined.rs`), which makes a session of its own, restricts itself as far as the kernel offers that, and then becomes
//! the program. What to run and what came of the restricting goes over a socket that the program never has.
//!
//! Nothing of a run outlives it: the whole process group is killed when the program has ended, when its time is up and
//! when nobody waits any more. A program that leaves its group (by `setsid`) escapes the killing, though not the
//! confinement.

mod confined;
mod confinement;
mod error;
mod group;
#[cfg(target_os = "linux")]
mod landlocked;
mod output;
mod plan;
mod program;
mod service;
mod settings;

pub use confined::become_program;
pub use confinement::{Confinement, Level, offered};
pub use error::ProcessError;
pub use output::Output;
pub use service::{Ended, ProcessService, RunQuery};
pub use settings::{Environment, ProcessSettings};
