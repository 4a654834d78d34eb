//! Attributes that turn a function into a Sinew entry point.
//!
//! Authors do not depend on this crate: `sinew_pdk` re-exports every attribute.
//! An attribute leaves the function as it was written, so that a native test calls it like any other function, and adds
//! the export the host calls. What the export does is not in here but in `sinew_pdk::entry`.

mod entry_point;
mod server;

use proc_macro::TokenStream;

/// Declares one attribute per hook event, each named after its entry point without `handle_`.
macro_rules! hook_attributes {
    ($($name:ident $event:ident)*) => {
        $(
            #[doc = concat!("Exports a function as `handle_", stringify!($name), "`, the entry point of the event `", stringify!($event), "`.")]
            ///
            #[doc = concat!("The function takes one `sinew_pdk::", stringify!($event), "` and returns a `Decision`,")]
            /// or a `Result` of one: an error ends the turn, and the host answers with the subscription's `on_failure`.
            #[proc_macro_attribute]
            pub fn $name(arguments: TokenStream, item: TokenStream) -> TokenStream {
                entry_point::hook(stringify!($name), stringify!($event), &arguments.into(), &item.into()).into()
            }
        )*
    };
}

hook_attributes! {
    config_change ConfigChange
    cwd_changed CwdChanged
    directory_added DirectoryAdded
    elicitation Elicitation
    elicitation_result ElicitationResult
    file_changed FileChanged
    instructions_loaded InstructionsLoaded
    message_display MessageDisplay
    notification Notification
    permission_denied PermissionDenied
    permission_request PermissionRequest
    post_compact PostCompact
    post_model_switch PostModelSwitch
    post_tool_batch PostToolBatch
    post_tool_use PostToolUse
    post_tool_use_failure PostToolUseFailure
    pre_compact PreCompact
    pre_model_switch PreModelSwitch
    pre_tool_use PreToolUse
    session_end SessionEnd
    session_start SessionStart
    setup Setup
    stop Stop
    stop_failure StopFailure
    subagent_start SubagentStart
    subagent_stop SubagentStop
    task_completed TaskCompleted
    task_created TaskCreated
    teammate_idle TeammateIdle
    user_prompt_expansion UserPromptExpansion
    user_prompt_submit UserPromptSubmit
    worktree_create WorktreeCreate
    worktree_remove WorktreeRemove
    hook_event HookEvent
}

/// Exports what a function returns as the plugin's tools, resources and prompts.
///
/// The function takes nothing and returns a `sinew_pdk::mcp::McpServer`, or a `Result` of one. It becomes five entry points:
/// `describe`, `handle_mcp_call`, `handle_mcp_read`, `handle_mcp_prompt` and `handle_mcp_complete`.
#[proc_macro_attribute]
pub fn mcp_server(arguments: TokenStream, item: TokenStream) -> TokenStream {
    server::expand(&arguments.into(), &item.into()).into()
}
