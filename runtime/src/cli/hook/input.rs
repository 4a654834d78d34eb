//! The event on stdin, which may be large, late or never end.

use std::io::{self, Read as _};
use std::os::fd::AsFd as _;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::world::{Clock as _, SystemClock};

/// The largest event; the daemon's own limit.
const BYTES_MAX: usize = 32 << 20;

/// How much is read at once.
const CHUNK_BYTES: usize = 64 << 10;

/// Reads stdin to its end, if that comes in time.
pub(super) fn read(until: Instant) -> Result<Vec<u8>, String> {
    let stdin = io::stdin();
    let mut body = Vec::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        wait(&stdin, until)?;
        let length = match stdin.lock().read(&mut chunk) {
            Ok(0) => return Ok(body),
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(format!("the input could not be read: {error}")),
        };
        body.extend_from_slice(&chunk[..length]);
        if body.len() > BYTES_MAX {
            return Err("the input is larger than 32 MiB".to_owned());
        }
    }
}

/// Waits until something can be read, or the input has ended.
fn wait(stdin: &io::Stdin, until: Instant) -> Result<(), String> {
    loop {
        let left = until.saturating_duration_since(SystemClock.instant());
        let left = Timespec::try_from(left).map_err(|error| error.to_string())?;
        let mut descriptors = [PollFd::from_borrowed_fd(stdin.as_fd(), PollFlags::IN)];
        match poll(&mut descriptors, Some(&left)) {
            Ok(0) => return Err("the input did not end in time".to_owned()),
            Ok(_) => return Ok(()),
            Err(Errno::INTR) => {}
            Err(error) => return Err(format!("the input cannot be waited for: {error}")),
        }
    }
}
