//! When a provider wants to be asked again.

use std::time::Duration;

use jiff::fmt::rfc2822;
use reqwest::header::HeaderMap;

use crate::world::Clock;

/// Reads when a server wants to be asked again: `retry-after-ms`, or `retry-after` in seconds or as a date (RFC 9110,
/// 10.2.3). What cannot be read was not said.
pub(super) fn retry_after(headers: &HeaderMap, clock: &dyn Clock) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let fraction = |text: &str, unit: f64| {
        let amount: f64 = text.parse().ok()?;
        Duration::try_from_secs_f64(amount * unit).ok()
    };
    if let Some(wait) = text("retry-after-ms").and_then(|text| fraction(text, 0.001)) {
        return Some(wait);
    }
    let text = text("retry-after")?;
    fraction(text, 1.0).or_else(|| {
        let date = rfc2822::parse(text).ok()?.timestamp().as_microsecond();
        // A date that has passed means now.
        let wait = date.saturating_sub(clock.unix_micros());
        Some(Duration::from_micros(u64::try_from(wait).unwrap_or(0)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::ManualClock;

    #[test]
    fn a_server_says_when_in_seconds_milliseconds_or_as_a_date() {
        // 2026-08-03T12:00:00Z
        let clock = ManualClock::new(1_785_758_400_000_000);
        let read = |name: &'static str, value: &str| {
            let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
            retry_after(&headers, &clock)
        };
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(read("retry-after", "7"), seconds(7));
        assert_eq!(
            read("retry-after", " 0.5 "),
            Some(Duration::from_millis(500))
        );
        assert_eq!(
            read("retry-after-ms", "1500"),
            Some(Duration::from_millis(1_500))
        );
        assert_eq!(
            read("retry-after", "Mon, 03 Aug 2026 12:00:30 GMT"),
            seconds(30)
        );
        assert_eq!(
            read("retry-after", "Mon, 03 Aug 2026 11:00:00 GMT"),
            seconds(0)
        );
        for nonsense in ["", "soon", "-1", "NaN", "inf", "1e400"] {
            assert_eq!(read("retry-after", nonsense), None, "{nonsense}");
        }
        assert_eq!(read("date", "7"), None);
    }
}
