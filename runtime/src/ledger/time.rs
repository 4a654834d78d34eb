//! How the ledger writes times.

/// Writes microseconds since 1970 as records do: RFC 3339, in UTC, with microseconds.
#[must_use]
pub fn timestamp(unix_micros: i64) -> String {
    // Out of range only for a clock that is some millennia off; the epoch then stands for "no time".
    let time =
        jiff::Timestamp::from_microsecond(unix_micros).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    format!("{time:.6}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_six_digits_whatever_they_are() {
        assert_eq!(timestamp(0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(
            timestamp(1_785_751_500_123_400),
            "2026-08-03T10:05:00.123400Z"
        );
        assert_eq!(timestamp(i64::MAX), "1970-01-01T00:00:00.000000Z");
    }
}
