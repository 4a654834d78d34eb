//! What is wrong in a schema file is reported with the file and the place in it.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

/// A schema of one effect and one entry point, which a test then breaks.
fn schema(change: impl FnOnce(&mut Value)) -> TempDir {
    let mut files = json!({
        "effects/sum_up.json": {
            "title": "sum_up",
            "description": "Adds numbers.",
            "x-effect": { "class": "read", "permit": "none" },
            "$defs": {
                "SumUpRequest": {
                    "type": "object",
                    "required": ["name"],
                    "properties": { "name": { "type": "string" } },
                    "additionalProperties": false
                },
                "SumUpResponse": { "type": "object", "properties": { "kind": { "$ref": "../types/kind.json#/$defs/Kind" } } }
            }
        },
        "types/kind.json": {
            "title": "kind",
            "description": "A kind.",
            "$defs": { "Kind": { "type": "string" } }
        }
    });
    change(&mut files);
    let folder = TempDir::new().unwrap();
    for name in ["effects", "entry", "records", "types"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    for (name, document) in files.as_object().unwrap() {
        fs::write(folder.path().join(name), document.to_string()).unwrap();
    }
    folder
}

fn problem(change: impl FnOnce(&mut Value)) -> String {
    let folder = schema(change);
    let error = sinew_codegen::bundle(folder.path()).unwrap_err();
    format!("{error:#}")
}

fn generation_problem(change: impl FnOnce(&mut Value)) -> String {
    let folder = schema(change);
    let bundle = sinew_codegen::bundle(folder.path()).unwrap();
    format!("{:#}", sinew_codegen::generate(&bundle).unwrap_err())
}

const EFFECT: &str = "effects/sum_up.json";
const REFERENCE: &str = "/$defs/SumUpResponse/properties/kind/$ref";

#[test]
fn a_sound_schema_is_bundled_and_generated() {
    let folder = schema(|_| {});
    let bundle = sinew_codegen::bundle(folder.path()).unwrap();
    assert_eq!(
        bundle["definitions"]["SumUpResponse"]["properties"]["kind"]["$ref"],
        "#/definitions/Kind"
    );
    let code = sinew_codegen::generate(&bundle).unwrap();
    assert!(code.contains("[sum_up SumUp SumUpRequest SumUpResponse]"));
}

#[test]
fn a_reference_to_nothing_names_its_place() {
    assert_eq!(
        problem(|files| *files[EFFECT].pointer_mut(REFERENCE).unwrap() =
            json!("../types/kind.json#/$defs/Sort")),
        "effects/sum_up.json#/$defs/SumUpResponse/properties/kind/$ref: `Sort` is defined nowhere"
    );
    assert_eq!(
        problem(|files| *files[EFFECT].pointer_mut(REFERENCE).unwrap() = json!("#/$defs/Kind")),
        "effects/sum_up.json#/$defs/SumUpResponse/properties/kind/$ref: `Kind` is defined in types/kind.json, not in effects/sum_up.json"
    );
    assert_eq!(
        problem(|files| *files[EFFECT].pointer_mut(REFERENCE).unwrap() = json!("kind.json")),
        "effects/sum_up.json#/$defs/SumUpResponse/properties/kind/$ref: `kind.json` does not have the form `<file>#/$defs/<Name>`"
    );
}

#[test]
fn a_file_that_lacks_its_name_or_description_is_named() {
    assert_eq!(
        problem(|files| files[EFFECT]["title"] = json!("add_up")),
        "effects/sum_up.json#/title: `add_up` is not the file's name `sum_up`"
    );
    assert_eq!(
        problem(|files| files[EFFECT]["description"] = json!(7)),
        "effects/sum_up.json#/description: is missing, or no string"
    );
}

#[test]
fn a_name_that_is_defined_twice_names_both_files() {
    assert_eq!(
        problem(
            |files| files["types/kind.json"]["$defs"]["SumUpRequest"] = json!({ "type": "string" })
        ),
        "types/kind.json#/$defs/SumUpRequest: effects/sum_up.json defines `SumUpRequest` too"
    );
}

#[test]
fn an_effect_without_its_parts_is_named() {
    assert_eq!(
        problem(|files| drop(
            files[EFFECT]["$defs"]
                .as_object_mut()
                .unwrap()
                .remove("SumUpResponse")
        )),
        "effects/sum_up.json#/$defs/SumUpResponse: is missing"
    );
    assert_eq!(
        problem(|files| files[EFFECT]["x-effect"] = json!({ "permit": "none" })),
        "effects/sum_up.json#/x-effect/class: is missing, or no string"
    );
}

#[test]
fn a_limit_that_no_code_would_check_is_refused() {
    assert_eq!(
        generation_problem(|files| {
            files[EFFECT]["$defs"]["SumUpRequest"]["properties"]["name"]["pattern"] =
                json!("^[a-z]+$");
        }),
        "SumUpRequest.name: `^[a-z]+$` is more than a prefix, and cannot be checked"
    );
}

#[test]
fn an_effect_class_that_does_not_exist_is_refused() {
    assert_eq!(
        generation_problem(|files| files[EFFECT]["x-effect"]["class"] = json!("write")),
        "`write` is no effect class"
    );
}
