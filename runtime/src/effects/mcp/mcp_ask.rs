//! `mcp_ask`: asks several questions of the MCP client at once.

use std::collections::BTreeSet;

use sinew_schema::{EffectError, McpAskRequest, McpAskResponse, McpQuestion};

use super::Question;
use crate::effects::error::invalid;
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;

#[derive(Debug)]
pub(in crate::effects) struct McpAsk;

impl Effect for McpAsk {
    type Request = McpAskRequest;
    type Response = McpAskResponse;

    async fn need(&self, _: &Call<'_>, request: &mut Self::Request) -> Result<Need, EffectError> {
        let mut asks: Vec<_> = request.questions.iter().map(asked).collect();
        asks.sort_unstable();
        asks.dedup();
        Ok(Need::Mcp { asks })
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _: &Need,
    ) -> Result<Self::Response, EffectError> {
        let questions = request
            .questions
            .into_iter()
            .map(Question::of)
            .collect::<Result<Vec<_>, _>>()?;
        let mut keys = BTreeSet::new();
        if let Some(twice) = questions
            .iter()
            .find(|question| !keys.insert(&question.key))
        {
            return Err(invalid(format!(
                "two questions have the key `{}`",
                twice.key
            )));
        }
        Ok(McpAskResponse {
            answers: call.host.ask(&questions)?,
            extra: Fields::new(),
        })
    }
}

/// What a question asks, in the words of permits.
fn asked(question: &McpQuestion) -> &'static str {
    match question {
        McpQuestion::Elicit(_) => "elicit",
        McpQuestion::Sample(_) => "sample",
        McpQuestion::ListRoots(_) => "roots",
    }
}
