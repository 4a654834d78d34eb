//! `mcp_elicit`: asks the person at the MCP client.

use sinew_schema::{EffectError, McpElicitRequest, McpElicitResponse};

use super::Question;
use crate::effects::{Call, Effect};
use crate::permits::Need;

#[derive(Debug)]
pub(in crate::effects) struct McpElicit;

impl Effect for McpElicit {
    type Request = McpElicitRequest;
    type Response = McpElicitResponse;

    async fn need(&self, _: &Call<'_>, _: &mut Self::Request) -> Result<Need, EffectError> {
        Ok(Need::Mcp {
            asks: vec!["elicit"],
        })
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _: &Need,
    ) -> Result<Self::Response, EffectError> {
        Question::elicit(request)?.ask(call)
    }
}
