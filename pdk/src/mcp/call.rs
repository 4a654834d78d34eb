//! [`McpCall`]: what a tool is called with, beside its arguments.

use serde::de::DeserializeOwned;
use serde_json::Value;
use sinew_schema::McpClient;

use crate::EffectError;
use crate::elided::Elided;

/// A call of one of the plugin's tools. The host has checked its arguments against the tool's input schema.
#[derive(Debug)]
pub struct McpCall {
    call: sinew_schema::McpCall,
    elided: Elided,
}

// === impl McpCall ===

impl McpCall {
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, String> {
        let mut value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let fields = match value.get_mut("elided").map(Value::take) {
            Some(fields) => serde_json::from_value(fields).map_err(|error| error.to_string())?,
            None => Vec::new(),
        };
        let elided = Elided::open(fields, &mut value, false).map_err(|error| error.to_string())?;
        // Taken apart above.
        value
            .as_object_mut()
            .and_then(|object| object.remove("elided"));
        let call = serde_json::from_value(value).map_err(|error| error.to_string())?;
        Ok(Self { call, elided })
    }

    /// The tool's name, as the plugin describes it.
    #[must_use]
    pub fn tool(&self) -> &str {
        &self.call.tool
    }

    /// The arguments, whole, as the type that the tool takes; where they are not, why.
    pub(crate) fn arguments<T: DeserializeOwned>(&self) -> Result<Result<T, String>, EffectError> {
        let arguments = Value::Object(self.call.arguments.clone());
        let whole = self
            .elided
            .whole("/arguments", Some(&arguments))?
            .unwrap_or_default();
        let fits = serde_json::from_value(whole);
        Ok(fits.map_err(|problem| format!("the arguments of `{}`: {problem}", self.tool())))
    }

    /// The root of the registered project the caller works in, where there is one.
    #[must_use]
    pub fn project(&self) -> Option<&str> {
        self.call.project.as_deref()
    }

    /// The client's session, where it has one.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.call.session_id.as_deref()
    }

    /// The client's id of this call; the call's hook events carry it too.
    #[must_use]
    pub fn tool_use_id(&self) -> Option<&str> {
        self.call.tool_use_id.as_deref()
    }

    /// The program that calls, as it introduces itself; `None` where it did not.
    #[must_use]
    pub fn client(&self) -> Option<&McpClient> {
        self.call.client.as_ref()
    }

    /// The call as it arrived: `null` stands in the place of what was elided from the arguments.
    #[must_use]
    pub fn as_received(&self) -> &sinew_schema::McpCall {
        &self.call
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;
    use sinew_schema::InputReadRequest;

    use super::*;
    use crate::testing::{FakeHost, refusal};

    #[derive(Debug, PartialEq, Deserialize)]
    struct Text {
        text: String,
    }

    fn call() -> McpCall {
        let elided = json!([{"pointer": "/arguments/text", "sha256": "0".repeat(64), "bytes": 4}]);
        let call = json!({"tool": "count", "arguments": {"text": ""}, "elided": elided,
            "client": {"name": "agent"}, "tool_use_id": "t1"});
        McpCall::decode(call.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn what_was_elided_is_read_with_the_arguments() {
        let _host = FakeHost::new().answer(|request: InputReadRequest| {
            assert_eq!(request.pointer, "/arguments/text");
            json!({"text": "long", "total_bytes": 4})
        });
        let call = call();
        assert_eq!(call.as_received().arguments["text"], Value::Null);
        let text = "long".to_owned();
        assert_eq!(call.arguments(), Ok(Ok(Text { text })));
        assert_eq!(
            call.client().map(|client| client.name.as_str()),
            Some("agent")
        );
        assert_eq!((call.tool_use_id(), call.session_id()), (Some("t1"), None));
    }

    #[test]
    fn what_cannot_be_read_is_the_hosts_error() {
        let _host = FakeHost::new().answer(|_: InputReadRequest| Err(refusal("deadline", "late")));
        let error = call().arguments::<Text>().unwrap_err();
        assert_eq!(error.code, EffectError::CODE_DEADLINE);
    }
}
