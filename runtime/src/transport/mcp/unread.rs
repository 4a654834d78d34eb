//! A connection whose client has to read: while too many answers wait for it, no further message is taken. The library
//! starts a task for each answer, and would keep them all for a client that only asks.

use std::borrow::Cow;

use rmcp::RoleServer;
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use tokio::sync::watch;

/// Messages that may wait for the client to read them before nothing more is taken from it.
const UNREAD_MAX: usize = 64;

/// A transport that counts what its client has not read.
pub(super) struct Unread<T> {
    transport: T,
    count: watch::Sender<usize>,
}

/// One message that waits.
struct Waits(watch::Sender<usize>);

// === impl Unread ===

impl<T> Unread<T> {
    pub(super) fn new(transport: T) -> Self {
        Self {
            transport,
            count: watch::Sender::new(0),
        }
    }
}

impl<T: Transport<RoleServer>> Transport<RoleServer> for Unread<T> {
    type Error = T::Error;

    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        self.count.send_modify(|count| *count += 1);
        let waits = Waits(self.count.clone());
        let sending = self.transport.send(message);
        async move {
            let sent = sending.await;
            drop(waits);
            sent
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        let mut count = self.count.subscribe();
        // The sender is this one's own, and so is there. Whatever has come of a message stays with the transport.
        let _ = count.wait_for(|count| *count < UNREAD_MAX).await;
        self.transport.receive().await
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.transport.close().await
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}
