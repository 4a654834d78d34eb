//! `log_warn`: writes that something is odd to the host's log.

use sinew_schema::{EffectError, LogWarnRequest, LogWarnResponse};

use super::{Call, Effect, EffectLimits, Fields, LogLevel};
use crate::permits::Need;

#[derive(Debug)]
pub(super) struct LogWarn {
    bytes_max: usize,
}

impl LogWarn {
    pub(super) fn new(limits: &EffectLimits) -> Self {
        Self {
            bytes_max: limits.log_message_bytes_max,
        }
    }
}

impl Effect for LogWarn {
    type Request = LogWarnRequest;
    type Response = LogWarnResponse;

    async fn need(&self, _: &Call<'_>, _: &mut Self::Request) -> Result<Need, EffectError> {
        Ok(Need::None)
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _: &Need,
    ) -> Result<Self::Response, EffectError> {
        let truncated = call.log(
            LogLevel::Warn,
            &request.message,
            &request.fields,
            self.bytes_max,
        )?;
        Ok(LogWarnResponse {
            truncated,
            extra: Fields::new(),
        })
    }
}
