//! One request over the daemon's socket, in as much HTTP as that takes.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, connect, socket, sockopt};
use rustix::process::geteuid;
use serde::de::IgnoredAny;

use crate::services::tokens::{Role, Tokens};
use crate::world::{Clock as _, SystemClock};

/// The largest head of a reply.
const HEAD_BYTES_MAX: usize = 16 << 10;

/// The largest reply: a rewritten input is as large as an input, and escaping can double it.
const REPLY_BYTES_MAX: usize = 96 << 20;

/// What the daemon is asked.
pub(super) struct Question<'a> {
    pub(super) event: &'a str,
    pub(super) body: &'a [u8],
    /// What the client waits, where it says.
    pub(super) timeout_ms: Option<u64>,
    /// The folder of the daemon's tokens.
    pub(super) tokens: &'a Path,
}

/// Posts an event and returns the answer, which is a JSON object.
pub(super) fn ask(path: &Path, question: &Question<'_>, until: Instant) -> Result<Vec<u8>, String> {
    check_owner(path)?;
    let mut stream = open(path, until)?;
    let token = Tokens::read(question.tokens, Role::Hook)
        .map_err(|error| format!("the gate cannot be asked: {error}; try: sinew doctor"))?;
    let announced = question
        .timeout_ms
        .map_or(String::new(), |ms| format!("sinew-timeout-ms: {ms}\r\n"));
    let Question { event, body, .. } = question;
    let head = format!(
        "POST /hooks/{event} HTTP/1.1\r\nhost: sinew\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\
         content-type: application/json\r\n{announced}content-length: {}\r\n\r\n",
        body.len()
    );
    // The daemon may answer before it has read everything, and then stop reading; what it said counts.
    let sent =
        send(&mut stream, head.as_bytes(), until).and_then(|()| send(&mut stream, body, until));
    match receive(&mut stream, until) {
        Ok(answer) => Ok(answer),
        Err(reason) => Err(sent.err().unwrap_or(reason)),
    }
}

/// Refuses a socket that somebody else could have put there.
pub(in crate::cli) fn check_owner(path: &Path) -> Result<(), String> {
    let metadata = fs::symlink_metadata(path).map_err(|error| unreachable(&error))?;
    let ours = metadata.file_type().is_socket()
        && metadata.uid() == geteuid().as_raw()
        && metadata.mode() & 0o777 == 0o600;
    if ours {
        Ok(())
    } else {
        Err("the daemon's socket is not this user's alone, so nobody was asked".to_owned())
    }
}

/// Connects, waiting no longer than `until` should the daemon's queue be full.
fn open(path: &Path, until: Instant) -> Result<UnixStream, String> {
    let failed = |error: rustix::io::Errno| unreachable(&error.into());
    let address = SocketAddrUnix::new(path).map_err(failed)?;
    let socket = socket(AddressFamily::UNIX, SocketType::STREAM, None).map_err(failed)?;
    sockopt::set_socket_timeout(&socket, sockopt::Timeout::Send, Some(left(until)?))
        .map_err(failed)?;
    connect(&socket, &address).map_err(failed)?;
    Ok(UnixStream::from(socket))
}

fn send(stream: &mut UnixStream, mut bytes: &[u8], until: Instant) -> Result<(), String> {
    let failed = |error: io::Error| format!("the event could not be sent to the daemon: {error}");
    while !bytes.is_empty() {
        stream
            .set_write_timeout(Some(left(until)?))
            .map_err(failed)?;
        match stream.write(bytes) {
            Ok(0) => return Err("the daemon closed the connection".to_owned()),
            Ok(length) => bytes = &bytes[length..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => left(until).map(drop)?,
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(())
}

fn receive(stream: &mut UnixStream, until: Instant) -> Result<Vec<u8>, String> {
    let mut reply = Vec::new();
    let end = loop {
        if let Some(end) = reply.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if reply.len() > HEAD_BYTES_MAX || !fill(stream, &mut reply, until)? {
            return Err(not_an_answer());
        }
    };
    let length = body_length(&reply[..end]).ok_or_else(not_an_answer)?;
    while reply.len() < end + length {
        if !fill(stream, &mut reply, until)? {
            return Err(not_an_answer());
        }
    }
    let answer = reply.split_off(end);
    let object = answer.first() == Some(&b'{')
        && answer.len() == length
        && serde_json::from_slice::<IgnoredAny>(&answer).is_ok();
    if object {
        Ok(answer)
    } else {
        Err(not_an_answer())
    }
}

/// Reads more of the reply; `false` at its end.
fn fill(stream: &mut UnixStream, reply: &mut Vec<u8>, until: Instant) -> Result<bool, String> {
    let mut chunk = [0; 16 << 10];
    loop {
        let failed = |error: io::Error| format!("the daemon's answer could not be read: {error}");
        stream
            .set_read_timeout(Some(left(until)?))
            .map_err(failed)?;
        match stream.read(&mut chunk) {
            Ok(0) => return Ok(false),
            Ok(length) => {
                reply.extend_from_slice(&chunk[..length]);
                return Ok(true);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => left(until).map(drop)?,
            Err(error) => return Err(failed(error)),
        }
    }
}

/// Reads the length from the head of a reply with status 200 that says it.
fn body_length(head: &[u8]) -> Option<usize> {
    let head = std::str::from_utf8(head).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?;
    if !(status.starts_with("HTTP/1.1 200 ") || status == "HTTP/1.1 200") {
        return None;
    }
    let mut lengths = lines
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let (_, length) = lengths.next()?;
    let length = length.trim().parse().ok()?;
    (lengths.next().is_none() && length <= REPLY_BYTES_MAX).then_some(length)
}

/// Returns the time that is left, which is not nothing: the system takes that for no limit.
fn left(until: Instant) -> Result<Duration, String> {
    let left = until.saturating_duration_since(SystemClock.instant());
    if left < Duration::from_millis(1) {
        return Err("the daemon did not answer in time".to_owned());
    }
    Ok(left)
}

fn not_an_answer() -> String {
    "what came from the daemon's socket is no answer".to_owned()
}

fn unreachable(error: &io::Error) -> String {
    // Without the code that the system's message ends in: it is for people.
    let message = error.to_string();
    let message = message.split(" (os error").next().unwrap_or_default();
    format!("the daemon cannot be reached ({message}); start it with `sinew serve`")
}
