//! Raw messages of MCP over the server's socket, as `sinew mcp` passes them on.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use sinew_contract_tests::daemon::Installation;
use sinew_contract_tests::exchange::PATIENCE;
use sinew_contract_tests::fixtures_plugin::fixtures_house;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::time::timeout;

/// A client that is connected.
struct Client(BufReader<UnixStream>);

impl Client {
    async fn connect(house: &Installation) -> Result<Self> {
        let stream = UnixStream::connect(house.state().join("sinew.sock")).await?;
        let mut client = Self(BufReader::new(stream));
        let token = std::fs::read_to_string(house.state().join("tokens/mcp"))?;
        let upgrade = format!(
            "GET /mcp/raw HTTP/1.1\r\nhost: sinew\r\nauthorization: Bearer {token}\r\n\
             connection: upgrade\r\nupgrade: sinew-mcp\r\n\r\n"
        );
        client.0.write_all(upgrade.as_bytes()).await?;
        let status = client.line().await?;
        ensure!(status.starts_with("HTTP/1.1 101 "), "{status}");
        while !client.line().await?.trim().is_empty() {}
        Ok(client)
    }

    /// Calls a tool and returns the text that it answers.
    async fn call(&mut self) -> Result<Value> {
        let message = json!({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": "test_simple_text", "arguments": {}, "_meta": {
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
                "io.modelcontextprotocol/clientCapabilities": {},
            } },
        });
        let message = format!("{message}\n");
        self.0.write_all(message.as_bytes()).await?;
        let answer: Value = serde_json::from_str(&self.line().await?)?;
        Ok(answer["result"]["content"][0]["text"].clone())
    }

    /// Asks again and again and reads nothing, until the server takes no more; returns how often it asked, with the rest of
    /// the last request, which the server has not taken.
    async fn ask_only(&mut self, mut request: Value, most: usize) -> Result<(usize, Vec<u8>)> {
        for count in 1..=most {
            request["id"] = count.into();
            let line = format!("{request}\n").into_bytes();
            let mut sent = 0;
            while sent < line.len() {
                let sending = self.0.get_mut().write(&line[sent..]);
                match timeout(Duration::from_secs(2), sending).await {
                    Ok(written) => sent += written?,
                    Err(_) => return Ok((count, line[sent..].to_vec())),
                }
            }
        }
        anyhow::bail!("it takes requests for ever")
    }

    /// Goes, and waits until the server has let go, too.
    async fn go(mut self) -> Result<()> {
        self.0.shutdown().await?;
        while !self.line().await?.is_empty() {}
        Ok(())
    }

    /// The next line; an empty text at the end.
    async fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        let read = timeout(PATIENCE, self.0.read_line(&mut line)).await;
        read.context("no line came")??;
        Ok(line)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_takes_nobody_with_it() -> Result<()> {
    let Some(house) = fixtures_house()? else {
        return Ok(());
    };
    let daemon = house.serve(0).await?;
    let text = json!("This is a simple text response for testing.");
    let mut stays = Client::connect(&house).await?;
    assert_eq!(stays.call().await?, text);
    for _ in 0..3 {
        let mut goes = Client::connect(&house).await?;
        assert_eq!(goes.call().await?, text);
        goes.go().await?;
        assert_eq!(stays.call().await?, text);
    }
    stays.go().await?;
    daemon.terminate().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_nothing_is_not_read_for_ever() -> Result<()> {
    let Some(house) = fixtures_house()? else {
        return Ok(());
    };
    let daemon = house.serve(0).await?;
    let mut client = Client::connect(&house).await?;
    client.call().await?;
    let request = json!({
        "jsonrpc": "2.0", "id": 0, "method": "tools/list", "params": { "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
            "io.modelcontextprotocol/clientCapabilities": {},
        } },
    });
    // The connection holds a few hundred kilobytes: more than these are on the server's side.
    let (asked, rest) = client.ask_only(request, 10_000).await?;
    // When it reads again, it has every answer.
    let (read, mut write) = tokio::io::split(client.0);
    let mut lines = BufReader::new(read).lines();
    let reading = async {
        for _ in 0..asked {
            let line = timeout(PATIENCE, lines.next_line()).await??;
            let answer: Value = serde_json::from_str(&line.context("an answer")?)?;
            ensure!(answer["result"]["tools"].is_array(), "{answer}");
        }
        Ok(())
    };
    let writing = async { Ok(write.write_all(&rest).await?) };
    tokio::try_join!(reading, writing)?;
    daemon.terminate().await
}
