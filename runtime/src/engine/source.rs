//! Where the answers of effects come from: the world now, a record later. Nothing else differs between the two.

use std::future::Future;
use std::pin::Pin;

use sinew_schema::EffectError;

use crate::effects::{Call, EffectRequest, Effects};
use crate::permits::Need;

/// A future that borrows its call.
type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, EffectError>> + Send + 'a>>;

/// Answers effects. Called by the bridge, after decoding and before recording.
pub trait EffectSource: Send + Sync + 'static {
    /// What the request needs to be permitted; makes the request canonical.
    fn need<'a>(&'a self, call: &'a Call<'a>, request: &'a mut EffectRequest) -> Answer<'a, Need>;
    /// The response, as JSON. Called only when the need is permitted.
    fn perform<'a>(
        &'a self,
        call: &'a Call<'a>,
        request: EffectRequest,
        need: &'a Need,
    ) -> Answer<'a, Vec<u8>>;
}

impl EffectSource for Effects {
    fn need<'a>(&'a self, call: &'a Call<'a>, request: &'a mut EffectRequest) -> Answer<'a, Need> {
        Box::pin(Effects::need(self, call, request))
    }
    fn perform<'a>(
        &'a self,
        call: &'a Call<'a>,
        request: EffectRequest,
        need: &'a Need,
    ) -> Answer<'a, Vec<u8>> {
        Box::pin(Effects::perform(self, call, request, need))
    }
}
