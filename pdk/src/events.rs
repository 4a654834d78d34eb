//! One name per event for [`Call`], and the list that says which events there are.

use serde_json::{Map, Value};

use crate::call::{Call, HookInput};

/// Names every event: its attribute, its type here, the type of its input, and for events about a tool
/// the word `tool`, with what a rewrite replaces where that is not the tool's input.
macro_rules! for_each_event {
    ($callback:ident) => {
        $callback! {
            [config_change ConfigChange ConfigChangeInput]
            [cwd_changed CwdChanged CwdChangedInput]
            [directory_added DirectoryAdded DirectoryAddedInput]
            [elicitation Elicitation ElicitationInput]
            [elicitation_result ElicitationResult ElicitationResultInput]
            [file_changed FileChanged FileChangedInput]
            [instructions_loaded InstructionsLoaded InstructionsLoadedInput]
            [message_display MessageDisplay MessageDisplayInput]
            [notification Notification NotificationInput]
            [permission_denied PermissionDenied PermissionDeniedInput tool]
            [permission_request PermissionRequest PermissionRequestInput tool]
            [post_compact PostCompact PostCompactInput]
            [post_model_switch PostModelSwitch PostModelSwitchInput]
            [post_tool_batch PostToolBatch PostToolBatchInput]
            [post_tool_use PostToolUse PostToolUseInput tool "/tool_response"]
            [post_tool_use_failure PostToolUseFailure PostToolUseFailureInput tool]
            [pre_compact PreCompact PreCompactInput]
            [pre_model_switch PreModelSwitch PreModelSwitchInput]
            [pre_tool_use PreToolUse PreToolUseInput tool]
            [session_end SessionEnd SessionEndInput]
            [session_start SessionStart SessionStartInput]
            [setup Setup SetupInput]
            [stop Stop StopInput]
            [stop_failure StopFailure StopFailureInput]
            [subagent_start SubagentStart SubagentStartInput]
            [subagent_stop SubagentStop SubagentStopInput]
            [task_completed TaskCompleted TaskCompletedInput]
            [task_created TaskCreated TaskCreatedInput]
            [teammate_idle TeammateIdle TeammateIdleInput]
            [user_prompt_expansion UserPromptExpansion UserPromptExpansionInput]
            [user_prompt_submit UserPromptSubmit UserPromptSubmitInput]
            [worktree_create WorktreeCreate WorktreeCreateInput]
            [worktree_remove WorktreeRemove WorktreeRemoveInput]
        }
    };
}

macro_rules! calls {
    ($([$name:ident $event:ident $input:ident $($tool:ident $($rewrites:literal)?)?])*) => {
        $(
            #[doc = concat!("The event `", stringify!($event), "`; its fields are those of [`", stringify!($input), "`](sinew_schema::", stringify!($input), ").")]
            pub type $event = Call<sinew_schema::$input>;

            impl HookInput for sinew_schema::$input {
                const EVENT: &'static str = stringify!($event);
                const ENTRY_POINT: &'static str = concat!("handle_", stringify!($name));

                fn cwd(&self) -> Option<&str> {
                    self.cwd.as_deref()
                }

                $(
                    $(const REWRITES: &'static str = $rewrites;)?

                    fn $tool(&self) -> Option<(&str, &Value)> {
                        Some((&self.tool_name, &self.tool_input))
                    }
                )?
            }

            // An event without an attribute does not compile.
            pub use sinew_pdk_macros::$name;
        )*

        /// Every event of the contract that has an entry point: its name at the client, and its entry point.
        #[cfg(test)]
        const EVENTS: &[(&str, &str, Decode)] = &[$((
            stringify!($event),
            concat!("handle_", stringify!($name)),
            |call| $event::decode(call).map(|call| call.event().to_owned()),
        )),*];
    };
}

for_each_event!(calls);

pub use sinew_pdk_macros::{hook_event, mcp_server};

/// An event that has no entry point of its own, because it is newer than this contract.
pub type HookEvent = Call<Map<String, Value>>;

impl HookInput for Map<String, Value> {
    const EVENT: &'static str = "";
    const ENTRY_POINT: &'static str = "handle_hook_event";

    fn cwd(&self) -> Option<&str> {
        self.get("cwd").and_then(Value::as_str)
    }
}

/// Decodes a call of one event and names it.
#[cfg(test)]
type Decode = fn(&[u8]) -> Result<String, String>;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::EVENTS;

    #[test]
    fn every_event_of_the_contract_has_a_call_and_an_attribute() {
        let ours: BTreeSet<_> = EVENTS
            .iter()
            .map(|(event, export, _)| (*event, *export))
            .collect();
        let contract: BTreeSet<_> = sinew_schema::ENTRY_POINTS
            .iter()
            .filter_map(|entry| Some((entry.event?, entry.export)))
            .collect();
        assert_eq!(ours, contract);
    }

    #[test]
    fn every_example_of_the_contract_decodes() {
        let bundle: Value = serde_json::from_str(sinew_schema::BUNDLE).unwrap();
        for (event, _, decode) in EVENTS {
            let examples = bundle["definitions"][format!("{event}Call")]["examples"].as_array();
            let examples = examples.unwrap_or_else(|| panic!("`{event}Call` has no examples"));
            assert_ne!(examples.len(), 0);
            for example in examples {
                assert_eq!(
                    decode(example.to_string().as_bytes()).as_deref(),
                    Ok(*event),
                    "{example}"
                );
            }
        }
    }
}
