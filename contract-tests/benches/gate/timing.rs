//! Durations and their percentiles.

use std::fmt;
use std::time::Duration;

/// Durations of one kind of thing.
#[derive(Default)]
pub(crate) struct Timing {
    all: Vec<Duration>,
}

impl Timing {
    /// Adds one.
    pub(crate) fn push(&mut self, took: Duration) {
        self.all.push(took);
    }

    /// Half are shorter than this.
    pub(crate) fn p50_ms(&self) -> f64 {
        self.percentile_ms(50)
    }

    /// One in a hundred is longer than this.
    pub(crate) fn p99_ms(&self) -> f64 {
        self.percentile_ms(99)
    }

    fn percentile_ms(&self, percent: usize) -> f64 {
        let mut sorted = self.all.clone();
        sorted.sort_unstable();
        let index = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
        sorted
            .get(index)
            .map_or(f64::NAN, |took| took.as_secs_f64() * 1e3)
    }
}

impl fmt::Display for Timing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>7.3} ms {:>7.3} ms",
            self.p50_ms(),
            self.percentile_ms(99)
        )
    }
}
