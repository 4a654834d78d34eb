//! Writes the Rust module for a bundle.

use anyhow::{Context, Result, anyhow};
use schemars08::schema::{InstanceType, RootSchema, SchemaObject};
use serde_json::{Map, Value, json};
use typify::{TypeSpace, TypeSpacePatch, TypeSpaceSettings};

use crate::{defaults, docs, limits, lists, plain, words};

const HEADER: &str = "\
// Written by `just codegen` from the files of `schema/`. Do not edit: change the files and run it again.

";

/// Writes the Rust module for a bundle: the types, the constants, the conversions, the lists.
///
/// # Errors
///
/// Names what cannot become Rust: a schema form that the type generator does not know, or a list entry that
/// lacks something.
pub fn generate(bundle: &Value) -> Result<String> {
    let definitions = bundle["definitions"]
        .as_object()
        .context("the bundle has no `definitions`")?;

    let root: RootSchema = serde_json::from_value(json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "definitions": plain::plain(definitions),
    }))
    .context("the bundle is not a schema")?;
    let mut settings = TypeSpaceSettings::default();
    settings
        // Sorted, since the order of a map would otherwise reach digests.
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq".to_owned())
        // As the client wrote it: 52 stays 52, and 52.5 is no error.
        .with_conversion(
            SchemaObject {
                instance_type: Some(InstanceType::Number.into()),
                ..SchemaObject::default()
            },
            "::serde_json::Number",
            std::iter::empty(),
        );
    for name in defaults::defaultable(definitions) {
        settings.with_patch(name, TypeSpacePatch::default().with_derive("Default"));
    }
    let mut types = TypeSpace::new(&settings);
    types
        .add_root_schema(root)
        .map_err(|error| anyhow!("the type generator refuses the bundle: {error}"))?;

    let mut tokens = docs::shorten(types.to_stream());
    tokens.extend(words::constants(definitions)?);
    tokens.extend(lists::conversions(bundle)?);
    tokens.extend(limits::limits(bundle)?);
    tokens.extend(lists::lists(bundle)?);

    let mut file: syn::File = syn::parse2(tokens).context("the generated code does not parse")?;
    close_unions(&mut file, definitions);
    Ok(format!("{HEADER}{}", prettyplease::unparse(&file)))
}

/// Unions that the host sends: they stay open, so that a guest reads what a newer host adds.
const SENT_BY_HOST: [&str; 3] = ["EffectResult", "ShellCommandBody", "ShellPart"];

/// Closes the unions whose every variant is closed: the type generator closes objects alone.
fn close_unions(file: &mut syn::File, definitions: &Map<String, Value>) {
    for item in &mut file.items {
        let syn::Item::Enum(union) = item else {
            continue;
        };
        let name = union.ident.to_string();
        let variants = definitions
            .get(&name)
            .filter(|_| !SENT_BY_HOST.contains(&name.as_str()))
            .and_then(|schema| schema["oneOf"].as_array());
        let closed = |variant: &Value| variant["additionalProperties"] == false;
        if variants.is_some_and(|variants| variants.iter().all(closed)) {
            union
                .attrs
                .push(syn::parse_quote!(#[serde(deny_unknown_fields)]));
        }
    }
}
