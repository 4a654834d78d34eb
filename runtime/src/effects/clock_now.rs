//! `clock_now`: tells the time of the host's clock.

use jiff::Timestamp;
use sinew_schema::{ClockNowRequest, ClockNowResponse, EffectError};

use super::{Call, Effect, Fields};
use crate::permits::Need;

#[derive(Debug)]
pub(super) struct ClockNow;

impl Effect for ClockNow {
    type Request = ClockNowRequest;
    type Response = ClockNowResponse;

    async fn need(&self, _: &Call<'_>, _: &mut Self::Request) -> Result<Need, EffectError> {
        Ok(Need::None)
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        _: Self::Request,
        _: &Need,
    ) -> Result<Self::Response, EffectError> {
        let unix_ms = call.host.unix_micros().div_euclid(1_000);
        let timestamp = Timestamp::from_millisecond(unix_ms).map_err(|_| {
            EffectError::new(
                EffectError::CODE_UNAVAILABLE,
                "the host's clock shows a year that cannot be written",
            )
        })?;
        Ok(ClockNowResponse {
            unix_ms,
            rfc3339: format!("{timestamp:.3}"),
            extra: Fields::new(),
        })
    }
}
