//! Extism's own HTTP functions, as another way to ask for `net_fetch`: the same permit, the same budget, the same record.
//!
//! The stock PDK passes a request as JSON and its body as a block, gets the answer's body back, and asks for status and
//! headers afterwards; a failure ends its call. The protocol is that of `extism` 1.41, `src/pdk.rs`.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use extism::{EXTISM_ENV_MODULE, Function, Val, ValType};
use serde::Deserialize;
use serde_json::json;
use sinew_schema::{Answer, NetFetchResponse};

use super::border::{self, Abort, AbortReason, Border};
use super::guest_memory::{read, write};
use super::host_functions::{argument, function, give};
use crate::effects::EffectId;

/// What is said of a request that is none, by which the self-test knows that it was asked here.
pub(super) const NO_REQUEST: &str = "`http_request` was handed what is no request";

/// A request as the stock PDK writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    url: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    method: Option<String>,
}

/// What is left of an answer when its body was handed out.
pub(super) struct Head {
    status: u16,
    headers: Vec<u8>,
}

/// The three functions.
pub(super) fn functions() -> [Function; 3] {
    [
        function(
            EXTISM_ENV_MODULE,
            "http_request",
            2,
            Some(ValType::I64),
            |border, plugin, inputs, outputs| {
                let limit = border.limits().argument_bytes_max;
                let request = read(plugin, argument(inputs, 0)?, limit)?;
                let body = read(plugin, argument(inputs, 1)?, limit)?;
                border::with_frame(|frame| frame.http = None);
                let (head, body) = fetch(border, &request, &body)?;
                border::with_frame(|frame| frame.http = Some(head));
                give(outputs, write(plugin, &body)?)
            },
        ),
        function(
            EXTISM_ENV_MODULE,
            "http_status_code",
            0,
            Some(ValType::I32),
            |_, _, _, outputs| {
                let status = answered("http_status_code", |head| head.status)?;
                give(outputs, Val::I32(status.into()))
            },
        ),
        function(
            EXTISM_ENV_MODULE,
            "http_headers",
            0,
            Some(ValType::I64),
            |_, plugin, _, outputs| {
                let headers = answered("http_headers", |head| head.headers.clone())?;
                give(outputs, write(plugin, &headers)?)
            },
        ),
    ]
}

fn fetch(border: &dyn Border, request: &[u8], body: &[u8]) -> Result<(Head, Vec<u8>), Abort> {
    let request: Request =
        serde_json::from_slice(request).map_err(|error| trap(format!("{NO_REQUEST}: {error}")))?;
    let headers = request.headers.into_iter();
    let mut asked = json!({
        "url": request.url,
        "method": request.method.unwrap_or_else(|| "GET".to_owned()),
        "headers": headers.map(|(name, value)| json!({ "name": name, "value": value })).collect::<Vec<_>>(),
    });
    if !body.is_empty() {
        asked["base64"] = STANDARD.encode(body).into();
    }
    let answer = border.effect(EffectId::NetFetch, asked.to_string().as_bytes())?;
    let unreadable = |error: &dyn std::fmt::Display| {
        Abort::new(
            AbortReason::Host,
            format!("the host's own answer cannot be read: {error}"),
        )
    };
    let response: NetFetchResponse =
        match serde_json::from_slice(&answer).map_err(|error| unreadable(&error))? {
            Answer::Ok(response) => response,
            Answer::Error(error) => return Err(trap(format!("`http_request`: {error}"))),
        };
    let body = match (response.text, response.base64) {
        (Some(text), _) => text.into_bytes(),
        (None, base64) => STANDARD
            .decode(base64.unwrap_or_default())
            .map_err(|error| unreadable(&error))?,
    };
    // Of headers that are there more than once the stock PDK sees the last.
    let headers: BTreeMap<String, String> = response
        .headers
        .into_iter()
        .map(|header| (header.name, header.value))
        .collect();
    let head = Head {
        status: response.status,
        headers: serde_json::to_vec(&headers).map_err(|error| unreadable(&error))?,
    };
    Ok((head, body))
}

/// Something of the last answer in this call.
fn answered<T>(function: &str, of: impl FnOnce(&Head) -> T) -> Result<T, Abort> {
    border::with_frame(|frame| frame.http.as_ref().map(of))
        .flatten()
        .ok_or_else(|| {
            trap(format!(
                "`{function}` was called before there was an answer"
            ))
        })
}

fn trap(message: String) -> Abort {
    Abort::new(AbortReason::Trap, message)
}
