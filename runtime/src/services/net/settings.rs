//! How the network service is set up.

use std::path::PathBuf;
use std::time::Duration;

/// Limits of one fetch, and whom to trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetSettings {
    /// The longest that a fetch takes, with all its redirects. A request may ask for less.
    pub timeout: Duration,
    /// The longest that one address is tried; then the next one is.
    pub connect_timeout: Duration,
    /// The most redirects that are followed.
    pub redirects_max: u32,
    /// The longest URL, in bytes.
    pub url_bytes_max: usize,
    /// The most bytes of a request's body.
    pub request_bytes_max: usize,
    /// The most bytes of an answer's body.
    pub response_bytes_max: usize,
    /// The most bytes of a request's headers, and of an answer's; at least 8 KiB.
    pub header_bytes_max: usize,
    /// The most addresses that a name may have.
    pub addresses_max: usize,
    /// Certificates (PEM) that are trusted beside the machine's own.
    pub ca_file: Option<PathBuf>,
}

impl NetSettings {
    /// The least that [`NetSettings::header_bytes_max`] can be: what an HTTP client needs to read anything.
    pub const HEADER_BYTES_MIN: usize = 8 << 10;
}

impl Default for NetSettings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
            redirects_max: 10,
            url_bytes_max: 8 << 10,
            request_bytes_max: 1 << 20,
            response_bytes_max: 1 << 20,
            header_bytes_max: 32 << 10,
            addresses_max: 32,
            ca_file: None,
        }
    }
}
