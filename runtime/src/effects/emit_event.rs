//! `emit_event`: emits a telemetry event on the turn's trace.

use sinew_schema::{EffectError, EmitEventRequest, EmitEventResponse};

use super::{Call, Effect, EffectLimits, Fields};
use crate::permits::Need;

#[derive(Debug)]
pub(super) struct EmitEvent {
    attributes_max: usize,
}

impl EmitEvent {
    pub(super) fn new(limits: &EffectLimits) -> Self {
        Self {
            attributes_max: limits.event_attributes_max,
        }
    }
}

impl Effect for EmitEvent {
    type Request = EmitEventRequest;
    type Response = EmitEventResponse;

    async fn need(&self, _: &Call<'_>, _: &mut Self::Request) -> Result<Need, EffectError> {
        Ok(Need::None)
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _: &Need,
    ) -> Result<Self::Response, EffectError> {
        let dropped = request.attributes.len().saturating_sub(self.attributes_max);
        let kept: Fields = request
            .attributes
            .into_iter()
            .take(self.attributes_max)
            .collect();
        call.host.emit(&request.name, &kept)?;
        Ok(EmitEventResponse {
            dropped_attributes: u32::try_from(dropped).ok().filter(|dropped| *dropped > 0),
            extra: Fields::new(),
        })
    }
}
