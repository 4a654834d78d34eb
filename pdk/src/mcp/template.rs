//! [`UriTemplate`]: which addresses fit a resource template, and what its names stand for in them.

use std::collections::BTreeMap;

/// A template of addresses: the part of RFC 6570 that names values in place. `{name}` stands for one or more characters of one
/// segment, `{+name}` for any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UriTemplate {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Value { name: String, many_segments: bool },
}

// === impl UriTemplate ===

impl UriTemplate {
    pub(super) fn parse(template: &str) -> Result<Self, String> {
        let (mut parts, mut rest) = (Vec::new(), template);
        while let Some((literal, tail)) = rest.split_once('{') {
            let Some((expression, tail)) = tail.split_once('}') else {
                return Err(format!("`{template}` opens a brace and does not close it"));
            };
            let (name, many_segments) = match expression.strip_prefix('+') {
                Some(name) => (name, true),
                None => (expression, false),
            };
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if name.is_empty() || !name.chars().all(is_name) {
                return Err(format!(
                    "`{{{expression}}}` in `{template}` is neither `{{name}}` nor `{{+name}}`"
                ));
            }
            if !literal.is_empty() {
                parts.push(Part::Literal(literal.to_owned()));
            }
            parts.push(Part::Value {
                name: name.to_owned(),
                many_segments,
            });
            rest = tail;
        }
        if rest.contains('}') {
            return Err(format!("`{template}` closes a brace that it did not open"));
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest.to_owned()));
        }
        let template = Self { parts };
        let mut names: Vec<_> = template.names().collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(format!("`{{{}}}` stands in a template twice", pair[0])),
            None => Ok(template),
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Literal(_) => None,
            Part::Value { name, .. } => Some(name.as_str()),
        })
    }

    /// What the names stand for in an address that fits, decoded; each as short as it can be.
    pub(super) fn values(&self, uri: &str) -> Option<BTreeMap<String, String>> {
        let mut values = BTreeMap::new();
        fit(&self.parts, uri, &mut values).then_some(values)
    }
}

fn fit(parts: &[Part], uri: &str, values: &mut BTreeMap<String, String>) -> bool {
    let Some((part, parts)) = parts.split_first() else {
        return uri.is_empty();
    };
    match part {
        Part::Literal(literal) => uri
            .strip_prefix(literal.as_str())
            .is_some_and(|rest| fit(parts, rest, values)),
        Part::Value {
            name,
            many_segments,
        } => {
            let longest = match uri.find('/') {
                Some(end) if !many_segments => end,
                _ => uri.len(),
            };
            let ends = (1..=longest).filter(|end| uri.is_char_boundary(*end));
            for end in ends {
                if fit(parts, &uri[end..], values) {
                    let Some(value) = decoded(&uri[..end]) else {
                        return false;
                    };
                    values.insert(name.clone(), value);
                    return true;
                }
            }
            false
        }
    }
}

/// Percent-decodes; `None` where that gives no text.
fn decoded(text: &str) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, tail) {
            (b'%', [high, low, tail @ ..]) => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                let value = digit(high)? * 16 + digit(low)?;
                bytes.push(u8::try_from(value).ok()?);
                rest = tail;
            }
            (b'%', _) => return None,
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(template: &str, uri: &str) -> Option<Vec<String>> {
        let values = UriTemplate::parse(template).unwrap().values(uri)?;
        Some(values.into_values().collect())
    }

    #[test]
    fn an_address_fits_where_literals_are_equal_and_names_stand_for_something() {
        let cases: [(&str, &str, Option<&[&str]>); 11] = [
            ("a://{x}", "a://b", Some(&["b"])),
            ("a://{x}", "a://", None),
            ("a://{x}", "a://b/c", None),
            ("a://{x}/data", "a://b/data", Some(&["b"])),
            ("a://{x}/data", "a://b/date", None),
            ("a://{+x}", "a://b/c", Some(&["b/c"])),
            ("a://{+x}/end", "a://b/end/end", Some(&["b/end"])),
            ("a://{x}-{y}", "a://1-2-3", Some(&["1", "2-3"])),
            ("a://{x}", "a://%C3%BC%20", Some(&["ü "])),
            ("a://{x}", "a://%ff", None),
            ("a://{x}", "a://%1", None),
        ];
        for (template, uri, expected) in cases {
            let found = values(template, uri);
            let found = found
                .as_ref()
                .map(|all| all.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(found.as_deref(), expected, "{template} {uri}");
        }
    }

    #[test]
    fn what_is_no_template_says_why() {
        let cases = [
            ("a://{x", "does not close it"),
            ("a://x}", "did not open"),
            ("a://{?q}", "neither `{name}` nor `{+name}`"),
            ("a://{}", "neither"),
            ("a://{x}/{x}", "twice"),
        ];
        for (template, expected) in cases {
            let problem = UriTemplate::parse(template).unwrap_err();
            assert!(problem.contains(expected), "{problem}");
        }
    }
}
