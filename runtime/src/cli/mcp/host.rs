//! Serving in this process, where nobody else does.

use std::sync::Arc;

use anyhow::Context as _;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::app::{ServeOptions, Serving, StartError};

/// This process's own host, when it has one.
pub(super) struct Hosting {
    options: Arc<ServeOptions>,
    running: Option<Running>,
}

struct Running {
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Hosting {
    pub(super) fn new(options: ServeOptions) -> Self {
        Self {
            options: Arc::new(options),
            running: None,
        }
    }

    /// Serves the state folder, unless somebody does already.
    ///
    /// # Errors
    /// It cannot be served.
    pub(super) async fn start(&mut self) -> anyhow::Result<()> {
        let serving = match Serving::start(&self.options).await {
            // Whoever was quicker can be attached to.
            Err(StartError::Served(_)) => return Ok(()),
            serving => serving.context("nobody serves the state folder, and serving it failed")?,
        };
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(serve(serving, stopped));
        self.running = Some(Running { stop, serving });
        Ok(())
    }

    /// Ends this process's own host in order.
    pub(super) async fn stop(self) {
        if let Some(Running { stop, serving }) = self.running {
            // It may have handed over long ago.
            let _ = stop.send(());
            let _ = serving.await;
        }
    }
}

/// Serves until this process ends, or another one takes over.
async fn serve(mut serving: Serving, mut stopped: oneshot::Receiver<()>) {
    loop {
        let departure = tokio::select! {
            _ = &mut stopped => return serving.stop().await,
            departure = serving.succeeded() => departure,
        };
        match serving.hand_over(departure).await {
            Ok(Some(still)) => serving = still,
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(%error, "handing over failed");
                return;
            }
        }
    }
}
