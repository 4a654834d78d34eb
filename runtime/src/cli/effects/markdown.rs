//! The reference page of effects, from the bundled schema.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;
use sinew_schema::EFFECTS;

use super::{class, list, permit};

/// Writes the page.
pub(super) fn page(bundle: &Value) -> String {
    let definitions = &bundle["definitions"];
    let mut page =
        "# Effects\n\nWhat a plugin can ask the host for. Printed by `sinew effects --markdown`.\n"
            .to_owned();
    let mut shared = BTreeSet::new();
    for (effect, described) in EFFECTS.iter().zip(list(&bundle["x-effects"])) {
        let _ = write!(
            page,
            "\n## `{}`\n\n{}\n\nClass `{}`, permit `{}`.\n",
            effect.name,
            effect.description,
            class(effect),
            permit(effect)
        );
        for (title, key) in [("Request", "request"), ("Response", "response")] {
            let name = described[key].as_str().unwrap_or_default();
            let _ = write!(page, "\n### {title} `{name}`\n\n");
            definition(&mut page, &definitions[name], &mut shared);
        }
    }
    page.push_str("\n# Types\n");
    // Types that are named by types that are named: until nothing new turns up.
    let mut written = BTreeSet::new();
    while let Some(name) = shared.iter().find(|name| !written.contains(*name)).cloned() {
        let _ = write!(page, "\n## `{name}`\n\n");
        definition(&mut page, &definitions[&name], &mut shared);
        written.insert(name);
    }
    page
}

fn definition(page: &mut String, definition: &Value, shared: &mut BTreeSet<String>) {
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let _ = writeln!(page, "{}", text(definition, "description"));
    let required: Vec<&str> = list(&definition["required"])
        .iter()
        .filter_map(Value::as_str)
        .collect();
    if let Some(properties) = definition["properties"]
        .as_object()
        .filter(|properties| !properties.is_empty())
    {
        page.push_str("\n| field | type | |\n|---|---|---|\n");
        for (name, property) in properties {
            let needed = if required.contains(&name.as_str()) {
                ""
            } else {
                ", optional"
            };
            let described = cell(&text(property, "description"));
            let _ = writeln!(
                page,
                "| `{name}` | {}{needed} | {described} |",
                kind(property, shared)
            );
        }
    }
    if let Some(example) = list(&definition["examples"]).first() {
        let _ = write!(page, "\n```json\n{example:#}\n```\n");
    }
}

/// The type of a field in words.
fn kind(property: &Value, shared: &mut BTreeSet<String>) -> String {
    let target = property["$ref"]
        .as_str()
        .or_else(|| property["allOf"][0]["$ref"].as_str());
    if let Some(name) = target.and_then(|target| target.rsplit('/').next()) {
        shared.insert(name.to_owned());
        return format!("`{name}`");
    }
    match property["type"].as_str() {
        Some("array") => format!("list of {}", kind(&property["items"], shared)),
        Some(kind) => kind.to_owned(),
        None => "any".to_owned(),
    }
}

/// Text that stays in its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_effect_and_every_type_that_it_names() {
        let bundle: Value = serde_json::from_str(sinew_schema::BUNDLE).unwrap();
        let page = page(&bundle);
        for effect in EFFECTS {
            assert!(
                page.contains(&format!("\n## `{}`\n", effect.name)),
                "{}",
                effect.name
            );
        }
        for expected in [
            "| `branch` | string, optional | Short name of the branch",
            "| `path` | string | Absolute path",
            "| `worktree` | `GitWorktree` |",
            "| `commits` | list of `GitCommit` |",
            "\n## `GitSignature`\n",
            "\n```json\n{\n  \"length\":",
        ] {
            assert!(page.contains(expected), "{expected}\n{page}");
        }
    }
}
