//! The caller's trace, so that a turn in the ledger can be found from it: W3C Trace Context, header `traceparent`.

use axum::http::HeaderMap;

const HEADER: &str = "traceparent";

/// The trace id that a request belongs to: 32 lower-case hexadecimal digits, not all zero. What is malformed is ignored, as
/// the specification wants.
pub(in crate::transport) fn trace_id(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(HEADER)?.to_str().ok()?;
    let mut parts = text.trim().split('-');
    let (version, trace, parent, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    // Later versions may add parts; version 00 has these four.
    let whole = version != "ff" && (version != "00" || parts.next().is_none());
    let well_formed = is_hexadecimal(version, 2)
        && is_hexadecimal(trace, 32)
        && is_hexadecimal(parent, 16)
        && is_hexadecimal(flags, 2);
    let named = [trace, parent]
        .iter()
        .all(|id| id.bytes().any(|byte| byte != b'0'));
    (whole && well_formed && named).then(|| trace.to_owned())
}

fn is_hexadecimal(text: &str, length: usize) -> bool {
    text.len() == length
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_trace_is_read_as_the_specification_says() {
        let (trace, parent) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
        for (text, expected) in [
            (format!("00-{trace}-{parent}-01"), true),
            (format!("cc-{trace}-{parent}-01-later"), true),
            (format!("00-{trace}-{parent}-01-later"), false),
            (format!("ff-{trace}-{parent}-01"), false),
            (format!("00-{}-{parent}-01", trace.to_uppercase()), false),
            (format!("00-{}-{parent}-01", "0".repeat(32)), false),
            (format!("00-{trace}-{}-01", "0".repeat(16)), false),
            (format!("00-{trace}-{parent}"), false),
            (format!("00-{trace}é-{parent}-01"), false),
            (String::new(), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, HeaderValue::from_bytes(text.as_bytes()).unwrap());
            let found = trace_id(&headers);
            assert_eq!(found.as_deref(), expected.then_some(trace), "{text}");
        }
        assert_eq!(trace_id(&HeaderMap::new()), None);
    }
}
