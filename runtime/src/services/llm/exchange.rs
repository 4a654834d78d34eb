//! One request and its answer over HTTP, within limits.

use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Client, Response};
use serde_json::Value;
use url::Url;

use super::patience::retry_after;
use super::{Failure, LlmError};
use crate::services::secrets::Secrets;
use crate::world::Clock;

/// Longest request id, in characters.
const REQUEST_ID_MAX: usize = 128;
/// How much of a refusal is read, in bytes.
const REFUSAL_BYTES_MAX: usize = 64 << 10;
/// How much of a provider's own words is passed on, in characters.
const MESSAGE_MAX: usize = 500;

/// A request that is about to be sent, as often as it takes.
pub(super) struct Letter<'a> {
    /// What the operator calls the provider.
    pub(super) provider: &'a str,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) answer_bytes_max: usize,
}

/// A provider's answer that it calls a success.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) body: Vec<u8>,
    pub(super) request_id: Option<String>,
}

/// What an exchange needs of the world.
pub(super) struct World<'a> {
    pub(super) client: &'a Client,
    pub(super) secrets: &'a Secrets,
    pub(super) clock: &'a dyn Clock,
}

// === impl Letter ===

impl Letter<'_> {
    /// Sends it once, and waits for the answer until the deadline.
    pub(super) async fn send(
        &self,
        world: &World<'_>,
        deadline: Instant,
    ) -> Result<Reply, Failure> {
        let left = deadline.saturating_duration_since(world.clock.instant());
        tokio::time::timeout(left, self.exchange(world))
            .await
            .unwrap_or_else(|_| Err(Failure::lasting(LlmError::Deadline)))
    }

    async fn exchange(&self, world: &World<'_>) -> Result<Reply, Failure> {
        let request = world
            .client
            .post(self.url.clone())
            .headers(self.headers.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(self.body.clone());
        let response = request.send().await.map_err(|error| self.unsent(error))?;
        let status = response.status().as_u16();
        let request_id = request_id(response.headers(), world.secrets);
        if response.status().is_success() {
            let body = self
                .whole(response)
                .await
                .map_err(|problem| self.lost(problem, request_id.as_deref()))?;
            let body = world.secrets.redact(&body).into_owned();
            return Ok(Reply { body, request_id });
        }
        let wait = retry_after(response.headers(), world.clock);
        let said = beginning(response).await;
        let said = said_of(&world.secrets.redact(&said));
        Err(self.refused(status, said, wait, request_id.as_deref()))
    }

    /// Reads an answer to its end.
    async fn whole(&self, mut response: Response) -> Result<Vec<u8>, &'static str> {
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(None) => return Ok(body),
                Ok(Some(chunk)) if body.len() + chunk.len() > self.answer_bytes_max => {
                    return Err("is longer than this host reads");
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Err(_) => return Err("broke off"),
            }
        }
    }

    /// A request without a response. Only where no connection was made is it certain that nobody has read it.
    fn unsent(&self, error: reqwest::Error) -> Failure {
        let reached = !error.is_connect();
        // The URL is the operator's; it may lead where a caller should not look.
        let error = error.without_url();
        tracing::debug!(provider = self.provider, "{error:?}");
        if reached {
            Failure::lasting(LlmError::InDoubt(format!(
                "the connection to the provider `{}` broke before it answered",
                self.provider
            )))
        } else {
            let error = format!("the provider `{}` cannot be reached", self.provider);
            Failure::passing(LlmError::Unavailable(error), None)
        }
    }

    /// An answer that has to be paid for, and that nobody can read.
    pub(super) fn lost(&self, problem: &str, request_id: Option<&str>) -> Failure {
        Failure::lasting(LlmError::InDoubt(format!(
            "the answer of the provider `{}` {problem}{}",
            self.provider,
            named(request_id)
        )))
    }

    /// What a status other than success means.
    fn refused(
        &self,
        status: u16,
        said: Option<String>,
        retry_after: Option<Duration>,
        request_id: Option<&str>,
    ) -> Failure {
        let who = format!("the provider `{}`", self.provider);
        let request = named(request_id);
        let said = said.map_or_else(String::new, |said| format!(": {said}"));
        let in_its_words = |what: &str| format!("{who} {what}{said}{request}");
        match status {
            429 => Failure::passing(
                LlmError::RateLimited {
                    message: format!("{who} has had enough requests for now{request}"),
                    retry_after,
                },
                retry_after,
            ),
            500.. => Failure::passing(
                LlmError::Unavailable(format!("{who} fails with status {status}{request}")),
                retry_after,
            ),
            // What it says about a key may be a part of the key, and is for the operator.
            401..=403 => Failure::lasting(LlmError::Unavailable(format!(
                "{who} does not accept the key that the operator gave it (status {status}){request}"
            ))),
            404 => Failure::lasting(LlmError::NotFound(in_its_words("does not know the model"))),
            413 => Failure::lasting(LlmError::TooLarge(in_its_words(
                "finds the request too large",
            ))),
            400 | 405..=407 | 409..=499 => {
                Failure::lasting(LlmError::Invalid(in_its_words("refuses the request")))
            }
            _ => Failure::lasting(LlmError::Unavailable(format!(
                "{who} answers with status {status}{request}"
            ))),
        }
    }
}

