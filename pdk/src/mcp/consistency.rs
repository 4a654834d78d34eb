//! Whether what is offered can be told apart, and called by its names.

use std::collections::BTreeSet;

use sinew_schema::Description;

/// What is wrong with names and addresses.
pub(super) fn problems(description: &Description) -> Vec<String> {
    let Description {
        tools,
        prompts,
        resources,
        resource_templates,
        ..
    } = description;
    let tools: Vec<_> = tools.iter().map(|tool| tool.name.as_str()).collect();
    let prompts: Vec<_> = prompts.iter().map(|prompt| prompt.name.as_str()).collect();
    let names = tools.iter().chain(&prompts);
    let mut problems: Vec<String> = names
        .filter(|name| !is_name(name))
        .map(|name| {
            format!("`{name}` is no name: up to 64 of `A-Z`, `a-z`, `0-9`, `_`, `.` and `-`")
        })
        .collect();
    let uris = resources.iter().map(|resource| resource.uri.as_str());
    let templates = resource_templates
        .iter()
        .map(|template| template.uri_template.as_str());
    problems.extend(twice("tool", tools));
    problems.extend(twice("prompt", prompts));
    problems.extend(twice("resource", uris));
    problems.extend(twice("resource template", templates));
    problems
}

/// The schema's pattern for names of tools and prompts.
fn is_name(name: &str) -> bool {
    let is_fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    (1..=64).contains(&name.len()) && name.chars().all(is_fit)
}

/// What is offered under one name more than once.
fn twice<'a>(kind: &str, names: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = String> {
    let mut seen = BTreeSet::new();
    names
        .into_iter()
        .filter(move |name| !seen.insert(*name))
        .map(move |name| format!("the {kind} `{name}` is offered twice"))
}

#[cfg(test)]
mod tests {
    use sinew_schema::McpTool;

    use super::*;

    #[test]
    fn a_name_has_the_schemas_pattern() {
        let tool = |name: &str| McpTool {
            name: name.to_owned(),
            ..McpTool::default()
        };
        let long = "x".repeat(64);
        let fit = ["a", "issue_list", "A.b-9", long.as_str()];
        let unfit = ["", "a b", "ä", "a/b", &format!("{long}x")];
        let description = |names: &[&str]| Description {
            tools: names.iter().copied().map(tool).collect(),
            ..Description::default()
        };
        assert_eq!(problems(&description(&fit)), Vec::<String>::new());
        assert_eq!(problems(&description(&unfit)).len(), unfit.len());
    }
}
