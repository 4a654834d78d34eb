//! `mcp_log`: sends a line of log to the MCP client.

use sinew_schema::{EffectError, McpLogRequest, McpLogResponse};

use crate::effects::{Call, Effect};
use crate::permits::Need;

#[derive(Debug)]
pub(in crate::effects) struct McpLog;

impl Effect for McpLog {
    type Request = McpLogRequest;
    type Response = McpLogResponse;

    async fn need(&self, _: &Call<'_>, _: &mut Self::Request) -> Result<Need, EffectError> {
        Ok(Need::None)
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _: &Need,
    ) -> Result<Self::Response, EffectError> {
        call.host.log_to_client(&request)?;
        Ok(McpLogResponse::default())
    }
}
