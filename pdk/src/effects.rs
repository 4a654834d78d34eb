//! One function per effect: a typed request in, a typed response or a typed refusal out.
//!
//! A refusal ([`EffectError`]) is a value to handle: the plugin was not permitted, the repository is not there, the budget is
//! used up. It does not end the turn unless the entry point returns it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sinew_schema::Answer;

use crate::{EffectError, host};

/// Ties a request type to its effect.
pub trait EffectRequest: Serialize + DeserializeOwned {
    /// The effect's name, as in the schema.
    const EFFECT: &'static str;
    /// What the effect answers.
    type Response: Serialize + DeserializeOwned;
}

fn perform<R: EffectRequest>(
    request: &R,
    exchange: impl FnOnce(&[u8]) -> Result<Vec<u8>, String>,
) -> Result<R::Response, EffectError> {
    let broken = |why: String| crate::error::internal(format!("`{}`: {why}", R::EFFECT));
    let request = serde_json::to_vec(request).map_err(|error| broken(error.to_string()))?;
    let answer = exchange(&request).map_err(broken)?;
    match serde_json::from_slice(&answer).map_err(|error| broken(error.to_string()))? {
        Answer::Ok(response) => Ok(response),
        Answer::Error(error) => Err(error),
    }
}

macro_rules! wrappers {
    ($([$name:ident $effect:ident $request:ident $response:ident])*) => {
        $(
            impl EffectRequest for sinew_schema::$request {
                const EFFECT: &'static str = stringify!($name);
                type Response = sinew_schema::$response;
            }

            #[doc = concat!("Asks the host for the effect `", stringify!($name), "`.")]
            ///
            #[doc = concat!("What it does, and every field, is described at [`", stringify!($request), "`](sinew_schema::", stringify!($request), ").")]
            ///
            /// # Errors
            ///
            /// The host's refusal: not permitted, over budget, past the deadline, or what the effect itself reports.
            pub fn $name(
                request: impl Into<sinew_schema::$request>,
            ) -> Result<sinew_schema::$response, EffectError> {
                perform(&request.into(), host::effect::$name)
            }
        )*
    };
}

sinew_schema::for_each_effect!(wrappers);
