//! The smallest plugin: greets back whoever says hello.

use sinew_pdk::{Decision, UserPromptSubmit, user_prompt_submit};

/// Adds a line of context to a prompt that is a greeting, and has no opinion on any other.
#[user_prompt_submit]
fn greet(call: UserPromptSubmit) -> Decision {
    if call.prompt.trim().eq_ignore_ascii_case("hello") {
        return Decision::none()
            .with_context("Sinew says hello, too: its plugins judge the tool calls that follow.");
    }
    Decision::none()
}
