//! What a program writes.

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// The beginning of what a program wrote, and how much that was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// The beginning.
    pub kept: Vec<u8>,
    /// How many bytes there were.
    pub total_bytes: u64,
}

impl Output {
    /// Reads to the end and keeps the beginning: a program that writes a lot is not stopped by it.
    pub(super) async fn read(&mut self, mut from: impl AsyncRead + Unpin, most: usize) {
        let mut chunk = vec![0; 16 * 1024];
        while let Ok(count) = from.read(&mut chunk).await {
            if count == 0 {
                break;
            }
            self.total_bytes += count as u64;
            let room = most.saturating_sub(self.kept.len());
            self.kept.extend_from_slice(&chunk[..count.min(room)]);
        }
    }
}
