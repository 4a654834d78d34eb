//! TLS: a certificate is verified, by the machine's authorities and by the operator's own.

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::json;
use sinew_contract_tests::web_server::{Reply, WebServer};
use sinew_runtime::services::net::NetSettings;

use crate::net::{KEY, Net};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    Authority::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server whose certificate is for `a.test`.
fn server(authority: &Authority) -> WebServer {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["a.test".to_owned()])
        .unwrap()
        .signed_by(&key, authority)
        .unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    WebServer::start_tls(Ipv4Addr::LOCALHOST, Arc::new(config), |seen| {
        Reply::ok(seen.header("x-key").unwrap_or("none"))
    })
    .unwrap()
}

fn trusting(ca_file: Option<&Path>) -> Net {
    let net = Net::with(NetSettings {
        ca_file: ca_file.map(Path::to_owned),
        ..NetSettings::default()
    });
    for name in ["a.test", "b.test"] {
        net.names.set(name, &[&["127.0.0.1"]]);
    }
    net
}

#[test]
fn a_certificate_has_to_be_for_the_host_and_from_somebody_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, other) = (authority(), authority());
    let file = |name: &str, authority: &Authority| {
        let path = folder.path().join(name);
        let certificate = STANDARD.encode(authority.der());
        let pem =
            format!("-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n");
        fs::write(&path, pem).unwrap();
        path
    };
    let (ours_file, other_file) = (file("ours.pem", &ours), file("other.pem", &other));
    let server = server(&ours);
    let port = server.address.port();
    for (ca_file, host, expected) in [
        (Some(&ours_file), "a.test", "200"),
        (Some(&ours_file), "b.test", "unavailable"),
        (Some(&ours_file), "127.0.0.1", "unavailable"),
        (Some(&other_file), "a.test", "unavailable"),
        (None, "a.test", "unavailable"),
    ] {
        let net = trusting(ca_file.map(PathBuf::as_path));
        let rules = json!([{
            "host": host, "methods": ["GET"], "path": "/**", "ports": [port],
            "private": ["127.0.0.1/32"], "secrets": [KEY.0],
        }]);
        let request = json!({
            "url": format!("https://{host}:{port}/"),
            "headers": [{ "name": "x-key", "value": "${secret:ACME_KEY}" }],
        });
        assert_eq!(
            net.outcome(&rules, &request),
            expected,
            "{host} {ca_file:?}"
        );
        let seen = server.take();
        assert_eq!(
            seen.len(),
            usize::from(expected == "200"),
            "{host}: nothing is sent unverified"
        );
        assert!(seen.iter().all(|seen| seen.header("x-key") == Some(KEY.1)));
    }
}

#[test]
fn a_file_without_certificates_keeps_the_service_from_starting() {
    use sinew_runtime::services::net::{NetService, SystemResolver};
    use sinew_runtime::services::secrets::Secrets;
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    fs::write(&empty, "").unwrap();
    for file in [empty, folder.path().join("missing.pem")] {
        let settings = NetSettings {
            ca_file: Some(file),
            ..NetSettings::default()
        };
        let started = NetService::start(settings, Arc::new(SystemResolver), Secrets::default());
        assert!(started.is_err());
    }
}
