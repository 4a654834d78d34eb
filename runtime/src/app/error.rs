//! What keeps a host from starting.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::config::ConfigError;
use crate::ledger::LedgerError;
use crate::store::StoreError;
use crate::transport::handover::HandoverError;
use crate::transport::{ListenError, TokenError};

/// Why the host does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The state folder cannot be used.
    #[error("the state folder `{path}`: {error}")]
    State {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Another process serves the state folder.
    #[error("the state folder `{0}` is served by another process")]
    Served(PathBuf),
    /// The configuration is refused.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Guests could get past the host.
    #[error("the self-test failed, so nothing is served: {0}")]
    SelfTest(String),
    /// The store does not open.
    #[error("opening the store")]
    Store(#[from] StoreError),
    /// The ledger does not open.
    #[error("opening the ledger")]
    Ledger(#[from] LedgerError),
    /// A thread cannot be started.
    #[error("starting the git service: {0}")]
    Git(io::Error),
    /// A thread cannot be started.
    #[error("starting the file service: {0}")]
    Files(io::Error),
    /// The certificates cannot be read.
    #[error("`net.ca_file`: {0}")]
    Net(io::Error),
    /// The tokens cannot be had.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// A socket cannot be had.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// A service manager passed what is no listening socket.
    #[error("the sockets that were passed by LISTEN_FDS: {0}")]
    Activation(io::Error),
    /// The runtime cannot take a socket.
    #[error("starting to accept: {0}")]
    Accept(io::Error),
    /// The process that serves now cannot be succeeded.
    #[error("taking over from the process that serves")]
    Handover(#[from] HandoverError),
    /// A defect of this build.
    #[error("{0}")]
    Build(String),
}

impl StartError {
    /// The address that somebody else listens on, where that is why.
    #[must_use]
    pub fn address_in_use(&self) -> Option<SocketAddr> {
        match self {
            Self::Listen(ListenError::Tcp { address, source })
                if source.kind() == io::ErrorKind::AddrInUse =>
            {
                Some(*address)
            }
            _ => None,
        }
    }
}
