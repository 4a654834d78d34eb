//! The headers of a request: checked, with placeholders where secrets go.

use std::collections::BTreeSet;

use hyper::header::{
    ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LOCATION, CONTENT_TYPE,
    COOKIE, HeaderMap, HeaderName, HeaderValue, RANGE, USER_AGENT,
};

use super::NetError;
use crate::services::secrets::{PLACEHOLDER_END, PLACEHOLDER_START, Secrets, is_name};

/// Headers that belong to the connection or follow from the rest of the request, so that a guest who set one could make
/// this request look like another one to somebody on the way.
const OURS: &[&str] = &[
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
/// The same for whole families.
const OURS_PREFIX: &str = "proxy-";

/// Headers that describe a body, and go when it does.
const OF_A_BODY: &[HeaderName] = &[
    CONTENT_TYPE,
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_LOCATION,
];

/// A request's headers. Where a secret goes there is a placeholder, until the request is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    fields: Vec<Field>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    name: HeaderName,
    parts: Vec<Part>,
}

/// A piece of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Secret(String),
}

// === impl Headers ===

impl Headers {
    /// Checks names and values as a guest wrote them.
    ///
    /// # Errors
    /// What is no header, a header that is not for guests to set, one that is there twice, and a placeholder that is
    /// none.
    pub fn parse<'a>(
        written: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, NetError> {
        let mut headers = Self::default();
        for (name, value) in written {
            let field = Field::parse(name, value)?;
            if headers.fields.iter().any(|other| other.name == field.name) {
                return Err(invalid(&field.name, "is there twice"));
            }
            headers.fields.push(field);
        }
        // A piece of an echoed secret would not be recognised.
        if headers.fields.iter().any(|field| field.name == RANGE) && !headers.secrets().is_empty() {
            return Err(invalid(
                &RANGE,
                "cannot be asked for together with a secret",
            ));
        }
        Ok(headers)
    }

    /// Names of the secrets that go into them.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        let names: BTreeSet<&String> = self.fields.iter().flat_map(Field::secrets).collect();
        names.into_iter().cloned().collect()
    }

    /// Bytes of names and values, placeholders as they are written.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.fields
            .iter()
            .map(|field| {
                let value: usize = field.parts.iter().map(Part::bytes).sum();
                field.name.as_str().len() + value
            })
            .sum()
    }

    /// What is left for another host: nothing that says who is asking.
    pub(super) fn without_credentials(&self) -> Self {
        self.only(|field| {
            field.secrets().next().is_none() && ![AUTHORIZATION, COOKIE].contains(&field.name)
        })
    }

    /// What is left when there is no body any more.
    pub(super) fn without_body(&self) -> Self {
        self.only(|field| !OF_A_BODY.contains(&field.name))
    }

    fn only(&self, keep: impl Fn(&Field) -> bool) -> Self {
        let kept = self.fields.iter().filter(|field| keep(field));
        Self {
            fields: kept.cloned().collect(),
        }
    }

    /// Puts the secrets in.
    pub(super) fn fill(&self, secrets: &Secrets) -> Result<HeaderMap, NetError> {
        let mut map = HeaderMap::new();
        map.insert(ACCEPT, HeaderValue::from_static("*/*"));
        map.insert(
            USER_AGENT,
            HeaderValue::from_static(concat!("sinew/", env!("CARGO_PKG_VERSION"))),
        );
        for field in &self.fields {
            map.insert(field.name.clone(), field.fill(secrets)?);
        }
        Ok(map)
    }
}

// === impl Field ===

impl Field {
    fn parse(name: &str, value: &str) -> Result<Self, NetError> {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
            NetError::Invalid(format!("`{}` is no name of a header", name.escape_debug()))
        })?;
        if OURS.contains(&name.as_str()) || name.as_str().starts_with(OURS_PREFIX) {
            return Err(invalid(&name, "is not for a request to set"));
        }
        if HeaderValue::from_str(value).is_err() {
            return Err(invalid(
                &name,
                "has a line break or another character that no header can hold",
            ));
        }
        let mut parts = Vec::new();
        let mut rest = value;
        while let Some((text, after)) = rest.split_once(PLACEHOLDER_START) {
            let secret = after
                .split_once(PLACEHOLDER_END)
                .filter(|(secret, _)| is_name(secret));
            let Some((secret, after)) = secret else {
                return Err(invalid(&name, "has a placeholder that names no secret"));
            };
            parts.push(Part::Text(text.to_owned()));
            parts.push(Part::Secret(secret.to_owned()));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self { name, parts })
    }

    fn secrets(&self) -> impl Iterator<Item = &String> {
        self.parts.iter().filter_map(|part| match part {
            Part::Secret(name) => Some(name),
            Part::Text(_) => None,
        })
    }

    fn fill(&self, secrets: &Secrets) -> Result<HeaderValue, NetError> {
        let mut value = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => value.push_str(text),
                Part::Secret(name) => value.push_str(
                    secrets
                        .get(name)
                        .ok_or_else(|| NetError::NoSecret(name.clone()))?
                        .reveal(),
                ),
            }
        }
        let mut value = HeaderValue::from_str(&value).map_err(|_| {
            invalid(
                &self.name,
                "would have a secret in it that no header can hold",
            )
        })?;
        // Nothing that prints a request prints it.
        value.set_sensitive(true);
        Ok(value)
    }
}

