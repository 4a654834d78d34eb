//! The lists of effects and entry points, as data and as macros that hand them to a callback.

use anyhow::{Context, Result, bail};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

/// Writes `EFFECTS`, `ENTRY_POINTS`, `for_each_effect!`, `for_each_hook!` and `for_each_type!`.
pub(crate) fn lists(bundle: &Value) -> Result<TokenStream> {
    let mut metas = TokenStream::new();
    let mut rows = TokenStream::new();
    for effect in items(bundle, "x-effects")? {
        let (name, description) = (text(effect, "name")?, text(effect, "description")?);
        let class = class(text(effect, "class")?)?;
        let permit = match text(effect, "permit")? {
            "none" => quote! { None },
            permit => quote! { Some(#permit) },
        };
        metas.extend(quote! {
            crate::EffectMeta { name: #name, class: #class, permit: #permit, description: #description },
        });
        let name = format_ident!("{name}");
        let camel = format_ident!("{}", text(effect, "type")?);
        let request = format_ident!("{}", text(effect, "request")?);
        let response = format_ident!("{}", text(effect, "response")?);
        rows.extend(quote! { [#name #camel #request #response] });
    }

    let mut entries = TokenStream::new();
    let mut hooks = TokenStream::new();
    for entry in items(bundle, "x-entries")? {
        let (export, description) = (text(entry, "export")?, text(entry, "description")?);
        let (input, output) = (text(entry, "input")?, text(entry, "output")?);
        let (event, matcher) = (option(entry, "event"), option(entry, "matcher"));
        entries.extend(quote! {
            crate::EntryMeta {
                export: #export, event: #event, matcher: #matcher,
                input: #input, output: #output, description: #description,
            },
        });
        if let Some(event) = entry.get("event").and_then(Value::as_str) {
            let export = format_ident!("{export}");
            let (event, call) = (format_ident!("{event}"), format_ident!("{input}"));
            let client = format_ident!("{}", text(entry, "client_input")?);
            hooks.extend(quote! { [#export #event #call #client] });
        }
    }

    let types = bundle["definitions"].as_object().into_iter().flatten();
    let types = types.map(|(name, _)| format_ident!("{name}"));

    Ok(quote! {
        #[doc = " Every effect, in the order of their names."]
        pub const EFFECTS: &[crate::EffectMeta] = &[#metas];

        #[doc = " Every entry point but `describe` and `migrate`, in the order of their names."]
        pub const ENTRY_POINTS: &[crate::EntryMeta] = &[#entries];

        #[doc = " Hands every effect to a macro: `[effect_name EffectName Request Response]`, one after the other."]
        #[macro_export]
        macro_rules! for_each_effect {
            ($($callback:tt)+) => { $($callback)+! { #rows } };
        }

        #[doc = " Hands every hook entry point to a macro: `[export Event Call ClientInput]`, one after the other."]
        #[macro_export]
        macro_rules! for_each_hook {
            ($($callback:tt)+) => { $($callback)+! { #hooks } };
        }

        #[doc = " Hands every type of the bundle to a macro: `[TypeName]`, one after the other."]
        #[macro_export]
        macro_rules! for_each_type {
            ($($callback:tt)+) => { $($callback)+! { #([#types])* } };
        }
    })
}

/// Writes `From<&S>` for every request that is no more than one string.
pub(crate) fn conversions(bundle: &Value) -> Result<TokenStream> {
    let mut all = TokenStream::new();
    for effect in items(bundle, "x-effects")? {
        let request = text(effect, "request")?;
        let schema = &bundle["definitions"][request];
        let (Some(properties), Some([required])) = (
            schema["properties"].as_object(),
            schema["required"].as_array().map(Vec::as_slice),
        ) else {
            continue;
        };
        let required = required.as_str().unwrap_or_default();
        let field = &schema["properties"][required];
        if field["type"] != "string" || field.get("enum").is_some() {
            continue;
        }
        let field = format_ident!("{required}");
        let request = format_ident!("{request}");
        let rest = (properties.len() > 1).then(|| {
            let rest = properties
                .keys()
                .filter(|name| *name != required)
                .map(|name| {
                    let name = format_ident!("{name}");
                    quote! { #name: ::std::default::Default::default() }
                });
            quote! { , #(#rest),* }
        });
        all.extend(quote! {
            impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for #request {
                fn from(#field: &S) -> Self {
                    Self { #field: #field.as_ref().to_owned() #rest }
                }
            }
        });
    }
    Ok(all)
}

fn items<'a>(bundle: &'a Value, list: &str) -> Result<&'a Vec<Value>> {
    bundle[list]
        .as_array()
        .with_context(|| format!("the bundle has no `{list}`"))
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    value[key]
        .as_str()
        .with_context(|| format!("an entry of the bundle has no `{key}`: {value}"))
}

fn option(value: &Value, key: &str) -> TokenStream {
    if let Some(text) = value[key].as_str() {
        quote! { Some(#text) }
    } else {
        quote! { None }
    }
}

fn class(word: &str) -> Result<TokenStream> {
    Ok(match word {
        "read" => quote! { EffectClass::Read },
        "write_local" => quote! { EffectClass::WriteLocal },
        "write_remote_idempotent" => quote! { EffectClass::WriteRemoteIdempotent },
        "write_remote" => quote! { EffectClass::WriteRemote },
        other => bail!("`{other}` is no effect class"),
    })
}
