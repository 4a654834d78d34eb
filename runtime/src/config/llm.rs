//! `[llm]` as the LLM service uses it.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::written::{Llm, LlmKind, LlmModel as WrittenModel, LlmProvider as WrittenProvider};
use crate::permits::WebUrl;
use crate::services::llm::{Dialect, LlmModel, LlmProvider, LlmSettings, Prices};

/// Micro-dollars in a dollar: a price is for a million tokens, here and there.
const MICROS_PER_USD: f64 = 1_000_000.0;
/// The highest price, in US dollars for a million tokens. Whoever writes more meant another unit.
const USD_PER_MILLION_MAX: f64 = 1_000_000.0;
const ATTEMPTS_MAX: u32 = 10;
/// The version of Anthropic's API that is spoken unless the operator wants another one.
const ANTHROPIC_VERSION: &str = "2026-10-21";
/// Generous: what the dearest providers count for one large image.
const IMAGE_TOKENS: u64 = 6_000;

/// A key, and what is wrong with its value.
type Wrong = (String, String);

/// Fills in the defaults. `is_secret` says whether the operator lists a secret of that name, `duration` reads a time.
pub(super) fn settings(
    written: &Llm,
    is_secret: impl Fn(&str) -> bool,
    duration: impl Fn(&str) -> Option<Duration>,
) -> Result<LlmSettings, Wrong> {
    let usual = LlmSettings::default();
    let time = |key: &str, text: &Option<String>, usual: Duration| match text {
        None => Ok(usual),
        Some(text) => duration(text).ok_or_else(|| {
            wrong(
                format!("llm.{key}"),
                format!("`{text}` is no duration; write for example \"25s\""),
            )
        }),
    };
    let attempts_max = written.attempts.unwrap_or(usual.attempts_max);
    if !(1..=ATTEMPTS_MAX).contains(&attempts_max) {
        return Err(wrong(
            "llm.attempts",
            format!("it is at least 1 and at most {ATTEMPTS_MAX}"),
        ));
    }
    let in_flight_max = written
        .calls
        .map_or(usual.in_flight_max, |calls| calls as usize);
    if in_flight_max == 0 {
        return Err(wrong("llm.calls", "it is at least 1"));
    }
    let size = |size: Option<bytesize::ByteSize>, usual: usize| {
        size.map_or(usual, |size| {
            usize::try_from(size.as_u64()).unwrap_or(usize::MAX)
        })
    };
    let mut providers = BTreeMap::new();
    for (name, provider) in &written.providers {
        let provider = self::provider(name, provider, &is_secret)
            .map_err(|(key, message)| (format!("llm.providers.{name}.{key}"), message))?;
        providers.insert(name.as_str(), Arc::new(provider));
    }
    let mut models = BTreeMap::new();
    for (name, model) in &written.models {
        let model = self::model(model, &providers)
            .map_err(|(key, message)| (format!("llm.models.{name:?}.{key}"), message))?;
        models.insert(name.clone(), model);
    }
    Ok(LlmSettings {
        models,
        attempts_max,
        backoff: time("backoff", &written.backoff, usual.backoff)?,
        backoff_max: time("backoff_max", &written.backoff_max, usual.backoff_max)?,
        connect_timeout: usual.connect_timeout,
        timeout: time("timeout", &written.timeout, usual.timeout)?,
        request_bytes_max: size(written.request, usual.request_bytes_max),
        answer_bytes_max: size(written.answer, usual.answer_bytes_max),
        in_flight_max,
    })
}

