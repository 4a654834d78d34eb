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
        url_bytes_max: size_of(written.url, usual.url_bytes_max),
        addresses_max: written
            .addresses
            .map_or(usual.addresses_max, |count| count as usize),
        request_bytes_max: size_of(written.request, usual.request_bytes_max),
        response_bytes_max: size_of(written.response, usual.response_bytes_max),
        header_bytes_max: size_of(written.headers, usual.header_bytes_max),
        ca_file: written.ca_file.clone(),
    };
    for (key, most) in [
        ("net.url", settings.url_bytes_max),
        ("net.addresses", settings.addresses_max),
    ] {
        if most == 0 {
            return Err(reader.wrong(key, "with 0 nothing can be fetched"));
        }
    }
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

#[cfg(test)]
mod tests {
    use crate::config::{Config, ConfigError};
    use crate::services::net::NetSettings;

    fn read(net: &str) -> Result<NetSettings, ConfigError> {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("sinew.toml");
        std::fs::write(&file, format!("[net]\n{net}\n")).unwrap();
        Config::read(&file).map(|config| config.net)
    }

    #[test]
    fn limits_are_as_they_are_written() {
        let settings = read("url = \"2KiB\"\naddresses = 4\nredirects = 0").unwrap();
        assert_eq!(
            settings,
            NetSettings {
                url_bytes_max: 2048,
                addresses_max: 4,
                redirects_max: 0,
                ..NetSettings::default()
            }
        );
        assert_eq!(read("").unwrap(), NetSettings::default());
    }

    #[test]
    fn what_would_let_nothing_through_is_refused() {
        for (text, key) in [
            ("url = \"0B\"", "`net.url`"),
            ("addresses = 0", "`net.addresses`"),
            ("headers = \"1KiB\"", "`net.headers`"),
            ("ca_file = \"a.pem\"", "`net.ca_file`"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(key), "{text}: {error}");
        }
    }
}
