// Written by `just codegen` from the files of `schema/`. Do not edit: change the files and run it again.

///Why a turn was aborted.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct Abort {
    ///Why, as one sentence for people.
    pub message: ::std::string::String,
    ///Why, in a word. More words may come.
    pub reason: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///An answer that left the gate and is not what was decided.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct AnswerRecord {
    ///Kind of the decision that was answered.
    pub answered: ::std::string::String,
    ///Kind of the decision that was reached. Absent when none was reached in time.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub decided: ::std::option::Option<::std::string::String>,
    ///Event of the client.
    pub event: ::std::string::String,
    ///Where the turns that decided stand in the ledger. Absent or empty when none did.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub positions: ::std::vec::Vec<u64>,
    ///Why the answer is another one. More words may come.
    pub reason: ::std::string::String,
    ///Id of the client's session. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session: ::std::option::Option<::std::string::String>,
    ///Id of the client's tool call. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tool_use_id: ::std::option::Option<::std::string::String>,
    ///Id of the turn that decided. Absent when none did.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub turn: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Budgets before and after a turn.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct BudgetChange {
    ///What was left after it, by name.
    pub after: ::std::collections::BTreeMap<::std::string::String, u64>,
    ///What was left before the turn, by name.
    pub before: ::std::collections::BTreeMap<::std::string::String, u64>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A budget that would not last, in its smallest unit: effects, bytes, microseconds, tokens, or millionths of a US dollar.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct BudgetShortage {
    ///What is left of it; what others have reserved is not.
    pub left: u64,
    ///Its name, as a path into the manifest: `budgets.day.usd`.
    pub name: ::std::string::String,
    ///The most that the request can use.
    pub needed: u64,
    ///When it is whole again, in RFC 3339, in UTC. Absent for a session's and a turn's, which are with the next one.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub renews: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///How much a plugin may use.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Budgets {
    ///How much all turns of one day, in UTC, may use together. Absent means as much as the turns may.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub day: ::std::option::Option<PeriodBudget>,
    ///How much all turns of one client session may use together; a turn without a session is a session of its own. Absent means as much as the turns may.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session: ::std::option::Option<PeriodBudget>,
    ///How much one turn may use. Absent means what the operator's configuration says.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub turn: ::std::option::Option<TurnBudget>,
}
///Asks for the time; there is nothing to say.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ClockNowRequest {}
///The time, twice.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ClockNowResponse {
    ///The same instant in RFC 3339, in UTC, with milliseconds.
    pub rfc3339: ::std::string::String,
    ///Milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
    pub unix_ms: i64,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `ConfigChange`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ConfigChangeCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: ConfigChangeInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `ConfigChange`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ConfigChangeInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Absolute path of the file that changed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub file_path: ::std::option::Option<::std::string::String>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Which configuration changes; the client owns the words: `user_settings`, `project_settings`, `local_settings`, `policy_settings`, `skills`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub source: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `CwdChanged`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CwdChangedCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: CwdChangedInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `CwdChanged`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct CwdChangedInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///Absolute path of the new working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub new_cwd: ::std::option::Option<::std::string::String>,
    ///Absolute path of the former working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub old_cwd: ::std::option::Option<::std::string::String>,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Approves, so that nobody is asked. A plugin that merely has no objection says `none`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct DecisionAllow {
    ///Text that the model reads beside the event. Contexts of several plugins are joined in the order of their priorities. Absent means none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub context: ::std::option::Option<::std::string::String>,
    ///Further fields for the client's `hookSpecificOutput`, by the client's names, such as `worktreePath` or `sessionTitle`. A field that the decision table does not list for the event fails the turn. Absent means none.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub fields: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///Why, for the user. Absent means that no reason is given.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub reason: ::std::option::Option<::std::string::String>,
}
///Leaves it to a person. On an event where the client cannot ask, it counts as `deny`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct DecisionAsk {
    ///Text that the model reads beside the event. Contexts of several plugins are joined in the order of their priorities. Absent means none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub context: ::std::option::Option<::std::string::String>,
    ///Why, for that person to read.
    pub reason: ::std::string::String,
}
///Puts the call off: the client ends its turn with the call still open. On an event where the client cannot do so, it counts as `deny`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct DecisionDefer {
    ///Text that the model reads beside the event. Contexts of several plugins are joined in the order of their priorities. Absent means none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub context: ::std::option::Option<::std::string::String>,
    ///Why, for the user. Absent means that no reason is given.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub reason: ::std::option::Option<::std::string::String>,
}
///Refuses, and says why.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct DecisionDeny {
    ///Text that the model reads beside the event. Contexts of several plugins are joined in the order of their priorities. Absent means none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub context: ::std::option::Option<::std::string::String>,
    ///Why, for the model and the user to read.
    pub reason: ::std::string::String,
}
///The kinds of hook decisions but `rewrite`, from the least restrictive to the most; the generated type is ordered so.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum DecisionKind {
    #[serde(rename = "none")]
    None,
    #[serde(rename = "allow")]
    Allow,
    #[serde(rename = "ask")]
    Ask,
    #[serde(rename = "defer")]
    Defer,
    #[serde(rename = "deny")]
    Deny,
}
impl ::std::fmt::Display for DecisionKind {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::None => f.write_str("none"),
            Self::Allow => f.write_str("allow"),
            Self::Ask => f.write_str("ask"),
            Self::Defer => f.write_str("defer"),
            Self::Deny => f.write_str("deny"),
        }
    }
}
impl ::std::str::FromStr for DecisionKind {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "none" => Ok(Self::None),
            "allow" => Ok(Self::Allow),
            "ask" => Ok(Self::Ask),
            "defer" => Ok(Self::Defer),
            "deny" => Ok(Self::Deny),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for DecisionKind {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for DecisionKind {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///No opinion: the client goes on as if nobody had been asked.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct DecisionNone {
    ///Text that the model reads beside the event. Contexts of several plugins are joined in the order of their priorities. Absent means none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub context: ::std::option::Option<::std::string::String>,
    ///Further fields for the client's `hookSpecificOutput`, by the client's names, such as `worktreePath` or `sessionTitle`. A field that the decision table does not list for the event fails the turn. Absent means none.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub fields: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Replaces what the event is about, such as a tool's input. Only in the phase `rewrite`, and only by a plugin whose manifest says so.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct DecisionRewrite {
    ///Text that the model reads beside the event. Contexts of several plugins are joined in the order of their priorities. Absent means none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub context: ::std::option::Option<::std::string::String>,
    ///Further fields for the client's `hookSpecificOutput`, by the client's names, such as `worktreePath` or `sessionTitle`. A field that the decision table does not list for the event fails the turn. Absent means none.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub fields: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///Why, for the user. Absent means that no reason is given.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub reason: ::std::option::Option<::std::string::String>,
    ///The whole replacement, not a part of it.
    pub replacement: ::serde_json::Value,
}
///Nothing is asked in particular.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(transparent)]
pub struct DescribeCall(
    pub ::serde_json::Map<::std::string::String, ::serde_json::Value>,
);
impl ::std::ops::Deref for DescribeCall {
    type Target = ::serde_json::Map<::std::string::String, ::serde_json::Value>;
    fn deref(&self) -> &::serde_json::Map<::std::string::String, ::serde_json::Value> {
        &self.0
    }
}
impl ::std::convert::From<DescribeCall>
for ::serde_json::Map<::std::string::String, ::serde_json::Value> {
    fn from(value: DescribeCall) -> Self {
        value.0
    }
}
impl ::std::convert::From<::serde_json::Map<::std::string::String, ::serde_json::Value>>
for DescribeCall {
    fn from(
        value: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ) -> Self {
        Self(value)
    }
}
///What a plugin offers over MCP. Names are the plugin's own: the host puts the plugin's prefix before them.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Description {
    ///What a model should know about all of it together. Absent means nothing.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub instructions: ::std::option::Option<::std::string::String>,
    ///Prompts, answered by `handle_mcp_prompt`. Absent or empty means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub prompts: ::std::vec::Vec<McpPrompt>,
    ///Templates of resources that are made when they are read, answered by `handle_mcp_read`. Absent or empty means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub resource_templates: ::std::vec::Vec<McpResourceTemplate>,
    ///Resources, answered by `handle_mcp_read`. Absent or empty means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub resources: ::std::vec::Vec<McpResource>,
    ///Tools, answered by `handle_mcp_call`. Absent or empty means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub tools: ::std::vec::Vec<McpTool>,
}
///What a plugin gets for a turn on `DirectoryAdded`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct DirectoryAddedCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: DirectoryAddedInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `DirectoryAdded`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct DirectoryAddedInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///Absolute path of the directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub directory: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///What added it; the client owns the words: `slash_command`, `register_repo_root`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub source: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Permits for containers. No effect uses them yet.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct DockerPermits {
    ///Globs over images by their digests: a slash parts segments, and `@sha256:*` stands for all digests. Absent or empty permits nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub images: ::std::vec::Vec<::std::string::String>,
    ///Globs over canonical absolute paths that a container may get, each with `:ro` or `:rw`; `rw` covers both. What lies below comes along, a `.git` included. Absent or empty permits nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub mounts: ::std::vec::Vec<::std::string::String>,
    ///The network that a container may join. Absent or `none` means none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub network: ::std::option::Option<::std::string::String>,
}
///The effects, in the order of their names.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(transparent)]
pub struct EffectCatalogue(pub ::std::vec::Vec<EffectDescription>);
impl ::std::ops::Deref for EffectCatalogue {
    type Target = ::std::vec::Vec<EffectDescription>;
    fn deref(&self) -> &::std::vec::Vec<EffectDescription> {
        &self.0
    }
}
impl ::std::convert::From<EffectCatalogue> for ::std::vec::Vec<EffectDescription> {
    fn from(value: EffectCatalogue) -> Self {
        value.0
    }
}
impl ::std::convert::From<::std::vec::Vec<EffectDescription>> for EffectCatalogue {
    fn from(value: ::std::vec::Vec<EffectDescription>) -> Self {
        Self(value)
    }
}
///What an effect may change, and so what may be done with it after a crash and in a replay: `read` changes nothing; `write_local` changes this machine; `write_remote_idempotent` changes something elsewhere, and doing it twice is doing it once; `write_remote` changes something elsewhere, and is never repeated: after a crash it is reported as in doubt.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum EffectClass {
    #[serde(rename = "read")]
    Read,
    #[serde(rename = "write_local")]
    WriteLocal,
    #[serde(rename = "write_remote_idempotent")]
    WriteRemoteIdempotent,
    #[serde(rename = "write_remote")]
    WriteRemote,
}
impl ::std::fmt::Display for EffectClass {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Read => f.write_str("read"),
            Self::WriteLocal => f.write_str("write_local"),
            Self::WriteRemoteIdempotent => f.write_str("write_remote_idempotent"),
            Self::WriteRemote => f.write_str("write_remote"),
        }
    }
}
impl ::std::str::FromStr for EffectClass {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "read" => Ok(Self::Read),
            "write_local" => Ok(Self::WriteLocal),
            "write_remote_idempotent" => Ok(Self::WriteRemoteIdempotent),
            "write_remote" => Ok(Self::WriteRemote),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for EffectClass {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for EffectClass {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///An effect that the host offers.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct EffectDescription {
    ///What it may change.
    pub class: EffectClass,
    ///What it does.
    pub description: ::std::string::String,
    ///Name of the effect.
    pub name: ::std::string::String,
    ///The permit it needs, as family and access; `none` where it needs none.
    pub permit: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Why an effect was refused, or failed.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct EffectError {
    ///The budget that would not last. Absent unless one of what effects cost would not.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub budget: ::std::option::Option<BudgetShortage>,
    ///What kind of error it is, for programs. More codes may come.
    pub code: ::std::string::String,
    ///What would grant what is missing: a line for the operator's configuration. Absent where nothing can be granted.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub grant: ::std::option::Option<::std::string::String>,
    ///What went wrong, as one sentence for people. It carries no secret.
    pub message: ::std::string::String,
    ///How long to wait before asking again, in milliseconds. Absent unless the code is `rate_limited`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub retry_after_ms: ::std::option::Option<u64>,
    ///The permit rule that refused, as a path into the manifest or the grant. Absent unless a rule did.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub rule: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///An effect that a turn asked for, whether it was performed or not.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct EffectRecord {
    ///What the effect may change.
    pub class: EffectClass,
    ///Code of the error. Absent when it was performed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub code: ::std::option::Option<::std::string::String>,
    ///What it cost, by budget. Absent or empty means nothing.
    #[serde(
        default,
        skip_serializing_if = ":: std :: collections :: BTreeMap::is_empty"
    )]
    pub cost: ::std::collections::BTreeMap<::std::string::String, u64>,
    ///Name of the effect.
    pub effect: ::std::string::String,
    ///Number of the effect within its turn, from 0.
    pub ordinal: u32,
    ///Whether it was performed, failed, or was refused.
    pub outcome: EffectRecordOutcome,
    ///Permit that the effect needs. Absent when it needs none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permit: ::std::option::Option<::std::string::String>,
    ///The request.
    pub request: Payload,
    ///The response, or the error.
    pub response: Payload,
    ///Permit rule that allowed or refused it. Absent when no rule did.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub rule: ::std::option::Option<::std::string::String>,
    ///Id of the turn.
    pub turn: ::std::string::String,
    ///Time it took, in microseconds.
    pub wall_us: u64,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Whether it was performed, failed, or was refused.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum EffectRecordOutcome {
    #[serde(rename = "ok")]
    Ok,
    #[serde(rename = "error")]
    Error,
    #[serde(rename = "denied")]
    Denied,
}
impl ::std::fmt::Display for EffectRecordOutcome {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Ok => f.write_str("ok"),
            Self::Error => f.write_str("error"),
            Self::Denied => f.write_str("denied"),
        }
    }
}
impl ::std::str::FromStr for EffectRecordOutcome {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "ok" => Ok(Self::Ok),
            "error" => Ok(Self::Error),
            "denied" => Ok(Self::Denied),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for EffectRecordOutcome {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for EffectRecordOutcome {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///What an effect answers: its response, or an error that the plugin can handle.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "status", content = "value")]
pub enum EffectResult {
    ///The effect was performed.
    #[serde(rename = "ok")]
    Ok(::serde_json::Value),
    ///The effect was refused, or failed.
    #[serde(rename = "error")]
    Error(EffectError),
}
impl ::std::convert::From<::serde_json::Value> for EffectResult {
    fn from(value: ::serde_json::Value) -> Self {
        Self::Ok(value)
    }
}
impl ::std::convert::From<EffectError> for EffectResult {
    fn from(value: EffectError) -> Self {
        Self::Error(value)
    }
}
///How hard the client asks its model to think.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct Effort {
    ///The level; the client owns the words: `low`, `medium`, `high` and others. Absent when the client does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub level: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `Elicitation`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ElicitationCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: ElicitationInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `Elicitation`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ElicitationInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Id of the question.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub elicitation_id: ::std::option::Option<::std::string::String>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///Name of the MCP server that asks.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub mcp_server_name: ::std::option::Option<::std::string::String>,
    ///What it asks, for a person to read.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub message: ::std::option::Option<::std::string::String>,
    ///How it asks; the client owns the words: `form`, `url`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub mode: ::std::option::Option<::std::string::String>,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///JSON Schema of the answer it wants, in mode `form`.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub requested_schema: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    ///Page to open, in mode `url`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub url: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `ElicitationResult`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ElicitationResultCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: ElicitationResultInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `ElicitationResult`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ElicitationResultInput {
    ///What the user did; the client owns the words: `accept`, `decline`, `cancel`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub action: ::std::option::Option<::std::string::String>,
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///The answer, when it was accepted.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub content: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Id of the question.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub elicitation_id: ::std::option::Option<::std::string::String>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///Name of the MCP server that asks.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub mcp_server_name: ::std::option::Option<::std::string::String>,
    ///How it asks; the client owns the words: `form`, `url`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub mode: ::std::option::Option<::std::string::String>,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A field that was taken out of an input for its size. In its place stands an empty value of the same kind: `""`, `[]` or `{}`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ElidedField {
    ///Length of that text in bytes.
    pub bytes: u64,
    ///JSON pointer (RFC 6901) to the field, into the client's input; `input_read` takes it.
    pub pointer: ::std::string::String,
    ///SHA-256 of the text that `input_read` returns for it, in lower-case hexadecimal.
    pub sha256: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///The event to emit.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct EmitEventRequest {
    ///Attributes by name: strings, numbers, booleans, or arrays of one of them; anything else is written as JSON text. Absent means none. Counts towards the turn's `log_bytes`.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub attributes: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///What happened, as a dotted lower-case name: `policy.asked`. The host puts the plugin's name before it.
    pub name: ::std::string::String,
}
///The event was emitted.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct EmitEventResponse {
    ///How many attributes were dropped because there were more than the host accepts. Absent means none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub dropped_attributes: ::std::option::Option<u32>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `FileChanged`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct FileChangedCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: FileChangedInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `FileChanged`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct FileChangedInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///What happened to it; the client owns the words: `change`, `add`, `unlink`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub event: ::std::option::Option<::std::string::String>,
    ///Absolute path of the file.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub file_path: ::std::option::Option<::std::string::String>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What to add, and where.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct FsAppendRequest {
    ///The content in standard base64 with padding, for what is not UTF-8. Absent when `text` is there.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub base64: ::std::option::Option<::std::string::String>,
    ///SHA-256 of the file's whole content as it has to be now, in lower-case hexadecimal, as `fs_read` and `fs_stat` tell it: another content, or no file, is `conflict`. Other programs may still write between this look and the change; other calls of this host may not. Absent means whatever is there.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub if_digest: ::std::option::Option<::std::string::String>,
    ///Absolute path. Symbolic links are followed first, also a last one that leads nowhere yet, and the permit is checked on the canonical path.
    pub path: ::std::string::String,
    ///The content as text. Exactly one of `text` and `base64` has to be there; absent when `base64` is.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub text: ::std::option::Option<::std::string::String>,
    ///On which condition. Absent means `always`: a file that is missing is made.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub when: ::std::option::Option<FsCondition>,
}
///What the file came to.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct FsAppendResponse {
    ///Length of the whole file in bytes, right after it was added to.
    pub bytes: u64,
    ///True when there was no file before.
    pub created: bool,
    ///The canonical path. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub path: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What has to be there: with `always` anything or nothing, with `absent` nothing (else `conflict`), with `present` a file (else `not_found`).
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum FsCondition {
    #[serde(rename = "always")]
    Always,
    #[serde(rename = "absent")]
    Absent,
    #[serde(rename = "present")]
    Present,
}
impl ::std::fmt::Display for FsCondition {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Always => f.write_str("always"),
            Self::Absent => f.write_str("absent"),
            Self::Present => f.write_str("present"),
        }
    }
}
impl ::std::str::FromStr for FsCondition {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "always" => Ok(Self::Always),
            "absent" => Ok(Self::Absent),
            "present" => Ok(Self::Present),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for FsCondition {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for FsCondition {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///An entry of a folder that was listed.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct FsEntry {
    ///Length of a file's content in bytes. Absent for what is no file.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub bytes: ::std::option::Option<u64>,
    ///What it is.
    pub kind: ::std::string::String,
    ///When the content last changed, in UTC (RFC 3339). Absent where the entry was gone again.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub modified: ::std::option::Option<::std::string::String>,
    ///Path relative to the folder that was listed, with `/` between segments. Bytes that are not UTF-8 are replaced by U+FFFD, and `path_base64` has them.
    pub path: ::std::string::String,
    ///The path's bytes in standard base64. Absent when `path` is exact.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub path_base64: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Which folder, how deep, and which entries.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct FsListRequest {
    ///How many levels to list. Absent means 1, the folder's own entries.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub depth: ::std::option::Option<u32>,
    ///Globs over paths relative to the folder, as in a `.gitignore`: without a `/` at any depth, `!` in front leaves out, `*`, `**`, `?`, `[…]` and `{…,…}` are special. Absent or empty means all.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub globs: ::std::vec::Vec<::std::string::String>,
    ///How many entries to list at most. Absent, or more than the host lists at once (`fs.entries` in its configuration), means as many as the host lists at once.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<u32>,
    ///Absolute path. Symbolic links are followed first, and the permit is checked on the canonical path.
    pub path: ::std::string::String,
    ///Whether to leave out what `.gitignore` and `.ignore` files say: those in the tree, and those above it up to the repository's root, as far as they may be read. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub skip_ignored: ::std::option::Option<bool>,
    ///How long to wait at most, in milliseconds: after that the answer is the error `deadline`, and the turn goes on. Absent means as long as the turn has.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub wait_ms: ::std::option::Option<u32>,
}
///The entries.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct FsListResponse {
    ///What is there, each folder before its contents.
    pub entries: ::std::vec::Vec<FsEntry>,
    ///The folder's canonical path. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub path: ::std::string::String,
    ///True when a limit was reached before everything was listed.
    pub truncated: bool,
    ///How many entries were left out because they may not be read.
    pub withheld: u64,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A line that matches.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct FsMatch {
    ///The lines after it, up to the next match. Absent or empty means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub after: ::std::vec::Vec<::std::string::String>,
    ///The lines before it, as far as no other match has them. Absent or empty means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub before: ::std::vec::Vec<::std::string::String>,
    ///Number of the line, from 1.
    pub line: u64,
    ///Where the line begins in the file, in bytes.
    pub offset: u64,
    ///Path of the file relative to the folder that was searched, with `/` between segments; empty where it is the file that was named. Bytes that are not UTF-8 are replaced by U+FFFD, and `path_base64` has them.
    pub path: ::std::string::String,
    ///The path's bytes in standard base64. Absent when `path` is exact.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub path_base64: ::std::option::Option<::std::string::String>,
    ///The line without its end, cut where it is too long. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub text: ::std::string::String,
    ///True when the line was cut. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub text_truncated: ::std::option::Option<bool>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Permits for files and folders.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct FsPermits {
    ///Globs over canonical absolute paths that may be neither read nor written, whatever else permits it: what is denied is denied with all that lies below. Absent or empty denies nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub deny: ::std::vec::Vec<::std::string::String>,
    ///Globs over canonical absolute paths that may be read, listed and searched. `${project}` stands for the root of the session's project, and for nothing where there is none. `/repo/**` covers `/repo`, too. Absent or empty permits nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub read: ::std::vec::Vec<::std::string::String>,
    ///Globs over canonical absolute paths that may be made, changed and removed; they may not be read for that. No wildcard here stands for a `.git`, since what lies in one is code that git runs: a rule that means one spells it out, as in `/repo/.git/info/*`. Absent or empty permits nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub write: ::std::vec::Vec<::std::string::String>,
}
///Which file, and how much of it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct FsReadRequest {
    ///Whether to tell the digest of the whole file even where only a part is returned. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub digest: ::std::option::Option<bool>,
    ///How many bytes to return at most. Absent, or more than the host returns at once (`fs.text` in its configuration), means as many as the host returns at once.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub length: ::std::option::Option<u64>,
    ///Where to begin, in bytes from the start of the file. Beyond its end nothing is returned. Absent means 0.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub offset: ::std::option::Option<u64>,
    ///Absolute path. Symbolic links are followed first, and the permit is checked on the canonical path.
    pub path: ::std::string::String,
    ///How long to wait at most, in milliseconds: after that the answer is the error `deadline`, and the turn goes on. Absent means as long as the turn has.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub wait_ms: ::std::option::Option<u32>,
}
///The content. Exactly one of `text` and `base64` is there.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct FsReadResponse {
    ///The content in standard base64 with padding. Absent when `text` is there.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub base64: ::std::option::Option<::std::string::String>,
    ///SHA-256 of the whole file in lower-case hexadecimal, for `if_digest`. Absent when only a part was returned and `digest` was not set.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub digest: ::std::option::Option<::std::string::String>,
    ///Where to go on reading. Absent at the end of the file.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next_offset: ::std::option::Option<u64>,
    ///Where the content begins, in bytes.
    pub offset: u64,
    ///The canonical path. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub path: ::std::string::String,
    ///The content, cut on a character boundary where it is too long. Absent when the bytes returned are not UTF-8.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub text: ::std::option::Option<::std::string::String>,
    ///Length of the whole file in bytes.
    pub total_bytes: u64,
    ///True when the file goes on after what was returned.
    pub truncated: bool,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What to remove.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct FsRemoveRequest {
    ///SHA-256 of the file's whole content as it has to be now, in lower-case hexadecimal: another content is `conflict`. For a file alone. Absent means whatever is there.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub if_digest: ::std::option::Option<::std::string::String>,
    ///Absolute path. Symbolic links on the way are followed, a last one is not, and the permit is checked on the canonical path.
    pub path: ::std::string::String,
    ///Whether to remove a folder with everything in it. Absent means false, and a folder that is not empty is `conflict`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub recursive: ::std::option::Option<bool>,
}
///What was removed.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct FsRemoveResponse {
    ///How many files, links and folders were removed, this one included.
    pub entries: u64,
    ///The canonical path. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub path: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What to look for, and where.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct FsSearchRequest {
    ///How many lines to return before and after each matching line. Absent means 0.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub context: ::std::option::Option<u32>,
    ///Globs over paths relative to the folder, as in a `.gitignore`: without a `/` at any depth, `!` in front leaves out, `*`, `**`, `?`, `[…]` and `{…,…}` are special. Absent or empty means all.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub globs: ::std::vec::Vec<::std::string::String>,
    ///Whether case does not matter. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub ignore_case: ::std::option::Option<bool>,
    ///Whether to search also what `.gitignore` and `.ignore` files leave out: those in the tree, and those above it up to the repository's root, as far as they may be read. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub include_ignored: ::std::option::Option<bool>,
    ///How many matching lines to return at most. Absent, or more than the host returns at once (`fs.matches` in its configuration), means as many as the host returns at once.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<u32>,
    ///How many matching lines of one file to return at most; the rest of the file is not searched. Absent means no such limit.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit_per_file: ::std::option::Option<u32>,
    ///Whether the pattern is taken literally. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub literal: ::std::option::Option<bool>,
    ///Absolute path. Symbolic links are followed first, and the permit is checked on the canonical path.
    pub path: ::std::string::String,
    ///A regular expression in the syntax of Rust's `regex` crate, matched within a line; or, with `literal`, the text itself.
    pub pattern: ::std::string::String,
    ///How long to search at most, in milliseconds: what was found by then is returned, with `truncated`. Absent means as long as the turn has.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub wait_ms: ::std::option::Option<u32>,
    ///Whether only whole words match. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub word: ::std::option::Option<bool>,
}
///What was found.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct FsSearchResponse {
    ///How many bytes of them were read.
    pub bytes_searched: u64,
    ///How many files were searched.
    pub files_searched: u64,
    ///Which limit was reached. Absent when none was.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<::std::string::String>,
    ///The matching lines, by file and line.
    pub matches: ::std::vec::Vec<FsMatch>,
    ///The canonical path that was searched. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub path: ::std::string::String,
    ///How many files could not be searched to their end: they could not be opened, or have a line that is too long. Absent means none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub skipped: ::std::option::Option<u64>,
    ///True when a limit was reached before everything was searched.
    pub truncated: bool,
    ///How many entries were left out because they may not be read.
    pub withheld: u64,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What to look at.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct FsStatRequest {
    ///Whether to tell the digest of a file's content, which means reading all of it. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub digest: ::std::option::Option<bool>,
    ///Absolute path. Symbolic links are followed first, and the permit is checked on the canonical path.
    pub path: ::std::string::String,
    ///How long to wait at most, in milliseconds: after that the answer is the error `deadline`, and the turn goes on. Absent means as long as the turn has.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub wait_ms: ::std::option::Option<u32>,
}
///What is there.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct FsStatResponse {
    ///Length of a file's content in bytes; for anything else what the file system says.
    pub bytes: u64,
    ///SHA-256 of the content in lower-case hexadecimal. Absent when it was not asked for, and for what is no file.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub digest: ::std::option::Option<::std::string::String>,
    ///What it is.
    pub kind: ::std::string::String,
    ///How many names the file has; more than one where it has hard links.
    pub links: u64,
    ///Permission bits as three octal digits, such as `644`.
    pub mode: ::std::string::String,
    ///When the content last changed, in UTC (RFC 3339).
    pub modified: ::std::string::String,
    ///The canonical path. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub path: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What to write, and where.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct FsWriteRequest {
    ///The content in standard base64 with padding, for what is not UTF-8. Absent when `text` is there.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub base64: ::std::option::Option<::std::string::String>,
    ///Whether to make missing folders on the way; each of them has to be permitted as well. Absent means false, and a missing folder is `not_found`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub folders: ::std::option::Option<bool>,
    ///SHA-256 of the file's whole content as it has to be now, in lower-case hexadecimal, as `fs_read` and `fs_stat` tell it: another content, or no file, is `conflict`. Other programs may still write between this look and the change; other calls of this host may not. Absent means whatever is there.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub if_digest: ::std::option::Option<::std::string::String>,
    ///Permission bits as three octal digits, such as `755`. Absent means those of the file that is replaced, and `644` for a new one.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub mode: ::std::option::Option<::std::string::String>,
    ///Absolute path. Symbolic links are followed first, also a last one that leads nowhere yet, and the permit is checked on the canonical path.
    pub path: ::std::string::String,
    ///The content as text. Exactly one of `text` and `base64` has to be there; absent when `base64` is.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub text: ::std::option::Option<::std::string::String>,
    ///On which condition. Absent means `always`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub when: ::std::option::Option<FsCondition>,
}
///What was written.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct FsWriteResponse {
    ///Length of the new content in bytes.
    pub bytes: u64,
    ///True when there was no file before.
    pub created: bool,
    ///SHA-256 of the new content in lower-case hexadecimal.
    pub digest: ::std::string::String,
    ///The canonical path. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub path: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///The answers on one event.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GateDecisionRow {
    ///The exact answer for `allow`.
    pub allow: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///The exact answer for `ask`.
    pub ask: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///Whether the client can ask its user on this event. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub ask_native: ::std::option::Option<bool>,
    ///JSON pointer to where context goes in the answer. Absent where the event takes none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub context: ::std::option::Option<::std::string::String>,
    ///The exact answer for `defer`.
    pub defer: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///The exact answer for `deny`.
    pub deny: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///Further fields that a decision may set. Absent or empty means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub fields: ::std::vec::Vec<::std::string::String>,
    ///JSON pointer to where further fields go in the answer; empty for the answer itself. Absent means `/hookSpecificOutput`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub fields_into: ::std::option::Option<::std::string::String>,
    ///Decisions that can carry further fields. Absent or empty means `none` and `allow`.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub fields_with: ::std::vec::Vec<DecisionKind>,
    ///The exact answer for `none`.
    pub none: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///What is peculiar about the event. Absent when nothing is.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub note: ::std::option::Option<::std::string::String>,
    ///Where a rewrite comes from and goes. Absent where nothing can be rewritten.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub rewrite: ::std::option::Option<GateRewrite>,
}
///The decision table. A string that is exactly `${reason}` is replaced by the reason, and left out with its key where there is none.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GateDecisionTable {
    ///How to read the table. Absent means that nobody says.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///Rows by the client's name of the event; `*` is the row of every event that has none.
    pub events: ::std::collections::BTreeMap<::std::string::String, GateDecisionRow>,
    ///What kind of value each further field takes, by its name: a word, or an object whose `one_of` lists the values. Absent or empty means that there are no further fields.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub fields: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///The answers on one event, by the strictest `on_failure` of its subscribers.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GateFailureRow {
    ///The exact answer for `ask`.
    pub ask: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///Whether a block makes the agent go on; a failure then never blocks. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub block_means_continue: ::std::option::Option<bool>,
    ///The exact answer for `deny`.
    pub deny: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///The exact answer for `none`.
    pub none: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///What is peculiar about the event. Absent when nothing is.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub note: ::std::option::Option<::std::string::String>,
}
///The failure table. `${reason}` is as in the decision table.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GateFailureTable {
    ///How to read the table. Absent means that nobody says.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///Rows by the client's name of the event; `*` is the row of every event that has none.
    pub events: ::std::collections::BTreeMap<::std::string::String, GateFailureRow>,
}
///A file or a folder that is the gate's own, with all that lies in it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GatePlace {
    ///What is there.
    pub kind: ::std::string::String,
    ///Its absolute path. A place that is reached through symbolic links is listed twice: as it was named, and as it is.
    pub path: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A configured plugin.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GatePlugin {
    ///Whether it can be called. The events of one that cannot are answered with their `on_failure`.
    pub loaded: bool,
    ///Its name.
    pub name: ::std::string::String,
    ///What it answers, by event. Empty where its manifest cannot be read: then it counts for every event, with `deny`.
    pub subscriptions: ::std::vec::Vec<GateSubscription>,
    ///Its version. Absent where its manifest cannot be read.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub version: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Something that happened at the gate, outside any turn.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GateRecord {
    ///What happened, as one sentence for people. It carries no secret.
    pub detail: ::std::string::String,
    ///Event of the client. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub event: ::std::option::Option<::std::string::String>,
    ///Name of the plugin that it is about. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub plugin: ::std::option::Option<::std::string::String>,
    ///Id of the client's session that it is about. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session: ::std::option::Option<::std::string::String>,
    ///HTTP status of the answer. Absent where there was no answer.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<u16>,
    ///What happened. More words may come.
    pub what: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Where a rewrite comes from and goes.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GateRewrite {
    ///JSON pointer into the answer to where the replacement goes.
    pub into: ::std::string::String,
    ///JSON pointer into the input to what is rewritten.
    pub of: ::std::string::String,
    ///What kind of value the replacement is: a word. Absent means any.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub value: ::std::option::Option<::std::string::String>,
    ///Decisions that can carry a rewrite. Absent or empty means `none` and `allow`.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub with: ::std::vec::Vec<DecisionKind>,
}
///Nothing has to be said.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GateStatusRequest {}
///The gate as it is now.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GateStatusResponse {
    ///Where the gate keeps what is its own. Who judges other programs keeps them away from it. Absent or empty where nothing is kept.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub places: ::std::vec::Vec<GatePlace>,
    ///The configured plugins, by name.
    pub plugins: ::std::vec::Vec<GatePlugin>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///An event that a plugin answers.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GateSubscription {
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///What is answered when the plugin cannot decide.
    pub on_failure: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Where, and what to check out there.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GitAddWorktreeRequest {
    ///Short name of the branch to check out, without `refs/heads/`.
    pub branch: ::std::string::String,
    ///Whether to create the branch first. Absent means false: the branch has to exist.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub create: ::std::option::Option<bool>,
    ///Absolute path of the worktree, or of anything inside it: any worktree of the repository. The permit is checked on the canonical path of the worktree and of its common directory.
    pub path: ::std::string::String,
    ///Where a created branch starts: a branch, a tag, a commit or another revision that names one. Absent means `HEAD` of `path`. Refused with `invalid_request` unless `create` is true.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub start: ::std::option::Option<::std::string::String>,
    ///Absolute path of the folder to create. Its parent has to exist. The permit to write covers this path too.
    pub worktree_path: ::std::string::String,
}
///The new worktree.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitAddWorktreeResponse {
    ///The worktree as it was created.
    pub worktree: GitWorktree,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A commit.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitCommit {
    ///Who wrote the change.
    pub author: GitSignature,
    ///Who committed it.
    pub committer: GitSignature,
    ///Object id, in lower-case hexadecimal.
    pub id: ::std::string::String,
    ///The message, cut on a character boundary where it is longer than the host returns. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub message: ::std::string::String,
    ///True when the message is longer than `message`.
    pub message_truncated: bool,
    ///Object ids of its parents, the first parent first. Empty for a first commit.
    pub parents: ::std::vec::Vec<::std::string::String>,
    ///First paragraph of the message, on one line.
    pub summary: ::std::string::String,
    ///Object id of its tree.
    pub tree: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What to commit, and with which message.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GitCommitRequest {
    ///Whether to stage every changed and deleted file that git tracks first. Absent means false. Without it and without `paths`, the index is committed as it stands. With `paths`: `invalid_request`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub all: ::std::option::Option<bool>,
    ///Whether a commit that changes nothing is fine. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub allow_empty: ::std::option::Option<bool>,
    ///Who wrote the change. Absent means the identity that git is configured with; where there is none, `invalid_request`. The committer is always the configured identity, or else this one.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub author: ::std::option::Option<GitIdentity>,
    ///The message. It is stored as it stands, with a line break at its end.
    pub message: ::std::string::String,
    ///Absolute path of the worktree, or of anything inside it: the repository to look at. The permit is checked on the canonical path of the worktree and of its common directory.
    pub path: ::std::string::String,
    ///Paths relative to the worktree that are staged first: changed, new and deleted files. A folder stands for all files below it that are not ignored. Taken literally, no globs. Absent or empty means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub paths: ::std::vec::Vec<::std::string::String>,
}
///The commit that was made.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitCommitResponse {
    ///Short name of the branch that now points to it.
    pub branch: ::std::string::String,
    ///The new commit.
    pub commit: GitCommit,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///The branch to create.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GitCreateBranchRequest {
    ///Short name of the branch, without `refs/heads/`. The permit is checked on the full name.
    pub branch: ::std::string::String,
    ///Absolute path of the worktree, or of anything inside it: the repository to look at. The permit is checked on the canonical path of the worktree and of its common directory.
    pub path: ::std::string::String,
    ///Where it starts: a branch, a tag, a commit or another revision that names one. Absent means `HEAD`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub start: ::std::option::Option<::std::string::String>,
}
///The branch that was created.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitCreateBranchResponse {
    ///Short name of the branch.
    pub branch: ::std::string::String,
    ///Object id of the commit it points to.
    pub commit: ::std::string::String,
    ///Full name of the branch, with `refs/heads/`.
    pub reference: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What to compare.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GitDiffRequest {
    ///How many unchanged lines to show around a change. Absent means 3.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub context_lines: ::std::option::Option<u32>,
    ///Revision on the old side. Absent: see the effect's description.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub from: ::std::option::Option<::std::string::String>,
    ///How many files to list at most. Absent, or more than the host lists at once, means as many as the host lists at once.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<u32>,
    ///How many bytes of patch text to return at most; 0 asks for the statistics alone. Absent, or more than the host returns at once, means as many as the host returns at once.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub max_bytes: ::std::option::Option<u64>,
    ///Absolute path of the worktree, or of anything inside it: the repository to look at. The permit is checked on the canonical path of the worktree and of its common directory.
    pub path: ::std::string::String,
    ///Paths relative to the worktree: only these files, and those below these folders, are compared. Taken literally, no globs. Absent or empty means all.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub paths: ::std::vec::Vec<::std::string::String>,
    ///Whether the index takes the place of the worktree. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub staged: ::std::option::Option<bool>,
    ///Revision on the new side. Absent: see the effect's description.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub to: ::std::option::Option<::std::string::String>,
}
///The patch and its statistics.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitDiffResponse {
    ///How many lines were removed in all of them.
    pub deletions: u64,
    ///The files that differ, by their new path.
    pub files: ::std::vec::Vec<GitFileChange>,
    ///How many files differ, listed or not.
    pub files_changed: u64,
    ///How many lines were added in all of them.
    pub insertions: u64,
    ///The patch in git's unified format, cut at the end of a line where it is too long. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub text: ::std::string::String,
    ///True when bytes of the patch were replaced because they are not UTF-8.
    pub text_lossy: bool,
    ///True when the patch is longer than `text`.
    pub text_truncated: bool,
    ///True when more files differ than were listed.
    pub truncated: bool,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A file that differs between two states, and by how much.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitFileChange {
    ///True when git takes it for binary; its lines are then not counted.
    pub binary: bool,
    ///How it differs.
    pub change: ::std::string::String,
    ///How many lines were removed.
    pub deletions: u64,
    ///How many lines were added.
    pub insertions: u64,
    ///Path on the old side of a renamed or copied file, lossy in the same way. Absent otherwise.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub old_path: ::std::option::Option<::std::string::String>,
    ///Path on the new side, or, for a deleted file, on the old one, relative to the worktree. Bytes that are not UTF-8 are replaced by U+FFFD, and `path_base64` has them.
    pub path: ::std::string::String,
    ///The path's bytes in standard base64. Absent when `path` is exact.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub path_base64: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Which worktree.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GitGetBranchRequest {
    ///Absolute path of the worktree, or of anything inside it: the repository to look at. The permit is checked on the canonical path of the worktree and of its common directory.
    pub path: ::std::string::String,
}
///What is checked out.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitGetBranchResponse {
    ///Short name of the branch, without `refs/heads/`. Absent when `HEAD` is detached.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub branch: ::std::option::Option<::std::string::String>,
    ///True when `HEAD` names a commit and no branch.
    pub detached: bool,
    ///Object id of the commit that is checked out, in lower-case hexadecimal. Absent on a branch that has no commit yet.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub head: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Which remote of which repository.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GitGetRemoteRequest {
    ///Absolute path of the worktree, or of anything inside it: the repository to look at. The permit is checked on the canonical path of the worktree and of its common directory.
    pub path: ::std::string::String,
    ///Name of a configured remote. Absent means `origin`; where there is no such remote and exactly one other, that one.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub remote: ::std::option::Option<::std::string::String>,
}
///The remote.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitGetRemoteResponse {
    ///The host of the URL, in lower case. Absent where the other repository is on this machine.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub host: ::std::option::Option<::std::string::String>,
    ///Its name.
    pub remote: ::std::string::String,
    ///The path of the URL without slashes at its ends and without `.git`, as forges name repositories: `owner/name`. Absent where the other repository is on this machine.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub repository: ::std::option::Option<::std::string::String>,
    ///The URL that git would fetch from, canonical, without user name and password; a path where the other repository is on this machine.
    pub url: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Which worktree.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GitGetWorktreeRequest {
    ///Absolute path of the worktree, or of anything inside it: the repository to look at. The permit is checked on the canonical path of the worktree and of its common directory.
    pub path: ::std::string::String,
}
///The worktree.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitGetWorktreeResponse {
    ///The worktree that the path lies in.
    pub worktree: GitWorktree,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A name and a mail address, as a guest gives them.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GitIdentity {
    ///Mail address. `<`, `>` and line breaks are refused.
    pub email: ::std::string::String,
    ///Full name. `<`, `>` and line breaks are refused.
    pub name: ::std::string::String,
}
///Which repository, and how many worktrees.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GitListWorktreesRequest {
    ///How many worktrees to list at most. Absent, or more than the host lists at once, means as many as the host lists at once.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<u32>,
    ///Absolute path of the worktree, or of anything inside it: any worktree of the repository. The permit is checked on the canonical path of the worktree and of its common directory.
    pub path: ::std::string::String,
}
///The worktrees.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitListWorktreesResponse {
    ///True when there are more than were listed.
    pub truncated: bool,
    ///The worktrees, the main one first.
    pub worktrees: ::std::vec::Vec<GitWorktree>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Where to begin, and how far to go.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GitLogRequest {
    ///How many commits to list at most. Absent, or more than the host lists at once, means as many as the host lists at once.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<u32>,
    ///Absolute path of the worktree, or of anything inside it: the repository to look at. The permit is checked on the canonical path of the worktree and of its common directory.
    pub path: ::std::string::String,
    ///Paths relative to the worktree: only commits that changed one of these files, or one below these folders, are listed. Taken literally, no globs. Absent or empty means all commits.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub paths: ::std::vec::Vec<::std::string::String>,
    ///Where to begin: a branch, a tag, a commit, or a range `A..B`. Absent means `HEAD`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub revision: ::std::option::Option<::std::string::String>,
    ///How long to wait at most, in milliseconds: after that the answer is the error `deadline`, and the turn goes on. Absent means as long as the turn has.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub wait_ms: ::std::option::Option<u32>,
}
///The commits.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitLogResponse {
    ///The commits, newest first.
    pub commits: ::std::vec::Vec<GitCommit>,
    ///True when there are, or may be, more commits than were listed.
    pub truncated: bool,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Permits for the git effects. A path covers a worktree together with its common directory.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GitPermits {
    ///Globs over canonical absolute paths that may be neither read nor written nor pushed from or to, whatever else permits it: what is denied is denied with all that lies below. Absent or empty denies nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub deny: ::std::vec::Vec<::std::string::String>,
    ///Repositories elsewhere that may be pushed to, and which refs there. Absent or empty permits nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub push: ::std::vec::Vec<GitPushPermit>,
    ///Globs over canonical absolute paths of worktrees that may be read. `${project}` stands for the root of the session's project, and for nothing where there is none. `*` stands for any characters within one segment, `**` for any number of segments, none included. Absent or empty permits nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub read: ::std::vec::Vec<::std::string::String>,
    ///Repositories that may be written to, and which refs there. Absent or empty permits nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub write: ::std::vec::Vec<GitWritePermit>,
}
///A repository elsewhere that may be pushed to.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GitPushPermit {
    ///Globs over full names of refs there that may be created or moved. `*` stands for any characters within one segment, `**` for any number of segments, none included.
    pub refs: ::std::vec::Vec<::std::string::String>,
    ///Glob over the URL that git resolves, without user name and password: host in lower case, segments of the path with `*` and `**`.
    pub url: ::std::string::String,
}
///One ref to update in the other repository.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GitPushRef {
    ///Object id that the target must have there now, or the empty string for a target that must not exist. Where it holds, the update need not be a fast-forward. Absent means that only fast-forwards and new refs are pushed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub force_with_lease: ::std::option::Option<::std::string::String>,
    ///What to push: a branch, a tag, a commit or another revision that names one. It is resolved to an object id before anything is sent, and that id is recorded.
    pub source: ::std::string::String,
    ///Full name of the ref to update there, such as `refs/heads/bot/fix`.
    pub target: ::std::string::String,
}
///Where to push, and what. Exactly one of `remote` and `url` is given.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GitPushRequest {
    ///Absolute path of the worktree, or of anything inside it: the repository to push from. The permit is checked on the canonical path of the worktree and of its common directory.
    pub path: ::std::string::String,
    ///The refs to update, at least one. The same target twice is `invalid_request`.
    pub refs: ::std::vec::Vec<GitPushRef>,
    ///Name of a configured remote. Absent when `url` is given.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub remote: ::std::option::Option<::std::string::String>,
    ///URL of the repository to push to. Absent when `remote` is given.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub url: ::std::option::Option<::std::string::String>,
}
///What was pushed.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitPushResponse {
    ///The refs, in the order of the request.
    pub refs: ::std::vec::Vec<GitPushedRef>,
    ///The URL that git resolved, without user name and password.
    pub url: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///One ref that was updated in the other repository.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitPushedRef {
    ///Object id it has now.
    pub after: ::std::string::String,
    ///Object id it had before. Absent when it did not exist, or when the remote did not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub before: ::std::option::Option<::std::string::String>,
    ///What became of it.
    pub outcome: ::std::string::String,
    ///Full name of the ref.
    pub target: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Which worktree to remove.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GitRemoveWorktreeRequest {
    ///Whether to remove it with its changes and untracked files, which are then lost. Absent means false. A locked worktree is refused either way.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub force: ::std::option::Option<bool>,
    ///Absolute path of the worktree, or of anything inside it: any other worktree of the repository. The permit is checked on the canonical path of the worktree and of its common directory.
    pub path: ::std::string::String,
    ///Absolute path of the worktree to remove. The permit to write covers this path too.
    pub worktree_path: ::std::string::String,
}
///What was removed.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitRemoveWorktreeResponse {
    ///Short name of the branch that was checked out there; it still exists. Absent when `HEAD` was detached.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub branch: ::std::option::Option<::std::string::String>,
    ///Canonical path of the folder that is gone.
    pub worktree_path: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Which file of which revision.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GitShowFileRequest {
    ///Path of the file, relative to the worktree, with `/` between segments.
    pub file: ::std::string::String,
    ///How many bytes to return at most. Absent, or more than the host returns at once, means as many as the host returns at once.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub max_bytes: ::std::option::Option<u64>,
    ///Absolute path of the worktree, or of anything inside it: the repository to look at. The permit is checked on the canonical path of the worktree and of its common directory.
    pub path: ::std::string::String,
    ///A branch, a tag, a commit or another revision that names one.
    pub revision: ::std::string::String,
}
///The file's content. Exactly one of `text` and `base64` is there.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitShowFileResponse {
    ///The content in standard base64 with padding, cut where it is too long. Absent when `text` is there.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub base64: ::std::option::Option<::std::string::String>,
    ///Object id of the file's content.
    pub blob: ::std::string::String,
    ///What the file is.
    pub kind: ::std::string::String,
    ///The content, cut on a character boundary where it is too long. Absent when the bytes returned are not UTF-8.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub text: ::std::option::Option<::std::string::String>,
    ///Length of the whole content in bytes.
    pub total_bytes: u64,
    ///True when the content is longer than what was returned.
    pub truncated: bool,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Who wrote or committed a change, and when.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitSignature {
    ///Mail address as the commit has it.
    pub email: ::std::string::String,
    ///Name as the commit has it. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub name: ::std::string::String,
    ///When, in RFC 3339, with the offset that the commit has.
    pub time: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A file that differs from the index or from `HEAD`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitStatusEntry {
    ///Former path of a renamed file, lossy in the same way. Absent when it was not renamed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub old_path: ::std::option::Option<::std::string::String>,
    ///Path relative to the worktree, with `/` between segments. Bytes that are not UTF-8 are replaced by U+FFFD, and `path_base64` has them.
    pub path: ::std::string::String,
    ///The path's bytes in standard base64. Absent when `path` is exact.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub path_base64: ::std::option::Option<::std::string::String>,
    ///How the index differs from `HEAD`. Absent when it does not.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub staged: ::std::option::Option<::std::string::String>,
    ///How the worktree differs from the index. Absent when it does not.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub unstaged: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Which worktree, and which part of it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GitStatusRequest {
    ///How many entries to list at most. Absent, or more than the host lists at once, means as many as the host lists at once.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<u32>,
    ///Absolute path of the worktree, or of anything inside it: the repository to look at. The permit is checked on the canonical path of the worktree and of its common directory.
    pub path: ::std::string::String,
    ///Paths relative to the worktree: only these files, and those below these folders, are listed. Taken literally, no globs. Absent or empty means all.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub paths: ::std::vec::Vec<::std::string::String>,
    ///Whether to list untracked files, each by itself. Absent means true.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub untracked: ::std::option::Option<bool>,
    ///How long to wait at most, in milliseconds: after that the answer is the error `deadline`, and the turn goes on. Absent means as long as the turn has.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub wait_ms: ::std::option::Option<u32>,
}
///The state of the worktree.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitStatusResponse {
    ///How many commits the branch has that its upstream lacks. Absent without an upstream.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub ahead: ::std::option::Option<u64>,
    ///How many commits the upstream has that the branch lacks, as of the last fetch. Absent without an upstream.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub behind: ::std::option::Option<u64>,
    ///Short name of the branch that is checked out. Absent when `HEAD` is detached.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub branch: ::std::option::Option<::std::string::String>,
    ///What differs, by path.
    pub entries: ::std::vec::Vec<GitStatusEntry>,
    ///Object id of the commit that is checked out. Absent on a branch that has no commit yet.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub head: ::std::option::Option<::std::string::String>,
    ///True when more differs than was listed.
    pub truncated: bool,
    ///Short name of the branch's upstream, such as `origin/main`. Absent where none is configured, or where it was never fetched.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub upstream: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A worktree of a git repository.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GitWorktree {
    ///Short name of the branch that is checked out. Absent when `HEAD` is detached.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub branch: ::std::option::Option<::std::string::String>,
    ///Canonical absolute path of the git directory that all worktrees of the repository share.
    pub common_dir: ::std::string::String,
    ///True when `HEAD` names a commit and no branch.
    pub detached: bool,
    ///Canonical absolute path of its own git directory.
    pub git_dir: ::std::string::String,
    ///Object id of the commit that is checked out. Absent on a branch that has no commit yet.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub head: ::std::option::Option<::std::string::String>,
    ///Why it is locked, as given by who locked it. Absent when it is not locked, or no reason was given.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub lock_reason: ::std::option::Option<::std::string::String>,
    ///True when it is locked against removal.
    pub locked: bool,
    ///True for the worktree that the repository was made with.
    pub main: bool,
    ///Canonical absolute path of its folder. Bytes that are not UTF-8 are replaced by U+FFFD, and `path_base64` has them.
    pub path: ::std::string::String,
    ///The path's bytes in standard base64. Absent when `path` is exact.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub path_base64: ::std::option::Option<::std::string::String>,
    ///True when its folder is gone, so that only the repository's memory of it is left.
    pub prunable: bool,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A repository that may be written to.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GitWritePermit {
    ///Globs over full names of refs that may be created or moved, such as `refs/heads/bot/*`. `*` stands for any characters within one segment, `**` for any number of segments, none included.
    pub refs: ::std::vec::Vec<::std::string::String>,
    ///Glob over canonical absolute paths of worktrees. `${project}` stands for the root of the session's project. `*` stands for any characters within one segment, `**` for any number of segments, none included.
    pub repo: ::std::string::String,
}
///What one check says of a commit.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GithubCheck {
    ///When it ended, RFC 3339. Absent when it has not.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub completed_at: ::std::option::Option<::std::string::String>,
    ///Where it comes from.
    pub kind: ::std::string::String,
    ///Its name; for a status its context.
    pub name: ::std::string::String,
    ///When it began, RFC 3339. Absent when it has not, and for statuses.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub started_at: ::std::option::Option<::std::string::String>,
    ///What it says. More words may come.
    pub state: ::std::string::String,
    ///What it has to say, as one line. Absent when it says nothing.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub summary: ::std::option::Option<::std::string::String>,
    ///Where its details are. Absent when there are none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub url: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A comment on an issue or a pull request.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GithubComment {
    ///Login of whoever wrote it. Absent when GitHub does not say, as for an account that was deleted.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub author: ::std::option::Option<::std::string::String>,
    ///The text, Markdown, cut where it is longer than the host returns. Absent when there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub body: ::std::option::Option<::std::string::String>,
    ///True when `body` was cut.
    pub body_truncated: bool,
    ///When it was made, RFC 3339. Absent when GitHub does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub created_at: ::std::option::Option<::std::string::String>,
    ///Its id, unique at GitHub.
    pub id: u64,
    ///When it was last changed, RFC 3339. Absent when GitHub does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub updated_at: ::std::option::Option<::std::string::String>,
    ///Where it is shown to people. Absent when GitHub does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub url: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What to say, and where.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GithubCommentRequest {
    ///The comment, Markdown.
    pub body: ::std::string::String,
    ///What makes this the same request as an earlier one, in the plugin's own words: whoever asks again with the same key, from any turn, gets what was made the first time. Keys of different plugins, repositories and effects never meet. Absent means that only the very same request of the same turn, repeated after a crash, is recognised.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub idempotency_key: ::std::option::Option<::std::string::String>,
    ///Number of the issue or pull request.
    pub number: u64,
    ///The repository, `owner/name`. Names are the same in upper and lower case; the permit is checked on the lower-case ones.
    pub repository: ::std::string::String,
}
///The comment.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GithubCommentResponse {
    ///The comment.
    pub comment: GithubComment,
    ///False when an earlier request of the same key had made it: then its text may be another one.
    pub created: bool,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What the issue says.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GithubCreateIssueRequest {
    ///Logins of those to assign it to. Absent means nobody.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub assignees: ::std::vec::Vec<::std::string::String>,
    ///Its text, Markdown. Absent means none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub body: ::std::option::Option<::std::string::String>,
    ///What makes this the same request as an earlier one, in the plugin's own words: whoever asks again with the same key, from any turn, gets what was made the first time. Keys of different plugins, repositories and effects never meet. Absent means that only the very same request of the same turn, repeated after a crash, is recognised.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub idempotency_key: ::std::option::Option<::std::string::String>,
    ///Names of its labels. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub labels: ::std::vec::Vec<::std::string::String>,
    ///The repository, `owner/name`. Names are the same in upper and lower case; the permit is checked on the lower-case ones.
    pub repository: ::std::string::String,
    ///Its title.
    pub title: ::std::string::String,
}
///The issue.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GithubCreateIssueResponse {
    ///False when an earlier request of the same key had made it: then its text may be another one.
    pub created: bool,
    ///The issue.
    pub issue: GithubIssue,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What the pull request says, and which branches it is about.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GithubCreatePrRequest {
    ///Branch to be merged into.
    pub base: ::std::string::String,
    ///Its text, Markdown. Absent means none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub body: ::std::option::Option<::std::string::String>,
    ///Whether it is a draft. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub draft: ::std::option::Option<bool>,
    ///Branch that is to be merged, `owner:branch`; without an owner it is one of the repository itself. It has to be pushed already.
    pub head: ::std::string::String,
    ///What makes this the same request as an earlier one, in the plugin's own words: whoever asks again with the same key, from any turn, gets what was made the first time. Keys of different plugins, repositories and effects never meet. Absent means that only the very same request of the same turn, repeated after a crash, is recognised.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub idempotency_key: ::std::option::Option<::std::string::String>,
    ///The repository, `owner/name`. Names are the same in upper and lower case; the permit is checked on the lower-case ones.
    pub repository: ::std::string::String,
    ///Its title.
    pub title: ::std::string::String,
}
///The pull request.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GithubCreatePrResponse {
    ///False when an earlier request of the same key had made it: then its text may be another one.
    pub created: bool,
    ///The pull request.
    pub pull_request: GithubPullRequest,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Which commit of which repository.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GithubGetChecksRequest {
    ///How many checks to list at most. Absent, or more than the host lists at once, means as many as the host lists at once.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<u32>,
    ///The repository, `owner/name`. Names are the same in upper and lower case; the permit is checked on the lower-case ones.
    pub repository: ::std::string::String,
    ///A branch, a tag or a commit's object id.
    pub revision: ::std::string::String,
}
///What the checks say.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GithubGetChecksResponse {
    ///The checks: check runs first, then statuses.
    pub checks: ::std::vec::Vec<GithubCheck>,
    ///Object id of the commit.
    pub commit: ::std::string::String,
    ///What they come to. Where not all were listed, it is `success` never.
    pub state: ::std::string::String,
    ///True when there are, or may be, more checks than were listed.
    pub truncated: bool,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Which file of which revision.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GithubGetFileRequest {
    ///Path of the file from the repository's root, with `/` between segments.
    pub file: ::std::string::String,
    ///How many bytes to return at most. Absent, or more than the host returns at once, means as many as the host returns at once.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub max_bytes: ::std::option::Option<u64>,
    ///The repository, `owner/name`. Names are the same in upper and lower case; the permit is checked on the lower-case ones.
    pub repository: ::std::string::String,
    ///A branch, a tag or a commit's object id. Absent means the default branch.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub revision: ::std::option::Option<::std::string::String>,
}
///The file's content. Exactly one of `text` and `base64` is there.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GithubGetFileResponse {
    ///The content in standard base64 with padding, cut where it is too long. Absent when `text` is there.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub base64: ::std::option::Option<::std::string::String>,
    ///Object id of the file's content.
    pub blob: ::std::string::String,
    ///What the file is.
    pub kind: ::std::string::String,
    ///The content, cut on a character boundary where it is too long. Absent when the bytes returned are not UTF-8.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub text: ::std::option::Option<::std::string::String>,
    ///Length of the whole content in bytes.
    pub total_bytes: u64,
    ///True when the content is longer than what was returned.
    pub truncated: bool,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Which issue of which repository.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GithubGetIssueRequest {
    ///How many comments to list at most, oldest first. Absent means none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub comments: ::std::option::Option<u32>,
    ///Number of the issue.
    pub number: u64,
    ///The repository, `owner/name`. Names are the same in upper and lower case; the permit is checked on the lower-case ones.
    pub repository: ::std::string::String,
}
///The issue.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GithubGetIssueResponse {
    ///Its comments, oldest first: as many as were asked for.
    pub comments: ::std::vec::Vec<GithubComment>,
    ///The issue.
    pub issue: GithubIssue,
    ///True when there are, or may be, more comments than were listed.
    pub truncated: bool,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Which pull request of which repository.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GithubGetPrRequest {
    ///Number of the pull request.
    pub number: u64,
    ///The repository, `owner/name`. Names are the same in upper and lower case; the permit is checked on the lower-case ones.
    pub repository: ::std::string::String,
}
///The pull request.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GithubGetPrResponse {
    ///The pull request.
    pub pull_request: GithubPullRequest,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///An issue.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GithubIssue {
    ///Logins of those it is assigned to.
    pub assignees: ::std::vec::Vec<::std::string::String>,
    ///Login of whoever wrote it. Absent when GitHub does not say, as for an account that was deleted.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub author: ::std::option::Option<::std::string::String>,
    ///The text, Markdown, cut where it is longer than the host returns. Absent when there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub body: ::std::option::Option<::std::string::String>,
    ///True when `body` was cut.
    pub body_truncated: bool,
    ///When it was closed, RFC 3339. Absent when it is open.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub closed_at: ::std::option::Option<::std::string::String>,
    ///How many comments it has.
    pub comments: u64,
    ///When it was made, RFC 3339. Absent when GitHub does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub created_at: ::std::option::Option<::std::string::String>,
    ///Names of its labels.
    pub labels: ::std::vec::Vec<::std::string::String>,
    ///Its number in the repository.
    pub number: u64,
    ///True when it is a pull request: GitHub numbers both alike, and takes one for the other.
    pub pull_request: bool,
    ///Whether it is open.
    pub state: ::std::string::String,
    ///Why it is in that state, in GitHub's words, such as `completed` or `not_planned`. Absent when there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub state_reason: ::std::option::Option<::std::string::String>,
    ///Its title.
    pub title: ::std::string::String,
    ///When it was last changed, RFC 3339. Absent when GitHub does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub updated_at: ::std::option::Option<::std::string::String>,
    ///Where it is shown to people. Absent when GitHub does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub url: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Which issues of which repository.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GithubListIssuesRequest {
    ///Login of whom an issue has to be assigned to; `none` and `*` stand for nobody and anybody. Absent means either.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub assignee: ::std::option::Option<::std::string::String>,
    ///Login of who made it. Absent means anybody.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub author: ::std::option::Option<::std::string::String>,
    ///Labels, all of which an issue has to have. Absent or empty means any.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub labels: ::std::vec::Vec<::std::string::String>,
    ///How many issues to list at most. Absent, or more than the host lists at once, means as many as the host lists at once.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<u32>,
    ///The repository, `owner/name`. Names are the same in upper and lower case; the permit is checked on the lower-case ones.
    pub repository: ::std::string::String,
    ///Only what changed at this time or later, RFC 3339. Absent means any time.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub since: ::std::option::Option<::std::string::String>,
    ///Which ones. Absent means `open`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub state: ::std::option::Option<::std::string::String>,
}
///The issues.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GithubListIssuesResponse {
    ///The issues.
    pub issues: ::std::vec::Vec<GithubIssue>,
    ///True when there are, or may be, more issues than were listed.
    pub truncated: bool,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Which pull requests of which repository.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GithubListPrsRequest {
    ///Branch to be merged into. Absent means any.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub base: ::std::option::Option<::std::string::String>,
    ///Branch that is to be merged, `owner:branch`; without an owner it is one of the repository itself. Absent means any.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub head: ::std::option::Option<::std::string::String>,
    ///How many pull requests to list at most. Absent, or more than the host lists at once, means as many as the host lists at once.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<u32>,
    ///The repository, `owner/name`. Names are the same in upper and lower case; the permit is checked on the lower-case ones.
    pub repository: ::std::string::String,
    ///Which ones. Absent means `open`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub state: ::std::option::Option<::std::string::String>,
}
///The pull requests.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GithubListPrsResponse {
    ///The pull requests.
    pub pull_requests: ::std::vec::Vec<GithubPullRequest>,
    ///True when there are, or may be, more pull requests than were listed.
    pub truncated: bool,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Which pull request of which repository.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GithubListReviewsRequest {
    ///How many reviews to list at most. Absent, or more than the host lists at once, means as many as the host lists at once.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<u32>,
    ///Number of the pull request.
    pub number: u64,
    ///The repository, `owner/name`. Names are the same in upper and lower case; the permit is checked on the lower-case ones.
    pub repository: ::std::string::String,
}
///The reviews.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GithubListReviewsResponse {
    ///The reviews.
    pub reviews: ::std::vec::Vec<GithubReview>,
    ///True when there are, or may be, more reviews than were listed.
    pub truncated: bool,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Which pull request, and what it has to consist of.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GithubMergePrRequest {
    ///Rest of the commit's message. Absent means GitHub's own.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub message: ::std::option::Option<::std::string::String>,
    ///How. Absent means `merge`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub method: ::std::option::Option<::std::string::String>,
    ///Number of the pull request.
    pub number: u64,
    ///The repository, `owner/name`. Names are the same in upper and lower case; the permit is checked on the lower-case ones.
    pub repository: ::std::string::String,
    ///Object id that its branch has to end in, 40 hexadecimal digits: `head_sha` of the pull request that was looked at.
    pub sha: ::std::string::String,
    ///First line of the commit's message. Absent means GitHub's own.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub title: ::std::option::Option<::std::string::String>,
}
///It is merged.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GithubMergePrResponse {
    ///True when it had been merged already, with the expected commit.
    pub merged_before: bool,
    ///Object id of the commit that the base branch got. Absent when GitHub does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub sha: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A pull request.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GithubPullRequest {
    ///How many lines it adds. Absent in lists, and when GitHub does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub additions: ::std::option::Option<u64>,
    ///Login of whoever wrote it. Absent when GitHub does not say, as for an account that was deleted.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub author: ::std::option::Option<::std::string::String>,
    ///Branch that it is to be merged into.
    pub base: ::std::string::String,
    ///Object id of that branch's commit. Absent when GitHub does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub base_sha: ::std::option::Option<::std::string::String>,
    ///The text, Markdown, cut where it is longer than the host returns. Absent when there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub body: ::std::option::Option<::std::string::String>,
    ///True when `body` was cut.
    pub body_truncated: bool,
    ///How many files it changes. Absent in lists, and when GitHub does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub changed_files: ::std::option::Option<u64>,
    ///How many commits it has. Absent in lists, and when GitHub does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub commits: ::std::option::Option<u64>,
    ///When it was made, RFC 3339. Absent when GitHub does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub created_at: ::std::option::Option<::std::string::String>,
    ///How many lines it takes away. Absent in lists, and when GitHub does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub deletions: ::std::option::Option<u64>,
    ///True when it is a draft.
    pub draft: bool,
    ///Branch that is to be merged.
    pub head: ::std::string::String,
    ///Repository that this branch is in, `owner/name`. Absent when it is gone.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub head_repository: ::std::option::Option<::std::string::String>,
    ///Object id of that branch's last commit: what `github_merge_pr` wants to be told.
    pub head_sha: ::std::string::String,
    ///Names of its labels.
    pub labels: ::std::vec::Vec<::std::string::String>,
    ///Object id of the commit that merged it. Absent when it was not merged.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub merge_commit_sha: ::std::option::Option<::std::string::String>,
    ///Whether it can be merged without conflicts. Absent in lists, and while GitHub has not found out.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub mergeable: ::std::option::Option<bool>,
    ///What merging would meet, in GitHub's words: `clean`, `dirty` (conflicts), `blocked`, `behind`, `unstable` and others. Absent in lists, and when GitHub does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub mergeable_state: ::std::option::Option<::std::string::String>,
    ///True when it was merged.
    pub merged: bool,
    ///When it was merged, RFC 3339. Absent when it was not.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub merged_at: ::std::option::Option<::std::string::String>,
    ///Its number in the repository.
    pub number: u64,
    ///Logins of those who were asked for a review and have not given one.
    pub requested_reviewers: ::std::vec::Vec<::std::string::String>,
    ///Whether it is open. One that was merged is closed.
    pub state: ::std::string::String,
    ///Its title.
    pub title: ::std::string::String,
    ///When it was last changed, RFC 3339. Absent when GitHub does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub updated_at: ::std::option::Option<::std::string::String>,
    ///Where it is shown to people. Absent when GitHub does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub url: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A review of a pull request.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct GithubReview {
    ///Login of whoever wrote it. Absent when GitHub does not say, as for an account that was deleted.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub author: ::std::option::Option<::std::string::String>,
    ///The text, Markdown, cut where it is longer than the host returns. Absent when there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub body: ::std::option::Option<::std::string::String>,
    ///True when `body` was cut.
    pub body_truncated: bool,
    ///Object id of the commit that was reviewed. Absent when it is gone.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub commit: ::std::option::Option<::std::string::String>,
    ///Its id, unique at GitHub.
    pub id: u64,
    ///What it says. More words may come.
    pub state: ::std::string::String,
    ///When it was submitted, RFC 3339. Absent when it is pending.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub submitted_at: ::std::option::Option<::std::string::String>,
    ///Where it is shown to people. Absent when GitHub does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub url: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin decides about a hook event. Of several plugins' decisions the most restrictive counts: deny, defer, ask, allow, none.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "kind", content = "value")]
