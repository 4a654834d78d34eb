//! Shortens the documentation of generated types.
//!
//! The type generator puts a copy of the schema into every type's documentation. It stands in the bundle;
//! here it would be two thirds of the file.

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};
use syn::LitStr;

/// Leaves out everything from `<details>` on in every documentation text.
pub(crate) fn shorten(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|tree| match tree {
            TokenTree::Group(group) => {
                let inner = if is_doc(&group) {
                    group.stream().into_iter().map(shorten_text).collect()
                } else {
                    shorten(group.stream())
                };
                let mut shortened = Group::new(group.delimiter(), inner);
                shortened.set_span(group.span());
                TokenTree::Group(shortened)
            }
            other => other,
        })
        .collect()
}

/// Whether a group is the `[doc = "…"]` of an attribute.
fn is_doc(group: &Group) -> bool {
    group.delimiter() == Delimiter::Bracket
        && matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(name)) if name == "doc")
}

fn shorten_text(tree: TokenTree) -> TokenTree {
    let Ok(text) = syn::parse2::<LitStr>(TokenStream::from(tree.clone())) else {
        return tree;
    };
    match text.value().split_once("<details>") {
        Some((before, _)) => Literal::string(before.trim_end()).into(),
        None => tree,
    }
}
