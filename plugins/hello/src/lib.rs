//! The smallest plugin: tells the model, with every prompt, that Sinew is watching.

use sinew_pdk::{Decision, UserPromptSubmit, user_prompt_submit};

/// Adds one line of context and has no opinion.
#[user_prompt_submit]
fn greet(call: UserPromptSubmit) -> Decision {
    let words = call.prompt.split_whitespace().count();
    Decision::none().with_context(format!(
        "Sinew read this prompt of {words} words; its plugins judge the tool calls that follow."
    ))
}
