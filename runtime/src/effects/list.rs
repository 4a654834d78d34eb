//! The one list of effects, and what is the same for all of them.

use serde::de::DeserializeOwned;
use sinew_schema::{EFFECTS, EffectClass, EffectError, EffectMeta, Limited, for_each_effect};

use super::clock_now::ClockNow;
use super::emit_event::EmitEvent;
use super::error::invalid;
use super::fs::{FsAppend, FsList, FsRead, FsRemove, FsSearch, FsStat, FsWrite};
use super::gate_status::GateStatus;
use super::git::{
    GitAddWorktree, GitCommit, GitCreateBranch, GitDiff, GitGetBranch, GitGetRemote,
    GitGetWorktree, GitListWorktrees, GitLog, GitPush, GitRemoveWorktree, GitShowFile, GitStatus,
};
use super::github::{
    GithubComment, GithubCreateIssue, GithubCreatePr, GithubGetChecks, GithubGetFile,
    GithubGetIssue, GithubGetPr, GithubListIssues, GithubListPrs, GithubListReviews, GithubMergePr,
};
use super::input_read::InputRead;
use super::llm_call::LlmCall;
use super::log_debug::LogDebug;
use super::log_error::LogError;
use super::log_info::LogInfo;
use super::log_warn::LogWarn;
use super::mcp::{McpAsk, McpChanged, McpElicit, McpListRoots, McpLog, McpProgress, McpSample};
use super::net::NetFetch;
use super::process_run::ProcessRun;
use super::random_bytes::RandomBytes;
use super::shell_parse::ShellParse;
use super::{Call, Cost, Effect, EffectLimits, Performed};
use crate::permits::Need;
use crate::services::Services;

macro_rules! define {
    ($([$name:ident $effect:ident $request:ident $response:ident])*) => {
        /// An effect's name, as a value.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EffectId {
            $(
                #[doc = concat!("`", stringify!($name), "`")]
                $effect,
            )*
        }

        /// A decoded request of any effect.
        #[derive(Debug, Clone, PartialEq)]
        pub enum EffectRequest {
            $(
                #[doc = concat!("For `", stringify!($name), "`.")]
                $effect(sinew_schema::$request),
            )*
        }

        /// All effects, ready to be performed.
        #[derive(Debug)]
        pub struct Effects {
            $($name: $effect,)*
        }

        impl EffectId {
            /// Every effect, in the order of [`EFFECTS`].
            pub const ALL: &[Self] = &[$(Self::$effect),*];

            /// The name: of the schema file, the host function and the pdk's function.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$effect => stringify!($name),)*
                }
            }

            /// The effect of that name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($name) => Some(Self::$effect),)*
                    _ => None,
                }
            }
        }

        impl EffectRequest {
            /// The effect this is a request for.
            #[must_use]
            pub fn id(&self) -> EffectId {
                match self {
                    $(Self::$effect(_) => EffectId::$effect,)*
                }
            }
        }

        impl Effects {
            /// Decodes a guest's request.
            ///
            /// # Errors
            ///
            /// `invalid_request` for what is not JSON or does not fit the effect's type; `invalid_request` or `too_large` for
            /// what is beyond a limit that the schema sets.
            pub fn decode(id: EffectId, request: &[u8]) -> Result<EffectRequest, EffectError> {
                match id {
                    $(EffectId::$effect => decoded(id, request).map(EffectRequest::$effect),)*
                }
            }

            /// Says what has to be permitted for a request, and makes the request canonical.
            ///
            /// # Errors
            ///
            /// What the request says by itself to be wrong, `deadline`, or `unavailable` when a service is too busy.
            pub async fn need(&self, call: &Call<'_>, request: &mut EffectRequest) -> Result<Need, EffectError> {
                match request {
                    // Boxed, since a future is as large as the largest of its branches.
                    $(EffectRequest::$effect(request) => Box::pin(self.$name.need(call, request)).await,)*
                }
            }

            /// What a request may change; never more than its effect's class.
            #[must_use]
            pub fn class(&self, request: &EffectRequest) -> EffectClass {
                let ceiling = request.id().class();
                let own = match request {
                    $(EffectRequest::$effect(request) => self.$name.class(request),)*
                };
                own.map_or(ceiling, |class| class.min(ceiling))
            }

            /// The most that a permitted request can cost.
            #[must_use]
            pub fn cost_max(&self, request: &EffectRequest) -> Cost {
                match request {
                    $(EffectRequest::$effect(request) => self.$name.cost_max(request),)*
                }
            }

            /// Performs a permitted request and returns its response as JSON, with its cost. `need` is what [`Effects::need`] said and
            /// what was permitted.
            ///
            /// # Errors
            ///
            /// What the guest is told instead of a response.
            pub async fn perform(
                &self,
                call: &Call<'_>,
                request: EffectRequest,
                need: &Need,
            ) -> Result<Performed, EffectError> {
                match request {
                    $(EffectRequest::$effect(request) => {
                        let response = Box::pin(self.$name.perform(call, request, need)).await?;
                        let cost = self.$name.cost(&response);
                        Ok(Performed { response: encoded(&response)?, cost })
                    })*
                }
            }
        }
    };
}
for_each_effect!(define);

