//! Code that checks the limits which a schema sets for what guests send.
//!
//! It covers the requests of effects and everything within them. A keyword that it cannot check is an error,
//! so that no limit is written down and not kept.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};

/// Keywords that limit values in ways that are not checked here.
const UNCHECKED: [&str; 6] = [
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "propertyNames",
    "uniqueItems",
    "minProperties",
];

/// How a message speaks of a length.
const LENGTH: &str = "have a length of";

/// Writes `Limited` for the requests of all effects, and for the objects within them.
pub(crate) fn limits(bundle: &Value) -> Result<TokenStream> {
    let definitions = bundle["definitions"]
        .as_object()
        .context("the bundle has no `definitions`")?;
    let mut waiting: Vec<&str> = bundle["x-effects"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|effect| effect["request"].as_str())
        .collect();
    let mut done = BTreeSet::new();
    let mut all = TokenStream::new();
    while let Some(name) = waiting.pop() {
        if !done.insert(name) {
            continue;
        }
        let schema = &definitions[name];
        let checks = object(name, schema, definitions, &mut waiting)?;
        let name = format_ident!("{name}");
        all.extend(quote! {
            impl crate::Limited for #name {
                fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
                    #checks
                    Ok(())
                }
            }
        });
    }
    Ok(all)
}

/// A value to check: where it stands in JSON, and the Rust expressions for both.
struct Spot<'a> {
    schema: &'a Value,
    place: TokenStream,
    value: TokenStream,
}

fn object<'a>(
    name: &str,
    schema: &'a Value,
    definitions: &'a Map<String, Value>,
    waiting: &mut Vec<&'a str>,
) -> Result<TokenStream> {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let mut checks = TokenStream::new();
    for (property, schema) in schema["properties"].as_object().into_iter().flatten() {
        let field = format_ident!("{}", field_name(property));
        // A list that may be missing is an empty one.
        let always = schema["type"] == "array" || required.iter().any(|name| name == property);
        let spot = Spot {
            schema,
            place: quote! { #property },
            value: if always {
                quote! { self.#field }
            } else {
                quote! { value }
            },
        };
        let check = spot
            .checks(definitions, waiting)
            .with_context(|| format!("{name}.{property}"))?;
        checks.extend(if always || check.is_empty() {
            check
        } else {
            quote! { if let Some(value) = &self.#field { #check } }
        });
    }
    Ok(checks)
}

/// The Rust name of a property: MCP's are in camel case, and typify's fields are not.
fn field_name(property: &str) -> String {
    let mut name = String::new();
    for character in property.chars() {
        if character.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(character.to_ascii_lowercase());
    }
    name
}

// === impl Spot ===

impl<'a> Spot<'a> {
    fn checks(
        &self,
        definitions: &'a Map<String, Value>,
        waiting: &mut Vec<&'a str>,
    ) -> Result<TokenStream> {
        let Self {
            schema,
            place,
            value,
        } = self;
        if let Some(keyword) = UNCHECKED
            .iter()
            .find(|keyword| schema.get(**keyword).is_some())
        {
            bail!("`{keyword}` cannot be checked");
        }
        if let Some(reference) = schema["$ref"].as_str() {
            let target = reference.rsplit('/').next().unwrap_or_default();
            if definitions[target].get("properties").is_none() {
                return Ok(TokenStream::new());
            }
            waiting.push(target);
            return Ok(quote! {
                crate::Limited::check_limits(#value).map_err(|error| error.within(#place))?;
            });
        }
        match schema["type"].as_str() {
            Some("integer") => {
                self.size(["minimum", "maximum"], "be", &quote! { #value.to_owned() })
            }
            Some("string") => {
                let count = quote! { #value.chars().count() };
                let length = self.size(["minLength", "maxLength"], LENGTH, &count)?;
                let prefix = self.prefix()?;
                Ok(quote! { #length #prefix })
            }
            Some("array") => {
                let count = quote! { #value.len() };
                let length = self.size(["minItems", "maxItems"], LENGTH, &count)?;
                let items = self.items(definitions, waiting)?;
                Ok(quote! { #length #items })
            }
            _ => Ok(TokenStream::new()),
        }
    }

    fn items(
        &self,
        definitions: &'a Map<String, Value>,
        waiting: &mut Vec<&'a str>,
    ) -> Result<TokenStream> {
        let item = Spot {
            schema: &self.schema["items"],
            place: quote! { &place },
            value: quote! { item },
        };
        let check = item.checks(definitions, waiting)?;
        if check.is_empty() {
            return Ok(check);
        }
        let Self { place, value, .. } = self;
        Ok(quote! {
            for (index, item) in #value.iter().enumerate() {
                let place = format!("{}/{index}", #place);
                #check
            }
        })
    }

    fn size(&self, keywords: [&str; 2], what: &str, size: &TokenStream) -> Result<TokenStream> {
        let mut checks = TokenStream::new();
        for (keyword, check) in keywords.into_iter().zip(["at_least", "at_most"]) {
            let Some(bound) = self.schema.get(keyword) else {
                continue;
            };
            let bound = bound
                .as_u64()
                .with_context(|| format!("`{keyword}` is below 0, and cannot be checked"))?;
            if bound == 0 && check == "at_least" {
                continue;
            }
            let (place, check) = (&self.place, format_ident!("{check}"));
            checks.extend(quote! { crate::limit::#check(#place, #what, #size, #bound)?; });
        }
        Ok(checks)
    }

    fn prefix(&self) -> Result<TokenStream> {
        let Some(pattern) = self.schema["pattern"].as_str() else {
            return Ok(TokenStream::new());
        };
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "/-_".contains(letter);
        let literal = pattern
            .strip_prefix('^')
            .filter(|rest| rest.chars().all(plain))
            .with_context(|| format!("`{pattern}` is more than a prefix, and cannot be checked"))?;
        let Self { place, value, .. } = self;
        Ok(quote! { crate::limit::prefix(#place, &#value, #literal)?; })
    }
}
