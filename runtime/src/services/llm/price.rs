//! What tokens cost.

/// Micro-dollars of a price are for so many tokens.
const TOKENS_PER_PRICE: u128 = 1_000_000;

/// Prices, each in millionths of a US dollar for a million tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prices {
    /// Of what is read.
    pub input: u64,
    /// Of what is written.
    pub output: u64,
    /// Of what the provider remembers.
    pub cache_read: u64,
    /// Of what is read and remembered for some minutes.
    pub cache_write: u64,
    /// Of what is read and remembered for an hour.
    pub cache_write_long: u64,
}

/// Tokens of one call, by what they are paid at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Read, and in none of the cache's counts.
    pub input: u64,
    /// Written.
    pub output: u64,
    /// Remembered.
    pub cache_read: u64,
    /// Read, and remembered for some minutes.
    pub cache_write: u64,
    /// Read, and remembered for an hour.
    pub cache_write_long: u64,
}

// === impl Prices ===

impl Prices {
    /// What tokens cost, in millionths of a US dollar, rounded up. What is too much to be counted costs `u64::MAX`.
    #[must_use]
    pub fn cost(&self, tokens: &Tokens) -> u64 {
        let parts = [
            (self.input, tokens.input),
            (self.output, tokens.output),
            (self.cache_read, tokens.cache_read),
            (self.cache_write, tokens.cache_write),
            (self.cache_write_long, tokens.cache_write_long),
        ];
        let sum = parts
            .iter()
            .map(|(price, count)| u128::from(*price) * u128::from(*count))
            .fold(0_u128, u128::saturating_add);
        u64::try_from(sum.div_ceil(TOKENS_PER_PRICE)).unwrap_or(u64::MAX)
    }

    /// The dearest that a token of the input can be. Remembering costs only where it is asked for; what is remembered
    /// from another call can turn up anywhere.
    #[must_use]
    pub fn dearest_input(&self, caching: bool) -> u64 {
        let usual = self.input.max(self.cache_read);
        if caching {
            usual.max(self.cache_write).max(self.cache_write_long)
        } else {
            usual
        }
    }
}

// === impl Tokens ===

impl Tokens {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        [
            self.input,
            self.output,
            self.cache_read,
            self.cache_write,
            self.cache_write_long,
        ]
        .into_iter()
        .fold(0, u64::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PRICES: Prices = Prices {
        input: 3_000_000,
        output: 15_000_000,
        cache_read: 300_000,
        cache_write: 3_750_000,
        cache_write_long: 6_000_000,
    };

    #[test]
    fn a_cost_is_exact_and_rounded_up() {
        let cost = |input, output, cache_read, cache_write, cache_write_long| {
            PRICES.cost(&Tokens {
                input,
                output,
                cache_read,
                cache_write,
                cache_write_long,
            })
        };
        assert_eq!(cost(0, 0, 0, 0, 0), 0);
        assert_eq!(cost(1, 0, 0, 0, 0), 3);
        assert_eq!(cost(0, 0, 1, 0, 0), 1, "0.3 is rounded up");
        assert_eq!(cost(0, 0, 10, 0, 0), 3);
        assert_eq!(cost(1, 0, 1, 1, 0), 8, "3 + 0.3 + 3.75 = 7.05");
        assert_eq!(cost(1_000_000, 1_000_000, 0, 0, 1_000_000), 24_000_000);
        assert_eq!(
            cost(u64::MAX, u64::MAX, u64::MAX, u64::MAX, u64::MAX),
            u64::MAX
        );
        let dear = Prices {
            input: u64::MAX,
            output: u64::MAX,
            ..PRICES
        };
        let all = Tokens {
            input: u64::MAX,
            output: u64::MAX,
            ..Tokens::default()
        };
        assert_eq!((dear.cost(&all), all.total()), (u64::MAX, u64::MAX));
    }

    proptest! {
        /// Nobody is charged less for more, and a part never costs more than the whole.
        #[test]
        fn more_never_costs_less(price in any::<u64>(), count in any::<u64>(), more in any::<u64>()) {
            let prices = Prices { input: price, output: price, ..Prices::default() };
            let some = Tokens { input: count, ..Tokens::default() };
            let all = Tokens { input: count, output: more, ..Tokens::default() };
            prop_assert!(prices.cost(&some) <= prices.cost(&all));
            prop_assert!(u128::from(prices.cost(&some)) * TOKENS_PER_PRICE >= u128::from(price) * u128::from(count)
                || prices.cost(&some) == u64::MAX);
        }
    }
}
