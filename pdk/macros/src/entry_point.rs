//! The expansion of a hook event's attribute: the function, the wasm export and a native check of its signature.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, ItemFn, ReturnType, Type};

/// Expands the attribute of a hook event.
pub(crate) fn hook(
    name: &str,
    event: &str,
    arguments: &TokenStream,
    item: &TokenStream,
) -> TokenStream {
    let function = match check(arguments, item, name, event, "Decision") {
        Ok(function) => function,
        // The item stays, so that the one message is not followed by "cannot find function".
        Err(error) => {
            let error = error.into_compile_error();
            return quote! { #error #item };
        }
    };
    let export = format_ident!("handle_{name}");
    let event = Ident::new(event, Span::call_site());
    let handler = &function.sig.ident;
    // A wrong parameter type is then reported at the parameter, not at the attribute.
    let span = function
        .sig
        .inputs
        .first()
        .map_or_else(|| handler.span(), parameter_span);
    let run =
        quote_spanned! { span => ::sinew_pdk::entry::hook::<::sinew_pdk::#event, _>(#handler) };
    quote! {
        #[allow(
            clippy::needless_pass_by_value,
            clippy::unnecessary_wraps,
            reason = "the entry point's signature is the contract's"
        )]
        #function

        const _: () = {
            #[cfg(target_arch = "wasm32")]
            #[allow(unsafe_code, reason = "the host finds an entry point by its unmangled name")]
            #[unsafe(no_mangle)]
            extern "C" fn #export() -> i32 {
                #run
            }

            // Natively nothing is exported; the signature is checked all the same.
            #[cfg(not(target_arch = "wasm32"))]
            const _: fn() -> i32 = || #run;
        };
    }
}

fn parameter_span(argument: &FnArg) -> Span {
    match argument {
        FnArg::Receiver(receiver) => receiver.span(),
        FnArg::Typed(typed) => typed.ty.span(),
    }
}

fn check(
    arguments: &TokenStream,
    item: &TokenStream,
    attribute: &str,
    call: &str,
    answer: &str,
) -> syn::Result<ItemFn> {
    if !arguments.is_empty() {
        let message =
            format!("`#[{attribute}]` takes no arguments: subscriptions stand in `plugin.toml`");
        return Err(syn::Error::new_spanned(arguments, message));
    }
    let function: ItemFn = syn::parse2(item.clone()).map_err(|_| {
        syn::Error::new_spanned(
            item,
            format!(
                "`#[{attribute}]` belongs on a function: `fn decide(call: {call}) -> {answer}`"
            ),
        )
    })?;
    let signature = &function.sig;
    let wanted = format!(
        "`#[{attribute}]` needs `fn {}(call: {call}) -> {answer}`",
        signature.ident
    );
    let refuse = |tokens: &dyn quote::ToTokens, why: &str| {
        Err(syn::Error::new_spanned(tokens, format!("{wanted}: {why}")))
    };

    if let Some(keyword) = &signature.asyncness {
        return refuse(
            keyword,
            "an entry point is not async, effects are ordinary calls",
        );
    }
    if let Some(keyword) = &signature.unsafety {
        return refuse(keyword, "an entry point is a safe function");
    }
    if let Some(abi) = &signature.abi {
        return refuse(abi, "the attribute exports the function by itself");
    }
    if !signature.generics.params.is_empty() {
        return refuse(
            &signature.generics,
            "an entry point has no generic parameters",
        );
    }
    match signature.inputs.first() {
        None => return refuse(&signature.ident, "the parameter is missing"),
        Some(FnArg::Receiver(receiver)) => {
            return refuse(receiver, "an entry point is not a method");
        }
        Some(FnArg::Typed(typed)) if matches!(*typed.ty, Type::Reference(_)) => {
            return refuse(&typed.ty, "the call is passed by value");
        }
        Some(FnArg::Typed(_)) => {}
    }
    if let Some(second) = signature.inputs.iter().nth(1) {
        return refuse(second, "one parameter is all the host passes");
    }
    if matches!(signature.output, ReturnType::Default) {
        return refuse(&signature.ident, "it returns nothing");
    }
    Ok(function)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(arguments: &TokenStream, item: &TokenStream) -> String {
        match check(arguments, item, "pre_tool_use", "PreToolUse", "Decision") {
            Ok(_) => String::from("accepted"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_signature_the_host_cannot_call_is_refused_with_the_one_that_it_can() {
        let none = TokenStream::new;
        let cases = [
            (
                none(),
                quote! { fn f(call: PreToolUse) -> Decision { x } },
                "accepted",
            ),
            (
                none(),
                quote! { fn f(call: PreToolUse) -> Result<Decision, E> { x } },
                "accepted",
            ),
            (
                quote! { priority = 1 },
                quote! { fn f(call: PreToolUse) -> Decision { x } },
                "takes no arguments",
            ),
            (none(), quote! { struct F; }, "belongs on a function"),
            (
                none(),
                quote! { async fn f(call: PreToolUse) -> Decision { x } },
                "not async",
            ),
            (
                none(),
                quote! { unsafe fn f(call: PreToolUse) -> Decision { x } },
                "safe function",
            ),
            (
                none(),
                quote! { extern "C" fn f(call: PreToolUse) -> Decision { x } },
                "by itself",
            ),
            (
                none(),
                quote! { fn f<T>(call: T) -> Decision { x } },
                "no generic parameters",
            ),
            (
                none(),
                quote! { fn f() -> Decision { x } },
                "parameter is missing",
            ),
            (
                none(),
                quote! { fn f(self) -> Decision { x } },
                "not a method",
            ),
            (
                none(),
                quote! { fn f(call: &PreToolUse) -> Decision { x } },
                "by value",
            ),
            (
                none(),
                quote! { fn f(call: PreToolUse, more: u8) -> Decision { x } },
                "one parameter",
            ),
            (
                none(),
                quote! { fn f(call: PreToolUse) { x } },
                "returns nothing",
            ),
        ];
        for (arguments, item, expected) in cases {
            let shown = item.to_string();
            let message = message(&arguments, &item);
            assert!(message.contains(expected), "{shown}: {message}");
        }
    }

    #[test]
    fn the_expansion_exports_the_entry_point_and_keeps_the_function() {
        let expanded = hook(
            "pre_tool_use",
            "PreToolUse",
            &TokenStream::new(),
            &quote! { fn decide(call: PreToolUse) -> Decision { x } },
        );
        let text = expanded.to_string();
        assert!(
            text.contains("fn decide (call : PreToolUse) -> Decision"),
            "{text}"
        );
        assert!(
            text.contains("extern \"C\" fn handle_pre_tool_use () -> i32"),
            "{text}"
        );
    }
}
