//! The expansion of `#[mcp_server]`: the function, five wasm exports and a native check of its signature.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ItemFn, ReturnType};

/// The exports, and what runs each of them in `sinew_pdk::entry`.
const EXPORTS: [(&str, &str); 5] = [
    ("describe", "describe"),
    ("handle_mcp_call", "mcp_call"),
    ("handle_mcp_read", "mcp_read"),
    ("handle_mcp_prompt", "mcp_prompt"),
    ("handle_mcp_complete", "mcp_complete"),
];

/// Expands the attribute.
pub(crate) fn expand(arguments: &TokenStream, item: &TokenStream) -> TokenStream {
    let function = match check(arguments, item) {
        Ok(function) => function,
        // The item stays, so that the one message is not followed by "cannot find function".
        Err(error) => {
            let error = error.into_compile_error();
            return quote! { #error #item };
        }
    };
    let name = &function.sig.ident;
    // A wrong type is then reported where it stands, not at the attribute.
    let span = function.sig.output.span();
    let exports = EXPORTS.map(|(export, entry)| {
        let export = Ident::new(export, Span::call_site());
        let entry = Ident::new(entry, Span::call_site());
        let run =
            quote_spanned! { span => ::sinew_pdk::entry::mcp(::sinew_pdk::entry::#entry, #name) };
        quote! {
            #[cfg(target_arch = "wasm32")]
            #[allow(unsafe_code, reason = "the host finds an entry point by its unmangled name")]
            #[unsafe(no_mangle)]
            extern "C" fn #export() -> i32 {
                #run
            }
        }
    });
    quote! {
        #function

        const _: () = {
            #(#exports)*

            // Natively nothing is exported; the signature is checked all the same.
            #[cfg(not(target_arch = "wasm32"))]
            const _: fn() -> i32 = || ::sinew_pdk::entry::mcp(::sinew_pdk::entry::describe, #name);
        };
    }
}

fn check(arguments: &TokenStream, item: &TokenStream) -> syn::Result<ItemFn> {
    if !arguments.is_empty() {
        let message = "`#[mcp_server]` takes no arguments: what is offered stands in the function";
        return Err(syn::Error::new_spanned(arguments, message));
    }
    let function: ItemFn = syn::parse2(item.clone()).map_err(|_| {
        let message = "`#[mcp_server]` belongs on a function: `fn server() -> McpServer`";
        syn::Error::new_spanned(item, message)
    })?;
    let signature = &function.sig;
    let refuse = |tokens: &dyn quote::ToTokens, why: &str| {
        let message = format!(
            "`#[mcp_server]` needs `fn {}() -> McpServer`: {why}",
            signature.ident
        );
        Err(syn::Error::new_spanned(tokens, message))
    };
    if let Some(keyword) = &signature.asyncness {
        return refuse(keyword, "it is not async, effects are ordinary calls");
    }
    if let Some(keyword) = &signature.unsafety {
        return refuse(keyword, "it is a safe function");
    }
    if let Some(abi) = &signature.abi {
        return refuse(abi, "the attribute exports the function by itself");
    }
    if !signature.generics.params.is_empty() {
        return refuse(&signature.generics, "it has no generic parameters");
    }
    if let Some(first) = signature.inputs.first() {
        return refuse(first, "it takes nothing, its handlers are called");
    }
    if matches!(signature.output, ReturnType::Default) {
        return refuse(&signature.ident, "it returns nothing");
    }
    Ok(function)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_that_is_no_server_is_refused_with_the_one_that_is() {
        let none = TokenStream::new;
        let cases = [
            (
                none(),
                quote! { fn server() -> McpServer { x } },
                "accepted",
            ),
            (
                none(),
                quote! { fn server() -> Result<McpServer, E> { x } },
                "accepted",
            ),
            (
                quote! { name = "x" },
                quote! { fn server() -> McpServer { x } },
                "takes no arguments",
            ),
            (none(), quote! { struct S; }, "belongs on a function"),
            (
                none(),
                quote! { async fn server() -> McpServer { x } },
                "not async",
            ),
            (
                none(),
                quote! { unsafe fn server() -> McpServer { x } },
                "safe function",
            ),
            (
                none(),
                quote! { extern "C" fn server() -> McpServer { x } },
                "by itself",
            ),
            (
                none(),
                quote! { fn server<T>() -> McpServer { x } },
                "no generic",
            ),
            (
                none(),
                quote! { fn server(call: McpCall) -> McpServer { x } },
                "takes nothing",
            ),
            (none(), quote! { fn server() { x } }, "returns nothing"),
        ];
        for (arguments, item, expected) in cases {
            let shown = item.to_string();
            let message = match check(&arguments, &item) {
                Ok(_) => "accepted".to_owned(),
                Err(error) => error.to_string(),
            };
            assert!(message.contains(expected), "{shown}: {message}");
        }
    }

    #[test]
    fn the_expansion_exports_all_five_and_keeps_the_function() {
        let item = quote! { fn server() -> McpServer { x } };
        let text = expand(&TokenStream::new(), &item).to_string();
        assert!(text.contains("fn server () -> McpServer"), "{text}");
        for (export, _) in EXPORTS {
            let export = format!("extern \"C\" fn {export} () -> i32");
            assert!(text.contains(&export), "{text}");
        }
    }
}
