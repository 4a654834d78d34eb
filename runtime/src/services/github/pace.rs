//! How often GitHub may be asked, as GitHub says it: limits are kept, and whoever comes too early waits or is told.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::GithubError;
use super::exchange::Received;
use crate::world::Clock;

/// How long to wait after a refusal that does not say it: GitHub asks for a minute at least.
const WAIT_UNSAID: Duration = Duration::from_mins(1);
/// GitHub's longest limit is an hour's; a longer wait is a mistake, and would lock us out for a wrong header.
const WAIT_MAX: Duration = Duration::from_hours(1);
/// Clocks differ.
const RESET_MARGIN_MICROS: i64 = 1_000_000;

/// What GitHub said last of its limits.
#[derive(Debug)]
pub(super) struct Pace {
    clock: Arc<dyn Clock>,
    closed_until: Mutex<Option<Instant>>,
}

// === impl Pace ===

impl Pace {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            closed_until: Mutex::default(),
        }
    }

    /// Waits until GitHub may be asked again.
    ///
    /// # Errors
    ///
    /// `RateLimited` at once where that is after the deadline.
    pub(super) async fn wait(&self, deadline: Instant) -> Result<(), GithubError> {
        loop {
            let left = self.left();
            if left.is_zero() {
                return Ok(());
            }
            if self.clock.instant() + left >= deadline {
                return Err(GithubError::RateLimited(left));
            }
            tokio::time::sleep(left).await;
        }
    }

    /// Takes note of what an answer says. `Some` when it is a refusal for having asked too often: how long to wait.
    pub(super) fn note(&self, received: &Received) -> Option<Duration> {
        let limits = received.limits;
        let until_reset = (limits.remaining == Some(0))
            .then_some(limits.reset)
            .flatten()
            .map(|reset| self.until(reset));
        let refused = match received.status {
            429 => true,
            403 => {
                limits.retry_after.is_some()
                    || limits.remaining == Some(0)
                    || mentions_limit(&received.body)
            }
            _ => false,
        };
        let wait = if refused {
            limits
                .retry_after
                .map(Duration::from_secs)
                .or(until_reset)
                .unwrap_or(WAIT_UNSAID)
        } else {
            // The last request that was left: the next one would be refused.
            until_reset?
        };
        let wait = wait.min(WAIT_MAX);
        let until = self.clock.instant() + wait;
        let mut closed = self.closed();
        *closed = Some(closed.map_or(until, |before| before.max(until)));
        refused.then_some(wait)
    }

    fn left(&self) -> Duration {
        self.closed()
            .map(|until| until.saturating_duration_since(self.clock.instant()))
            .unwrap_or_default()
    }

    fn until(&self, reset_seconds: i64) -> Duration {
        let micros = reset_seconds
            .saturating_mul(1_000_000)
            .saturating_add(RESET_MARGIN_MICROS)
            .saturating_sub(self.clock.unix_micros());
        Duration::from_micros(u64::try_from(micros).unwrap_or_default())
    }

    fn closed(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.closed_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A secondary limit is told from a missing right by its words alone, where it comes without a header.
fn mentions_limit(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&body[..body.len().min(4_096)]).to_ascii_lowercase();
    text.contains("rate limit") || text.contains("abuse detection")
}

#[cfg(test)]
mod tests {
    use super::super::exchange::Limits;
    use super::*;
    use crate::world::ManualClock;

    fn received(status: u16, limits: Limits, body: &str) -> Received {
        Received {
            status,
            body: body.as_bytes().to_vec(),
            more: false,
            limits,
        }
    }

    #[test]
    fn every_way_to_be_told_to_wait_is_understood() {
        let seconds = Duration::from_secs;
        let left = |retry_after, remaining, reset| Limits {
            retry_after,
            remaining,
            reset,
        };
        for (status, limits, body, expected) in [
            (429, left(Some(7), None, None), "", Some(seconds(7))),
            (403, left(Some(7), None, None), "", Some(seconds(7))),
            (403, left(None, Some(0), Some(1_090)), "", Some(seconds(91))),
            (403, left(None, Some(0), Some(900)), "", Some(seconds(0))),
            (429, left(None, None, None), "", Some(WAIT_UNSAID)),
            (
                403,
                Limits::default(),
                r#"{"message":"You have exceeded a secondary rate limit."}"#,
                Some(WAIT_UNSAID),
            ),
            (403, left(Some(u64::MAX), None, None), "", Some(WAIT_MAX)),
            (403, left(None, Some(0), Some(i64::MAX)), "", Some(WAIT_MAX)),
            (
                403,
                left(None, Some(10), None),
                "Must have admin rights",
                None,
            ),
            (404, left(Some(7), None, None), "", None),
            (200, left(None, Some(0), Some(1_090)), "", None),
        ] {
            let pace = Pace::new(Arc::new(ManualClock::new(1_000 * 1_000_000)));
            let noted = pace.note(&received(status, limits, body));
            assert_eq!(noted, expected, "{status} {limits:?} {body}");
        }
    }

    #[tokio::test]
    async fn whoever_cannot_wait_is_told_at_once_and_whoever_comes_later_passes() {
        let clock = Arc::new(ManualClock::new(0));
        let pace = Pace::new(clock.clone());
        let deadline = clock.instant() + Duration::from_secs(5);
        assert!(pace.wait(deadline).await.is_ok());
        let limits = Limits {
            retry_after: Some(30),
            ..Limits::default()
        };
        pace.note(&received(429, limits, ""));
        clock.advance(Duration::from_secs(1));
        let error = pace.wait(deadline).await.unwrap_err();
        assert!(matches!(error, GithubError::RateLimited(wait) if wait == Duration::from_secs(29)));
        clock.advance(Duration::from_secs(29));
        assert!(pace.wait(deadline).await.is_ok());
    }
}
