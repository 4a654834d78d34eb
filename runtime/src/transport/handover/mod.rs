//! Handing the listening sockets from a process to its successor, so that no connection is refused in between.
//!
//! The running process [`offer`]s on a socket of its own in the state folder, mode 600, whoever has an operator's token: programs
//! that plugins run are this user's, too, and cannot read it. Its successor [`take`]s:
//!
//! 1. The successor asks and gets duplicates of the listening sockets. Nothing has changed yet: if either of them
//!    fails now, the running process goes on as before. The successor does everything slow that needs no store.
//! 2. The successor says that it is [ready](Takeover::ready). The running process has a [`Departure`] now: it drains
//!    its server, while new connections wait in the kernel, closes its store, lets go of the state folder's lock, and
//!    [releases](Departure::release) its idle connections. Then it exits.
//! 3. The successor takes the lock, opens the store and starts serving what has been waiting.
//!
//! Connections between two requests are handed over as they are: their clients notice nothing. Those in a request
//! have had its answer, with `connection: close`, from the process that took it.
//!
//! Should the running process die after step 1, the kernel gives its lock and its listening sockets' queues to the
//! successor all the same; only its connections are lost. Should the successor die after step 2, the running process
//! finds out when it releases, or earlier if it asks; it holds its sockets until then and may start again.

mod offer;
mod take;
mod wire;

use std::io;

pub use offer::{Departure, Offer, offer};
pub use take::{Inherited, Takeover, take};

/// Why a handover failed.
#[derive(Debug, thiserror::Error)]
pub enum HandoverError {
    /// The socket for handovers cannot be bound.
    #[error(transparent)]
    Listen(#[from] super::ListenError),
    /// The other process cannot be talked to.
    #[error("talking to the other process")]
    Talk(#[source] io::Error),
    /// The other process closed the connection.
    #[error("the other process is gone")]
    Gone,
    /// Who asks has another token.
    #[error("it was asked for by somebody without an operator's token")]
    Token,
    /// The process that serves knows another token.
    #[error("the process that serves has another operator's token; stop it first")]
    Stranger,
    /// The other process said something else than was expected: it is of another version.
    #[error("the other process does not understand this handover; stop it first")]
    Protocol,
}
