//! Where the answers of effects come from: the world now, a record later. Nothing else differs between the two.

use std::future::Future;
use std::pin::Pin;

use sinew_schema::{EffectClass, EffectError};

use crate::effects::{Call, Cost, EffectRequest, Effects, Performed};
use crate::permits::Need;

/// A future that borrows its call.
type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, EffectError>> + Send + 'a>>;

/// Answers effects. Called by the bridge, after decoding and before recording.
pub trait EffectSource: Send + Sync + 'static {
    /// What the request needs to be permitted; makes the request canonical.
    fn need<'a>(&'a self, call: &'a Call<'a>, request: &'a mut EffectRequest) -> Answer<'a, Need>;
    /// What the request may change.
    fn class(&self, request: &EffectRequest) -> EffectClass;
    /// The most that a permitted request can cost.
    fn cost_max(&self, request: &EffectRequest) -> Cost;
    /// The response, as JSON, and what it cost. Called only when the need is permitted.
    fn perform<'a>(
        &'a self,
        call: &'a Call<'a>,
        request: EffectRequest,
        need: &'a Need,
    ) -> Answer<'a, Performed>;
}

/// Effects of which none changes anything: what would is refused, and logs go where they always go.
#[derive(Debug)]
pub struct ReadOnly(pub Effects);

impl EffectSource for ReadOnly {
    fn need<'a>(&'a self, call: &'a Call<'a>, request: &'a mut EffectRequest) -> Answer<'a, Need> {
        EffectSource::need(&self.0, call, request)
    }
    fn class(&self, request: &EffectRequest) -> EffectClass {
        EffectSource::class(&self.0, request)
    }
    fn cost_max(&self, request: &EffectRequest) -> Cost {
        EffectSource::cost_max(&self.0, request)
    }
    fn perform<'a>(
        &'a self,
        call: &'a Call<'a>,
        request: EffectRequest,
        need: &'a Need,
    ) -> Answer<'a, Performed> {
        let id = request.id();
        if *need != Need::None && self.class(&request) != EffectClass::Read {
            let refusal = EffectError::new(
                EffectError::CODE_DENIED,
                format!(
                    "`{}` changes something, and this turn only looks",
                    id.name()
                ),
            );
            return Box::pin(async { Err(refusal) });
        }
        EffectSource::perform(&self.0, call, request, need)
    }
}

impl EffectSource for Effects {
    fn need<'a>(&'a self, call: &'a Call<'a>, request: &'a mut EffectRequest) -> Answer<'a, Need> {
        Box::pin(Effects::need(self, call, request))
    }
    fn class(&self, request: &EffectRequest) -> EffectClass {
        Effects::class(self, request)
    }
    fn cost_max(&self, request: &EffectRequest) -> Cost {
        Effects::cost_max(self, request)
    }
    fn perform<'a>(
        &'a self,
        call: &'a Call<'a>,
        request: EffectRequest,
        need: &'a Need,
    ) -> Answer<'a, Performed> {
        Box::pin(Effects::perform(self, call, request, need))
    }
}
