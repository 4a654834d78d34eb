//! How long to wait between two attempts.

use std::time::Duration;

use crate::world::Random;

/// How waits grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Backoff {
    /// The first wait; it doubles from then on.
    pub(super) first: Duration,
    /// The longest wait.
    pub(super) most: Duration,
}

impl Backoff {
    /// Says how long to wait before the attempt after the `attempt`th, counted from 1: somewhere in the upper half of the
    /// doubled wait, so that those who were refused together do not come back together.
    pub(super) fn after(self, attempt: u32, random: &dyn Random) -> Duration {
        let doubled = 1_u32
            .checked_shl(attempt.saturating_sub(1))
            .unwrap_or(u32::MAX);
        let full = self.first.saturating_mul(doubled).min(self.most);
        let mut bytes = [0; 4];
        random.fill(&mut bytes);
        let share = f64::from(u32::from_be_bytes(bytes)) / f64::from(u32::MAX);
        full.mul_f64(0.5 + share / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::SeededRandom;

    #[test]
    fn waits_double_up_to_the_longest_and_never_agree() {
        let backoff = Backoff {
            first: Duration::from_millis(100),
            most: Duration::from_secs(1),
        };
        let random = SeededRandom::new(1);
        let mut seen = Vec::new();
        for (attempt, full_ms) in [
            (1, 100),
            (2, 200),
            (3, 400),
            (4, 800),
            (5, 1_000),
            (90, 1_000),
        ] {
            let wait = backoff.after(attempt, &random);
            let full = Duration::from_millis(full_ms);
            assert!(wait >= full / 2 && wait <= full, "{attempt}: {wait:?}");
            seen.push(wait);
        }
        assert_ne!(seen[4], seen[5]);
    }
}
