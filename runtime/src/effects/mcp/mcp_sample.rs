//! `mcp_sample`: asks the model of the MCP client.

use sinew_schema::{EffectError, McpSampleRequest, McpSampleResponse};

use super::Question;
use crate::effects::{Call, Effect};
use crate::permits::Need;

#[derive(Debug)]
pub(in crate::effects) struct McpSample;

impl Effect for McpSample {
    type Request = McpSampleRequest;
    type Response = McpSampleResponse;

    async fn need(&self, _: &Call<'_>, _: &mut Self::Request) -> Result<Need, EffectError> {
        Ok(Need::Mcp {
            asks: vec!["sample"],
        })
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _: &Need,
    ) -> Result<Self::Response, EffectError> {
        Question::sample(request).ask(call)
    }
}
