//! `mcp_list_roots`: asks the MCP client for its user's folders.

use sinew_schema::{EffectError, McpListRootsRequest, McpListRootsResponse};

use super::Question;
use crate::effects::{Call, Effect};
use crate::permits::Need;

#[derive(Debug)]
pub(in crate::effects) struct McpListRoots;

impl Effect for McpListRoots {
    type Request = McpListRootsRequest;
    type Response = McpListRootsResponse;

    async fn need(&self, _: &Call<'_>, _: &mut Self::Request) -> Result<Need, EffectError> {
        Ok(Need::Mcp {
            asks: vec!["roots"],
        })
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _: &Need,
    ) -> Result<Self::Response, EffectError> {
        Question::list_roots(request).ask(call)
    }
}
