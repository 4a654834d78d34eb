//! Durations and their percentiles, and how long is measured: so much, and never past the end of the part.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// When the part that runs has to be over. A measurement ends then, however much it has; so all of them together end in time.
static END: Mutex<Option<Instant>> = Mutex::new(None);

/// A figure has at least so many behind it, however slow the machine.
const LEAST: usize = 20;

/// How much is measured: so many, unless they take longer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub(crate) most: usize,
    pub(crate) wall: Duration,
}

/// Durations of one kind of thing.
#[derive(Debug, Default, Clone)]
pub(crate) struct Timing {
    all: Vec<Duration>,
}

/// The moment by which a measurement has to be over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound {
    most: usize,
    end: Instant,
}

/// Gives the part that begins now this long.
pub(crate) fn begin_part(wall: Duration) {
    *END.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + wall);
}

// === impl Span ===

impl Span {
    /// A tenth of it, to warm up with.
    pub(crate) fn warm_up(self) -> Self {
        Self {
            most: self.most / 10,
            wall: self.wall / 10,
        }
    }

    /// Begins to count.
    pub(crate) fn begin(self) -> Bound {
        let end = Instant::now() + self.wall;
        let part = *END.lock().unwrap_or_else(PoisonError::into_inner);
        Bound {
            most: self.most,
            end: part.map_or(end, |part| part.min(end)),
        }
    }
}

// === impl Bound ===

impl Bound {
    /// Whether another one is to be measured after so many.
    pub(crate) fn goes_on(&self, done: usize) -> bool {
        done < self.most && (done < LEAST || Instant::now() < self.end)
    }
}

// === impl Timing ===

impl Timing {
    /// Measures `work` until the span is over.
    pub(crate) fn of(span: Span, mut work: impl FnMut()) -> Self {
        let mut timing = Self::default();
        let bound = span.begin();
        while bound.goes_on(timing.len()) {
            let start = Instant::now();
            work();
            timing.push(start.elapsed());
        }
        timing
    }

    /// Adds one.
    pub(crate) fn push(&mut self, took: Duration) {
        self.all.push(took);
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
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

/// Milliseconds as people read them.
pub(crate) struct Ms(pub(crate) f64);

impl fmt::Display for Ms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ms if ms < 0.1 => write!(f, "{:.1} µs", ms * 1e3),
            ms if ms < 10.0 => write!(f, "{ms:.3} ms"),
            ms => write!(f, "{ms:.0} ms"),
        }
    }
}
