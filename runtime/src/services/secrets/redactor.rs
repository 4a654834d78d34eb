//! Finds secrets in what comes back, however they are spelt, and puts their placeholders there.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use aho_corasick::{AhoCorasick, BuildError, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use super::{Secret, placeholder};

/// Replaces secrets by their placeholders: as they are, in base64 (as a part of something longer, too, whatever its
/// alignment), percent-encoded, in hexadecimal, and as JSON and HTML escape them.
///
/// It catches a server that shows what it was sent. One that means to tell a guest a secret has other spellings, which
/// is why a secret goes only to the host that the operator lists for it.
#[derive(Default)]
pub struct Redactor {
    /// `None` where there is nothing to look for.
    automaton: Option<AhoCorasick>,
    /// The patterns of the automaton.
    patterns: Vec<String>,
    /// For each of them, what is put in its place.
    placeholders: Vec<String>,
}

// === impl Redactor ===

impl Redactor {
    /// Prepares the search for these secrets.
    ///
    /// # Errors
    /// When there is more to look for than can be looked for at once.
    pub fn new<'a>(
        secrets: impl IntoIterator<Item = (&'a str, &'a Secret)>,
    ) -> Result<Self, BuildError> {
        let (mut patterns, mut placeholders) = (Vec::new(), Vec::new());
        for (name, secret) in secrets {
            let spellings = spellings(secret.reveal());
            placeholders.extend(spellings.iter().map(|_| placeholder(name)));
            patterns.extend(spellings);
        }
        if patterns.is_empty() {
            return Ok(Self::default());
        }
        // The longest, since one spelling may begin like another: base64 with and without its padding.
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&patterns)?;
        Ok(Self {
            automaton: Some(automaton),
            patterns,
            placeholders,
        })
    }

    /// Puts its placeholder in the place of every secret in `bytes`.
    #[must_use]
    pub fn redact<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        self.replaced(bytes, |tail| tail)
    }

    /// The same of something that was cut off, without what may be the beginning of a secret at its end.
    #[must_use]
    pub fn redact_cut<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let begins = |tail: &[u8]| {
            let mut patterns = self.patterns.iter();
            patterns.any(|pattern| pattern.as_bytes().starts_with(tail))
        };
        let longest = self.patterns.iter().map(String::len).max().unwrap_or(0);
        self.replaced(bytes, |tail| {
            let mut ends = tail.len().saturating_sub(longest)..tail.len();
            &tail[..ends.find(|end| begins(&tail[*end..])).unwrap_or(tail.len())]
        })
    }

    /// Replaces every secret, and what follows the last one by what `tail` leaves of it.
    fn replaced<'a>(&self, bytes: &'a [u8], tail: impl Fn(&[u8]) -> &[u8]) -> Cow<'a, [u8]> {
        let mut redacted = Vec::new();
        let mut copied = 0;
        for found in self
            .automaton
            .iter()
            .flat_map(|automaton| automaton.find_iter(bytes))
        {
            redacted.extend_from_slice(&bytes[copied..found.start()]);
            redacted.extend_from_slice(self.placeholders[found.pattern().as_usize()].as_bytes());
            copied = found.end();
        }
        let left = tail(&bytes[copied..]).len();
        if copied == 0 {
            return Cow::Borrowed(&bytes[..left]);
        }
        redacted.extend_from_slice(&bytes[copied..copied + left]);
        Cow::Owned(redacted)
    }

    /// The same in a text.
    #[must_use]
    pub fn redact_text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.redact(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            Cow::Owned(redacted) => String::from_utf8_lossy(&redacted).into_owned().into(),
        }
    }
}

/// Every spelling of a value that is looked for.
fn spellings(value: &str) -> BTreeSet<String> {
    let mut spellings = BTreeSet::from([value.to_owned()]);
    for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD] {
        spellings.insert(engine.encode(value));
        spellings.extend([0, 1, 2].map(|before| inner_base64(engine, value, before)));
    }
    for kept in [UNRESERVED, COMPONENT, FORM, WHOLE_URL, NOTHING] {
        let encoded = percent_encoded(value, kept);
        // A space may be a plus sign in a form.
        spellings.insert(encoded.replace("%20", "+"));
        spellings.insert(lower_hexadecimal(&encoded));
        spellings.insert(encoded);
    }
    spellings.insert(hex::encode(value));
    spellings.insert(hex::encode_upper(value));
    let json = json_escaped(value);
    spellings.insert(json.replace('/', "\\/"));
    let without_html = escaped(&json, |character| {
        "<>&'\u{2028}\u{2029}".contains(character)
    });
    spellings.insert(escaped(&without_html, |character| !character.is_ascii()));
    spellings.insert(escaped(&json, |character| !character.is_ascii()));
    spellings.extend([json, without_html]);
    let html = value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    spellings.insert(html.replace('\'', "&#39;"));
    spellings.insert(html.replace('\'', "&#x27;"));
    spellings.insert(html);
    spellings
}

/// What base64 makes of `value` when some bytes stand `before` it and others may follow, as in `user:password`: without
/// the digits that the neighbours have a part in.
fn inner_base64(engine: &impl base64::Engine, value: &str, before: usize) -> String {
    let encoded = engine.encode([&[0_u8; 2][..before], value.as_bytes()].concat());
    let shared = if before == 0 { 0 } else { before + 1 };
    let whole = (before + value.len()) * 8 / 6;
    encoded[shared..whole].to_owned()
}

