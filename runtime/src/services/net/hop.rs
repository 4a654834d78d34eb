//! One request to one place.

use hyper::Method;
use hyper::body::Bytes;

use super::{Headers, NetError};
use crate::permits::WebUrl;

/// Longest method: those that are registered have at most 17 letters.
const METHOD_BYTES_MAX: usize = 32;

/// A request that is ready to be sent, but for the secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    pub(super) method: Method,
    pub(super) url: WebUrl,
    pub(super) headers: Headers,
    pub(super) body: Bytes,
}

/// Whether a method changes nothing (RFC 9110, section 9.2.1).
#[must_use]
pub fn is_safe(method: &str) -> bool {
    ["GET", "HEAD", "OPTIONS"]
        .iter()
        .any(|safe| method.eq_ignore_ascii_case(safe))
}

/// Whether doing it twice is doing it once (RFC 9110, section 9.2.2).
#[must_use]
pub fn is_idempotent(method: &str) -> bool {
    is_safe(method)
        || ["PUT", "DELETE"]
            .iter()
            .any(|idempotent| method.eq_ignore_ascii_case(idempotent))
}

// === impl Hop ===

impl Hop {
    /// Puts a request together; the method is written in upper case.
    ///
    /// # Errors
    /// A method that is none, or that is not for requests like this: `CONNECT` opens a tunnel, and `TRACE` sends secrets
    /// back. A body where the method has none.
    pub fn new(
        method: &str,
        url: WebUrl,
        headers: Headers,
        body: Vec<u8>,
    ) -> Result<Self, NetError> {
        let method = method.to_ascii_uppercase();
        let letters = method
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'-');
        if method.len() > METHOD_BYTES_MAX || !letters || ["CONNECT", "TRACE"].contains(&&*method) {
            return Err(NetError::Invalid(format!(
                "`{}` is no method that a request can have",
                method.escape_debug()
            )));
        }
        if !body.is_empty() && ["GET", "HEAD"].contains(&&*method) {
            return Err(NetError::Invalid(format!("a `{method}` has no body")));
        }
        Ok(Self {
            method: Method::from_bytes(method.as_bytes())
                .map_err(|_| NetError::Invalid("there is no method".to_owned()))?,
            url,
            headers,
            body: body.into(),
        })
    }

    /// The method, in upper case.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    /// Where it goes.
    #[must_use]
    pub fn url(&self) -> &WebUrl {
        &self.url
    }

    /// Names of the secrets that are put into it.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        self.headers.secrets()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_words_and_some_are_for_nobody() {
        let hop = |method: &str, body: &[u8]| {
            let url = WebUrl::parse("https://example.org/").unwrap();
            Hop::new(method, url, Headers::default(), body.to_vec())
        };
        assert_eq!(hop("get", b"").unwrap().method(), "GET");
        assert_eq!(hop("Propfind", b"<x/>").unwrap().method(), "PROPFIND");
        assert!(hop("DELETE", b"x").is_ok());
        for (method, body) in [
            ("", &b""[..]),
            ("CONNECT", b""),
            ("connect", b""),
            ("TRACE", b""),
            ("GET /", b""),
            ("GET\r\n", b""),
            ("GÉT", b""),
            ("GET", b"x"),
            ("HEAD", b"x"),
        ] {
            assert!(hop(method, body).is_err(), "{method:?}");
        }
    }

    #[test]
    fn what_a_method_changes_is_in_its_name() {
        for (method, safe, idempotent) in [
            ("GET", true, true),
            ("head", true, true),
            ("OPTIONS", true, true),
            ("PUT", false, true),
            ("delete", false, true),
            ("POST", false, false),
            ("PATCH", false, false),
            ("PURGE", false, false),
        ] {
            assert_eq!(
                (is_safe(method), is_idempotent(method)),
                (safe, idempotent),
                "{method}"
            );
        }
    }
}
