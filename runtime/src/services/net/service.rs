//! The service itself: what can be asked of it.

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::Request;
use hyper::client::conn::http1;
use hyper::header::{ACCEPT_ENCODING, CONNECTION, HOST, HeaderValue};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use url::{Host, Position};

use super::answer::{Sent, Wanted};
use super::connect::connect;
use super::tls::Tls;
use super::{Hop, NetError, NetSettings, Resolver};
use crate::services::secrets::Secrets;
use crate::world::{Clock as _, SystemClock};

/// HTTP requests. Cloning shares it.
#[derive(Debug, Clone)]
pub struct NetService {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    settings: NetSettings,
    resolver: Arc<dyn Resolver>,
    secrets: Secrets,
    tls: Tls,
}

// === impl NetService ===

impl NetService {
    /// Gets ready; nothing is sent anywhere.
    ///
    /// # Errors
    /// When the file of certificates cannot be read.
    pub fn start(
        settings: NetSettings,
        resolver: Arc<dyn Resolver>,
        secrets: Secrets,
    ) -> io::Result<Self> {
        let tls = Tls::trusting(settings.ca_file.as_deref())?;
        Ok(Self {
            inner: Arc::new(Inner {
                settings,
                resolver,
                secrets,
                tls,
            }),
        })
    }

    /// The settings the service was started with.
    #[must_use]
    pub fn settings(&self) -> &NetSettings {
        &self.inner.settings
    }

    /// Gives `work` the time that is left to the turn, to the caller's patience and to the settings, whichever is least.
    ///
    /// # Errors
    /// `Deadline`, and then whatever was under way is dropped, with its connection.
    pub async fn within<T, E: From<NetError>>(
        &self,
        deadline: Instant,
        wait: Option<Duration>,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let patience = wait.map_or(self.inner.settings.timeout, |wait| {
            wait.min(self.inner.settings.timeout)
        });
        let until = SystemClock
            .instant()
            .checked_add(patience)
            .map_or(deadline, |until| until.min(deadline));
        tokio::time::timeout_at(until.into(), work)
            .await
            .unwrap_or_else(|_| Err(NetError::Deadline.into()))
    }

    /// Every address that a hop may have to be sent to. A name is looked up, which tells somebody the name: ask only when
    /// its URL was judged.
    ///
    /// # Errors
    /// `NoSecret` before anything leaves this machine; a name that has no address, or too many to judge.
    pub async fn resolve(&self, hop: &Hop) -> Result<Vec<IpAddr>, NetError> {
        let Inner {
            settings,
            resolver,
            secrets,
            ..
        } = &*self.inner;
        hop.headers.fill(secrets)?;
        let found = match hop.url.url().host() {
            Some(Host::Ipv4(address)) => vec![address.into()],
            Some(Host::Ipv6(address)) => vec![address.into()],
            Some(Host::Domain(name)) => resolver.resolve(name).await.map_err(|error| {
                NetError::Unavailable(format!("`{name}` cannot be looked up: {error}"))
            })?,
            None => Vec::new(),
        };
        let mut addresses: Vec<IpAddr> = Vec::new();
        for address in found {
            // An IPv4 address in IPv6 clothes is judged as what it is connected to as.
            let address = address.to_canonical();
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        let host = hop.url.host();
        if addresses.is_empty() {
            return Err(NetError::Unavailable(format!("`{host}` has no address")));
        }
        if addresses.len() > settings.addresses_max {
            return Err(NetError::Unavailable(format!(
                "`{host}` has too many addresses"
            )));
        }
        Ok(addresses)
    }

    /// Sends a hop to one of these addresses, all of which were judged, and reads what comes back.
    ///
    /// # Errors
    /// See [`NetError`].
    pub async fn send(
        &self,
        hop: &Hop,
        addresses: &[IpAddr],
        wanted: Wanted,
    ) -> Result<Sent, NetError> {
        let (host, port) = (hop.url.host(), hop.url.port());
        let stream = connect(addresses, port, self.inner.settings.connect_timeout)
            .await
            .map_err(|error| {
                NetError::Unavailable(format!("`{host}` cannot be reached: {}", error.kind()))
            })?;
        if hop.url.scheme() == "https" {
            let name = host.trim_start_matches('[').trim_end_matches(']');
            let stream = self.inner.tls.encrypt(name, stream).await?;
            Box::pin(self.exchange(hop, stream, wanted)).await
        } else {
            Box::pin(self.exchange(hop, stream, wanted)).await
        }
    }

    async fn exchange(
        &self,
        hop: &Hop,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        wanted: Wanted,
    ) -> Result<Sent, NetError> {
        let host = hop.url.host();
        let failed = |error: hyper::Error| {
            if error.is_parse_too_large() {
                return NetError::TooLarge(format!("the headers of `{host}` are too large"));
            }
            NetError::Unavailable(format!("`{host}` gives no answer: {error}"))
        };
        let request = self.request(hop)?;
        let (mut sender, connection) = http1::Builder::new()
            .max_buf_size(self.inner.settings.header_bytes_max)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(failed)?;
        let mut connection = pin!(connection);
        let mut answering = pin!(async {
            let exchanged = async {
                let response = sender.send_request(request).await.map_err(failed)?;
                Sent::read(hop, response, wanted, &self.inner.secrets).await
            };
            exchanged.await.map_err(|error| {
                if hop.method.is_safe() {
                    error
                } else {
                    NetError::InDoubt(error.to_string())
                }
            })
        });
        // The connection moves only while it is looked at, and ends with this call. When it ends first, what it brought
        // is still to be read.
        tokio::select! {
            biased;
            answer = &mut answering => return answer,
            _ = &mut connection => {}
        }
        answering.await
    }

    /// The request as it is sent, with its secrets.
    fn request(&self, hop: &Hop) -> Result<Request<Full<hyper::body::Bytes>>, NetError> {
        let unsent = |_| NetError::Invalid("the URL cannot be sent".to_owned());
        let url = hop.url.url();
        let mut request = Request::new(Full::new(hop.body.clone()));
        *request.method_mut() = hop.method.clone();
        *request.uri_mut() = url[Position::BeforePath..Position::AfterQuery]
            .parse()
            .map_err(unsent)?;
        *request.headers_mut() = hop.headers.fill(&self.inner.secrets)?;
        let host = HeaderValue::from_str(&url[Position::BeforeHost..Position::BeforePath])
            .map_err(|_| NetError::Invalid("the URL cannot be sent".to_owned()))?;
        let headers = request.headers_mut();
        headers.insert(HOST, host);
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        Ok(request)
    }
}
