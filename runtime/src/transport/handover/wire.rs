//! What the two processes say: lines of JSON, with descriptors attached to them.
//!
//! They take turns, so that a descriptor always belongs to the line it came with.

use std::io::{self, IoSlice, IoSliceMut, Write as _};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use serde::{Deserialize, Serialize};

use super::HandoverError;

/// The version of these messages; another one is refused.
pub(super) const VERSION: u32 = 2;

/// The longest line: a request's head that was read in part, in base64.
const LINE_BYTES_MAX: usize = 1 << 20;

/// The most descriptors with one line; listeners are few, and connections come one by one.
const DESCRIPTORS_MAX: usize = 16;

/// One line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Message {
    /// The successor asks, with an operator's token.
    Ask { version: u32, token: String },
    /// The running process knows another token.
    Refused,
    /// The running process sends its listeners: so many TCP ones, then the Unix one, if it has it.
    Listeners { tcp: usize, unix: bool },
    /// The successor can serve as soon as it has the store.
    Ready,
    /// The running process sends a connection, with what it read of the next request in base64.
    Connection { tcp: bool, read: String },
    /// The successor has it.
    Taken,
    /// The running process has let go of everything.
    Released,
}

/// The connection between the two.
#[derive(Debug)]
pub(super) struct Wire {
    stream: UnixStream,
}

// === impl Wire ===

impl Wire {
    pub(super) fn new(stream: UnixStream) -> Self {
        Self { stream }
    }

    /// Limits how long each following read and write may take.
    pub(super) fn patience(&self, limit: Duration) -> Result<(), HandoverError> {
        let limit = Some(limit.max(Duration::from_millis(1)));
        self.stream
            .set_nonblocking(false)
            .map_err(HandoverError::Talk)?;
        self.stream
            .set_read_timeout(limit)
            .map_err(HandoverError::Talk)?;
        self.stream
            .set_write_timeout(limit)
            .map_err(HandoverError::Talk)
    }

    /// Says a line, with descriptors.
    pub(super) fn say(
        &mut self,
        message: &Message,
        descriptors: &[BorrowedFd<'_>],
    ) -> Result<(), HandoverError> {
        let mut line = serde_json::to_vec(message).map_err(|_| HandoverError::Protocol)?;
        line.push(b'\n');
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS_MAX))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        if !descriptors.is_empty() && !ancillary.push(SendAncillaryMessage::ScmRights(descriptors))
        {
            return Err(HandoverError::Protocol);
        }
        let flags = SendFlags::empty();
        let sent = loop {
            match sendmsg(&self.stream, &[IoSlice::new(&line)], &mut ancillary, flags) {
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(talk(error.into())),
                Ok(sent) => break sent,
            }
        };
        self.stream.write_all(&line[sent..]).map_err(talk)
    }

    /// Hears a line, with its descriptors.
    pub(super) fn hear(&mut self) -> Result<(Message, Vec<OwnedFd>), HandoverError> {
        let mut line = Vec::new();
        let mut descriptors = Vec::new();
        while line.last() != Some(&b'\n') {
            if line.len() > LINE_BYTES_MAX {
                return Err(HandoverError::Protocol);
            }
            self.receive(&mut line, &mut descriptors)?;
        }
        let message = serde_json::from_slice(&line).map_err(|_| HandoverError::Protocol)?;
        Ok((message, descriptors))
    }

    /// Hears a line that has to be this one.
    pub(super) fn expect(&mut self, expected: &Message) -> Result<(), HandoverError> {
        let (message, _) = self.hear()?;
        if message == *expected {
            Ok(())
        } else {
            Err(HandoverError::Protocol)
        }
    }

    /// Tells whether the other process has closed its end.
    pub(super) fn is_closed(&self) -> bool {
        let mut byte = [MaybeUninit::uninit()];
        let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
        match rustix::net::recv(self.stream.as_fd(), &mut byte[..], flags) {
            Ok(((heard, _), _)) => heard.is_empty(),
            Err(error) => error != rustix::io::Errno::AGAIN,
        }
    }

    fn receive(
        &mut self,
        line: &mut Vec<u8>,
        descriptors: &mut Vec<OwnedFd>,
    ) -> Result<(), HandoverError> {
        let mut bytes = [0; 4 << 10];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS_MAX))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let mut slices = [IoSliceMut::new(&mut bytes)];
        let received = match recvmsg(&self.stream, &mut slices, &mut ancillary, receive_flags()) {
            Err(rustix::io::Errno::INTR) => return Ok(()),
            Err(error) => return Err(talk(error.into())),
            Ok(received) => received.bytes,
        };
        for message in ancillary.drain() {
            if let RecvAncillaryMessage::ScmRights(received) = message {
                descriptors.extend(received);
            }
        }
        if received == 0 {
            return Err(HandoverError::Gone);
        }
        line.extend_from_slice(&bytes[..received]);
        Ok(())
    }
}

/// Received descriptors are not for processes that this one starts.
const fn receive_flags() -> RecvFlags {
    #[cfg(target_os = "linux")]
    return RecvFlags::CMSG_CLOEXEC;
    #[cfg(not(target_os = "linux"))]
    return RecvFlags::empty();
}

fn talk(error: io::Error) -> HandoverError {
    match error.kind() {
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => HandoverError::Gone,
        _ => HandoverError::Talk(error),
    }
}
