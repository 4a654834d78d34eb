//! Joins the schema files to one document.
//!
//! Every `$defs` entry of every file becomes an entry of the bundle's `definitions`, so its name has to be
//! unique. References between files (`../types/phase.json#/$defs/Phase`) become references within the bundle.
//! The lists `x-effects` and `x-entries` keep what the files say about effects and entry points.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value, json};

/// The folders that hold schema files; `gate` holds data.
const FOLDERS: [&str; 4] = ["effects", "entry", "records", "types"];

/// Reads the schema files below `dir` and joins them to one draft-07 document.
///
/// # Errors
///
/// Names the file, and the JSON pointer in it, where a file cannot be read, is not JSON, lacks a title or a
/// description, defines a name that another file defines too, or refers to something that does not exist.
pub fn bundle(dir: &Path) -> Result<Value> {
    let mut files = BTreeMap::new();
    for folder in FOLDERS {
        for path in json_files(&dir.join(folder))? {
            let text =
                fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
            let document: Value = serde_json::from_str(&text)
                .with_context(|| format!("{} is not JSON", path.display()))?;
            let name = file_name(&path)?;
            files.insert(format!("{folder}/{name}"), document);
        }
    }

    let mut definitions = Map::new();
    let mut home: BTreeMap<String, String> = BTreeMap::new();
    for (file, document) in &files {
        for (name, definition) in defs(file, document)? {
            if let Some(other) = home.insert(name.clone(), file.clone()) {
                bail!("{file}#/$defs/{name}: {other} defines `{name}` too");
            }
            definitions.insert(name.clone(), definition.clone());
        }
    }
    for (name, definition) in &mut definitions {
        let file = home.get(name).map_or("", String::as_str);
        localise(definition, file, &format!("/$defs/{name}"), &home)?;
    }

    Ok(json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "sinew",
        "description": "The contract between Sinew's host and its plugins, bundled from the files of `schema/`.",
        "x-effects": effects(&files, &home)?,
        "x-entries": entries(&files, &home)?,
        "definitions": definitions,
    }))
}

fn json_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> Result<&str> {
    path.file_name()
        .and_then(|name| name.to_str())
        .with_context(|| format!("{} has no readable name", path.display()))
}

fn defs<'a>(file: &str, document: &'a Value) -> Result<&'a Map<String, Value>> {
    let stem = stem(file);
    let title = text(&format!("{file}#"), document, "title")?;
    ensure!(
        title == stem,
        "{file}#/title: `{title}` is not the file's name `{stem}`"
    );
    text(&format!("{file}#"), document, "description")?;
    document
        .get("$defs")
        .and_then(Value::as_object)
        .with_context(|| format!("{file}#/$defs: is missing, or no object"))
}

fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.strip_suffix(".json").unwrap_or(name)
}

fn text<'a>(place: &str, value: &'a Value, key: &str) -> Result<&'a str> {
    value
        .get(key)
        .and_then(Value::as_str)
        .with_context(|| format!("{place}/{key}: is missing, or no string"))
}

/// Rewrites the references in a definition so that they stay within the bundle.
fn localise(
    value: &mut Value,
    file: &str,
    pointer: &str,
    home: &BTreeMap<String, String>,
) -> Result<()> {
    match value {
        Value::Object(object) => {
            for (key, child) in object {
                match child {
                    // Examples are data: what looks like a reference there is none.
                    _ if key == "examples" => {}
                    Value::String(reference) if key == "$ref" => {
                        *reference = resolve(reference, file, home)
                            .with_context(|| format!("{file}#{pointer}/$ref"))?;
                    }
                    child => localise(child, file, &format!("{pointer}/{key}"), home)?,
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                localise(item, file, &format!("{pointer}/{index}"), home)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn resolve(reference: &str, file: &str, home: &BTreeMap<String, String>) -> Result<String> {
    let (target, name) = reference
        .split_once("#/$defs/")
        .with_context(|| format!("`{reference}` does not have the form `<file>#/$defs/<Name>`"))?;
    let folder = file.split('/').next().unwrap_or_default();
    let target = match target.strip_prefix("../") {
        _ if target.is_empty() => file.to_owned(),
        Some(elsewhere) => elsewhere.to_owned(),
        None => format!("{folder}/{target}"),
    };
    match home.get(name) {
        Some(found) if *found == target => Ok(format!("#/definitions/{name}")),
        Some(found) => bail!("`{name}` is defined in {found}, not in {target}"),
        None => bail!("`{name}` is defined nowhere"),
    }
}

fn effects(files: &BTreeMap<String, Value>, home: &BTreeMap<String, String>) -> Result<Vec<Value>> {
    let mut effects = Vec::new();
    for (file, document) in files
        .iter()
        .filter(|(file, _)| file.starts_with("effects/"))
    {
        let place = format!("{file}#/x-effect");
        let about = document
            .get("x-effect")
            .with_context(|| format!("{place}: is missing"))?;
        let name = stem(file);
        let camel = camel(name);
        let effect = json!({
            "name": name,
            "type": camel,
            "class": text(&place, about, "class")?,
            "permit": text(&place, about, "permit")?,
            "description": text(&format!("{file}#"), document, "description")?,
            "request": here(file, &format!("{camel}Request"), home)?,
            "response": here(file, &format!("{camel}Response"), home)?,
        });
        effects.push(effect);
    }
    Ok(effects)
}

fn entries(files: &BTreeMap<String, Value>, home: &BTreeMap<String, String>) -> Result<Vec<Value>> {
    let mut entries = Vec::new();
    for (file, document) in files.iter().filter(|(file, _)| file.starts_with("entry/")) {
        let place = format!("{file}#/x-entry");
        let about = document
            .get("x-entry")
            .with_context(|| format!("{place}: is missing"))?;
        let mut entry = json!({
            "export": stem(file),
            "description": text(&format!("{file}#"), document, "description")?,
            "input": here(file, text(&place, about, "input")?, home)?,
            "output": text(&place, about, "output")?,
        });
        let output = text(&place, about, "output")?;
        ensure!(
            home.contains_key(output),
            "{file}#/x-entry/output: `{output}` is defined nowhere"
        );
        for key in ["event", "matcher"] {
            if about.get(key).is_some() {
                entry[key] = text(&place, about, key)?.into();
            }
        }
        if let Some(event) = about.get("event").and_then(Value::as_str) {
            entry["client_input"] = here(file, &format!("{event}Input"), home)?.into();
        }
        entries.push(entry);
    }
    Ok(entries)
}

/// Checks that a name is defined in a file, and returns it.
fn here<'a>(file: &str, name: &'a str, home: &BTreeMap<String, String>) -> Result<&'a str> {
    ensure!(
        home.get(name).is_some_and(|found| found == file),
        "{file}#/$defs/{name}: is missing"
    );
    Ok(name)
}

/// `git_get_branch` → `GitGetBranch`.
fn camel(name: &str) -> String {
    name.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase())
                .into_iter()
                .chain(letters)
                .collect::<String>()
        })
        .collect()
}
