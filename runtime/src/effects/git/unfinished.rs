//! Effects that are about to be written.

use sinew_schema::*;

use crate::effects::{Call, Effect};
use crate::permits::Need;
use crate::services::git::GitService;

macro_rules! unfinished {
    ($($effect:ident $request:ident $response:ident,)*) => {$(
        #[derive(Debug)]
        pub(in crate::effects) struct $effect;
        impl $effect {
            pub(in crate::effects) fn new(_: &GitService) -> Self {
                Self
            }
        }
        impl Effect for $effect {
            type Request = $request;
            type Response = $response;
            async fn need(&self, call: &Call<'_>, _: &mut Self::Request) -> Result<Need, EffectError> {
                let nothing: [&str; 0] = [];
                let _ = call;
                Ok(Need::git_read("", nothing))
            }
            async fn perform(&self, _: &Call<'_>, _: Self::Request, _: &Need) -> Result<Self::Response, EffectError> {
                Err(EffectError::new(EffectError::CODE_UNAVAILABLE, "not there yet"))
            }
        }
    )*};
}
unfinished! {
    GitAddWorktree GitAddWorktreeRequest GitAddWorktreeResponse,
    GitCommit GitCommitRequest GitCommitResponse,
    GitCreateBranch GitCreateBranchRequest GitCreateBranchResponse,
    GitDiff GitDiffRequest GitDiffResponse,
    GitGetWorktree GitGetWorktreeRequest GitGetWorktreeResponse,
    GitListWorktrees GitListWorktreesRequest GitListWorktreesResponse,
    GitLog GitLogRequest GitLogResponse,
    GitPush GitPushRequest GitPushResponse,
    GitRemoveWorktree GitRemoveWorktreeRequest GitRemoveWorktreeResponse,
    GitShowFile GitShowFileRequest GitShowFileResponse,
    GitStatus GitStatusRequest GitStatusResponse,
}
