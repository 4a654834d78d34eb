//! What clients are told of the tools.

use std::collections::BTreeSet;

use forge::server;
use serde_json::{Value, json};
use sinew_pdk::testing::FakeHost;

/// Every tool, and whether it only looks.
const TOOLS: [(&str, bool); 23] = [
    ("status", true),
    ("diff", true),
    ("log", true),
    ("branch", true),
    ("show_file", true),
    ("commit", false),
    ("create_branch", false),
    ("push", false),
    ("search_code", true),
    ("read_file", true),
    ("list_files", true),
    ("issue_list", true),
    ("issue_get", true),
    ("issue_create", false),
    ("issue_comment", false),
    ("pull_list", true),
    ("pull_get", true),
    ("pull_create", false),
    ("pull_merge", false),
    ("pull_status", true),
    ("pull_reviews", true),
    ("checks", true),
    ("github_file", true),
];

#[test]
fn every_tool_says_what_it_is_for_and_what_it_changes() {
    let told = FakeHost::new().describe(server).unwrap();
    assert!(told.instructions.is_some());
    let found: Vec<_> = told
        .tools
        .iter()
        .map(|tool| {
            let hints = tool.annotations.as_ref().expect("hints");
            (tool.name.as_str(), hints.read_only_hint == Some(true))
        })
        .collect();
    assert_eq!(found, TOOLS);
    for tool in &told.tools {
        let hints = tool.annotations.as_ref().expect("hints");
        let looks = hints.read_only_hint == Some(true);
        assert!(looks || hints.destructive_hint.is_some(), "{}", tool.name);
        assert_eq!(
            hints.destructive_hint == Some(true),
            tool.name == "pull_merge",
            "{}",
            tool.name
        );
        let description = tool.description.as_deref().unwrap_or_default();
        assert!((60..400).contains(&description.len()), "{description}");
    }
}

#[test]
fn every_schema_is_closed_and_explains_itself() {
    let told = FakeHost::new().describe(server).unwrap();
    for tool in &told.tools {
        let name = &tool.name;
        assert_eq!(tool.input_schema["additionalProperties"], false, "{name}");
        assert!(!tool.output_schema.is_empty(), "{name}");
        let properties = tool.input_schema["properties"].as_object().unwrap();
        for (argument, schema) in properties {
            assert!(
                schema.get("description").is_some(),
                "{name} {argument}: {schema}"
            );
            if argument == "limit" || argument == "max_bytes" {
                assert!(
                    schema.get("maximum").is_some(),
                    "{name} {argument}: {schema}"
                );
            }
        }
        let size = json!(tool).to_string().len();
        assert!(size < 6_000, "{name} takes {size} bytes of every prompt");
    }
}

#[test]
fn tools_take_a_folder_or_a_repository() {
    let told = FakeHost::new().describe(server).unwrap();
    let places = |name: &str| {
        let tool = told.tools.iter().find(|tool| tool.name == name).unwrap();
        let properties = tool.input_schema["properties"].as_object().unwrap();
        let places = ["folder", "repository", "remote", "path"];
        places
            .into_iter()
            .filter(|place| properties.contains_key(*place))
            .collect::<Vec<_>>()
    };
    let mut all = BTreeSet::new();
    for (tool, _) in TOOLS {
        all.insert(places(tool));
    }
    let expected = [
        vec!["folder"],
        vec!["folder", "remote"],
        vec!["folder", "repository", "remote"],
        vec!["path"],
    ];
    assert_eq!(all, BTreeSet::from(expected));
    let required: Value = json!(told.tools[17].input_schema["required"]);
    assert_eq!(required, json!(["title"]));
}
