//! The side of the process that runs.

use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq as _;
use tokio::net::UnixListener;

use super::HandoverError;
use super::wire::{Message, VERSION, Wire};
use crate::transport::listener::bind_unix;
use crate::transport::{IdleConnection, Listeners, TransportSettings};

/// A socket on which a successor may ask.
#[derive(Debug)]
pub struct Offer {
    listener: UnixListener,
    token: String,
    step: Duration,
    preparing: Duration,
}

/// A successor that is ready: this process has to go.
#[derive(Debug)]
pub struct Departure {
    wire: Wire,
    step: Duration,
}

/// Offers to hand over, at `path`, to whoever has `token`. Needs a runtime.
///
/// The caller holds the state folder's lock: what lies at `path` is a dead process's and is replaced.
///
/// # Errors
/// When the socket cannot be bound.
pub fn offer(
    path: &Path,
    settings: &TransportSettings,
    token: String,
) -> Result<Offer, HandoverError> {
    let listener = bind_unix(path)?;
    listener
        .set_nonblocking(true)
        .map_err(HandoverError::Talk)?;
    Ok(Offer {
        listener: UnixListener::from_std(listener).map_err(HandoverError::Talk)?,
        token,
        step: Duration::from_millis(settings.handover_step_ms_max),
        preparing: Duration::from_millis(settings.handover_prepare_ms_max),
    })
}

// === impl Offer ===

impl Offer {
    /// Waits for a successor that has the sockets and is ready. Whoever fails on the way is forgotten.
    ///
    /// Dropping the future is safe: nothing is given up before it returns.
    pub async fn taken(&self, listeners: &Listeners) -> Departure {
        loop {
            match self.next(listeners).await {
                Ok(departure) => return departure,
                Err(error) => tracing::warn!(%error, "a handover was begun and not finished"),
            }
        }
    }

    async fn next(&self, listeners: &Listeners) -> Result<Departure, HandoverError> {
        let (stream, _) = self.listener.accept().await.map_err(HandoverError::Talk)?;
        let stream = stream.into_std().map_err(HandoverError::Talk)?;
        let listeners = listeners.try_clone().map_err(HandoverError::Talk)?;
        let (token, step, preparing) = (self.token.clone(), self.step, self.preparing);
        let greeting =
            tokio::task::spawn_blocking(move || greet(stream, &listeners, &token, step, preparing));
        greeting.await.unwrap_or(Err(HandoverError::Gone))
    }
}

/// Sends the sockets and waits until the successor is ready.
fn greet(
    stream: UnixStream,
    listeners: &Listeners,
    token: &str,
    step: Duration,
    preparing: Duration,
) -> Result<Departure, HandoverError> {
    let mut wire = Wire::new(stream);
    wire.patience(step)?;
    let (
        Message::Ask {
            version: VERSION,
            token: offered,
        },
        _,
    ) = wire.hear()?
    else {
        return Err(HandoverError::Protocol);
    };
    if !bool::from(offered.as_bytes().ct_eq(token.as_bytes())) {
        wire.say(&Message::Refused, &[])?;
        return Err(HandoverError::Token);
    }
    let mut descriptors: Vec<BorrowedFd<'_>> =
        listeners.tcp.iter().map(|tcp| tcp.as_fd()).collect();
    descriptors.extend(listeners.unix.iter().map(|unix| unix.as_fd()));
    let message = Message::Listeners {
        tcp: listeners.tcp.len(),
        unix: listeners.unix.is_some(),
    };
    wire.say(&message, &descriptors)?;
    wire.patience(preparing)?;
    wire.expect(&Message::Ready)?;
    Ok(Departure { wire, step })
}

// === impl Departure ===

impl Departure {
    /// Tells whether the successor has gone away, so that this process had better go on.
    #[must_use]
    pub fn abandoned(&self) -> bool {
        self.wire.is_closed()
    }

    /// Hands the idle connections over and tells the successor that the store and its lock are free.
    ///
    /// Call it last: after it, this process only exits.
    ///
    /// # Errors
    /// When the successor is gone.
    pub async fn release(self, connections: Vec<IdleConnection>) -> Result<(), HandoverError> {
        let releasing = tokio::task::spawn_blocking(move || self.release_blocking(connections));
        releasing.await.unwrap_or(Err(HandoverError::Gone))
    }

    fn release_blocking(mut self, connections: Vec<IdleConnection>) -> Result<(), HandoverError> {
        self.wire.patience(self.step)?;
        for connection in connections {
            let message = Message::Connection {
                tcp: connection.tcp,
                read: STANDARD.encode(&connection.read),
            };
            self.wire.say(&message, &[connection.socket.as_fd()])?;
            self.wire.expect(&Message::Taken)?;
        }
        self.wire.say(&Message::Released, &[])
    }
}
