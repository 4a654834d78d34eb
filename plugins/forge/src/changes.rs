//! Tools that change a local repository, and what it is pushed to: `commit`, `create_branch`, `push`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sinew_pdk::mcp::{Failure, McpServer, TextAndJson, Tool, failure};
use sinew_pdk::schema::{GitCommitRequest, GitCreateBranchRequest, GitPushRef, GitPushRequest};
use sinew_pdk::{EffectError, McpCall, git_commit, git_create_branch, git_get_branch, git_push};

use crate::history::Commit;
use crate::place::Folder;
use crate::text::{one_line, short};

pub(crate) fn offer(server: McpServer) -> McpServer {
    let change = |name: &str, what: &str| Tool::new(name, what).destructive(false);
    server
        .tool(
            change(
                "commit",
                "Commits to the branch that is checked out. Name what belongs to it in `files`, or set `all` for every changed \
                 file that git tracks; without either, what is staged is committed as it is. Look at `status` and `diff` first. \
                 Repository hooks are not run.",
            )
            .open_world(false),
            commit,
        )
        .tool(
            change(
                "create_branch",
                "Makes a branch, and does not check it out. Use it before changes that belong on a branch of their own.",
            )
            .open_world(false),
            create_branch,
        )
        .tool(
            change(
                "push",
                "Pushes a branch to the remote branch of the same name. Never forced: where the remote has commits that you \
                 lack, it fails and nothing is changed. Do it before `pull_create`.",
            )
            .idempotent(),
            push,
        )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MakeCommit {
    #[serde(flatten)]
    place: Folder,
    /// The message: a subject of at most 72 characters, then, after an empty line, why.
    #[schemars(length(min = 1))]
    message: String,
    /// Paths relative to the repository's root: changed, new and deleted files that are staged first. A folder stands for all
    /// in it.
    #[serde(default)]
    files: Vec<String>,
    /// Whether to stage every changed and deleted file that git tracks. Not together with `files`.
    #[serde(default)]
    all: bool,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CreateBranch {
    #[serde(flatten)]
    place: Folder,
    /// Short name of the branch, such as `fix/login`.
    #[schemars(length(min = 1))]
    branch: String,
    /// Where it starts: a branch, a tag or a commit. Absent means what is checked out.
    start: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Push {
    #[serde(flatten)]
    place: Folder,
    /// Short name of the branch. Absent means the one that is checked out.
    branch: Option<String>,
    /// The remote. Absent means `origin`.
    remote: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct CommitTold {
    /// The branch that now ends in the commit.
    branch: String,
    commit: Commit,
}

#[derive(Serialize, JsonSchema)]
struct BranchMade {
    branch: String,
    /// The commit it ends in.
    commit: String,
}

#[derive(Serialize, JsonSchema)]
struct Pushed {
    /// Where it was pushed to.
    url: String,
    branch: String,
    /// `created`, `updated` or `up_to_date`.
    outcome: String,
    /// The commit that the remote branch ends in now.
    commit: String,
}

fn commit(call: &McpCall, asked: MakeCommit) -> Result<TextAndJson<CommitTold>, Failure> {
    if asked.all && !asked.files.is_empty() {
        return Err(failure("Name `files`, or set `all`, and not both."));
    }
    let whole = asked.all || !asked.files.is_empty();
    let path = asked.place.path(call)?;
    let made = git_commit(GitCommitRequest {
        path: path.clone(),
        message: asked.message,
        paths: asked.files,
        all: Some(asked.all),
        author: None,
        allow_empty: None,
    })
    .map_err(|error| match error.code.as_str() {
        EffectError::CODE_CONFLICT if !whole => {
            Failure::from(error).and("To commit what is not staged, name `files` or set `all`.")
        }
        EffectError::CODE_DENIED if error.grant.is_none() => {
            let branch = git_get_branch(&path).ok().and_then(|found| found.branch);
            lacking(error, "git.write", branch.as_deref())
        }
        _ => error.into(),
    })?;
    let told = CommitTold {
        branch: made.branch,
        commit: made.commit.into(),
    };
    let text = format!(
        "Committed to `{}`:\n{}",
        one_line(&told.branch),
        told.commit.line()
    );
    Ok(TextAndJson(text, told))
}

/// A refusal with the permit that it takes. The host names nothing there that the request does not.
fn lacking(error: EffectError, permit: &str, branch: Option<&str>) -> Failure {
    let failure = Failure::from(error);
    match branch.map(one_line) {
        Some(branch) => failure.and(&format!(
            "The permit is `{permit}`, for this repository and `refs/heads/{branch}`."
        )),
        None => failure,
    }
}

fn create_branch(call: &McpCall, asked: CreateBranch) -> Result<TextAndJson<BranchMade>, Failure> {
    let made = git_create_branch(GitCreateBranchRequest {
        path: asked.place.path(call)?,
        branch: asked.branch,
        start: asked.start,
    })?;
    let text = format!(
        "Made `{}`, which starts at `{}`. It is not checked out.",
        one_line(&made.branch),
        short(&made.commit)
    );
    let told = BranchMade {
        branch: made.branch,
        commit: made.commit,
    };
    Ok(TextAndJson(text, told))
}

fn push(call: &McpCall, asked: Push) -> Result<TextAndJson<Pushed>, Failure> {
    let path = asked.place.path(call)?;
    let branch = match asked.branch {
        Some(branch) => branch,
        None => git_get_branch(&path)?
            .branch
            .ok_or_else(|| failure("No branch is checked out. Name the one to push: `branch`."))?,
    };
    let reference = format!("refs/heads/{branch}");
    let done = git_push(GitPushRequest {
        path,
        remote: Some(asked.remote.unwrap_or_else(|| "origin".to_owned())),
        url: None,
        refs: vec![GitPushRef {
            source: reference.clone(),
            target: reference,
            force_with_lease: None,
        }],
    })
    .map_err(|error| match error.code.as_str() {
        EffectError::CODE_CONFLICT => Failure::from(error).and(
            "The remote branch has other commits: they have to be fetched and merged first, which is for the person to decide.",
        ),
        EffectError::CODE_DENIED if error.grant.is_none() => {
            lacking(error, "git.push", Some(&branch))
        }
        _ => error.into(),
    })?;
    let Some(pushed) = done.refs.into_iter().next() else {
        return Err(failure(
            "Nothing is known to have been pushed. Look at the remote.",
        ));
    };
    let (name, url) = (one_line(&branch), one_line(&done.url));
    let text = match pushed.outcome.as_str() {
        "up_to_date" => format!("`{name}` was there already: {url}"),
        _ => format!("`{name}` ends in `{}` at {url}", short(&pushed.after)),
    };
    let told = Pushed {
        url: done.url,
        branch,
        outcome: pushed.outcome,
        commit: pushed.after,
    };
    Ok(TextAndJson(text, told))
}