#[serde(deny_unknown_fields)]
pub enum HookDecision {
    ///No opinion: the client goes on as if nobody had been asked.
    #[serde(rename = "none")]
    None(DecisionNone),
    ///Approves, so that nobody is asked. A plugin that merely has no objection says `none`.
    #[serde(rename = "allow")]
    Allow(DecisionAllow),
    ///Refuses, and says why.
    #[serde(rename = "deny")]
    Deny(DecisionDeny),
    ///Leaves it to a person. On an event where the client cannot ask, it counts as `deny`.
    #[serde(rename = "ask")]
    Ask(DecisionAsk),
    ///Puts the call off: the client ends its turn with the call still open. On an event where the client cannot do so, it counts as `deny`.
    #[serde(rename = "defer")]
    Defer(DecisionDefer),
    ///Replaces what the event is about, such as a tool's input. Only in the phase `rewrite`, and only by a plugin whose manifest says so.
    #[serde(rename = "rewrite")]
    Rewrite(DecisionRewrite),
}
impl ::std::convert::From<DecisionNone> for HookDecision {
    fn from(value: DecisionNone) -> Self {
        Self::None(value)
    }
}
impl ::std::convert::From<DecisionAllow> for HookDecision {
    fn from(value: DecisionAllow) -> Self {
        Self::Allow(value)
    }
}
impl ::std::convert::From<DecisionDeny> for HookDecision {
    fn from(value: DecisionDeny) -> Self {
        Self::Deny(value)
    }
}
impl ::std::convert::From<DecisionAsk> for HookDecision {
    fn from(value: DecisionAsk) -> Self {
        Self::Ask(value)
    }
}
impl ::std::convert::From<DecisionDefer> for HookDecision {
    fn from(value: DecisionDefer) -> Self {
        Self::Defer(value)
    }
}
impl ::std::convert::From<DecisionRewrite> for HookDecision {
    fn from(value: DecisionRewrite) -> Self {
        Self::Rewrite(value)
    }
}
///What a plugin gets for a turn on an event that has no entry point of its own.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct HookEventCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input, whatever it holds.
    pub input: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A subscription to a hook event.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct HookSubscription {
    ///Regular expression in Rust's syntax that the whole matched field has to fit; which field that is, the event's schema says. Absent means that every event fits. An error for an event without such a field.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub matcher: ::std::option::Option<::std::string::String>,
    ///What is answered when this plugin cannot decide.
    pub on_failure: OnFailure,
    ///Order among plugins, the highest first. Absent means 0.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub priority: ::std::option::Option<i32>,
    ///Regular expression in Rust's syntax that is looked for in the texts of what can be rewritten, decoded, keys included: for a tool call, of its input. Only an event with such a text gets a rewriting turn; it has to find everything that the plugin would rewrite. Absent means that every event does. An error without `rewrites = true`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub rewrite_matcher: ::std::option::Option<::std::string::String>,
    ///Whether the plugin also gets a rewriting turn before anybody decides. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub rewrites: ::std::option::Option<bool>,
}
///Which value, and which part of it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct InputReadRequest {
    ///How many bytes to read at most. Absent, or more than the host reads at once, means as many as the host reads at once.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub length: ::std::option::Option<u64>,
    ///Where to begin, in bytes of the value's text. Absent means 0. It has to lie on a character boundary: take it from `next_offset`. Beyond the end: `invalid_request`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub offset: ::std::option::Option<u64>,
    ///JSON pointer (RFC 6901) into the client's original input (for an MCP tool: into the call), such as an elided field's `pointer`; the empty string means all of it.
    pub pointer: ::std::string::String,
}
///A chunk of the value's text.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct InputReadResponse {
    ///Where the next chunk begins, in bytes. Absent when this chunk is the last.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next_offset: ::std::option::Option<u64>,
    ///The chunk. For a string it is the string itself, without quotes or escapes; for every other value its canonical JSON text: no white space, object keys sorted. It ends on a character boundary.
    pub text: ::std::string::String,
    ///Length of the whole value's text in bytes.
    pub total_bytes: u64,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `InstructionsLoaded`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct InstructionsLoadedCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: InstructionsLoadedInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `InstructionsLoaded`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct InstructionsLoadedInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Absolute path of the file.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub file_path: ::std::option::Option<::std::string::String>,
    ///Globs that the file is meant for.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub globs: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///Why they were loaded; the client owns the words: `session_start`, `nested_traversal`, `path_glob_match`, `include`, `compact`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub load_reason: ::std::option::Option<::std::string::String>,
    ///Whose instructions they are; the client owns the words: `User`, `Project`, `Local`, `Managed`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub memory_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the file that includes this one.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub parent_file_path: ::std::option::Option<::std::string::String>,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    ///Absolute path of the file whose use had them loaded.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub trigger_file_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///An effect that is about to be performed, and changes something. An intent without a record of its effect means that nobody knows whether it was.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct IntentRecord {
    ///Name of the effect.
    pub effect: ::std::string::String,
    ///Number of the effect within its turn, from 0.
    pub ordinal: u32,
    ///The request.
    pub request: Payload,
    ///Id of the turn.
    pub turn: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A record of the ledger: when, what kind, and what.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "kind")]
