//! `random_bytes`: draws bytes from the host's cryptographic random number generator.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sinew_schema::{EffectError, RandomBytesRequest, RandomBytesResponse};

use super::error::too_large;
use super::{Call, Effect, EffectLimits, Fields};
use crate::permits::Need;

#[derive(Debug)]
pub(super) struct RandomBytes {
    bytes_max: usize,
}

impl RandomBytes {
    pub(super) fn new(limits: &EffectLimits) -> Self {
        Self {
            bytes_max: limits.random_bytes_max,
        }
    }
}

impl Effect for RandomBytes {
    type Request = RandomBytesRequest;
    type Response = RandomBytesResponse;

    async fn need(&self, _: &Call<'_>, _: &mut Self::Request) -> Result<Need, EffectError> {
        Ok(Need::None)
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _: &Need,
    ) -> Result<Self::Response, EffectError> {
        let length = usize::try_from(request.length).unwrap_or(usize::MAX);
        if length > self.bytes_max {
            return Err(too_large(format!(
                "`length` is {length}, and at most {} bytes are drawn at once",
                self.bytes_max
            )));
        }
        let mut bytes = vec![0; length];
        call.host.random(&mut bytes);
        Ok(RandomBytesResponse {
            base64: STANDARD.encode(bytes),
            extra: Fields::new(),
        })
    }
}
