//! Everything in the contract is described, and says what its absence means.

use serde_json::{Value, json};

use super::schema_files;

#[test]
fn every_file_type_property_and_word_is_described() {
    let mut missing = Vec::new();
    for (path, document) in schema_files() {
        let place = path.file_name().unwrap().to_str().unwrap();
        describes(&document, place, &mut missing);
        for (name, schema) in document["$defs"].as_object().unwrap() {
            describes_its_parts(schema, &format!("{place} {name}"), &mut missing);
        }
    }
    assert_eq!(missing, Vec::<String>::new(), "not described in a sentence");
}

fn describes(schema: &Value, place: &str, missing: &mut Vec<String>) {
    let text = schema["description"].as_str().unwrap_or_default();
    if !(text.ends_with('.') && text.len() > 8) {
        missing.push(format!("{place}: `{text}`"));
    }
}

fn describes_its_parts(schema: &Value, place: &str, missing: &mut Vec<String>) {
    describes(schema, place, missing);
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        describes_its_parts(property, &format!("{place}.{name}"), missing);
    }
    for branch in schema["oneOf"].as_array().into_iter().flatten() {
        describes_its_parts(branch, &format!("{place} (a branch)"), missing);
    }
    for (word, text) in schema["x-words"].as_object().into_iter().flatten() {
        if !text.as_str().unwrap_or_default().ends_with('.') {
            missing.push(format!("{place} `{word}`"));
        }
    }
}

#[test]
fn an_optional_property_of_ours_says_what_its_absence_means() {
    let mut silent = Vec::new();
    for (path, document) in schema_files() {
        // What a client leaves out is the client's to explain.
        if path.parent().unwrap().ends_with("entry") {
            continue;
        }
        for (name, schema) in document["$defs"].as_object().unwrap() {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            for (property, schema) in schema["properties"].as_object().into_iter().flatten() {
                let text = schema["description"].as_str().unwrap_or_default();
                if !required.contains(&json!(property)) && !text.contains("bsent") {
                    silent.push(format!("{name}.{property}"));
                }
            }
        }
    }
    assert_eq!(
        silent,
        Vec::<String>::new(),
        "does not say what its absence means"
    );
}