pub enum LedgerRecord {
    ///A turn that ended.
    #[serde(rename = "turn")]
    Turn {
        ///When the record was made, in RFC 3339, in UTC, with microseconds.
        at: ::std::string::String,
        ///What happened.
        value: TurnRecord,
    },
    ///An effect that a turn asked for.
    #[serde(rename = "effect")]
    Effect {
        ///When the record was made, in RFC 3339, in UTC, with microseconds.
        at: ::std::string::String,
        ///What happened.
        value: EffectRecord,
    },
    ///An effect that is about to be performed, and changes something.
    #[serde(rename = "intent")]
    Intent {
        ///When the record was made, in RFC 3339, in UTC, with microseconds.
        at: ::std::string::String,
        ///What happened.
        value: IntentRecord,
    },
    ///An answer that left and is not what was decided.
    #[serde(rename = "answer")]
    Answer {
        ///When the record was made, in RFC 3339, in UTC, with microseconds.
        at: ::std::string::String,
        ///What happened.
        value: AnswerRecord,
    },
    ///Something that happened at the gate, outside any turn.
    #[serde(rename = "gate")]
    Gate {
        ///When the record was made, in RFC 3339, in UTC, with microseconds.
        at: ::std::string::String,
        ///What happened.
        value: GateRecord,
    },
    ///A plugin's build that was exchanged.
    #[serde(rename = "reload")]
    Reload {
        ///When the record was made, in RFC 3339, in UTC, with microseconds.
        at: ::std::string::String,
        ///What happened.
        value: ReloadRecord,
    },
}
///A piece of a model's answer.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct LlmBlock {
    ///The block as the provider wrote it; what is no object there stands in `value`. Absent from other kinds.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub block: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///The tool call's id. Absent from other kinds.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    ///The tool's input, which nobody has held against the tool's schema. Absent means that it is empty, and absent from other kinds.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub input: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///What it is. More kinds may come.
    pub kind: ::std::string::String,
    ///The tool's name. Absent from other kinds.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
    ///The text. Absent from other kinds.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub text: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///How long a provider is asked to remember what it has read: `short` for about five minutes, `long` for about an hour.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum LlmCache {
    #[serde(rename = "short")]
    Short,
    #[serde(rename = "long")]
    Long,
}
impl ::std::fmt::Display for LlmCache {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Short => f.write_str("short"),
            Self::Long => f.write_str("long"),
        }
    }
}
impl ::std::str::FromStr for LlmCache {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "short" => Ok(Self::Short),
            "long" => Ok(Self::Long),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for LlmCache {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for LlmCache {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///What to ask, and whom.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct LlmCallRequest {
    ///The most tokens that the answer may have. It is reserved in full; more than the model writes at most is `too_large`.
    pub max_tokens: u32,
    ///The conversation so far, oldest first; the model answers the last one.
    pub messages: ::std::vec::Vec<LlmMessage>,
    ///Name of the model, as the operator's configuration lists it. The permit is checked on it.
    pub model: ::std::string::String,
    ///Texts at which the answer ends. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub stop_sequences: ::std::vec::Vec<::std::string::String>,
    ///The system prompt, in pieces. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub system: ::std::vec::Vec<LlmText>,
    ///How much chance has a say, from 0 to 2; most models take at most 1. Absent means what the provider finds right.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub temperature: ::std::option::Option<::serde_json::Number>,
    ///Name of the one tool that the model has to ask for. Absent means that none is forced.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tool: ::std::option::Option<::std::string::String>,
    ///Whether the model has to ask for a tool. Absent means `auto`. Not together with `tool`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tool_choice: ::std::option::Option<LlmCallRequestToolChoice>,
    ///Tools that the model may ask for. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub tools: ::std::vec::Vec<LlmTool>,
    ///How long to wait at most, in milliseconds: after that the answer is the error `deadline`, and the turn goes on. What was sent by then counts in full. Absent means as long as the turn has.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub wait_ms: ::std::option::Option<u32>,
}
///Whether the model has to ask for a tool. Absent means `auto`. Not together with `tool`.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum LlmCallRequestToolChoice {
    #[serde(rename = "auto")]
    Auto,
    #[serde(rename = "any")]
    Any,
    #[serde(rename = "none")]
    None,
}
impl ::std::fmt::Display for LlmCallRequestToolChoice {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Auto => f.write_str("auto"),
            Self::Any => f.write_str("any"),
            Self::None => f.write_str("none"),
        }
    }
}
impl ::std::str::FromStr for LlmCallRequestToolChoice {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "auto" => Ok(Self::Auto),
            "any" => Ok(Self::Any),
            "none" => Ok(Self::None),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for LlmCallRequestToolChoice {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for LlmCallRequestToolChoice {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///What the model answered, and what it cost.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct LlmCallResponse {
    ///How often the request was sent until it was answered.
    pub attempts: u32,
    ///The answer, in order. It is what a model wrote: data, never instructions.
    pub content: ::std::vec::Vec<LlmBlock>,
    ///Fields of the request that this kind of provider has nothing for, such as `cache`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub ignored: ::std::vec::Vec<::std::string::String>,
    ///The model that answered, in the provider's words.
    pub model: ::std::string::String,
    ///The provider's name for the request. Absent where it gave none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub request_id: ::std::option::Option<::std::string::String>,
    ///Why the answer ends where it does. A reason that is not listed here is in the provider's word.
    pub stop_reason: ::std::string::String,
    ///The stop sequence that was reached. Absent when none was, or when the provider does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub stop_sequence: ::std::option::Option<::std::string::String>,
    ///How many tokens were read and written.
    pub usage: LlmUsage,
    ///What it cost by the operator's prices, in millionths of a US dollar, rounded up.
    pub usd_micros: u64,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A piece of what is said to a model.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "kind", content = "value")]
#[serde(deny_unknown_fields)]
pub enum LlmContent {
    ///A piece of text.
    #[serde(rename = "text")]
    Text(LlmText),
    ///A picture.
    #[serde(rename = "image")]
    Image(LlmImage),
    ///What the model asked a tool for, in an answer of before.
    #[serde(rename = "tool_call")]
    ToolCall(LlmToolCall),
    ///What a tool answered.
    #[serde(rename = "tool_result")]
    ToolResult(LlmToolResult),
    ///A block of an answer of before that the contract has no word for, as the provider wrote it. What the provider wants to see again (a model's thinking) is sent back to it, and everything else is left out.
    #[serde(rename = "other")]
    Other(::serde_json::Map<::std::string::String, ::serde_json::Value>),
}
impl ::std::convert::From<LlmText> for LlmContent {
    fn from(value: LlmText) -> Self {
        Self::Text(value)
    }
}
impl ::std::convert::From<LlmImage> for LlmContent {
    fn from(value: LlmImage) -> Self {
        Self::Image(value)
    }
}
impl ::std::convert::From<LlmToolCall> for LlmContent {
    fn from(value: LlmToolCall) -> Self {
        Self::ToolCall(value)
    }
}
impl ::std::convert::From<LlmToolResult> for LlmContent {
    fn from(value: LlmToolResult) -> Self {
        Self::ToolResult(value)
    }
}
impl ::std::convert::From<::serde_json::Map<::std::string::String, ::serde_json::Value>>
for LlmContent {
    fn from(
        value: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ) -> Self {
        Self::Other(value)
    }
}
///A picture for a model.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct LlmImage {
    ///The bytes, in standard base64 with padding.
    pub base64: ::std::string::String,
    ///Asks the provider to remember everything up to here. Absent means no.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cache: ::std::option::Option<LlmCache>,
    ///What the bytes are.
    pub media_type: LlmImageMediaType,
}
///What the bytes are.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum LlmImageMediaType {
    #[serde(rename = "image/png")]
    ImagePng,
    #[serde(rename = "image/jpeg")]
    ImageJpeg,
    #[serde(rename = "image/gif")]
    ImageGif,
    #[serde(rename = "image/webp")]
    ImageWebp,
}
impl ::std::fmt::Display for LlmImageMediaType {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::ImagePng => f.write_str("image/png"),
            Self::ImageJpeg => f.write_str("image/jpeg"),
            Self::ImageGif => f.write_str("image/gif"),
            Self::ImageWebp => f.write_str("image/webp"),
        }
    }
}
impl ::std::str::FromStr for LlmImageMediaType {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "image/png" => Ok(Self::ImagePng),
            "image/jpeg" => Ok(Self::ImageJpeg),
            "image/gif" => Ok(Self::ImageGif),
            "image/webp" => Ok(Self::ImageWebp),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for LlmImageMediaType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for LlmImageMediaType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///One turn of a conversation.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct LlmMessage {
    ///What is said, in order. Images and tool results are the user's, tool calls and other blocks the assistant's.
    pub content: ::std::vec::Vec<LlmContent>,
    ///Who speaks.
    pub role: LlmMessageRole,
}
///Who speaks.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum LlmMessageRole {
    #[serde(rename = "user")]
    User,
    #[serde(rename = "assistant")]
    Assistant,
}
impl ::std::fmt::Display for LlmMessageRole {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::User => f.write_str("user"),
            Self::Assistant => f.write_str("assistant"),
        }
    }
}
impl ::std::str::FromStr for LlmMessageRole {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "user" => Ok(Self::User),
            "assistant" => Ok(Self::Assistant),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for LlmMessageRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for LlmMessageRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///Permits for calls of models.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct LlmPermits {
    ///Globs over the names of models, as the operator's configuration lists them; a slash parts segments. Absent or empty permits nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub models: ::std::vec::Vec<::std::string::String>,
}
///Text for a model.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct LlmText {
    ///Asks the provider to remember everything up to here. Absent means no. Providers of a kind without such a mark ignore it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cache: ::std::option::Option<LlmCache>,
    ///The text.
    pub text: ::std::string::String,
}
///A tool that a model may ask for.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct LlmTool {
    ///Asks the provider to remember everything up to here. Absent means no.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cache: ::std::option::Option<LlmCache>,
    ///What it does, for the model. Absent means that its name says it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///JSON Schema of its input, an object.
    pub input_schema: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///Its name: letters, digits, `_` and `-`.
    pub name: ::std::string::String,
}
///What a model asked a tool for.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct LlmToolCall {
    ///Asks the provider to remember everything up to here. Absent means no.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cache: ::std::option::Option<LlmCache>,
    ///The call's id, as the model gave it.
    pub id: ::std::string::String,
    ///What it asked for.
    pub input: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///The tool's name.
    pub name: ::std::string::String,
}
///What a tool answered.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct LlmToolResult {
    ///Asks the provider to remember everything up to here. Absent means no.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cache: ::std::option::Option<LlmCache>,
    ///Id of the call that it answers.
    pub id: ::std::string::String,
    ///Pictures that belong to it. Absent means none. OpenAI-compatible servers take none here: for them it is `invalid_request`.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub images: ::std::vec::Vec<LlmImage>,
    ///Whether the tool failed. Absent means no. OpenAI-compatible servers have no field for it: for them the text begins with `error: `.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub is_error: ::std::option::Option<bool>,
    ///The answer.
    pub text: ::std::string::String,
}
///How many tokens a call took. Together they are what budgets count.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct LlmUsage {
    ///Whether the provider did not say it, so that the worst case is assumed. Absent means no.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub assumed: ::std::option::Option<bool>,
    ///Tokens that the provider remembered. Absent means none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cache_read_tokens: ::std::option::Option<u64>,
    ///Tokens that the provider read and will remember. Absent means none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cache_write_tokens: ::std::option::Option<u64>,
    ///Tokens that were read, without those of the two fields about the cache.
    pub input_tokens: u64,
    ///Tokens that were written, thinking included.
    pub output_tokens: u64,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A line for the log, at level `debug`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct LogDebugRequest {
    ///Further values by name, for machines that search the log. Absent means none. Their canonical JSON counts towards `log_bytes`.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub fields: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///What happened, as one sentence without a final full stop. Its bytes count towards the turn's `log_bytes`.
    pub message: ::std::string::String,
}
///The line was written.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct LogDebugResponse {
    ///True when the line was longer than the host writes and was cut. Absent means it was written whole.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub truncated: ::std::option::Option<bool>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A line for the log, at level `error`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct LogErrorRequest {
    ///Further values by name, for machines that search the log. Absent means none. Their canonical JSON counts towards `log_bytes`.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub fields: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///What happened, as one sentence without a final full stop. Its bytes count towards the turn's `log_bytes`.
    pub message: ::std::string::String,
}
///The line was written.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct LogErrorResponse {
    ///True when the line was longer than the host writes and was cut. Absent means it was written whole.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub truncated: ::std::option::Option<bool>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A line for the log, at level `info`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct LogInfoRequest {
    ///Further values by name, for machines that search the log. Absent means none. Their canonical JSON counts towards `log_bytes`.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub fields: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///What happened, as one sentence without a final full stop. Its bytes count towards the turn's `log_bytes`.
    pub message: ::std::string::String,
}
///The line was written.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct LogInfoResponse {
    ///True when the line was longer than the host writes and was cut. Absent means it was written whole.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub truncated: ::std::option::Option<bool>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A line for the log, at level `warn`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct LogWarnRequest {
    ///Further values by name, for machines that search the log. Absent means none. Their canonical JSON counts towards `log_bytes`.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub fields: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///What happened, as one sentence without a final full stop. Its bytes count towards the turn's `log_bytes`.
    pub message: ::std::string::String,
}
///The line was written.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct LogWarnResponse {
    ///True when the line was longer than the host writes and was cut. Absent means it was written whole.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub truncated: ::std::option::Option<bool>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What to ask.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct McpAskRequest {
    ///The questions, each with a key of its own.
    pub questions: ::std::vec::Vec<McpQuestion>,
}
///The answers.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct McpAskResponse {
    ///Each question's answer by its key, in the form that the effect of its kind answers.
    pub answers: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A call of one of the plugin's tools.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct McpCall {
    ///Arguments of the tool. Empty when the caller passes none.
    pub arguments: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///The program that calls. Absent when it did not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub client: ::std::option::Option<McpClient>,
    ///Fields of `arguments` that were taken out for their size, and can be read with `input_read`: its pointers begin at the call. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Canonical absolute path of the registered project that the caller works in. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    ///Id of the client's session. Absent when the client has none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Name of the tool, as the plugin describes it.
    pub tool: ::std::string::String,
    ///Id that the client gave this call; the call's hook events carry it too. Absent when the client gave none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tool_use_id: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Something that a client of MCP may be able to do: show a form or open an address for its user (`elicitation`), ask its model (`sampling`), name its workspace's folders (`roots`).
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum McpCapability {
    #[serde(rename = "elicitation")]
    Elicitation,
    #[serde(rename = "sampling")]
    Sampling,
    #[serde(rename = "roots")]
    Roots,
}
impl ::std::fmt::Display for McpCapability {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Elicitation => f.write_str("elicitation"),
            Self::Sampling => f.write_str("sampling"),
            Self::Roots => f.write_str("roots"),
        }
    }
}
impl ::std::str::FromStr for McpCapability {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "elicitation" => Ok(Self::Elicitation),
            "sampling" => Ok(Self::Sampling),
            "roots" => Ok(Self::Roots),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for McpCapability {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for McpCapability {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///What has changed.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct McpChangedRequest {
    ///Address of the resource. Absent unless `what` is `resource`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub uri: ::std::option::Option<::std::string::String>,
    ///A list (`tools`, `prompts`, `resources`), or one `resource`.
    pub what: McpChangedRequestWhat,
}
///A list (`tools`, `prompts`, `resources`), or one `resource`.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum McpChangedRequestWhat {
    #[serde(rename = "tools")]
    Tools,
    #[serde(rename = "prompts")]
    Prompts,
    #[serde(rename = "resources")]
    Resources,
    #[serde(rename = "resource")]
    Resource,
}
impl ::std::fmt::Display for McpChangedRequestWhat {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Tools => f.write_str("tools"),
            Self::Prompts => f.write_str("prompts"),
            Self::Resources => f.write_str("resources"),
            Self::Resource => f.write_str("resource"),
        }
    }
}
impl ::std::str::FromStr for McpChangedRequestWhat {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "tools" => Ok(Self::Tools),
            "prompts" => Ok(Self::Prompts),
            "resources" => Ok(Self::Resources),
            "resource" => Ok(Self::Resource),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for McpChangedRequestWhat {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for McpChangedRequestWhat {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///It was passed on to those who want it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(transparent)]
pub struct McpChangedResponse(
    pub ::serde_json::Map<::std::string::String, ::serde_json::Value>,
);
impl ::std::ops::Deref for McpChangedResponse {
    type Target = ::serde_json::Map<::std::string::String, ::serde_json::Value>;
    fn deref(&self) -> &::serde_json::Map<::std::string::String, ::serde_json::Value> {
        &self.0
    }
}
impl ::std::convert::From<McpChangedResponse>
for ::serde_json::Map<::std::string::String, ::serde_json::Value> {
    fn from(value: McpChangedResponse) -> Self {
        value.0
    }
}
impl ::std::convert::From<::serde_json::Map<::std::string::String, ::serde_json::Value>>
for McpChangedResponse {
    fn from(
        value: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ) -> Self {
        Self(value)
    }
}
///The program that calls a tool over MCP, as it introduces itself.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct McpClient {
    ///Name of the program.
    pub name: ::std::string::String,
    ///Version of the program. Absent when it did not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub version: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Something that was begun and is to be completed: an argument of a prompt, or of a resource template.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct McpCompletion {
    ///Name of the argument.
    pub argument: ::std::string::String,
    ///The program that calls. Absent when it did not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub client: ::std::option::Option<McpClient>,
    ///Arguments that have their values already. Absent means none.
    #[serde(
        default,
        skip_serializing_if = ":: std :: collections :: BTreeMap::is_empty"
    )]
    pub others: ::std::collections::BTreeMap<
        ::std::string::String,
        ::std::string::String,
    >,
    ///Canonical absolute path of the registered project that the caller works in. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    ///Name of the prompt, as the plugin describes it. Absent where a resource template is completed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt: ::std::option::Option<::std::string::String>,
    ///The resource template, as the plugin describes it. Absent where a prompt is completed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub resource_template: ::std::option::Option<::std::string::String>,
    ///Id of the client's session. Absent when the client has none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///What was typed so far.
    pub value: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///How it can go on.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct McpCompletionResult {
    ///Whether there are more than these. Absent when it is not known.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub has_more: ::std::option::Option<bool>,
    ///How many there are in all. Absent when it is not known.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub total: ::std::option::Option<u32>,
    ///Whole values, the likeliest first; at most 100.
    pub values: ::std::vec::Vec<::std::string::String>,
}
///A piece of what an MCP tool answers, in the form of MCP's content blocks. MCP owns the words and the fields: those not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct McpContent {
    ///The bytes of an `image` or `audio` block in standard base64. Absent from other blocks.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub data: ::std::option::Option<::std::string::String>,
    ///Media type of `data`, or of what the block links to. Absent where there is neither.
    #[serde(rename = "mimeType", skip_serializing_if = "::std::option::Option::is_none")]
    pub mime_type: ::std::option::Option<::std::string::String>,
    ///The text of a `text` block. Absent from other blocks.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub text: ::std::option::Option<::std::string::String>,
    ///Kind of the block: `text`, `image`, `audio`, `resource_link`, `resource`.
    #[serde(rename = "type")]
    pub type_: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What to ask: with a form, or by opening an address.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct McpElicitRequest {
    ///Names the question, so that the client's answer finds it: another one for each question that a turn asks. Absent means the effect's own name.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub key: ::std::option::Option<::std::string::String>,
    ///What the person reads.
    pub message: ::std::string::String,
    ///JSON Schema of the form, as far as MCP allows: an object of texts, numbers, booleans and choices. Absent where an address is opened instead.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub schema: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///Address that the person is asked to open, for what must not pass through the client. Absent where a form is shown.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub url: ::std::option::Option<::std::string::String>,
}
///What the person did.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct McpElicitResponse {
    ///`accept`: the form was sent; `decline`: the person said no; `cancel`: the person did not answer.
    pub action: McpElicitResponseAction,
    ///The form's values by name; it fits the schema. Absent or empty unless `action` is `accept`.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub content: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///`accept`: the form was sent; `decline`: the person said no; `cancel`: the person did not answer.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum McpElicitResponseAction {
    #[serde(rename = "accept")]
    Accept,
    #[serde(rename = "decline")]
    Decline,
    #[serde(rename = "cancel")]
    Cancel,
}
impl ::std::fmt::Display for McpElicitResponseAction {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Accept => f.write_str("accept"),
            Self::Decline => f.write_str("decline"),
            Self::Cancel => f.write_str("cancel"),
        }
    }
}
impl ::std::str::FromStr for McpElicitResponseAction {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "accept" => Ok(Self::Accept),
            "decline" => Ok(Self::Decline),
            "cancel" => Ok(Self::Cancel),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for McpElicitResponseAction {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for McpElicitResponseAction {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///Nothing is asked in particular.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct McpListRootsRequest {
    ///Names the question, so that the client's answer finds it: another one for each question that a turn asks. Absent means the effect's own name.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub key: ::std::option::Option<::std::string::String>,
}
///The folders.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct McpListRootsResponse {
    ///The folders, in the client's order.
    pub roots: ::std::vec::Vec<McpRoot>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A line of log, in MCP's words.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct McpLogRequest {
    ///What there is to say: a text, or any other value. Its JSON counts towards the turn's `log_bytes`.
    pub data: ::serde_json::Value,
    ///How much it matters.
    pub level: McpLogRequestLevel,
    ///What in the plugin speaks. Absent means the plugin's name.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub logger: ::std::option::Option<::std::string::String>,
}
///How much it matters.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum McpLogRequestLevel {
    #[serde(rename = "debug")]
    Debug,
    #[serde(rename = "info")]
    Info,
    #[serde(rename = "notice")]
    Notice,
    #[serde(rename = "warning")]
    Warning,
    #[serde(rename = "error")]
    Error,
    #[serde(rename = "critical")]
    Critical,
    #[serde(rename = "alert")]
    Alert,
    #[serde(rename = "emergency")]
    Emergency,
}
impl ::std::fmt::Display for McpLogRequestLevel {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Debug => f.write_str("debug"),
            Self::Info => f.write_str("info"),
            Self::Notice => f.write_str("notice"),
            Self::Warning => f.write_str("warning"),
            Self::Error => f.write_str("error"),
            Self::Critical => f.write_str("critical"),
            Self::Alert => f.write_str("alert"),
            Self::Emergency => f.write_str("emergency"),
        }
    }
}
impl ::std::str::FromStr for McpLogRequestLevel {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "debug" => Ok(Self::Debug),
            "info" => Ok(Self::Info),
            "notice" => Ok(Self::Notice),
            "warning" => Ok(Self::Warning),
            "error" => Ok(Self::Error),
            "critical" => Ok(Self::Critical),
            "alert" => Ok(Self::Alert),
            "emergency" => Ok(Self::Emergency),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for McpLogRequestLevel {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for McpLogRequestLevel {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///It was passed on, if somebody wants it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(transparent)]
pub struct McpLogResponse(
    pub ::serde_json::Map<::std::string::String, ::serde_json::Value>,
);
impl ::std::ops::Deref for McpLogResponse {
    type Target = ::serde_json::Map<::std::string::String, ::serde_json::Value>;
    fn deref(&self) -> &::serde_json::Map<::std::string::String, ::serde_json::Value> {
        &self.0
    }
}
impl ::std::convert::From<McpLogResponse>
for ::serde_json::Map<::std::string::String, ::serde_json::Value> {
    fn from(value: McpLogResponse) -> Self {
        value.0
    }
}
impl ::std::convert::From<::serde_json::Map<::std::string::String, ::serde_json::Value>>
for McpLogResponse {
    fn from(
        value: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ) -> Self {
        Self(value)
    }
}
///How far the work is.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct McpProgressRequest {
    ///What is being done, for people. Its bytes count towards the turn's `log_bytes`. Absent means nothing is said.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub message: ::std::option::Option<::std::string::String>,
    ///How much is done; it only grows.
    pub progress: ::serde_json::Number,
    ///How much there is to do, in the same unit. Absent when it is not known.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub total: ::std::option::Option<::serde_json::Number>,
}
///It was passed on, if somebody wants it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(transparent)]
pub struct McpProgressResponse(
    pub ::serde_json::Map<::std::string::String, ::serde_json::Value>,
);
impl ::std::ops::Deref for McpProgressResponse {
    type Target = ::serde_json::Map<::std::string::String, ::serde_json::Value>;
    fn deref(&self) -> &::serde_json::Map<::std::string::String, ::serde_json::Value> {
        &self.0
    }
}
impl ::std::convert::From<McpProgressResponse>
for ::serde_json::Map<::std::string::String, ::serde_json::Value> {
    fn from(value: McpProgressResponse) -> Self {
        value.0
    }
}
impl ::std::convert::From<::serde_json::Map<::std::string::String, ::serde_json::Value>>
for McpProgressResponse {
    fn from(
        value: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ) -> Self {
        Self(value)
    }
}
///A prompt that a plugin offers, in the form of MCP's prompts. MCP owns the words and the fields: those not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct McpPrompt {
    ///What it can be filled in with. Absent or empty means nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub arguments: ::std::vec::Vec<McpPromptArgument>,
    ///What the prompt is for. Absent means nothing is said.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///Name of the prompt, unique within the plugin.
    pub name: ::std::string::String,
    ///Name for people. Absent means `name`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub title: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Something that a prompt can be filled in with.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct McpPromptArgument {
    ///What it is. Absent means nothing is said.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///Name of the argument.
    pub name: ::std::string::String,
    ///Whether the prompt cannot do without it: the host refuses a call that lacks it. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub required: ::std::option::Option<bool>,
    ///Name for people. Absent means `name`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub title: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A request for one of the plugin's prompts.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct McpPromptCall {
    ///What to fill in, by name. Empty when the caller passes none.
    pub arguments: ::std::collections::BTreeMap<
        ::std::string::String,
        ::std::string::String,
    >,
    ///The program that calls. Absent when it did not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub client: ::std::option::Option<McpClient>,
    ///Canonical absolute path of the registered project that the caller works in. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    ///Name of the prompt, as the plugin describes it.
    pub prompt: ::std::string::String,
    ///Id of the client's session. Absent when the client has none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///One message of a prompt.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct McpPromptMessage {
    ///What is said.
    pub content: McpContent,
    ///Who speaks: `user` or `assistant`.
    pub role: McpPromptMessageRole,
}
///Who speaks: `user` or `assistant`.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum McpPromptMessageRole {
    #[serde(rename = "user")]
    User,
    #[serde(rename = "assistant")]
    Assistant,
}
impl ::std::fmt::Display for McpPromptMessageRole {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::User => f.write_str("user"),
            Self::Assistant => f.write_str("assistant"),
        }
    }
}
impl ::std::str::FromStr for McpPromptMessageRole {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "user" => Ok(Self::User),
            "assistant" => Ok(Self::Assistant),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for McpPromptMessageRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for McpPromptMessageRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///The prompt, filled in.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct McpPromptResult {
    ///What it is for. Absent means nothing is said.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///The messages, in order.
    pub messages: ::std::vec::Vec<McpPromptMessage>,
}
///One question.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "kind", content = "value")]
#[serde(deny_unknown_fields)]
pub enum McpQuestion {
    ///A question to the person.
    #[serde(rename = "elicit")]
    Elicit(McpElicitRequest),
    ///A question to the model.
    #[serde(rename = "sample")]
    Sample(McpSampleRequest),
    ///The question for the folders.
    #[serde(rename = "list_roots")]
    ListRoots(McpListRootsRequest),
}
impl ::std::convert::From<McpElicitRequest> for McpQuestion {
    fn from(value: McpElicitRequest) -> Self {
        Self::Elicit(value)
    }
}
impl ::std::convert::From<McpSampleRequest> for McpQuestion {
    fn from(value: McpSampleRequest) -> Self {
        Self::Sample(value)
    }
}
impl ::std::convert::From<McpListRootsRequest> for McpQuestion {
    fn from(value: McpListRootsRequest) -> Self {
        Self::ListRoots(value)
    }
}
///A read of one of the plugin's resources.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct McpRead {
    ///The program that calls. Absent when it did not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub client: ::std::option::Option<McpClient>,
    ///Canonical absolute path of the registered project that the caller works in. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    ///Id of the client's session. Absent when the client has none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Address of the resource.
    pub uri: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What is there. Without contents the host answers that there is no such resource.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct McpReadResult {
    ///The contents, usually one.
    pub contents: ::std::vec::Vec<McpResourceContents>,
}
///A resource that a plugin offers, in the form of MCP's resources. MCP owns the words and the fields: those not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct McpResource {
    ///What it holds. Absent means nothing is said.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///Media type of what is read. Absent when it is not known.
    #[serde(rename = "mimeType", skip_serializing_if = "::std::option::Option::is_none")]
    pub mime_type: ::std::option::Option<::std::string::String>,
    ///Name of the resource.
    pub name: ::std::string::String,
    ///Name for people. Absent means `name`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub title: ::std::option::Option<::std::string::String>,
    ///Address of the resource, unique among all plugins that a caller sees.
    pub uri: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What was read from a resource, in MCP's form: a text, or bytes. MCP owns the words and the fields: those not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct McpResourceContents {
    ///The bytes in standard base64. Absent where the resource holds text.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub blob: ::std::option::Option<::std::string::String>,
    ///Media type. Absent when it is not known.
    #[serde(rename = "mimeType", skip_serializing_if = "::std::option::Option::is_none")]
    pub mime_type: ::std::option::Option<::std::string::String>,
    ///The text. Absent where the resource holds bytes.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub text: ::std::option::Option<::std::string::String>,
    ///Address of the resource.
    pub uri: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Resources that a plugin makes when they are read, in the form of MCP's resource templates. MCP owns the words and the fields: those not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct McpResourceTemplate {
    ///What its resources hold. Absent means nothing is said.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///Media type of all its resources. Absent when they differ.
    #[serde(rename = "mimeType", skip_serializing_if = "::std::option::Option::is_none")]
    pub mime_type: ::std::option::Option<::std::string::String>,
    ///Name of the template.
    pub name: ::std::string::String,
    ///Name for people. Absent means `name`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub title: ::std::option::Option<::std::string::String>,
    ///Template of addresses (RFC 6570). The host hands an address to the plugin where the template's expressions are whole and its literal parts fit: `{name}` stands for characters of one segment, `{+name}` for any.
    #[serde(rename = "uriTemplate")]
    pub uri_template: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What the tool answers. A failure that the model should read is a result with `is_error`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct McpResult {
    ///What the model reads, in order.
    pub content: ::std::vec::Vec<McpContent>,
    ///Whether the call failed. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub is_error: ::std::option::Option<bool>,
    ///The same as an object, for a tool that describes an output schema. Absent or empty means none.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub structured: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A folder that the client's user works in.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct McpRoot {
    ///Its name for people. Absent when it has none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
    ///Its address, with the scheme `file`.
    pub uri: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What to ask the model, in MCP's words.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct McpSampleRequest {
    ///Which servers' context to include, where the client can: `none`, `thisServer`, `allServers`. Absent means `none`.
    #[serde(
        rename = "includeContext",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub include_context: ::std::option::Option<McpSampleRequestIncludeContext>,
    ///Names the question, so that the client's answer finds it: another one for each question that a turn asks. Absent means the effect's own name.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub key: ::std::option::Option<::std::string::String>,
    ///The most tokens that the answer may have.
    #[serde(rename = "maxTokens")]
    pub max_tokens: u32,
    ///The conversation, oldest first; each has `role` and `content`.
    pub messages: ::std::vec::Vec<
        ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    >,
    ///Anything for the client's provider. Absent or empty means nothing.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub metadata: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///What matters in the choice of a model, in MCP's words. Absent or empty means nothing in particular.
    #[serde(
        rename = "modelPreferences",
        default,
        skip_serializing_if = "::serde_json::Map::is_empty"
    )]
    pub model_preferences: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///Texts at which the answer ends. Absent or empty means none.
    #[serde(
        rename = "stopSequences",
        default,
        skip_serializing_if = "::std::vec::Vec::is_empty"
    )]
    pub stop_sequences: ::std::vec::Vec<::std::string::String>,
    ///What the model is told first. Absent means nothing.
    #[serde(
        rename = "systemPrompt",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub system_prompt: ::std::option::Option<::std::string::String>,
    ///How much chance has a say. Absent means what the client finds right.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub temperature: ::std::option::Option<::serde_json::Number>,
    ///Whether the model has to ask for a tool, in MCP's words. Absent or empty leaves it to the model.
    #[serde(
        rename = "toolChoice",
        default,
        skip_serializing_if = "::serde_json::Map::is_empty"
    )]
    pub tool_choice: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///Tools that the model may ask for, in MCP's form. Absent or empty means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub tools: ::std::vec::Vec<
        ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    >,
}
///Which servers' context to include, where the client can: `none`, `thisServer`, `allServers`. Absent means `none`.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum McpSampleRequestIncludeContext {
    #[serde(rename = "none")]
    None,
    #[serde(rename = "thisServer")]
    ThisServer,
    #[serde(rename = "allServers")]
    AllServers,
}
impl ::std::fmt::Display for McpSampleRequestIncludeContext {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::None => f.write_str("none"),
            Self::ThisServer => f.write_str("thisServer"),
            Self::AllServers => f.write_str("allServers"),
        }
    }
}
impl ::std::str::FromStr for McpSampleRequestIncludeContext {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "none" => Ok(Self::None),
            "thisServer" => Ok(Self::ThisServer),
            "allServers" => Ok(Self::AllServers),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for McpSampleRequestIncludeContext {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for McpSampleRequestIncludeContext {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///What the model said, in MCP's words.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct McpSampleResponse {
    ///What is said: one block, or a list of blocks.
    pub content: ::serde_json::Value,
    ///Name of the model.
    pub model: ::std::string::String,
    ///Who speaks: `assistant`.
    pub role: ::std::string::String,
    ///Why the model stopped. Absent when it is not known.
    #[serde(
        rename = "stopReason",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub stop_reason: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///The MCP server that offers a tool.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct McpServer {
    ///Name of the server. Absent when the client does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
    ///Where the server is configured; the client owns the words. Absent when the client does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub source: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A tool that a plugin offers, in the form of MCP's tools. MCP owns the words and the fields: those not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct McpTool {
    ///What kind of tool it is, for a client that decides whom to ask. Absent means nothing is said.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub annotations: ::std::option::Option<McpToolAnnotations>,
    ///What the tool does and when to use it, for a model. Absent means nothing is said.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///JSON Schema, draft 2020-12 where it names no other, of the arguments: an object. Arguments that do not fit it never reach the plugin.
    #[serde(rename = "inputSchema")]
    pub input_schema: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///Name of the tool, unique within the plugin.
    pub name: ::std::string::String,
    ///What the client must be able to do for the tool to work: a client that did not say so is refused before the tool runs. MCP clients never see this field. Absent or empty means nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub needs: ::std::vec::Vec<McpCapability>,
    ///JSON Schema of the result's `structured`. A result that does not fit it is a failed call. Absent means that nothing is promised.
    #[serde(
        rename = "outputSchema",
        default,
        skip_serializing_if = "::serde_json::Map::is_empty"
    )]
    pub output_schema: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///Where the tool's Vars live; MCP clients never see this field. Absent means `none`: no Vars, and calls run fully in parallel.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub scope: ::std::option::Option<McpToolScope>,
    ///Name for people. Absent means `name`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub title: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Hints about a tool, in MCP's words. No host enforces them.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct McpToolAnnotations {
    ///Whether the tool may destroy something rather than only add. Absent means true for a tool that changes something.
    #[serde(
        rename = "destructiveHint",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub destructive_hint: ::std::option::Option<bool>,
    ///Whether the same call made twice does no more than made once. Absent means false.
    #[serde(
        rename = "idempotentHint",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub idempotent_hint: ::std::option::Option<bool>,
    ///Whether the tool reaches beyond this machine. Absent means true.
    #[serde(
        rename = "openWorldHint",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub open_world_hint: ::std::option::Option<bool>,
    ///Whether the tool changes nothing. Absent means false.
    #[serde(
        rename = "readOnlyHint",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub read_only_hint: ::std::option::Option<bool>,
    ///Name for people. Absent means none is given here.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub title: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Where the tool's Vars live; MCP clients never see this field. Absent means `none`: no Vars, and calls run fully in parallel.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum McpToolScope {
    #[serde(rename = "none")]
    None,
    #[serde(rename = "session")]
    Session,
    #[serde(rename = "global")]
    Global,
}
impl ::std::fmt::Display for McpToolScope {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::None => f.write_str("none"),
            Self::Session => f.write_str("session"),
            Self::Global => f.write_str("global"),
        }
    }
}
impl ::std::str::FromStr for McpToolScope {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "none" => Ok(Self::None),
            "session" => Ok(Self::Session),
            "global" => Ok(Self::Global),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for McpToolScope {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for McpToolScope {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///What a plugin gets for a turn on `MessageDisplay`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct MessageDisplayCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: MessageDisplayInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `MessageDisplay`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct MessageDisplayInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///The text of this piece.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub delta: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Whether this piece is the last one.
    #[serde(rename = "final", skip_serializing_if = "::std::option::Option::is_none")]
    pub final_: ::std::option::Option<bool>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///Number of this piece of the message, from 0.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub index: ::std::option::Option<::serde_json::Number>,
    ///Id of the message.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub message_id: ::std::option::Option<::std::string::String>,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    ///Id of the client's turn.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub turn_id: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A header of an answer.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct NetAnswerHeader {
    ///Its name, in lower case.
    pub name: ::std::string::String,
    ///Its value. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub value: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What to send, and where to. At most one of `text` and `base64` is given.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct NetFetchRequest {
    ///The body, in standard base64 with padding. Absent when `text` is there, or when there is no body.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub base64: ::std::option::Option<::std::string::String>,
    ///Headers to send, each at most once. Those of the connection (`Host`, `Content-Length`, `Accept-Encoding`, `Transfer-Encoding`, `Proxy-…` and the like) are the host's to set, and refused here. Absent or empty means none but those.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub headers: ::std::vec::Vec<NetHeader>,
    ///How long the answer's body may be. Absent, or more than the host reads, means as much as the host reads. A longer one is `too_large`, and not returned in part.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub max_bytes: ::std::option::Option<u64>,
    ///The method, such as `GET` or `POST`. Absent means `GET`. `CONNECT` and `TRACE` are refused.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub method: ::std::option::Option<::std::string::String>,
    ///What is done when the answer is a redirect. Absent means `follow`. Headers with secrets in them, `Authorization` and `Cookie` are not sent on to another scheme, host or port.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub redirects: ::std::option::Option<::std::string::String>,
    ///The body, as text. It is sent as it stands: placeholders in it are not replaced. Absent when `base64` is there, or when there is no body.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub text: ::std::option::Option<::std::string::String>,
    ///An `https://` URL, or an `http://` one where the permit lists that scheme. Secrets cannot stand in it, and neither can a user name, an encoded slash or an encoded dot in the path. A fragment is not sent.
    pub url: ::std::string::String,
    ///How long to wait at most, in milliseconds, redirects included: after that the answer is the error `deadline`, and the turn goes on. Absent means as long as the turn and the host have.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub wait_ms: ::std::option::Option<u32>,
}
///The answer. Exactly one of `text` and `base64` is there. Where a secret stood in it there is its placeholder.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct NetFetchResponse {
    ///Its body in standard base64 with padding. Absent when `text` is there.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub base64: ::std::option::Option<::std::string::String>,
    ///Its headers, in the order they came in; a name may be there more than once.
    pub headers: ::std::vec::Vec<NetAnswerHeader>,
    ///How many redirects were followed.
    pub redirects: u32,
    ///Its status, such as 200 or 404.
    pub status: u16,
    ///Its body. Absent when that is not UTF-8.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub text: ::std::option::Option<::std::string::String>,
    ///Where it came from, after all redirects.
    pub url: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A header to send.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct NetHeader {
    ///Its name, in any case.
    pub name: ::std::string::String,
    ///Its value. `${secret:NAME}` stands for a secret of the operator's, which is put in when the request is sent, and only for a URL whose permit lists it.
    pub value: ::std::string::String,
}
///Requests over HTTP. A redirect is a request of its own, and so is each address that a name resolves to.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct NetPermit {
    ///A host, or a glob over the labels of names. A glob never covers an address that stands in a URL, but for `**` alone, which covers public ones.
    pub host: ::std::string::String,
    ///The methods, in upper case.
    pub methods: ::std::vec::Vec<::std::string::String>,
    ///A glob over the path as it is sent, percent-encoded. The query is no part of it. A slash at the end of a path is one more, empty segment, which wildcards cover.
    pub path: ::std::string::String,
    ///The ports. Absent means 443 alone; where `schemes` lists `http`, they have to be listed, too.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub ports: ::std::vec::Vec<i64>,
    ///Addresses and ranges of addresses (`10.0.0.0/8`) that are not public, and may be reached nevertheless. Absent or empty means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub private: ::std::vec::Vec<::std::string::String>,
    ///The protocols. Absent means `https` alone.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub schemes: ::std::vec::Vec<NetPermitSchemesItem>,
    ///Names of the secrets that may be put into such a request. Absent or empty means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub secrets: ::std::vec::Vec<::std::string::String>,
}
///A protocol.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum NetPermitSchemesItem {
    #[serde(rename = "https")]
    Https,
    #[serde(rename = "http")]
    Http,
}
impl ::std::fmt::Display for NetPermitSchemesItem {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Https => f.write_str("https"),
            Self::Http => f.write_str("http"),
        }
    }
}
impl ::std::str::FromStr for NetPermitSchemesItem {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "https" => Ok(Self::Https),
            "http" => Ok(Self::Http),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for NetPermitSchemesItem {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for NetPermitSchemesItem {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///What a plugin gets for a turn on `Notification`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct NotificationCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: NotificationInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `Notification`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct NotificationInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///Text of the notification.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub message: ::std::option::Option<::std::string::String>,
    ///What kind of notification it is; the client owns the words.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub notification_type: ::std::option::Option<::std::string::String>,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Title of the notification.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub title: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What is answered in the place of a plugin that cannot decide: `deny`, `ask`, or `none`, as if it had no opinion.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum OnFailure {
    #[serde(rename = "deny")]
    Deny,
    #[serde(rename = "ask")]
    Ask,
    #[serde(rename = "none")]
    None,
}
impl ::std::fmt::Display for OnFailure {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Deny => f.write_str("deny"),
            Self::Ask => f.write_str("ask"),
            Self::None => f.write_str("none"),
        }
    }
}
impl ::std::str::FromStr for OnFailure {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "deny" => Ok(Self::Deny),
            "ask" => Ok(Self::Ask),
            "none" => Ok(Self::None),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for OnFailure {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for OnFailure {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///A payload that the ledger keeps apart from its chain, so that it can be erased and the chain still verifies.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct Payload {
    ///Length of the payload in bytes.
    pub bytes: u64,
    ///SHA-256 of a random salt and the payload, in lower-case hexadecimal. The blob is found by it.
    pub digest: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///How much a session's or a day's turns may use together, of what needs a permit. What is absent is not limited here.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct PeriodBudget {
    ///Bytes of their requests and responses. Absent means no limit. A whole number with a unit: `B`, `KiB`, `MiB`, `GiB`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub bytes: ::std::option::Option<::std::string::String>,
    ///How many effects may be performed. Absent means no limit.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effects: ::std::option::Option<u64>,
    ///Tokens that models read and write. Absent means no limit.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub llm_tokens: ::std::option::Option<u64>,
    ///What they cost, in US dollars, with at most six digits after the point. Absent means no limit.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub usd: ::std::option::Option<::serde_json::Number>,
    ///Time that they take together. Absent means no limit. A whole number with a unit: `ms`, `s`, `m`, `h`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub wall: ::std::option::Option<::std::string::String>,
}
///What a plugin gets for a turn on `PermissionDenied`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct PermissionDeniedCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: PermissionDeniedInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `PermissionDenied`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct PermissionDeniedInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///The MCP server that offers the tool. Absent for the client's own tools.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub mcp_server: ::std::option::Option<McpServer>,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Why it was denied.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub reason: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Arguments of the tool, as the client is about to pass them, or has passed them. Their form is the tool's.
    pub tool_input: ::serde_json::Value,
    ///Name of the tool; an MCP tool is called `mcp__<server>__<tool>`.
    pub tool_name: ::std::string::String,
    ///Id of this tool call; its other events carry it too. Absent when the client gave none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tool_use_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `PermissionRequest`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct PermissionRequestCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: PermissionRequestInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `PermissionRequest`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct PermissionRequestInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///The MCP server that offers the tool. Absent for the client's own tools.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub mcp_server: ::std::option::Option<McpServer>,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Changes of the permissions that the client would offer.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_suggestions: ::std::option::Option<
        ::std::vec::Vec<::serde_json::Value>,
    >,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Arguments of the tool, as the client is about to pass them, or has passed them. Their form is the tool's.
    pub tool_input: ::serde_json::Value,
    ///Name of the tool; an MCP tool is called `mcp__<server>__<tool>`.
    pub tool_name: ::std::string::String,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Permits by family. An absent family permits nothing.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Permits {
    ///Permits for containers. No effect uses them yet. Absent permits nothing.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub docker: ::std::option::Option<DockerPermits>,
    ///Permits for files and folders. Absent permits nothing.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub fs: ::std::option::Option<FsPermits>,
    ///Permits for the git effects. Absent permits nothing.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub git: ::std::option::Option<GitPermits>,
    ///Rights on GitHub, each as `owner/name:right`; `*` stands for any characters of an owner or of a name, and names are compared in lower case. A right stands for itself alone: writing does not include reading. Absent or empty permits nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub github: ::std::vec::Vec<::std::string::String>,
    ///Permits for calls of models. Absent permits nothing.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub llm: ::std::option::Option<LlmPermits>,
    ///Globs over the names of language servers that may be asked. No effect uses them yet. Absent or empty permits nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub lsp: ::std::vec::Vec<::std::string::String>,
    ///What an MCP client may be asked: its user (`elicit`), its model (`sample`), for its folders (`roots`). Absent or empty permits nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub mcp: ::std::vec::Vec<::std::string::String>,
    ///Requests over HTTP that may be sent: one and the same entry has to cover all of a request. Absent or empty permits nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub net: ::std::vec::Vec<NetPermit>,
    ///Programs that may be run: one and the same entry has to cover all of a start. Absent or empty permits nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub process: ::std::vec::Vec<ProcessPermit>,
    ///Messages that may be sent, each as `class:selector` or `plugin:selector`: a receiver that begins with an upper-case letter is a class, one that begins with a lower-case letter a plugin with all its objects, and one that begins with `*` either. No effect uses them yet. Absent or empty permits nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub send: ::std::vec::Vec<::std::string::String>,
    ///Whether something may be shown on the terminal of whoever runs the client. No effect uses it yet. Absent means no.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tui: ::std::option::Option<bool>,
}
///What a hook turn is for. Rewriters come first, and everybody decides on the result.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum Phase {
    #[serde(rename = "rewrite")]
    Rewrite,
    #[serde(rename = "decide")]
    Decide,
}
impl ::std::fmt::Display for Phase {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Rewrite => f.write_str("rewrite"),
            Self::Decide => f.write_str("decide"),
        }
    }
}
impl ::std::str::FromStr for Phase {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "rewrite" => Ok(Self::Rewrite),
            "decide" => Ok(Self::Decide),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for Phase {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for Phase {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///Who a plugin is, and how it wants to be run.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct PluginIdentity {
    ///Another host whose plugin interface the module speaks: `hyper-mcp`. It then needs no entry point of this host's, has no hooks, gets its inputs whole and, unless `wasi` is false, WASI; `scope` says where the Vars of all its tools, resources and prompts live. Absent means that it speaks this host's.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub compat: ::std::option::Option<PluginIdentityCompat>,
    ///File with the JSON Schema of the plugin's settings, relative to the plugin's folder and inside it, such as `config.schema.json`. The operator's settings have to fit it, or the plugin does not load; none are settings, too: `{}`. It may refer to nothing but itself. Absent means that any settings do.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub config_schema: ::std::option::Option<::std::string::String>,
    ///What the plugin does, in a sentence. Absent means that it does not say.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///Whether every turn gets a fresh instance of the module, or turns of one scope share one, a thousand of them at most. Absent means `fresh`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub instance: ::std::option::Option<PluginIdentityInstance>,
    ///Name of the plugin, unique on a host: lower-case letters, digits and hyphens, a letter first.
    pub name: ::std::string::String,
    ///Under which key the plugin's state lives: `session`, `global`, `none` (no state, so that turns run in parallel), or `key:` and a JSON pointer into the input.
    pub scope: ::std::string::String,
    ///Version of the plugin, as in Semantic Versioning.
    pub version: ::std::string::String,
    ///Whether the module needs WASI. Its replay is then best effort. Absent means false, or true with `compat`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub wasi: ::std::option::Option<bool>,
    ///Whether the plugin wants large fields of its input in place instead of elided. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub whole_inputs: ::std::option::Option<bool>,
}
///Another host whose plugin interface the module speaks: `hyper-mcp`. It then needs no entry point of this host's, has no hooks, gets its inputs whole and, unless `wasi` is false, WASI; `scope` says where the Vars of all its tools, resources and prompts live. Absent means that it speaks this host's.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum PluginIdentityCompat {
    #[serde(rename = "hyper-mcp")]
    HyperMcp,
}
impl ::std::fmt::Display for PluginIdentityCompat {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::HyperMcp => f.write_str("hyper-mcp"),
        }
    }
}
impl ::std::str::FromStr for PluginIdentityCompat {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "hyper-mcp" => Ok(Self::HyperMcp),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for PluginIdentityCompat {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for PluginIdentityCompat {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///Whether every turn gets a fresh instance of the module, or turns of one scope share one, a thousand of them at most. Absent means `fresh`.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum PluginIdentityInstance {
    #[serde(rename = "fresh")]
    Fresh,
    #[serde(rename = "reuse")]
    Reuse,
}
impl ::std::fmt::Display for PluginIdentityInstance {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Fresh => f.write_str("fresh"),
            Self::Reuse => f.write_str("reuse"),
        }
    }
}
impl ::std::str::FromStr for PluginIdentityInstance {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "fresh" => Ok(Self::Fresh),
            "reuse" => Ok(Self::Reuse),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for PluginIdentityInstance {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for PluginIdentityInstance {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///A plugin's manifest.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct PluginManifest {
    ///How much the plugin may use. What is absent comes from the operator's configuration.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub budgets: ::std::option::Option<Budgets>,
    ///The events that the plugin subscribes to, by the event's name in snake case (`pre_tool_use`); an exported hook entry point that is not listed is an error. `hook_event` subscribes to every event without an entry point of its own. Absent or empty means none.
    #[serde(
        default,
        skip_serializing_if = ":: std :: collections :: BTreeMap::is_empty"
    )]
    pub hooks: ::std::collections::BTreeMap<::std::string::String, HookSubscription>,
    ///What the plugin asks to be allowed. Absent means nothing.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permits: ::std::option::Option<Permits>,
    ///Who the plugin is, and how it wants to be run.
    pub plugin: PluginIdentity,
    ///What the plugin watches for, for people and programs that list it; each `id` stands once. Absent or empty means that it does not say.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub rules: ::std::vec::Vec<PluginRule>,
}
///One thing that a plugin watches for.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct PluginRule {
    ///What to do instead, for the model that was stopped and for the person who looks the rule up.
    pub advice: ::std::string::String,
    ///Name of the rule, unique in the plugin: lower-case letters, digits and hyphens, a letter first. Reasons and the ledger name it.
    pub id: ::std::string::String,
    ///Name of the group that the rule belongs to, in the same letters.
    pub pack: ::std::string::String,
    ///What the rule stops, in a few words.
    pub summary: ::std::string::String,
}
///What a plugin gets for a turn on `PostCompact`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct PostCompactCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: PostCompactInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `PostCompact`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct PostCompactInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///The summary that took the conversation's place.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub compact_summary: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    ///What asked for it; the client owns the words: `manual`, `auto`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub trigger: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `PostModelSwitch`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct PostModelSwitchCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: PostModelSwitchInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `PostModelSwitch`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct PostModelSwitchInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///How long a prompt cache entry lives; the client owns the words: `5m`, `1h`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cache_ttl: ::std::option::Option<::std::string::String>,
    ///How many tokens the conversation holds.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub context_tokens: ::std::option::Option<::serde_json::Number>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///What writing the conversation to the cache is expected to cost, in US dollars.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub estimated_cache_write_usd: ::std::option::Option<::serde_json::Number>,
    ///Model that is used now.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub from_model: ::std::option::Option<::std::string::String>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Where the prices come from; the client owns the words: `configured`, `catalog`, `default`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub pricing: ::std::option::Option<::std::string::String>,
    ///Whether the prompt cache of the new model is expected to hold the conversation.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_cache_warm: ::std::option::Option<bool>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Model as it was asked for, before aliases were resolved. Absent or null when it was not named.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub requested_model: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///What asked for the switch; the client owns the words: `command`, `picker`, `sdk`, and after the switch also `auto` and `resume`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub source: ::std::option::Option<::std::string::String>,
    ///Model that is switched to.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub to_model: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `PostToolBatch`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct PostToolBatchCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: PostToolBatchInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `PostToolBatch`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct PostToolBatchInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///The calls, in the model's order.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tool_calls: ::std::option::Option<::std::vec::Vec<ToolBatchCall>>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `PostToolUse`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct PostToolUseCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: PostToolUseInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `PostToolUseFailure`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct PostToolUseFailureCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: PostToolUseFailureInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `PostToolUseFailure`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct PostToolUseFailureInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How long the tool ran, in milliseconds.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub duration_ms: ::std::option::Option<::serde_json::Number>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///What went wrong, as the model will read it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub error: ::std::option::Option<::std::string::String>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///Whether a person interrupted the tool.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub is_interrupt: ::std::option::Option<bool>,
    ///The MCP server that offers the tool. Absent for the client's own tools.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub mcp_server: ::std::option::Option<McpServer>,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Arguments of the tool, as the client is about to pass them, or has passed them. Their form is the tool's.
    pub tool_input: ::serde_json::Value,
    ///Name of the tool; an MCP tool is called `mcp__<server>__<tool>`.
    pub tool_name: ::std::string::String,
    ///Id of this tool call; its other events carry it too. Absent when the client gave none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tool_use_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `PostToolUse`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct PostToolUseInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How long the tool ran, in milliseconds.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub duration_ms: ::std::option::Option<::serde_json::Number>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///The MCP server that offers the tool. Absent for the client's own tools.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub mcp_server: ::std::option::Option<McpServer>,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Arguments of the tool, as the client is about to pass them, or has passed them. Their form is the tool's.
    pub tool_input: ::serde_json::Value,
    ///Name of the tool; an MCP tool is called `mcp__<server>__<tool>`.
    pub tool_name: ::std::string::String,
    ///What the tool answered. Its form is the tool's.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tool_response: ::std::option::Option<::serde_json::Value>,
    ///Id of this tool call; its other events carry it too. Absent when the client gave none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tool_use_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `PreCompact`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct PreCompactCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: PreCompactInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `PreCompact`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct PreCompactInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///What the user wants the summary to keep. Absent or null when nothing was said.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub custom_instructions: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    ///What asked for it; the client owns the words: `manual`, `auto`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub trigger: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `PreModelSwitch`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct PreModelSwitchCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: PreModelSwitchInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `PreModelSwitch`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct PreModelSwitchInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///How long a prompt cache entry lives; the client owns the words: `5m`, `1h`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cache_ttl: ::std::option::Option<::std::string::String>,
    ///How many tokens the conversation holds.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub context_tokens: ::std::option::Option<::serde_json::Number>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///What writing the conversation to the cache is expected to cost, in US dollars.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub estimated_cache_write_usd: ::std::option::Option<::serde_json::Number>,
    ///Model that is used now.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub from_model: ::std::option::Option<::std::string::String>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Where the prices come from; the client owns the words: `configured`, `catalog`, `default`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub pricing: ::std::option::Option<::std::string::String>,
    ///Whether the prompt cache of the new model is expected to hold the conversation.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_cache_warm: ::std::option::Option<bool>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Model as it was asked for, before aliases were resolved. Absent or null when it was not named.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub requested_model: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///What asked for the switch; the client owns the words: `command`, `picker`, `sdk`, and after the switch also `auto` and `resume`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub source: ::std::option::Option<::std::string::String>,
    ///Model that is switched to.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub to_model: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `PreToolUse`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct PreToolUseCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: PreToolUseInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `PreToolUse`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct PreToolUseInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///The MCP server that offers the tool. Absent for the client's own tools.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub mcp_server: ::std::option::Option<McpServer>,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Arguments of the tool, as the client is about to pass them, or has passed them. Their form is the tool's.
    pub tool_input: ::serde_json::Value,
    ///Name of the tool; an MCP tool is called `mcp__<server>__<tool>`.
    pub tool_name: ::std::string::String,
    ///Id of this tool call; its other events carry it too. Absent when the client gave none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tool_use_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///How far the kernel held a program to what it may reach.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ProcessConfinement {
    ///How far the kernel holds the program to it.
    pub level: ::std::string::String,
    ///Why it is not `full`. Absent when it is.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub reason: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///The beginning of what a program wrote to one of its outputs. Exactly one of `text` and `base64` is there.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ProcessOutput {
    ///The bytes in standard base64 with padding. Absent when `text` is there.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub base64: ::std::option::Option<::std::string::String>,
    ///The bytes as text, cut on a character boundary. Absent when they are not UTF-8.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub text: ::std::option::Option<::std::string::String>,
    ///How many bytes it wrote, also those that were not kept.
    pub total_bytes: u64,
    ///True when it wrote more than is returned.
    pub truncated: bool,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Programs with their arguments.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ProcessPermit {
    ///The program and its arguments. The program is a bare name or an absolute path, spelled out and compared as it stands. In an argument `*` stands for any characters; an argument `**` stands for any number of arguments, none included.
    pub argv: ::std::vec::Vec<::std::string::String>,
    ///A glob over canonical absolute paths of working directories. `${project}` stands for the root of the session's project.
    pub cwd: ::std::string::String,
    ///The environment variables that the program may get: `NAME` passes on the server's own value, which the plugin cannot choose; `NAME=glob` lets the plugin set it to a value that the glob covers, in which `*` stands for any characters. Neither includes the other. Absent or empty means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub env: ::std::vec::Vec<::std::string::String>,
}
///What to run, and with what.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ProcessRunRequest {
    ///The program and its arguments. The program is a bare name or an absolute path without `.` and `..`; the permit is checked element by element.
    pub argv: ::std::vec::Vec<::std::string::String>,
    ///Absolute path of the working directory. Symbolic links are followed first, and the permit is checked on the canonical path.
    pub cwd: ::std::string::String,
    ///Variables of its environment, with their values. Each has to be granted with a glob that covers its value (`NAME=glob`); a grant of the name alone does not let anybody set it. Absent or empty means none.
    #[serde(
        default,
        skip_serializing_if = ":: std :: collections :: BTreeMap::is_empty"
    )]
    pub env: ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
    ///Names of variables that it gets as the server has them; one that the server does not have is left out. Each has to be granted by its name alone (`NAME`). Absent or empty means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub inherit: ::std::vec::Vec<::std::string::String>,
    ///How many bytes of its standard output, and as many of its standard error, to return at most. Absent, or more than the host returns (`process.output` in its configuration), means as many as the host returns.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub output_bytes: ::std::option::Option<u64>,
    ///What it reads on its standard input, as text. Absent, without `stdin_base64`, means nothing.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub stdin: ::std::option::Option<::std::string::String>,
    ///What it reads on its standard input, in standard base64 with padding. Absent when `stdin` is there.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub stdin_base64: ::std::option::Option<::std::string::String>,
    ///How long it may run, in milliseconds; then it is killed, and what it wrote is returned with `timed_out`. Absent, or more than the host allows (`process.timeout` in its configuration), means as long as the host allows. At the end of the turn's time it is killed and nothing is returned.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub timeout_ms: ::std::option::Option<u32>,
}
///How it ended, and what it wrote.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ProcessRunResponse {
    ///How far the kernel held it to its folders.
    pub confinement: ProcessConfinement,
    ///Its exit code. Absent when a signal ended it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub exit_code: ::std::option::Option<i32>,
    ///Number of the signal that ended it. Absent when it exited.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub signal: ::std::option::Option<i32>,
    ///Its standard error.
    pub stderr: ProcessOutput,
    ///Its standard output.
    pub stdout: ProcessOutput,
    ///True when it was killed because its time was up.
    pub timed_out: bool,
    ///How long it ran, in milliseconds.
    pub wall_ms: u64,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///How many bytes to draw.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RandomBytesRequest {
    ///Number of bytes. More than the maximum is refused with `too_large`.
    pub length: u32,
}
///The bytes that were drawn.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct RandomBytesResponse {
    ///The bytes in standard base64 with padding (RFC 4648, section 4).
    pub base64: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A plugin's build that was exchanged.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ReloadRecord {
    ///Who asked for it: a token's role, `watch`, or `start`.
    pub by: ::std::string::String,
    ///SHA-256 of the former build. Absent for a first load.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub from: ::std::option::Option<::std::string::String>,
    ///Name of the plugin.
    pub plugin: ::std::string::String,
    ///Why, as one sentence. Absent when nobody said why.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub reason: ::std::option::Option<::std::string::String>,
    ///SHA-256 of the new build.
    pub to: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `SessionEnd`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct SessionEndCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: SessionEndInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `SessionEnd`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct SessionEndInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Why it ends; the client owns the words: `clear`, `logout`, `prompt_input_exit`, `other` and others.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub reason: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `SessionStart`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct SessionStartCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: SessionStartInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `SessionStart`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct SessionStartInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///How many tokens the conversation holds.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub context_tokens: ::std::option::Option<::serde_json::Number>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///What writing the conversation to the cache is expected to cost, in US dollars.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub estimated_cache_write_usd: ::std::option::Option<::serde_json::Number>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///Model that the session uses.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub model: ::std::option::Option<::std::string::String>,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Whether the prompt cache has probably forgotten the conversation.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_cache_likely_expired: ::std::option::Option<bool>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///How long ago the model last answered, in seconds.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub seconds_since_last_response: ::std::option::Option<::serde_json::Number>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Title of the session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_title: ::std::option::Option<::std::string::String>,
    ///How the session starts; the client owns the words: `startup`, `resume`, `clear`, `compact`, `fork`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub source: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `Setup`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct SetupCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: SetupInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `Setup`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct SetupInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    ///What asked for it; the client owns the words: `init`, `maintenance`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub trigger: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A loop over numbers.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ShellArithmeticFor {
    ///What is repeated.
    pub body: ShellScript,
    ///What stands between the parentheses.
    pub expressions: ShellWord,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///`NAME=value`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ShellAssignment {
    ///Whether it is `+=`. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub append: ::std::option::Option<bool>,
    ///Where it ends in the command, in bytes, exclusive.
    pub end: u32,
    ///The index of `NAME[index]=value`. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub index: ::std::option::Option<ShellWord>,
    ///The variable.
    pub name: ::std::string::String,
    ///Where it begins in the command, in bytes. Text within backquotes and within tab-stripped here-documents is not in the command as it is read: there it is the place of the whole.
    pub start: u32,
    ///The value.
    pub value: ShellWord,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A brace expansion: either alternatives or a sequence.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ShellBrace {
    ///The alternatives. Absent for a sequence.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub alternatives: ::std::vec::Vec<ShellWord>,
    ///The first element of a sequence. Absent for alternatives.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub first: ::std::option::Option<::std::string::String>,
    ///The last element of a sequence. Absent for alternatives.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub last: ::std::option::Option<::std::string::String>,
    ///The step of a sequence. Absent means 1.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub step: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A condition and what runs when it holds.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ShellBranch {
    ///What runs when it holds.
    pub body: ShellScript,
    ///The condition.
    pub condition: ShellScript,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A choice by patterns.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ShellCase {
    ///The alternatives, in order.
    pub items: ::std::vec::Vec<ShellCaseItem>,
    ///What is compared.
    pub word: ShellWord,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///An alternative of `case`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ShellCaseItem {
    ///What runs when one of them fits.
    pub body: ShellScript,
    ///What happens after it. Absent means that the choice is over.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next: ::std::option::Option<::std::string::String>,
    ///The patterns.
    pub patterns: ::std::vec::Vec<ShellWord>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A command and its redirections.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ShellCommand {
    ///The command itself.
    pub body: ShellCommandBody,
    ///Where it ends in the command, in bytes, exclusive.
    pub end: u32,
    ///Its redirections, in order. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub redirects: ::std::vec::Vec<ShellRedirect>,
    ///Where it begins in the command, in bytes. Text within backquotes and within tab-stripped here-documents is not in the command as it is read: there it is the place of the whole.
    pub start: u32,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What kind of command it is.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "kind", content = "value")]
pub enum ShellCommandBody {
    ///Assignments, and a program or a builtin with its arguments.
    #[serde(rename = "simple")]
    Simple(ShellSimple),
    ///`{ … }`: commands in the current shell.
    #[serde(rename = "group")]
    Group(ShellScript),
    ///`( … )`: commands in a shell of their own.
    #[serde(rename = "subshell")]
    Subshell(ShellScript),
    ///`if … then … fi`.
    #[serde(rename = "if")]
    If(ShellIf),
    ///`for NAME in … do … done`, and `select`.
    #[serde(rename = "for")]
    For(ShellFor),
    ///`for (( … ))`.
    #[serde(rename = "arithmetic_for")]
    ArithmeticFor(ShellArithmeticFor),
    ///`while … do … done`, and `until`.
    #[serde(rename = "while")]
    While(ShellWhile),
    ///`case … in … esac`.
    #[serde(rename = "case")]
    Case(ShellCase),
    ///The definition of a function.
    #[serde(rename = "function")]
    Function(ShellFunction),
    ///`coproc`: a command that runs beside the shell.
    #[serde(rename = "coproc")]
    Coproc(ShellCoproc),
    ///`[[ … ]]`.
    #[serde(rename = "test")]
    Test(::std::vec::Vec<ShellWord>),
    ///`(( … ))`.
    #[serde(rename = "arithmetic")]
    Arithmetic(ShellWord),
    ///What the parser could not read.
    #[serde(rename = "unknown")]
    Unknown(::std::string::String),
}
impl ::std::convert::From<ShellSimple> for ShellCommandBody {
    fn from(value: ShellSimple) -> Self {
        Self::Simple(value)
    }
}
impl ::std::convert::From<ShellIf> for ShellCommandBody {
    fn from(value: ShellIf) -> Self {
        Self::If(value)
    }
}
impl ::std::convert::From<ShellFor> for ShellCommandBody {
    fn from(value: ShellFor) -> Self {
        Self::For(value)
    }
}
impl ::std::convert::From<ShellArithmeticFor> for ShellCommandBody {
    fn from(value: ShellArithmeticFor) -> Self {
        Self::ArithmeticFor(value)
    }
}
impl ::std::convert::From<ShellWhile> for ShellCommandBody {
    fn from(value: ShellWhile) -> Self {
        Self::While(value)
    }
}
impl ::std::convert::From<ShellCase> for ShellCommandBody {
    fn from(value: ShellCase) -> Self {
        Self::Case(value)
    }
}
impl ::std::convert::From<ShellFunction> for ShellCommandBody {
    fn from(value: ShellFunction) -> Self {
        Self::Function(value)
    }
}
impl ::std::convert::From<ShellCoproc> for ShellCommandBody {
    fn from(value: ShellCoproc) -> Self {
        Self::Coproc(value)
    }
}
impl ::std::convert::From<::std::vec::Vec<ShellWord>> for ShellCommandBody {
    fn from(value: ::std::vec::Vec<ShellWord>) -> Self {
        Self::Test(value)
    }
}
impl ::std::convert::From<ShellWord> for ShellCommandBody {
    fn from(value: ShellWord) -> Self {
        Self::Arithmetic(value)
    }
}
///A coprocess.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ShellCoproc {
    ///What runs.
    pub body: ::std::boxed::Box<ShellCommand>,
    ///Its name. Absent where it has none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///An element of an array.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ShellElement {
    ///The index of `[index]=value`. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub index: ::std::option::Option<ShellWord>,
    ///The value.
    pub value: ShellWord,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A loop over words.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ShellFor {
    ///What runs for each value.
    pub body: ShellScript,
    ///Whether there is no `in`. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub over_arguments: ::std::option::Option<bool>,
    ///Whether it is `select`, which asks a person. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub select: ::std::option::Option<bool>,
    ///The variable that takes each value.
    pub variable: ::std::string::String,
    ///The values. Absent means none, or, with `over_arguments`, the arguments of the script.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub words: ::std::vec::Vec<ShellWord>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A function's definition; nothing runs until it is called.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ShellFunction {
    ///Its body.
    pub body: ::std::boxed::Box<ShellCommand>,
    ///Its name.
    pub name: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///An `if` with its branches.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ShellIf {
    ///`if` and every `elif`.
    pub branches: ::std::vec::Vec<ShellBranch>,
    ///What follows `else`. Absent where there is no `else`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub otherwise: ::std::option::Option<ShellScript>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///The expansion of a parameter.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ShellParameter {
    ///What follows the operator. Absent means nothing.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub argument: ::std::vec::Vec<ShellPart>,
    ///The index of `${NAME[index]}`. Absent where there is none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub index: ::std::vec::Vec<ShellPart>,
    ///Whether it is `${!NAME}`: the variable that this one names, or the names themselves. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub indirect: ::std::option::Option<bool>,
    ///Whether it is `${#NAME}`. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub length: ::std::option::Option<bool>,
    ///The variable, the number of an argument, or a special character.
    pub name: ::std::string::String,
    ///What is done to the value, as it is written: `:-`, `%%`, `/`, `^`, `@Q`, … Absent means nothing.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub operator: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What to parse.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ShellParseRequest {
    ///The shell text. How long it may be is the host's configuration, `limits.shell`.
    pub command: ::std::string::String,
}
///The tree.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ShellParseResponse {
    ///The commands.
    pub script: ShellScript,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A part of a word.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "kind", content = "value")]
