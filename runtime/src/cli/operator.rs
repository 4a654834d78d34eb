//! One request of an operator's command to the daemon, over its socket. The socket's mode is the credential.

use std::path::Path;

use anyhow::{Context as _, bail};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::UnixStream;

/// Longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 16 << 20;

/// Sends a request and returns the answer's JSON.
///
/// # Errors
/// The daemon does not run, or it refused; its own words are the error.
pub(super) fn ask(socket: &Path, method: &str, path: &str) -> anyhow::Result<Value> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?;
    runtime.block_on(async {
        let stream = UnixStream::connect(socket).await.with_context(|| {
            format!(
                "no daemon answers at `{}`; start one with `sinew serve`",
                socket.display()
            )
        })?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "sinew")
            .body(Empty::<Bytes>::new())?;
        let answer = sender
            .send_request(request)
            .await
            .context("asking the daemon")?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX)
            .collect()
            .await;
        let body = body
            .map_err(|error| anyhow::anyhow!("reading the daemon's answer: {error}"))?
            .to_bytes();
        connection.abort();
        let value: Value =
            serde_json::from_slice(&body).context("the daemon's answer is not JSON")?;
        if !status.is_success() {
            bail!(
                "{}",
                value
                    .get("detail")
                    .and_then(Value::as_str)
                    .unwrap_or("the daemon refused")
            );
        }
        Ok(value)
    })
}
