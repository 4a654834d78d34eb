//! What a server answers, read within limits and with no secret left in it.

use http_body_util::BodyExt as _;
use hyper::Response;
use hyper::body::{Body as _, Incoming};
use hyper::header::{CONTENT_ENCODING, HeaderMap, LOCATION};

use super::{Hop, NetError};
use crate::services::secrets::Secrets;

/// An answer that was read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Names in lower case and values, in the order they came in.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

/// What came of sending a hop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It was answered.
    Answered(Answer),
    /// It was sent on to another place, which has yet to be judged.
    Redirected(Box<Hop>),
}

/// What of an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Whether a redirect is to be followed; otherwise it is an answer like any other.
    pub redirects: bool,
    /// The most bytes of the body.
    pub bytes_max: u64,
}

// === impl Sent ===

impl Sent {
    pub(super) async fn read(
        hop: &Hop,
        response: Response<Incoming>,
        wanted: Wanted,
        secrets: &Secrets,
    ) -> Result<Self, NetError> {
        let (head, body) = response.into_parts();
        let status = head.status.as_u16();
        if head.status.is_informational() {
            return Err(NetError::Unavailable(format!(
                "the server answers {status}, which nobody asked for"
            )));
        }
        if wanted.redirects {
            let location = head
                .headers
                .get(LOCATION)
                .map(|location| text(location.as_bytes(), secrets));
            if let Some(next) = hop.redirected(status, location.as_deref())? {
                return Ok(Self::Redirected(Box::new(next)));
            }
        }
        legible(hop, &head.headers)?;
        let headers = head
            .headers
            .iter()
            .map(|(name, value)| {
                (
                    text(name.as_str().as_bytes(), secrets),
                    text(value.as_bytes(), secrets),
                )
            })
            .collect();
        let body = read(body, wanted.bytes_max).await?;
        Ok(Self::Answered(Answer {
            status,
            headers,
            body: secrets.redact(&body).into_owned(),
        }))
    }
}

/// A header as text without secrets; bytes that are not UTF-8 become U+FFFD.
fn text(bytes: &[u8], secrets: &Secrets) -> String {
    String::from_utf8_lossy(&secrets.redact(bytes)).into_owned()
}

/// Refuses a body in which an echoed secret could not be seen. None was asked for: requests accept no encoding.
fn legible(hop: &Hop, headers: &HeaderMap) -> Result<(), NetError> {
    let plain = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if plain || hop.secrets().is_empty() {
        return Ok(());
    }
    Err(NetError::Unavailable(
        "the answer to a request with secrets is encoded, although that was not accepted"
            .to_owned(),
    ))
}

/// Reads a body piece by piece, and no further than it may go.
async fn read(mut body: Incoming, bytes_max: u64) -> Result<Vec<u8>, NetError> {
    let too_large = || {
        NetError::TooLarge(format!(
            "the answer has more than the {bytes_max} bytes that are wanted"
        ))
    };
    if body.size_hint().lower() > bytes_max {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame
            .map_err(|error| NetError::Unavailable(format!("the answer broke off: {error}")))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if (bytes.len() + data.len()) as u64 > bytes_max {
            return Err(too_large());
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}
