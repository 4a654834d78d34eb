//! The path of a URL of a web server: what in it could be read in two ways, and its one canonical form.

use super::table::is_deceptive;

/// What some servers fold into a dot, a slash, a backslash, a semicolon or a percent sign when they decode a path.
const FOLDED: &[char] = &[
    '\u{2024}', '\u{2025}', '\u{2026}', '\u{fe52}', '\u{fe68}', '\u{fe6a}', '\u{ff05}', '\u{ff0e}',
    '\u{ff0f}', '\u{ff1b}', '\u{ff3c}',
];

/// Refuses what could be read in two ways, and writes percent-encoding in upper case.
///
/// A server may decode a path before it takes it apart, decode it twice, merge slashes, fold wide characters into narrow
/// ones, or cut parameters (`;…`) off a segment. None of that may lead it anywhere else than to where the rule looked.
pub(super) fn canonical(path: &str) -> Result<String, &'static str> {
    let mut canonical = String::with_capacity(path.len());
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        if segment.is_empty() && segments.peek().is_some() {
            return Err("has an empty segment in its path");
        }
        canonical.push('/');
        let decoded = decode(segment, &mut canonical)?;
        if decoded.contains(FOLDED) {
            return Err("has a character in its path that some servers take for another");
        }
        if is_dots(&decoded) {
            return Err("has a segment of dots in its path");
        }
    }
    Ok(canonical)
}

/// Decodes a segment, and appends its canonical form to `canonical`.
fn decode(segment: &str, canonical: &mut String) -> Result<String, &'static str> {
    let mut pieces = segment.split('%');
    let first = pieces.next().unwrap_or_default();
    canonical.push_str(first);
    let mut decoded = first.as_bytes().to_vec();
    for piece in pieces {
        let (code, rest) = piece
            .split_at_checked(2)
            .ok_or("has a percent sign in its path that encodes nothing")?;
        let byte = code
            .bytes()
            .all(|digit| digit.is_ascii_hexdigit())
            .then(|| u8::from_str_radix(code, 16).ok())
            .flatten()
            .ok_or("has a percent sign in its path that encodes nothing")?;
        if byte.is_ascii_control() || b"/\\.%".contains(&byte) {
            return Err(
                "has an encoded slash, backslash, dot, percent sign or control character in its path",
            );
        }
        if byte.is_ascii_alphanumeric() || b"-_~".contains(&byte) {
            return Err("has an encoded character in its path that can be written plainly");
        }
        canonical.push('%');
        canonical.push_str(&code.to_ascii_uppercase());
        canonical.push_str(rest);
        decoded.push(byte);
        decoded.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(decoded).map_err(|_| "has something in its path that is not UTF-8")
}

/// Whether a segment is nothing but dots to somebody who leaves out parameters and what cannot be seen.
fn is_dots(segment: &str) -> bool {
    let name = segment.split(';').next().unwrap_or_default();
    let mut seen = name
        .chars()
        .filter(|character| !is_deceptive(*character) && !character.is_whitespace())
        .peekable();
    seen.peek().is_some() && seen.all(|character| character == '.')
}
