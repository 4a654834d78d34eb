//! A connection to whoever serves: HTTP until it is upgraded, lines of JSON from then on.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader,
};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};

use super::host::Hosting;
use super::lines::Lines;
use crate::cli::hook::check_owner;
use crate::services::paths;
use crate::services::tokens::{Role, Tokens};
use crate::world::SystemRandom;

/// How long somebody is waited for who has the state folder and does not listen yet, since it may compile its plugins first;
/// so is one who listens and says nothing, or takes nothing.
const LOOK_FOR: Duration = Duration::from_mins(1);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Why it is given up.
const SILENT: &str =
    "somebody serves the state folder, and nobody answers at its socket; try: sinew doctor";

/// The largest head of a reply.
const HEAD_BYTES_MAX: u64 = 16 << 10;
const BODY_BYTES_MAX: usize = 4 << 10;

/// What a client wants.
pub(super) struct Wish {
    pub(super) socket: PathBuf,
    /// The folder of the host's tokens.
    pub(super) tokens: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) view: Option<String>,
    /// Names the session.
    pub(super) session: String,
}

/// An upgraded connection. Its two directions are two things: whoever says something hears something at the same time, or
/// both ends could wait for each other to read.
pub(super) struct Link {
    pub(super) hears: Hears,
    pub(super) says: Says,
}

/// What comes from the other end.
pub(super) struct Hears {
    read: BufReader<OwnedReadHalf>,
    /// What has come of a line so far.
    line: Vec<u8>,
    /// Whether anything has come at all.
    heard: bool,
}

/// What goes to the other end.
pub(super) struct Says {
    write: OwnedWriteHalf,
    /// What it has not taken yet.
    left: VecDeque<u8>,
    /// How long the messages are that `left` ends in.
    lengths: VecDeque<usize>,
}

/// Why there is no connection.
enum Missing {
    /// Nobody is there, or nobody any more: it can be tried again.
    Nobody,
    /// Somebody is, and will not have it.
    Refused(anyhow::Error),
}

/// What an attempt to connect comes to.
enum Met {
    Link(Link),
    Nobody,
    /// The client has left meanwhile, and asked nothing.
    Left,
}

// === impl Link ===

impl Link {
    /// Connects to whoever serves, serving in this process where nobody does; none when the client leaves before.
    pub(super) async fn open<R: AsyncRead + Unpin>(
        wish: &Wish,
        hosting: &mut Hosting,
        client: &mut Lines<R>,
    ) -> anyhow::Result<Option<Self>> {
        let mut looked = Duration::ZERO;
        while looked < LOOK_FOR {
            match meet(wish, client).await? {
                Met::Link(link) => return Ok(Some(link)),
                Met::Left => return Ok(None),
                // However long this takes, it is no waiting for somebody else.
                Met::Nobody => hosting.start().await?,
            }
            match meet(wish, client).await? {
                Met::Link(link) => return Ok(Some(link)),
                Met::Left => return Ok(None),
                Met::Nobody => tokio::time::sleep(LOOK_AGAIN).await,
            }
            looked += LOOK_AGAIN;
        }
        bail!(SILENT)
    }

    /// Connects again, to the same one or another, and not at once where this one never said a word.
    pub(super) async fn again<R: AsyncRead + Unpin>(
        self,
        wish: &Wish,
        hosting: &mut Hosting,
        client: &mut Lines<R>,
    ) -> anyhow::Result<Option<Self>> {
        let heard = self.hears.heard;
        // Whoever is gone is to see that this end is, too.
        drop(self);
        if !heard {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Self::open(wish, hosting, client).await
    }
}

// === impl Hears ===

impl Hears {
    /// The next line; none when the other end is gone. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Option<String> {
        // What was read stays in `line` when this is dropped half-way.
        let length = self.read.read_until(b'\n', &mut self.line).await.ok()?;
        if length == 0 || self.line.last() != Some(&b'\n') {
            return None;
        }
        self.line.pop();
        self.heard = true;
        String::from_utf8(std::mem::take(&mut self.line)).ok()
    }
}

// === impl Says ===

impl Says {
    /// Takes a message down, to be passed on.
    pub(super) fn say(&mut self, line: &str) {
        if self.left.is_empty() {
            self.lengths.clear();
        }
        self.left.extend(line.as_bytes());
        self.left.push_back(b'\n');
        self.lengths.push_back(line.len() + 1);
    }

    /// The messages of which the other end has taken nothing.
    pub(super) fn unsaid(&self) -> Vec<String> {
        let mut end = self.left.len();
        let mut unsaid = VecDeque::new();
        for length in self.lengths.iter().rev() {
            let Some(start) = end.checked_sub(*length) else {
                break;
            };
            let line: Vec<u8> = self.left.range(start..end - 1).copied().collect();
            // What was text is text.
            unsaid.push_front(String::from_utf8(line).unwrap_or_default());
            end = start;
        }
        unsaid.into()
    }

