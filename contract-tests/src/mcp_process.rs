//! `sinew mcp`, used as a client would use it: lines in, lines out.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::daemon::Installation;
use crate::mcp_http::{WITH_SESSIONS, capabilities, newest_params};

/// How long a message may take: a process that serves by itself compiles its plugins first.
const MESSAGE_PATIENCE: Duration = Duration::from_secs(120);

/// A running process. It is killed when this is dropped.
pub struct McpProcess {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
    next: u64,
    in_session: bool,
    log: PathBuf,
}

// === impl McpProcess ===

impl McpProcess {
    /// Starts one with these arguments.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(house: &Installation, arguments: &[&str]) -> Result<Self> {
        let folder = house.config();
        let folder = folder.parent().context("a folder")?;
        let log = folder.join("mcp-log");
        let stderr = File::options().create(true).append(true).open(&log)?;
        let mut child = Command::new(&house.binary)
            .arg("mcp")
            .arg("--config")
            .arg(house.config())
            .arg("--state")
            .arg(house.state())
            .args(arguments)
            .env_remove("SINEW_LOG")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .kill_on_drop(true)
            .spawn()
            .context("starting sinew mcp")?;
        Ok(Self {
            stdin: child.stdin.take(),
            lines: BufReader::new(child.stdout.take().context("its stdout")?).lines(),
            child,
            next: 1,
            in_session: false,
            log,
        })
    }

    /// Begins a session, as clients of the older eras do.
    ///
    /// # Errors
    /// When none is begun.
    pub async fn begin(&mut self) -> Result<()> {
        self.in_session = true;
        let params = json!({
            "protocolVersion": WITH_SESSIONS, "capabilities": capabilities(),
            "clientInfo": {"name": "contract-tests", "version": "1"},
        });
        let begun = self.ask("initialize", params).await?;
        begun["result"]["serverInfo"]
            .as_object()
            .with_context(|| format!("no session: {begun}"))?;
        let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        self.send(&initialized).await
    }

    /// Sends a message.
    ///
    /// # Errors
    /// When the process has ended.
    pub async fn send(&mut self, message: &Value) -> Result<()> {
        self.send_bytes(format!("{message}\n").as_bytes()).await
    }

    /// Sends these bytes.
    ///
    /// # Errors
    /// When the process has ended.
    pub async fn send_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        let stdin = self.stdin.as_mut().context("its end is closed")?;
        tokio::time::timeout(MESSAGE_PATIENCE, stdin.write_all(bytes))
            .await
            .context("it does not read")?
            .with_context(|| format!("it has ended: {}", self.log()))
    }

    /// Sends these messages and reads as many, both at once, as a client does that waits for nothing.
    ///
    /// # Errors
    /// When they do not all come in time.
    pub async fn flood(&mut self, messages: &[Value]) -> Result<Vec<Value>> {
        let lines: Vec<_> = messages.iter().map(Value::to_string).collect();
        let text = lines.join("\n") + "\n";
        let stdin = self.stdin.as_mut().context("its end is closed")?;
        let lines = &mut self.lines;
        let writing = async { Ok(stdin.write_all(text.as_bytes()).await?) };
        let reading = async {
            let mut read = Vec::new();
            while read.len() < messages.len() {
                let line = lines.next_line().await?.context("it has ended")?;
                read.push(serde_json::from_str(&line)?);
            }
            anyhow::Ok(read)
        };
        let both = async { tokio::try_join!(writing, reading) };
        let ((), read) = tokio::time::timeout(MESSAGE_PATIENCE, both)
            .await
            .context("not everything came in time")??;
        Ok(read)
    }

    /// What it and its like have written to standard error.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Sends a request and returns its id.
    ///
    /// # Errors
    /// When the process has ended.
    pub async fn request(&mut self, method: &str, params: Value) -> Result<u64> {
        let id = self.next;
        self.next += 1;
        let params = if self.in_session {
            params
        } else {
            newest_params(params)
        };
        let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.send(&request).await?;
        Ok(id)
    }

    /// The next message; none when the process has closed its end.
    ///
    /// # Errors
    /// When it does not come in time, or is no JSON.
    pub async fn next(&mut self) -> Result<Option<Value>> {
        let line = tokio::time::timeout(MESSAGE_PATIENCE, self.lines.next_line())
            .await
            .context("no message in time")??;
        line.map(|line| serde_json::from_str(&line).with_context(|| format!("no JSON: {line}")))
            .transpose()
    }

    /// The answer to a request; what comes before it is passed over.
    ///
    /// # Errors
    /// When the process ends before.
    pub async fn answer(&mut self, id: u64) -> Result<Value> {
        loop {
            let message = self.next().await?;
            let message = message.with_context(|| format!("it has ended: {}", self.log()))?;
            if message["id"] == id && message.get("method").is_none() {
                return Ok(message);
            }
        }
    }

    /// Makes a request and returns its answer.
    ///
    /// # Errors
    /// When there is none.
    pub async fn ask(&mut self, method: &str, params: Value) -> Result<Value> {
        let id = self.request(method, params).await?;
        self.answer(id).await
    }

    /// Has the probe do this, and returns the message that answers.
    ///
    /// # Errors
    /// When there is none.
    pub async fn probe(&mut self, steps: Value) -> Result<Value> {
        let params = json!({"name": "probe_any", "arguments": {"probe": steps}});
        self.ask("tools/call", params).await
    }

    /// Closes the client's end, and waits until the process has ended.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn leave(&mut self) -> Result<ExitStatus> {
        self.close();
        self.ended().await
    }

    /// Closes the client's end.
    pub fn close(&mut self) {
        drop(self.stdin.take());
    }

    /// Waits until the process has ended.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn ended(&mut self) -> Result<ExitStatus> {
        tokio::time::timeout(crate::exchange::PATIENCE, self.child.wait())
            .await
            .context("it did not end in time")?
            .context("waiting for it")
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// When it has ended.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let id = self.child.id().context("it has ended")?;
        let pid = Pid::from_raw(id.cast_signed()).context("a process")?;
        Ok(kill_process(pid, signal)?)
    }
}
