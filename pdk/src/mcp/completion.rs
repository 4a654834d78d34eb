//! Completions of what a client's user has begun to type.

use std::fmt;

use sinew_schema::{McpCompletion, McpCompletionResult};

/// The most values that MCP lets through.
const VALUES_MAX: usize = 100;

/// What a completion may return.
#[diagnostic::on_unimplemented(
    message = "a completion returns a `Vec<String>`, a list of `&str`, `McpCompletionResult`, or a `Result` of one, not `{Self}`",
    label = "these are no completions",
    note = "the error of a `Result` needs `Display`"
)]
pub trait IntoCompletion {
    /// What may be chosen, or why the turn fails. Of plain lists the values that begin as what was typed are taken, whatever the case
    /// of their letters, and the first hundred of these.
    ///
    /// # Errors
    ///
    /// What the completion returned as its error, as text.
    fn into_completion(self, completion: &McpCompletion) -> Result<McpCompletionResult, String>;
}

/// Completes one argument.
pub(super) type Completer = Box<dyn Fn(&McpCompletion) -> Result<McpCompletionResult, String>>;

/// Makes a completer of an author's function.
pub(super) fn completer<R: IntoCompletion>(
    handler: impl Fn(&McpCompletion) -> R + 'static,
) -> Completer {
    Box::new(move |completion| handler(completion).into_completion(completion))
}

/// Completes with the completer of the argument, where it has one.
pub(super) fn complete(
    completers: &[(String, Completer)],
    completion: &McpCompletion,
) -> Option<Result<McpCompletionResult, String>> {
    let completer = completers
        .iter()
        .find(|(argument, _)| *argument == completion.argument);
    completer.map(|(_, complete)| complete(completion))
}

// === impl IntoCompletion ===

impl IntoCompletion for McpCompletionResult {
    fn into_completion(self, _: &McpCompletion) -> Result<Self, String> {
        Ok(self)
    }
}

impl IntoCompletion for Vec<String> {
    fn into_completion(
        mut self,
        completion: &McpCompletion,
    ) -> Result<McpCompletionResult, String> {
        self.retain(|value| begins(value, &completion.value));
        let total = self.len();
        self.truncate(VALUES_MAX);
        Ok(McpCompletionResult {
            has_more: Some(total > VALUES_MAX),
            total: u32::try_from(total).ok(),
            values: self,
        })
    }
}

impl<const N: usize> IntoCompletion for [&str; N] {
    fn into_completion(self, completion: &McpCompletion) -> Result<McpCompletionResult, String> {
        let values: Vec<String> = self.into_iter().map(str::to_owned).collect();
        values.into_completion(completion)
    }
}

impl<T: IntoCompletion, E: fmt::Display> IntoCompletion for Result<T, E> {
    fn into_completion(self, completion: &McpCompletion) -> Result<McpCompletionResult, String> {
        // The alternate form of `Display` is where many errors name their causes.
        self.map_err(|error| format!("{error:#}"))?
            .into_completion(completion)
    }
}

fn begins(value: &str, typed: &str) -> bool {
    let mut letters = value.chars().flat_map(char::to_lowercase);
    let mut typed = typed.chars().flat_map(char::to_lowercase);
    typed.all(|character| letters.next() == Some(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(values: impl IntoCompletion, typed: &str) -> McpCompletionResult {
        let completion = McpCompletion {
            value: typed.to_owned(),
            ..McpCompletion::default()
        };
        values.into_completion(&completion).unwrap()
    }

    #[test]
    fn values_begin_as_what_was_typed_and_are_no_more_than_mcp_lets_through() {
        let found = completed(["main", "Master", "topic"], "mA");
        assert_eq!(found.values, ["main", "Master"]);
        assert_eq!((found.total, found.has_more), (Some(2), Some(false)));
        let many: Vec<String> = (0..101).map(|number| format!("b{number}")).collect();
        let found = completed(many, "");
        assert_eq!((found.values.len(), found.total), (100, Some(101)));
        assert_eq!(found.has_more, Some(true));
    }
}