    /// Whether the other end has taken everything.
    pub(super) fn is_done(&self) -> bool {
        self.left.is_empty()
    }

    /// Passes on what is left. Returns whether the other end has taken it, and is not gone, or stuck. Dropping the future
    /// loses nothing.
    pub(super) async fn pass(&mut self) -> bool {
        let passing = self.write.write_all_buf(&mut self.left);
        let passed = tokio::time::timeout(LOOK_FOR, passing).await;
        passed.is_ok_and(|passed| passed.is_ok())
    }
}

async fn meet<R: AsyncRead + Unpin>(wish: &Wish, client: &mut Lines<R>) -> anyhow::Result<Met> {
    let met = tokio::select! {
        met = tokio::time::timeout(LOOK_FOR, connect(wish)) => met,
        () = client.closes() => return Ok(Met::Left),
    };
    match met {
        Ok(Ok(link)) => Ok(Met::Link(link)),
        Ok(Err(Missing::Nobody)) => Ok(Met::Nobody),
        Ok(Err(Missing::Refused(error))) => Err(error),
        Err(_) => bail!(SILENT),
    }
}

async fn connect(wish: &Wish) -> Result<Link, Missing> {
    // Before the first message somebody else could be listening there.
    if wish.socket.exists() {
        check_owner(&wish.socket).map_err(|why| Missing::Refused(anyhow::Error::msg(why)))?;
    }
    let mut stream = UnixStream::connect(&wish.socket)
        .await
        .map_err(|_| Missing::Nobody)?;
    // It may be the one whose first start this connection is, before there are tokens.
    let tokens =
        Tokens::open(&wish.tokens, &SystemRandom).map_err(|why| Missing::Refused(why.into()))?;
    let token = tokens.token(Role::Mcp);
    let view = wish.view.as_ref();
    let view = view.map_or(String::new(), |view| format!("sinew-view: {view}\r\n"));
    let head = format!(
        "GET /mcp/raw HTTP/1.1\r\nhost: sinew\r\nauthorization: Bearer {token}\r\nconnection: upgrade\r\nupgrade: sinew-mcp\r\nsinew-session: {}\r\nsinew-folder: {}\r\n{view}\r\n",
        wish.session,
        paths::to_header(&wish.folder)
    );
    stream
        .write_all(head.as_bytes())
        .await
        .map_err(|_| Missing::Nobody)?;
    let (read, write) = stream.into_split();
    let mut read = BufReader::new(read);
    match upgraded(&mut read).await {
        Ok(true) => Ok(Link {
            hears: Hears {
                read,
                line: Vec::new(),
                heard: false,
            },
            says: Says {
                write,
                left: VecDeque::new(),
                lengths: VecDeque::new(),
            },
        }),
        Ok(false) => Err(Missing::Nobody),
        Err(error) => Err(Missing::Refused(error)),
    }
}

/// Reads the head of the reply: whether it is there, and says that messages may follow.
async fn upgraded(read: &mut BufReader<OwnedReadHalf>) -> anyhow::Result<bool> {
    let mut head = String::new();
    let mut limited = read.take(HEAD_BYTES_MAX);
    loop {
        // Whoever goes in the middle of its reply is gone.
        let Ok(1..) = limited.read_line(&mut head).await else {
            return Ok(false);
        };
        if head.ends_with("\r\n\r\n") {
            break;
        }
    }
    if head.starts_with("HTTP/1.1 101 ") {
        return Ok(true);
    }
    // It says why, where that comes at once.
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let length = name.eq_ignore_ascii_case("content-length");
        value.trim().parse().ok().filter(|_| length)
    });
    let mut body = vec![0; length.unwrap_or(0).min(BODY_BYTES_MAX)];
    let _ = tokio::time::timeout(LOOK_AGAIN, limited.read_exact(&mut body)).await;
    let detail = serde_json::from_slice::<serde_json::Value>(&body).unwrap_or_default();
    let status = head.lines().next().unwrap_or_default();
    bail!(
        "the host does not serve MCP here: {}",
        detail["detail"].as_str().unwrap_or(status)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_nobody_took_is_left_whole() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let mut says = Says {
            write: ours.into_split().1,
            left: VecDeque::new(),
            lengths: VecDeque::new(),
        };
        says.say("taken");
        assert!(says.pass().await);
        assert_eq!(says.unsaid(), Vec::<String>::new());
        drop(theirs);
        says.say("first");
        says.say("");
        says.say("läst");
        assert!(!says.pass().await);
        assert_eq!(says.unsaid(), ["first", "", "läst"]);
        says.left.drain(..2);
        assert_eq!(says.unsaid(), ["", "läst"], "a part of it was taken");
    }
}
