//! The texts that stand in quotes in the code of other languages.

use super::UNKNOWN;

/// How many texts of a piece of code are looked at.
const TEXTS_MAX: usize = 24;

/// The texts in quotes. What is put into one, or behind it, while the code runs, is [`UNKNOWN`].
pub(super) fn texts(code: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(['\'', '"', '`']) {
        let quote = &rest[at..=at];
        let before = rest[..at].chars().next_back();
        let inner = &rest[at + 1..];
        let Some(end) = end_of(inner, quote) else {
            break;
        };
        let behind = &inner[end + 1..];
        if end > 0 && texts.len() < TEXTS_MAX {
            let text = inner[..end]
                .replace("\\\"", "\"")
                .replace("\\'", "'")
                .replace("\\$", "$");
            texts.push(completed(&text, before, behind));
        }
        rest = behind;
    }
    texts.extend(delimited(code));
    texts.extend(angled(code));
    texts
}

fn end_of(inner: &str, quote: &str) -> Option<usize> {
    let mut escaped = false;
    for (position, character) in inner.char_indices() {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if inner[position..].starts_with(quote) {
            return Some(position);
        }
    }
    None
}

/// Puts [`UNKNOWN`] where something is put in: `f"rm {x}"`, `"rm #{x}"`, `"rm " + x`.
fn completed(text: &str, before: Option<char>, behind: &str) -> String {
    let mut text = if before == Some('f') {
        without_inserts(text, "{")
    } else {
        without_inserts(text, "#{")
    };
    let joins = behind
        .trim_start()
        .starts_with(|c: char| matches!(c, '+' | '.' | '$' | '%' | '&') || c.is_alphabetic());
    if joins && text.ends_with([' ', '/']) && text.contains(' ') {
        text.push(UNKNOWN);
    }
    text
}

fn without_inserts(text: &str, mark: &str) -> String {
    let mut done = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(mark) {
        let Some(length) = rest[at..].find('}') else {
            break;
        };
        done.push_str(&rest[..at]);
        done.push(UNKNOWN);
        rest = &rest[at + length + 1..];
    }
    done + rest
}

/// The texts of `qx(…)` and `%x[…]`.
fn delimited(code: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for mark in ["qx", "%x"] {
        for (at, _) in code.match_indices(mark).take(TEXTS_MAX) {
            let inner = code[at + mark.len()..].trim_start();
            let end = match inner.chars().next() {
                Some('(') => ')',
                Some('[') => ']',
                Some('{') => '}',
                Some('<') => '>',
                Some(other) if other.is_ascii_punctuation() => other,
                _ => continue,
            };
            if let Some(text) = inner.get(1..).and_then(|inner| inner.split(end).next()) {
                texts.push(text.to_owned());
            }
        }
    }
    texts
}

/// The patterns that Perl writes between angles: `<src/*>`.
fn angled(code: &str) -> impl Iterator<Item = String> {
    let pieces = code.split('<').skip(1).take(TEXTS_MAX);
    let patterns = pieces.filter_map(|piece| piece.split_once('>'));
    patterns
        .map(|(pattern, _)| pattern)
        .filter(|pattern| pattern.contains('*') && !pattern.contains([' ', '(', '\n', '<']))
        .map(str::to_owned)
}
