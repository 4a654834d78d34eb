//! Constants for the known words of open vocabularies.
//!
//! A string property with `x-words` (word → description) stays a string, so that a word that is newer than
//! its reader survives; each known word becomes a constant of the type, `EffectError::CODE_DENIED`.

use anyhow::{Context, Result};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};

/// Writes the constants for all `x-words` of the definitions.
pub(crate) fn constants(definitions: &Map<String, Value>) -> Result<TokenStream> {
    let mut all = TokenStream::new();
    for (name, schema) in definitions {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            continue;
        };
        let mut constants = TokenStream::new();
        for (property, schema) in properties {
            let Some(words) = schema.get("x-words").and_then(Value::as_object) else {
                continue;
            };
            for (word, description) in words {
                let constant = format_ident!("{}", format!("{property}_{word}").to_uppercase());
                let description = description
                    .as_str()
                    .with_context(|| format!("{name}.{property}: `{word}` is not described"))?;
                let doc = format!(" A value of `{property}`: {description}");
                constants.extend(quote! {
                    #[doc = #doc]
                    pub const #constant: &'static str = #word;
                });
            }
        }
        if !constants.is_empty() {
            let name = format_ident!("{name}");
            all.extend(quote! { impl #name { #constants } });
        }
    }
    Ok(all)
}