const UNRESERVED: &str = "-._~";
const COMPONENT: &str = "-._~!*'()";
const FORM: &str = "*-._";
const WHOLE_URL: &str = "-._~!*'();,/?:@&=+$#";
/// Stands for: not even letters and digits are kept.
const NOTHING: &str = "";

fn percent_encoded(value: &str, kept: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        let character = char::from(byte);
        if kept != NOTHING
            && (byte.is_ascii_alphanumeric() || kept.contains(character))
            && byte.is_ascii()
        {
            encoded.push(character);
        } else {
            // A string takes every write.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Writes the two digits behind every `%` in lower case.
fn lower_hexadecimal(encoded: &str) -> String {
    let mut digits = 0;
    encoded
        .chars()
        .map(|character| {
            let lower = digits > 0;
            digits = if character == '%' {
                2_u8
            } else {
                digits.saturating_sub(1)
            };
            if lower {
                character.to_ascii_lowercase()
            } else {
                character
            }
        })
        .collect()
}

/// A text as it stands between the quotes of a JSON string.
fn json_escaped(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// Writes some characters of a JSON string as `\u….`, as careful encoders do.
fn escaped(json: &str, wanted: impl Fn(char) -> bool) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if wanted(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(character);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &str = "s3/cr+t \"ü\"&<%>";

    fn redactor(value: &str) -> Redactor {
        Redactor::new([("KEY", &Secret::new(value))]).unwrap()
    }

    #[test]
    fn every_spelling_is_found() {
        let redactor = redactor(VALUE);
        for spelt in [
            VALUE.to_owned(),
            STANDARD.encode(VALUE),
            URL_SAFE_NO_PAD.encode(VALUE),
            "s3%2Fcr%2Bt%20%22%C3%BC%22%26%3C%25%3E".to_owned(),
            "s3%2fcr%2bt%20%22%c3%bc%22%26%3c%25%3e".to_owned(),
            "s3%2Fcr%2Bt+%22%C3%BC%22%26%3C%25%3E".to_owned(),
            "s3/cr+t%20%22%C3%BC%22&%3C%25%3E".to_owned(),
            "s3/cr+t \\\"ü\\\"&<%>".to_owned(),
            "s3\\/cr+t \\\"ü\\\"&<%>".to_owned(),
            "s3/cr+t \\\"\\u00fc\\\"&<%>".to_owned(),
            "s3/cr+t \\\"ü\\\"\\u0026\\u003c%\\u003e".to_owned(),
            "s3/cr+t &quot;ü&quot;&amp;&lt;%&gt;".to_owned(),
            hex::encode(VALUE),
            hex::encode_upper(VALUE),
            percent_encoded(VALUE, NOTHING),
        ] {
            let text = format!("a {spelt} b{spelt}");
            assert_eq!(
                redactor.redact_text(&text),
                "a ${secret:KEY} b${secret:KEY}",
                "{spelt}"
            );
        }
    }

    #[test]
    fn a_secret_inside_something_in_base64_is_found_at_every_alignment() {
        for value in ["correct-horse", "battery-staple", "tr0ub4dor-and-3"] {
            let redactor = redactor(value);
            for (before, after) in
                (0..6).flat_map(|before| (0..4).map(move |after| (before, after)))
            {
                let whole = format!("{}{value}{}", "u".repeat(before), "\u{7f}".repeat(after));
                for encoded in [STANDARD.encode(&whole), URL_SAFE_NO_PAD.encode(&whole)] {
                    let redacted = redactor.redact_text(&encoded).into_owned();
                    assert!(redacted.contains("${secret:KEY}"), "{encoded} {redacted}");
                    // What is left are the digits of the neighbours, one on either side that is shared, and padding.
                    let left = redacted.replace("${secret:KEY}", "");
                    assert!(left.len() <= (before + after) * 4 / 3 + 4, "{left}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_secret_stays_as_it_is() {
        let redactor = redactor(VALUE);
        for bytes in [&b""[..], b"s3/cr+t", b"\xff\x00", b"${secret:KEY}"] {
            assert!(matches!(redactor.redact(bytes), Cow::Borrowed(same) if same == bytes));
        }
        assert!(matches!(
            Redactor::default().redact(b"any"),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn a_secret_in_bytes_that_are_no_text_is_found() {
        assert_eq!(
            redactor("a-long-secret")
                .redact(b"\xffa-long-secret\xfe")
                .as_ref(),
            b"\xff${secret:KEY}\xfe"
        );
    }

    #[test]
    fn the_beginning_of_a_secret_at_the_end_of_what_was_cut_goes() {
        let secret = Secret::new("tanaka-9-tanaka");
        let redactor = Redactor::new([("KEY", &secret)]).unwrap();
        let cut =
            |text: &str| String::from_utf8(redactor.redact_cut(text.as_bytes()).into()).unwrap();
        for end in 1.."tanaka-9-tanaka".len() {
            assert_eq!(cut(&format!("key: {}", &"tanaka-9-tanaka"[..end])), "key: ");
        }
        let whole = "key: tanaka-9-tanaka";
        assert_eq!(cut(whole), format!("key: {}", placeholder("KEY")));
        assert_eq!(
            cut(&format!("{whole}dGFu")),
            format!("key: {}", placeholder("KEY"))
        );
        assert_eq!(cut("plain text."), "plain text.");
        assert_eq!(cut(""), "");
    }
}
