//! `git_push`: pushes refs to another repository.

use sinew_schema::{EffectError, GitPushRequest, GitPushResponse, GitPushedRef};

use super::{judged, named, on_git};
use crate::effects::error::invalid;
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::git::{GitError, PushOutcome, PushQuery, PushRef, is_reference_name};

/// Length of an object id in hexadecimal.
const ID_LENGTH: usize = 40;

on_git!(GitPush);

impl Effect for GitPush {
    type Request = GitPushRequest;
    type Response = GitPushResponse;

    async fn need(
        &self,
        call: &Call<'_>,
        request: &mut Self::Request,
    ) -> Result<Need, EffectError> {
        check(request)?;
        // What the guest wrote itself may be told to be wrong at once; what a remote's name stands for may not.
        let mut url = match &request.url {
            Some(url) => Some(self.git.push_place(url, call.deadline).await?),
            None => None,
        };
        let named = named(&self.git, call, &mut request.path).await?;
        if let Some(remote) = request.remote.as_ref().filter(|_| named.found) {
            let judged = named.judged.clone();
            url = match self
                .git
                .push_url(judged, remote.clone(), call.deadline)
                .await
            {
                Ok(url) => Some(url),
                Err(error @ (GitError::Deadline | GitError::Busy | GitError::Panicked)) => {
                    return Err(error.into());
                }
                Err(_) => None,
            };
        }
        let targets: Vec<String> = request
            .refs
            .iter()
            .map(|pushed| pushed.target.clone())
            .collect();
        let need = Need::git_push(&named.asked, named.judged.paths, url, targets);
        Ok(match &request.url {
            Some(url) => need.also_asked(url),
            None => need,
        })
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let judged = judged(&request.path, need);
        let Need::GitPush { url: Some(url), .. } = need else {
            // Nothing was found to push to when it was judged. Say why; what has appeared since was not judged.
            let remote = request.remote.unwrap_or_default();
            self.git.push_url(judged, remote, call.deadline).await?;
            return Err(GitError::Conflict(
                "the remote changed after its permit was checked".to_owned(),
            )
            .into());
        };
        let refs = request.refs.into_iter().map(|pushed| PushRef {
            source: pushed.source,
            target: pushed.target,
            lease: pushed.force_with_lease,
        });
        let query = PushQuery {
            url: url.clone(),
            refs: refs.collect(),
        };
        let pushed = self.git.push(judged, query, call.deadline).await?;
        let pushed = pushed.into_iter().map(|pushed| GitPushedRef {
            target: pushed.target,
            outcome: outcome(pushed.outcome).to_owned(),
            before: pushed.before,
            after: pushed.after,
            extra: Fields::new(),
        });
        Ok(GitPushResponse {
            url: url.without_user(),
            refs: pushed.collect(),
            extra: Fields::new(),
        })
    }
}

/// What the request says by itself to be wrong.
fn check(request: &GitPushRequest) -> Result<(), EffectError> {
    if request.remote.is_some() == request.url.is_some() {
        return Err(invalid("a push needs either `remote` or `url`"));
    }
    for (index, pushed) in request.refs.iter().enumerate() {
        if !is_reference_name(&pushed.target) {
            return Err(invalid(format!(
                "`refs[{index}].target` is no full name of a reference"
            )));
        }
        if request.refs[..index]
            .iter()
            .any(|other| other.target == pushed.target)
        {
            return Err(invalid(format!("`{}` is there twice", pushed.target)));
        }
        if let Some(lease) = &pushed.force_with_lease
            && !(lease.is_empty()
                || lease.len() == ID_LENGTH && lease.bytes().all(|byte| byte.is_ascii_hexdigit()))
        {
            return Err(invalid(format!(
                "`refs[{index}].force_with_lease` is no whole object id"
            )));
        }
    }
    Ok(())
}

fn outcome(outcome: PushOutcome) -> &'static str {
    match outcome {
        PushOutcome::Created => GitPushedRef::OUTCOME_CREATED,
        PushOutcome::Updated => GitPushedRef::OUTCOME_UPDATED,
        PushOutcome::Forced => GitPushedRef::OUTCOME_FORCED,
        PushOutcome::UpToDate => GitPushedRef::OUTCOME_UP_TO_DATE,
    }
}
