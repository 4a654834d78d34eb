//! `mcp_progress`: tells the MCP client how far the turn is.

use sinew_schema::{EffectError, McpProgressRequest, McpProgressResponse};

use crate::effects::{Call, Effect};
use crate::permits::Need;

#[derive(Debug)]
pub(in crate::effects) struct McpProgress;

impl Effect for McpProgress {
    type Request = McpProgressRequest;
    type Response = McpProgressResponse;

    async fn need(&self, _: &Call<'_>, _: &mut Self::Request) -> Result<Need, EffectError> {
        Ok(Need::None)
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _: &Need,
    ) -> Result<Self::Response, EffectError> {
        call.host.progress(&request)?;
        Ok(McpProgressResponse::default())
    }
}
