//! Shows every edit of a file to a language model, and adds what that thinks of it to the agent's context.
//!
//! It only advises: whatever goes wrong, the edit stays what it is, and the agent reads nothing. What a file says may be
//! written by anybody, and so may be meant for the model that reads it; all that the model's answer can become is a verdict
//! of one word and a few remarks of one line each, under a heading that says what they are.

mod change;
mod glob;
mod opinion;
mod question;
mod settings;

use sinew_pdk::{Decision, PostToolUse, StateError, llm_call, log_info, post_tool_use};

use change::Change;
use opinion::Opinion;
use settings::Settings;

/// Adds a model's opinion of an edit to what the agent reads.
///
/// # Errors
///
/// A setting that cannot be read.
#[post_tool_use]
pub fn review(call: PostToolUse) -> Result<Decision, StateError> {
    let settings = Settings::read()?;
    let change = match Change::of(&call, &settings) {
        Ok(Some(change)) => change,
        Ok(None) => return Ok(Decision::none()),
        Err(why) => return Ok(no_opinion(&why)),
    };
    let request = match question::about(&change, &settings) {
        Ok(request) => request,
        Err(error) => return Ok(no_opinion(&error.message)),
    };
    let answer = match llm_call(request) {
        Ok(answer) => answer,
        Err(error) => return Ok(no_opinion(&format!("{}: {}", error.code, error.message))),
    };
    Ok(match Opinion::read(&answer) {
        Some(opinion) => Decision::none().with_context(opinion.told(&change.path, &settings.model)),
        None => no_opinion("the model's answer cannot be read"),
    })
}

/// Says nothing to the agent, and why to the operator.
fn no_opinion(why: &str) -> Decision {
    // A line that cannot be written must not fail the turn.
    let _ = log_info(format!("no opinion: {why}").as_str());
    Decision::none()
}
