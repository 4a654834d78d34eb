//! When an answer has to leave.

use std::time::{Duration, Instant};

use axum::http::request::Parts;

use crate::transport::TransportSettings;

/// What `sinew init` writes beside the event, so that the gate knows the client's patience.
const TIMEOUT_HEADER: &str = "sinew-timeout-ms";

/// The same in a URL.
const TIMEOUT_QUERY: &str = "timeout_ms";

/// A margin is at most this part of the client's patience.
const MARGIN_DIVISOR: u32 = 5;

/// The two moments an answer depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Deadline {
    /// When the engine has to have answered.
    pub(super) engine: Instant,
    /// When the answer leaves without the engine: a little later, so that the engine's own word for it wins.
    pub(super) answer: Instant,
}

impl Deadline {
    /// Computes it from the request's arrival, so that everything since then counts.
    pub(super) fn new(
        settings: &TransportSettings,
        event: Option<&str>,
        parts: &Parts,
        arrival: Instant,
    ) -> Self {
        let timeout_ms = announced(parts)
            .or_else(|| settings.timeout_ms.get(event?).copied())
            .unwrap_or(settings.timeout_ms_default)
            .clamp(1, settings.timeout_ms_max);
        let timeout = Duration::from_millis(timeout_ms);
        let margin = Duration::from_millis(settings.margin_ms).min(timeout / MARGIN_DIVISOR);
        Self {
            engine: arrival + timeout.saturating_sub(margin),
            answer: arrival + timeout.saturating_sub(margin / 2),
        }
    }
}

fn announced(parts: &Parts) -> Option<u64> {
    let header = parts.headers.get(TIMEOUT_HEADER);
    if let Some(value) = header.and_then(|value| value.to_str().ok()?.trim().parse().ok()) {
        return Some(value);
    }
    let mut pairs = parts
        .uri
        .query()?
        .split('&')
        .filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == TIMEOUT_QUERY)?;
    value.parse().ok()
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn engine_ms(uri: &str, header: Option<&str>, event: &str) -> u128 {
        let mut request = Request::builder().uri(uri);
        if let Some(value) = header {
            request = request.header(TIMEOUT_HEADER, value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let arrival = Instant::now();
        let settings = TransportSettings::default();
        let deadline = Deadline::new(&settings, Some(event), &parts, arrival);
        assert!(deadline.answer > deadline.engine);
        (deadline.engine - arrival).as_millis()
    }

    #[test]
    fn the_client_s_patience_less_a_margin() {
        assert_eq!(engine_ms("/", None, "PreToolUse"), 24_750);
        assert_eq!(engine_ms("/", None, "SessionEnd"), 1_250);
        assert_eq!(engine_ms("/", Some("60000"), "SessionEnd"), 59_750);
        assert_eq!(engine_ms("/?a=b&timeout_ms=2000", None, "Stop"), 1_750);
        assert_eq!(engine_ms("/?timeout_ms=2000", Some("3000"), "Stop"), 2_750);
        assert_eq!(engine_ms("/", Some("100"), "Stop"), 80);
    }

    #[test]
    fn nonsense_does_not_move_it() {
        for value in ["", "-1", "1e9", "soon", "99999999999999999999999"] {
            assert_eq!(engine_ms("/", Some(value), "Stop"), 24_750, "{value}");
        }
        assert_eq!(engine_ms("/", Some("0"), "Stop"), 0);
        assert_eq!(
            engine_ms("/", Some("18446744073709551615"), "Stop"),
            599_750
        );
    }
}
