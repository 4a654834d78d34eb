//! A server on a free port, with its socket and tokens in a temporary state folder.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use sinew_runtime::engine::Gate;
use sinew_runtime::engine::admin::Admin;
use sinew_runtime::transport::{Listeners, Role, Running, Server, Tokens, TransportSettings};
use sinew_runtime::world::{SystemClock, SystemRandom};
use tempfile::TempDir;

use crate::exchange::{Connection, Reply, post};

/// A running server. It ends when it is dropped, and its state folder with it.
pub struct TestServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its Unix socket.
    pub socket: PathBuf,
    /// The token for hook events.
    pub hook_token: String,
    /// The token for operators.
    pub admin_token: String,
    /// The running server, for tests that end it in an orderly way.
    pub running: Running,
    /// Its state folder.
    pub state: TempDir,
}

// === impl TestServer ===

impl TestServer {
    /// Starts a server around an engine. Call it in a runtime.
    ///
    /// # Errors
    /// When something cannot be set up.
    pub fn start<E: Gate + Admin>(engine: &Arc<E>, settings: TransportSettings) -> Result<Self> {
        let state = tempfile::tempdir().context("making a state folder")?;
        let tokens = Tokens::open(&state.path().join("tokens"), &SystemRandom)?;
        let hook_token = tokens.token(Role::Hook).to_owned();
        let admin_token = tokens.token(Role::Admin).to_owned();
        let socket = state.path().join("sinew.sock");
        let listeners = Listeners::bind(SocketAddr::from(([127, 0, 0, 1], 0)), &socket)?;
        let server = Server::new(
            settings,
            tokens,
            engine.clone(),
            engine.clone(),
            Arc::new(SystemClock),
            None,
        )?;
        let running = server.start(listeners, Vec::new())?;
        Ok(Self {
            address: running.address().context("it listens on TCP")?,
            socket,
            hook_token,
            admin_token,
            running,
            state,
        })
    }

    /// Opens a TCP connection.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn connect(&self) -> Result<Connection> {
        Connection::tcp(self.address).await
    }

    /// Opens a connection to the Unix socket.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn connect_unix(&self) -> Result<Connection> {
        Connection::unix(&self.socket).await
    }

    /// Returns the headers that the client's settings would hold for this server.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        vec![
            ("host", self.address.to_string()),
            ("authorization", format!("Bearer {}", self.hook_token)),
            ("content-type", "application/json".to_owned()),
        ]
    }

    /// Posts a body to a path over TCP with the right headers and returns the answer.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn post(&self, path: &str, body: &[u8]) -> Result<Reply> {
        let mut connection = self.connect().await?;
        connection.send(&post(path, &self.headers(), body)).await?;
        connection.reply().await
    }
}
