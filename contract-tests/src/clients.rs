//! Clients that ask again and again, each time on a connection of its own. None of them may be refused.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use tokio::task::JoinHandle;

use crate::exchange::{Connection, PATIENCE, post};

/// How long a client waits before it asks again.
const PAUSE: Duration = Duration::from_millis(2);

/// What they ask, and where.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The TCP address.
    pub address: SocketAddr,
    /// The Unix socket.
    pub socket: PathBuf,
    /// The request.
    pub request: Vec<u8>,
}

/// Clients at work.
pub struct Clients {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    tasks: Vec<JoinHandle<Result<()>>>,
}

// === impl Asked ===

impl Asked {
    /// A tool call, with the token of a state folder that was served.
    ///
    /// # Errors
    /// When there is no token.
    pub fn tool_call(address: SocketAddr, state: &Path) -> Result<Self> {
        let token = fs::read_to_string(state.join("tokens/hook")).context("reading the token")?;
        let headers = [
            ("host", address.to_string()),
            ("authorization", format!("Bearer {}", token.trim())),
        ];
        let body = br#"{"hook_event_name":"PreToolUse"}"#;
        Ok(Self {
            address,
            socket: state.join("sinew.sock"),
            request: post("/hooks/PreToolUse", &headers, body),
        })
    }
}

// === impl Clients ===

impl Clients {
    /// Starts so many of them; every other one asks over the Unix socket.
    #[must_use]
    pub fn start(count: usize, asked: &Asked) -> Self {
        let (stop, answered) = <(Arc<AtomicBool>, Arc<AtomicUsize>)>::default();
        let tasks = (0..count).map(|index| {
            let (stop, answered) = (Arc::clone(&stop), Arc::clone(&answered));
            tokio::spawn(ask(stop, answered, asked.clone(), index % 2 == 0))
        });
        Self {
            tasks: tasks.collect(),
            stop,
            answered,
        }
    }

    /// Waits until they were answered so many times more.
    ///
    /// # Errors
    /// When they are not.
    pub async fn answered_more(&self, times: usize) -> Result<()> {
        let before = self.answered.load(Ordering::Relaxed);
        let end = Instant::now() + PATIENCE;
        while self.answered.load(Ordering::Relaxed) < before + times {
            ensure!(Instant::now() < end, "nobody is answered any more");
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    /// Has them end, and says how often they were answered.
    ///
    /// # Errors
    /// When one of them was refused, or answered something else than nothing.
    pub async fn end(self) -> Result<usize> {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.context("a client panicked")??;
        }
        Ok(self.answered.load(Ordering::Relaxed))
    }
}

async fn ask(
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    asked: Asked,
    over_the_socket: bool,
) -> Result<()> {
    while !stop.load(Ordering::Relaxed) {
        let mut connection = if over_the_socket {
            Connection::unix(&asked.socket).await?
        } else {
            Connection::tcp(asked.address).await?
        };
        connection.send(&asked.request).await?;
        let reply = connection.reply().await?;
        let answer = (reply.status, reply.json()?);
        ensure!(answer == (200, json!({})), "the answer is {answer:?}");
        answered.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
