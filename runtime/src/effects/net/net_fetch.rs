//! `net_fetch`: sends an HTTP request and returns the answer.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sinew_schema::{EffectClass, EffectError, NetAnswerHeader, NetFetchRequest, NetFetchResponse};

use crate::effects::error::{invalid, too_large, unavailable};
use crate::effects::{Call, Effect, Fields};
use crate::permits::{Need, NetNeed, WebUrl};
use crate::services::net::{
    Answer, Headers, Hop, NetError, NetService, Sent, Wanted, is_idempotent, is_safe,
};
use crate::services::secrets::PLACEHOLDER_START;

/// The method of a request that names none.
const METHOD: &str = "GET";

#[derive(Debug)]
pub(in crate::effects) struct NetFetch {
    net: NetService,
}

impl Effect for NetFetch {
    type Request = NetFetchRequest;
    type Response = NetFetchResponse;

    async fn need(
        &self,
        _call: &Call<'_>,
        request: &mut Self::Request,
    ) -> Result<Need, EffectError> {
        let asked = request.url.clone();
        let hop = self.hop(request)?;
        request.method = Some(hop.method().to_owned());
        request.url = hop.url().to_string();
        Ok(Need::Net(need(&hop, vec![asked])))
    }

    /// The method says it: a `GET` leaves no intent behind, and a `POST` whose answer never came is in doubt. No redirect
    /// makes more of a request than it was.
    fn class(&self, request: &Self::Request) -> Option<EffectClass> {
        let method = request.method.as_deref().unwrap_or(METHOD);
        if is_safe(method) {
            Some(EffectClass::Read)
        } else if is_idempotent(method) {
            Some(EffectClass::WriteRemoteIdempotent)
        } else {
            None
        }
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let Need::Net(judged) = need else {
            return Err(invalid("the request was not judged"));
        };
        let hop = self.hop(&request)?;
        let wait = request
            .wait_ms
            .map(|wait| Duration::from_millis(wait.into()));
        let bytes_max = self.net.settings().response_bytes_max as u64;
        let wanted = Wanted {
            redirects: follows(&request)?,
            bytes_max: request
                .max_bytes
                .map_or(bytes_max, |wanted| wanted.min(bytes_max)),
        };
        let fetching = self.fetch(call, hop, judged.clone(), wanted);
        Box::pin(self.net.within(call.deadline, wait, fetching)).await
    }
}

// === impl NetFetch ===

impl NetFetch {
    pub(in crate::effects) fn new(net: &NetService) -> Self {
        Self { net: net.clone() }
    }

    /// Fetches, and says of what failed after something was sent that nobody knows whether it was done.
    async fn fetch(
        &self,
        call: &Call<'_>,
        hop: Hop,
        judged: NetNeed,
        wanted: Wanted,
    ) -> Result<NetFetchResponse, EffectError> {
        let mut sent = false;
        let fetched = self.follow(call, hop, judged, wanted, &mut sent).await;
        // A server that sends the caller where it may not go has answered.
        let known = [EffectError::CODE_IN_DOUBT, EffectError::CODE_DENIED];
        fetched.map_err(|error| {
            if sent && !known.contains(&error.code.as_str()) {
                NetError::InDoubt(error.message).into()
            } else {
                error
            }
        })
    }

    /// Goes from hop to hop. `judged` is what was permitted, of which only the addresses are open. `sent` says whether a
    /// server has had a request that may have changed something.
    async fn follow(
        &self,
        call: &Call<'_>,
        mut hop: Hop,
        mut judged: NetNeed,
        wanted: Wanted,
        sent: &mut bool,
    ) -> Result<NetFetchResponse, EffectError> {
        let mut redirects = 0;
        loop {
            let addresses = self.net.resolve(&hop).await?;
            // All of them, not just the one that will be used: a name with one forbidden address is somebody's trick.
            for address in &addresses {
                let mut need = judged.clone();
                need.address = Some(*address);
                call.host.permit(&Need::Net(need))?;
            }
            match self.net.send(&hop, &addresses, wanted).await? {
                Sent::Answered(answer) => return Ok(response(answer, &hop, redirects)),
                Sent::Redirected(next) => {
                    *sent |= !is_safe(hop.method());
                    hop = *next;
                }
            }
            redirects += 1;
            if redirects > self.net.settings().redirects_max {
                return Err(unavailable("the server redirects too often"));
            }
            judged = need(&hop, Vec::new());
            call.host.permit(&Need::Net(judged.clone()))?;
        }
    }

    /// The request that is sent first. Fails for what the guest's own words say to be wrong, and for nothing else.
    fn hop(&self, request: &NetFetchRequest) -> Result<Hop, EffectError> {
        let limits = self.net.settings();
        follows(request)?;
        if request.url.len() > limits.url_bytes_max {
            return Err(too_large(format!(
                "the URL has more than {} bytes",
                limits.url_bytes_max
            )));
        }
        if request.url.contains(PLACEHOLDER_START) {
            return Err(invalid(
                "no secret can stand in a URL: those are logged wherever they pass",
            ));
        }
        let url = WebUrl::parse(&request.url).map_err(|error| invalid(error.to_string()))?;
        let written = request
            .headers
            .iter()
            .map(|header| (header.name.as_str(), header.value.as_str()));
        let headers = Headers::parse(written)?;
        if headers.bytes() > limits.header_bytes_max {
            return Err(too_large(format!(
                "the headers have more than {} bytes",
                limits.header_bytes_max
            )));
        }
        let body = match (&request.text, &request.base64) {
            (Some(_), Some(_)) => return Err(invalid("`text` and `base64` are both there")),
            (Some(text), None) => text.as_bytes().to_vec(),
            (None, Some(base64)) => STANDARD
                .decode(base64)
                .map_err(|error| invalid(format!("`base64` is none: {error}")))?,
            (None, None) => Vec::new(),
        };
        if body.len() > limits.request_bytes_max {
            return Err(too_large(format!(
                "the body has more than {} bytes",
                limits.request_bytes_max
            )));
        }
        let method = request.method.as_deref().unwrap_or(METHOD);
        Ok(Hop::new(method, url, headers, body)?)
    }
}

/// What a hop needs, before its name is looked up.
fn need(hop: &Hop, asked: Vec<String>) -> NetNeed {
    NetNeed {
        asked,
        method: hop.method().to_owned(),
        url: hop.url().clone(),
        address: None,
        secrets: hop.secrets(),
    }
}

fn follows(request: &NetFetchRequest) -> Result<bool, EffectError> {
    match request.redirects.as_deref() {
        None | Some(NetFetchRequest::REDIRECTS_FOLLOW) => Ok(true),
        Some(NetFetchRequest::REDIRECTS_RETURN) => Ok(false),
        Some(other) => Err(invalid(format!(
            "`redirects` is `follow` or `return`, and not `{}`",
            other.escape_debug()
        ))),
    }
}

fn response(answer: Answer, hop: &Hop, redirects: u32) -> NetFetchResponse {
    let (text, base64) = match String::from_utf8(answer.body) {
        Ok(text) => (Some(text), None),
        Err(error) => (None, Some(STANDARD.encode(error.into_bytes()))),
    };
    let headers = answer
        .headers
        .into_iter()
        .map(|(name, value)| NetAnswerHeader {
            name,
            value,
            extra: Fields::new(),
        });
    NetFetchResponse {
        status: answer.status,
        headers: headers.collect(),
        text,
        base64,
        url: hop.url().to_string(),
        redirects,
        extra: Fields::new(),
    }
}
