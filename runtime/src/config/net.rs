//! `[net]` as the network service uses it.

use super::ConfigError;
use super::used::{Reader, size_of};
use super::written::Net;
use crate::services::net::NetSettings;

/// Fills in the defaults.
pub(super) fn settings(written: &Net, reader: &Reader<'_>) -> Result<NetSettings, ConfigError> {
    let usual = NetSettings::default();
    let duration = |key, text: Option<&String>, usual| {
        text.map_or(Ok(usual), |text| reader.duration(key, text))
    };
    let settings = NetSettings {
        timeout: duration("net.timeout", written.timeout.as_ref(), usual.timeout)?,
        connect_timeout: duration(
            "net.connect_timeout",
            written.connect_timeout.as_ref(),
            usual.connect_timeout,
        )?,
        redirects_max: written.redirects.unwrap_or(usual.redirects_max),
        request_bytes_max: size_of(written.request, usual.request_bytes_max),
        response_bytes_max: size_of(written.response, usual.response_bytes_max),
        header_bytes_max: size_of(written.headers, usual.header_bytes_max),
        ca_file: written.ca_file.clone(),
        ..usual
    };
    if settings.header_bytes_max < NetSettings::HEADER_BYTES_MIN {
        return Err(reader.wrong("net.headers", "8 KiB is the least"));
    }
    if settings
        .ca_file
        .as_ref()
        .is_some_and(|file| file.is_relative())
    {
        return Err(reader.wrong("net.ca_file", "it has to be an absolute path"));
    }
    Ok(settings)
}