/// The beginning of a refusal. What cannot be read of it is not needed.
async fn beginning(mut response: Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        let room = REFUSAL_BYTES_MAX - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() >= room {
            break;
        }
    }
    body
}

/// What a provider says about a refusal, in both dialects; a page for people says nothing.
fn said_of(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let error = body.get("error").unwrap_or(&body);
    let said = error.get("message").unwrap_or(error).as_str()?;
    Some(printable(said, MESSAGE_MAX)).filter(|said| !said.is_empty())
}

fn request_id(headers: &HeaderMap, secrets: &Secrets) -> Option<String> {
    let id = headers
        .get("request-id")
        .or_else(|| headers.get("x-request-id"))?;
    let id = printable(&secrets.redact_text(id.to_str().ok()?), REQUEST_ID_MAX);
    Some(id).filter(|id| !id.is_empty())
}

fn named(request_id: Option<&str>) -> String {
    request_id.map_or_else(String::new, |id| format!(" (request `{id}`)"))
}

/// At most so many characters of a text, on one line, and none that a terminal would act on.
fn printable(text: &str, most: usize) -> String {
    let plain = |character: char| {
        if character.is_control()
            || "\u{2028}\u{2029}\u{200e}\u{200f}".contains(character)
            || ('\u{202a}'..='\u{202e}').contains(&character)
            || ('\u{2066}'..='\u{2069}').contains(&character)
        {
            ' '
        } else {
            character
        }
    };
    let mut characters = text.trim().chars().map(plain);
    let mut kept: String = characters.by_ref().take(most).collect();
    if characters.next().is_some() {
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_quoted_on_one_line_and_not_at_length() {
        let said = |body: &str| said_of(body.as_bytes());
        for body in [
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"no\nsuch\u001b[31m \u202efield"}}"#,
            r#"{"error":"no\nsuch\u001b[31m \u202efield"}"#,
            r#"{"message":"no\nsuch\u001b[31m \u202efield"}"#,
        ] {
            assert_eq!(said(body).as_deref(), Some("no such [31m  field"), "{body}");
        }
        for body in [
            "",
            "<html>",
            "[]",
            "{}",
            r#"{"error":7}"#,
            r#"{"error":{"message":null}}"#,
            r#"{"error":" "}"#,
        ] {
            assert_eq!(said(body), None, "{body}");
        }
        let long = said(&format!(r#"{{"error":"{}"}}"#, "ä".repeat(600))).unwrap();
        assert_eq!(long.chars().count(), MESSAGE_MAX + 1);
        assert!(long.ends_with('…'));
    }
}
