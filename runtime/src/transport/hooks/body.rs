//! Reading a body that may be too large, too slow or never end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use http_body_util::BodyExt as _;
use hyper::body::Body as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::engine::Refusal;
use crate::transport::TransportSettings;

/// The unit in which memory for bodies is counted.
const CHUNK_BYTES: usize = 64 << 10;

/// The memory that bodies in flight may take together.
#[derive(Debug, Clone)]
pub(super) struct Room {
    chunks: Arc<Semaphore>,
}

/// A body that was read whole, and its share of the room.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) bytes: Vec<u8>,
    share: Option<OwnedSemaphorePermit>,
}

// === impl Room ===

impl Room {
    pub(super) fn new(settings: &TransportSettings) -> Self {
        let chunks = settings.body_bytes_in_flight_max.div_ceil(CHUNK_BYTES);
        Self {
            chunks: Arc::new(Semaphore::new(chunks.min(Semaphore::MAX_PERMITS))),
        }
    }

    /// Reads a body. Memory is taken as bytes arrive, not as a header promises them.
    ///
    /// When this refuses, the rest of the body is still there for [`linger`].
    pub(super) async fn read(
        &self,
        settings: &TransportSettings,
        body: &mut Body,
        until: Instant,
    ) -> Result<Whole, Refusal> {
        let bytes_max = settings.body_bytes_max;
        let announced = body.size_hint().lower();
        if announced > bytes_max as u64 {
            return Err(Refusal::TooLarge);
        }
        let mut whole = Whole {
            bytes: Vec::new(),
            share: None,
        };
        let mut chunks = 0_usize;
        loop {
            let frame = match tokio::time::timeout_at(until.into(), body.frame()).await {
                Err(_elapsed) => return Err(Refusal::SlowBody),
                Ok(Some(Err(_broken))) => return Err(Refusal::BrokenBody),
                Ok(None) => return Ok(whole),
                Ok(Some(Ok(frame))) => frame,
            };
            let Some(data) = frame.data_ref() else {
                continue;
            };
            let length = whole.bytes.len() + data.len();
            if length > bytes_max {
                return Err(Refusal::TooLarge);
            }
            let needed = length.div_ceil(CHUNK_BYTES);
            if needed > chunks {
                let more = u32::try_from(needed - chunks).map_err(|_| Refusal::Overload)?;
                let share = Arc::clone(&self.chunks).try_acquire_many_owned(more);
                let share = share.map_err(|_| Refusal::Overload)?;
                match &mut whole.share {
                    Some(held) => held.merge(share),
                    None => whole.share = Some(share),
                }
                chunks = needed;
            }
            whole.bytes.extend_from_slice(data);
        }
    }
}

/// Goes on reading a refused body for a bounded while and throws it away.
///
/// A client that is still sending would otherwise meet a closed connection before it reads its answer. The answer
/// does not wait for this. Returns whether there is something left to read: the connection is of no use then.
pub(super) fn linger(settings: &TransportSettings, mut body: Body) -> bool {
    if body.is_end_stream() {
        return false;
    }
    let bytes_max = settings.drain_bytes_max;
    let limit = Duration::from_millis(settings.drain_ms_max);
    tokio::spawn(tokio::time::timeout(limit, async move {
        let mut read = 0_u64;
        while let Some(Ok(frame)) = body.frame().await {
            read += frame.data_ref().map_or(0, |data| data.len() as u64);
            if read > bytes_max {
                return;
            }
        }
    }));
    true
}