pub enum ShellPart {
    ///Text that stands for itself.
    #[serde(rename = "literal")]
    Literal(::std::string::String),
    ///What a backslash makes stand for itself.
    #[serde(rename = "escaped")]
    Escaped(::std::string::String),
    ///Single quotes: `'…'`.
    #[serde(rename = "single_quoted")]
    SingleQuoted(::std::string::String),
    ///`$'…'`.
    #[serde(rename = "ansi_quoted")]
    AnsiQuoted(::std::string::String),
    ///Double quotes: `"…"`.
    #[serde(rename = "double_quoted")]
    DoubleQuoted(::std::vec::Vec<ShellPart>),
    ///`$"…"`.
    #[serde(rename = "translated")]
    Translated(::std::vec::Vec<ShellPart>),
    ///A pattern: `*`, `?`, `[…]` or `@(…)`.
    #[serde(rename = "glob")]
    Glob(::std::string::String),
    ///`~`, at the start of a word or of a path in an assignment.
    #[serde(rename = "tilde")]
    Tilde(::std::string::String),
    ///`$NAME` or `${…}`.
    #[serde(rename = "parameter")]
    Parameter(ShellParameter),
    ///`$( … )`.
    #[serde(rename = "command")]
    Command(ShellScript),
    ///Commands in backquotes.
    #[serde(rename = "backquoted")]
    Backquoted(ShellScript),
    ///`<( … )`: stands for a file that the commands write.
    #[serde(rename = "process_input")]
    ProcessInput(ShellScript),
    ///`>( … )`: stands for a file that the commands read.
    #[serde(rename = "process_output")]
    ProcessOutput(ShellScript),
    ///`$(( … ))` or `$[ … ]`.
    #[serde(rename = "arithmetic")]
    Arithmetic(::std::vec::Vec<ShellPart>),
    ///`{a,b}` or `{1..9}`.
    #[serde(rename = "brace")]
    Brace(ShellBrace),
    ///`( … )` as the value of an assignment.
    #[serde(rename = "array")]
    Array(::std::vec::Vec<ShellElement>),
    ///What the parser could not read.
    #[serde(rename = "unknown")]
    Unknown(::std::string::String),
}
impl ::std::convert::From<ShellParameter> for ShellPart {
    fn from(value: ShellParameter) -> Self {
        Self::Parameter(value)
    }
}
impl ::std::convert::From<ShellBrace> for ShellPart {
    fn from(value: ShellBrace) -> Self {
        Self::Brace(value)
    }
}
impl ::std::convert::From<::std::vec::Vec<ShellElement>> for ShellPart {
    fn from(value: ::std::vec::Vec<ShellElement>) -> Self {
        Self::Array(value)
    }
}
///Commands joined by `|`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ShellPipeline {
    ///The commands, each reading what the one before it writes. Empty after a lone `!` or `time`.
    pub commands: ::std::vec::Vec<ShellCommand>,
    ///Whether `!` stands before it. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub negated: ::std::option::Option<bool>,
    ///How it is joined to the pipeline before it. Absent for the first.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub operator: ::std::option::Option<::std::string::String>,
    ///Whether `time` stands before it. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub timed: ::std::option::Option<bool>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A redirection.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ShellRedirect {
    ///The text of a here-document. Absent for everything else.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub body: ::std::option::Option<ShellWord>,
    ///What is redirected: a number, or `{NAME}`. Absent means the operator's own default.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub descriptor: ::std::option::Option<::std::string::String>,
    ///Where it ends in the command, in bytes, exclusive.
    pub end: u32,
    ///What kind of redirection it is.
    pub operator: ::std::string::String,
    ///Whether a here-document's delimiter is quoted, so that nothing in it is expanded. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub quoted: ::std::option::Option<bool>,
    ///Where it begins in the command, in bytes. Text within backquotes and within tab-stripped here-documents is not in the command as it is read: there it is the place of the whole.
    pub start: u32,
    ///The file, the descriptor, the text of a here-string, or the delimiter of a here-document.
    pub target: ShellWord,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Commands that run one after the other.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ShellScript {
    ///The comments, without `#`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub comments: ::std::vec::Vec<::std::string::String>,
    ///The statements, in order.
    pub statements: ::std::vec::Vec<ShellStatement>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A simple command.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ShellSimple {
    ///Assignments before the first word. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub assignments: ::std::vec::Vec<ShellAssignment>,
    ///The command's name and its arguments. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub words: ::std::vec::Vec<ShellWord>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Pipelines joined by `&&` and `||`, up to the next `;`, `&` or newline.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ShellStatement {
    ///Whether it ends with `&`. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub background: ::std::option::Option<bool>,
    ///The pipelines, in order.
    pub pipelines: ::std::vec::Vec<ShellPipeline>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A loop with a condition.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ShellWhile {
    ///What is repeated.
    pub body: ShellScript,
    ///The condition.
    pub condition: ShellScript,
    ///Whether it is `until`, which ends when the condition holds. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub until: ::std::option::Option<bool>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A word, in the parts that the shell treats differently.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ShellWord {
    ///Where it ends in the command, in bytes, exclusive.
    pub end: u32,
    ///The parts, in order.
    pub parts: ::std::vec::Vec<ShellPart>,
    ///Where it begins in the command, in bytes. Text within backquotes and within tab-stripped here-documents is not in the command as it is read: there it is the place of the whole.
    pub start: u32,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `Stop`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct StopCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: StopInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `StopFailure`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct StopFailureCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: StopFailureInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `StopFailure`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct StopFailureInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///What kind of error it was; the client owns the words.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub error: ::std::option::Option<::std::string::String>,
    ///The error at length.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub error_details: ::std::option::Option<::std::string::String>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///Text of the last message the model wrote.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub last_assistant_message: ::std::option::Option<::std::string::String>,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `Stop`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct StopInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Tasks that still run in the background.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub background_tasks: ::std::option::Option<::std::vec::Vec<::serde_json::Value>>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///Text of the last message the model wrote.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub last_assistant_message: ::std::option::Option<::std::string::String>,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Timers of the session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_crons: ::std::option::Option<::std::vec::Vec<::serde_json::Value>>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Whether the agent goes on because a hook has already kept it from stopping.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub stop_hook_active: ::std::option::Option<bool>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `SubagentStart`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct SubagentStartCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: SubagentStartInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `SubagentStart`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct SubagentStartInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `SubagentStop`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct SubagentStopCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: SubagentStopInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `SubagentStop`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct SubagentStopInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the subagent's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_transcript_path: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Tasks that still run in the background.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub background_tasks: ::std::option::Option<::std::vec::Vec<::serde_json::Value>>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///Text of the last message the model wrote.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub last_assistant_message: ::std::option::Option<::std::string::String>,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Timers of the session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_crons: ::std::option::Option<::std::vec::Vec<::serde_json::Value>>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Whether the agent goes on because a hook has already kept it from stopping.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub stop_hook_active: ::std::option::Option<bool>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `TaskCompleted`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct TaskCompletedCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: TaskCompletedInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `TaskCompleted`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct TaskCompletedInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///The task at length.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub task_description: ::std::option::Option<::std::string::String>,
    ///Id of the task.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub task_id: ::std::option::Option<::std::string::String>,
    ///What the task is about, in a line.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub task_subject: ::std::option::Option<::std::string::String>,
    ///Name of the team.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub team_name: ::std::option::Option<::std::string::String>,
    ///Name of the teammate it belongs to.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub teammate_name: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `TaskCreated`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct TaskCreatedCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: TaskCreatedInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `TaskCreated`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct TaskCreatedInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///The task at length.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub task_description: ::std::option::Option<::std::string::String>,
    ///Id of the task.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub task_id: ::std::option::Option<::std::string::String>,
    ///What the task is about, in a line.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub task_subject: ::std::option::Option<::std::string::String>,
    ///Name of the team.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub team_name: ::std::option::Option<::std::string::String>,
    ///Name of the teammate it belongs to.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub teammate_name: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `TeammateIdle`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct TeammateIdleCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: TeammateIdleInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `TeammateIdle`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct TeammateIdleInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Name of the team.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub team_name: ::std::option::Option<::std::string::String>,
    ///Name of the teammate it belongs to.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub teammate_name: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///One call of a batch of tool calls.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ToolBatchCall {
    ///Arguments of the tool, as the client is about to pass them, or has passed them. Their form is the tool's.
    pub tool_input: ::serde_json::Value,
    ///Name of the tool; an MCP tool is called `mcp__<server>__<tool>`.
    pub tool_name: ::std::string::String,
    ///What the tool answered, as the model reads it: text or content blocks. Absent when it gave nothing.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tool_response: ::std::option::Option<::serde_json::Value>,
    ///Id of this tool call; its other events carry it too. Absent when the client gave none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tool_use_id: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///How much one turn may use. What is absent comes from the operator's configuration, which also sets the upper bounds.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct TurnBudget {
    ///How many effects may be asked for, refused ones included. Absent means what the operator's configuration says.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effects: ::std::option::Option<u32>,
    ///Units of wasm fuel: one for most instructions, 8 for a read of memory, up to 24 for what is slower still. 25 ns for each have to fit into `wall`, so that fuel ends a guest in time. Absent means what the operator's configuration says.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub fuel: ::std::option::Option<u64>,
    ///Tokens that models read and write. Absent means what the operator's configuration says.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub llm_tokens: ::std::option::Option<u64>,
    ///Bytes of log lines and telemetry events. Absent means what the operator's configuration says. A whole number with a unit: `B`, `KiB`, `MiB`, `GiB`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub log_bytes: ::std::option::Option<::std::string::String>,
    ///Memory of the module. Absent means what the operator's configuration says. A whole number with a unit: `B`, `KiB`, `MiB`, `GiB`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub memory: ::std::option::Option<::std::string::String>,
    ///Bytes of the output. Absent means what the operator's configuration says. A whole number with a unit: `B`, `KiB`, `MiB`, `GiB`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub output_bytes: ::std::option::Option<::std::string::String>,
    ///Bytes of requests and responses that go into the ledger. Absent means what the operator's configuration says. A whole number with a unit: `B`, `KiB`, `MiB`, `GiB`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub record_bytes: ::std::option::Option<::std::string::String>,
    ///What effects cost, in US dollars, with at most six digits after the point. Absent means what the operator's configuration says.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub usd: ::std::option::Option<::serde_json::Number>,
    ///Bytes of Vars, keys and values, that may be written; each write counts for 64 bytes more. Absent means what the operator's configuration says. A whole number with a unit: `B`, `KiB`, `MiB`, `GiB`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub vars_bytes: ::std::option::Option<::std::string::String>,
    ///Time from the call to the answer. Absent means what the operator's configuration says. A whole number with a unit: `ms`, `s`, `m`, `h`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub wall: ::std::option::Option<::std::string::String>,
}
///A turn that ended: what it ran, what it read, what it left.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct TurnRecord {
    ///Why the turn was aborted. Absent when it was committed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub abort: ::std::option::Option<Abort>,
    ///Revision of the scope that the turn started from.
    pub base_revision: u64,
    ///Budgets before and after the turn. Absent where nothing was budgeted.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub budget: ::std::option::Option<BudgetChange>,
    ///SHA-256 of the wasm module that ran.
    pub build: ::std::string::String,
    ///Digest of the plugin's settings.
    pub config: ::std::string::String,
    ///Kind of the decision of a hook turn. Absent for other turns, and for aborted ones.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub decision: ::std::option::Option<::std::string::String>,
    ///How many effects the turn asked for; each has a record of its own.
    pub effects: u32,
    ///Fingerprint of the engine that ran it: its versions and settings. Fuel compares only within one. Absent in records of hosts that did not write it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub engine: ::std::option::Option<::std::string::String>,
    ///Entry point that was called.
    pub entry: ::std::string::String,
    ///Event of the client. Absent for other turns.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub event: ::std::option::Option<::std::string::String>,
    ///Fuel that was used.
    pub fuel: u64,
    ///The input, as the client sent it.
    pub input: Payload,
    ///Digest of the plugin's manifest.
    pub manifest: ::std::string::String,
    ///Whether the turn was committed, or left no trace.
    pub outcome: TurnRecordOutcome,
    ///The output. Absent when there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub output: ::std::option::Option<Payload>,
    ///Id of the turn that caused this one. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub parent: ::std::option::Option<::std::string::String>,
    ///Digest of the permits in force.
    pub permits: ::std::string::String,
    ///Phase of a hook turn. Absent for other turns.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub phase: ::std::option::Option<Phase>,
    ///Name of the plugin.
    pub plugin: ::std::string::String,
    ///Version of the plugin. Absent in records of hosts that did not write it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub plugin_version: ::std::option::Option<::std::string::String>,
    ///Root of the session's project. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    ///Turns that this one runs again with the results of their effects, the first one first, because an MCP client has answered what they asked. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub resumes: ::std::vec::Vec<::std::string::String>,
    ///Scope of the turn.
    pub scope: ::std::string::String,
    ///Id of the client's session. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session: ::std::option::Option<::std::string::String>,
    ///Tool of an MCP turn. Absent for other turns.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tool: ::std::option::Option<::std::string::String>,
    ///Id of the client's tool call. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tool_use_id: ::std::option::Option<::std::string::String>,
    ///Id of the trace. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub trace_id: ::std::option::Option<::std::string::String>,
    ///Id of the turn.
    pub turn: ::std::string::String,
    ///Vars that were changed, by key. Empty for an aborted turn.
    pub vars_delta: ::std::vec::Vec<VarChange>,
    ///Keys of the Vars that were read, in order, each once.
    pub vars_read: ::std::vec::Vec<::std::string::String>,
    ///Time from the call to its end, in microseconds.
    pub wall_us: u64,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Whether the turn was committed, or left no trace.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum TurnRecordOutcome {
    #[serde(rename = "committed")]
    Committed,
    #[serde(rename = "aborted")]
    Aborted,
}
impl ::std::fmt::Display for TurnRecordOutcome {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Committed => f.write_str("committed"),
            Self::Aborted => f.write_str("aborted"),
        }
    }
}
impl ::std::str::FromStr for TurnRecordOutcome {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "committed" => Ok(Self::Committed),
            "aborted" => Ok(Self::Aborted),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for TurnRecordOutcome {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for TurnRecordOutcome {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///What a plugin gets for a turn on `UserPromptExpansion`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct UserPromptExpansionCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: UserPromptExpansionInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `UserPromptExpansion`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct UserPromptExpansionInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Arguments of the command.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub command_args: ::std::option::Option<::std::string::String>,
    ///Name of the command.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub command_name: ::std::option::Option<::std::string::String>,
    ///Where the command comes from.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub command_source: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///What is expanded; the client owns the words: `slash_command`, `mcp_prompt`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub expansion_type: ::std::option::Option<::std::string::String>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///The prompt that it expands to.
    pub prompt: ::std::string::String,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `UserPromptSubmit`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct UserPromptSubmitCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: UserPromptSubmitInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `UserPromptSubmit`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct UserPromptSubmitInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///The prompt.
    pub prompt: ::std::string::String,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Title of the session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_title: ::std::option::Option<::std::string::String>,
    ///Where the prompt comes from; the client owns the words: `user`, `sdk`, `system`, `loop_wakeup` and others.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub source: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///A Var that a turn changed.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct VarChange {
    ///True when it was deleted. Absent means false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub deleted: ::std::option::Option<bool>,
    ///Key of the Var.
    pub key: ::std::string::String,
    ///The new value. Absent when it was deleted.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub value: ::std::option::Option<Payload>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `WorktreeCreate`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct WorktreeCreateCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: WorktreeCreateInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `WorktreeCreate`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct WorktreeCreateInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///Name that the client wants for it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///What a plugin gets for a turn on `WorktreeRemove`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct WorktreeRemoveCall {
    ///Fields of `input` that were taken out for their size, and can be read with `input_read`. Absent means none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub elided: ::std::vec::Vec<ElidedField>,
    ///Name of the event, as the client calls it.
    pub event: ::std::string::String,
    ///The client's input.
    pub input: WorktreeRemoveInput,
    ///What the turn is for.
    pub phase: Phase,
    ///Canonical absolute path of the registered project that the session belongs to. Absent where there is none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub project: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///Input of `WorktreeRemove`, as the client sends it. Fields that are not listed here survive.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct WorktreeRemoveInput {
    ///Id of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_id: ::std::option::Option<::std::string::String>,
    ///Type of the subagent that acts. Absent when the main agent acts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub agent_type: ::std::option::Option<::std::string::String>,
    ///Absolute path of the client's working directory.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cwd: ::std::option::Option<::std::string::String>,
    ///How hard the model is asked to think.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<Effort>,
    ///Name of the event.
    pub hook_event_name: ::std::string::String,
    ///How the client asks for permission. The client owns the words; `default`, `acceptEdits`, `bypassPermissions`, `plan`, `dontAsk` and `auto` were seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub permission_mode: ::std::option::Option<::std::string::String>,
    ///Id of the prompt that the event belongs to. Absent outside a prompt, and with older clients.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_id: ::std::option::Option<::std::string::String>,
    ///Id of the client's session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub session_id: ::std::option::Option<::std::string::String>,
    ///Absolute path of the session's transcript.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub transcript_path: ::std::option::Option<::std::string::String>,
    ///Absolute path of the worktree.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub worktree_path: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
/// Error types.
pub mod error {
    /// Error from a `TryFrom` or `FromStr` implementation.
    pub struct ConversionError(::std::borrow::Cow<'static, str>);
    impl ::std::error::Error for ConversionError {}
    impl ::std::fmt::Display for ConversionError {
        fn fmt(
            &self,
            f: &mut ::std::fmt::Formatter<'_>,
        ) -> Result<(), ::std::fmt::Error> {
            ::std::fmt::Display::fmt(&self.0, f)
        }
    }
    impl ::std::fmt::Debug for ConversionError {
        fn fmt(
            &self,
            f: &mut ::std::fmt::Formatter<'_>,
        ) -> Result<(), ::std::fmt::Error> {
            ::std::fmt::Debug::fmt(&self.0, f)
        }
    }
    impl From<&'static str> for ConversionError {
        fn from(value: &'static str) -> Self {
            Self(value.into())
        }
    }
    impl From<String> for ConversionError {
        fn from(value: String) -> Self {
            Self(value.into())
        }
    }
}
impl Abort {
    /// A value of `reason`: It used up a byte limit.
    pub const REASON_BYTES: &'static str = "bytes";
    /// A value of `reason`: The MCP client took its call back.
    pub const REASON_CANCELLED: &'static str = "cancelled";
    /// A value of `reason`: The scope was changed while the turn ran.
    pub const REASON_CONFLICT: &'static str = "conflict";
    /// A value of `reason`: It went on asking for effects after its budget of them was spent.
    pub const REASON_EFFECTS: &'static str = "effects";
    /// A value of `reason`: The entry point returned another code than 0.
    pub const REASON_EXIT: &'static str = "exit";
    /// A value of `reason`: It used up its fuel.
    pub const REASON_FUEL: &'static str = "fuel";
    /// A value of `reason`: The host failed.
    pub const REASON_HOST: &'static str = "host";
    /// A value of `reason`: It used up its memory.
    pub const REASON_MEMORY: &'static str = "memory";
    /// A value of `reason`: The output is missing, too long, or not what the schema says.
    pub const REASON_OUTPUT: &'static str = "output";
    /// A value of `reason`: The commit failed.
    pub const REASON_STORE: &'static str = "store";
    /// A value of `reason`: It asked the MCP client for something, and runs again when the answer comes.
    pub const REASON_SUSPENDED: &'static str = "suspended";
    /// A value of `reason`: The guest trapped: a panic, an access outside its memory, an unreachable instruction.
    pub const REASON_TRAP: &'static str = "trap";
    /// A value of `reason`: Its time was up.
    pub const REASON_WALL: &'static str = "wall";
}
impl AnswerRecord {
    /// A value of `reason`: The turn could not be committed.
    pub const REASON_COMMIT: &'static str = "commit";
    /// A value of `reason`: The answer had to leave before the turn ended.
    pub const REASON_DEADLINE: &'static str = "deadline";
    /// A value of `reason`: A turn failed, and its plugin's `on_failure` was answered.
    pub const REASON_FAILURE: &'static str = "failure";
    /// A value of `reason`: There was no room for a turn.
    pub const REASON_OVERLOAD: &'static str = "overload";
}
impl EffectError {
    /// A value of `code`: A budget would not last; `budget` says which, where it is one of what effects cost.
    pub const CODE_BUDGET_EXCEEDED: &'static str = "budget_exceeded";
    /// A value of `code`: What the request names is in a state that does not allow it.
    pub const CODE_CONFLICT: &'static str = "conflict";
    /// A value of `code`: The turn's time is up, or would be.
    pub const CODE_DEADLINE: &'static str = "deadline";
    /// A value of `code`: No permit covers the request; `rule` or `grant` says more.
    pub const CODE_DENIED: &'static str = "denied";
    /// A value of `code`: Nobody knows whether it was done: this request, or the same one before a crash. It is not done again before an operator has looked.
    pub const CODE_IN_DOUBT: &'static str = "in_doubt";
    /// A value of `code`: The host failed; the plugin cannot do anything about it.
    pub const CODE_INTERNAL: &'static str = "internal";
    /// A value of `code`: The request does not fit the schema, or contradicts itself or the state of things.
    pub const CODE_INVALID_REQUEST: &'static str = "invalid_request";
    /// A value of `code`: What the request names does not exist.
    pub const CODE_NOT_FOUND: &'static str = "not_found";
    /// A value of `code`: Whoever is asked wants to be left alone for a while; `retry_after_ms` says for how long. It was not done.
    pub const CODE_RATE_LIMITED: &'static str = "rate_limited";
    /// A value of `code`: The request asks for, or would return, more than the host allows.
    pub const CODE_TOO_LARGE: &'static str = "too_large";
    /// A value of `code`: The service behind the effect cannot be reached, or is too busy.
    pub const CODE_UNAVAILABLE: &'static str = "unavailable";
}
impl FsEntry {
    /// A value of `kind`: A regular file.
    pub const KIND_FILE: &'static str = "file";
    /// A value of `kind`: A folder.
    pub const KIND_FOLDER: &'static str = "folder";
    /// A value of `kind`: A symbolic link; it is not followed.
    pub const KIND_LINK: &'static str = "link";
    /// A value of `kind`: A pipe, a socket or a device.
    pub const KIND_OTHER: &'static str = "other";
}
impl FsSearchResponse {
    /// A value of `limit`: As many bytes were read as may be.
    pub const LIMIT_BYTES: &'static str = "bytes";
    /// A value of `limit`: As many entries were looked at as may be.
    pub const LIMIT_ENTRIES: &'static str = "entries";
    /// A value of `limit`: As many files were searched as may be.
    pub const LIMIT_FILES: &'static str = "files";
    /// A value of `limit`: As many matching lines were found as are returned.
    pub const LIMIT_MATCHES: &'static str = "matches";
    /// A value of `limit`: The lines came to as many bytes as are returned.
    pub const LIMIT_OUTPUT: &'static str = "output";
    /// A value of `limit`: The time was up.
    pub const LIMIT_TIME: &'static str = "time";
}
impl FsStatResponse {
    /// A value of `kind`: A regular file.
    pub const KIND_FILE: &'static str = "file";
    /// A value of `kind`: A folder.
    pub const KIND_FOLDER: &'static str = "folder";
    /// A value of `kind`: A symbolic link; it is not followed.
    pub const KIND_LINK: &'static str = "link";
    /// A value of `kind`: A pipe, a socket or a device.
    pub const KIND_OTHER: &'static str = "other";
}
impl GatePlace {
    /// A value of `kind`: What the operator wrote: settings, and grants.
    pub const KIND_CONFIGURATION: &'static str = "configuration";
    /// A value of `kind`: The state folder, or a socket outside it: what the gate has recorded, and what opens it.
    pub const KIND_STATE: &'static str = "state";
}
impl GateRecord {
    /// A value of `what`: The operator let a call pass once that a plugin had stopped.
    pub const WHAT_ALLOW_GRANTED: &'static str = "allow_granted";
    /// A value of `what`: A call passed a plugin's decision, since the operator had allowed it once.
    pub const WHAT_ALLOW_USED: &'static str = "allow_used";
    /// A value of `what`: After a crash, what was reserved for an effect was found, and counts as spent in full.
    pub const WHAT_BUDGET: &'static str = "budget";
    /// A value of `what`: An operator sent a canary to see a refusal arrive: no turn ran.
    pub const WHAT_CANARY: &'static str = "canary";
    /// A value of `what`: Records were dropped because they were old, or in want of room; a signed stub stands for them.
    pub const WHAT_DROPPED: &'static str = "dropped";
    /// A value of `what`: A plugin could not be loaded.
    pub const WHAT_FAILED_LOAD: &'static str = "failed_load";
    /// A value of `what`: An effect was found that may or may not have been performed: its turn ended without knowing, or with a crash.
    pub const WHAT_IN_DOUBT: &'static str = "in_doubt";
    /// A value of `what`: Records that were kept in the journal were chained.
    pub const WHAT_JOURNAL: &'static str = "journal";
    /// A value of `what`: There was no room for the request.
    pub const WHAT_OVERLOAD: &'static str = "overload";
    /// A value of `what`: An operator changed what a plugin is granted.
    pub const WHAT_PERMIT: &'static str = "permit";
    /// A value of `what`: A session was found to belong to a project, or to none.
    pub const WHAT_PROJECT: &'static str = "project";
    /// A value of `what`: A caller was refused.
    pub const WHAT_REFUSED: &'static str = "refused";
    /// A value of `what`: A request came again and got the first one's answer: no turn ran.
    pub const WHAT_REPEATED: &'static str = "repeated";
    /// A value of `what`: Whether an effect that was in doubt had been performed was found out.
    pub const WHAT_SETTLED: &'static str = "settled";
    /// A value of `what`: The proof that Vars are the host's own was made, or failed.
    pub const WHAT_SHADOW: &'static str = "shadow";
    /// A value of `what`: The host started.
    pub const WHAT_START: &'static str = "start";
    /// A value of `what`: The host stopped.
    pub const WHAT_STOP: &'static str = "stop";
}
impl GateSubscription {
    /// A value of `on_failure`: The person is asked.
    pub const ON_FAILURE_ASK: &'static str = "ask";
    /// A value of `on_failure`: The event is refused.
    pub const ON_FAILURE_DENY: &'static str = "deny";
    /// A value of `on_failure`: As if the plugin had no opinion.
    pub const ON_FAILURE_NONE: &'static str = "none";
}
impl GitFileChange {
    /// A value of `change`: The file is new.
    pub const CHANGE_ADDED: &'static str = "added";
    /// A value of `change`: A merge left it unresolved.
    pub const CHANGE_CONFLICTED: &'static str = "conflicted";
    /// A value of `change`: It is a copy of another file.
    pub const CHANGE_COPIED: &'static str = "copied";
    /// A value of `change`: It is gone.
    pub const CHANGE_DELETED: &'static str = "deleted";
    /// A value of `change`: Its content or mode changed.
    pub const CHANGE_MODIFIED: &'static str = "modified";
    /// A value of `change`: It has another path, and perhaps another content.
    pub const CHANGE_RENAMED: &'static str = "renamed";
    /// A value of `change`: A file became a link, a submodule, or the like.
    pub const CHANGE_TYPE_CHANGED: &'static str = "type_changed";
}
impl GitPushedRef {
    /// A value of `outcome`: It did not exist before.
    pub const OUTCOME_CREATED: &'static str = "created";
    /// A value of `outcome`: It was moved to a commit that does not descend from its former one.
    pub const OUTCOME_FORCED: &'static str = "forced";
    /// A value of `outcome`: It was there already, nothing was sent.
    pub const OUTCOME_UP_TO_DATE: &'static str = "up_to_date";
    /// A value of `outcome`: It was moved forward.
    pub const OUTCOME_UPDATED: &'static str = "updated";
}
impl GitShowFileResponse {
    /// A value of `kind`: A file that may be executed.
    pub const KIND_EXECUTABLE: &'static str = "executable";
    /// A value of `kind`: An ordinary file.
    pub const KIND_FILE: &'static str = "file";
    /// A value of `kind`: A symbolic link; its content is the path it points to.
    pub const KIND_SYMLINK: &'static str = "symlink";
}
impl GitStatusEntry {
    /// A value of `staged`: The file is new.
    pub const STAGED_ADDED: &'static str = "added";
    /// A value of `staged`: A merge left it unresolved.
    pub const STAGED_CONFLICTED: &'static str = "conflicted";
    /// A value of `staged`: It is a copy of another file.
    pub const STAGED_COPIED: &'static str = "copied";
    /// A value of `staged`: It is gone.
    pub const STAGED_DELETED: &'static str = "deleted";
    /// A value of `staged`: Its content or mode changed.
    pub const STAGED_MODIFIED: &'static str = "modified";
    /// A value of `staged`: It has another path, and perhaps another content.
    pub const STAGED_RENAMED: &'static str = "renamed";
    /// A value of `staged`: A file became a link, a submodule, or the like.
    pub const STAGED_TYPE_CHANGED: &'static str = "type_changed";
    /// A value of `unstaged`: The file is new.
    pub const UNSTAGED_ADDED: &'static str = "added";
    /// A value of `unstaged`: A merge left it unresolved.
    pub const UNSTAGED_CONFLICTED: &'static str = "conflicted";
    /// A value of `unstaged`: It is gone.
    pub const UNSTAGED_DELETED: &'static str = "deleted";
    /// A value of `unstaged`: Its content or mode changed.
    pub const UNSTAGED_MODIFIED: &'static str = "modified";
    /// A value of `unstaged`: It has another path, and perhaps another content.
    pub const UNSTAGED_RENAMED: &'static str = "renamed";
    /// A value of `unstaged`: A file became a link, a submodule, or the like.
    pub const UNSTAGED_TYPE_CHANGED: &'static str = "type_changed";
    /// A value of `unstaged`: Git does not track it.
    pub const UNSTAGED_UNTRACKED: &'static str = "untracked";
}
impl GithubCheck {
    /// A value of `kind`: An app, such as GitHub Actions.
    pub const KIND_CHECK_RUN: &'static str = "check_run";
    /// A value of `kind`: Whoever set a commit status.
    pub const KIND_STATUS: &'static str = "status";
    /// A value of `state`: Somebody has to do something first.
    pub const STATE_ACTION_REQUIRED: &'static str = "action_required";
    /// A value of `state`: It was stopped.
    pub const STATE_CANCELLED: &'static str = "cancelled";
    /// A value of `state`: It could not be run.
    pub const STATE_ERROR: &'static str = "error";
    /// A value of `state`: It failed.
    pub const STATE_FAILURE: &'static str = "failure";
    /// A value of `state`: It takes no side.
    pub const STATE_NEUTRAL: &'static str = "neutral";
    /// A value of `state`: It has not finished yet.
    pub const STATE_PENDING: &'static str = "pending";
    /// A value of `state`: It was not run.
    pub const STATE_SKIPPED: &'static str = "skipped";
    /// A value of `state`: It never finished, and GitHub gave up on it.
    pub const STATE_STALE: &'static str = "stale";
    /// A value of `state`: It could not be started.
    pub const STATE_STARTUP_FAILURE: &'static str = "startup_failure";
    /// A value of `state`: It passed.
    pub const STATE_SUCCESS: &'static str = "success";
    /// A value of `state`: It took too long.
    pub const STATE_TIMED_OUT: &'static str = "timed_out";
}
impl GithubGetChecksResponse {
    /// A value of `state`: One failed, or could not be run.
    pub const STATE_FAILURE: &'static str = "failure";
    /// A value of `state`: There are none.
    pub const STATE_NONE: &'static str = "none";
    /// A value of `state`: None failed, and one has not finished, or was not listed.
    pub const STATE_PENDING: &'static str = "pending";
    /// A value of `state`: All that finished passed, were skipped or take no side, and none is left.
    pub const STATE_SUCCESS: &'static str = "success";
}
impl GithubGetFileResponse {
    /// A value of `kind`: An ordinary file.
    pub const KIND_FILE: &'static str = "file";
    /// A value of `kind`: A symbolic link that leads out of the repository, or nowhere; its content is the path it points to.
    pub const KIND_SYMLINK: &'static str = "symlink";
}
impl GithubIssue {
    /// A value of `state`: It is closed.
    pub const STATE_CLOSED: &'static str = "closed";
    /// A value of `state`: It is open.
    pub const STATE_OPEN: &'static str = "open";
}
impl GithubListIssuesRequest {
    /// A value of `state`: All of them.
    pub const STATE_ALL: &'static str = "all";
    /// A value of `state`: Those that are closed.
    pub const STATE_CLOSED: &'static str = "closed";
    /// A value of `state`: Those that are open.
    pub const STATE_OPEN: &'static str = "open";
}
impl GithubListPrsRequest {
    /// A value of `state`: All of them.
    pub const STATE_ALL: &'static str = "all";
    /// A value of `state`: Those that are closed.
    pub const STATE_CLOSED: &'static str = "closed";
    /// A value of `state`: Those that are open.
    pub const STATE_OPEN: &'static str = "open";
}
impl GithubMergePrRequest {
    /// A value of `method`: With a commit that joins both.
    pub const METHOD_MERGE: &'static str = "merge";
    /// A value of `method`: Commit by commit, on top.
    pub const METHOD_REBASE: &'static str = "rebase";
    /// A value of `method`: As one commit.
    pub const METHOD_SQUASH: &'static str = "squash";
}
impl GithubPullRequest {
    /// A value of `state`: It is closed, or merged.
    pub const STATE_CLOSED: &'static str = "closed";
    /// A value of `state`: It is open.
    pub const STATE_OPEN: &'static str = "open";
}
impl GithubReview {
    /// A value of `state`: The change may be merged.
    pub const STATE_APPROVED: &'static str = "approved";
    /// A value of `state`: The change has to be changed first.
    pub const STATE_CHANGES_REQUESTED: &'static str = "changes_requested";
    /// A value of `state`: It says something, and takes no side.
    pub const STATE_COMMENTED: &'static str = "commented";
    /// A value of `state`: It no longer counts.
    pub const STATE_DISMISSED: &'static str = "dismissed";
    /// A value of `state`: It is not submitted yet.
    pub const STATE_PENDING: &'static str = "pending";
}
impl LlmBlock {
    /// A value of `kind`: What the contract has no word for, as the provider wrote it: `block`.
    pub const KIND_OTHER: &'static str = "other";
    /// A value of `kind`: Text, in `text`.
    pub const KIND_TEXT: &'static str = "text";
    /// A value of `kind`: A tool that the model asks for: `id`, `name` and `input`.
    pub const KIND_TOOL_CALL: &'static str = "tool_call";
}
impl LlmCallResponse {
    /// A value of `stop_reason`: The model had said what it wanted to say.
    pub const STOP_REASON_END: &'static str = "end";
    /// A value of `stop_reason`: `max_tokens` was reached.
    pub const STOP_REASON_MAX_TOKENS: &'static str = "max_tokens";
    /// A value of `stop_reason`: The model, or a filter before it, refuses to answer.
    pub const STOP_REASON_REFUSAL: &'static str = "refusal";
    /// A value of `stop_reason`: A stop sequence was reached; `stop_sequence` says which, where the provider does.
    pub const STOP_REASON_STOP_SEQUENCE: &'static str = "stop_sequence";
    /// A value of `stop_reason`: The model wants the results of the tools it asked for.
    pub const STOP_REASON_TOOL_CALL: &'static str = "tool_call";
    /// A value of `stop_reason`: The provider does not say.
    pub const STOP_REASON_UNKNOWN: &'static str = "unknown";
}
impl NetFetchRequest {
    /// A value of `redirects`: It is followed, as often as the host follows.
    pub const REDIRECTS_FOLLOW: &'static str = "follow";
    /// A value of `redirects`: It is returned like any other answer.
    pub const REDIRECTS_RETURN: &'static str = "return";
}
impl ProcessConfinement {
    /// A value of `level`: The kernel held it to everything that was asked for.
    pub const LEVEL_FULL: &'static str = "full";
    /// A value of `level`: The kernel held it to nothing: it could do whatever the server's user can.
    pub const LEVEL_NONE: &'static str = "none";
    /// A value of `level`: The kernel held it to a part of it.
    pub const LEVEL_PARTIAL: &'static str = "partial";
}
impl ShellCaseItem {
    /// A value of `next`: `;;&`: the patterns that follow are tried.
    pub const NEXT_CONTINUE: &'static str = "continue";
    /// A value of `next`: `;&`: the next alternative's commands run, too.
    pub const NEXT_FALL_THROUGH: &'static str = "fall_through";
}
impl ShellPipeline {
    /// A value of `operator`: `&&`: runs only if what stands before it succeeded.
    pub const OPERATOR_AND: &'static str = "and";
    /// A value of `operator`: `||`: runs only if what stands before it failed.
    pub const OPERATOR_OR: &'static str = "or";
}
impl ShellRedirect {
    /// A value of `operator`: `>>`.
    pub const OPERATOR_APPEND: &'static str = "append";
    /// A value of `operator`: `&>`.
    pub const OPERATOR_BOTH: &'static str = "both";
    /// A value of `operator`: `&>>`.
    pub const OPERATOR_BOTH_APPEND: &'static str = "both_append";
    /// A value of `operator`: `>|`.
    pub const OPERATOR_CLOBBER: &'static str = "clobber";
    /// A value of `operator`: `<&`.
    pub const OPERATOR_DUPLICATE_INPUT: &'static str = "duplicate_input";
    /// A value of `operator`: `>&`.
    pub const OPERATOR_DUPLICATE_OUTPUT: &'static str = "duplicate_output";
    /// A value of `operator`: `<<`.
    pub const OPERATOR_HERE_DOCUMENT: &'static str = "here_document";
    /// A value of `operator`: `<<-`.
    pub const OPERATOR_HERE_DOCUMENT_STRIPPED: &'static str = "here_document_stripped";
    /// A value of `operator`: `<<<`.
    pub const OPERATOR_HERE_STRING: &'static str = "here_string";
    /// A value of `operator`: `<`.
    pub const OPERATOR_READ: &'static str = "read";
    /// A value of `operator`: `<>`.
    pub const OPERATOR_READ_WRITE: &'static str = "read_write";
    /// A value of `operator`: `>`.
    pub const OPERATOR_WRITE: &'static str = "write";
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for EmitEventRequest {
    fn from(name: &S) -> Self {
        Self {
            name: name.as_ref().to_owned(),
            attributes: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for FsAppendRequest {
    fn from(path: &S) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            base64: ::std::default::Default::default(),
            if_digest: ::std::default::Default::default(),
            text: ::std::default::Default::default(),
            when: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for FsListRequest {
    fn from(path: &S) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            depth: ::std::default::Default::default(),
            globs: ::std::default::Default::default(),
            limit: ::std::default::Default::default(),
            skip_ignored: ::std::default::Default::default(),
            wait_ms: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for FsReadRequest {
    fn from(path: &S) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            digest: ::std::default::Default::default(),
            length: ::std::default::Default::default(),
            offset: ::std::default::Default::default(),
            wait_ms: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for FsRemoveRequest {
    fn from(path: &S) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            if_digest: ::std::default::Default::default(),
            recursive: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for FsStatRequest {
    fn from(path: &S) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            digest: ::std::default::Default::default(),
            wait_ms: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for FsWriteRequest {
    fn from(path: &S) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            base64: ::std::default::Default::default(),
            folders: ::std::default::Default::default(),
            if_digest: ::std::default::Default::default(),
            mode: ::std::default::Default::default(),
            text: ::std::default::Default::default(),
            when: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for GitDiffRequest {
    fn from(path: &S) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            context_lines: ::std::default::Default::default(),
            from: ::std::default::Default::default(),
            limit: ::std::default::Default::default(),
            max_bytes: ::std::default::Default::default(),
            paths: ::std::default::Default::default(),
            staged: ::std::default::Default::default(),
            to: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for GitGetBranchRequest {
    fn from(path: &S) -> Self {
        Self {
            path: path.as_ref().to_owned(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for GitGetRemoteRequest {
    fn from(path: &S) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            remote: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for GitGetWorktreeRequest {
    fn from(path: &S) -> Self {
        Self {
            path: path.as_ref().to_owned(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for GitListWorktreesRequest {
    fn from(path: &S) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            limit: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for GitLogRequest {
    fn from(path: &S) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            limit: ::std::default::Default::default(),
            paths: ::std::default::Default::default(),
            revision: ::std::default::Default::default(),
            wait_ms: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for GitStatusRequest {
    fn from(path: &S) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            limit: ::std::default::Default::default(),
            paths: ::std::default::Default::default(),
            untracked: ::std::default::Default::default(),
            wait_ms: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for GithubListIssuesRequest {
    fn from(repository: &S) -> Self {
        Self {
            repository: repository.as_ref().to_owned(),
            assignee: ::std::default::Default::default(),
            author: ::std::default::Default::default(),
            labels: ::std::default::Default::default(),
            limit: ::std::default::Default::default(),
            since: ::std::default::Default::default(),
            state: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for GithubListPrsRequest {
    fn from(repository: &S) -> Self {
        Self {
            repository: repository.as_ref().to_owned(),
            base: ::std::default::Default::default(),
            head: ::std::default::Default::default(),
            limit: ::std::default::Default::default(),
            state: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for InputReadRequest {
    fn from(pointer: &S) -> Self {
        Self {
            pointer: pointer.as_ref().to_owned(),
            length: ::std::default::Default::default(),
            offset: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for LogDebugRequest {
    fn from(message: &S) -> Self {
        Self {
            message: message.as_ref().to_owned(),
            fields: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for LogErrorRequest {
    fn from(message: &S) -> Self {
        Self {
            message: message.as_ref().to_owned(),
            fields: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for LogInfoRequest {
    fn from(message: &S) -> Self {
        Self {
            message: message.as_ref().to_owned(),
            fields: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for LogWarnRequest {
    fn from(message: &S) -> Self {
        Self {
            message: message.as_ref().to_owned(),
            fields: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for McpElicitRequest {
    fn from(message: &S) -> Self {
        Self {
            message: message.as_ref().to_owned(),
            key: ::std::default::Default::default(),
            schema: ::std::default::Default::default(),
            url: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for NetFetchRequest {
    fn from(url: &S) -> Self {
        Self {
            url: url.as_ref().to_owned(),
            base64: ::std::default::Default::default(),
            headers: ::std::default::Default::default(),
            max_bytes: ::std::default::Default::default(),
            method: ::std::default::Default::default(),
            redirects: ::std::default::Default::default(),
            text: ::std::default::Default::default(),
            wait_ms: ::std::default::Default::default(),
        }
    }
}
impl<S: AsRef<str> + ?Sized> ::std::convert::From<&S> for ShellParseRequest {
    fn from(command: &S) -> Self {
        Self {
            command: command.as_ref().to_owned(),
        }
    }
}
impl crate::Limited for ShellParseRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        Ok(())
    }
}
impl crate::Limited for RandomBytesRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least("length", "be", self.length.to_owned(), 1u64)?;
        crate::limit::at_most("length", "be", self.length.to_owned(), 65536u64)?;
        Ok(())
    }
}
impl crate::Limited for ProcessRunRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least("argv", "have a length of", self.argv.len(), 1u64)?;
        crate::limit::at_most("argv", "have a length of", self.argv.len(), 4096u64)?;
        for (index, item) in self.argv.iter().enumerate() {
            let place = format!("{}/{index}", "argv");
            crate::limit::at_most(
                &place,
                "have a length of",
                item.chars().count(),
                131072u64,
            )?;
        }
        crate::limit::at_most(
            "inherit",
            "have a length of",
            self.inherit.len(),
            100u64,
        )?;
        for (index, item) in self.inherit.iter().enumerate() {
            let place = format!("{}/{index}", "inherit");
            crate::limit::at_least(
                &place,
                "have a length of",
                item.chars().count(),
                1u64,
            )?;
            crate::limit::at_most(
                &place,
                "have a length of",
                item.chars().count(),
                255u64,
            )?;
        }
        if let Some(value) = &self.output_bytes {
            crate::limit::at_least("output_bytes", "be", value.to_owned(), 1u64)?;
        }
        if let Some(value) = &self.timeout_ms {
            crate::limit::at_least("timeout_ms", "be", value.to_owned(), 1u64)?;
        }
        Ok(())
    }
}
impl crate::Limited for NetFetchRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_most("headers", "have a length of", self.headers.len(), 64u64)?;
        for (index, item) in self.headers.iter().enumerate() {
            let place = format!("{}/{index}", "headers");
            crate::Limited::check_limits(item).map_err(|error| error.within(&place))?;
        }
        if let Some(value) = &self.method {
            crate::limit::at_least(
                "method",
                "have a length of",
                value.chars().count(),
                1u64,
            )?;
        }
        crate::limit::at_least(
            "url",
            "have a length of",
            self.url.chars().count(),
            1u64,
        )?;
        if let Some(value) = &self.wait_ms {
            crate::limit::at_least("wait_ms", "be", value.to_owned(), 1u64)?;
        }
        Ok(())
    }
}
impl crate::Limited for NetHeader {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least(
            "name",
            "have a length of",
            self.name.chars().count(),
            1u64,
        )?;
        Ok(())
    }
}
impl crate::Limited for McpSampleRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.key {
            crate::limit::at_least(
                "key",
                "have a length of",
                value.chars().count(),
                1u64,
            )?;
            crate::limit::at_most(
                "key",
                "have a length of",
                value.chars().count(),
                64u64,
            )?;
        }
        crate::limit::at_least("maxTokens", "be", self.max_tokens.to_owned(), 1u64)?;
        crate::limit::at_least(
            "messages",
            "have a length of",
            self.messages.len(),
            1u64,
        )?;
        crate::limit::at_most(
            "stopSequences",
            "have a length of",
            self.stop_sequences.len(),
            16u64,
        )?;
        for (index, item) in self.stop_sequences.iter().enumerate() {
            let place = format!("{}/{index}", "stopSequences");
            crate::limit::at_least(
                &place,
                "have a length of",
                item.chars().count(),
                1u64,
            )?;
        }
        crate::limit::at_most("tools", "have a length of", self.tools.len(), 128u64)?;
        Ok(())
    }
}
impl crate::Limited for McpProgressRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        Ok(())
    }
}
impl crate::Limited for McpLogRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        Ok(())
    }
}
impl crate::Limited for McpListRootsRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.key {
            crate::limit::at_least(
                "key",
                "have a length of",
                value.chars().count(),
                1u64,
            )?;
            crate::limit::at_most(
                "key",
                "have a length of",
                value.chars().count(),
                64u64,
            )?;
        }
        Ok(())
    }
}
impl crate::Limited for McpElicitRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.key {
            crate::limit::at_least(
                "key",
                "have a length of",
                value.chars().count(),
                1u64,
            )?;
            crate::limit::at_most(
                "key",
                "have a length of",
                value.chars().count(),
                64u64,
            )?;
        }
        crate::limit::at_least(
            "message",
            "have a length of",
            self.message.chars().count(),
            1u64,
        )?;
        Ok(())
    }
}
impl crate::Limited for McpChangedRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        Ok(())
    }
}
impl crate::Limited for McpAskRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least(
            "questions",
            "have a length of",
            self.questions.len(),
            1u64,
        )?;
        crate::limit::at_most(
            "questions",
            "have a length of",
            self.questions.len(),
            16u64,
        )?;
        Ok(())
    }
}
impl crate::Limited for LogWarnRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        Ok(())
    }
}
impl crate::Limited for LogInfoRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        Ok(())
    }
}
impl crate::Limited for LogErrorRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        Ok(())
    }
}
impl crate::Limited for LogDebugRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        Ok(())
    }
}
impl crate::Limited for LlmCallRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least("max_tokens", "be", self.max_tokens.to_owned(), 1u64)?;
        crate::limit::at_least(
            "messages",
            "have a length of",
            self.messages.len(),
            1u64,
        )?;
        crate::limit::at_most(
            "messages",
            "have a length of",
            self.messages.len(),
            1000u64,
        )?;
        for (index, item) in self.messages.iter().enumerate() {
            let place = format!("{}/{index}", "messages");
            crate::Limited::check_limits(item).map_err(|error| error.within(&place))?;
        }
        crate::limit::at_least(
            "model",
            "have a length of",
            self.model.chars().count(),
            1u64,
        )?;
        crate::limit::at_most(
            "model",
            "have a length of",
            self.model.chars().count(),
            128u64,
        )?;
        crate::limit::at_most(
            "stop_sequences",
            "have a length of",
            self.stop_sequences.len(),
            16u64,
        )?;
        for (index, item) in self.stop_sequences.iter().enumerate() {
            let place = format!("{}/{index}", "stop_sequences");
            crate::limit::at_least(
                &place,
                "have a length of",
                item.chars().count(),
                1u64,
            )?;
            crate::limit::at_most(
                &place,
                "have a length of",
                item.chars().count(),
                256u64,
            )?;
        }
        crate::limit::at_most("system", "have a length of", self.system.len(), 64u64)?;
        for (index, item) in self.system.iter().enumerate() {
            let place = format!("{}/{index}", "system");
            crate::Limited::check_limits(item).map_err(|error| error.within(&place))?;
        }
        if let Some(value) = &self.tool {
            crate::limit::at_least(
                "tool",
                "have a length of",
                value.chars().count(),
                1u64,
            )?;
        }
        crate::limit::at_most("tools", "have a length of", self.tools.len(), 128u64)?;
        for (index, item) in self.tools.iter().enumerate() {
            let place = format!("{}/{index}", "tools");
            crate::Limited::check_limits(item).map_err(|error| error.within(&place))?;
        }
        if let Some(value) = &self.wait_ms {
            crate::limit::at_least("wait_ms", "be", value.to_owned(), 1u64)?;
        }
        Ok(())
    }
}
impl crate::Limited for LlmTool {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least(
            "name",
            "have a length of",
            self.name.chars().count(),
            1u64,
        )?;
        crate::limit::at_most(
            "name",
            "have a length of",
            self.name.chars().count(),
            64u64,
        )?;
        Ok(())
    }
}
impl crate::Limited for LlmText {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        Ok(())
    }
}
impl crate::Limited for LlmMessage {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least("content", "have a length of", self.content.len(), 1u64)?;
        crate::limit::at_most(
            "content",
            "have a length of",
            self.content.len(),
            1000u64,
        )?;
        Ok(())
    }
}
impl crate::Limited for InputReadRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.length {
            crate::limit::at_least("length", "be", value.to_owned(), 1u64)?;
        }
        Ok(())
    }
}
impl crate::Limited for GithubMergePrRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.message {
            crate::limit::at_most(
                "message",
                "have a length of",
                value.chars().count(),
                65000u64,
            )?;
        }
        crate::limit::at_least("number", "be", self.number.to_owned(), 1u64)?;
        crate::limit::at_least(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            3u64,
        )?;
        crate::limit::at_most(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            140u64,
        )?;
        crate::limit::at_least(
            "sha",
            "have a length of",
            self.sha.chars().count(),
            40u64,
        )?;
        crate::limit::at_most(
            "sha",
            "have a length of",
            self.sha.chars().count(),
            40u64,
        )?;
        if let Some(value) = &self.title {
            crate::limit::at_least(
                "title",
                "have a length of",
                value.chars().count(),
                1u64,
            )?;
            crate::limit::at_most(
                "title",
                "have a length of",
                value.chars().count(),
                256u64,
            )?;
        }
        Ok(())
    }
}
impl crate::Limited for GithubListReviewsRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.limit {
            crate::limit::at_least("limit", "be", value.to_owned(), 1u64)?;
        }
        crate::limit::at_least("number", "be", self.number.to_owned(), 1u64)?;
        crate::limit::at_least(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            3u64,
        )?;
        crate::limit::at_most(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            140u64,
        )?;
        Ok(())
    }
}
impl crate::Limited for GithubListPrsRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.base {
            crate::limit::at_least(
                "base",
                "have a length of",
                value.chars().count(),
                1u64,
            )?;
        }
        if let Some(value) = &self.head {
            crate::limit::at_least(
                "head",
                "have a length of",
                value.chars().count(),
                1u64,
            )?;
        }
        if let Some(value) = &self.limit {
            crate::limit::at_least("limit", "be", value.to_owned(), 1u64)?;
        }
        crate::limit::at_least(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            3u64,
        )?;
        crate::limit::at_most(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            140u64,
        )?;
        Ok(())
    }
}
impl crate::Limited for GithubListIssuesRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.assignee {
            crate::limit::at_least(
                "assignee",
                "have a length of",
                value.chars().count(),
                1u64,
            )?;
        }
        if let Some(value) = &self.author {
            crate::limit::at_least(
                "author",
                "have a length of",
                value.chars().count(),
                1u64,
            )?;
        }
        crate::limit::at_most("labels", "have a length of", self.labels.len(), 20u64)?;
        for (index, item) in self.labels.iter().enumerate() {
            let place = format!("{}/{index}", "labels");
            crate::limit::at_least(
                &place,
                "have a length of",
                item.chars().count(),
                1u64,
            )?;
        }
        if let Some(value) = &self.limit {
            crate::limit::at_least("limit", "be", value.to_owned(), 1u64)?;
        }
        crate::limit::at_least(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            3u64,
        )?;
        crate::limit::at_most(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            140u64,
        )?;
        if let Some(value) = &self.since {
            crate::limit::at_least(
                "since",
                "have a length of",
                value.chars().count(),
                1u64,
            )?;
        }
        Ok(())
    }
}
impl crate::Limited for GithubGetPrRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least("number", "be", self.number.to_owned(), 1u64)?;
        crate::limit::at_least(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            3u64,
        )?;
        crate::limit::at_most(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            140u64,
        )?;
        Ok(())
    }
}
impl crate::Limited for GithubGetIssueRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least("number", "be", self.number.to_owned(), 1u64)?;
        crate::limit::at_least(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            3u64,
        )?;
        crate::limit::at_most(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            140u64,
        )?;
        Ok(())
    }
}
impl crate::Limited for GithubGetFileRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least(
            "file",
            "have a length of",
            self.file.chars().count(),
            1u64,
        )?;
        crate::limit::at_most(
            "file",
            "have a length of",
            self.file.chars().count(),
            4096u64,
        )?;
        crate::limit::at_least(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            3u64,
        )?;
        crate::limit::at_most(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            140u64,
        )?;
        if let Some(value) = &self.revision {
            crate::limit::at_least(
                "revision",
                "have a length of",
                value.chars().count(),
                1u64,
            )?;
            crate::limit::at_most(
                "revision",
                "have a length of",
                value.chars().count(),
                255u64,
            )?;
        }
        Ok(())
    }
}
impl crate::Limited for GithubGetChecksRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.limit {
            crate::limit::at_least("limit", "be", value.to_owned(), 1u64)?;
        }
        crate::limit::at_least(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            3u64,
        )?;
        crate::limit::at_most(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            140u64,
        )?;
        crate::limit::at_least(
            "revision",
            "have a length of",
            self.revision.chars().count(),
            1u64,
        )?;
        crate::limit::at_most(
            "revision",
            "have a length of",
            self.revision.chars().count(),
            255u64,
        )?;
        Ok(())
    }
}
impl crate::Limited for GithubCreatePrRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least(
            "base",
            "have a length of",
            self.base.chars().count(),
            1u64,
        )?;
        crate::limit::at_most(
            "base",
            "have a length of",
            self.base.chars().count(),
            255u64,
        )?;
        if let Some(value) = &self.body {
            crate::limit::at_most(
                "body",
                "have a length of",
                value.chars().count(),
                65000u64,
            )?;
        }
        crate::limit::at_least(
            "head",
            "have a length of",
            self.head.chars().count(),
            1u64,
        )?;
        crate::limit::at_most(
            "head",
            "have a length of",
            self.head.chars().count(),
            300u64,
        )?;
        if let Some(value) = &self.idempotency_key {
            crate::limit::at_least(
                "idempotency_key",
                "have a length of",
                value.chars().count(),
                1u64,
            )?;
            crate::limit::at_most(
                "idempotency_key",
                "have a length of",
                value.chars().count(),
                256u64,
            )?;
        }
        crate::limit::at_least(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            3u64,
        )?;
        crate::limit::at_most(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            140u64,
        )?;
        crate::limit::at_least(
            "title",
            "have a length of",
            self.title.chars().count(),
            1u64,
        )?;
        crate::limit::at_most(
            "title",
            "have a length of",
            self.title.chars().count(),
            256u64,
        )?;
        Ok(())
    }
}
impl crate::Limited for GithubCreateIssueRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_most(
            "assignees",
            "have a length of",
            self.assignees.len(),
            10u64,
        )?;
        for (index, item) in self.assignees.iter().enumerate() {
            let place = format!("{}/{index}", "assignees");
            crate::limit::at_least(
                &place,
                "have a length of",
                item.chars().count(),
                1u64,
            )?;
        }
        if let Some(value) = &self.body {
            crate::limit::at_most(
                "body",
                "have a length of",
                value.chars().count(),
                65000u64,
            )?;
        }
        if let Some(value) = &self.idempotency_key {
            crate::limit::at_least(
                "idempotency_key",
                "have a length of",
                value.chars().count(),
                1u64,
            )?;
            crate::limit::at_most(
                "idempotency_key",
                "have a length of",
                value.chars().count(),
                256u64,
            )?;
        }
        crate::limit::at_most("labels", "have a length of", self.labels.len(), 50u64)?;
        for (index, item) in self.labels.iter().enumerate() {
            let place = format!("{}/{index}", "labels");
            crate::limit::at_least(
                &place,
                "have a length of",
                item.chars().count(),
                1u64,
            )?;
        }
        crate::limit::at_least(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            3u64,
        )?;
        crate::limit::at_most(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            140u64,
        )?;
        crate::limit::at_least(
            "title",
            "have a length of",
            self.title.chars().count(),
            1u64,
        )?;
        crate::limit::at_most(
            "title",
            "have a length of",
            self.title.chars().count(),
            256u64,
        )?;
        Ok(())
    }
}
impl crate::Limited for GithubCommentRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least(
            "body",
            "have a length of",
            self.body.chars().count(),
            1u64,
        )?;
        crate::limit::at_most(
            "body",
            "have a length of",
            self.body.chars().count(),
            65000u64,
        )?;
        if let Some(value) = &self.idempotency_key {
            crate::limit::at_least(
                "idempotency_key",
                "have a length of",
                value.chars().count(),
                1u64,
            )?;
            crate::limit::at_most(
                "idempotency_key",
                "have a length of",
                value.chars().count(),
                256u64,
            )?;
        }
        crate::limit::at_least("number", "be", self.number.to_owned(), 1u64)?;
        crate::limit::at_least(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            3u64,
        )?;
        crate::limit::at_most(
            "repository",
            "have a length of",
            self.repository.chars().count(),
            140u64,
        )?;
        Ok(())
    }
}
impl crate::Limited for GitStatusRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.limit {
            crate::limit::at_least("limit", "be", value.to_owned(), 1u64)?;
        }
        crate::limit::at_most("paths", "have a length of", self.paths.len(), 1000u64)?;
        if let Some(value) = &self.wait_ms {
            crate::limit::at_least("wait_ms", "be", value.to_owned(), 1u64)?;
        }
        Ok(())
    }
}
impl crate::Limited for GitShowFileRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least(
            "file",
            "have a length of",
            self.file.chars().count(),
            1u64,
        )?;
        crate::limit::at_least(
            "revision",
            "have a length of",
            self.revision.chars().count(),
            1u64,
        )?;
        Ok(())
    }
}
impl crate::Limited for GitRemoveWorktreeRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        Ok(())
    }
}
impl crate::Limited for GitPushRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least("refs", "have a length of", self.refs.len(), 1u64)?;
        crate::limit::at_most("refs", "have a length of", self.refs.len(), 32u64)?;
        for (index, item) in self.refs.iter().enumerate() {
            let place = format!("{}/{index}", "refs");
            crate::Limited::check_limits(item).map_err(|error| error.within(&place))?;
        }
        if let Some(value) = &self.remote {
            crate::limit::at_least(
                "remote",
                "have a length of",
                value.chars().count(),
                1u64,
            )?;
        }
        if let Some(value) = &self.url {
            crate::limit::at_least(
                "url",
                "have a length of",
                value.chars().count(),
                1u64,
            )?;
        }
        Ok(())
    }
}
impl crate::Limited for GitPushRef {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least(
            "source",
            "have a length of",
            self.source.chars().count(),
            1u64,
        )?;
        crate::limit::prefix("target", &self.target, "refs/")?;
        Ok(())
    }
}
impl crate::Limited for GitLogRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.limit {
            crate::limit::at_least("limit", "be", value.to_owned(), 1u64)?;
        }
        crate::limit::at_most("paths", "have a length of", self.paths.len(), 1000u64)?;
        if let Some(value) = &self.wait_ms {
            crate::limit::at_least("wait_ms", "be", value.to_owned(), 1u64)?;
        }
        Ok(())
    }
}
impl crate::Limited for GitListWorktreesRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.limit {
            crate::limit::at_least("limit", "be", value.to_owned(), 1u64)?;
        }
        Ok(())
    }
}
impl crate::Limited for GitGetWorktreeRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        Ok(())
    }
}
impl crate::Limited for GitGetRemoteRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.remote {
            crate::limit::at_least(
                "remote",
                "have a length of",
                value.chars().count(),
                1u64,
            )?;
        }
        Ok(())
    }
}
impl crate::Limited for GitGetBranchRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        Ok(())
    }
}
impl crate::Limited for GitDiffRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.context_lines {
            crate::limit::at_most("context_lines", "be", value.to_owned(), 1000u64)?;
        }
        if let Some(value) = &self.limit {
            crate::limit::at_least("limit", "be", value.to_owned(), 1u64)?;
        }
        crate::limit::at_most("paths", "have a length of", self.paths.len(), 1000u64)?;
        Ok(())
    }
}
impl crate::Limited for GitCreateBranchRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least(
            "branch",
            "have a length of",
            self.branch.chars().count(),
            1u64,
        )?;
        crate::limit::at_most(
            "branch",
            "have a length of",
            self.branch.chars().count(),
            255u64,
        )?;
        Ok(())
    }
}
impl crate::Limited for GitCommitRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.author {
            crate::Limited::check_limits(value).map_err(|error| error.within("author"))?;
        }
        crate::limit::at_least(
            "message",
            "have a length of",
            self.message.chars().count(),
            1u64,
        )?;
        crate::limit::at_most("paths", "have a length of", self.paths.len(), 1000u64)?;
        Ok(())
    }
}
impl crate::Limited for GitIdentity {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least(
            "email",
            "have a length of",
            self.email.chars().count(),
            1u64,
        )?;
        crate::limit::at_most(
            "email",
            "have a length of",
            self.email.chars().count(),
            255u64,
        )?;
        crate::limit::at_least(
            "name",
            "have a length of",
            self.name.chars().count(),
            1u64,
        )?;
        crate::limit::at_most(
            "name",
            "have a length of",
            self.name.chars().count(),
            255u64,
        )?;
        Ok(())
    }
}
impl crate::Limited for GitAddWorktreeRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least(
            "branch",
            "have a length of",
            self.branch.chars().count(),
            1u64,
        )?;
        crate::limit::at_most(
            "branch",
            "have a length of",
            self.branch.chars().count(),
            255u64,
        )?;
        Ok(())
    }
}
impl crate::Limited for GateStatusRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        Ok(())
    }
}
impl crate::Limited for FsWriteRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.if_digest {
            crate::limit::at_least(
                "if_digest",
                "have a length of",
                value.chars().count(),
                64u64,
            )?;
            crate::limit::at_most(
                "if_digest",
                "have a length of",
                value.chars().count(),
                64u64,
            )?;
        }
        if let Some(value) = &self.mode {
            crate::limit::at_least(
                "mode",
                "have a length of",
                value.chars().count(),
                3u64,
            )?;
            crate::limit::at_most(
                "mode",
                "have a length of",
                value.chars().count(),
                3u64,
            )?;
        }
        Ok(())
    }
}
impl crate::Limited for FsStatRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.wait_ms {
            crate::limit::at_least("wait_ms", "be", value.to_owned(), 1u64)?;
        }
        Ok(())
    }
}
impl crate::Limited for FsSearchRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.context {
            crate::limit::at_most("context", "be", value.to_owned(), 20u64)?;
        }
        crate::limit::at_most("globs", "have a length of", self.globs.len(), 100u64)?;
        for (index, item) in self.globs.iter().enumerate() {
            let place = format!("{}/{index}", "globs");
            crate::limit::at_least(
                &place,
                "have a length of",
                item.chars().count(),
                1u64,
            )?;
            crate::limit::at_most(
                &place,
                "have a length of",
                item.chars().count(),
                1000u64,
            )?;
        }
        if let Some(value) = &self.limit {
            crate::limit::at_least("limit", "be", value.to_owned(), 1u64)?;
        }
        if let Some(value) = &self.limit_per_file {
            crate::limit::at_least("limit_per_file", "be", value.to_owned(), 1u64)?;
        }
        crate::limit::at_least(
            "pattern",
            "have a length of",
            self.pattern.chars().count(),
            1u64,
        )?;
        crate::limit::at_most(
            "pattern",
            "have a length of",
            self.pattern.chars().count(),
            4096u64,
        )?;
        if let Some(value) = &self.wait_ms {
            crate::limit::at_least("wait_ms", "be", value.to_owned(), 1u64)?;
        }
        Ok(())
    }
}
impl crate::Limited for FsRemoveRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.if_digest {
            crate::limit::at_least(
                "if_digest",
                "have a length of",
                value.chars().count(),
                64u64,
            )?;
            crate::limit::at_most(
                "if_digest",
                "have a length of",
                value.chars().count(),
                64u64,
            )?;
        }
        Ok(())
    }
}
impl crate::Limited for FsReadRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.length {
            crate::limit::at_least("length", "be", value.to_owned(), 1u64)?;
        }
        if let Some(value) = &self.wait_ms {
            crate::limit::at_least("wait_ms", "be", value.to_owned(), 1u64)?;
        }
        Ok(())
    }
}
impl crate::Limited for FsListRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.depth {
            crate::limit::at_least("depth", "be", value.to_owned(), 1u64)?;
        }
        crate::limit::at_most("globs", "have a length of", self.globs.len(), 100u64)?;
        for (index, item) in self.globs.iter().enumerate() {
            let place = format!("{}/{index}", "globs");
            crate::limit::at_least(
                &place,
                "have a length of",
                item.chars().count(),
                1u64,
            )?;
            crate::limit::at_most(
                &place,
                "have a length of",
                item.chars().count(),
                1000u64,
            )?;
        }
        if let Some(value) = &self.limit {
            crate::limit::at_least("limit", "be", value.to_owned(), 1u64)?;
        }
        if let Some(value) = &self.wait_ms {
            crate::limit::at_least("wait_ms", "be", value.to_owned(), 1u64)?;
        }
        Ok(())
    }
}
impl crate::Limited for FsAppendRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        if let Some(value) = &self.if_digest {
            crate::limit::at_least(
                "if_digest",
                "have a length of",
                value.chars().count(),
                64u64,
            )?;
            crate::limit::at_most(
                "if_digest",
                "have a length of",
                value.chars().count(),
                64u64,
            )?;
        }
        Ok(())
    }
}
impl crate::Limited for EmitEventRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        crate::limit::at_least(
            "name",
            "have a length of",
            self.name.chars().count(),
            1u64,
        )?;
        crate::limit::at_most(
            "name",
            "have a length of",
            self.name.chars().count(),
            128u64,
        )?;
        Ok(())
    }
}
impl crate::Limited for ClockNowRequest {
    fn check_limits(&self) -> ::std::result::Result<(), crate::LimitError> {
        Ok(())
    }
}
/// Every effect, in the order of their names.
pub const EFFECTS: &[crate::EffectMeta] = &[
    crate::EffectMeta {
        name: "clock_now",
        class: EffectClass::Read,
        permit: None,
        description: "Tells the time of the host's clock. A replay answers with the recorded time. Two calls in one turn never go backwards.",
    },
    crate::EffectMeta {
        name: "emit_event",
        class: EffectClass::WriteLocal,
        permit: None,
        description: "Emits a telemetry event: a named point in time with attributes, on the trace of this turn. It is for operators' dashboards; plugins do not receive it. It is `write_local`, since it leaves a mark in this host's telemetry that a replay must not leave again; no intent is recorded, because a lost or doubled event harms nobody.",
    },
    crate::EffectMeta {
        name: "fs_append",
        class: EffectClass::WriteLocal,
        permit: Some("fs.write"),
        description: "Adds to the end of a file, in one write. A file with more than one hard link is refused with `conflict`, since its other names may lie where nothing is permitted; so is what is no regular file.",
    },
    crate::EffectMeta {
        name: "fs_list",
        class: EffectClass::Read,
        permit: Some("fs.read"),
        description: "Lists a folder, or a tree of folders, in the order of names. Links are listed and never followed; nothing inside a `.git` is listed unless it is the folder that was asked for. Each entry is judged by itself: what may not be read is left out and counted, its name included.",
    },
    crate::EffectMeta {
        name: "fs_read",
        class: EffectClass::Read,
        permit: Some("fs.read"),
        description: "Reads a file, or a range of its bytes. What is no regular file is refused with `conflict`, and so is a path on which a symbolic link appeared after the permit was checked; a folder is `invalid_request`. A hard link is one of its file's names, and the name that was asked for is the one that is judged.",
    },
    crate::EffectMeta {
        name: "fs_remove",
        class: EffectClass::WriteLocal,
        permit: Some("fs.write"),
        description: "Removes a file, an empty folder, or, when asked, a folder with everything in it. Unlike in other effects a symbolic link at the end of the path is not followed: the link itself is removed. With `recursive`, everything below is judged before anything is removed, no link is followed, and no other file system is entered.",
    },
    crate::EffectMeta {
        name: "fs_search",
        class: EffectClass::Read,
        permit: Some("fs.read"),
        description: "Searches the content of files line by line: one file, or the files in a tree, in the order of names. Links are not followed, `.git` is not entered unless it is the folder that was asked for, and a file with a zero byte in it is taken for binary and left at that byte. Each entry is judged by itself: what may not be read is neither opened nor named, and counted.",
    },
    crate::EffectMeta {
        name: "fs_stat",
        class: EffectClass::Read,
        permit: Some("fs.read"),
        description: "Says what is at a path. Symbolic links are followed, and the permit is checked where they lead.",
    },
    crate::EffectMeta {
        name: "fs_write",
        class: EffectClass::WriteLocal,
        permit: Some("fs.write"),
        description: "Writes a whole file: into a temporary file in the same folder, which is made durable and then takes the file's place, so that a reader sees the old content or the new one, and a crash leaves one of the two. A file that is replaced keeps its permission bits unless others are asked for, and becomes a file of the host's user; another hard link to it keeps the old content. What is no regular file is refused with `conflict`.",
    },
    crate::EffectMeta {
        name: "gate_status",
        class: EffectClass::Read,
        permit: None,
        description: "Says which plugins the operator configured, whether each of them can be called, which events it answers, and where the gate keeps what is its own. Why one cannot be called is for the operator, and is not said.",
    },
    crate::EffectMeta {
        name: "git_add_worktree",
        class: EffectClass::WriteLocal,
        permit: Some("git.write"),
        description: "Checks a branch out in a new worktree. Answers `conflict` when the folder exists and is not empty, when the branch is checked out elsewhere, or when `create` names a branch that exists; `not_found` when the branch or the start does not exist.",
    },
    crate::EffectMeta {
        name: "git_commit",
        class: EffectClass::WriteLocal,
        permit: Some("git.write"),
        description: "Commits to the branch that is checked out. Repository hooks and filter programs are not run and nothing is signed. Answers `conflict` when there is nothing to commit, when `HEAD` is detached, while a merge or a rebase is under way, and for a file that is a submodule or that git would send through a filter, such as one of Git LFS.",
    },
    crate::EffectMeta {
        name: "git_create_branch",
        class: EffectClass::WriteLocal,
        permit: Some("git.write"),
        description: "Creates a branch without checking it out. Answers `conflict` when it exists, and `not_found` when the start does not.",
    },
    crate::EffectMeta {
        name: "git_diff",
        class: EffectClass::Read,
        permit: Some("git.read"),
        description: "Compares two states of a repository and returns the patch and its statistics. Renames are detected; external diff programs and text conversions are never run. Without `from` and `to` it compares the index with the worktree, or, when `staged`, `HEAD` with the index. With `from` alone it compares that revision with the worktree, or, when `staged`, with the index. With both it compares the two revisions. Untracked files are left out, and a submodule's own worktree is not looked at. `to` without `from`, and `to` with `staged`, are `invalid_request`.",
    },
    crate::EffectMeta {
        name: "git_get_branch",
        class: EffectClass::Read,
        permit: Some("git.read"),
        description: "Names the branch that is checked out in a worktree. Answers `not_found` when the path lies in no git repository.",
    },
    crate::EffectMeta {
        name: "git_get_remote",
        class: EffectClass::Read,
        permit: Some("git.read"),
        description: "Says where a remote of a repository is: the URL after `insteadOf`, without a user's name or password. Nothing is sent anywhere. Answers `not_found` when there is no such remote, and `conflict` where none is named and several could be meant.",
    },
    crate::EffectMeta {
        name: "git_get_worktree",
        class: EffectClass::Read,
        permit: Some("git.read"),
        description: "Describes the worktree that a path lies in. Answers `not_found` when the path lies in no git repository, or in a bare one.",
    },
    crate::EffectMeta {
        name: "git_list_worktrees",
        class: EffectClass::Read,
        permit: Some("git.read"),
        description: "Lists the worktrees of a repository, the main one first, then by path.",
    },
    crate::EffectMeta {
        name: "git_log",
        class: EffectClass::Read,
        permit: Some("git.read"),
        description: "Lists the commits that a revision reaches, newest first, parents never before their children. To go on, ask again with the last commit's parent as the revision.",
    },
    crate::EffectMeta {
        name: "git_push",
        class: EffectClass::WriteRemote,
        permit: Some("git.push"),
        description: "Pushes refs to another repository, all of them or none, and changes nothing else there; refs cannot be deleted. The permit is checked on the URL that git resolves, after `insteadOf` and `pushurl`, and on every target. It is `write_remote`, not idempotent: the same push done twice is a no-op only while nobody else touches the ref. After a crash somebody may have moved the ref back, and a silent second push would undo that; with a lease the second push would fail although the first was done. So it is reported as in doubt, and never repeated by the host. Answers `conflict` when the remote refuses an update (not a fast-forward, a lease that does not hold), `unavailable` when it cannot be reached, and `in_doubt` when the connection breaks once it has begun: then it may have been done.",
    },
    crate::EffectMeta {
        name: "git_remove_worktree",
        class: EffectClass::WriteLocal,
        permit: Some("git.write"),
        description: "Removes a worktree: its folder and what the repository knows of it. Its branch stays. Answers `conflict` for the main worktree, for a locked one, and, unless forced, for one with changes or untracked files.",
    },
    crate::EffectMeta {
        name: "git_show_file",
        class: EffectClass::Read,
        permit: Some("git.read"),
        description: "Reads a file as it is in a revision. Filters and text conversions are not applied: these are the bytes that git stores. Answers `not_found` when the revision or the file does not exist, and `invalid_request` when the path names a folder or a submodule.",
    },
    crate::EffectMeta {
        name: "git_status",
        class: EffectClass::Read,
        permit: Some("git.read"),
        description: "Compares a worktree with its index, and the index with `HEAD`. Ignored files are not listed. A submodule's own worktree is not looked at: it is another repository.",
    },
    crate::EffectMeta {
        name: "github_comment",
        class: EffectClass::WriteRemoteIdempotent,
        permit: Some("github.issues.write"),
        description: "Comments on an issue or a pull request, which GitHub numbers alike. What it makes carries an invisible marker, an HTML comment that ends its text, and before anything is made it is looked for among what the same account made lately, so that a request that is repeated after a crash finds what it made. Answers `not_found` where GitHub shows no such thing, which it also says of what the credentials may not see; `unavailable` without credentials that are good for it; `rate_limited`, with `retry_after_ms`, when GitHub wants to be left alone for longer than the turn lasts. `in_doubt` means that it was sent and may have happened: ask again with the same key.",
    },
    crate::EffectMeta {
        name: "github_create_issue",
        class: EffectClass::WriteRemoteIdempotent,
        permit: Some("github.issues.write"),
        description: "Makes an issue. What it makes carries an invisible marker, an HTML comment that ends its text, and before anything is made it is looked for among what the same account made lately, so that a request that is repeated after a crash finds what it made. Answers `not_found` where GitHub shows no such thing, which it also says of what the credentials may not see; `unavailable` without credentials that are good for it; `rate_limited`, with `retry_after_ms`, when GitHub wants to be left alone for longer than the turn lasts. `in_doubt` means that it was sent and may have happened: ask again with the same key.",
    },
    crate::EffectMeta {
        name: "github_create_pr",
        class: EffectClass::WriteRemoteIdempotent,
        permit: Some("github.pulls.write"),
        description: "Makes a pull request. What it makes carries an invisible marker, an HTML comment that ends its text, and before anything is made it is looked for among what the same account made lately, so that a request that is repeated after a crash finds what it made. Another open pull request for the same branches is a `conflict` that names it. Answers `not_found` where GitHub shows no such thing, which it also says of what the credentials may not see; `unavailable` without credentials that are good for it; `rate_limited`, with `retry_after_ms`, when GitHub wants to be left alone for longer than the turn lasts. `in_doubt` means that it was sent and may have happened: ask again with the same key.",
    },
    crate::EffectMeta {
        name: "github_get_checks",
        class: EffectClass::Read,
        permit: Some("github.checks.read"),
        description: "Says what checks and commit statuses say of a commit, the latest of each. Answers `not_found` where GitHub shows no such thing, which it also says of what the credentials may not see; `unavailable` when GitHub cannot be reached or does not accept the credentials; `rate_limited`, with `retry_after_ms`, when GitHub wants to be left alone for longer than the turn lasts.",
    },
    crate::EffectMeta {
        name: "github_get_file",
        class: EffectClass::Read,
        permit: Some("github.contents.read"),
        description: "Reads a file as it is in a revision at GitHub. A symbolic link within the repository is followed by GitHub. Answers `invalid_request` when the path names a folder or a submodule. Answers `not_found` where GitHub shows no such thing, which it also says of what the credentials may not see; `unavailable` when GitHub cannot be reached or does not accept the credentials; `rate_limited`, with `retry_after_ms`, when GitHub wants to be left alone for longer than the turn lasts.",
    },
    crate::EffectMeta {
        name: "github_get_issue",
        class: EffectClass::Read,
        permit: Some("github.issues.read"),
        description: "Describes an issue, with its first comments where they are asked for. Answers `not_found` where GitHub shows no such thing, which it also says of what the credentials may not see; `unavailable` when GitHub cannot be reached or does not accept the credentials; `rate_limited`, with `retry_after_ms`, when GitHub wants to be left alone for longer than the turn lasts.",
    },
    crate::EffectMeta {
        name: "github_get_pr",
        class: EffectClass::Read,
        permit: Some("github.pulls.read"),
        description: "Describes a pull request. Answers `not_found` where GitHub shows no such thing, which it also says of what the credentials may not see; `unavailable` when GitHub cannot be reached or does not accept the credentials; `rate_limited`, with `retry_after_ms`, when GitHub wants to be left alone for longer than the turn lasts.",
    },
    crate::EffectMeta {
        name: "github_list_issues",
        class: EffectClass::Read,
        permit: Some("github.issues.read"),
        description: "Lists the issues of a repository, those that were made last first. Pull requests, which GitHub counts among them, are left out. Answers `not_found` where GitHub shows no such thing, which it also says of what the credentials may not see; `unavailable` when GitHub cannot be reached or does not accept the credentials; `rate_limited`, with `retry_after_ms`, when GitHub wants to be left alone for longer than the turn lasts.",
    },
    crate::EffectMeta {
        name: "github_list_prs",
        class: EffectClass::Read,
        permit: Some("github.pulls.read"),
        description: "Lists the pull requests of a repository, those that were made last first. Answers `not_found` where GitHub shows no such thing, which it also says of what the credentials may not see; `unavailable` when GitHub cannot be reached or does not accept the credentials; `rate_limited`, with `retry_after_ms`, when GitHub wants to be left alone for longer than the turn lasts.",
    },
    crate::EffectMeta {
        name: "github_list_reviews",
        class: EffectClass::Read,
        permit: Some("github.pulls.read"),
        description: "Lists the reviews of a pull request, oldest first. Answers `not_found` where GitHub shows no such thing, which it also says of what the credentials may not see; `unavailable` when GitHub cannot be reached or does not accept the credentials; `rate_limited`, with `retry_after_ms`, when GitHub wants to be left alone for longer than the turn lasts.",
    },
    crate::EffectMeta {
        name: "github_merge_pr",
        class: EffectClass::WriteRemote,
        permit: Some("github.pulls.merge"),
        description: "Merges a pull request, if its branch still ends in the commit that was expected. It is `write_remote`: after a crash it is reported as in doubt, and the host never repeats it. But it may be asked for again without harm: one that was merged with that very commit is answered as merged, with `merged_before`, whoever did it; a branch that has moved on is a `conflict`, and so is a pull request that cannot be merged. Answers `not_found` where GitHub shows no such thing, which it also says of what the credentials may not see; `unavailable` without credentials that are good for it; `rate_limited`, with `retry_after_ms`, when GitHub wants to be left alone for longer than the turn lasts. `in_doubt` means that it was sent and may have happened: ask again.",
    },
    crate::EffectMeta {
        name: "input_read",
        class: EffectClass::Read,
        permit: None,
        description: "Reads a part of the turn's own input as the client sent it, above all a field that was elided for its size. A long value is read in chunks: ask again from `next_offset` until it is absent. Answers `not_found` when the input has no value at the pointer.",
    },
    crate::EffectMeta {
        name: "llm_call",
        class: EffectClass::WriteRemoteIdempotent,
        permit: Some("llm.models"),
        description: "Asks a language model and waits for the whole answer. The operator's configuration says which provider serves the model under that name, and at what prices; a model that it does not list is `not_found`, once its permit is given. Before the call its worst case is reserved: every byte of the input as a token, an allowance for each image, and all of `max_tokens`, at the dearest price that can apply. It is `write_remote`: it changes nothing anywhere, but it costs money and cannot be taken back, so its intent is made durable before anything is sent, and a call that a crash interrupts is reported as in doubt, counted in full, and never repeated by the host. What is tried again, as often as the configuration says and never past the deadline: a server that cannot be reached, that is overloaded or that has failed (429, 529, 5xx). Answers `rate_limited` or `unavailable` when that does not help, `invalid_request` with the provider's own words when it refuses the request, `too_large` for more than the model or the host takes, and `in_doubt` when the request was sent and its answer was lost or cannot be read: then it counts in full.",
    },
    crate::EffectMeta {
        name: "log_debug",
        class: EffectClass::WriteLocal,
        permit: None,
        description: "Writes a debug line to the host's log: what only the plugin's author wants to read. The line carries the plugin, the build, the turn and the trace id; the guest names none of them. It is `write_local`, since it leaves a line on this machine that a replay must not write again; no intent is recorded, because a lost or doubled line harms nobody.",
    },
    crate::EffectMeta {
        name: "log_error",
        class: EffectClass::WriteLocal,
        permit: None,
        description: "Writes an error to the host's log: something failed that the plugin cannot repair. The line carries the plugin, the build, the turn and the trace id; the guest names none of them. It is `write_local`, since it leaves a line on this machine that a replay must not write again; no intent is recorded, because a lost or doubled line harms nobody.",
    },
    crate::EffectMeta {
        name: "log_info",
        class: EffectClass::WriteLocal,
        permit: None,
        description: "Writes an informational line to the host's log: what an operator may want to read. The line carries the plugin, the build, the turn and the trace id; the guest names none of them. It is `write_local`, since it leaves a line on this machine that a replay must not write again; no intent is recorded, because a lost or doubled line harms nobody.",
    },
    crate::EffectMeta {
        name: "log_warn",
        class: EffectClass::WriteLocal,
        permit: None,
        description: "Writes a warning to the host's log: something is odd, and the turn goes on. The line carries the plugin, the build, the turn and the trace id; the guest names none of them. It is `write_local`, since it leaves a line on this machine that a replay must not write again; no intent is recorded, because a lost or doubled line harms nobody.",
    },
    crate::EffectMeta {
        name: "mcp_ask",
        class: EffectClass::Read,
        permit: Some("mcp"),
        description: "Asks several questions of the MCP client at once: of its user, of its model, and for its folders. Where the protocol allows it the client answers them together. The turn ends here, and runs again from its start when the answers have come, with every effect's recorded result. `unavailable` where the client cannot answer one of them, or where nobody waits over MCP.",
    },
    crate::EffectMeta {
        name: "mcp_changed",
        class: EffectClass::WriteLocal,
        permit: None,
        description: "Tells MCP clients that something the plugin offers has changed: a list, or what a resource holds. Clients that subscribed are told at once. A reload tells them by itself.",
    },
    crate::EffectMeta {
        name: "mcp_elicit",
        class: EffectClass::Read,
        permit: Some("mcp"),
        description: "Asks the person at the MCP client. The turn ends here, and runs again from its start when the answer has come, with every effect's recorded result; waiting costs nothing. `unavailable` where the client cannot ask, or where nobody waits over MCP.",
    },
    crate::EffectMeta {
        name: "mcp_list_roots",
        class: EffectClass::Read,
        permit: Some("mcp"),
        description: "Asks the MCP client for the folders that its user works in. The turn ends here, and runs again from its start when the answer has come, with every effect's recorded result. `unavailable` where the client cannot say, or where nobody waits over MCP. What it names is the client's word: no permit follows from it.",
    },
    crate::EffectMeta {
        name: "mcp_log",
        class: EffectClass::WriteLocal,
        permit: None,
        description: "Sends a line of log to the MCP client that waits for this turn. It leaves at once; below the level that the client asked for, and where nobody waits over MCP, it goes nowhere. What operators should read goes to `log_info` and its siblings.",
    },
    crate::EffectMeta {
        name: "mcp_progress",
        class: EffectClass::WriteLocal,
        permit: None,
        description: "Tells the MCP client that waits for this turn how far it is. It leaves at once, before the turn ends; where the client did not ask for it, or where nobody waits over MCP, it goes nowhere.",
    },
    crate::EffectMeta {
        name: "mcp_sample",
        class: EffectClass::Read,
        permit: Some("mcp"),
        description: "Asks the model of the MCP client, on the client's account and as far as its user allows. The turn ends here, and runs again from its start when the answer has come, with every effect's recorded result. `unavailable` where the client cannot ask, or where nobody waits over MCP.",
    },
    crate::EffectMeta {
        name: "net_fetch",
        class: EffectClass::WriteRemote,
        permit: Some("net"),
        description: "Sends an HTTP request and returns the answer, whatever its status. The permit is checked on the method and the URL before a name is looked up, then on every address that the name has, and all of that again for each redirect; the connection goes to no other address. Certificates are verified, no proxy is used, no cookies are kept, and no encoding is accepted. `write_remote` is the most that a request may be: `GET`, `HEAD` and `OPTIONS` are `read`, and `PUT` and `DELETE` are `write_remote_idempotent`; every other method changes something that a second request could change again, so it is never repeated. Answers `denied` when a redirect leads where no permit does or a secret is unknown, `unavailable` when the server cannot be reached or redirects too often, `too_large` when the answer is, and `deadline` when it takes too long.",
    },
    crate::EffectMeta {
        name: "process_run",
        class: EffectClass::WriteRemote,
        permit: Some("process"),
        description: "Runs a program to its end and returns what it wrote. There is no shell: the arguments are passed as they are. The program is looked for in the folders that the operator configured, its environment holds nothing but `PATH`, `TMPDIR` and the variables that were named here and granted, and it gets a terminal never. It runs in a session of its own, and its whole process group is killed when it has ended, when the time is up and when the turn is given up. On Linux it can read system folders and its working directory, and write there and into a folder of its own in `TMPDIR`, as far as the kernel can hold it to that; `confinement` says how far that was.",
    },
    crate::EffectMeta {
        name: "random_bytes",
        class: EffectClass::Read,
        permit: None,
        description: "Draws bytes from the host's cryptographic random number generator. A replay answers with the recorded bytes.",
    },
    crate::EffectMeta {
        name: "shell_parse",
        class: EffectClass::Read,
        permit: None,
        description: "Parses shell text, as bash reads it, and returns a syntax tree. Pure: the same text gives the same tree, and nothing is expanded or run. Words keep their parts, so that quoting is visible; the commands of substitutions are parsed, too; the text of `bash -c '…'` is a word like any other, and can be parsed with another call. Text that is too long or nested too deeply is `too_large`; text that bash would not accept either is `invalid_request`, and `message` says at which byte, line and column.",
    },
];
/// Every entry point but `describe` and `migrate`, in the order of their names.
pub const ENTRY_POINTS: &[crate::EntryMeta] = &[
    crate::EntryMeta {
        export: "describe",
        event: None,
        matcher: None,
        input: "DescribeCall",
        output: "Description",
        description: "Called once for every build that is loaded: what the plugin offers over MCP. It runs before any turn, without effects and without Vars, and may read the operator's settings. What it answers stands until the next reload.",
    },
    crate::EntryMeta {
        export: "handle_config_change",
        event: Some("ConfigChange"),
        matcher: None,
        input: "ConfigChangeCall",
        output: "HookDecision",
        description: "Called when the client's configuration changes during a session. It can block the change.",
    },
    crate::EntryMeta {
        export: "handle_cwd_changed",
        event: Some("CwdChanged"),
        matcher: None,
        input: "CwdChangedCall",
        output: "HookDecision",
        description: "Called when the client's working directory has changed. No decision is possible.",
    },
    crate::EntryMeta {
        export: "handle_directory_added",
        event: Some("DirectoryAdded"),
        matcher: None,
        input: "DirectoryAddedCall",
        output: "HookDecision",
        description: "Called when a directory was added to the session. No decision is possible.",
    },
    crate::EntryMeta {
        export: "handle_elicitation",
        event: Some("Elicitation"),
        matcher: Some("/mcp_server_name"),
        input: "ElicitationCall",
        output: "HookDecision",
        description: "Called when an MCP server asks the user something. It can answer in the user's place.",
    },
    crate::EntryMeta {
        export: "handle_elicitation_result",
        event: Some("ElicitationResult"),
        matcher: Some("/mcp_server_name"),
        input: "ElicitationResultCall",
        output: "HookDecision",
        description: "Called when the user has answered an MCP server. It can change the answer.",
    },
    crate::EntryMeta {
        export: "handle_file_changed",
        event: Some("FileChanged"),
        matcher: None,
        input: "FileChangedCall",
        output: "HookDecision",
        description: "Called when a watched file has changed. No decision is possible.",
    },
    crate::EntryMeta {
        export: "handle_hook_event",
        event: None,
        matcher: None,
        input: "HookEventCall",
        output: "HookDecision",
        description: "Called for an event that has no entry point of its own: one that is newer than this contract. A plugin need not export it. Most such events accept no decision.",
    },
    crate::EntryMeta {
        export: "handle_instructions_loaded",
        event: Some("InstructionsLoaded"),
        matcher: None,
        input: "InstructionsLoadedCall",
        output: "HookDecision",
        description: "Called when the client has loaded a file of instructions. No decision is possible.",
    },
    crate::EntryMeta {
        export: "handle_mcp_call",
        event: None,
        matcher: None,
        input: "McpCall",
        output: "McpResult",
        description: "Called when an agent calls a tool that the plugin offers over MCP. The arguments fit the tool's input schema: the host has checked them.",
    },
    crate::EntryMeta {
        export: "handle_mcp_complete",
        event: None,
        matcher: None,
        input: "McpCompletion",
        output: "McpCompletionResult",
        description: "Called when a client wants to complete what its user has begun to type for an argument of one of the plugin's prompts or resource templates.",
    },
    crate::EntryMeta {
        export: "handle_mcp_prompt",
        event: None,
        matcher: None,
        input: "McpPromptCall",
        output: "McpPromptResult",
        description: "Called when a client asks for a prompt that the plugin offers over MCP. The arguments it requires are there: the host has checked that.",
    },
    crate::EntryMeta {
        export: "handle_mcp_read",
        event: None,
        matcher: None,
        input: "McpRead",
        output: "McpReadResult",
        description: "Called when a client reads a resource that the plugin offers over MCP, or one that fits a template of its.",
    },
    crate::EntryMeta {
        export: "handle_message_display",
        event: Some("MessageDisplay"),
        matcher: None,
        input: "MessageDisplayCall",
        output: "HookDecision",
        description: "Called while a message of the model is shown. It can change what is shown.",
    },
    crate::EntryMeta {
        export: "handle_notification",
        event: Some("Notification"),
        matcher: Some("/notification_type"),
        input: "NotificationCall",
        output: "HookDecision",
        description: "Called when the client notifies its user. It can add context.",
    },
    crate::EntryMeta {
        export: "handle_permission_denied",
        event: Some("PermissionDenied"),
        matcher: Some("/tool_name"),
        input: "PermissionDeniedCall",
        output: "HookDecision",
        description: "Called after a permission was denied. It can tell the client that trying again is fine.",
    },
    crate::EntryMeta {
        export: "handle_permission_request",
        event: Some("PermissionRequest"),
        matcher: Some("/tool_name"),
        input: "PermissionRequestCall",
        output: "HookDecision",
        description: "Called when the client is about to ask its user for permission. It can answer in the user's place.",
    },
    crate::EntryMeta {
        export: "handle_post_compact",
        event: Some("PostCompact"),
        matcher: Some("/trigger"),
        input: "PostCompactCall",
        output: "HookDecision",
        description: "Called after the conversation was compacted. No decision is possible.",
    },
    crate::EntryMeta {
        export: "handle_post_model_switch",
        event: Some("PostModelSwitch"),
        matcher: None,
        input: "PostModelSwitchCall",
        output: "HookDecision",
        description: "Called after the session has switched to another model. It can add context.",
    },
    crate::EntryMeta {
        export: "handle_post_tool_batch",
        event: Some("PostToolBatch"),
        matcher: None,
        input: "PostToolBatchCall",
        output: "HookDecision",
        description: "Called once after all tool calls of one model message have ended.",
    },
    crate::EntryMeta {
        export: "handle_post_tool_use",
        event: Some("PostToolUse"),
        matcher: Some("/tool_name"),
        input: "PostToolUseCall",
        output: "HookDecision",
        description: "Called after a tool has succeeded. It can object to the outcome, replace the output and add context.",
    },
    crate::EntryMeta {
        export: "handle_post_tool_use_failure",
        event: Some("PostToolUseFailure"),
        matcher: Some("/tool_name"),
        input: "PostToolUseFailureCall",
        output: "HookDecision",
        description: "Called after a tool has failed: a command with an exit code other than 0, an MCP tool that reports an error. It can add context.",
    },
    crate::EntryMeta {
        export: "handle_pre_compact",
        event: Some("PreCompact"),
        matcher: Some("/trigger"),
        input: "PreCompactCall",
        output: "HookDecision",
        description: "Called before the conversation is compacted. It can block that.",
    },
    crate::EntryMeta {
        export: "handle_pre_model_switch",
        event: Some("PreModelSwitch"),
        matcher: None,
        input: "PreModelSwitchCall",
        output: "HookDecision",
        description: "Called before the session switches to another model. It can allow, deny or ask.",
    },
    crate::EntryMeta {
        export: "handle_pre_tool_use",
        event: Some("PreToolUse"),
        matcher: Some("/tool_name"),
        input: "PreToolUseCall",
        output: "HookDecision",
        description: "Called before a tool runs. It can allow, deny, ask, defer or rewrite the call.",
    },
    crate::EntryMeta {
        export: "handle_session_end",
        event: Some("SessionEnd"),
        matcher: Some("/reason"),
        input: "SessionEndCall",
        output: "HookDecision",
        description: "Called when a session ends. Nobody waits long for the answer, and no decision is possible.",
    },
    crate::EntryMeta {
        export: "handle_session_start",
        event: Some("SessionStart"),
        matcher: Some("/source"),
        input: "SessionStartCall",
        output: "HookDecision",
        description: "Called when a session starts or goes on. It can add context. The client sends it to command hooks only.",
    },
    crate::EntryMeta {
        export: "handle_setup",
        event: Some("Setup"),
        matcher: None,
        input: "SetupCall",
        output: "HookDecision",
        description: "Called when the client sets a project up. It can add context. The client sends it to command hooks only.",
    },
    crate::EntryMeta {
        export: "handle_stop",
        event: Some("Stop"),
        matcher: None,
        input: "StopCall",
        output: "HookDecision",
        description: "Called when the agent is about to stop. Blocking means that it goes on.",
    },
    crate::EntryMeta {
        export: "handle_stop_failure",
        event: Some("StopFailure"),
        matcher: Some("/error"),
        input: "StopFailureCall",
        output: "HookDecision",
        description: "Called when the agent stopped because of an error. No decision is possible.",
    },
    crate::EntryMeta {
        export: "handle_subagent_start",
        event: Some("SubagentStart"),
        matcher: Some("/agent_type"),
        input: "SubagentStartCall",
        output: "HookDecision",
        description: "Called when a subagent starts. It can add context.",
    },
    crate::EntryMeta {
        export: "handle_subagent_stop",
        event: Some("SubagentStop"),
        matcher: Some("/agent_type"),
        input: "SubagentStopCall",
        output: "HookDecision",
        description: "Called when a subagent is about to stop. Blocking means that it goes on.",
    },
    crate::EntryMeta {
        export: "handle_task_completed",
        event: Some("TaskCompleted"),
        matcher: None,
        input: "TaskCompletedCall",
        output: "HookDecision",
        description: "Called when a task of a team is done.",
    },
    crate::EntryMeta {
        export: "handle_task_created",
        event: Some("TaskCreated"),
        matcher: None,
        input: "TaskCreatedCall",
        output: "HookDecision",
        description: "Called when a task is put on a team's list. It can block that.",
    },
    crate::EntryMeta {
        export: "handle_teammate_idle",
        event: Some("TeammateIdle"),
        matcher: None,
        input: "TeammateIdleCall",
        output: "HookDecision",
        description: "Called when a teammate has nothing left to do.",
    },
    crate::EntryMeta {
        export: "handle_user_prompt_expansion",
        event: Some("UserPromptExpansion"),
        matcher: None,
        input: "UserPromptExpansionCall",
        output: "HookDecision",
        description: "Called when a slash command or an MCP prompt is expanded to a prompt, before the model sees it. It can block it and add context.",
    },
    crate::EntryMeta {
        export: "handle_user_prompt_submit",
        event: Some("UserPromptSubmit"),
        matcher: None,
        input: "UserPromptSubmitCall",
        output: "HookDecision",
        description: "Called when a prompt is submitted, before the model sees it. It can block the prompt and add context.",
    },
    crate::EntryMeta {
        export: "handle_worktree_create",
        event: Some("WorktreeCreate"),
        matcher: None,
        input: "WorktreeCreateCall",
        output: "HookDecision",
        description: "Called when the client wants a worktree. The answer has to name the path of one.",
    },
    crate::EntryMeta {
        export: "handle_worktree_remove",
        event: Some("WorktreeRemove"),
        matcher: None,
        input: "WorktreeRemoveCall",
        output: "HookDecision",
        description: "Called when the client no longer needs a worktree. No decision is possible.",
    },
];
/// Hands every effect to a macro: `[effect_name EffectName Request Response]`, one after the other.
#[macro_export]
macro_rules! for_each_effect {
    ($($callback:tt)+) => {
        $($callback)+ ! { [clock_now ClockNow ClockNowRequest ClockNowResponse]
        [emit_event EmitEvent EmitEventRequest EmitEventResponse] [fs_append FsAppend
        FsAppendRequest FsAppendResponse] [fs_list FsList FsListRequest FsListResponse]
        [fs_read FsRead FsReadRequest FsReadResponse] [fs_remove FsRemove FsRemoveRequest
        FsRemoveResponse] [fs_search FsSearch FsSearchRequest FsSearchResponse] [fs_stat
        FsStat FsStatRequest FsStatResponse] [fs_write FsWrite FsWriteRequest
        FsWriteResponse] [gate_status GateStatus GateStatusRequest GateStatusResponse]
        [git_add_worktree GitAddWorktree GitAddWorktreeRequest GitAddWorktreeResponse]
        [git_commit GitCommit GitCommitRequest GitCommitResponse] [git_create_branch
        GitCreateBranch GitCreateBranchRequest GitCreateBranchResponse] [git_diff GitDiff
        GitDiffRequest GitDiffResponse] [git_get_branch GitGetBranch GitGetBranchRequest
        GitGetBranchResponse] [git_get_remote GitGetRemote GitGetRemoteRequest
        GitGetRemoteResponse] [git_get_worktree GitGetWorktree GitGetWorktreeRequest
        GitGetWorktreeResponse] [git_list_worktrees GitListWorktrees
        GitListWorktreesRequest GitListWorktreesResponse] [git_log GitLog GitLogRequest
        GitLogResponse] [git_push GitPush GitPushRequest GitPushResponse]
        [git_remove_worktree GitRemoveWorktree GitRemoveWorktreeRequest
        GitRemoveWorktreeResponse] [git_show_file GitShowFile GitShowFileRequest
        GitShowFileResponse] [git_status GitStatus GitStatusRequest GitStatusResponse]
        [github_comment GithubComment GithubCommentRequest GithubCommentResponse]
        [github_create_issue GithubCreateIssue GithubCreateIssueRequest
        GithubCreateIssueResponse] [github_create_pr GithubCreatePr GithubCreatePrRequest
        GithubCreatePrResponse] [github_get_checks GithubGetChecks GithubGetChecksRequest
        GithubGetChecksResponse] [github_get_file GithubGetFile GithubGetFileRequest
        GithubGetFileResponse] [github_get_issue GithubGetIssue GithubGetIssueRequest
        GithubGetIssueResponse] [github_get_pr GithubGetPr GithubGetPrRequest
        GithubGetPrResponse] [github_list_issues GithubListIssues GithubListIssuesRequest
        GithubListIssuesResponse] [github_list_prs GithubListPrs GithubListPrsRequest
        GithubListPrsResponse] [github_list_reviews GithubListReviews
        GithubListReviewsRequest GithubListReviewsResponse] [github_merge_pr
        GithubMergePr GithubMergePrRequest GithubMergePrResponse] [input_read InputRead
        InputReadRequest InputReadResponse] [llm_call LlmCall LlmCallRequest
        LlmCallResponse] [log_debug LogDebug LogDebugRequest LogDebugResponse] [log_error
        LogError LogErrorRequest LogErrorResponse] [log_info LogInfo LogInfoRequest
        LogInfoResponse] [log_warn LogWarn LogWarnRequest LogWarnResponse] [mcp_ask
        McpAsk McpAskRequest McpAskResponse] [mcp_changed McpChanged McpChangedRequest
        McpChangedResponse] [mcp_elicit McpElicit McpElicitRequest McpElicitResponse]
        [mcp_list_roots McpListRoots McpListRootsRequest McpListRootsResponse] [mcp_log
        McpLog McpLogRequest McpLogResponse] [mcp_progress McpProgress McpProgressRequest
        McpProgressResponse] [mcp_sample McpSample McpSampleRequest McpSampleResponse]
        [net_fetch NetFetch NetFetchRequest NetFetchResponse] [process_run ProcessRun
        ProcessRunRequest ProcessRunResponse] [random_bytes RandomBytes
        RandomBytesRequest RandomBytesResponse] [shell_parse ShellParse ShellParseRequest
        ShellParseResponse] }
    };
}
/// Hands every hook entry point to a macro: `[export Event Call ClientInput]`, one after the other.
#[macro_export]
macro_rules! for_each_hook {
    ($($callback:tt)+) => {
        $($callback)+ ! { [handle_config_change ConfigChange ConfigChangeCall
        ConfigChangeInput] [handle_cwd_changed CwdChanged CwdChangedCall CwdChangedInput]
        [handle_directory_added DirectoryAdded DirectoryAddedCall DirectoryAddedInput]
        [handle_elicitation Elicitation ElicitationCall ElicitationInput]
        [handle_elicitation_result ElicitationResult ElicitationResultCall
        ElicitationResultInput] [handle_file_changed FileChanged FileChangedCall
        FileChangedInput] [handle_instructions_loaded InstructionsLoaded
        InstructionsLoadedCall InstructionsLoadedInput] [handle_message_display
        MessageDisplay MessageDisplayCall MessageDisplayInput] [handle_notification
        Notification NotificationCall NotificationInput] [handle_permission_denied
        PermissionDenied PermissionDeniedCall PermissionDeniedInput]
        [handle_permission_request PermissionRequest PermissionRequestCall
        PermissionRequestInput] [handle_post_compact PostCompact PostCompactCall
        PostCompactInput] [handle_post_model_switch PostModelSwitch PostModelSwitchCall
        PostModelSwitchInput] [handle_post_tool_batch PostToolBatch PostToolBatchCall
        PostToolBatchInput] [handle_post_tool_use PostToolUse PostToolUseCall
        PostToolUseInput] [handle_post_tool_use_failure PostToolUseFailure
        PostToolUseFailureCall PostToolUseFailureInput] [handle_pre_compact PreCompact
        PreCompactCall PreCompactInput] [handle_pre_model_switch PreModelSwitch
        PreModelSwitchCall PreModelSwitchInput] [handle_pre_tool_use PreToolUse
        PreToolUseCall PreToolUseInput] [handle_session_end SessionEnd SessionEndCall
        SessionEndInput] [handle_session_start SessionStart SessionStartCall
        SessionStartInput] [handle_setup Setup SetupCall SetupInput] [handle_stop Stop
        StopCall StopInput] [handle_stop_failure StopFailure StopFailureCall
        StopFailureInput] [handle_subagent_start SubagentStart SubagentStartCall
        SubagentStartInput] [handle_subagent_stop SubagentStop SubagentStopCall
        SubagentStopInput] [handle_task_completed TaskCompleted TaskCompletedCall
        TaskCompletedInput] [handle_task_created TaskCreated TaskCreatedCall
        TaskCreatedInput] [handle_teammate_idle TeammateIdle TeammateIdleCall
        TeammateIdleInput] [handle_user_prompt_expansion UserPromptExpansion
        UserPromptExpansionCall UserPromptExpansionInput] [handle_user_prompt_submit
        UserPromptSubmit UserPromptSubmitCall UserPromptSubmitInput]
        [handle_worktree_create WorktreeCreate WorktreeCreateCall WorktreeCreateInput]
        [handle_worktree_remove WorktreeRemove WorktreeRemoveCall WorktreeRemoveInput] }
    };
}
/// Hands every type of the bundle to a macro: `[TypeName]`, one after the other.
#[macro_export]
macro_rules! for_each_type {
    ($($callback:tt)+) => {
        $($callback)+ ! { [Abort] [AnswerRecord] [BudgetChange] [BudgetShortage]
        [Budgets] [ClockNowRequest] [ClockNowResponse] [ConfigChangeCall]
        [ConfigChangeInput] [CwdChangedCall] [CwdChangedInput] [DecisionAllow]
        [DecisionAsk] [DecisionDefer] [DecisionDeny] [DecisionKind] [DecisionNone]
        [DecisionRewrite] [DescribeCall] [Description] [DirectoryAddedCall]
        [DirectoryAddedInput] [DockerPermits] [EffectCatalogue] [EffectClass]
        [EffectDescription] [EffectError] [EffectRecord] [EffectResult] [Effort]
        [ElicitationCall] [ElicitationInput] [ElicitationResultCall]
        [ElicitationResultInput] [ElidedField] [EmitEventRequest] [EmitEventResponse]
        [FileChangedCall] [FileChangedInput] [FsAppendRequest] [FsAppendResponse]
        [FsCondition] [FsEntry] [FsListRequest] [FsListResponse] [FsMatch] [FsPermits]
        [FsReadRequest] [FsReadResponse] [FsRemoveRequest] [FsRemoveResponse]
        [FsSearchRequest] [FsSearchResponse] [FsStatRequest] [FsStatResponse]
        [FsWriteRequest] [FsWriteResponse] [GateDecisionRow] [GateDecisionTable]
        [GateFailureRow] [GateFailureTable] [GatePlace] [GatePlugin] [GateRecord]
        [GateRewrite] [GateStatusRequest] [GateStatusResponse] [GateSubscription]
        [GitAddWorktreeRequest] [GitAddWorktreeResponse] [GitCommit] [GitCommitRequest]
        [GitCommitResponse] [GitCreateBranchRequest] [GitCreateBranchResponse]
        [GitDiffRequest] [GitDiffResponse] [GitFileChange] [GitGetBranchRequest]
        [GitGetBranchResponse] [GitGetRemoteRequest] [GitGetRemoteResponse]
        [GitGetWorktreeRequest] [GitGetWorktreeResponse] [GitIdentity]
        [GitListWorktreesRequest] [GitListWorktreesResponse] [GitLogRequest]
        [GitLogResponse] [GitPermits] [GitPushPermit] [GitPushRef] [GitPushRequest]
        [GitPushResponse] [GitPushedRef] [GitRemoveWorktreeRequest]
        [GitRemoveWorktreeResponse] [GitShowFileRequest] [GitShowFileResponse]
        [GitSignature] [GitStatusEntry] [GitStatusRequest] [GitStatusResponse]
        [GitWorktree] [GitWritePermit] [GithubCheck] [GithubComment]
        [GithubCommentRequest] [GithubCommentResponse] [GithubCreateIssueRequest]
        [GithubCreateIssueResponse] [GithubCreatePrRequest] [GithubCreatePrResponse]
        [GithubGetChecksRequest] [GithubGetChecksResponse] [GithubGetFileRequest]
        [GithubGetFileResponse] [GithubGetIssueRequest] [GithubGetIssueResponse]
        [GithubGetPrRequest] [GithubGetPrResponse] [GithubIssue]
        [GithubListIssuesRequest] [GithubListIssuesResponse] [GithubListPrsRequest]
        [GithubListPrsResponse] [GithubListReviewsRequest] [GithubListReviewsResponse]
        [GithubMergePrRequest] [GithubMergePrResponse] [GithubPullRequest] [GithubReview]
        [HookDecision] [HookEventCall] [HookSubscription] [InputReadRequest]
        [InputReadResponse] [InstructionsLoadedCall] [InstructionsLoadedInput]
        [IntentRecord] [LedgerRecord] [LlmBlock] [LlmCache] [LlmCallRequest]
        [LlmCallResponse] [LlmContent] [LlmImage] [LlmMessage] [LlmPermits] [LlmText]
        [LlmTool] [LlmToolCall] [LlmToolResult] [LlmUsage] [LogDebugRequest]
        [LogDebugResponse] [LogErrorRequest] [LogErrorResponse] [LogInfoRequest]
        [LogInfoResponse] [LogWarnRequest] [LogWarnResponse] [McpAskRequest]
        [McpAskResponse] [McpCall] [McpCapability] [McpChangedRequest]
        [McpChangedResponse] [McpClient] [McpCompletion] [McpCompletionResult]
        [McpContent] [McpElicitRequest] [McpElicitResponse] [McpListRootsRequest]
        [McpListRootsResponse] [McpLogRequest] [McpLogResponse] [McpProgressRequest]
        [McpProgressResponse] [McpPrompt] [McpPromptArgument] [McpPromptCall]
        [McpPromptMessage] [McpPromptResult] [McpQuestion] [McpRead] [McpReadResult]
        [McpResource] [McpResourceContents] [McpResourceTemplate] [McpResult] [McpRoot]
        [McpSampleRequest] [McpSampleResponse] [McpServer] [McpTool] [McpToolAnnotations]
        [MessageDisplayCall] [MessageDisplayInput] [NetAnswerHeader] [NetFetchRequest]
        [NetFetchResponse] [NetHeader] [NetPermit] [NotificationCall] [NotificationInput]
        [OnFailure] [Payload] [PeriodBudget] [PermissionDeniedCall]
        [PermissionDeniedInput] [PermissionRequestCall] [PermissionRequestInput]
        [Permits] [Phase] [PluginIdentity] [PluginManifest] [PluginRule]
        [PostCompactCall] [PostCompactInput] [PostModelSwitchCall] [PostModelSwitchInput]
        [PostToolBatchCall] [PostToolBatchInput] [PostToolUseCall]
        [PostToolUseFailureCall] [PostToolUseFailureInput] [PostToolUseInput]
        [PreCompactCall] [PreCompactInput] [PreModelSwitchCall] [PreModelSwitchInput]
        [PreToolUseCall] [PreToolUseInput] [ProcessConfinement] [ProcessOutput]
        [ProcessPermit] [ProcessRunRequest] [ProcessRunResponse] [RandomBytesRequest]
        [RandomBytesResponse] [ReloadRecord] [SessionEndCall] [SessionEndInput]
        [SessionStartCall] [SessionStartInput] [SetupCall] [SetupInput]
        [ShellArithmeticFor] [ShellAssignment] [ShellBrace] [ShellBranch] [ShellCase]
        [ShellCaseItem] [ShellCommand] [ShellCommandBody] [ShellCoproc] [ShellElement]
        [ShellFor] [ShellFunction] [ShellIf] [ShellParameter] [ShellParseRequest]
        [ShellParseResponse] [ShellPart] [ShellPipeline] [ShellRedirect] [ShellScript]
        [ShellSimple] [ShellStatement] [ShellWhile] [ShellWord] [StopCall]
        [StopFailureCall] [StopFailureInput] [StopInput] [SubagentStartCall]
        [SubagentStartInput] [SubagentStopCall] [SubagentStopInput] [TaskCompletedCall]
        [TaskCompletedInput] [TaskCreatedCall] [TaskCreatedInput] [TeammateIdleCall]
        [TeammateIdleInput] [ToolBatchCall] [TurnBudget] [TurnRecord]
        [UserPromptExpansionCall] [UserPromptExpansionInput] [UserPromptSubmitCall]
        [UserPromptSubmitInput] [VarChange] [WorktreeCreateCall] [WorktreeCreateInput]
        [WorktreeRemoveCall] [WorktreeRemoveInput] }
    };
}
