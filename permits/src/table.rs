//! The tables, lists and texts that rules are written in: how they are read, and how they are printed.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::error::PermitError;

/// How many entries one list may have: a check takes time in proportion to it.
const ENTRIES_MAX: usize = 1_000;

/// A rule's table, in which no unknown field stands.
pub(super) struct Fields<'v> {
    table: &'v Map<String, Value>,
    key: &'v str,
}

// === impl Fields ===

impl<'v> Fields<'v> {
    pub(super) fn of(value: &'v Value, key: &'v str, known: &[&str]) -> Result<Self, PermitError> {
        let table = object(value, key)?;
        if let Some(unknown) = table.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(PermitError::new(
                format!("{key}.{unknown}"),
                format!("is unknown; a rule has {}", enumeration(known)),
            ));
        }
        Ok(Self { table, key })
    }

    /// A text that has to be there.
    pub(super) fn text<T>(
        &self,
        name: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, PermitError> {
        let key = self.key_of(name);
        let value = self
            .table
            .get(name)
            .ok_or_else(|| PermitError::new(&key, "is missing"))?;
        text_of(parse)(value, &key)
    }

    /// A list of texts that has to be there and not to be empty: the rule would match nothing.
    pub(super) fn some_texts<T>(
        &self,
        name: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Vec<T>, PermitError> {
        self.some_items(name, text_of(parse))
    }

    /// A list that has to be there and not to be empty.
    pub(super) fn some_items<T>(
        &self,
        name: &str,
        parse: impl Fn(&Value, &str) -> Result<T, PermitError>,
    ) -> Result<Vec<T>, PermitError> {
        let key = self.key_of(name);
        if !self.has(name) {
            return Err(PermitError::new(key, "is missing"));
        }
        let items = self.items(name, parse)?;
        if items.is_empty() {
            return Err(PermitError::new(
                key,
                "is empty, so that the rule matches nothing",
            ));
        }
        Ok(items)
    }

    /// A list of texts, empty where it is absent.
    pub(super) fn texts<T>(
        &self,
        name: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Vec<T>, PermitError> {
        self.items(name, text_of(parse))
    }

    fn items<T>(
        &self,
        name: &str,
        parse: impl Fn(&Value, &str) -> Result<T, PermitError>,
    ) -> Result<Vec<T>, PermitError> {
        match self.table.get(name) {
            None => Ok(Vec::new()),
            Some(value) => list(value, &self.key_of(name), parse),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    pub(super) fn key_of(&self, name: &str) -> String {
        format!("{}.{name}", self.key)
    }
}

// === reading ===

pub(super) fn object<'v>(
    value: &'v Value,
    key: &str,
) -> Result<&'v Map<String, Value>, PermitError> {
    value
        .as_object()
        .ok_or_else(|| PermitError::new(key, "is no table"))
}

pub(super) fn string<'v>(value: &'v Value, key: &str) -> Result<&'v str, PermitError> {
    value
        .as_str()
        .ok_or_else(|| PermitError::new(key, "is no string"))
}

/// Reads a text out of a value.
pub(super) fn text_of<T>(
    parse: impl Fn(&str) -> Result<T, String>,
) -> impl Fn(&Value, &str) -> Result<T, PermitError> {
    move |value, key| parse(string(value, key)?).map_err(|problem| PermitError::new(key, problem))
}

pub(super) fn list<T>(
    value: &Value,
    key: &str,
    parse: impl Fn(&Value, &str) -> Result<T, PermitError>,
) -> Result<Vec<T>, PermitError> {
    let items = value
        .as_array()
        .ok_or_else(|| PermitError::new(key, "is no list"))?;
    if items.len() > ENTRIES_MAX {
        return Err(PermitError::new(
            key,
            format!("has more than {ENTRIES_MAX} entries"),
        ));
    }
    items
        .iter()
        .enumerate()
        .map(|(index, item)| parse(item, &format!("{key}[{index}]")))
        .collect()
}

/// An unknown key of a family's table.
pub(super) fn unknown_key(key: String, family: &str, known: &[&str]) -> PermitError {
    PermitError::new(
        key,
        format!(
            "is no key of a `{family}` permit; they are {}",
            enumeration(known)
        ),
    )
}

// === printing ===

/// `a`, `b` and `c`.
pub(super) fn enumeration(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

/// A value as TOML writes it on one line, with a table's fields in the order of `fields`.
pub(super) fn inline(value: &Value, fields: &[&str]) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| inline(item, fields)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(table) => {
            let fields: Vec<String> = fields
                .iter()
                .filter_map(|name| Some((name, table.get(*name)?)))
                .map(|(name, value)| format!("{name} = {}", inline(value, &[])))
                .collect();
            format!("{{ {} }}", fields.join(", "))
        }
        other => other.to_string(),
    }
}

/// A TOML basic string.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            // Also what would let a name repaint an operator's terminal, or hide in it.
            _ if is_deceptive(character) => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(character));
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a character is not shown, or changes how others are shown.
pub(super) fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
        )
}

/// A TOML key, quoted only where it has to be.
pub(super) fn key(text: &str) -> String {
    let bare = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if bare { text.to_owned() } else { quoted(text) }
}
