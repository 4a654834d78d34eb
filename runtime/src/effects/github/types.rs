//! The service's values in the contract's words.

use sinew_schema::{GithubCheck, GithubComment, GithubIssue, GithubPullRequest, GithubReview};

use crate::effects::Fields;
use crate::services::github::{Account, Check, CheckKind, Comment, Issue, Label, Pull, Review};

pub(super) fn issue(issue: Issue) -> GithubIssue {
    GithubIssue {
        number: issue.number,
        title: issue.title,
        state: issue.state,
        state_reason: issue.state_reason,
        author: login(issue.user),
        body_truncated: issue.body.truncated,
        body: issue.body.text,
        labels: issue.labels.into_iter().filter_map(Label::name).collect(),
        assignees: logins(issue.assignees),
        comments: issue.comments.unwrap_or_default(),
        pull_request: issue.pull_request.is_some(),
        created_at: issue.created_at,
        updated_at: issue.updated_at,
        closed_at: issue.closed_at,
        url: issue.html_url,
        extra: Fields::new(),
    }
}

pub(super) fn comment(comment: Comment) -> GithubComment {
    GithubComment {
        id: comment.id,
        author: login(comment.user),
        body_truncated: comment.body.truncated,
        body: comment.body.text,
        created_at: comment.created_at,
        updated_at: comment.updated_at,
        url: comment.html_url,
        extra: Fields::new(),
    }
}

pub(super) fn pull(pull: Pull) -> GithubPullRequest {
    let merged = pull.is_merged();
    GithubPullRequest {
        number: pull.number,
        title: pull.title,
        state: pull.state,
        draft: pull.draft.unwrap_or_default(),
        merged,
        author: login(pull.user),
        body_truncated: pull.body.truncated,
        body: pull.body.text,
        labels: pull.labels.into_iter().filter_map(Label::name).collect(),
        requested_reviewers: logins(pull.requested_reviewers),
        head: pull.head.branch,
        head_repository: pull.head.repo.map(|repository| repository.full_name),
        head_sha: pull.head.sha,
        base: pull.base.branch,
        base_sha: Some(pull.base.sha),
        // Until it is merged, GitHub names a commit here that only tries.
        merge_commit_sha: pull.merge_commit_sha.filter(|_| merged),
        mergeable: pull.mergeable,
        mergeable_state: pull.mergeable_state,
        commits: pull.commits,
        additions: pull.additions,
        deletions: pull.deletions,
        changed_files: pull.changed_files,
        created_at: pull.created_at,
        updated_at: pull.updated_at,
        merged_at: pull.merged_at,
        url: pull.html_url,
        extra: Fields::new(),
    }
}

pub(super) fn review(review: Review) -> GithubReview {
    GithubReview {
        id: review.id,
        author: login(review.user),
        state: review.state,
        body_truncated: review.body.truncated,
        body: review.body.text.filter(|text| !text.is_empty()),
        commit: review.commit_id,
        submitted_at: review.submitted_at,
        url: review.html_url,
        extra: Fields::new(),
    }
}

pub(super) fn check(check: Check) -> GithubCheck {
    let kind = match check.kind {
        CheckKind::Run => GithubCheck::KIND_CHECK_RUN,
        CheckKind::Status => GithubCheck::KIND_STATUS,
    };
    GithubCheck {
        name: check.name,
        kind: kind.to_owned(),
        state: check.state,
        summary: check.summary,
        url: check.url,
        started_at: check.started_at,
        completed_at: check.completed_at,
        extra: Fields::new(),
    }
}

fn login(account: Option<Account>) -> Option<String> {
    account.map(|account| account.login)
}

fn logins(accounts: Option<Vec<Account>>) -> Vec<String> {
    accounts
        .into_iter()
        .flatten()
        .map(|account| account.login)
        .collect()
}
