//! How a client's JSON file is laid out, and which bytes of it make a member more or less.

use std::fmt::Write as _;
use std::ops::Range;

use jsonc_parser::ast::{Object, Value as Node};
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde_json::Value;

use super::server::Server;

/// The manner of a file.
pub(super) struct Layout {
    /// What one level is indented by; none where everything stands in one line.
    indent: Option<String>,
    newline: &'static str,
}

// === impl Layout ===

impl Layout {
    /// Looks at a file with this object in it.
    pub(super) fn of(text: &str, root: &Object<'_>) -> Self {
        let one_line = !text.trim().contains('\n') && !root.properties.is_empty();
        let second = text.lines().nth(1).unwrap_or_default();
        let indent = &second[..second.len() - second.trim_start().len()];
        let indent = if indent.is_empty() { "  " } else { indent };
        Self {
            indent: (!one_line).then(|| indent.to_owned()),
            newline: if text.contains("\r\n") { "\r\n" } else { "\n" },
        }
    }

    /// The beginning of a line at this depth; nothing where there is one line only.
    fn line(&self, depth: usize) -> String {
        let indent = self.indent.as_ref();
        indent.map_or_else(String::new, |indent| {
            self.newline.to_owned() + &indent.repeat(depth)
        })
    }

    /// A name and what follows it.
    fn member(&self, name: &str, value: &str) -> String {
        let gap = if self.indent.is_some() { " " } else { "" };
        format!("{}:{gap}{value}", Value::from(name))
    }

    /// Our entry, inside of objects with these names, as the value of a member at this depth.
    pub(super) fn laid_out(&self, server: &Server, names: &[&str], depth: usize) -> String {
        let Some((name, inner)) = names.split_first() else {
            return self.entry(server, depth);
        };
        let value = self.laid_out(server, inner, depth + 1);
        format!(
            "{{{}{}{}}}",
            self.line(depth + 1),
            self.member(name, &value),
            self.line(depth)
        )
    }

    fn entry(&self, server: &Server, depth: usize) -> String {
        let mut text = String::from("{");
        for (index, (name, value)) in server.members().iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let _ = write!(text, "{comma}{}", self.line(depth + 1));
            let value = match value {
                Value::Array(values) => {
                    let values = values.iter().enumerate().map(|(index, value)| {
                        let comma = if index > 0 { "," } else { "" };
                        format!("{comma}{}{value}", self.line(depth + 2))
                    });
                    format!("[{}{}]", values.collect::<String>(), self.line(depth + 1))
                }
                value => value.to_string(),
            };
            text += &self.member(name, &value);
        }
        text + &self.line(depth) + "}"
    }

    /// What has to stand where, so that an object has one more member.
    pub(super) fn added(
        &self,
        object: &Object<'_>,
        depth: usize,
        name: &str,
        value: &str,
    ) -> (Range<usize>, String) {
        let member = self.line(depth + 1) + &self.member(name, value);
        match object.properties.last() {
            Some(last) => (last.end()..last.end(), format!(",{member}")),
            None => (inside(object), member + &self.line(depth)),
        }
    }
}

/// Refuses a text with a mark before its first character, which is no JSON, and which nobody sees in an editor.
pub(super) fn no_mark(text: &str) -> Result<(), String> {
    if text.starts_with('\u{feff}') {
        return Err(
            "it begins with a byte order mark, which is no JSON: save it as UTF-8 without one"
                .to_owned(),
        );
    }
    Ok(())
}

/// The file's object.
pub(super) fn root(text: &str) -> Option<Object<'_>> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default());
    match parsed.ok()?.value? {
        Node::Object(object) => Some(object),
        _ => None,
    }
}

/// What has to go, so that an object has one member less.
pub(super) fn taken(object: &Object<'_>, name: &str) -> Option<Range<usize>> {
    let members = &object.properties;
    let index = members
        .iter()
        .position(|member| member.name.as_str() == name)?;
    let (before, after) = (index.checked_sub(1), members.get(index + 1));
    Some(match (before, after) {
        (_, Some(next)) => members[index].start()..next.start(),
        (Some(before), None) => members[before].end()..members[index].end(),
        (None, None) => inside(object),
    })
}

/// Where a value stands.
pub(super) fn span(value: &Node<'_>) -> Range<usize> {
    value.start()..value.end()
}

/// What stands between an object's braces.
fn inside(object: &Object<'_>) -> Range<usize> {
    object.start() + 1..object.end() - 1
}
