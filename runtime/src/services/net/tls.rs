//! TLS: whose certificates are believed, and that they are.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::Verifier;
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::NetError;

/// Makes encrypted connections. There is no way to make one without its certificate being verified.
pub(super) struct Tls {
    trusted: Vec<CertificateDer<'static>>,
    /// Made when it is first needed: reading the machine's certificates takes longer than a start may.
    connector: OnceCell<TlsConnector>,
}

// === impl Tls ===

impl Tls {
    /// Trusts the machine's certificates and those in `ca_file`.
    pub(super) fn trusting(ca_file: Option<&Path>) -> io::Result<Self> {
        let mut trusted = Vec::new();
        for certificate in ca_file
            .map(CertificateDer::pem_file_iter)
            .transpose()
            .map_err(io::Error::other)?
            .into_iter()
            .flatten()
        {
            trusted.push(certificate.map_err(io::Error::other)?);
        }
        if ca_file.is_some() && trusted.is_empty() {
            return Err(io::Error::other("there is no certificate in it"));
        }
        Ok(Self {
            trusted,
            connector: OnceCell::new(),
        })
    }

    /// Encrypts a connection, after `host` has proved that it is that. An address literal is without brackets.
    pub(super) async fn encrypt(
        &self,
        host: &str,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, NetError> {
        let unavailable = |error: &dyn fmt::Display| {
            NetError::Unavailable(format!("no TLS with `{host}`: {error}"))
        };
        let name = ServerName::try_from(host.to_owned()).map_err(|error| unavailable(&error))?;
        let connector = self
            .connector
            .get_or_try_init(|| async {
                let trusted = self.trusted.clone();
                tokio::task::spawn_blocking(|| connector(trusted))
                    .await
                    .map_err(|error| error.to_string())?
                    .map_err(|error| error.to_string())
            })
            .await
            .map_err(|error| unavailable(&error))?;
        connector
            .connect(name, stream)
            .await
            .map_err(|error| unavailable(&error))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

fn connector(trusted: Vec<CertificateDer<'static>>) -> Result<TlsConnector, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(trusted, Arc::clone(&provider))?;
    // The word is that of the library for every verifier that it did not make itself; this one is the platform's.
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}
