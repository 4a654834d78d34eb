//! `mcp_changed`: tells MCP clients that something a plugin offers has changed.

use sinew_schema::{EffectError, McpChangedRequest, McpChangedRequestWhat, McpChangedResponse};

use crate::effects::error::invalid;
use crate::effects::{Call, Effect};
use crate::permits::Need;

#[derive(Debug)]
pub(in crate::effects) struct McpChanged;

impl Effect for McpChanged {
    type Request = McpChangedRequest;
    type Response = McpChangedResponse;

    async fn need(&self, _: &Call<'_>, _: &mut Self::Request) -> Result<Need, EffectError> {
        Ok(Need::None)
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _: &Need,
    ) -> Result<Self::Response, EffectError> {
        if (request.what == McpChangedRequestWhat::Resource) != request.uri.is_some() {
            return Err(invalid(
                "`uri` names the one resource that changed, and nothing else",
            ));
        }
        call.host.changed(&request);
        Ok(McpChangedResponse::default())
    }
}
