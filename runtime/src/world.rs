//! What the host takes from the world without asking a service: time and randomness.
//!
//! Vocabulary like the schema, so every room may import it. Nothing else in the host reads a clock or draws random bytes,
//! which is what makes simulation and replay possible.

use std::fmt::Debug;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sha2::{Digest as _, Sha256};

/// Tells the time.
pub trait Clock: Debug + Send + Sync {
    /// Returns the wall-clock time in microseconds since 1970-01-01T00:00:00Z. May jump in either direction.
    fn unix_micros(&self) -> i64;

    /// Returns a moment on the monotonic clock, for deadlines and durations.
    fn instant(&self) -> Instant;
}

/// Draws random bytes.
pub trait Random: Debug + Send + Sync {
    /// Fills `bytes` with randomness that is good enough for keys and salts.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's clocks.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

/// The operating system's source of randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

/// A clock that stands still until a test moves it.
#[derive(Debug)]
pub struct ManualClock {
    start_unix_micros: i64,
    start_instant: Instant,
    elapsed_micros: AtomicU64,
}

/// Reproducible bytes for tests: SHA-256 over a seed and a counter.
#[derive(Debug)]
pub struct SeededRandom {
    seed: u64,
    drawn: Mutex<u64>,
}

// === impl SystemClock ===

impl Clock for SystemClock {
    fn unix_micros(&self) -> i64 {
        // A machine whose clock stands before 1970 gets a negative time rather than a failure.
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
            Err(before) => {
                i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros)
            }
        }
    }

    fn instant(&self) -> Instant {
        Instant::now()
    }
}

// === impl SystemRandom ===

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            // Going on with predictable salts and keys would be worse than going down: nothing could tell them apart later.
            std::process::abort();
        }
    }
}

// === impl ManualClock ===

impl ManualClock {
    /// Makes a clock that shows `unix_micros` until it is moved.
    #[must_use]
    pub fn new(unix_micros: i64) -> Self {
        Self {
            start_unix_micros: unix_micros,
            start_instant: Instant::now(),
            elapsed_micros: AtomicU64::new(0),
        }
    }

    /// Moves both of the clock's hands forward.
    pub fn advance(&self, by: Duration) {
        let micros = u64::try_from(by.as_micros()).unwrap_or(u64::MAX);
        self.elapsed_micros.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn unix_micros(&self) -> i64 {
        self.start_unix_micros
            .saturating_add_unsigned(self.elapsed_micros.load(Ordering::SeqCst))
    }

    fn instant(&self) -> Instant {
        self.start_instant + Duration::from_micros(self.elapsed_micros.load(Ordering::SeqCst))
    }
}

// === impl SeededRandom ===

impl SeededRandom {
    /// Makes a source whose bytes depend on `seed` and on what was drawn before, and on nothing else.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            drawn: Mutex::new(0),
        }
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        for block in bytes.chunks_mut(32) {
            let digest = Sha256::new()
                .chain_update(self.seed.to_be_bytes())
                .chain_update(drawn.to_be_bytes())
                .finalize();
            block.copy_from_slice(&digest[..block.len()]);
            *drawn += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = ManualClock::new(1_000);
        let before = clock.instant();
        assert_eq!(clock.unix_micros(), 1_000);
        clock.advance(Duration::from_millis(2));
        assert_eq!(clock.unix_micros(), 3_000);
        assert_eq!(clock.instant() - before, Duration::from_millis(2));
    }

    #[test]
    fn seeded_bytes_repeat_with_the_seed_and_differ_between_draws() {
        let draw = |random: &SeededRandom| {
            let mut bytes = [0; 48];
            random.fill(&mut bytes);
            bytes
        };
        let (one, same, other) = (
            SeededRandom::new(7),
            SeededRandom::new(7),
            SeededRandom::new(8),
        );
        let first = draw(&one);
        assert_eq!(first, draw(&same));
        assert_ne!(first, draw(&one));
        assert_ne!(first, draw(&other));
    }

    #[test]
    fn system_randomness_fills_every_byte_sooner_or_later() {
        let mut seen = [false; 64];
        for _ in 0..64 {
            let mut bytes = [0; 64];
            SystemRandom.fill(&mut bytes);
            seen.iter_mut()
                .zip(bytes)
                .for_each(|(seen, byte)| *seen |= byte != 0);
        }
        assert!(seen.iter().all(|seen| *seen));
    }
}