fn provider(
    name: &str,
    written: &WrittenProvider,
    is_secret: impl Fn(&str) -> bool,
) -> Result<LlmProvider, Wrong> {
    let (dialect, usual_url) = match written.kind {
        LlmKind::Anthropic => {
            if written.max_tokens_field.is_some() {
                return Err(wrong("max_tokens_field", "only `kind = \"openai\"` has it"));
            }
            let version = written.version.as_deref().unwrap_or(ANTHROPIC_VERSION);
            if jiff::civil::Date::strptime("%Y-%m-%d", version).is_err() {
                return Err(wrong("version", "it is a date, such as \"2026-10-21\""));
            }
            let version = version.to_owned();
            (Dialect::Anthropic { version }, "https://api.anthropic.com")
        }
        LlmKind::Openai => {
            if written.version.is_some() {
                return Err(wrong("version", "only `kind = \"anthropic\"` has it"));
            }
            let field = written.max_tokens_field.as_deref().unwrap_or("max_tokens");
            if !["max_tokens", "max_completion_tokens"].contains(&field) {
                return Err(wrong(
                    "max_tokens_field",
                    "it is \"max_tokens\" or \"max_completion_tokens\"",
                ));
            }
            let max_tokens_field = field.to_owned();
            (
                Dialect::OpenAi { max_tokens_field },
                "https://api.openai.com/v1",
            )
        }
    };
    let base_url = WebUrl::parse(written.base_url.as_deref().unwrap_or(usual_url))
        .map_err(|error| wrong("base_url", error.to_string()))?;
    if base_url.scheme() == "http" && !written.allow_http && !is_loopback(base_url.host()) {
        return Err(wrong(
            "base_url",
            "over plain http everybody on the way can read the key; write https, or `allow_http = true`",
        ));
    }
    if let Some(key) = &written.key
        && !is_secret(key)
    {
        return Err(wrong("key", format!("`[secrets]` lists no `{key}`")));
    }
    Ok(LlmProvider {
        name: name.to_owned(),
        dialect,
        base_url: base_url.url().clone(),
        key: written.key.clone(),
    })
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn model(
    written: &WrittenModel,
    providers: &BTreeMap<&str, Arc<LlmProvider>>,
) -> Result<LlmModel, Wrong> {
    let provider = providers.get(written.provider.as_str()).ok_or_else(|| {
        wrong(
            "provider",
            format!("`[llm.providers]` lists no `{}`", written.provider),
        )
    })?;
    if written.max_output_tokens == 0 || written.context_tokens == 0 {
        return Err(wrong(
            "max_output_tokens",
            "it and `context_tokens` are at least 1",
        ));
    }
    let price = |key: &str, price: Option<f64>| {
        price
            .map_or(Ok(None), |price| micros(price).map(Some))
            .map_err(|message| wrong(key, message))
    };
    let input =
        price("input_usd_per_million", Some(written.input_usd_per_million))?.unwrap_or_default();
    let cache_write = price(
        "cache_write_usd_per_million",
        written.cache_write_usd_per_million,
    )?;
    let cache_write_long = price(
        "cache_write_long_usd_per_million",
        written.cache_write_long_usd_per_million,
    )?;
    // What is not said is reckoned at the most that anybody asks, so that nobody spends more than is counted.
    let dearest = input.saturating_mul(2);
    let prices = Prices {
        input,
        output: price(
            "output_usd_per_million",
            Some(written.output_usd_per_million),
        )?
        .unwrap_or_default(),
        cache_read: price(
            "cache_read_usd_per_million",
            written.cache_read_usd_per_million,
        )?
        .unwrap_or(input),
        cache_write: cache_write.unwrap_or(dearest),
        cache_write_long: cache_write_long.unwrap_or(dearest.max(cache_write.unwrap_or_default())),
    };
    Ok(LlmModel {
        provider: Arc::clone(provider),
        name: written.model.clone(),
        prices,
        max_output_tokens: written.max_output_tokens,
        context_tokens: written.context_tokens,
        image_tokens: written.image_tokens.unwrap_or(IMAGE_TOKENS),
    })
}

/// A price in micro-dollars. One that is not nothing is at least one of them.
fn micros(usd: f64) -> Result<u64, String> {
    if !(0.0..=USD_PER_MILLION_MAX).contains(&usd) {
        return Err(format!(
            "it is from 0 to {USD_PER_MILLION_MAX} US dollars for a million tokens"
        ));
    }
    let least = u64::from(usd > 0.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it was found to be between 0 and 10 to the 12th"
    )]
    let micros = (usd * MICROS_PER_USD).round() as u64;
    Ok(micros.max(least))
}

