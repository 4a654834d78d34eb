//! `llm_call`: asks a language model and waits for the whole answer.

use std::time::Duration;

use sinew_schema::{EffectError, LlmCallRequest, LlmCallResponse};

use super::{Call, Cost, Effect};
use crate::permits::Need;
use crate::services::llm::LlmService;

#[derive(Debug)]
pub(super) struct LlmCall {
    llm: LlmService,
}

impl LlmCall {
    pub(super) fn new(llm: &LlmService) -> Self {
        Self { llm: llm.clone() }
    }
}

impl Effect for LlmCall {
    type Request = LlmCallRequest;
    type Response = LlmCallResponse;

    async fn need(
        &self,
        _call: &Call<'_>,
        request: &mut Self::Request,
    ) -> Result<Need, EffectError> {
        self.llm.check(request)?;
        Ok(Need::Llm {
            model: request.model.clone(),
        })
    }

    fn cost_max(&self, request: &Self::Request) -> Cost {
        let worst = self.llm.worst(request);
        Cost {
            llm_tokens: worst.tokens.total(),
            usd_micros: worst.usd_micros,
        }
    }

    fn cost(&self, response: &Self::Response) -> Cost {
        let usage = &response.usage;
        let counts = [
            usage.input_tokens,
            usage.output_tokens,
            usage.cache_read_tokens.unwrap_or_default(),
            usage.cache_write_tokens.unwrap_or_default(),
        ];
        Cost {
            llm_tokens: counts.into_iter().fold(0, u64::saturating_add),
            usd_micros: response.usd_micros,
        }
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let wait = request
            .wait_ms
            .map(|milliseconds| Duration::from_millis(milliseconds.into()));
        Ok(self.llm.call(&request, call.deadline, wait).await?)
    }
}
