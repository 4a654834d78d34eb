//! Where an answer sends a request on to (RFC 9110, section 15.4).

use hyper::Method;
use hyper::body::Bytes;

use super::{Hop, NetError};
use crate::permits::WebUrl;
use crate::services::secrets::PLACEHOLDER_START;

/// What is done to a request by a status that redirects.
enum Next {
    /// It is sent again as it is.
    Same,
    /// What was sent is done; what is there to see is fetched.
    Fetch,
}

impl Hop {
    /// The next hop, when an answer with this status and this `Location` is one to follow. It has yet to be judged.
    ///
    /// Another host, port or scheme gets neither secrets nor what else says who asks.
    ///
    /// # Errors
    /// A `Location` that is none.
    pub(super) fn redirected(
        &self,
        status: u16,
        location: Option<&str>,
    ) -> Result<Option<Self>, NetError> {
        let Some(location) = location else {
            return Ok(None);
        };
        let post = self.method == Method::POST;
        let reads = [Method::GET, Method::HEAD].contains(&self.method);
        let what = match status {
            301 | 302 if post => Next::Fetch,
            303 if !reads => Next::Fetch,
            301..=303 | 307 | 308 => Next::Same,
            _ => return Ok(None),
        };
        let url = self.join(location)?;
        let mut next = Self {
            url,
            ..self.clone()
        };
        if let Next::Fetch = what {
            next.method = Method::GET;
            next.body = Bytes::new();
            next.headers = next.headers.without_body();
        }
        if origin(&next.url) != origin(&self.url) {
            next.headers = next.headers.without_credentials();
        }
        Ok(Some(next))
    }

    fn join(&self, location: &str) -> Result<WebUrl, NetError> {
        let refuse = |problem: &str| NetError::Unavailable(format!("the redirect's URL {problem}"));
        // What the parser would read generously is refused, as it is in a guest's own URL.
        if location.chars().any(|character| {
            character.is_control() || character.is_whitespace() || character == '\\'
        }) {
            return Err(refuse(
                "has white space, a control character or a backslash in it",
            ));
        }
        if location.contains(PLACEHOLDER_START) {
            return Err(refuse("has a secret in it"));
        }
        let joined = self
            .url
            .url()
            .join(location)
            .map_err(|_| refuse("cannot be parsed"))?;
        WebUrl::parse(joined.as_str()).map_err(|error| {
            NetError::Unavailable(format!("the server redirects to what is no place: {error}"))
        })
    }
}

fn origin(url: &WebUrl) -> (&str, &str, u16) {
    (url.scheme(), url.host(), url.port())
}

#[cfg(test)]
mod tests {
    use super::super::Headers;
    use super::*;

    fn hop(method: &str, url: &str) -> Hop {
        let headers = Headers::parse([
            ("authorization", "Bearer ${secret:KEY}"),
            ("content-type", "text/plain"),
            ("x-other", "kept"),
        ]);
        let body = if method == "POST" || method == "PUT" {
            b"body".to_vec()
        } else {
            Vec::new()
        };
        Hop::new(method, WebUrl::parse(url).unwrap(), headers.unwrap(), body).unwrap()
    }

    #[test]
    fn the_method_changes_where_the_standard_says_so() {
        let mut rows = Vec::new();
        for status in [300, 301, 302, 303, 304, 305, 307, 308, 200] {
            for method in ["GET", "HEAD", "POST", "PUT", "DELETE"] {
                let next = hop(method, "https://a.org/x")
                    .redirected(status, Some("/y"))
                    .unwrap();
                let became = next.map_or("-".to_owned(), |next| {
                    let body = if next.body.is_empty() { "" } else { "+body" };
                    format!("{}{body}", next.method())
                });
                rows.push(format!("{status} {method} {became}"));
            }
        }
        let expected = "\
            300 GET -,300 HEAD -,300 POST -,300 PUT -,300 DELETE -,\
            301 GET GET,301 HEAD HEAD,301 POST GET,301 PUT PUT+body,301 DELETE DELETE,\
            302 GET GET,302 HEAD HEAD,302 POST GET,302 PUT PUT+body,302 DELETE DELETE,\
            303 GET GET,303 HEAD HEAD,303 POST GET,303 PUT GET,303 DELETE GET,\
            304 GET -,304 HEAD -,304 POST -,304 PUT -,304 DELETE -,\
            305 GET -,305 HEAD -,305 POST -,305 PUT -,305 DELETE -,\
            307 GET GET,307 HEAD HEAD,307 POST POST+body,307 PUT PUT+body,307 DELETE DELETE,\
            308 GET GET,308 HEAD HEAD,308 POST POST+body,308 PUT PUT+body,308 DELETE DELETE,\
            200 GET -,200 HEAD -,200 POST -,200 PUT -,200 DELETE -";
        assert_eq!(rows.join(","), expected);
        let next = hop("POST", "https://a.org/x").redirected(303, Some("/y"));
        let headers = next.unwrap().unwrap().headers;
        assert_eq!(
            headers,
            hop("POST", "https://a.org/").headers.without_body()
        );
        assert_eq!(
            hop("GET", "https://a.org/").redirected(302, None).unwrap(),
            None
        );
    }

    #[test]
    fn secrets_stay_with_scheme_host_and_port() {
        for (from, to, url, kept) in [
            ("https://a.org/x/y?q", "z", "https://a.org/x/z", true),
            ("https://a.org/x", "?q#f", "https://a.org/x?q", true),
            ("https://a.org/x", "//a.org:443/y", "https://a.org/y", true),
            (
                "https://a.org/x",
                "HTTPS://A.ORG/y",
                "https://a.org/y",
                true,
            ),
            ("https://a.org/x", "//b.org/y", "https://b.org/y", false),
            (
                "https://a.org/x",
                "https://www.a.org/",
                "https://www.a.org/",
                false,
            ),
            (
                "https://a.org/x",
                "https://a.org:8443/",
                "https://a.org:8443/",
                false,
            ),
            ("https://a.org/x", "http://a.org/", "http://a.org/", false),
            (
                "https://a.org/x",
                "http://a.org:443/",
                "http://a.org:443/",
                false,
            ),
            ("http://a.org/x", "https://a.org/", "https://a.org/", false),
        ] {
            let next = hop("GET", from).redirected(302, Some(to)).unwrap().unwrap();
            assert_eq!(next.url.to_string(), url, "{from} {to}");
            assert_eq!(!next.secrets().is_empty(), kept, "{from} {to}");
        }
    }

    #[test]
    fn what_is_no_place_is_not_gone_to() {
        for to in [
            "ftp://a.org/",
            "https://a.org./",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://user@b.org/",
            "https://b.org\\@a.org/",
            "https://b.org/a%2fb",
            "/\u{a0}",
            "/a b",
            "https://",
            "https://b.org:99999/",
            "/?key=${secret:KEY}",
        ] {
            let next = hop("GET", "https://a.org/").redirected(302, Some(to));
            assert!(
                matches!(next, Err(NetError::Unavailable(_))),
                "{to} {next:?}"
            );
        }
    }
}
