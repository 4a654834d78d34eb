//! The contract itself: the schema files, the bundle and the types made from them, and the gate's tables.

#![allow(
    clippy::unwrap_used,
    reason = "a test may stop where something is missing"
)]

mod bundling;
mod captures;
mod committed;
mod described;
mod examples;
mod limits;
mod openness;
mod types;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use sinew_schema::{BUNDLE, for_each_hook, for_each_type};

static CONTRACT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(BUNDLE).unwrap());

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn definitions() -> &'static Map<String, Value> {
    CONTRACT["definitions"].as_object().unwrap()
}

fn validator(name: &str) -> jsonschema::Validator {
    let schema = json!({
        "$schema": CONTRACT["$schema"],
        "$ref": format!("#/definitions/{name}"),
        "definitions": CONTRACT["definitions"],
    });
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The examples that a definition gives for itself.
fn examples(schema: &Value) -> &[Value] {
    schema["examples"].as_array().map_or(&[], Vec::as_slice)
}

/// Decodes a value with a Rust type, and encodes it again.
fn again<T: DeserializeOwned + Serialize>(value: &Value) -> Result<Value, serde_json::Error> {
    serde_json::to_value(serde_json::from_value::<T>(value.clone())?)
}

/// A type of the contract, and how a value passes through it.
type Passage = (&'static str, fn(&Value) -> Result<Value, serde_json::Error>);

macro_rules! passages {
    ($([$type:ident])*) => {
        const PASSAGES: &[Passage] = &[$((stringify!($type), again::<sinew_schema::$type>)),*];
    };
}
for_each_type!(passages);

macro_rules! events {
    ($([$export:ident $event:ident $call:ident $input:ident])*) => {
        const EVENTS: &[Passage] = &[$((stringify!($event), again::<sinew_schema::$input>)),*];
    };
}
for_each_hook!(events);

fn json_files(folder: &Path) -> Vec<(PathBuf, Value)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let value = serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path, value)
        })
        .collect();
    files.sort_by(|(left, _), (right, _)| left.cmp(right));
    files
}

fn schema_files() -> Vec<(PathBuf, Value)> {
    ["effects", "entry", "records", "types"]
        .iter()
        .flat_map(|name| json_files(&folder("../schema").join(name)))
        .collect()
}
