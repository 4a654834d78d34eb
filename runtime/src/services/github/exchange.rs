//! One request and its answer, over HTTP: the one file of the service that speaks it.

use std::error::Error as _;

use http_body_util::BodyExt as _;
use hyper::header::{ACCEPT, CONTENT_LENGTH, HeaderMap, LINK, RETRY_AFTER};
use hyper::{Method, Request};
use hyper_util::client::legacy;
use octocrab::Octocrab;
use serde_json::Value;

use super::target::Target;

/// What is asked.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) verb: Verb,
    pub(super) target: Target,
    pub(super) body: Option<Value>,
    pub(super) form: Form,
}

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    /// Looks.
    Get,
    /// Makes something.
    Post,
    /// Changes something.
    Put,
}

/// What the answer is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// JSON, all of it.
    Json,
    /// A file's bytes, as many of them as may be read.
    Raw,
}

/// What was answered.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    /// Whether there is a next page.
    pub(super) more: bool,
    pub(super) limits: Limits,
}

/// What an answer says of GitHub's limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Limits {
    /// Seconds to wait.
    pub(super) retry_after: Option<u64>,
    /// Requests that are left.
    pub(super) remaining: Option<u64>,
    /// When there are new ones, in seconds since 1970.
    pub(super) reset: Option<i64>,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// Nothing was sent.
    NotSent,
    /// It was sent, or part of it, and the answer did not come, or not to its end.
    Sent,
    /// The answer is longer than may be read.
    TooLarge,
}

/// Sends a request and reads the answer, at most `bytes_max` of it.
pub(super) async fn exchange(
    client: &Octocrab,
    ask: &Ask,
    bytes_max: usize,
) -> Result<Received, Broken> {
    let accept = match ask.form {
        Form::Json => "application/vnd.github+json, application/json;q=0.9",
        Form::Raw => "application/vnd.github.raw+json",
    };
    let method = match ask.verb {
        Verb::Get => Method::GET,
        Verb::Post => Method::POST,
        Verb::Put => Method::PUT,
    };
    let request = Request::builder()
        .method(method)
        .uri(ask.target.to_string())
        .header(ACCEPT, accept);
    let request = client
        .build_request(request, ask.body.as_ref())
        .map_err(|error| broken(&error))?;
    let response = client
        .execute(request)
        .await
        .map_err(|error| broken(&error))?;
    let (head, mut body) = response.into_parts();
    let declared: Option<usize> = number(&head.headers, CONTENT_LENGTH.as_str());
    if ask.form == Form::Json && declared.is_some_and(|length| length > bytes_max) {
        return Err(Broken::TooLarge);
    }
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| broken(&error))?;
        let Some(data) = frame.data_ref() else {
            continue;
        };
        let room = bytes_max - bytes.len();
        bytes.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            match ask.form {
                Form::Json => return Err(Broken::TooLarge),
                Form::Raw => break,
            }
        }
    }
    Ok(Received {
        status: head.status.as_u16(),
        body: bytes,
        more: has_next(&head.headers),
        limits: Limits {
            retry_after: number(&head.headers, RETRY_AFTER.as_str()),
            remaining: number(&head.headers, "x-ratelimit-remaining"),
            reset: number(&head.headers, "x-ratelimit-reset"),
        },
    })
}

/// Whether anything may have been sent before it broke.
fn broken(error: &octocrab::Error) -> Broken {
    tracing::debug!("github: {error}");
    match error {
        octocrab::Error::Service { .. } => {
            let mut source = error.source();
            while let Some(cause) = source {
                if let Some(client) = cause.downcast_ref::<legacy::Error>() {
                    return if client.is_connect() {
                        Broken::NotSent
                    } else {
                        Broken::Sent
                    };
                }
                source = cause.source();
            }
            Broken::Sent
        }
        octocrab::Error::Http { .. }
        | octocrab::Error::Uri { .. }
        | octocrab::Error::Serde { .. } => Broken::NotSent,
        _ => Broken::Sent,
    }
}

/// Whether there is a link to a next page. Where it leads is not looked at.
fn has_next(headers: &HeaderMap) -> bool {
    headers
        .get_all(LINK)
        .iter()
        .filter_map(|links| links.to_str().ok())
        .any(|links| links.contains("rel=\"next\""))
}

fn number<T: std::str::FromStr>(headers: &HeaderMap, name: &str) -> Option<T> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

// === impl Ask ===

impl Ask {
    /// A request that looks.
    pub(super) fn get(target: Target) -> Self {
        Self {
            verb: Verb::Get,
            target,
            body: None,
            form: Form::Json,
        }
    }

    /// A request that makes something.
    pub(super) fn post(target: Target, body: Value) -> Self {
        Self {
            verb: Verb::Post,
            target,
            body: Some(body),
            form: Form::Json,
        }
    }

    /// A request that changes something.
    pub(super) fn put(target: Target, body: Value) -> Self {
        Self {
            verb: Verb::Put,
            ..Self::post(target, body)
        }
    }

    /// Whether it changes anything.
    pub(super) fn writes(&self) -> bool {
        self.verb != Verb::Get
    }
}
