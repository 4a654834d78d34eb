//! `gate_status`: says which plugins are configured, whether each can be called, and what is the gate's own.

use sinew_schema::{EffectError, GateStatusRequest, GateStatusResponse};

use super::{Call, Effect, Fields};
use crate::permits::Need;

#[derive(Debug)]
pub(super) struct GateStatus;

impl Effect for GateStatus {
    type Request = GateStatusRequest;
    type Response = GateStatusResponse;

    async fn need(&self, _: &Call<'_>, _: &mut Self::Request) -> Result<Need, EffectError> {
        Ok(Need::None)
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        _: Self::Request,
        _: &Need,
    ) -> Result<Self::Response, EffectError> {
        Ok(GateStatusResponse {
            plugins: call.host.plugins(),
            places: call.host.places(),
            extra: Fields::new(),
        })
    }
}
