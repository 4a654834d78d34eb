//! The side of the process that takes over. It blocks: there is nothing else to do before it has the sockets.

use std::io;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::HandoverError;
use super::wire::{Message, VERSION, Wire};
use crate::transport::{IdleConnection, Listeners, TransportSettings};

/// A handover that has begun: the other process still serves.
#[derive(Debug)]
pub struct Takeover {
    wire: Wire,
    listeners: Listeners,
    draining: Duration,
}

/// What the process before left behind.
#[derive(Debug)]
pub struct Inherited {
    /// Its listening sockets, with connections waiting in them.
    pub listeners: Listeners,
    /// Its connections between two requests.
    pub connections: Vec<IdleConnection>,
}

/// Asks the process that offers at `path` to hand over to who has `token`; `None` when nobody does.
///
/// # Errors
/// When somebody offers but cannot be understood.
pub fn take(
    path: &Path,
    settings: &TransportSettings,
    token: String,
) -> Result<Option<Takeover>, HandoverError> {
    let stream = match UnixStream::connect(path) {
        Ok(stream) => stream,
        Err(error) => {
            return match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => Ok(None),
                _ => Err(HandoverError::Talk(error)),
            };
        }
    };
    let mut wire = Wire::new(stream);
    wire.patience(Duration::from_millis(settings.handover_step_ms_max))?;
    let ask = Message::Ask {
        version: VERSION,
        token,
    };
    wire.say(&ask, &[])?;
    let (message, descriptors) = wire.hear()?;
    let (tcp, unix) = match message {
        Message::Listeners { tcp, unix } => (tcp, unix),
        Message::Refused => return Err(HandoverError::Stranger),
        _ => return Err(HandoverError::Protocol),
    };
    if descriptors.len() != tcp + usize::from(unix) {
        return Err(HandoverError::Protocol);
    }
    let mut descriptors = descriptors.into_iter();
    // It may drain for as long four times: calls over MCP, requests, and clients that are slow to read, twice as long.
    let draining = 4 * settings.handover_drain_ms_max + settings.handover_step_ms_max;
    Ok(Some(Takeover {
        wire,
        listeners: Listeners {
            tcp: descriptors
                .by_ref()
                .take(tcp)
                .map(TcpListener::from)
                .collect(),
            unix: descriptors.next().map(UnixListener::from),
        },
        draining: Duration::from_millis(draining),
    }))
}

// === impl Takeover ===

impl Takeover {
    /// Duplicates the other process's listening sockets.
    ///
    /// # Errors
    /// When the system has no more descriptors.
    pub fn listeners(&self) -> io::Result<Listeners> {
        self.listeners.try_clone()
    }

    /// Tells the other process to go, and waits until it has.
    ///
    /// When this returns, the state folder's lock is free or about to be: wait for it a moment. If the other process
    /// dies meanwhile, its listening sockets are still good, and are returned.
    ///
    /// # Errors
    /// When the other process takes too long, so that it is not safe to go on.
    pub fn ready(mut self) -> Result<Inherited, HandoverError> {
        self.wire.patience(self.draining)?;
        self.wire.say(&Message::Ready, &[])?;
        let mut connections = Vec::new();
        loop {
            match self.wire.hear() {
                Ok((Message::Connection { tcp, read }, descriptors)) => {
                    connections.push(connection(tcp, &read, descriptors)?);
                    self.wire.say(&Message::Taken, &[])?;
                }
                Ok((Message::Released, _)) => break,
                Ok(_) => return Err(HandoverError::Protocol),
                Err(HandoverError::Gone) => {
                    tracing::warn!("the process before died while it handed over");
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Inherited {
            listeners: self.listeners,
            connections,
        })
    }
}

fn connection(
    tcp: bool,
    read: &str,
    descriptors: Vec<OwnedFd>,
) -> Result<IdleConnection, HandoverError> {
    let mut descriptors = descriptors.into_iter();
    let (Some(socket), None) = (descriptors.next(), descriptors.next()) else {
        return Err(HandoverError::Protocol);
    };
    let read = STANDARD.decode(read).map_err(|_| HandoverError::Protocol)?;
    Ok(IdleConnection { tcp, socket, read })
}
