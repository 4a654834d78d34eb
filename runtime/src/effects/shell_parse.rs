//! `shell_parse`: parses shell text into a tree. Pure; it runs and expands nothing.

use sinew_schema::{EffectError, ShellParseRequest, ShellParseResponse};
use sinew_shell::{ShellError, ShellLimits};

use super::{Call, Effect, EffectLimits, Fields};
use crate::permits::Need;

#[derive(Debug)]
pub(super) struct ShellParse {
    limits: ShellLimits,
}

impl ShellParse {
    pub(super) fn new(limits: &EffectLimits) -> Self {
        Self {
            limits: limits.shell,
        }
    }
}

impl Effect for ShellParse {
    type Request = ShellParseRequest;
    type Response = ShellParseResponse;

    async fn need(&self, _: &Call<'_>, _: &mut Self::Request) -> Result<Need, EffectError> {
        Ok(Need::None)
    }

    async fn perform(
        &self,
        _: &Call<'_>,
        request: Self::Request,
        _: &Need,
    ) -> Result<Self::Response, EffectError> {
        let script =
            sinew_shell::parse(&request.command, self.limits).map_err(|error| told(&error))?;
        Ok(ShellParseResponse {
            script,
            extra: Fields::new(),
        })
    }
}

fn told(error: &ShellError) -> EffectError {
    let code = match error {
        ShellError::TooLong { .. } | ShellError::TooDeep { .. } | ShellError::TooTangled { .. } => {
            EffectError::CODE_TOO_LARGE
        }
        ShellError::Syntax { .. } => EffectError::CODE_INVALID_REQUEST,
        ShellError::Failed => EffectError::CODE_INTERNAL,
    };
    EffectError::new(code, error.to_string())
}
