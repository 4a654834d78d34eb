//! The shim's command line, read without the real parser: that would take as long as the rest.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use super::Args;

/// Reads a command line that consists of nothing but the shim's own options; `None` leaves it to the real parser.
pub(super) fn plain(mut words: impl Iterator<Item = OsString>) -> Option<(Args, Option<PathBuf>)> {
    if words.next()? != "hook" {
        return None;
    }
    let mut arguments = Args::default();
    let mut state = None;
    while let Some(word) = words.next() {
        if word == "--guarded" {
            arguments.guarded = true;
            continue;
        }
        let word = word.into_string().ok()?;
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, OsString::from(value)),
            // What looks like an option is none's value: one that has lost its value is refused, as wrong usage.
            None => (word.as_str(), words.next().filter(is_value)?),
        };
        match name {
            "--event" => arguments.event = Some(value.into_string().ok()?),
            "--socket" => arguments.socket = Some(value.into()),
            "--timeout-ms" => arguments.timeout_ms = Some(value.to_str()?.parse().ok()?),
            "--state" => state = Some(value.into()),
            // The shim has no use for the configuration.
            "--config" => {}
            _ => return None,
        }
    }
    let state = state.or_else(|| {
        env::var_os("SINEW_STATE")
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    });
    Some((arguments, state))
}

fn is_value(word: &OsString) -> bool {
    !word.as_encoded_bytes().starts_with(b"-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<(Args, Option<PathBuf>)> {
        plain(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn the_shim_s_own_options_are_read() {
        let (arguments, state) = read(
            "hook --event Stop --guarded --socket=/a/b --timeout-ms 500 --state /s --config /c",
        )
        .unwrap();
        let expected = Args {
            event: Some("Stop".to_owned()),
            guarded: true,
            socket: Some("/a/b".into()),
            timeout_ms: Some(500),
        };
        assert_eq!(arguments, expected);
        assert_eq!(state, Some("/s".into()));
    }

    #[test]
    fn everything_else_is_left_to_the_real_parser() {
        for line in [
            "",
            "serve",
            "--state /s hook",
            "hook --help",
            "hook --event",
            "hook --event --guarded",
            "hook --guarded --event --timeout-ms 500",
            "hook --timeout-ms soon",
            "hook extra",
            "hook --guarded=no",
        ] {
            assert!(read(line).is_none(), "{line}");
        }
    }
}