impl Effects {
    /// Makes every effect. One is missing here when this does not compile.
    #[must_use]
    pub fn new(services: &Services, limits: &EffectLimits) -> Self {
        let (fs, git) = (&services.fs, &services.git);
        let github = &services.github;
        Self {
            clock_now: ClockNow,
            emit_event: EmitEvent::new(limits),
            fs_append: FsAppend::new(fs),
            fs_list: FsList::new(fs),
            fs_read: FsRead::new(fs),
            fs_remove: FsRemove::new(fs),
            fs_search: FsSearch::new(fs),
            fs_stat: FsStat::new(fs),
            fs_write: FsWrite::new(fs),
            gate_status: GateStatus,
            git_add_worktree: GitAddWorktree::new(git),
            git_commit: GitCommit::new(git),
            git_create_branch: GitCreateBranch::new(git),
            git_diff: GitDiff::new(git),
            git_get_branch: GitGetBranch::new(git),
            git_get_remote: GitGetRemote::new(git),
            git_get_worktree: GitGetWorktree::new(git),
            git_list_worktrees: GitListWorktrees::new(git),
            git_log: GitLog::new(git),
            git_push: GitPush::new(git),
            git_remove_worktree: GitRemoveWorktree::new(git),
            git_show_file: GitShowFile::new(git),
            git_status: GitStatus::new(git),
            github_comment: GithubComment::new(github),
            github_create_issue: GithubCreateIssue::new(github),
            github_create_pr: GithubCreatePr::new(github),
            github_get_checks: GithubGetChecks::new(github),
            github_get_file: GithubGetFile::new(github),
            github_get_issue: GithubGetIssue::new(github),
            github_get_pr: GithubGetPr::new(github),
            github_list_issues: GithubListIssues::new(github),
            github_list_prs: GithubListPrs::new(github),
            github_list_reviews: GithubListReviews::new(github),
            github_merge_pr: GithubMergePr::new(github),
            input_read: InputRead::new(limits),
            llm_call: LlmCall::new(&services.llm),
            log_debug: LogDebug::new(limits),
            log_error: LogError::new(limits),
            log_info: LogInfo::new(limits),
            log_warn: LogWarn::new(limits),
            mcp_ask: McpAsk,
            mcp_changed: McpChanged,
            mcp_elicit: McpElicit,
            mcp_list_roots: McpListRoots,
            mcp_log: McpLog,
            mcp_progress: McpProgress,
            mcp_sample: McpSample,
            process_run: ProcessRun::new(services),
            net_fetch: NetFetch::new(&services.net),
            random_bytes: RandomBytes::new(limits),
            shell_parse: ShellParse::new(limits),
        }
    }
}

impl EffectId {
    /// What the contract says about the effect.
    #[must_use]
    pub fn meta(self) -> &'static EffectMeta {
        // Both come from the same list in the same order; a test holds them to it.
        &EFFECTS[self as usize]
    }

    /// The most that the effect may change.
    #[must_use]
    pub fn class(self) -> EffectClass {
        self.meta().class
    }
}

fn decoded<T: DeserializeOwned + Limited>(id: EffectId, request: &[u8]) -> Result<T, EffectError> {
    let request: T = serde_json::from_slice(request).map_err(|error| {
        invalid(format!(
            "the request of `{}` does not fit its schema: {error}",
            id.name()
        ))
    })?;
    request.check_limits()?;
    Ok(request)
}

fn encoded<T: serde::Serialize>(response: &T) -> Result<Vec<u8>, EffectError> {
    serde_json::to_vec(response).map_err(|error| {
        EffectError::new(
            EffectError::CODE_INTERNAL,
            format!("the response cannot be encoded: {error}"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_the_contract_agree() {
        assert_eq!(EffectId::ALL.len(), EFFECTS.len());
        for (id, meta) in EffectId::ALL.iter().zip(EFFECTS) {
            assert_eq!(id.name(), meta.name);
            assert_eq!(id.meta(), meta);
            assert_eq!(EffectId::from_name(meta.name), Some(*id));
        }
        assert_eq!(EffectId::from_name("git_get"), None);
    }

    #[test]
    fn an_unknown_field_is_an_invalid_request() {
        for request in [
            &br#"{"path":"/r","branch":"x"}"#[..],
            b"{}",
            b"",
            b"null",
            b"{\"path\":\"/r\"} x",
            b"\xff",
        ] {
            let error = Effects::decode(EffectId::GitGetBranch, request).unwrap_err();
            assert_eq!(error.code, EffectError::CODE_INVALID_REQUEST, "{error}");
        }
    }
}