fn wrong(key: impl Into<String>, message: impl Into<String>) -> Wrong {
    (key.into(), message.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROVIDERS: &str = r#"
        [providers.a]
        kind = "anthropic"
        key = "KEY"
        [providers.local]
        kind = "openai"
        base_url = "http://127.0.0.1:11434/v1/"
    "#;
    const MODEL: &str = r#"
        [models."small"]
        provider = "a"
        model = "claude-haiku-4-5"
        input_usd_per_million = 1
        output_usd_per_million = 0.30
        max_output_tokens = 8192
        context_tokens = 200_000
    "#;

    fn read(text: &str) -> Result<LlmSettings, Wrong> {
        settings(
            &toml::from_str(text).unwrap(),
            |name| name == "KEY",
            |text| text.parse::<jiff::SignedDuration>().ok()?.try_into().ok(),
        )
    }

    #[test]
    fn what_is_not_written_is_the_usual_or_the_dearest() {
        let read = read(&format!(
            "attempts = 5\nbackoff = \"10ms\"\n{PROVIDERS}{MODEL}"
        ))
        .unwrap();
        assert_eq!(
            (read.attempts_max, read.backoff),
            (5, Duration::from_millis(10))
        );
        let small = &read.models["small"];
        assert_eq!(
            small.prices,
            Prices {
                input: 1_000_000,
                output: 300_000,
                cache_read: 1_000_000,
                cache_write: 2_000_000,
                cache_write_long: 2_000_000,
            }
        );
        assert_eq!(
            small.provider.base_url.as_str(),
            "https://api.anthropic.com/"
        );
        assert_eq!(small.image_tokens, IMAGE_TOKENS);
    }

    #[test]
    fn what_cannot_be_is_refused_by_its_key() {
        for (before, after, key) in [
            ("key = \"KEY\"", "key = \"OTHER\"", "llm.providers.a.key"),
            (
                "key = \"KEY\"",
                "version = \"soon\"",
                "llm.providers.a.version",
            ),
            (
                "key = \"KEY\"",
                "max_tokens_field = \"max_tokens\"",
                "llm.providers.a.max_tokens_field",
            ),
            (
                "key = \"KEY\"",
                "base_url = \"http://models.example.org\"",
                "llm.providers.a.base_url",
            ),
            (
                "key = \"KEY\"",
                "base_url = \"https://me:pw@example.org\"",
                "llm.providers.a.base_url",
            ),
            ("127.0.0.1", "10.0.0.1", "llm.providers.local.base_url"),
            (
                "provider = \"a\"",
                "provider = \"b\"",
                "llm.models.\"small\".provider",
            ),
            (
                "= 1\n",
                "= -1\n",
                "llm.models.\"small\".input_usd_per_million",
            ),
            (
                "= 0.30",
                "= nan",
                "llm.models.\"small\".output_usd_per_million",
            ),
            (
                "= 0.30",
                "= 1e9",
                "llm.models.\"small\".output_usd_per_million",
            ),
            ("200_000", "0", "llm.models.\"small\".max_output_tokens"),
            (
                "[providers.a]",
                "attempts = 0\n[providers.a]",
                "llm.attempts",
            ),
            ("[providers.a]", "calls = 0\n[providers.a]", "llm.calls"),
            (
                "[providers.a]",
                "backoff = \"x\"\n[providers.a]",
                "llm.backoff",
            ),
        ] {
            let text = format!("{PROVIDERS}{MODEL}");
            assert!(text.contains(before), "{before}");
            let refused = read(&text.replacen(before, after, 1));
            assert_eq!(
                refused.map_err(|(key, _)| key),
                Err(key.to_owned()),
                "{after}"
            );
        }
        let allowed =
            format!("{PROVIDERS}allow_http = true\n{MODEL}").replace("127.0.0.1", "10.0.0.1");
        assert!(read(&allowed).is_ok());
    }

    #[test]
    fn a_price_is_exact_to_the_micro_dollar_and_never_nothing() {
        for (usd, expected) in [
            (0.0, 0),
            (0.3, 300_000),
            (1.1, 1_100_000),
            (3.75, 3_750_000),
            (0.000_000_1, 1),
        ] {
            assert_eq!(micros(usd), Ok(expected), "{usd}");
        }
    }
}