impl Part {
    fn bytes(&self) -> usize {
        match self {
            Self::Text(text) | Self::Secret(text) => text.len(),
        }
    }
}

fn invalid(name: &HeaderName, problem: &str) -> NetError {
    NetError::Invalid(format!("the header `{name}` {problem}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::services::secrets::{Secret, SecretSource};

    fn secrets() -> Secrets {
        let known = |name: &str, value: &str| {
            let source = SecretSource::Environment {
                variable: name.to_owned(),
                value: Some(Secret::new(value)),
            };
            (name.to_owned(), source)
        };
        Secrets::load(BTreeMap::from([
            known("KEY", "0123456789"),
            known("LINES", "one line\nand another"),
        ]))
    }

    #[test]
    fn what_belongs_to_the_connection_cannot_be_set() {
        for (name, value) in [
            ("Host", "internal"),
            ("HOST", "internal"),
            ("content-length", "3"),
            ("Transfer-Encoding", "chunked"),
            ("Connection", "keep-alive, x-key"),
            ("Upgrade", "h2c"),
            ("HTTP2-Settings", "AAMAAABkAARAAAAAAAIAAAAA"),
            ("Proxy-Authorization", "Basic eA=="),
            ("proxy-connection", "close"),
            ("TE", "trailers"),
            ("Trailer", "x"),
            ("Expect", "100-continue"),
            ("Accept-Encoding", "gzip"),
            ("", "x"),
            (":authority", "internal"),
            ("host ", "internal"),
            ("x\r\nhost", "internal"),
            ("x", "a\r\nhost: internal"),
            ("x", "a\nb"),
            ("x", "a\0b"),
            ("x", "${secret:}"),
            ("x", "${secret:KEY"),
            ("x", "${secret:K EY}"),
            ("x", "${secret:${secret:KEY}}"),
        ] {
            let parsed = Headers::parse([(name, value)]);
            assert!(
                matches!(parsed, Err(NetError::Invalid(_))),
                "{name:?} {value:?}"
            );
        }
        for twice in [
            [("a", "1"), ("A", "2")],
            [("range", "bytes=0-1"), ("x", "${secret:KEY}")],
        ] {
            assert!(Headers::parse(twice).is_err(), "{twice:?}");
        }
    }

    #[test]
    fn secrets_are_put_in_last_and_never_printed() {
        let headers = Headers::parse([
            ("Authorization", "Bearer ${secret:KEY}"),
            ("X-Two", "${secret:KEY}-${secret:KEY}"),
            ("Accept", "text/plain"),
            ("x-plain", "$ {secret:KEY} ${secret"),
        ])
        .unwrap();
        assert_eq!(headers.secrets(), ["KEY"]);
        let filled = headers.fill(&secrets()).unwrap();
        for (name, value) in [
            ("authorization", "Bearer 0123456789"),
            ("x-two", "0123456789-0123456789"),
            ("accept", "text/plain"),
            ("x-plain", "$ {secret:KEY} ${secret"),
        ] {
            assert_eq!(filled[name], value);
        }
        assert!(!format!("{filled:?} {headers:?}").contains("0123456789"));
    }

    #[test]
    fn a_secret_that_is_missing_or_fits_no_header_fails_without_telling_it() {
        for (value, expected) in [
            ("${secret:NONE}", "no secret"),
            ("${secret:LINES}", "no header"),
        ] {
            let headers = Headers::parse([("x", value)]).unwrap();
            let error = headers.fill(&secrets()).unwrap_err().to_string();
            assert!(
                error.contains(expected) && !error.contains("line"),
                "{error}"
            );
        }
    }

    #[test]
    fn another_host_is_told_nothing_that_says_who_asks() {
        let headers = Headers::parse([
            ("authorization", "Bearer own"),
            ("cookie", "a=b"),
            ("x-key", "${secret:KEY}"),
            ("accept", "*/*"),
            ("content-type", "text/plain"),
        ])
        .unwrap();
        let kept = |headers: Headers| -> Vec<String> {
            headers
                .fields
                .iter()
                .map(|field| field.name.to_string())
                .collect()
        };
        assert_eq!(
            kept(headers.without_credentials()),
            ["accept", "content-type"]
        );
        assert_eq!(
            kept(headers.without_body()),
            ["authorization", "cookie", "x-key", "accept"]
        );
    }
}
