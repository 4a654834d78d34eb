//! Every example means the same to the validator and to the Rust types.

use serde_json::{Value, json};
use sinew_schema::ENTRY_POINTS;

use super::{PASSAGES, definitions, examples, validator};

#[test]
fn every_type_has_an_example() {
    for (name, schema) in definitions() {
        assert!(!examples(schema).is_empty(), "{name} has no example");
    }
}

#[test]
fn every_example_validates() {
    for (name, schema) in definitions() {
        let validator = validator(name);
        for example in examples(schema) {
            if let Err(error) = validator.validate(example) {
                panic!("{name}: {error} at `{}`: {example}", error.instance_path());
            }
        }
    }
}

#[test]
fn every_example_passes_through_its_type_unchanged() {
    assert_eq!(PASSAGES.len(), definitions().len());
    for (name, passage) in PASSAGES {
        for example in examples(&definitions()[*name]) {
            let passed =
                passage(example).unwrap_or_else(|error| panic!("{name}: {error}: {example}"));
            assert_eq!(passed, *example, "{name}");
        }
    }
}

#[test]
fn an_optional_property_may_be_missing() {
    for (name, passage) in PASSAGES {
        let schema = &definitions()[*name];
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let validator = validator(name);
        for example in examples(schema) {
            for property in schema["properties"].as_object().into_iter().flatten() {
                let mut smaller = example.clone();
                if !example.is_object()
                    || smaller
                        .as_object_mut()
                        .unwrap()
                        .remove(property.0)
                        .is_none()
                {
                    continue;
                }
                let optional = !required.contains(&json!(property.0));
                let case = format!("{name} without {}", property.0);
                assert_eq!(validator.is_valid(&smaller), optional, "{case}");
                assert_eq!(passage(&smaller).is_ok(), optional, "{case}");
            }
        }
    }
}

#[test]
fn the_examples_use_the_words_that_are_known() {
    for (name, schema) in definitions() {
        for (property, schema_of_property) in schema["properties"].as_object().into_iter().flatten()
        {
            let Some(words) = schema_of_property["x-words"].as_object() else {
                continue;
            };
            for word in examples(schema)
                .iter()
                .filter_map(|example| example[property].as_str())
            {
                assert!(words.contains_key(word), "{name}.{property}: `{word}`");
            }
        }
    }
}

#[test]
fn a_matched_field_is_one_that_the_event_has() {
    for entry in ENTRY_POINTS {
        let (Some(event), Some(pointer)) = (entry.event, entry.matcher) else {
            continue;
        };
        let example = &definitions()[&format!("{event}Input")]["examples"][0];
        assert!(
            example.pointer(pointer).is_some_and(Value::is_string),
            "{event} {pointer}"
        );
    }
}
