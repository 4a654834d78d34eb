//! `[github]` as the GitHub service uses it.

use std::time::Duration;

use bytesize::ByteSize;
use jiff::SignedDuration;

use super::written::Github;
use crate::services::github::{BaseUrl, GithubCredentials, GithubSettings};

/// Fills in the defaults; the error is a key of the table and what is wrong with it.
pub(super) fn settings(written: &Github) -> Result<GithubSettings, (&'static str, String)> {
    let usual = GithubSettings::default();
    let base_url = match &written.base_url {
        None => usual.base_url,
        Some(text) => BaseUrl::parse(text).map_err(|error| ("base_url", error.to_string()))?,
    };
    Ok(GithubSettings {
        base_url,
        credentials: credentials(written)?,
        login: written.login.clone(),
        concurrency: counted("concurrency", written.concurrency, 64)?
            .map_or(usual.concurrency, |count| count as usize),
        pages_max: counted("pages", written.pages, 100)?.unwrap_or(usual.pages_max),
        items_max: counted("items", written.items, 10_000)?
            .map_or(usual.items_max, |count| count as usize),
        answer_bytes_max: size(written.answer, usual.answer_bytes_max),
        file_bytes_max: size(written.file, usual.file_bytes_max),
        text_bytes_max: size(written.text, usual.text_bytes_max),
        attempts_max: counted("attempts", written.attempts, 10)?.unwrap_or(usual.attempts_max),
        connect_timeout: time("connect_timeout", written.connect_timeout.as_ref())?
            .unwrap_or(usual.connect_timeout),
        request_timeout: time("request_timeout", written.request_timeout.as_ref())?
            .unwrap_or(usual.request_timeout),
    })
}

fn credentials(written: &Github) -> Result<GithubCredentials, (&'static str, String)> {
    let app = (
        written.app_id,
        written.installation_id,
        &written.private_key,
    );
    match (&written.token, app) {
        (None, (None, None, None)) => Ok(GithubCredentials::None),
        (Some(token), (None, None, None)) => Ok(GithubCredentials::Token {
            secret: token.secret.clone(),
        }),
        (None, (Some(app_id), Some(installation_id), Some(private_key))) => {
            Ok(GithubCredentials::App {
                app_id,
                installation_id,
                private_key: private_key.secret.clone(),
            })
        }
        (Some(_), _) => Err(("token", "write either a token or an app".to_owned())),
        (None, _) => Err((
            "app_id",
            "an app needs `app_id`, `installation_id` and `private_key`".to_owned(),
        )),
    }
}

fn counted(
    key: &'static str,
    written: Option<u32>,
    most: u32,
) -> Result<Option<u32>, (&'static str, String)> {
    match written {
        Some(count) if !(1..=most).contains(&count) => {
            Err((key, format!("it is at least 1 and at most {most}")))
        }
        written => Ok(written),
    }
}

fn size(written: Option<ByteSize>, usual: usize) -> usize {
    written.map_or(usual, |size| {
        usize::try_from(size.as_u64()).unwrap_or(usize::MAX)
    })
}

fn time(
    key: &'static str,
    written: Option<&String>,
) -> Result<Option<Duration>, (&'static str, String)> {
    let Some(text) = written else { return Ok(None) };
    text.parse::<SignedDuration>()
        .ok()
        .and_then(|duration| Duration::try_from(duration).ok())
        .filter(|duration| !duration.is_zero())
        .map(Some)
        .ok_or_else(|| {
            (
                key,
                format!("`{text}` is no duration; write for example \"5s\""),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<GithubSettings, (&'static str, String)> {
        settings(&toml::from_str(text).unwrap())
    }

    #[test]
    fn whoever_writes_nothing_is_nobody_at_github() {
        assert_eq!(read("").unwrap(), GithubSettings::default());
    }

    #[test]
    fn credentials_are_one_of_two_and_whole() {
        let token = read(r#"token = { secret = "BOT" }"#).unwrap().credentials;
        assert_eq!(
            token,
            GithubCredentials::Token {
                secret: "BOT".to_owned()
            }
        );
        let app = "app_id = 7\ninstallation_id = 8\n";
        let key = r#"private_key = { secret = "KEY" }"#;
        let whole = read(&format!("{app}{key}")).unwrap().credentials;
        assert_eq!(
            whole,
            GithubCredentials::App {
                app_id: 7,
                installation_id: 8,
                private_key: "KEY".to_owned()
            }
        );
        for (text, expected) in [
            (app.to_owned(), "app_id"),
            (key.to_owned(), "app_id"),
            (
                format!("{app}{key}\ntoken = {{ secret = \"BOT\" }}"),
                "token",
            ),
        ] {
            assert_eq!(read(&text).unwrap_err().0, expected, "{text}");
        }
        assert!(
            toml::from_str::<Github>(r#"token = "ghp_written_here""#).is_err(),
            "a token does not belong into this file"
        );
    }

    #[test]
    fn limits_are_sane() {
        for (text, key) in [
            ("concurrency = 0", "concurrency"),
            ("pages = 101", "pages"),
            ("attempts = 0", "attempts"),
            (r#"base_url = "http://github.example.com""#, "base_url"),
            (r#"request_timeout = "soon""#, "request_timeout"),
        ] {
            assert_eq!(read(text).unwrap_err().0, key, "{text}");
        }
        let settings = read("items = 50\nfile = \"64KiB\"\nconnect_timeout = \"2s\"").unwrap();
        assert_eq!(settings.items_max, 50);
        assert_eq!(settings.file_bytes_max, 65_536);
        assert_eq!(settings.connect_timeout, Duration::from_secs(2));
    }
}
