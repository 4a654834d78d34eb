//! A question to an MCP client, and what counts as its answer.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sinew_schema::{
    EffectError, McpCapability, McpElicitRequest, McpElicitResponse, McpElicitResponseAction,
    McpListRootsRequest, McpListRootsResponse, McpQuestion, McpSampleRequest, McpSampleResponse,
};

use crate::effects::Call;
use crate::effects::error::invalid;
use crate::json_schema::JsonSchema;

/// A question to the client, by the name under which its answer is found.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The name.
    pub key: String,
    /// What is asked.
    pub asked: McpQuestion,
}

// === impl Question ===

impl Question {
    pub(super) fn elicit(request: McpElicitRequest) -> Result<Self, EffectError> {
        if request.schema.is_empty() == request.url.is_none() {
            return Err(invalid(
                "a person is shown a form (`schema`) or an address (`url`), one of the two",
            ));
        }
        Ok(Self::named(request.key.clone(), "mcp_elicit", request))
    }

    pub(super) fn sample(request: McpSampleRequest) -> Self {
        Self::named(request.key.clone(), "mcp_sample", request)
    }

    pub(super) fn list_roots(request: McpListRootsRequest) -> Self {
        Self::named(request.key.clone(), "mcp_list_roots", request)
    }

    pub(super) fn of(question: McpQuestion) -> Result<Self, EffectError> {
        match question {
            McpQuestion::Elicit(request) => Self::elicit(request),
            McpQuestion::Sample(request) => Ok(Self::sample(request)),
            McpQuestion::ListRoots(request) => Ok(Self::list_roots(request)),
        }
    }

    fn named(key: Option<String>, effect: &str, asked: impl Into<McpQuestion>) -> Self {
        Self {
            key: key.unwrap_or_else(|| effect.to_owned()),
            asked: asked.into(),
        }
    }

    /// Asks the client.
    pub(super) fn ask<T: DeserializeOwned>(self, call: &Call<'_>) -> Result<T, EffectError> {
        let mut answers = call.host.ask(std::slice::from_ref(&self))?;
        let answer = answers.remove(&self.key).unwrap_or_default();
        serde_json::from_value(answer).map_err(|error| {
            EffectError::new(
                EffectError::CODE_INTERNAL,
                format!("the client's answer cannot be read: {error}"),
            )
        })
    }

    /// What the client has to be able to do.
    #[must_use]
    pub fn needs(&self) -> McpCapability {
        match &self.asked {
            McpQuestion::Elicit(_) => McpCapability::Elicitation,
            McpQuestion::Sample(_) => McpCapability::Sampling,
            McpQuestion::ListRoots(_) => McpCapability::Roots,
        }
    }

    /// Whether a client's word is an answer to this question. What is none is asked again.
    #[must_use]
    pub fn is_answered_by(&self, answer: &Value) -> bool {
        match &self.asked {
            McpQuestion::Elicit(request) => {
                read::<McpElicitResponse>(answer).is_some_and(|answer| {
                    answer.action != McpElicitResponseAction::Accept
                        || fits(&request.schema, answer.content)
                })
            }
            McpQuestion::Sample(_) => read::<McpSampleResponse>(answer).is_some(),
            McpQuestion::ListRoots(_) => read::<McpListRootsResponse>(answer).is_some(),
        }
    }
}

fn read<T: DeserializeOwned>(answer: &Value) -> Option<T> {
    serde_json::from_value(answer.clone()).ok()
}

/// Whether a form's values fit its schema. A schema that is none fits everything: the client has shown something.
fn fits(schema: &Map<String, Value>, values: Map<String, Value>) -> bool {
    JsonSchema::compile(&Value::Object(schema.clone()))
        .map_or(true, |schema| schema.allows(&Value::Object(values)))
}
